/** Consecutive chunks, `end` exclusive. */
export interface Run {
  start: number;
  end: number;
}

/**
 * A set of chunk numbers kept as sorted, disjoint, non-adjacent runs. Cost goes with the number of runs, which
 * stays small because chunks are asked for in runs; nothing here scans chunk by chunk.
 */
export class RunSet {
  readonly #runs: Run[] = [];
  #size = 0;

  /** Chunks in the set. */
  get size(): number {
    return this.#size;
  }

  /** The runs in order; not to be changed by the caller, and only good until the next change. */
  get runs(): readonly Readonly<Run>[] {
    return this.#runs;
  }

  /** Index of the first run that ends after `chunk`. */
  #find(chunk: number): number {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#runs[middle]!.end <= chunk) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  has(chunk: number): boolean {
    const run = this.#runs[this.#find(chunk)];
    return run !== undefined && run.start <= chunk;
  }

  /** End (exclusive) of the run that holds `chunk`; `chunk` itself when it is not in the set. */
  endOf(chunk: number): number {
    const run = this.#runs[this.#find(chunk)];
    return run !== undefined && run.start <= chunk ? run.end : chunk;
  }

  add(start: number, end: number): void {
    if (start >= end) return;
    // From the run that touches `start` on the left to the one that touches `end` on the right: one run.
    const from = this.#find(start - 1);
    let to = from;
    let first = start;
    let last = end;
    let held = 0;
    for (; to < this.#runs.length && this.#runs[to]!.start <= end; to++) {
      const run = this.#runs[to]!;
      first = Math.min(first, run.start);
      last = Math.max(last, run.end);
      held += run.end - run.start;
    }
    this.#runs.splice(from, to - from, { start: first, end: last });
    this.#size += last - first - held;
  }

  remove(start: number, end: number): void {
    if (start >= end) return;
    const from = this.#find(start);
    const left: Run[] = [];
    let to = from;
    for (; to < this.#runs.length && this.#runs[to]!.start < end; to++) {
      const run = this.#runs[to]!;
      if (run.start < start) left.push({ start: run.start, end: start });
      if (run.end > end) left.push({ start: end, end: run.end });
      this.#size -= Math.min(run.end, end) - Math.max(run.start, start);
    }
    this.#runs.splice(from, to - from, ...left);
  }
}
