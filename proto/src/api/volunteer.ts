/**
 * A peer's offer to be a supernode, in its local API (spec/promotion.md has the whole).
 *
 * | call | path |
 * |---|---|
 * | what is offered, how it is judged, what came of it | GET /volunteer → VolunteerView |
 * | offer this host; what is left out stays as it was offered last, or has its default | PUT /volunteer ← VolunteerOffer → VolunteerView |
 * | withdraw: its supernode stops at once | DELETE /volunteer → VolunteerView |
 */
import Type, { type Static } from 'typebox';
import { MAX_SCHEDULE_RULES } from '../limits.ts';
import { WeeklyHours } from './bandwidth.ts';
import { ChildState, CriterionView, Order, VolunteerCaps } from './promotion.ts';

const Nullable = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()]);
const Problem = Type.Object({ code: Type.String(), message: Type.String() });

const Region = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'label by which operators spread supernodes',
});
const Hours = Type.Array(WeeklyHours, {
  maxItems: MAX_SCHEDULE_RULES,
  description: 'when it may serve, local time; empty: always',
});

/** What an owner gives when nothing else is said: what the default policy asks for. */
export const DEFAULT_CAPS: VolunteerCaps = {
  maxLeaves: 2_000,
  memoryBytes: 1024 ** 3,
  cpu: 1,
  bytesPerSecond: 2_000_000,
};

export const VolunteerOffer = Type.Object(
  {
    caps: Type.Optional(Type.Partial(VolunteerCaps, { additionalProperties: false })),
    region: Type.Optional(Nullable(Region)),
    hours: Type.Optional(Hours),
  },
  { additionalProperties: false },
);
export type VolunteerOffer = Static<typeof VolunteerOffer>;

/** What a cap is worth: `enforced` cannot be exceeded; `advisory` is told to the network, and nothing keeps to it by force. */
export const CapForce = Type.Union([Type.Literal('enforced'), Type.Literal('advisory')]);
export type CapForce = Static<typeof CapForce>;

export const VolunteerView = Type.Object({
  offered: Type.Boolean(),
  caps: VolunteerCaps,
  force: Type.Object({
    maxLeaves: CapForce,
    memoryBytes: CapForce,
    cpu: CapForce,
    bytesPerSecond: CapForce,
  }),
  region: Nullable(Region),
  hours: Hours,
  withinHours: Type.Boolean(),
  /** When that changes, Unix ms; null: never. */
  hoursUntil: Nullable(Type.Integer()),
  /** What it is told to be, and why; null: the list has not said it yet, or nothing is offered. */
  order: Nullable(Order),
  /** How the list judges it now; empty as long as it has not. */
  criteria: Type.Array(CriterionView),
  /** When the list answered last, Unix ms. */
  judgedAt: Nullable(Type.Integer()),
  /** Why the list does not take the offer just now. */
  problem: Nullable(Problem),
  supernode: Type.Object({
    state: ChildState,
    problem: Nullable(Problem),
    leaves: Nullable(Type.Integer()),
    capacity: Nullable(Type.Integer()),
    records: Nullable(Type.Integer()),
    port: Nullable(Type.Integer()),
    logFile: Nullable(Type.String()),
  }),
});
export type VolunteerView = Static<typeof VolunteerView>;
