/**
 * REST bodies of the supernode-list service.
 *
 * | call | path | caller |
 * |---|---|---|
 * | a short list to choose from | GET /v1/supernodes?count=5 | scope list:read |
 * | register and beat | PUT /v1/supernodes/{deviceId} | scope supernode:register, own device |
 * | leave | DELETE /v1/supernodes/{deviceId} | the same |
 * | membership and its changes | GET /v1/membership?since=V&wait=SECONDS (long poll) | scope supernode:register |
 *
 * All calls: token of audience list + DPoP.
 */
import Type, { type Static } from 'typebox';

/** What the wire takes for a host: one that is anything else would end the sessions of all who are told of it. */
const HOST_PATTERN = '^[0-9A-Za-z._:-]+$';

export const HostPort = Type.Object({
  host: Type.String({ minLength: 1, maxLength: 255, pattern: HOST_PATTERN }),
  port: Type.Integer({ minimum: 1, maximum: 65535 }),
});
export type HostPort = Static<typeof HostPort>;

export const SupernodeState = Type.Union([Type.Literal('active'), Type.Literal('draining')]);
export type SupernodeState = Static<typeof SupernodeState>;

/** Leaves that a supernode is asked to measure with one beat's answer: each costs it a short transfer. */
export const MAX_MEASURED_AT_ONCE = 16;

/** What a supernode did since its last beat, per second. */
export const BeatRates = Type.Object({
  searches: Type.Number({ minimum: 0, maximum: 1e9, description: 'of its leaves' }),
  hits: Type.Number({ minimum: 0, maximum: 1e9, description: 'answered to them' }),
  refused: Type.Number({ minimum: 0, maximum: 1e9, description: 'callers turned away' }),
  bytes: Type.Number({ minimum: 0, maximum: 1e13, description: 'of messages, both ways' }),
});
export type BeatRates = Static<typeof BeatRates>;

/** What {@link BeatAnswers} counts back to. */
export const ANSWERS_WINDOW_MS = 60_000;
/** Upper bounds of the counts of `firstHits`, ms; one more counts what took longer. The same everywhere, so that counts add up. */
export const FIRST_HIT_BOUNDS_MS = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000] as const;
/** Counts that another version, with finer bounds, may send. */
const MAX_FIRST_HIT_COUNTS = 64;

/** How a supernode answered the searches of its leaves within the last minute; probes are not among them. */
export const BeatAnswers = Type.Object({
  searches: Type.Integer({ minimum: 0, description: 'that were answered' }),
  found: Type.Integer({ minimum: 0, description: 'of these, with a hit' }),
  firstHits: Type.Array(Type.Integer({ minimum: 0 }), {
    maxItems: MAX_FIRST_HIT_COUNTS,
    description: 'how many had their first hit within which of FIRST_HIT_BOUNDS_MS, or later',
  }),
});
export type BeatAnswers = Static<typeof BeatAnswers>;

/**
 * The body of a beat: all of it is declared by the supernode itself; measured values come with promotion. A report: what a
 * newer supernode says beyond this is passed over (spec/versions.md).
 */
export const BeatRequest = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 64 }),
  addresses: Type.Array(HostPort, { minItems: 1, maxItems: 8 }),
  state: SupernodeState,
  /** Leaves it is willing to hold. */
  capacity: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  leaves: Type.Integer({ minimum: 0 }),
  records: Type.Integer({ minimum: 0 }),
  /** 99th percentile of its event loop's delay since the last beat, milliseconds. */
  loopDelayMs: Type.Number({ minimum: 0 }),
  links: Type.Integer({ minimum: 0 }),
  software: Type.String({ maxLength: 64 }),
  protocolVersions: Type.Array(Type.Integer(), { maxItems: 16 }),
  region: Type.Optional(Type.String({ maxLength: 64 })),
  rates: Type.Optional(BeatRates),
  answers: Type.Optional(BeatAnswers),
});
export type BeatRequest = Static<typeof BeatRequest>;

export const BeatResponse = Type.Object({
  membershipVersion: Type.Integer(),
  /** Beat again after so long. */
  beatIntervalMs: Type.Integer(),
  /** Without a beat for so long it leaves the list. */
  expiryMs: Type.Integer(),
  /** What it is to be; absent: what it is. A drain that was ordered ends when `active` is ordered. */
  order: Type.Optional(
    Type.Object({
      state: SupernodeState,
      drainMs: Type.Integer({
        minimum: 0,
        description: 'in which its leaves are to move; 0: they are cut now, wherever they can go',
      }),
      reason: Type.String(),
      /** Of one that is active: only leaves that have a session may come anew; absent: all may. */
      cordoned: Type.Optional(Type.Boolean()),
    }),
  ),
  /** Leaves of its own that it is to measure (spec/promotion.md). */
  measure: Type.Optional(
    Type.Array(Type.String({ description: 'device id' }), { maxItems: MAX_MEASURED_AT_ONCE }),
  ),
});
export type BeatResponse = Static<typeof BeatResponse>;

/** One supernode as the list hands it out. */
export const SupernodeEntry = Type.Object({
  deviceId: Type.String(),
  name: Type.String(),
  addresses: Type.Array(HostPort),
  state: SupernodeState,
  capacity: Type.Integer(),
  leaves: Type.Integer(),
  records: Type.Integer(),
  loopDelayMs: Type.Number(),
  region: Type.Optional(Type.String()),
  since: Type.Integer({ description: 'Unix ms of its registration' }),
  lastBeat: Type.Integer({ description: 'Unix ms' }),
});
export type SupernodeEntry = Static<typeof SupernodeEntry>;

export const SupernodesResponse = Type.Object({
  supernodes: Type.Array(SupernodeEntry),
  /** How many are active in the whole network. */
  total: Type.Integer(),
  membershipVersion: Type.Integer(),
  /** Absent while all is well. The same, in seconds, is the header `Age` (RFC 9111). */
  viewAgeMs: Type.Optional(
    Type.Integer({ description: 'how old the view is, while the store of the list is away' }),
  ),
});
export type SupernodesResponse = Static<typeof SupernodesResponse>;

/** Changes after `since`, or everything when the history does not reach back so far (`full`). */
export const MembershipResponse = Type.Object({
  version: Type.Integer(),
  full: Type.Boolean(),
  joined: Type.Array(SupernodeEntry),
  left: Type.Array(Type.String({ description: 'device id' })),
});
export type MembershipResponse = Static<typeof MembershipResponse>;
