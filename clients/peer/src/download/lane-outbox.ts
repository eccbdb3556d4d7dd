/**
 * Events of a lane on their way to the main loop. A message costs more than what is in it: progress is added up, what is
 * said of chunks while others arrive goes together, and all else takes it along at the end of the turn.
 */
import { CHUNK_NEWS_MS, PROGRESS_MS } from './constants.ts';
import type { LaneEvent } from './lane-messages.ts';

export interface LaneOutbox {
  progress(request: number, bytes: number, passedOver?: number): void;
  /** Posts at the end of the turn. */
  send(event: LaneEvent): void;
  /** Posts at the end of the turn, or when the last batch is {@link CHUNK_NEWS_MS} old. */
  sendSoon(event: LaneEvent): void;
  /** Posts what waits and ends. */
  close(): void;
}

/** Makes an outbox; `post` gets batches in order, a request's progress always before its other events. */
export function createLaneOutbox(post: (events: LaneEvent[]) => void): LaneOutbox {
  let events: LaneEvent[] = [];
  const progress = new Map<number, { bytes: number; passedOver: number }>();
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Timeout | undefined;
  let isScheduled = false;
  let postedAt = -Infinity;

  const addProgress = (): void => {
    for (const [request, { bytes, passedOver }] of progress)
      events.push({ type: 'progress', request, bytes, ...(passedOver === 0 ? {} : { passedOver }) });
    progress.clear();
  };
  const flush = (): void => {
    clearTimeout(timer);
    clearTimeout(soon);
    timer = undefined;
    soon = undefined;
    isScheduled = false;
    addProgress();
    if (events.length === 0) return;
    const batch = events;
    events = [];
    postedAt = performance.now();
    post(batch);
  };
  const flushAfterTurn = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(flush);
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
      flushAfterTurn();
    },
    sendSoon(event) {
      addProgress();
      events.push(event);
      if (isScheduled || soon !== undefined) return;
      const waitMs = postedAt + CHUNK_NEWS_MS - performance.now();
      if (waitMs <= 0) flushAfterTurn();
      else soon = setTimeout(flush, waitMs);
    },
    close: flush,
  };
}
