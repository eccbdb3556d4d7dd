import type { AuditAction, AuditAuthor } from '@banyan/proto';
import type { NewAuditEntry } from '@banyan/kit';
import type { AccountRecord } from './records.ts';

/** Who changes something, and why: what the audit is told of it. */
export interface Decision {
  readonly by: AuditAuthor;
  readonly reason: string;
}

/** Names are left out of what is kept: the audit outlives accounts, and names are looked up when it is read. */
const UNNAMED = '';

export function byOperator({ accountId }: AccountRecord, reason: string): Decision {
  return { by: { kind: 'operator', account: accountId, name: UNNAMED }, reason };
}

export function byMember({ accountId }: Pick<AccountRecord, 'accountId'>, reason: string): Decision {
  return { by: { kind: 'member', account: accountId, name: UNNAMED }, reason };
}

/** What auth does by itself. */
export function byAuth(reason: string): Decision {
  return { by: { kind: 'auth' }, reason };
}

/** The entry of a decision about `subject`: an account, device, content, key or report id. */
export function entryOf(
  action: AuditAction,
  subject: string,
  { by, reason }: Decision,
  figures: NewAuditEntry['figures'] = {},
): NewAuditEntry {
  return { by, action, subject, name: UNNAMED, reason, figures };
}

/** Several words as one figure. */
export function wordsFigure(words: readonly string[]): string {
  return words.length === 0 ? 'none' : [...words].sort().join(', ');
}
