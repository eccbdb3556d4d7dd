/**
 * The audit: what was decided, by whom, why, and by which figures. Auth and the supernode list keep one each, under the same path and
 * in the same shape; whoever reads both merges them by id (spec/identity.md, spec/promotion.md).
 *
 * | call | path | caller |
 * |---|---|---|
 * | entries after one | GET /v1/operator/audit?after=ID&limit=N | role viewer or operator |
 */
import Type, { type Static } from 'typebox';
import { AuthorView } from './promotion.ts';

/** Whose audit an entry is of. */
export const AuditService = Type.Union([Type.Literal('auth'), Type.Literal('list')]);
export type AuditService = Static<typeof AuditService>;

/** Who did what an entry tells. */
export const AuditAuthor = Type.Union([
  AuthorView,
  Type.Object({ kind: Type.Literal('member'), account: Type.String(), name: Type.String() }),
  /** By itself, as a planned rotation of keys. */
  Type.Object({ kind: Type.Literal('auth') }),
]);
export type AuditAuthor = Static<typeof AuditAuthor>;

const Hash = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256' });

/** The place of an entry in its service's chain (spec/identity.md, "The chain"). */
export const AuditLink = Type.Object({
  n: Type.Integer({ minimum: 1, description: 'counts without a gap' }),
  at: Type.Integer({ description: 'Unix ms at which it was linked' }),
  previous: Hash,
  hash: Hash,
});
export type AuditLink = Static<typeof AuditLink>;

/** Where the chain of a service ends, and where it begins. */
export const AuditChainHead = Type.Object({
  since: Type.String({ description: 'entries with smaller ids were there before the chain' }),
  first: Type.Object(
    {
      n: Type.Integer({ description: 'of the first link that is kept' }),
      previous: Hash,
      at: Type.Integer({ description: 'Unix ms; what was linked before it is taken away; 0: nothing is' }),
    },
    { description: 'what retention leaves: the first link follows on this' },
  ),
  n: Type.Integer({ description: 'of the last link; first.n - 1: there is none' }),
  hash: Hash,
  at: Type.Integer({ description: 'Unix ms of the last link; 0: there is none' }),
});
export type AuditChainHead = Static<typeof AuditChainHead>;

/** One entry: never changed; taken away by its age alone, where the service was told to. */
export const AuditEntry = Type.Object({
  id: Type.String({ description: 'sorts by time' }),
  at: Type.Integer({ description: 'Unix ms' }),
  service: AuditService,
  by: AuditAuthor,
  action: Type.String({ description: 'host.promoting, policy.set, account.banned, device.removed, …' }),
  subject: Type.String({ description: 'device, account, content, key or report id; or empty' }),
  name: Type.String({ description: 'of the subject, for people; empty when it is gone' }),
  reason: Type.String(),
  figures: Type.Record(
    Type.String(),
    Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()]),
    { description: 'of that moment; what changed is told as from and to' },
  ),
  chain: Type.Optional(AuditLink),
});
export type AuditEntry = Static<typeof AuditEntry>;

export const AuditResponse = Type.Object({
  entries: Type.Array(AuditEntry),
  next: Type.Optional(Type.String()),
  chain: Type.Optional(AuditChainHead),
});
export type AuditResponse = Static<typeof AuditResponse>;

/** What is wrong with a chain, and where. */
export const AuditBreak = Type.Object({
  kind: Type.Union([Type.Literal('changed'), Type.Literal('missing'), Type.Literal('unlinked')], {
    description:
      'changed: the entry is not what was linked; missing: there is none in these places; unlinked: it does not follow on the one before',
  }),
  n: Type.Integer(),
  last: Type.Optional(Type.Integer({ description: 'of several that are missing' })),
  id: Type.Optional(Type.String()),
  at: Type.Optional(Type.Integer({ description: 'Unix ms of the entry' })),
});
export type AuditBreak = Static<typeof AuditBreak>;

/** Breaks that are told one by one; the others are counted. */
export const MAX_AUDIT_BREAKS = 100;

/** What came of checking one service's chain. */
export const AuditCheck = Type.Object({
  service: AuditService,
  state: Type.Union([Type.Literal('whole'), Type.Literal('broken'), Type.Literal('none')], {
    description: 'none: the service keeps no chain yet',
  }),
  linked: Type.Integer({ description: 'entries in the chain' }),
  waiting: Type.Integer({ description: 'entries that are linked within a minute' }),
  before: Type.Integer({ description: 'entries from before the chain' }),
  head: Type.Union([AuditChainHead, Type.Null()]),
  breaks: Type.Array(AuditBreak, { maxItems: MAX_AUDIT_BREAKS }),
  breakCount: Type.Integer(),
  found: Type.Array(Type.Object({ hash: Hash, n: Type.Integer() }), {
    description: 'of the hashes that were asked for',
  }),
});
export type AuditCheck = Static<typeof AuditCheck>;
