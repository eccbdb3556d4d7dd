/**
 * How often a view may be sent: at most four frames in any second, of which the first two at once (the window, then its
 * first change, such as the first hits of a search) and the others evenly apart.
 */

/** Any second. */
const WINDOW_MS = 1_000;
/** Frames in it. */
const FRAMES_PER_SECOND = 4;
/** Between two frames of a steady stream. */
export const FRAME_GAP_MS = WINDOW_MS / FRAMES_PER_SECOND;
/** Frames after a quiet second that need not wait. */
const BURST = 2;

export interface FramePace {
  /** When the next frame may go, on the clock of `now`; `now` itself: at once. */
  next(now: number): number;
  /** A frame went. */
  sent(now: number): void;
}

export function createFramePace(): FramePace {
  let times: number[] = [];
  return {
    next(now) {
      times = times.filter((time) => time > now - WINDOW_MS);
      const last = times.at(-1);
      if (last === undefined || times.length < BURST) return now;
      const full = times.length >= FRAMES_PER_SECOND ? (times[0] ?? 0) + WINDOW_MS : now;
      return Math.max(now, last + FRAME_GAP_MS, full);
    },
    sent(now) {
      times.push(now);
    },
  };
}
