import { BanyanError } from '@banyan/proto';
import { abortedError, systemClock, type Clock } from '../clock.ts';
import { LIST_PAGE, type Entry, type Store } from './store.ts';

/** What {@link copyStore} is at: first it counts, then copies, then compares. */
export interface CopyProgress {
  readonly step: 'count' | 'copy' | 'compare';
  readonly done: number;
  /** Unknown while it counts. */
  readonly total: number | undefined;
}

/** What {@link copyStore} did. */
export interface CopyReport {
  /** Entries that the target holds now, each equal to its source. */
  readonly entries: number;
  /** Entries of the target that were there before, and are gone. */
  readonly replaced: number;
}

/** Options of {@link copyStore}. */
export interface CopyStoreInit {
  /** Deletes first what the target holds; default: a target that holds something is refused. */
  readonly overwrite?: boolean;
  readonly onProgress?: (progress: CopyProgress) => void;
  readonly signal?: AbortSignal;
  readonly clock?: Pick<Clock, 'now'>;
}

/** Ends that differ by less are the same: each store counts lifetimes down by its own clock. */
const SAME_END_MS = 5_000;

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/**
 * Copies all entries of one store into another, with the ends of their lives, and compares both afterwards. Nobody else
 * may write to either meanwhile; who did shows in the comparison. Versions become new ones.
 *
 * @throws BanyanError `conflict` when the target holds something, or when both are not equal in the end; `aborted`; what
 *   the stores throw. After any of these but the first the target is incomplete.
 */
export async function copyStore(from: Store, to: Store, init: CopyStoreInit = {}): Promise<CopyReport> {
  const { overwrite = false, onProgress, signal, clock = systemClock } = init;

  /** Does something with all entries of a store, a page of them at once. */
  async function each(
    store: Store,
    step: CopyProgress['step'],
    total: number | undefined,
    work: (key: string, entry: Entry) => Promise<void>,
  ): Promise<number> {
    let done = 0;
    let page: Promise<void>[] = [];
    const settle = async (): Promise<void> => {
      await Promise.all(page);
      page = [];
      onProgress?.({ step, done, total });
      if (signal !== undefined && isAborted(signal)) throw abortedError(signal);
    };
    for await (const [key, entry] of store.list('')) {
      done += 1;
      page.push(work(key, entry));
      if (page.length >= LIST_PAGE) await settle();
    }
    await settle();
    return done;
  }
  const nothing = (): Promise<void> => Promise.resolve();

  const held = await each(to, 'count', undefined, nothing);
  if (held > 0 && !overwrite)
    throw new BanyanError(
      'conflict',
      `The target is not empty: it holds ${held} entries. Choose another, or say that they shall be replaced.`,
    );
  const total = await each(from, 'count', undefined, nothing);
  if (held > 0)
    await each(to, 'count', held, async (key) => {
      await to.delete(key);
    });

  await each(from, 'copy', total, async (key, { value, expiresAtMs }) => {
    const ttlMs = expiresAtMs === undefined ? undefined : expiresAtMs - clock.now();
    if (ttlMs !== undefined && ttlMs <= 0) return;
    await to.put(key, value, ttlMs === undefined ? {} : { ttlMs });
  });

  let differing = 0;
  await each(from, 'compare', total, async (key, entry) => {
    const copy = await to.get(key);
    // It may have come to its end in one and not yet in the other.
    const isEnding = entry.expiresAtMs !== undefined && entry.expiresAtMs - clock.now() < SAME_END_MS;
    if (copy === undefined ? !isEnding : !isSame(entry, copy)) differing += 1;
  });
  const entries = await each(to, 'compare', total, async (key, entry) => {
    if ((await from.get(key)) !== undefined) return;
    const isEnding = entry.expiresAtMs !== undefined && entry.expiresAtMs - clock.now() < SAME_END_MS;
    if (!isEnding) differing += 1;
  });
  if (differing > 0)
    throw new BanyanError(
      'conflict',
      `${differing} entries are not the same in both: somebody has written meanwhile. Stop all services that use them, and repeat it.`,
    );
  return { entries, replaced: held };
}

function isSame(a: Entry, b: Entry): boolean {
  if (JSON.stringify(a.value) !== JSON.stringify(b.value)) return false;
  if (a.expiresAtMs === undefined || b.expiresAtMs === undefined) return a.expiresAtMs === b.expiresAtMs;
  return Math.abs(a.expiresAtMs - b.expiresAtMs) < SAME_END_MS;
}
