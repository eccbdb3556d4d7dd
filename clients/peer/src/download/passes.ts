/** What of a run is passed over, since it is here. */
import { chunkRange } from '@banyan/proto/base';

/** Consecutive chunks. */
export interface ChunkSpan {
  readonly first: number;
  readonly count: number;
}

/** The spans of a run that are passed over. */
export interface Passes {
  has(chunk: number): boolean;
  /** Bytes from `start` to `end` (exclusive) of the content that are passed over. */
  bytesBetween(start: number, end: number): number;
}

/** Whether a chunk lies in one of the spans. */
export function isPassed(spans: readonly ChunkSpan[], chunk: number): boolean {
  return spans.some(({ first, count }) => chunk >= first && chunk < first + count);
}

/** @param spans - in order, apart from each other */
export function createPasses(spans: readonly ChunkSpan[], length: number): Passes {
  return {
    has: (chunk) => isPassed(spans, chunk),
    bytesBetween(start, end) {
      let bytes = 0;
      for (const { first, count } of spans) {
        const from = chunkRange(length, first).start;
        const to = chunkRange(length, first + count - 1).end;
        bytes += Math.max(0, Math.min(end, to) - Math.max(start, from));
      }
      return bytes;
    },
  };
}
