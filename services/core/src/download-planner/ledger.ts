import { RunSet } from './run-set.ts';
import { brings, type Extent, type Request } from './source.ts';
import type { ReadonlyChunkSet } from './types.ts';

/**
 * Who has which chunk in hand: proved, being checked, asked for, or free. The free chunks are kept as a set of
 * runs, so that picking costs what the number of gaps costs.
 */
export class ChunkLedger {
  readonly chunkCount: number;
  readonly free = new RunSet();
  /** Counts changes that may give an idle source something new. */
  epoch = 0;
  /** Requests under way, by id, in the order in which they were started. */
  readonly requests = new Map<number, Request>();
  readonly #extent: Extent;
  readonly #proved: Uint8Array;
  /** Chunk → sources whose bytes of it are being checked. */
  readonly #checking = new Map<number, Set<string>>();
  #provedCount = 0;
  #provedBytes = 0;

  constructor(chunkCount: number, extent: Extent, have: ReadonlyChunkSet | undefined) {
    this.chunkCount = chunkCount;
    this.#extent = extent;
    this.#proved = new Uint8Array(chunkCount);
    let start = 0;
    for (let i = 0; i < chunkCount; i++) {
      if (have?.has(i) !== true) continue;
      this.#proved[i] = 1;
      this.#provedCount++;
      this.#provedBytes += extent.bytesOf(i, i + 1);
      this.free.add(start, i);
      start = i + 1;
    }
    this.free.add(start, chunkCount);
  }

  get provedCount(): number {
    return this.#provedCount;
  }

  get provedBytes(): number {
    return this.#provedBytes;
  }

  isProved(chunk: number): boolean {
    return this.#proved[chunk] === 1;
  }

  isChecking(chunk: number): boolean {
    return this.#checking.has(chunk);
  }

  /** Chunks that are being checked. */
  checked(): Iterable<number> {
    return this.#checking.keys();
  }

  /** How many chunks are proved in each cell of `perCell`. */
  provedPerCell(perCell: number): Uint32Array {
    const counts = new Uint32Array(Math.ceil(this.chunkCount / perCell));
    for (let cell = 0, chunk = 0; cell < counts.length; cell++) {
      const end = Math.min(this.chunkCount, chunk + perCell);
      let count = 0;
      for (; chunk < end; chunk++) count += this.#proved[chunk]!;
      counts[cell] = count;
    }
    return counts;
  }

  get isCheckingAny(): boolean {
    return this.#checking.size > 0;
  }

  /** Requests that are still to bring the chunk. */
  coverers(chunk: number): Request[] {
    const found: Request[] = [];
    for (const request of this.requests.values()) {
      if (brings(request, chunk) && chunk >= this.#extent.current(request)) found.push(request);
    }
    return found;
  }

  /** Whether this request alone is to bring the chunk, and it is not here yet. */
  isFirmlyWith(chunk: number, request: Request): boolean {
    if (this.isProved(chunk) || this.isChecking(chunk) || !brings(request, chunk)) return false;
    for (const other of this.requests.values()) {
      if (other !== request && brings(other, chunk)) return false;
    }
    return true;
  }

  /** End of the chunks from `from` on that the request is to bring and that are not proved; `from` when there is none. */
  wantedEnd(request: Request, from: number): number {
    let { end } = request;
    while (end > from && (!brings(request, end - 1) || this.isProved(end - 1))) end--;
    return end;
  }

  open(request: Request): void {
    this.requests.set(request.id, request);
    this.free.remove(request.first, request.end);
  }

  /** Ends a request; what it did not bring is free again unless another request brings it. */
  close(request: Request): void {
    this.requests.delete(request.id);
    this.release(request.first, request.end);
  }

  /** Ends a request's run earlier. The chunks cut off are free again. */
  shorten(request: Request, end: number): void {
    const cut = request.end;
    request.end = end;
    this.release(end, cut);
  }

  /** Makes those of the chunks free that are neither proved, being checked nor asked of anybody. */
  release(start: number, end: number): void {
    this.epoch++;
    let from = start;
    const flush = (to: number): void => {
      if (from < to) this.free.add(from, to);
    };
    for (let chunk = start; chunk < end; chunk++) {
      if (this.isProved(chunk) || this.isChecking(chunk) || this.#isAsked(chunk)) {
        flush(chunk);
        from = chunk + 1;
      }
    }
    flush(end);
  }

  #isAsked(chunk: number): boolean {
    for (const request of this.requests.values()) {
      // By run, not by bytes: between the last byte of a chunk and the word that it is being checked, it is asked.
      if (brings(request, chunk)) return true;
    }
    return false;
  }

  received(chunk: number, sourceId: string): void {
    if (this.isProved(chunk)) return;
    const by = this.#checking.get(chunk);
    if (by === undefined) this.#checking.set(chunk, new Set([sourceId]));
    else by.add(sourceId);
    this.free.remove(chunk, chunk + 1);
  }

  /** The check of a source's bytes ended without proof. */
  unchecked(chunk: number, sourceId: string | undefined): void {
    const by = this.#checking.get(chunk);
    if (by === undefined) return;
    if (sourceId !== undefined) by.delete(sourceId);
    if (sourceId === undefined || by.size === 0) this.#checking.delete(chunk);
  }

  /** Marks a chunk proved; `false` when it was already. */
  prove(chunk: number): boolean {
    this.#checking.delete(chunk);
    if (this.isProved(chunk)) return false;
    this.#proved[chunk] = 1;
    this.#provedCount++;
    this.#provedBytes += this.#extent.bytesOf(chunk, chunk + 1);
    this.free.remove(chunk, chunk + 1);
    return true;
  }

  /** A proved chunk is gone from disk. */
  unprove(chunk: number): void {
    if (!this.isProved(chunk)) return;
    this.#proved[chunk] = 0;
    this.#provedCount--;
    this.#provedBytes -= this.#extent.bytesOf(chunk, chunk + 1);
  }
}
