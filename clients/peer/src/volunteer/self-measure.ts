/** What this host says of itself, as it finds it: never more than it could use. */
import { readFile, statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import type { VolunteerReport } from '@banyan/proto';

export type Declared = VolunteerReport['declared'];

export interface SelfMeasure {
  start(): void;
  stop(): void;
  /** The event loop's delay is that since the last time. */
  take(): Promise<Declared>;
}

/** How often the event loop's delay is sampled. */
const SAMPLE_MS = 10;
/** Where the system does not say how many descriptors a process may have: what every system of today gives. */
const SAFE_DESCRIPTORS = 1_024;
const MAX_DESCRIPTORS = 1e9;

/** @param folder - whose disk counts; need not be there yet */
export function createSelfMeasure(folder: string): SelfMeasure {
  let histogram: IntervalHistogram | undefined;
  return {
    start() {
      histogram = monitorEventLoopDelay({ resolution: SAMPLE_MS });
      histogram.enable();
    },
    stop: () => void histogram?.disable(),
    async take() {
      // The histogram counts from one sample to the next, so its own period goes off.
      const delayMs = (histogram?.percentile(99) ?? 0) / 1e6 - SAMPLE_MS;
      histogram?.reset();
      const constrained = process.constrainedMemory();
      return {
        // Both heed the limits of a container.
        cores: availableParallelism(),
        memoryBytes: constrained > 0 ? Math.min(totalmem(), constrained) : totalmem(),
        descriptors: await descriptorLimit(),
        freeDiskBytes: await freeBytes(folder),
        loopDelayMs: Math.max(0, Math.round(delayMs * 100) / 100),
        uptimeMs: Math.round(process.uptime() * 1_000),
      };
    },
  };
}

async function descriptorLimit(): Promise<number> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1];
  if (soft === undefined) return SAFE_DESCRIPTORS;
  return soft === 'unlimited' ? MAX_DESCRIPTORS : Math.min(Number(soft), MAX_DESCRIPTORS);
}

async function freeBytes(folder: string): Promise<number> {
  try {
    const disk = await statfs(folder);
    return Math.min(disk.bavail * disk.bsize, 2 ** 50);
  } catch (error) {
    // It is made when it is needed, on the disk where its parent is.
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return isMissing && dirname(folder) !== folder ? freeBytes(dirname(folder)) : 0;
  }
}
