/**
 * REST bodies of promotion: volunteers, measurements, decisions, policy and audit, all at the supernode-list service
 * (spec/promotion.md).
 *
 * | call | path | caller |
 * |---|---|---|
 * | offer this host, say how it does; answers with what it is to be | PUT /v1/volunteers/{deviceId} | scope list:read, own device |
 * | withdraw | DELETE /v1/volunteers/{deviceId} | the same |
 * | tell what was measured of a leaf | PUT /v1/volunteers/{deviceId}/measurement | scope supernode:register |
 * | all hosts, one host | GET /v1/operator/hosts, …/{deviceId} | role viewer or operator |
 * | promote, drain, cancel, undo | POST /v1/operator/hosts/{deviceId}/{action} | scope operator |
 * | what policy would do now | GET /v1/operator/policy/plan | role viewer or operator |
 * | policy and its history | GET /v1/operator/policy, PUT | viewer or operator; operator |
 * | audit | GET /v1/operator/audit?after=… | viewer or operator |
 *
 * All calls: token of audience list + DPoP.
 */
import Type, { type Static } from 'typebox';
import { HostPort } from './list.ts';

/** What a host is judged by; each has a threshold in the policy, `offered` aside. */
export const CRITERIA = [
  'offered',
  'heard',
  'cores',
  'memory',
  'descriptors',
  'disk',
  'loop_delay',
  'reachable',
  'measured',
  'round_trip',
  'throughput',
  'session',
  'clock_skew',
] as const;
export type CriterionName = (typeof CRITERIA)[number];

/** Least and greatest figures that an operator may set: beyond them lies a slip of the keyboard. */
const DAY_MS = 24 * 3600 * 1000;
const Ms = (description: string, minimum = 0, maximum = 30 * DAY_MS) =>
  Type.Integer({ minimum, maximum, description: `${description}, milliseconds` });
const Bytes = (description: string) =>
  Type.Integer({ minimum: 0, maximum: 2 ** 50, description: `${description}, bytes` });

/** What a host must have to be promoted. */
export const Thresholds = Type.Object(
  {
    cores: Type.Integer({ minimum: 1, maximum: 1024, description: 'processors at least' }),
    memoryBytes: Bytes('memory that its owner gives, at least'),
    descriptors: Type.Integer({
      minimum: 256,
      maximum: 10_000_000,
      description: 'file descriptors at least',
    }),
    freeDiskBytes: Bytes('free on its disk, at least'),
    loopDelayMs: Type.Number({
      minimum: 1,
      maximum: 10_000,
      description: '99th percentile of its event loop’s delay at most',
    }),
    roundTripMs: Ms('from its home and back, at most', 1, 60_000),
    bytesPerSecond: Type.Integer({
      minimum: 0,
      maximum: 1e12,
      description: 'from its home’s short transfer, at least',
    }),
    sessionMs: Ms('its session with its home has lasted at least'),
    clockSkewMs: Ms('its clock is off by at most', 100),
    measurementAgeMs: Ms('its home measured it within', 10_000),
  },
  { additionalProperties: false },
);
export type Thresholds = Static<typeof Thresholds>;

/** By what supernodes are made and unmade. */
export const Policy = Type.Object(
  {
    mode: Type.Union([Type.Literal('manual'), Type.Literal('auto')], {
      description: 'manual: operators alone decide; auto: the list does, within this policy',
    }),
    targetLeaves: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      description: 'leaves that a supernode should have',
    }),
    spare: Type.Number({
      minimum: 0,
      maximum: 10,
      description: 'supernodes beyond what the leaves need, as a part of these',
    }),
    minSupernodes: Type.Integer({ minimum: 1, maximum: 100_000 }),
    maxSupernodes: Type.Integer({ minimum: 1, maximum: 100_000 }),
    minPerRegion: Type.Integer({
      minimum: 0,
      maximum: 1_000,
      description: 'in each region that has a fit volunteer or a supernode',
    }),
    stabilisationMs: Ms('a host must have been fit for so long before it is promoted by policy'),
    hysteresisMs: Ms('between two changes of a host’s role by policy'),
    drainMs: Ms('in which the leaves of a draining supernode move', 1_000, DAY_MS),
    thresholds: Thresholds,
  },
  { additionalProperties: false },
);
export type Policy = Static<typeof Policy>;

/** What holds until an operator sets something else. */
export const DEFAULT_POLICY: Policy = {
  mode: 'manual',
  targetLeaves: 2_000,
  spare: 0.25,
  minSupernodes: 2,
  maxSupernodes: 1_000,
  minPerRegion: 0,
  stabilisationMs: 10 * 60_000,
  hysteresisMs: 30 * 60_000,
  drainMs: 60_000,
  thresholds: {
    cores: 2,
    memoryBytes: 1024 ** 3,
    descriptors: 4_096,
    freeDiskBytes: 1024 ** 3,
    loopDelayMs: 50,
    roundTripMs: 300,
    bytesPerSecond: 1_000_000,
    sessionMs: 3_600_000,
    clockSkewMs: 30_000,
    measurementAgeMs: 15 * 60_000,
  },
};

/** What an owner lets a supernode on the own host use. */
export const VolunteerCaps = Type.Object(
  {
    maxLeaves: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    memoryBytes: Bytes('of the index and everything else'),
    cpu: Type.Number({ minimum: 0.05, maximum: 1_024, description: 'processors, as 0.5' }),
    bytesPerSecond: Type.Integer({ minimum: 10_000, maximum: 1e12, description: 'of the line' }),
  },
  { additionalProperties: false },
);
export type VolunteerCaps = Static<typeof VolunteerCaps>;

/** How far a host is with being a supernode. */
export const ChildState = Type.Union(
  (['none', 'starting', 'serving', 'draining', 'failed'] as const).map((state) =>
    Type.Literal(state),
  ) as unknown as [
    Type.TLiteral<'none'>,
    Type.TLiteral<'starting'>,
    Type.TLiteral<'serving'>,
    Type.TLiteral<'draining'>,
    Type.TLiteral<'failed'>,
  ],
);
export type ChildState = Static<typeof ChildState>;

/** A volunteer's report: all of it is declared. */
export const VolunteerReport = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64 }),
    region: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    home: Type.Union([Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }), Type.Null()], {
      description: 'device id of its home supernode, which is asked to measure it',
    }),
    listen: Type.Array(HostPort, { minItems: 1, maxItems: 8, description: 'where it would take sessions' }),
    caps: VolunteerCaps,
    withinHours: Type.Boolean({ description: 'now is within the hours that its owner gave' }),
    declared: Type.Object(
      {
        cores: Type.Integer({ minimum: 0, maximum: 100_000 }),
        memoryBytes: Bytes('memory of the host'),
        descriptors: Type.Integer({ minimum: 0, maximum: 1e9 }),
        freeDiskBytes: Bytes('free on its disk'),
        loopDelayMs: Type.Number({ minimum: 0, maximum: 1e7 }),
        uptimeMs: Type.Integer({ minimum: 0 }),
      },
      { additionalProperties: false },
    ),
    child: Type.Object(
      {
        state: ChildState,
        problem: Type.Optional(
          Type.Object(
            { code: Type.String({ maxLength: 64 }), message: Type.String({ maxLength: 1024 }) },
            { additionalProperties: false },
          ),
        ),
      },
      { additionalProperties: false },
    ),
    software: Type.String({ maxLength: 64 }),
    protocolVersions: Type.Array(Type.Integer(), { maxItems: 16 }),
  },
  { additionalProperties: false },
);
export type VolunteerReport = Static<typeof VolunteerReport>;
