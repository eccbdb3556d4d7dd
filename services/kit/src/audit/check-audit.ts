/** Whether an audit's chain is whole, by its entries alone: nothing that the service says of it is believed but where it ends. */
import {
  MAX_AUDIT_BREAKS,
  type AuditBreak,
  type AuditChainHead,
  type AuditCheck,
  type AuditEntry,
  type AuditLink,
  type AuditResponse,
  type AuditService,
} from '@banyan/proto';
import { linkHash } from './chain-link.ts';

/** Entries of one call. */
const PAGE = 500;

/**
 * Reads all entries of an audit and checks each hash, and that each link follows on the one before.
 *
 * @param ask - for a page of entries, those after an id; the chain's end comes with the first
 * @param heads - ends of the chain that somebody wrote down earlier: `found` says which of them are still part of it
 * @throws what `ask` throws
 */
export async function checkAudit(
  service: AuditService,
  ask: (page: { readonly after?: string; readonly limit: number }) => Promise<AuditResponse>,
  heads: readonly string[] = [],
): Promise<AuditCheck> {
  let page = await ask({ limit: PAGE });
  const head = page.chain;
  const check = createChecker(head, new Set(heads));
  for (;;) {
    for (const entry of page.entries) check.take(entry);
    if (page.next === undefined) break;
    page = await ask({ limit: PAGE, after: page.next });
  }
  const result = check.end();
  const state = head === undefined ? 'none' : result.breakCount === 0 ? 'whole' : 'broken';
  return { service, state, head: head ?? null, ...result };
}

/**
 * Entries come in the order of their ids, links nearly so: one that was told late has an old id and a new place. So pieces of the chain
 * are kept by their ends until the neighbours come, and what is left over are the breaks.
 */
function createChecker(head: AuditChainHead | undefined, wanted: ReadonlySet<string>) {
  let [linked, waiting, before, breakCount] = [0, 0, 0, 0];
  const breaks: AuditBreak[] = [];
  const found: { hash: string; n: number }[] = [];
  /** n of the first link of a piece → what it follows on. */
  const starts = new Map<number, string>();
  /** n of the last link of a piece → its hash. */
  const ends = new Map<number, string>();

  const broken = (one: AuditBreak): void => {
    breakCount += 1;
    if (breaks.length < MAX_AUDIT_BREAKS) breaks.push(one);
  };
  const look = (hash: string, n: number): void => {
    if (wanted.has(hash)) found.push({ hash, n });
  };
  if (head !== undefined) {
    ends.set(head.first.n - 1, head.first.previous);
    look(head.first.previous, head.first.n - 1);
    if (head.n >= head.first.n) starts.set(head.n + 1, head.hash);
  }

  function join({ n, previous, hash }: AuditLink, { id, at }: AuditEntry): void {
    const isTwice = starts.has(n) || ends.has(n);
    const follows = ends.get(n - 1);
    if (follows === undefined) starts.set(n, previous);
    else {
      ends.delete(n - 1);
      if (follows !== previous) broken({ kind: 'unlinked', n, id, at });
    }
    const followed = starts.get(n + 1);
    if (followed === undefined) ends.set(n, hash);
    else {
      starts.delete(n + 1);
      if (followed !== hash) broken({ kind: 'unlinked', n: n + 1 });
    }
    if (isTwice) broken({ kind: 'unlinked', n, id, at });
  }

  return {
    take(entry: AuditEntry): void {
      const { chain, id, at } = entry;
      if (head === undefined || chain === undefined) {
        if (head === undefined || id < head.since) before += 1;
        else waiting += 1;
        return;
      }
      // Linked while this reads, or about to be taken away.
      if (chain.n > head.n || chain.n < head.first.n) {
        if (chain.n > head.n) waiting += 1;
        return;
      }
      linked += 1;
      look(chain.hash, chain.n);
      if (linkHash(entry, chain) !== chain.hash) broken({ kind: 'changed', n: chain.n, id, at });
      join(chain, entry);
    },
    end(): Omit<AuditCheck, 'service' | 'state' | 'head'> {
      const last = [...ends.keys()].sort((a, b) => a - b);
      for (const start of [...starts.keys()].sort((a, b) => a - b)) {
        const from = (last.findLast((end) => end < start) ?? 0) + 1;
        if (from < start)
          broken({ kind: 'missing', n: from, ...(start - 1 > from ? { last: start - 1 } : {}) });
        else broken({ kind: 'unlinked', n: start });
      }
      return { linked, waiting, before, breaks, breakCount, found };
    },
  };
}
