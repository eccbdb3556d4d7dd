import { REVOCATION_TYP, type RevocationDelta, type RevocationEntry } from '@banyan/proto';
import { abortedError, type Clock, type Log, type Store, type Timer } from '@banyan/kit';
import { confirm, create, read } from './compare-and-set.ts';
import { FEED_FOLLOW_MS, MAX_DELTAS_PER_ANSWER, MAX_FEED_WAITERS } from './constants.ts';
import { KEY, type RevocationRecord } from './records.ts';
import type { SigningKeys } from './signing-keys.ts';

/** The feed of signed, sequenced deltas. */
export interface Revocations {
  /** Finds the newest sequence; with a shared store, follows what other replicas write. */
  start(): Promise<void>;
  /** Ends all waiting with an empty answer. */
  stop(): void;
  /** The newest sequence; 0: none yet. */
  readonly seq: number;
  /** Appends a delta under the next sequence, also when others append at once. @returns its sequence */
  append(entries: readonly RevocationEntry[]): Promise<number>;
  /**
   * Takes a delta back that this service once gave out and has forgotten.
   *
   * @returns whether it followed on the newest one, and is there now
   */
  putBack(record: RevocationRecord): Promise<boolean>;
  /** Signed deltas after `after`, at most {@link MAX_DELTAS_PER_ANSWER}, in order. */
  read(after: number): Promise<string[]>;
  /**
   * Resolves when there is something after `after`, when `ms` are over, or when the service stops.
   *
   * @throws BanyanError `aborted` when `signal` aborts
   */
  wait(after: number, ms: number, signal: AbortSignal): Promise<void>;
}

/** What {@link createRevocations} needs. */
export interface RevocationsComponents {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly keys: Pick<SigningKeys, 'sign' | 'currentKid'>;
  readonly issuer: () => string;
}

/**
 * Deltas kept ready, about a kilobyte each: every new device reads them from the first on, and so may anybody who asks,
 * over and over, also while the store is away. They never change.
 */
const MAX_KEPT = 16_384;

/** Makes the feed over a store. */
export function createRevocations(
  components: RevocationsComponents,
  init: { readonly shared: boolean },
): Revocations {
  const { store, clock, log, keys, issuer } = components;
  const waiting = new Set<() => void>();
  const kept = new Map<
    number,
    { record: RevocationRecord; signed?: { kid: string; jws: Promise<string> } }
  >();
  let head = 0;
  let appending: Promise<unknown> = Promise.resolve();
  let stopped = false;
  let timer: Timer | undefined;
  let isFollowing = true;

  function wake(): void {
    for (const resolve of waiting) resolve();
    waiting.clear();
  }

  function keep(record: RevocationRecord): void {
    if (kept.has(record.seq)) return;
    kept.set(record.seq, { record });
    // The oldest goes first; those who read from the beginning have them read and signed anew.
    const oldest = kept.size > MAX_KEPT ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
  }

  function sign(seq: number, record: RevocationRecord): Promise<string> {
    const kid = keys.currentKid;
    const known = kept.get(seq);
    if (known?.signed?.kid === kid) return known.signed.jws;
    const delta: RevocationDelta = { iss: issuer(), ...record };
    const jws = keys.sign({ ...delta }, REVOCATION_TYP);
    if (known !== undefined) known.signed = { kid, jws };
    return jws;
  }

  async function appendNow(entries: readonly RevocationEntry[]): Promise<number> {
    for (;;) {
      const seq = head + 1;
      const record: RevocationRecord = { seq, iat: Math.floor(clock.now() / 1000), entries };
      const won = await create(store, KEY.revocation(seq), record);
      if (won) keep(record);
      else await confirm(store, KEY.revocation(seq));
      // Whoever won, this sequence is there now; following may even have moved the head further.
      head = Math.max(head, seq);
      wake();
      if (won) return seq;
    }
  }

  /**
   * Moves the head over what others appended. What they wrote may not be acknowledged yet, and be lost with a server: it is
   * given out, and counted on from, only when it is confirmed. Else another delta could come to stand under a sequence
   * that some have read already, and those would never hear of it.
   */
  async function follow(): Promise<void> {
    const before = head;
    while ((await read(store, KEY.revocation(head + 1))) !== undefined) {
      const record = await confirm<RevocationRecord>(store, KEY.revocation(head + 1));
      if (record !== undefined) keep(record);
      head += 1;
    }
    if (head > before) wake();
  }

  function followLater(): void {
    if (stopped) return;
    timer = clock.setTimeout(
      () => {
        follow()
          .then(() => (isFollowing = true))
          .catch((err: unknown) => {
            if (isFollowing) log.warn({ err }, 'the revocation feed cannot be followed just now');
            isFollowing = false;
          })
          .finally(followLater);
      },
      FEED_FOLLOW_MS,
      { keepAlive: false },
    );
  }

  /** A delta that a broken store has lost must not keep its readers from all that came after it. */
  async function fillGap(seq: number): Promise<RevocationRecord> {
    log.error(
      { seq },
      'a revocation delta is missing in the store: repeat the ban or block that it was about',
    );
    const empty: RevocationRecord = { seq, iat: Math.floor(clock.now() / 1000), entries: [] };
    await create(store, KEY.revocation(seq), empty);
    return (await read<RevocationRecord>(store, KEY.revocation(seq))) ?? empty;
  }

  return {
    async start() {
      for await (const [, { value }] of store.list<RevocationRecord>(KEY.revocations)) {
        keep(value);
        head = value.seq;
      }
      if (!init.shared) return;
      // The last one may not be acknowledged; all before it are, since nobody writes on from one that is not.
      head = Math.max(0, head - 1);
      await follow().catch((err: unknown) => {
        log.warn({ err }, 'the newest revocation could not be confirmed yet');
      });
      followLater();
    },
    stop() {
      stopped = true;
      timer?.cancel();
      wake();
    },
    get seq() {
      return head;
    },
    append(entries) {
      // One after the other within a process: only other replicas are raced for a sequence.
      const appended = appending.then(() => appendNow(entries));
      appending = appended.catch(() => undefined);
      return appended;
    },
    putBack(record) {
      const put = appending.then(async () => {
        if (record.seq !== head + 1) return false;
        const isNew = await create(store, KEY.revocation(record.seq), record);
        if (isNew) keep(record);
        else await confirm(store, KEY.revocation(record.seq));
        head = Math.max(head, record.seq);
        wake();
        return isNew;
      });
      appending = put.catch(() => undefined);
      return put;
    },
    async read(after) {
      const answer: string[] = [];
      const last = Math.min(head, after + MAX_DELTAS_PER_ANSWER);
      for (let seq = after + 1; seq <= last; seq += 1) {
        const record =
          kept.get(seq)?.record ??
          (await read<RevocationRecord>(store, KEY.revocation(seq))) ??
          (await fillGap(seq));
        keep(record);
        answer.push(await sign(seq, record));
      }
      return answer;
    },
    async wait(after, ms, signal) {
      if (head > after || ms <= 0 || stopped || waiting.size >= MAX_FEED_WAITERS) return;
      await new Promise<void>((resolve, reject) => {
        if (signal.aborted) {
          reject(abortedError(signal));
          return;
        }
        const over = (): void => {
          deadline.cancel();
          signal.removeEventListener('abort', onAbort);
          waiting.delete(over);
          resolve();
        };
        const onAbort = (): void => {
          deadline.cancel();
          waiting.delete(over);
          reject(abortedError(signal));
        };
        const deadline = clock.setTimeout(over, ms, { keepAlive: false });
        signal.addEventListener('abort', onAbort, { once: true });
        waiting.add(over);
      });
    },
  };
}
