/** Worker thread: reads files, one after the other, and answers with hashes and tags. */
import { closeSync } from 'node:fs';
import { basename } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { FileReadError, hashOpenFile, openExpected } from './hash-file.ts';
import type { HashAnswer, HashJob, HashWorkerData } from './hash-messages.ts';
import { readTags } from './tags/read-tags.ts';

const port = parentPort;
if (port === null) throw new Error('this file is for a worker thread');
const cancelled = new Int32Array((workerData as HashWorkerData).cancelled);
const answer = (message: HashAnswer): void => port.postMessage(message);

async function work({ job, path, size, stamp, hash }: HashJob): Promise<void> {
  const isCancelled = (): boolean => Atomics.load(cancelled, 0) === job;
  let fd: number | undefined;
  try {
    fd = openExpected(path, { size, stamp });
    if (hash) {
      const { id, chunkHashes } = hashOpenFile(fd, { size, stamp }, (bytes) => {
        answer({ type: 'progress', job, bytes });
        return isCancelled();
      });
      answer({ type: 'hashed', job, root: id.root, chunkHashes });
    }
    answer({ type: 'done', job, tags: await readTags(fd, size, basename(path)) });
  } catch (error) {
    const fault = error instanceof FileReadError ? error.fault : 'unreadable';
    answer({ type: 'failed', job, fault, message: (error as Error).message });
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

let last = Promise.resolve();
port.on('message', (job: HashJob) => {
  last = last.then(() => work(job));
});
