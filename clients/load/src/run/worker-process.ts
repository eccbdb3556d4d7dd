/** A worker as a process of this machine. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BanyanError } from '@banyan/proto';
import { SESSION_ALLOCATOR, SESSION_NODE_ARGS, workerUrl } from '@banyan/kit';
import type { FromWorker, ToWorker } from '../worker/messages.ts';

/** What carries the messages of a worker, wherever that is. */
export interface WorkerLine {
  send(message: ToWorker): void;
  /** Ends the worker, whatever it is doing. */
  kill(): void;
}

export interface WorkerEvents {
  readonly onMessage: (message: FromWorker) => void;
  /** It is gone; also told when it was killed. */
  readonly onEnd: (why: BanyanError) => void;
}

const MAIN = fileURLToPath(workerUrl(import.meta.url, '../worker/load-worker.js'));

/** Starts a worker process. It ends when this process ends. */
export function startWorkerProcess({ onMessage, onEnd }: WorkerEvents): WorkerLine {
  const child = fork(MAIN, [], {
    // Typed arrays cross as they are.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [...SESSION_NODE_ARGS],
    env: { ...process.env, ...SESSION_ALLOCATOR },
  });
  child.on('error', (cause) =>
    onEnd(new BanyanError('internal', 'A load worker could not be started.', { cause })),
  );
  child.on('exit', (code, signal) =>
    onEnd(
      new BanyanError(
        'internal',
        `A load worker ended in the middle of the run (${signal ?? `exit code ${code ?? '?'}`}).`,
      ),
    ),
  );
  child.on('message', onMessage);
  return {
    send(message) {
      if (child.connected) child.send(message);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
