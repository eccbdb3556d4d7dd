/** Events of a lane on their way to the main loop: progress is added up, the rest goes at the end of the turn. */
import { PROGRESS_MS } from './constants.ts';
import type { LaneEvent } from './lane-messages.ts';

export interface LaneOutbox {
  progress(request: number, bytes: number, passedOver?: number): void;
  send(event: LaneEvent): void;
  /** Posts what waits and ends. */
  close(): void;
}

/** Makes an outbox; `post` gets batches in order, a request's progress always before its other events. */
export function createLaneOutbox(post: (events: LaneEvent[]) => void): LaneOutbox {
  let events: LaneEvent[] = [];
  const progress = new Map<number, { bytes: number; passedOver: number }>();
  let timer: NodeJS.Timeout | undefined;
  let isScheduled = false;

  const addProgress = (): void => {
    for (const [request, { bytes, passedOver }] of progress)
      events.push({ type: 'progress', request, bytes, ...(passedOver === 0 ? {} : { passedOver }) });
    progress.clear();
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    isScheduled = false;
    addProgress();
    if (events.length === 0) return;
    const batch = events;
    events = [];
    post(batch);
  };
  return {
    progress(request, bytes, passedOver = 0) {
      const sum = progress.get(request);
      if (sum === undefined) progress.set(request, { bytes, passedOver });
      else {
        sum.bytes += bytes;
        sum.passedOver += passedOver;
      }
      timer ??= setTimeout(flush, PROGRESS_MS);
    },
    send(event) {
      addProgress();
      events.push(event);
      if (isScheduled) return;
      isScheduled = true;
      setImmediate(flush);
    },
    close: flush,
  };
}
