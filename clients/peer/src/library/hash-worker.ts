/** Worker thread: reads files, one after the other, and answers with hashes and tags. */
import { closeSync } from 'node:fs';
import { basename } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { FileReadError, hashOpenFile, openExpected } from './hash-file.ts';
import type { HashAnswer, Hashes, HashJob, HashWorkerData } from './hash-messages.ts';
import { restAsTold } from './hash-pace.ts';
import { READ_BYTES } from './limits.ts';
import { tagReader } from './tags/read-tags.ts';

const port = parentPort;
if (port === null) throw new Error('this file is for a worker thread');
const cancelled = new Int32Array((workerData as HashWorkerData).cancelled);
const pace = new Int32Array((workerData as HashWorkerData).pace);
const answer = (message: HashAnswer): void => port.postMessage(message);

async function work({ job, path, size, stamp, hash }: HashJob): Promise<void> {
  const isCancelled = (): boolean => Atomics.load(cancelled, 0) === job;
  let fd: number | undefined;
  try {
    // Before the file is opened: on Windows its owner could not delete it.
    if (hash) restAsTold(pace, 0, isCancelled);
    fd = openExpected(path, { size, stamp });
    let since = performance.now();
    let hashes: Hashes | undefined;
    if (hash) {
      const { id, chunkHashes } = hashOpenFile(fd, { size, stamp }, (bytes) => {
        // Of small files the end is news enough.
        if (size > READ_BYTES) answer({ type: 'progress', job, bytes });
        restAsTold(pace, performance.now() - since, isCancelled);
        since = performance.now();
        return isCancelled();
      });
      hashes = { root: id.root, chunkHashes };
    }
    const readTags = tagReader(fd, size, basename(path));
    if (readTags === undefined) {
      answer({ type: 'done', job, hashes, tags: {} });
      return;
    }
    // Before the parsers begin: should one of them never end, the hashes are safe.
    if (hashes !== undefined) answer({ type: 'hashed', job, hashes });
    answer({ type: 'done', job, hashes: undefined, tags: await readTags() });
  } catch (error) {
    const fault = error instanceof FileReadError ? error.fault : 'unreadable';
    answer({ type: 'failed', job, fault, message: (error as Error).message });
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

let last = Promise.resolve();
port.on('message', (jobs: readonly HashJob[]) => {
  for (const job of jobs) last = last.then(() => work(job));
});
