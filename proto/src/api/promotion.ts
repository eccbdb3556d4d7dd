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
const Nullable = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()]);
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

/** One criterion with what led to its outcome. */
export const CriterionView = Type.Object({
  name: Type.Union(CRITERIA.map((name) => Type.Literal(name)) as unknown as [Type.TLiteral<CriterionName>]),
  value: Nullable(Type.Number({ description: 'null: nobody has found it out yet' })),
  threshold: Type.Number(),
  bound: Type.Union([Type.Literal('at least'), Type.Literal('at most')]),
  passed: Type.Boolean(),
  origin: Type.Union([Type.Literal('home'), Type.Literal('list'), Type.Literal('host')], {
    description: 'who found it out: the home supernode, the list, or the host itself',
  }),
  at: Nullable(Type.Integer({ description: 'Unix ms of the figure' })),
  declared: Type.Optional(Type.Number({ description: 'what the host says of the same thing' })),
});
export type CriterionView = Static<typeof CriterionView>;

export const HostRoleName = Type.Union([
  Type.Literal('leaf'),
  Type.Literal('promoting'),
  Type.Literal('proving'),
  Type.Literal('serving'),
  Type.Literal('draining'),
]);
export type HostRoleName = Static<typeof HostRoleName>;

/** Who decided something. */
export const AuthorView = Type.Union([
  Type.Object({ kind: Type.Literal('operator'), account: Type.String(), name: Type.String() }),
  Type.Object({ kind: Type.Literal('policy'), version: Type.Integer() }),
  Type.Object({ kind: Type.Literal('owner') }),
  Type.Object({ kind: Type.Literal('list') }),
]);
export type AuthorView = Static<typeof AuthorView>;

/** What a host is to be, and why. */
export const Order = Type.Object({
  role: HostRoleName,
  since: Type.Integer({ description: 'Unix ms' }),
  by: AuthorView,
  reason: Type.String(),
  maxLeaves: Type.Integer(),
  drainMs: Type.Integer({ description: 'in which its leaves are to move, when it is draining' }),
});
export type Order = Static<typeof Order>;

export const VolunteerAnswer = Type.Object({
  order: Order,
  /** How it is judged now, for its owner to see. */
  criteria: Type.Array(CriterionView),
  reportIntervalMs: Type.Integer(),
});
export type VolunteerAnswer = Static<typeof VolunteerAnswer>;

/** What a home supernode found out about one of its leaves. */
export const MeasurementReport = Type.Object(
  {
    reachable: Type.Boolean(),
    code: Type.String({ maxLength: 64, description: 'why it is not; empty when it is' }),
    message: Type.String({ maxLength: 1024 }),
    roundTripMs: Type.Optional(Type.Number({ minimum: 0, maximum: 600_000 })),
    bytesPerSecond: Type.Optional(Type.Number({ minimum: 0, maximum: 1e13 })),
    sessionMs: Type.Integer({ minimum: 0 }),
    clockSkewMs: Type.Optional(Type.Number({ minimum: -1e13, maximum: 1e13 })),
  },
  { additionalProperties: false },
);
export type MeasurementReport = Static<typeof MeasurementReport>;

/** A host as operators see it. */
export const HostView = Type.Object({
  deviceId: Type.String(),
  name: Type.String(),
  account: Type.String({ description: 'of its owner; empty for a supernode that its operator runs' }),
  kind: Type.Union([Type.Literal('volunteer'), Type.Literal('operated')]),
  region: Type.Optional(Type.String()),
  order: Order,
  /** Whether leaves are sent there now. */
  handedOut: Type.Boolean(),
  fault: Nullable(Type.Object({ code: Type.String(), message: Type.String(), at: Type.Integer() })),
  offered: Type.Boolean(),
  reportedAt: Nullable(
    Type.Integer({ description: 'Unix ms; null: it reports nothing, as it volunteers for nothing' }),
  ),
  child: ChildState,
  leaves: Type.Integer(),
  capacity: Type.Integer(),
  fit: Type.Boolean(),
  fitSince: Nullable(Type.Integer()),
  score: Type.Number(),
  criteria: Type.Array(CriterionView),
  caps: Nullable(VolunteerCaps),
});
export type HostView = Static<typeof HostView>;

export const HostsResponse = Type.Object({ hosts: Type.Array(HostView) });
export type HostsResponse = Static<typeof HostsResponse>;

/** POST /v1/operator/hosts/{deviceId}/promote, drain, cancel, undo. */
export const DecisionRequest = Type.Object(
  {
    reason: Type.String({ minLength: 1, maxLength: 500 }),
    /** Leaves at most; default: what its owner allows. */
    maxLeaves: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
    /** Promotes although criteria fail; the audit says which. */
    force: Type.Optional(Type.Boolean()),
    /** Says what would happen, and does nothing. */
    dryRun: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type DecisionRequest = Static<typeof DecisionRequest>;

export const DecisionResponse = Type.Object({ host: HostView, done: Type.Boolean() });
export type DecisionResponse = Static<typeof DecisionResponse>;

export const PolicyResponse = Type.Object({
  version: Type.Integer({ description: '0: nobody has set one yet' }),
  policy: Policy,
  by: AuthorView,
  at: Type.Integer(),
  reason: Type.String(),
});
export type PolicyResponse = Static<typeof PolicyResponse>;

export const PolicyRequest = Type.Object(
  {
    policy: Policy,
    /** The version that is replaced: two operators at once do not undo each other. */
    expect: Type.Integer({ minimum: 0 }),
    reason: Type.String({ minLength: 1, maxLength: 500 }),
  },
  { additionalProperties: false },
);
export type PolicyRequest = Static<typeof PolicyRequest>;

export const PolicyHistoryResponse = Type.Object({ versions: Type.Array(PolicyResponse) });
export type PolicyHistoryResponse = Static<typeof PolicyHistoryResponse>;

/** What policy would do now. */
export const PlanResponse = Type.Object({
  mode: Type.Union([Type.Literal('manual'), Type.Literal('auto')]),
  decisions: Type.Array(
    Type.Object({
      action: Type.Union([Type.Literal('promote'), Type.Literal('drain')]),
      deviceId: Type.String(),
      name: Type.String(),
      reason: Type.String(),
      figures: Type.Record(Type.String(), Type.Number()),
    }),
  ),
});
export type PlanResponse = Static<typeof PlanResponse>;

/** One entry of the audit: never changed, never taken away. */
export const AuditEntry = Type.Object({
  id: Type.String({ description: 'sorts by time' }),
  at: Type.Integer({ description: 'Unix ms' }),
  by: AuthorView,
  action: Type.String({ description: 'host.promoting, host.serving, …, policy.set' }),
  subject: Type.String({ description: 'device id, or empty' }),
  name: Type.String({ description: 'of the subject, for people' }),
  reason: Type.String(),
  figures: Type.Record(
    Type.String(),
    Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()]),
  ),
});
export type AuditEntry = Static<typeof AuditEntry>;

export const AuditResponse = Type.Object({
  entries: Type.Array(AuditEntry),
  next: Type.Optional(Type.String()),
});
export type AuditResponse = Static<typeof AuditResponse>;
