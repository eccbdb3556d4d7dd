/** Waits for a disk that is full, gone or silent, and tells when it can be used again. */
import { createBackoff, type Clock, type Timer } from '@banyan/kit';
import type { BanyanError } from '@banyan/proto';
import { DISK_RETRY } from './constants.ts';
import { createDiskWatch, silentDisk, type DiskWatch } from './disk-watch.ts';

/** What the waiting needs. */
export interface DiskPatienceComponents {
  readonly clock: Pick<Clock, 'setTimeout'>;
  readonly random: () => number;
  /** What people know the disk by. */
  readonly folder: string;
  /** Throws what still stands in the way. */
  readonly attempt: () => Promise<void>;
  readonly toFault: (error: unknown) => BanyanError;
  /** It does not answer any more. */
  readonly onSilent: (fault: BanyanError) => void;
  /** The disk is there again, or something is known better. */
  readonly onChange: (isThere: boolean) => void;
}

/** One download's patience with its disk. */
export interface DiskPatience {
  /** What is waited for. */
  readonly problem: BanyanError | undefined;
  /** To be told what the disk is asked for, and what it answers. */
  readonly watch: DiskWatch;
  /** Begins to wait, or goes on with a fresher reason. Returns whether it began. */
  wait(fault: BanyanError): boolean;
  retryNow(): void;
  /** Something was written: the next trouble is a new one. */
  worked(): void;
  stop(): void;
}

/** Makes a patience that waits for nothing. */
export function createDiskPatience(components: DiskPatienceComponents): DiskPatience {
  const { clock, random, folder, attempt, toFault, onSilent, onChange } = components;
  const backoff = createBackoff({ ...DISK_RETRY, random });
  let problem: BanyanError | undefined;
  let timer: Timer | undefined;
  let isTrying = false;
  let isStopped = false;
  const watch = createDiskWatch(clock, () => {
    if (watch.isSilent) onSilent(silentDisk(folder));
    else onChange(known() === undefined);
  });
  const known = (): BanyanError | undefined => problem ?? (watch.isSilent ? silentDisk(folder) : undefined);

  const retryLater = (): void => {
    timer = clock.setTimeout(() => void retry(), backoff.next());
  };
  const retry = async (): Promise<void> => {
    if (isTrying) return;
    isTrying = true;
    try {
      await attempt();
      if (isStopped) return;
      problem = undefined;
    } catch (error) {
      if (isStopped) return;
      problem = toFault(error);
      retryLater();
    } finally {
      isTrying = false;
    }
    onChange(known() === undefined);
  };
  return {
    get problem() {
      return known();
    },
    watch,
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
      watch.stop();
    },
  };
}
