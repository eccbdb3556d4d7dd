/** Waits for a disk that is full or gone, and tells when it can be used again. */
import { createBackoff, type Clock, type Timer } from '@banyan/kit';
import type { BanyanError } from '@banyan/proto';
import { DISK_RETRY } from './constants.ts';

/** What the waiting needs. */
export interface DiskPatienceComponents {
  readonly clock: Pick<Clock, 'setTimeout'>;
  readonly random: () => number;
  /** Throws what still stands in the way. */
  readonly attempt: () => Promise<void>;
  readonly toFault: (error: unknown) => BanyanError;
  /** The disk is there again, or something is known better. */
  readonly onChange: (isThere: boolean) => void;
}

/** One download's patience with its disk. */
export interface DiskPatience {
  /** What is waited for. */
  readonly problem: BanyanError | undefined;
  /** Begins to wait, or goes on with a fresher reason. Returns whether it began. */
  wait(fault: BanyanError): boolean;
  retryNow(): void;
  /** Something was written: the next trouble is a new one. */
  worked(): void;
  stop(): void;
}

/** Makes a patience that waits for nothing. */
export function createDiskPatience(components: DiskPatienceComponents): DiskPatience {
  const { clock, random, attempt, toFault, onChange } = components;
  const backoff = createBackoff({ ...DISK_RETRY, random });
  let problem: BanyanError | undefined;
  let timer: Timer | undefined;
  let isStopped = false;

  const retryLater = (): void => {
    timer = clock.setTimeout(() => void retry(), backoff.next());
  };
  const retry = async (): Promise<void> => {
    try {
      await attempt();
      if (isStopped) return;
      problem = undefined;
    } catch (error) {
      if (isStopped) return;
      problem = toFault(error);
      retryLater();
    }
    onChange(problem === undefined);
  };
  return {
    get problem() {
      return problem;
    },
    wait(fault) {
      const isNew = problem === undefined;
      problem = fault;
      if (isNew) retryLater();
      return isNew;
    },
    retryNow() {
      timer?.cancel();
      void retry();
    },
    worked: () => backoff.reset(),
    stop() {
      isStopped = true;
      timer?.cancel();
    },
  };
}
