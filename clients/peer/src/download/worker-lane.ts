/** Lanes in worker threads, as the main loop sees them. */
import { Worker } from 'node:worker_threads';
import { workerUrl, type Identity } from '@banyan/kit';
import { LANE_LOOK_MS, LANE_MEMORY, WRITE_PAUSE_MS } from './constants.ts';
import type { LaneCommand, LaneEvent, LaneWorkerData } from './lane-messages.ts';
import { createMarkMemory, WriteWatch } from './write-mark.ts';

/** The near end of one lane. */
export interface LanePort {
  send(command: LaneCommand): void;
  close(): Promise<void>;
}

/** What a lane's near end reports to. */
export interface LanePortHandlers {
  readonly onEvents: (events: readonly LaneEvent[]) => void;
  /** The lane is gone without having been closed; nothing more is told of it. */
  readonly onGone: (error: Error) => void;
}

export type OpenLanePort = (handlers: LanePortHandlers) => LanePort;

/** Opens lanes in worker threads. One whose disk holds it is given up: the others' work is not to wait for that disk. */
export function workerLanes(identity: Identity): OpenLanePort {
  return ({ onEvents, onGone }) => {
    const writes = createMarkMemory();
    const data: LaneWorkerData = { certificate: identity.certificate, writes };
    const worker = new Worker(workerUrl(import.meta.url, './lane-worker.js'), {
      workerData: data,
      resourceLimits: LANE_MEMORY,
    });
    let isClosing = false;
    const lose = (error: Error): void => {
      if (!isClosing) onGone(error);
      isClosing = true;
    };
    const stir = watchWrites(new WriteWatch(writes), () => {
      // No message reaches it now, and nothing ends it, before its call returns.
      worker.removeAllListeners('message');
      worker.postMessage('end');
      worker.unref();
      lose(new Error('the disk that it writes to does not answer'));
    });
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.on('message', (events: readonly LaneEvent[]) => {
      stir();
      onEvents(events);
    });
    worker.on('error', lose);
    worker.on('exit', (code) => lose(new Error(`a lane ended with ${code}`)));
    // What is said within one turn of the loop goes together: a message costs more than what is in it.
    let commands: LaneCommand[] = [];
    const post = (): void => {
      const batch = commands;
      commands = [];
      worker.postMessage(batch);
    };
    return {
      send(command) {
        if (commands.push(command) === 1) queueMicrotask(post);
      },
      async close() {
        isClosing = true;
        if (commands.length > 0) post();
        worker.postMessage('end');
        const kill = setTimeout(() => void worker.terminate(), 2_000);
        await gone;
        clearTimeout(kill);
      },
    };
  };
}

/** Looks that find a write which began before a lane that had written rested too long to write by itself again. */
const LOOKS_AFTER_NEWS = Math.ceil(WRITE_PAUSE_MS / LANE_LOOK_MS) + 1;

/**
 * Looks after a lane's own writes while it has news, and somewhat longer: a process at rest is not woken.
 *
 * @returns to be called when there is news of the lane
 */
function watchWrites(watch: WriteWatch, onStuck: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let left = 0;
  const look = (): void => {
    timer = undefined;
    if (watch.giveUpWhenStuck()) {
      onStuck();
      return;
    }
    left -= 1;
    if (left > 0 || watch.isWriting) lookLater();
  };
  const lookLater = (): void => {
    timer = setTimeout(look, LANE_LOOK_MS).unref();
  };
  return () => {
    left = LOOKS_AFTER_NEWS;
    if (timer === undefined) lookLater();
  };
}
