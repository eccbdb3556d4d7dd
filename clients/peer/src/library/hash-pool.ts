/** Worker threads that hash: started when there is work, ended when there is none, replaced when they die. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { workerUrl, type Clock, type Log, type Timer } from '@banyan/kit';
import { BanyanError, NO_TAGS, type ContentId, type Tags } from '@banyan/proto';
import { FileReadError } from './hash-file.ts';
import type { HashAnswer, Hashes, HashJob, HashWorkerData } from './hash-messages.ts';
import { createHashPace, type Pace } from './hash-pace.ts';
import {
  BYTES_PER_WORKER,
  JOBS_PER_WORKER,
  MAX_HASH_WORKERS,
  TAG_TIMEOUT_MS,
  WORKER_HEAP_MIB,
  WORKER_IDLE_MS,
} from './limits.ts';

/** What is to be read. */
export type HashTask = Omit<HashJob, 'job'>;

/** What was read; without hashes when the task asked for tags only. */
export interface HashResult {
  readonly content: ContentId | undefined;
  readonly chunkHashes: Uint8Array | undefined;
  readonly tags: Tags;
}

export interface HashPoolComponents {
  readonly clock: Clock;
  readonly log: Log;
}

export interface HashPoolInit {
  /** Default: one less than there are cores, 1 to {@link MAX_HASH_WORKERS}. */
  readonly workers?: number;
  /** Time for tags after which a worker is ended; for tests. */
  readonly tagTimeoutMs?: number;
  /** The compiled worker; for tests of workers that die. */
  readonly worker?: URL;
}

/** Reads files on other threads. */
export interface HashPool {
  /** Tasks that are taken at once; further ones wait in the pool. */
  readonly width: number;
  /**
   * Hashes a file, reads its tags.
   *
   * @param onProgress - told of bytes as they are read
   * @throws FileReadError, BanyanError `aborted`, `internal` when the worker died of it
   */
  run(
    task: HashTask,
    options: { onProgress?: (bytes: number) => void; signal: AbortSignal },
  ): Promise<HashResult>;
  /** From now on, in the midst of files too. Tags are read as ever. */
  setPace(pace: Pace): void;
  close(): Promise<void>;
}

interface Pending {
  readonly job: HashJob;
  readonly onProgress: ((bytes: number) => void) | undefined;
  readonly settle: (outcome: HashResult | Error) => void;
  /** Nobody waits for it any more. */
  abandoned: boolean;
  /** A worker died while it was under way. */
  survived: boolean;
  hashes?: Hashes;
}

interface Slot {
  readonly worker: Worker;
  readonly cancelled: Int32Array;
  /** In the order in which the worker does them; the first is under way. */
  readonly jobs: Pending[];
  /** Of the jobs that the worker has not been told of yet. */
  outbox: HashJob[];
  idle: Timer | undefined;
  tagWatch: Timer | undefined;
  ended: boolean;
}

/** A parser must not be ended by the clock before its own limit had its chance. */
const TAG_GRACE_MS = 1_000;

export function createHashPool(components: HashPoolComponents, init: HashPoolInit = {}): HashPool {
  const { clock, log } = components;
  const size = init.workers ?? Math.max(1, Math.min(availableParallelism() - 1, MAX_HASH_WORKERS));
  const tagLimitMs = init.tagTimeoutMs ?? TAG_TIMEOUT_MS + TAG_GRACE_MS;
  const url = init.worker ?? workerUrl(import.meta.url, './hash-worker.js');
  const slots = new Set<Slot>();
  const waiting: Pending[] = [];
  const pace = createHashPace();
  let lastJob = 0;
  let closed = false;

  function startSlot(): Slot {
    const shared = new SharedArrayBuffer(4);
    const worker = new Worker(url, {
      workerData: { cancelled: shared, pace: pace.shared } satisfies HashWorkerData,
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MIB },
      // Nothing of the caller's flags: a test runner's are not for workers.
      execArgv: [],
      name: 'banyan-hash',
    });
    const slot: Slot = {
      worker,
      cancelled: new Int32Array(shared),
      jobs: [],
      outbox: [],
      idle: undefined,
      tagWatch: undefined,
      ended: false,
    };
    slots.add(slot);
    worker.on('message', (message: HashAnswer) => onAnswer(slot, message));
    // An error overtakes the answers that the worker gave before it; its exit does not.
    let fault = new Error('the worker ended');
    worker.on('error', (error: Error) => (fault = error));
    worker.on('exit', () => endSlot(slot, fault));
    return slot;
  }

  /**
   * A job under way that had its hashes is answered for with them; another is tried once more, since the worker may
   * have died of the one before. Those behind it go to others.
   */
  function endSlot(slot: Slot, error: Error): void {
    if (slot.ended) return;
    slot.ended = true;
    slots.delete(slot);
    slot.idle?.cancel();
    slot.tagWatch?.cancel();
    void slot.worker.terminate();
    const [current, ...behind] = slot.jobs;
    waiting.unshift(...behind);
    if (current !== undefined) {
      const { path, hash } = current.job;
      if (current.hashes !== undefined || !hash) {
        log.debug({ path, reason: error.message }, 'tags given up');
        current.settle(resultOf(current, {}));
      } else if (!current.survived && !current.abandoned) {
        log.debug({ path, reason: error.message }, 'a hash worker died; the file is tried again');
        current.survived = true;
        waiting.unshift(current);
      } else {
        log.warn({ path, err: error }, 'a hash worker died');
        current.settle(
          new BanyanError('internal', 'The file could not be read. The log has the details.', {
            cause: error,
          }),
        );
      }
    }
    feed();
  }

  function onAnswer(slot: Slot, message: HashAnswer): void {
    const [current] = slot.jobs;
    if (current?.job.job !== message.job) return;
    switch (message.type) {
      case 'progress':
        if (current.abandoned) Atomics.store(slot.cancelled, 0, message.job);
        else current.onProgress?.(message.bytes);
        return;
      case 'hashed':
        current.hashes = message.hashes;
        watchTags(slot);
        return;
      case 'done':
      case 'failed':
        slot.tagWatch?.cancel();
        slot.jobs.shift();
        if (message.type === 'done' && message.hashes !== undefined) current.hashes = message.hashes;
        current.settle(
          message.type === 'done'
            ? resultOf(current, message.tags)
            : new FileReadError(message.fault, message.message),
        );
        if (slot.jobs[0]?.job.hash === false) watchTags(slot);
        feed();
        if (slot.jobs.length === 0)
          slot.idle = clock.setTimeout(() => endSlot(slot, new Error('idle')), WORKER_IDLE_MS, {
            keepAlive: false,
          });
    }
  }

  function watchTags(slot: Slot): void {
    slot.tagWatch?.cancel();
    slot.tagWatch = clock.setTimeout(
      () => endSlot(slot, new Error('reading tags took too long')),
      tagLimitMs,
    );
  }

  function feed(): void {
    while (waiting.length > 0 && !closed) {
      let slot = [...slots].reduce<Slot | undefined>(
        (best, s) => (best === undefined || s.jobs.length < best.jobs.length ? s : best),
        undefined,
      );
      if ((slot === undefined || slot.jobs.length > 0) && slots.size < size) slot = startSlot();
      const next = waiting[0]!;
      if (slot === undefined || !hasRoom(slot, next)) return;
      waiting.shift();
      slot.idle?.cancel();
      slot.jobs.push(next);
      if (slot.outbox.length === 0) queueMicrotask(() => tell(slot));
      slot.outbox.push(next.job);
      if (slot.jobs.length === 1 && !next.job.hash) watchTags(slot);
    }
  }

  /** All that came for a worker in this turn is one message. */
  function tell(slot: Slot): void {
    const jobs = slot.outbox;
    slot.outbox = [];
    if (!slot.ended) slot.worker.postMessage(jobs);
  }

  /** A worker is filled up when it is down to half, so that messages carry many small files. */
  function hasRoom(slot: Slot, next: Pending): boolean {
    if (slot.jobs.length === 0) return true;
    if (slot.jobs.length >= JOBS_PER_WORKER) return false;
    if (slot.outbox.length === 0 && slot.jobs.length > JOBS_PER_WORKER / 2) return false;
    const bytes = slot.jobs.reduce((sum, { job }) => sum + job.size, next.job.size);
    return bytes <= BYTES_PER_WORKER;
  }

  return {
    width: size * JOBS_PER_WORKER,
    run(task, { onProgress, signal }) {
      return new Promise((resolve, reject) => {
        if (closed || signal.aborted) {
          reject(new BanyanError('aborted'));
          return;
        }
        const job: HashJob = { ...task, job: (lastJob = (lastJob % 0x7fff_fffe) + 1) };
        let settled = false;
        const onAbort = (): void => {
          pending.abandoned = true;
          const at = waiting.indexOf(pending);
          if (at >= 0) waiting.splice(at, 1);
          // The one under way is told through shared memory: its thread reads no messages meanwhile.
          for (const slot of slots) if (slot.jobs[0] === pending) Atomics.store(slot.cancelled, 0, job.job);
          pending.settle(new BanyanError('aborted'));
        };
        const pending: Pending = {
          job,
          onProgress,
          abandoned: false,
          survived: false,
          settle(outcome) {
            if (settled) return;
            settled = true;
            signal.removeEventListener('abort', onAbort);
            if (outcome instanceof Error) reject(outcome);
            else resolve(outcome);
          },
        };
        signal.addEventListener('abort', onAbort, { once: true });
        waiting.push(pending);
        feed();
      });
    },
    setPace: (next) => pace.set(next),
    async close() {
      closed = true;
      const all = [...slots];
      for (const pending of [...waiting.splice(0), ...all.flatMap((slot) => slot.jobs)])
        pending.settle(new BanyanError('aborted'));
      await Promise.all(
        all.map((slot) => {
          slot.ended = true;
          slot.idle?.cancel();
          slot.tagWatch?.cancel();
          return slot.worker.terminate();
        }),
      );
      slots.clear();
    },
  };
}

function resultOf(pending: Pending, found: Partial<Tags>): HashResult {
  const tags: Tags = Object.keys(found).length === 0 ? NO_TAGS : { ...NO_TAGS, ...found };
  const { hashes } = pending;
  return {
    content: hashes === undefined ? undefined : { root: hashes.root, length: pending.job.size },
    chunkHashes: hashes?.chunkHashes,
    tags,
  };
}
