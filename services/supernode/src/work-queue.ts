/**
 * Work that costs CPU, in slices with the event loop's other work in between, and fair: whoever has much waits for its
 * own. A storm of publications (the leaves of a supernode that died) never holds a search up longer than one slice.
 *
 * ```
 *   ann   ▢ ▢ ▢ ▢        one step of each one's job in turn until the slice is used up,
 *   bob   ▢              then whatever sockets brought meanwhile, then the next slice
 *   cleo  ▢ ▢
 * ```
 */
import { BanyanError } from '@banyan/proto';
import { TransientMap, type Clock } from '@banyan/kit';

/** Work in steps of a few milliseconds: what stands between two `yield`s is one. */
export type Steps<T> = Generator<undefined, T, void>;

export interface WorkQueue {
  /** Jobs that wait. */
  readonly size: number;
  /**
   * Runs a job, a step whenever its turn comes; jobs of one key run in their order, one after the other.
   *
   * @returns what the job returned in the end
   * @throws what the job threw; BanyanError `rate_limited` when too much waits, `aborted` when the key was dropped
   */
  run<T>(key: string, job: () => Steps<T>): Promise<T>;
  /** Forgets the jobs of a key, one that is under way too: nobody waits for them any more. */
  drop(key: string): void;
}

export interface WorkQueueInit {
  /** Jobs that may wait in all. Default {@link MAX_WAITING}. */
  readonly maxWaiting?: number;
  /** Steps are begun until a slice took so long. Default {@link SLICE_MS}. */
  readonly sliceMs?: number;
}

/** With a last step of a few milliseconds begun just before its end a slice stays under 20 ms on a busy machine too. */
const SLICE_MS = 5;
/** A minute's work; decoded batches have some 100 KiB each. */
const MAX_WAITING = 4_096;

interface Job {
  /** @returns whether that was the last one */
  readonly step: () => boolean;
  readonly fail: (error: BanyanError) => void;
}

export function createWorkQueue(clock: Pick<Clock, 'monotonic'>, init: WorkQueueInit = {}): WorkQueue {
  const { maxWaiting = MAX_WAITING, sliceMs = SLICE_MS } = init;
  /** In the order of their turns. */
  const lines = new TransientMap<string, Job[]>();
  let size = 0;
  let scheduled = false;

  const slice = (): void => {
    scheduled = false;
    const until = clock.monotonic() + sliceMs;
    do {
      const [next] = lines.entries();
      if (next === undefined) return;
      const [key, line] = next;
      // To the end of the round.
      lines.delete(key);
      lines.set(key, line);
      const over = line[0]?.step() ?? true;
      if (!over || lines.get(key) !== line) continue;
      line.shift();
      size -= 1;
      if (line.length === 0) lines.delete(key);
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
    run<T>(key: string, job: () => Steps<T>): Promise<T> {
      if (size >= maxWaiting)
        return Promise.reject(
          new BanyanError(
            'rate_limited',
            'Too many leaves publish here just now. It is tried again by itself.',
            { retryAfterMs: 1_000 },
          ),
        );
      return new Promise<T>((resolve, reject) => {
        const steps = job();
        const entry: Job = {
          step: () => {
            try {
              const { done, value } = steps.next();
              if (done !== true) return false;
              resolve(value);
            } catch (error) {
              reject(error);
            }
            return true;
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
