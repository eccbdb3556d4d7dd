import type { ChunkLedger } from './ledger.ts';
import { copyMap, createSource, hasChunk, isReady, isSequential, type Gone, type Source } from './source.ts';
import type { ReadonlyChunkSet } from './types.ts';

/** All sources of a download, and how common each chunk is among them. */
export class SourceTable {
  readonly #chunkCount: number;
  readonly #byId = new Map<string, Source>();
  /** Usable partial sources per chunk; made when the first one comes. */
  #availability: Uint16Array | undefined;
  #partials = 0;

  constructor(chunkCount: number) {
    this.#chunkCount = chunkCount;
  }

  get(id: string): Source | undefined {
    return this.#byId.get(id);
  }

  all(): Source[] {
    return [...this.#byId.values()];
  }

  /** Sources that are neither dropped nor removed. */
  usable(): Source[] {
    return this.all().filter((source) => source.gone === undefined);
  }

  add(id: string, now: number): Source {
    const source = createSource(id, this.#byId.size, now, this.#chunkCount);
    this.#byId.set(id, source);
    return source;
  }

  retire(source: Source, gone: Gone): void {
    if (source.gone === undefined) this.#count(source, -1);
    source.gone = gone;
    source.waiting = undefined;
  }

  restore(source: Source): void {
    if (source.gone === undefined) return;
    source.gone = undefined;
    this.#count(source, 1);
  }

  setMap(source: Source, chunks: ReadonlyChunkSet): void {
    const { map, held } = copyMap(chunks, this.#chunkCount);
    if (source.gone === undefined) this.#count(source, -1);
    source.map = map;
    source.held = held;
    source.toldMap = true;
    if (source.gone === undefined) this.#count(source, 1);
  }

  /**
   * Notes that a source lacks a chunk: `known` if that is no news, `contradiction` if its own map says otherwise,
   * `news` if it never told a map.
   */
  clearChunk(source: Source, chunk: number): 'known' | 'contradiction' | 'news' {
    if (!hasChunk(source, chunk)) return 'known';
    if (source.gone === undefined) this.#count(source, -1);
    source.map ??= new Uint8Array(this.#chunkCount).fill(1);
    source.map[chunk] = 0;
    source.held = (source.held ?? this.#chunkCount) - 1;
    if (source.gone === undefined) this.#count(source, 1);
    return source.toldMap ? 'contradiction' : 'news';
  }

  #count(source: Source, sign: 1 | -1): void {
    const { map } = source;
    if (map === undefined) return;
    this.#partials += sign;
    const availability = (this.#availability ??= new Uint16Array(this.#chunkCount));
    for (let i = 0; i < map.length; i++) availability[i]! += sign * map[i]!;
  }

  /** Usable partial sources per chunk; `undefined` while there is none. */
  availability(): Uint16Array | undefined {
    return this.#partials === 0 ? undefined : this.#availability;
  }

  /** Whether some chunk is missing that no usable source has. */
  someNowhere(ledger: ChunkLedger): boolean {
    const usable = this.usable();
    if (usable.some((source) => source.map === undefined)) return false;
    return ledger.free.runs.some((run) => {
      for (let chunk = run.start; chunk < run.end; chunk++) if (this.isNowhere(chunk)) return true;
      return false;
    });
  }

  /** Whether no usable partial source has the chunk. */
  isNowhere(chunk: number): boolean {
    return this.#partials === 0 || this.#availability?.[chunk] === 0;
  }

  /** Median rate of the usable sources that have shown one, `except` left out. */
  medianRate(except?: Source): number | undefined {
    const rates: number[] = [];
    for (const source of this.#byId.values()) {
      if (source === except || source.gone !== undefined || source.meter.rate === undefined) continue;
      rates.push(source.meter.rate);
    }
    if (rates.length === 0) return undefined;
    rates.sort((a, b) => a - b);
    const middle = rates.length >> 1;
    return rates.length % 2 === 1 ? rates[middle] : (rates[middle - 1]! + rates[middle]!) / 2;
  }

  /** Highest rate that a usable source has shown; 0 when none has. */
  bestRate(): number {
    let best = 0;
    for (const source of this.#byId.values()) {
      if (source.gone === undefined) best = Math.max(best, source.meter.rate ?? 0);
    }
    return best;
  }

  /** Sum of the rates of the sources that may be asked now. */
  swarmRate(now: number): number {
    let sum = 0;
    for (const source of this.#byId.values()) if (isReady(source, now)) sum += source.meter.rate ?? 0;
    return sum;
  }

  /** Other sources that may be asked now, can send from anywhere and have all chunks. */
  allRoundersBeside(source: Source, now: number): Source[] {
    return this.usable().filter(
      (other) =>
        other !== source &&
        !isSequential(other) &&
        other.map === undefined &&
        other.failuresInRow === 0 &&
        isReady(other, now),
    );
  }

  /** Whether others that work, and are quicker, have every missing chunk that the source has. */
  isReplaceable(source: Source, ledger: ChunkLedger, now: number): boolean {
    const others = this.usable().filter(
      (other) =>
        other !== source &&
        isReady(other, now) &&
        other.failuresInRow === 0 &&
        (other.meter.rate ?? 0) > (source.meter.rate ?? 0) &&
        // It would have to begin again for what the source leaves.
        !isSequential(other),
    );
    if (others.length === 0) return false;
    if (others.some((other) => other.map === undefined)) return true;
    for (let chunk = 0; chunk < this.#chunkCount; chunk++) {
      if (ledger.isProved(chunk) || !hasChunk(source, chunk)) continue;
      if (!others.some((other) => hasChunk(other, chunk))) return false;
    }
    return true;
  }
}
