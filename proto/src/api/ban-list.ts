/**
 * Bans and blocks as lists, out of one network and into another (spec/identity.md, "Lists of bans").
 *
 * | call | path | caller |
 * |---|---|---|
 * | bans that hold | GET /v1/operator/bans?after=&limit= → BansResponse | role operator |
 * | the same as a file | GET /v1/operator/bans/export?format=csv or json | role operator |
 * | what an import would do | POST /v1/operator/bans/plan ← BanListRequest → BanListResponse | role operator |
 * | import | POST /v1/operator/bans/import ← BanListRequest → BanListResponse | role operator |
 */
import Type, { type Static } from 'typebox';
import { MAX_BAN_LIST_CHARS } from '../limits.ts';
import { BanSubject } from './console.ts';
import { Evidence } from './evidence.ts';
import { oneOf } from './one-of.ts';

export const BanListRequest = Type.Object(
  {
    text: Type.String({ minLength: 1, maxLength: MAX_BAN_LIST_CHARS, description: 'CSV or JSON' }),
    /** Does the others; default: with one wrong line nothing is done. */
    skipWrong: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type BanListRequest = Static<typeof BanListRequest>;

/** What becomes of a line; `new` and `replaces` ban, the others do nothing. */
export const BAN_VERDICTS = ['new', 'replaces', 'same', 'over', 'twice', 'wrong'] as const;
export type BanVerdict = (typeof BAN_VERDICTS)[number];

/** One line of a list, judged. */
export const BanListLine = Type.Object({
  line: Type.Integer({ description: 'of the text; with JSON the place in the list; from 1 on' }),
  verdict: oneOf(BAN_VERDICTS, {
    description:
      'replaces: another ban of the same; same: it holds already; over: its end is past; twice: a line above names it',
  }),
  /** What is wrong with the line, and what to do; with `wrong` alone. */
  problem: Type.Optional(Type.String()),
  kind: Type.Union([BanSubject, Type.Null()], { description: 'null: the line does not say it' }),
  id: Type.String({ description: 'as it will be banned; of a wrong line as it was given' }),
  name: Type.String({ description: 'of account or device, for people; may be empty' }),
  until: Type.Union([Type.Integer({ description: 'Unix seconds' }), Type.Null()]),
  reason: Type.String(),
  evidence: Type.Optional(Evidence),
  devices: Type.Integer({ description: 'that it cuts off' }),
});
export type BanListLine = Static<typeof BanListLine>;

export const BanListResponse = Type.Object({
  lines: Type.Array(BanListLine),
  isDone: Type.Boolean({ description: 'false: nothing was done' }),
});
export type BanListResponse = Static<typeof BanListResponse>;
