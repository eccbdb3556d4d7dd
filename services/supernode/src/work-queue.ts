/**
 * Work that costs CPU, in slices with the event loop's other work in between, and fair: whoever has much waits for its
 * own. A storm of publications (the leaves of a supernode that died) never holds a search up longer than one slice.
 *
 * ```
 *   ann   ▢ ▢ ▢ ▢        one job of each in turn until the slice is used up,
 *   bob   ▢              then whatever sockets brought meanwhile, then the next slice
 *   cleo  ▢ ▢
 * ```
 */
import { BanyanError } from '@banyan/proto';
import type { Clock } from '@banyan/kit';

export interface WorkQueue {
  /** Jobs that wait. */
  readonly size: number;
  /**
   * Runs a job when its turn comes; jobs of one key run in their order.
   *
   * @returns what the job returned
   * @throws what the job threw; BanyanError `rate_limited` when too much waits, `aborted` when the key was dropped
   */
  run<T>(key: string, job: () => T): Promise<T>;
  /** Forgets the jobs of a key: nobody waits for them any more. */
  drop(key: string): void;
}

export interface WorkQueueInit {
  /** Jobs that may wait in all. Default {@link MAX_WAITING}. */
  readonly maxWaiting?: number;
  /** Jobs are begun until a slice took so long. Default {@link SLICE_MS}. */
  readonly sliceMs?: number;
}

/** A batch of 1,000 records takes some 15 ms: about one large or many small ones at a time. */
const SLICE_MS = 5;
/** A minute's work; decoded batches have some 100 KiB each. */
const MAX_WAITING = 4_096;

interface Job {
  readonly work: () => void;
  readonly fail: (error: BanyanError) => void;
}

export function createWorkQueue(clock: Pick<Clock, 'monotonic'>, init: WorkQueueInit = {}): WorkQueue {
  const { maxWaiting = MAX_WAITING, sliceMs = SLICE_MS } = init;
  /** In the order of their turns. */
  const lines = new Map<string, Job[]>();
  let size = 0;
  let scheduled = false;

  const slice = (): void => {
    scheduled = false;
    const until = clock.monotonic() + sliceMs;
    do {
      const [next] = lines;
      if (next === undefined) return;
      const [key, line] = next;
      const job = line.shift();
      // To the end of the round.
      lines.delete(key);
      if (line.length > 0) lines.set(key, line);
      size -= 1;
      job?.work();
    } while (clock.monotonic() < until);
    schedule();
  };
  const schedule = (): void => {
    if (scheduled || size === 0) return;
    scheduled = true;
    setImmediate(slice);
  };

  return {
    get size() {
      return size;
    },
    run<T>(key: string, job: () => T): Promise<T> {
      if (size >= maxWaiting)
        return Promise.reject(
          new BanyanError(
            'rate_limited',
            'Too many leaves publish here just now. It is tried again by itself.',
            { retryAfterMs: 1_000 },
          ),
        );
      return new Promise<T>((resolve, reject) => {
        const entry: Job = {
          work: () => {
            try {
              resolve(job());
            } catch (error) {
              reject(error);
            }
          },
          fail: reject,
        };
        const line = lines.get(key);
        if (line === undefined) lines.set(key, [entry]);
        else line.push(entry);
        size += 1;
        schedule();
      });
    },
    drop(key) {
      const line = lines.get(key);
      if (line === undefined) return;
      lines.delete(key);
      size -= line.length;
      for (const job of line) job.fail(new BanyanError('aborted'));
    },
  };
}
