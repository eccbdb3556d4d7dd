import { displayText, type FileError } from '@banyan/proto';
import { MAX_SHARE_ERRORS } from './limits.ts';

/** What went wrong with files of a share; the newest state per path. */
export interface ShareErrors {
  /** All of them, also those that are not kept. */
  readonly count: number;
  list(): FileError[];
  set(path: string, error: { readonly code: string; readonly message: string }): void;
  clear(path: string): void;
  /** Begins a round in which every error that still holds is set again. */
  beginRound(): void;
  /** Forgets those that were not set again. */
  endRound(): void;
}

/** Keeps at most {@link MAX_SHARE_ERRORS} errors and counts the rest. */
export function createShareErrors(): ShareErrors {
  const kept = new Map<string, FileError & { readonly round: number }>();
  let round = 0;
  let uncounted = 0;
  let before = 0;
  return {
    get count() {
      return kept.size + uncounted;
    },
    list: () => [...kept.values()].map(({ path, code, message }) => ({ path, code, message })),
    set(path, { code, message }) {
      if (!kept.has(path) && kept.size >= MAX_SHARE_ERRORS) {
        uncounted += 1;
        return;
      }
      kept.set(path, { path: displayText(path), code, message, round });
    },
    clear: (path) => void kept.delete(path),
    beginRound() {
      round += 1;
      before = uncounted;
    },
    endRound() {
      for (const [path, error] of kept) if (error.round !== round) kept.delete(path);
      uncounted -= before;
    },
  };
}
