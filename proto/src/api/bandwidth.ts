/**
 * Limits of transfers in the local API: bytes per second, by the clock if wanted, and how many downloads fetch at once.
 *
 * | call | path |
 * |---|---|
 * | what is set, and what holds now | GET /limits → LimitsView |
 * | change it; what is left out stays as it is | PATCH /limits ← LimitsPatch → LimitsView |
 */
import Type, { type Static } from 'typebox';
import {
  MAX_DOWNLOADS_AT_ONCE,
  MAX_LIMIT_BYTES_PER_SECOND,
  MAX_SCHEDULE_RULES,
  MIN_LIMIT_BYTES_PER_SECOND,
} from '../limits.ts';
import { WEEKDAYS } from '../weekdays.ts';
import { oneOf } from './one-of.ts';

const Limit = (description: string) =>
  Type.Union(
    [Type.Integer({ minimum: MIN_LIMIT_BYTES_PER_SECOND, maximum: MAX_LIMIT_BYTES_PER_SECOND }), Type.Null()],
    { description: `${description}, in bytes per second; null: no limit` },
  );

const LIMITS = {
  up: Limit('all uploads together'),
  down: Limit('all downloads together'),
  upEach: Limit('each upload (one file to one device)'),
  downEach: Limit('each download (one file from all its sources)'),
};

export const BandwidthLimits = Type.Object(LIMITS, { additionalProperties: false });
export type BandwidthLimits = Static<typeof BandwidthLimits>;

const SomeLimits = Type.Partial(Type.Object(LIMITS), { additionalProperties: false });

const HOURS = {
  days: Type.Optional(
    Type.Array(oneOf(WEEKDAYS), {
      minItems: 1,
      maxItems: WEEKDAYS.length,
      uniqueItems: true,
      description: 'days on which it begins; without: every day',
    }),
  ),
  from: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'HH:MM' }),
  to: Type.String({ pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$', description: 'HH:MM, or 24:00' }),
};

/** Hours of some days in local time; those that end before they begin go over midnight. */
export const WeeklyHours = Type.Object(HOURS, { additionalProperties: false });
export type WeeklyHours = Static<typeof WeeklyHours>;

/** Hours with the limits that hold then. */
export const ScheduleRule = Type.Object({ ...HOURS, limits: SomeLimits }, { additionalProperties: false });
export type ScheduleRule = Static<typeof ScheduleRule>;

const Schedule = Type.Array(ScheduleRule, {
  maxItems: MAX_SCHEDULE_RULES,
  description: 'of several that hold at a time the first counts',
});

export const LimitsPatch = Type.Object(
  {
    limits: Type.Optional(SomeLimits),
    schedule: Type.Optional(Schedule),
    downloadsAtOnce: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_DOWNLOADS_AT_ONCE })),
  },
  { additionalProperties: false },
);
export type LimitsPatch = Static<typeof LimitsPatch>;

export const LimitsView = Type.Object({
  limits: BandwidthLimits,
  schedule: Schedule,
  downloadsAtOnce: Type.Integer(),
  now: Type.Object({
    limits: BandwidthLimits,
    rule: Type.Union([Type.Integer(), Type.Null()], {
      description: 'place in the schedule of what holds now',
    }),
    until: Type.Union([Type.Integer(), Type.Null()], { description: 'when that ends, Unix milliseconds' }),
  }),
});
export type LimitsView = Static<typeof LimitsView>;
