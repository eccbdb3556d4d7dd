import { BanyanError } from './errors.ts';
import { MAX_MAP_RUNS } from './limits.ts';

/** Chunks `start` to `end`, `end` exclusive. */
export interface ChunkRun {
  readonly start: number;
  readonly end: number;
}

/** Which chunks of a content somebody has. */
export interface ChunkMap {
  /** Chunks of the content. */
  readonly size: number;
  /** Chunks that are set. */
  readonly count: number;
  /** Whether all chunks are set. */
  readonly complete: boolean;
  /** Whether chunk `index` is set; false outside the map. */
  has(index: number): boolean;
  /** Whether all of `start` … `end − 1` are set. */
  hasAll(start: number, end: number): boolean;
  /** Sets or clears one chunk. Throws RangeError outside the map. Returns whether that changed it. */
  set(index: number, value?: boolean): boolean;
  /** Sets `start` … `end − 1`. */
  setRun(start: number, end: number): void;
  /** The first chunk at or after `from` that is not set; -1 when there is none. */
  firstMissing(from?: number): number;
  /** The first chunk at or after `from` that is set; -1 when there is none. */
  firstSet(from?: number): number;
  /** The runs of set chunks in order. */
  runs(): ChunkRun[];
  /** A copy of its own. */
  copy(): ChunkMap;
  /** Bitmap, first chunk in the highest bit of the first byte (as BEP 3), spare bits zero. */
  toBytes(): Uint8Array;
  /**
   * Header text of set chunks, ends inclusive: `0-5,9`; `none` for an empty map. A very ragged map names only its
   * first {@link MAX_MAP_RUNS} runs: less than there is, never more.
   */
  toText(): string;
}

/** Makes a map of `size` chunks, none of them set. */
export function createChunkMap(size: number): ChunkMap {
  return fromBitmap(new Uint8Array(Math.ceil(size / 8)), size);
}

/** Makes a map of `size` chunks, all of them set. */
export function fullChunkMap(size: number): ChunkMap {
  const map = createChunkMap(size);
  map.setRun(0, size);
  return map;
}

/**
 * Reads the bitmap form.
 *
 * @throws BanyanError `invalid_request` when it has another length or a spare bit set
 */
export function chunkMapFromBytes(bytes: Uint8Array, size: number): ChunkMap {
  const spare = bytes.length * 8 - size;
  const last = bytes[bytes.length - 1] ?? 0;
  if (bytes.length !== Math.ceil(size / 8) || (spare > 0 && (last & ((1 << spare) - 1)) !== 0)) {
    throw new BanyanError('invalid_request', `This is no bitmap of ${size} chunks.`);
  }
  return fromBitmap(Uint8Array.from(bytes), size);
}

/**
 * Reads the header text form.
 *
 * @throws BanyanError `invalid_request` when it is malformed, out of order, or names chunks outside the content
 */
export function chunkMapFromText(text: string, size: number): ChunkMap {
  const map = createChunkMap(size);
  const trimmed = text.trim();
  if (trimmed === 'none' || trimmed === '') return map;
  const parts = trimmed.split(',', MAX_MAP_RUNS + 1);
  if (parts.length > MAX_MAP_RUNS) {
    throw new BanyanError('invalid_request', `This chunk map has more than ${MAX_MAP_RUNS} runs.`);
  }
  let next = 0;
  for (const part of parts) {
    const match = /^\s*(\d{1,10})(?:-(\d{1,10}))?\s*$/.exec(part);
    const start = Number(match?.[1]);
    const last = Number(match?.[2] ?? match?.[1]);
    if (match === null || start < next || last < start || last >= size) {
      throw new BanyanError(
        'invalid_request',
        `This is no chunk map of ${size} chunks; it looks like 0-5,9.`,
      );
    }
    map.setRun(start, last + 1);
    next = last + 1;
  }
  return map;
}

function fromBitmap(bits: Uint8Array, size: number): ChunkMap {
  let count = 0;
  for (const byte of bits) for (let rest = byte; rest !== 0; rest &= rest - 1) count++;

  const has = (index: number): boolean =>
    index >= 0 && index < size && (bits[index >> 3]! & (128 >> (index & 7))) !== 0;

  /** First chunk at or after `from` whose bit equals `wanted`; whole bytes that cannot hold it are passed over. */
  const scan = (from: number, wanted: boolean): number => {
    const dull = wanted ? 0 : 255;
    let i = Math.max(0, from);
    while (i < size) {
      if ((i & 7) === 0 && bits[i >> 3] === dull) i += 8;
      else if (has(i) === wanted) return i;
      else i++;
    }
    return -1;
  };

  const set = (index: number, value = true): boolean => {
    if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new RangeError(`no chunk ${index}`);
    if (has(index) === value) return false;
    bits[index >> 3] = bits[index >> 3]! ^ (128 >> (index & 7));
    count += value ? 1 : -1;
    return true;
  };

  const runs = (): ChunkRun[] => {
    const found: ChunkRun[] = [];
    for (let start = scan(0, true); start !== -1;) {
      const gap = scan(start, false);
      const end = gap === -1 ? size : gap;
      found.push({ start, end });
      start = scan(end, true);
    }
    return found;
  };

  return {
    size,
    get count() {
      return count;
    },
    get complete() {
      return count === size;
    },
    has,
    hasAll(start, end) {
      if (start < 0 || end > size || start > end) return false;
      const missing = scan(start, false);
      return missing === -1 || missing >= end;
    },
    set,
    setRun(start, end) {
      for (let i = start; i < end; i++) set(i);
    },
    firstMissing: (from = 0) => scan(from, false),
    firstSet: (from = 0) => scan(from, true),
    runs,
    copy: () => fromBitmap(Uint8Array.from(bits), size),
    toBytes: () => Uint8Array.from(bits),
    toText() {
      if (count === 0) return 'none';
      return runs()
        .slice(0, MAX_MAP_RUNS)
        .map(({ start, end }) => (end - start === 1 ? `${start}` : `${start}-${end - 1}`))
        .join(',');
    },
  };
}
