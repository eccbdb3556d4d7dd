/**
 * Bodies that a JSON Schema allows, always the same: all that may be said, and no more than must be. Only as much of JSON
 * Schema as our REST bodies use; anything else throws.
 */
export interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  /** One for all, or one for each place. */
  readonly items?: Schema | readonly Schema[];
  readonly minItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly pattern?: string;
}

/** A text for each pattern that our schemas ask for. */
const TEXTS = ['Ada', '192.0.2.7', '08:00', 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE', 'ab'.repeat(32)];

/** Samples of a schema: one for each choice that it gives; the first says all, the last the least. */
export function samplesOf(schema: Schema): unknown[] {
  return [...choices(schema, true), ...choices(schema, false).slice(-1)];
}

/** The body with no more than must be said. */
export function leastOf(schema: Schema): unknown {
  return choices(schema, false)[0];
}

function choices(schema: Schema, isFull: boolean): unknown[] {
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap((one) => choices(one, isFull));
  return [sample(schema, isFull)];
}

function sample(schema: Schema, isFull: boolean): unknown {
  if ('const' in schema) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf !== undefined) return sample(schema.anyOf[0] ?? {}, isFull);
  switch (schema.type) {
    case 'string':
      return text(schema);
    case 'integer':
      return Math.max(schema.minimum ?? 0, isFull ? 1 : 0);
    case 'number':
      return Math.max(schema.minimum ?? 0, isFull ? 1.5 : 0);
    case 'boolean':
      return isFull;
    case 'null':
      return null;
    case 'array': {
      if (Array.isArray(schema.items))
        return (schema.items as readonly Schema[]).map((inner) => sample(inner, isFull));
      const count = Math.max(schema.minItems ?? 0, isFull ? 1 : 0);
      return Array.from({ length: count }, () => sample((schema.items ?? {}) as Schema, isFull));
    }
    case 'object':
      return object(schema, isFull);
    case undefined:
      // Anything at all.
      if (Object.keys(schema).every((key) => ['description', 'default'].includes(key))) return null;
      break;
  }
  throw new Error(`There is no sample of ${JSON.stringify(schema)}.`);
}

function object(schema: Schema, isFull: boolean): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(schema.properties ?? {}))
    if (isFull || schema.required?.includes(name) === true) body[name] = sample(inner, isFull);
  for (const [name, inner] of Object.entries(schema.properties ?? {}))
    if (Object.keys(body).length < (schema.minProperties ?? 0)) body[name] ??= sample(inner, isFull);
  for (const inner of Object.values(schema.patternProperties ?? {}))
    if (isFull) body['more'] = sample(inner, isFull);
  return body;
}

function text({ pattern, minLength = 0, maxLength = Infinity }: Schema): string {
  const found = TEXTS.find(
    (one) =>
      (pattern === undefined || new RegExp(pattern, 'u').test(one)) &&
      one.length >= minLength &&
      one.length <= maxLength,
  );
  if (found !== undefined) return found;
  if (pattern === undefined && minLength <= maxLength) return 'x'.repeat(minLength);
  throw new Error(`There is no text for ${String(pattern)}: add one.`);
}
