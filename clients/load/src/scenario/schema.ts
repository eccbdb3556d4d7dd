/** The shape of a scenario, as files and modules give it. docs/load-testing.md explains each field. */
import { PERSONAS } from '@banyan/core';
import Type, { type Static } from 'typebox';
import { MAX_CONTENTS, MAX_LEAVES, MAX_OWN_SUPERNODES, MAX_RATE_PER_SECOND, MAX_STAGES } from './limits.ts';
import { DURATION_PATTERN, RATE_PATTERN, SHARE_PATTERN } from './units.ts';

const strict = { additionalProperties: false } as const;

const Duration = () =>
  Type.String({ pattern: DURATION_PATTERN, description: 'a duration such as 500ms, 30s, 5m or 2.9h' });
const Rate = () =>
  Type.Union(
    [Type.Number({ minimum: 0, maximum: MAX_RATE_PER_SECOND }), Type.String({ pattern: RATE_PATTERN })],
    {
      description: `a rate such as 20/s or 600/min, at most ${MAX_RATE_PER_SECOND}/s`,
    },
  );
const Share = () =>
  Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.String({ pattern: SHARE_PATTERN })], {
    description: 'a share from 0 to 1, or in per cent such as 30%',
  });
const Count = (minimum: number, maximum: number) =>
  Type.Integer({ minimum, maximum, description: `a whole number from ${minimum} to ${maximum}` });
const Name = () =>
  Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$',
    description: 'a name of letters, digits, blanks, dots and dashes, at most 64',
  });

const Stage = Type.Object(
  {
    name: Type.Optional(Name()),
    for: Duration(),
    leaves: Type.Optional(Count(0, MAX_LEAVES)),
    queries: Type.Optional(Rate()),
    sources: Type.Optional(Rate()),
    downloads: Type.Optional(Rate()),
    shape: Type.Optional(Type.Enum(['ramp', 'jump'], { description: '"ramp" or "jump"' })),
  },
  strict,
);

const Target = () =>
  Type.Union([Name(), Share()], {
    description: 'the name of a supernode such as supernode-1, or a share such as 30%',
  });

const Fault = Type.Object(
  {
    at: Duration(),
    kill: Type.Optional(Target()),
    stop: Type.Optional(Target()),
    pause: Type.Optional(Target()),
    partition: Type.Optional(Target()),
    slow: Type.Optional(Target()),
    for: Type.Optional(Duration()),
    by: Type.Optional(Duration()),
  },
  strict,
);

export const ScenarioSchema = Type.Object(
  {
    name: Type.Optional(Name()),
    description: Type.Optional(Type.String({ maxLength: 2000 })),
    seed: Type.Optional(Count(0, 2 ** 31)),
    network: Type.Optional(
      Type.Object(
        {
          supernodes: Type.Optional(Count(1, MAX_OWN_SUPERNODES)),
          capacity: Type.Optional(Count(1, 100_000)),
        },
        strict,
      ),
    ),
    leaf: Type.Optional(
      Type.Object(
        { secondHome: Type.Optional(Type.Boolean()), sharedTls: Type.Optional(Type.Boolean()) },
        strict,
      ),
    ),
    stages: Type.Array(Stage, {
      minItems: 1,
      maxItems: MAX_STAGES,
      description: 'a list of stages, at least one',
    }),
    personas: Type.Optional(
      Type.Object(Object.fromEntries(PERSONAS.map((persona) => [persona, Type.Optional(Share())])), strict),
    ),
    workload: Type.Optional(
      Type.Object(
        {
          contents: Type.Optional(Count(1, MAX_CONTENTS)),
          popularity: Type.Optional(
            Type.Number({ minimum: 0, maximum: 3, description: 'a Zipf exponent from 0 to 3' }),
          ),
          vocabulary: Type.Optional(Count(100, 1_000_000)),
          sizes: Type.Optional(
            Type.Union(
              [Type.Number({ minimum: 0.000_001, maximum: 100 }), Type.String({ pattern: SHARE_PATTERN })],
              { description: 'a factor of all lengths, such as 0.1 or 10%' },
            ),
          ),
          empty: Type.Optional(Share()),
          records: Type.Optional(Count(1, 100_000)),
          spread: Type.Optional(Type.Number({ minimum: 0, maximum: 3, description: 'a number from 0 to 3' })),
          maxRecords: Type.Optional(Count(1, 1_000_000)),
          unreachable: Type.Optional(Share()),
          knownItems: Type.Optional(Share()),
        },
        strict,
      ),
    ),
    sessions: Type.Optional(
      Type.Object(
        {
          mean: Type.Optional(Duration()),
          faster: Type.Optional(
            Type.Number({
              minimum: 1,
              maximum: 100_000,
              description: 'how many times faster than life, from 1',
            }),
          ),
        },
        strict,
      ),
    ),
    faults: Type.Optional(Type.Array(Fault, { maxItems: 1000, description: 'a list of faults' })),
    thresholds: Type.Optional(
      Type.Array(Type.String({ maxLength: 200 }), { maxItems: 100, description: 'a list of thresholds' }),
    ),
    tester: Type.Optional(Type.Object({ maxLateness: Type.Optional(Duration()) }, strict)),
  },
  strict,
);

/** A scenario as a file or a module gives it. */
export type Scenario = Static<typeof ScenarioSchema>;
