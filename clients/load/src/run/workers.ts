/** The workers of a coordinator, on this machine and on those of agents. */
import { BanyanError, isErrorCode } from '@banyan/proto';
import type { AgentLink } from '../agent/agent-link.ts';
import type { FromWorker, IntervalMessage, PrepareMessage, Slice } from '../worker/messages.ts';
import { startRemoteWorker } from './remote-worker.ts';
import { startWorkerProcess, type WorkerEvents } from './worker-process.ts';

export interface WorkerHandlers {
  onProgress(slice: Slice, enrolled: number, deviceIds: readonly string[]): void;
  onInterval(slice: Slice, interval: IntervalMessage): void;
}

export interface LoadWorker {
  readonly slice: Slice;
  /** Enrols the leaves of its slice. @returns its resident memory with all identities made, before anybody is online */
  prepare(message: PrepareMessage): Promise<number>;
  /** Runs; resolves when everything is over and told. */
  run(at: number): Promise<void>;
  /** Ends the run early, in order. */
  stop(): void;
  /** Ends the process. */
  kill(): void;
}

export interface StartWorkerInit {
  /** Where it is started; absent: here. */
  readonly agent: AgentLink | undefined;
  readonly signal: AbortSignal;
}

/**
 * Starts a worker. It ends when this process ends.
 *
 * @throws BanyanError why its agent does not start one
 */
export async function startWorker(
  slice: Slice,
  handlers: WorkerHandlers,
  { agent, signal }: StartWorkerInit,
): Promise<LoadWorker> {
  let onPrepared: ((rss: number) => void) | undefined;
  let onFinished: (() => void) | undefined;
  let fail: (error: BanyanError) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  // It may fail while nobody waits for it.
  failed.catch(() => undefined);
  const onMessage = (message: FromWorker): void => {
    switch (message.kind) {
      case 'progress':
        handlers.onProgress(slice, message.enrolled, message.deviceIds);
        break;
      case 'prepared':
        onPrepared?.(message.rssBytes);
        break;
      case 'interval':
        handlers.onInterval(slice, message);
        break;
      case 'finished':
        onFinished?.();
        break;
      case 'failed':
        fail(new BanyanError(isErrorCode(message.code) ? message.code : 'internal', message.message));
        break;
    }
  };
  const events: WorkerEvents = { onMessage, onEnd: (error) => fail(error) };
  const line =
    agent === undefined ? startWorkerProcess(events) : await startRemoteWorker(agent, events, signal);
  return {
    slice,
    prepare(message) {
      const prepared = new Promise<number>((resolve) => (onPrepared = resolve));
      line.send(message);
      return Promise.race([prepared, failed]);
    },
    run(at) {
      const finished = new Promise<void>((resolve) => (onFinished = resolve));
      line.send({ kind: 'start', at });
      return Promise.race([finished, failed]);
    },
    stop: () => line.send({ kind: 'stop' }),
    kill: () => line.kill(),
  };
}
