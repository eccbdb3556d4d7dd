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
 * | hosts that changed | GET /v1/operator/hosts?since=CURSOR&limit=N | role viewer or operator |
 * | promote, drain, cancel, undo, cordon, uncordon | POST /v1/operator/hosts/{deviceId}/{action} | scope operator |
 * | what policy, or another one, would do now | GET /v1/operator/policy/plan; POST ← PlanRequest (console.ts) | role viewer or operator |
 * | policy and its history | GET /v1/operator/policy, PUT | viewer or operator; operator |
 * | audit (audit.ts) | GET /v1/operator/audit?after=… | viewer or operator |
 *
 * All calls: token of audience list + DPoP.
 */
import Type, { type Static } from 'typebox';
import { NO_VERSION } from '../software-version.ts';
import { KeyThumbprint } from './key-thumbprint.ts';
import { BeatAnswers, BeatRates, HostPort } from './list.ts';
import { oneOf } from './one-of.ts';

/**
 * What a host is judged by; each has a threshold in the policy, `offered` aside. Programs of 0.1.0 know no others than the first
 * that there were: what came later is told apart from these, see {@link withAllCriteria}.
 */
export const CRITERIA = [
  'offered',
  'heard',
  'version',
  'cores',
  'memory',
  'descriptors',
  'disk',
  'loop_delay',
  'reachable',
  'measured',
  'round_trip',
  'throughput',
  'download',
  'session',
  'clock_skew',
] as const;
export type CriterionName = (typeof CRITERIA)[number];
const LATER_CRITERIA: ReadonlySet<CriterionName> = new Set(['version', 'download']);

/** Least and greatest figures that an operator may set: beyond them lies a slip of the keyboard. */
const DAY_MS = 24 * 3600 * 1000;
/** Leaves of a drain that is shorter could not be told in time; `force` is the way to have none. */
export const MIN_DRAIN_MS = 1_000;
/** A drain that is longer has been forgotten. */
export const MAX_DRAIN_MS = DAY_MS;
const Ms = (description: string, minimum = 0, maximum = 30 * DAY_MS) =>
  Type.Integer({ minimum, maximum, description: `${description}, milliseconds` });
const Nullable = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()]);
const Bytes = (description: string) =>
  Type.Integer({ minimum: 0, maximum: 2 ** 50, description: `${description}, bytes` });

/**
 * What a host must have to be promoted. What is optional came after 0.1.0: a list that knows it always says it, and a policy
 * that leaves it out (by a program that does not know it) leaves it as it is.
 */
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
      description: 'that it sends in a short transfer to its home, at least',
    }),
    sessionMs: Ms('its session with its home has lasted at least'),
    clockSkewMs: Ms('its clock is off by at most', 100),
    measurementAgeMs: Ms('its home measured it within', 10_000),
    downloadBytesPerSecond: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1e12,
        description: 'that it takes in a short transfer from its home, at least; 0: any',
      }),
    ),
    minVersion: Type.Optional(
      Type.String({ maxLength: 32, description: 'release of Banyan at least, as 0.2.0; 0.0.0: any' }),
    ),
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
    drainMs: Ms('in which the leaves of a draining supernode move', MIN_DRAIN_MS, MAX_DRAIN_MS),
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
    // Neither homes nor peers of 0.1.0 measure it: asked for by default, it would take out all of theirs.
    downloadBytesPerSecond: 0,
    // Peers lag behind by a release. Whoever speaks no common protocol version cannot serve anyhow; which release is too old for
    // more than that is for operators to say.
    minVersion: NO_VERSION,
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

/** A volunteer's report: all of it is declared. What a newer one says beyond this is passed over. */
export const VolunteerReport = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 64 }),
  region: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  home: Type.Union([KeyThumbprint, Type.Null()], {
    description: 'device id of its home supernode, which is asked to measure it',
  }),
  listen: Type.Array(HostPort, { minItems: 1, maxItems: 8, description: 'where it would take sessions' }),
  caps: Type.Object(VolunteerCaps.properties),
  withinHours: Type.Boolean({ description: 'now is within the hours that its owner gave' }),
  declared: Type.Object({
    cores: Type.Integer({ minimum: 0, maximum: 100_000 }),
    memoryBytes: Bytes('memory of the host'),
    descriptors: Type.Integer({ minimum: 0, maximum: 1e9 }),
    freeDiskBytes: Bytes('free on its disk'),
    loopDelayMs: Type.Number({ minimum: 0, maximum: 1e7 }),
    uptimeMs: Type.Integer({ minimum: 0 }),
  }),
  child: Type.Object({
    state: ChildState,
    problem: Type.Optional(
      Type.Object({ code: Type.String({ maxLength: 64 }), message: Type.String({ maxLength: 1024 }) }),
    ),
  }),
  software: Type.String({ maxLength: 64 }),
  protocolVersions: Type.Array(Type.Integer(), { maxItems: 16 }),
});
export type VolunteerReport = Static<typeof VolunteerReport>;

/** One criterion with what led to its outcome. */
export const CriterionView = Type.Object({
  name: oneOf(CRITERIA),
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

/** Those that programs of 0.1.0 have no words for, and would fail by. */
const MoreCriteria = Type.Optional(Type.Array(CriterionView));

/** Criteria as they are told: those of 0.1.0, and beside them those that came later. */
export function toldCriteria(all: readonly CriterionView[]): {
  criteria: CriterionView[];
  moreCriteria: CriterionView[];
} {
  return {
    criteria: all.filter(({ name }) => !LATER_CRITERIA.has(name)),
    moreCriteria: all.filter(({ name }) => LATER_CRITERIA.has(name)),
  };
}

/** What was told with all its criteria in one list; those that are not known here, as of a newer list, are passed over. */
export function withAllCriteria<
  T extends { readonly criteria: CriterionView[]; readonly moreCriteria?: CriterionView[] },
>({ moreCriteria = [], ...told }: T): Omit<T, 'moreCriteria'> {
  const all = [...told.criteria, ...moreCriteria];
  return { ...told, criteria: CRITERIA.flatMap((one) => all.find(({ name }) => name === one) ?? []) };
}

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
  /** Of a drain with a deadline. */
  endsAt: Type.Optional(
    Type.Integer({ description: 'Unix ms at which the list ends the drain, whoever has not moved' }),
  ),
});
export type Order = Static<typeof Order>;

export const VolunteerAnswer = Type.Object({
  order: Order,
  /** How it is judged now, for its owner to see. */
  criteria: Type.Array(CriterionView),
  moreCriteria: MoreCriteria,
  reportIntervalMs: Type.Integer(),
});
export type VolunteerAnswer = Static<typeof VolunteerAnswer>;

/** What a home supernode found out about one of its leaves. What a newer one says beyond this is passed over. */
export const MeasurementReport = Type.Object({
  reachable: Type.Boolean(),
  code: Type.String({ maxLength: 64, description: 'why it is not; empty when it is' }),
  message: Type.String({ maxLength: 1024 }),
  roundTripMs: Type.Optional(Type.Number({ minimum: 0, maximum: 600_000 })),
  /** That it sends. */
  bytesPerSecond: Type.Optional(Type.Number({ minimum: 0, maximum: 1e13 })),
  /** That it takes; absent also from homes, and of peers, of before this was measured. */
  downloadBytesPerSecond: Type.Optional(Type.Number({ minimum: 0, maximum: 1e13 })),
  sessionMs: Type.Integer({ minimum: 0 }),
  clockSkewMs: Type.Optional(Type.Number({ minimum: -1e13, maximum: 1e13 })),
});
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
  /** An operator keeps new leaves away, or a volunteer from being promoted; absent: none does. */
  cordoned: Type.Optional(Type.Boolean()),
  fault: Nullable(Type.Object({ code: Type.String(), message: Type.String(), at: Type.Integer() })),
  offered: Type.Boolean(),
  reportedAt: Nullable(
    Type.Integer({ description: 'Unix ms; null: it reports nothing, as it volunteers for nothing' }),
  ),
  child: ChildState,
  leaves: Type.Integer(),
  capacity: Type.Integer(),
  /** As it said itself with its last beat; absent: it does not beat. */
  load: Type.Optional(
    Type.Object({
      records: Type.Integer(),
      links: Type.Integer({ description: 'to other supernodes' }),
      loopDelayMs: Type.Number(),
      rates: Type.Optional(BeatRates),
      answers: Type.Optional(BeatAnswers),
    }),
  ),
  fit: Type.Boolean(),
  fitSince: Nullable(Type.Integer()),
  score: Type.Number(),
  criteria: Type.Array(CriterionView),
  moreCriteria: MoreCriteria,
  caps: Nullable(VolunteerCaps),
});
export type HostView = Static<typeof HostView>;

/** Hosts in one answer that says what changed. */
export const MAX_HOSTS_PAGE = 500;

/**
 * GET /v1/operator/hosts: all of them. With `?since=CURSOR` (at first empty) those that changed since the answer that had the
 * cursor, and what is optional here: none of it comes from a list of 0.1.0, which always tells all.
 */
export const HostsResponse = Type.Object({
  hosts: Type.Array(HostView),
  /** Device ids of those that neither volunteer nor serve any more. */
  gone: Type.Optional(Type.Array(Type.String())),
  cursor: Type.Optional(Type.String()),
  whole: Type.Optional(
    Type.Boolean({ description: 'whoever knew hosts forgets them: all are told from here on' }),
  ),
  more: Type.Optional(Type.Boolean({ description: 'ask on at once with the cursor' })),
});
export type HostsResponse = Static<typeof HostsResponse>;

/** What operators decide about a host. */
export const HOST_ACTIONS = ['promote', 'drain', 'cancel', 'undo', 'cordon', 'uncordon'] as const;
export type HostAction = (typeof HOST_ACTIONS)[number];

/** POST /v1/operator/hosts/{deviceId}/{HostAction}. */
export const DecisionRequest = Type.Object(
  {
    reason: Type.String({ minLength: 1, maxLength: 500 }),
    /** Leaves at most; default: what its owner allows. */
    maxLeaves: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
    /** Of a drain: when the list ends it, whoever has not moved; default: it lasts until all have, within the policy's time. */
    drainMs: Type.Optional(Type.Integer({ minimum: MIN_DRAIN_MS, maximum: MAX_DRAIN_MS })),
    /** Promotes although criteria fail, or ends a supernode at once, without a drain; the audit says so. */
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
  /** Supernodes that are wanted beside, and that no host is fit to become. Lists of 0.1.0 do not say. */
  lacking: Type.Optional(Type.Integer({ minimum: 0 })),
});
export type PlanResponse = Static<typeof PlanResponse>;
