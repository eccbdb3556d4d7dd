import Value from 'typebox/value';
import * as proto from '../../src/index.ts';
import { samplesOf, type Schema } from './sample.ts';

/** The schemas of all REST bodies of today, by the name that they are exported by. */
export function schemasOfToday(): Record<string, Schema> {
  const found: Record<string, Schema> = {};
  for (const [name, value] of Object.entries(proto)) {
    if (!/^[A-Z][a-z]/.test(name) || typeof value !== 'object' || value === null) continue;
    // Descriptions are for people.
    const schema = JSON.parse(
      JSON.stringify(value, (key, inner: unknown) =>
        key === 'description' && typeof inner === 'string' ? undefined : inner,
      ),
    ) as Schema;
    if (schema.type !== undefined || schema.anyOf !== undefined) found[name] = schema;
  }
  return found;
}

/** Samples of each schema, which it allows itself. */
export function bodiesOf(schemas: Readonly<Record<string, Schema>>): Record<string, unknown[]> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const bodies = samplesOf(schema);
      for (const body of bodies)
        if (!allows(schema, body)) throw new Error(`${name} does not allow ${JSON.stringify(body)}.`);
      return [name, bodies];
    }),
  );
}

/** Whether a schema allows a body. */
export function allows(schema: Schema, body: unknown): boolean {
  return Value.Check(schema as never, body);
}
