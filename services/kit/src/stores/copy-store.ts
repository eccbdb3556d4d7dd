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

/** Where entries come from: a store, or a backup. In the order of {@link Store.list}. */
export type EntrySource = Pick<Store, 'list'>;

/**
 * Stands in a store from before the first change of {@link copyStore} until both are found equal: a store with it holds a
 * part of something, and `openStore` refuses it.
 */
export const INCOMPLETE_KEY = 'incomplete';

/**
 * Copies all entries of one store into another, with the ends of their lives, and compares both afterwards. Nobody else
 * may write to either meanwhile; who did shows in the comparison. Versions become new ones.
 *
 * @throws BanyanError `conflict` when the target holds something, or when both are not equal in the end; `aborted`; what
 *   the stores throw. After any of these but the first the target is incomplete, and marked as such.
 */
export async function copyStore(from: EntrySource, to: Store, init: CopyStoreInit = {}): Promise<CopyReport> {
  const { overwrite = false, onProgress, signal, clock = systemClock } = init;

  /** Does something with all entries of a store, a page of them at once. */
  async function each(
    store: EntrySource,
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
  await to.put(INCOMPLETE_KEY, { since: clock.now() });
  if (held > 0)
    await each(to, 'count', held, async (key) => {
      if (key !== INCOMPLETE_KEY) await to.delete(key);
    });

  await each(from, 'copy', total, async (key, { value, expiresAtMs }) => {
    const ttlMs = expiresAtMs === undefined ? undefined : expiresAtMs - clock.now();
    if (ttlMs !== undefined && ttlMs <= 0) return;
    await to.put(key, value, ttlMs === undefined ? {} : { ttlMs });
  });

  // It may have come to its end in one and not yet in the other.
  const isEnding = ({ expiresAtMs }: Entry): boolean =>
    expiresAtMs !== undefined && expiresAtMs - clock.now() < SAME_END_MS;
  let differing = 0;
  let entries = 0;
  let compared = 0;
  for await (const [source, copy] of sideBySide(from, to)) {
    compared += 1;
    if (copy !== undefined) entries += 1;
    if (source === undefined || copy === undefined) {
      const alone = source ?? copy;
      if (alone !== undefined && !isEnding(alone)) differing += 1;
    } else if (!isSame(source, copy)) differing += 1;
    if (compared % LIST_PAGE !== 0) continue;
    onProgress?.({ step: 'compare', done: compared, total });
    if (signal !== undefined && isAborted(signal)) throw abortedError(signal);
  }
  onProgress?.({ step: 'compare', done: compared, total });
  if (differing > 0)
    throw new BanyanError(
      'conflict',
      `${differing} entries are not the same in both: somebody has written meanwhile. Stop all services that use them, and repeat it.`,
    );
  await to.delete(INCOMPLETE_KEY);
  return { entries, replaced: held };
}

/** The entries of two stores by key; undefined where one has none. The mark of a copy under way is passed over. */
async function* sideBySide(
  a: EntrySource,
  b: EntrySource,
): AsyncGenerator<readonly [Entry | undefined, Entry | undefined]> {
  const [left, right] = [a.list('')[Symbol.asyncIterator](), b.list('')[Symbol.asyncIterator]()];
  const next = async (
    entries: AsyncIterator<readonly [string, Entry]>,
  ): Promise<{ readonly bytes: Buffer; readonly entry: Entry } | undefined> => {
    for (;;) {
      const read = await entries.next();
      if (read.done === true) return undefined;
      const [key, entry] = read.value;
      if (key !== INCOMPLETE_KEY) return { bytes: Buffer.from(key), entry };
    }
  };
  try {
    let [one, other] = [await next(left), await next(right)];
    while (one !== undefined || other !== undefined) {
      const order = one === undefined ? 1 : other === undefined ? -1 : Buffer.compare(one.bytes, other.bytes);
      yield [order <= 0 ? one?.entry : undefined, order >= 0 ? other?.entry : undefined] as const;
      if (order <= 0) one = await next(left);
      if (order >= 0) other = await next(right);
    }
  } finally {
    await left.return?.();
    await right.return?.();
  }
}

function isSame(a: Entry, b: Entry): boolean {
  if (JSON.stringify(a.value) !== JSON.stringify(b.value)) return false;
  if (a.expiresAtMs === undefined || b.expiresAtMs === undefined) return a.expiresAtMs === b.expiresAtMs;
  return Math.abs(a.expiresAtMs - b.expiresAtMs) < SAME_END_MS;
}
