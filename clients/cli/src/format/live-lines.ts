/** Lines at the bottom of a terminal that are drawn again as they change. */
import cliProgress from 'cli-progress';
import type { Output } from '../context.ts';

export interface LiveLines {
  /** The lines as they are now; more than fit the screen are left out. */
  set(lines: readonly string[]): void;
  /** Writes a line above them that stays. */
  log(line: string): void;
  /** Takes them away, or leaves them as they were last. */
  stop(keep: boolean): void;
}

const REDRAWS_PER_SECOND = 10;
const CLEAR_LINE = '\r\u001b[K';

/**
 * cli-progress does the drawing (pace, cursor, clipping at the edge of the screen); each of its bars is one line of ours.
 */
export function createLiveLines(output: Output): LiveLines {
  const bars: cliProgress.SingleBar[] = [];
  let shown: readonly string[] = [];
  let stopped = false;
  const multi = new cliProgress.MultiBar({
    stream: output.stream,
    format: (_options, _params, payload: { line: string }) => payload.line,
    fps: REDRAWS_PER_SECOND,
    hideCursor: true,
    linewrap: false,
    forceRedraw: true,
    gracefulExit: false,
    clearOnComplete: true,
  });
  return {
    set(lines) {
      if (stopped) return;
      shown = lines.slice(0, Math.max(1, output.height - 2));
      while (bars.length < shown.length) bars.push(multi.create(1, 0, { line: '' }));
      bars.forEach((bar, at) => bar.update({ line: shown[at] ?? '' }));
    },
    log(line) {
      if (bars.length === 0 || stopped) output.write(`${line}\n`);
      else multi.log(`${CLEAR_LINE}${line}\n`);
    },
    stop(keep) {
      if (stopped) return;
      stopped = true;
      if (bars.length === 0) return;
      // What was logged since the last redraw would be lost otherwise.
      multi.update();
      multi.stop();
      if (keep) output.write(shown.map((line) => `${line}\n`).join(''));
    },
  };
}
