/** Takes old entries away so that what is left of the chain can still be checked: the head keeps what its first link follows on. */
import { timeText, type AuditEntry, type AuditLink, type AuditService } from '@banyan/proto';
import type { Clock } from '../clock.ts';
import type { Store } from '../stores/store.ts';
import { AUDIT_ROOT, type AuditLog } from './audit-log.ts';
import { auditCursor, CHAIN_HEAD_KEY, type KeptHead } from './chain-link.ts';

/** Links of one time lie under ids that differ by as much as clocks of replicas do. */
const SKEW_MS = 3600_000;

/**
 * Takes away what was linked more than `keepMs` ago, and what is older and from before the chain; an entry `audit.cut` says so.
 * Whoever finds what another left that died in between goes on with it.
 *
 * @throws BanyanError `conflict` when another replica works on the chain just now; nothing is taken away then
 */
export async function cutAudit(
  { store, clock, audit }: { readonly store: Store; readonly clock: Clock; readonly audit: AuditLog },
  { service, keepMs }: { readonly service: AuditService; readonly keepMs: number },
): Promise<void> {
  const found = await store.get<KeptHead>(CHAIN_HEAD_KEY);
  if (found?.value.pending !== null) return;
  const head = found.value;
  const before = clock.now() - keepMs;
  const end = auditCursor(before + SKEW_MS);
  const old = async function* (): AsyncGenerator<AuditEntry> {
    for await (const [, { value }] of store.list<AuditEntry>(AUDIT_ROOT)) {
      if (value.id >= end) return;
      yield value;
    }
  };

  let last: AuditLink | undefined;
  let count = 0;
  for await (const { id, at, chain } of old()) {
    const isOver = chain === undefined ? id < head.since && at < before : chain.at < before;
    if (!isOver) continue;
    count += 1;
    if (chain !== undefined && chain.n >= head.first.n && (last === undefined || chain.n > last.n))
      last = chain;
  }
  if (count === 0) return;
  const first =
    last === undefined ? { ...head.first, at: before } : { n: last.n + 1, previous: last.hash, at: before };
  await store.put(CHAIN_HEAD_KEY, { ...head, first }, { expect: found.version });
  await audit.add({
    by: { kind: service },
    action: 'audit.cut',
    subject: '',
    name: '',
    reason: 'older than they are to be kept',
    figures: { entries: count, before: timeText(before), first: first.n, previous: first.previous },
  });
  for await (const { id, at, chain } of old())
    if (chain === undefined ? id < head.since && at < before : chain.n < first.n)
      await store.delete(`${AUDIT_ROOT}${id}`);
}
