import { CHUNK_BYTES, chunksPerCell, type ErrorCode } from '@banyan/proto';
import { ASSUMED_LATENCY_MS, QUIET_MS } from './options.ts';
import { RateMeter } from './rate-meter.ts';
import type { RunSet } from './run-set.ts';
import type { Evidence, ReadonlyChunkSet, SourceState } from './types.ts';

/** A request under way: chunks come in order from `first` to `end`. */
export interface Request {
  readonly id: number;
  readonly source: Source;
  readonly first: number;
  /** Exclusive; moves down when the request is shortened. */
  end: number;
  readonly race: boolean;
  readonly startedAt: number;
  /** Bytes of its run that came, those that were passed over included. */
  received: number;
  /** Chunks in its run that it does not bring, of a source that sends from the beginning alone: their bytes come all the same. */
  readonly passes: RunSet;
  /** Bytes before its run that come first, of a source that sends from the beginning alone. */
  toSkip: number;
  lastByteAt: number | undefined;
  /** Our own limit holds it back. */
  isHeld: boolean;
}

/** Why a source is out of use. */
export type Gone = 'lied' | 'failed' | 'slow' | 'removed';

/** What the planner knows of one source. */
export interface Source {
  readonly id: string;
  /** In order of arrival: the last tie-break. */
  readonly order: number;
  /** One byte per chunk; `undefined`: all. */
  map: Uint8Array | undefined;
  held: number | undefined;
  /** Whether it told the map itself. */
  toldMap: boolean;
  /** Since when it is known that it sends from the beginning alone. */
  sequentialSince: number | undefined;
  gone: Gone | undefined;
  waiting: { readonly until: number; readonly kind: 'queued' | 'backing-off' } | undefined;
  readonly requests: Request[];
  readonly meter: RateMeter;
  latencyMs: number | undefined;
  lastByteAt: number | undefined;
  bytes: number;
  proved: number;
  refused: number;
  /** Cells of {@link gavePerCell} chunks of which it gave some: a bounded number, however long the file. */
  readonly gave: Set<number>;
  readonly gavePerCell: number;
  failures: number;
  failuresInRow: number;
  failedAt: number;
  slowSince: number | undefined;
  /** Chunks of its last finished request: what the next may grow from. */
  lastCount: number;
  /** Where its last run ended, if that was picked by rarity: going on there keeps runs long. -1: nowhere. */
  nextChunk: number;
  /** Free-set epoch in which nothing was found for it; saves looking again. */
  emptyHanded: number;
  refreshAt: number | undefined;
  refreshMs: number;
  reason: ErrorCode | undefined;
  evidence: Evidence | undefined;
  state: SourceState;
  since: number;
}

export function createSource(id: string, order: number, now: number, chunkCount: number): Source {
  return {
    id,
    order,
    map: undefined,
    held: undefined,
    toldMap: false,
    sequentialSince: undefined,
    gone: undefined,
    waiting: undefined,
    requests: [],
    meter: new RateMeter(),
    latencyMs: undefined,
    lastByteAt: undefined,
    bytes: 0,
    proved: 0,
    refused: 0,
    gave: new Set(),
    gavePerCell: chunksPerCell(chunkCount),
    failures: 0,
    failuresInRow: 0,
    failedAt: Number.NEGATIVE_INFINITY,
    slowSince: undefined,
    lastCount: 0,
    nextChunk: -1,
    emptyHanded: -1,
    refreshAt: undefined,
    refreshMs: 0,
    reason: undefined,
    evidence: undefined,
    state: 'idle',
    since: now,
  };
}

/** Copies a chunk set; `undefined` when it holds every chunk. */
export function copyMap(
  chunks: ReadonlyChunkSet,
  chunkCount: number,
): { map: Uint8Array | undefined; held: number | undefined } {
  const map = new Uint8Array(chunkCount);
  let held = 0;
  for (let i = 0; i < chunkCount; i++) {
    if (chunks.has(i)) {
      map[i] = 1;
      held++;
    }
  }
  return held === chunkCount ? { map: undefined, held: undefined } : { map, held };
}

/** Whether a source sends from the beginning alone. */
export function isSequential(source: Source): boolean {
  return source.sequentialSince !== undefined;
}

/** Whether a request is to bring a chunk, or was. */
export function brings(request: Request, chunk: number): boolean {
  return chunk >= request.first && chunk < request.end && !request.passes.has(chunk);
}

/** Bytes that a source would send before chunk `first`. */
export function bytesBefore(source: Source, first: number): number {
  return isSequential(source) ? first * CHUNK_BYTES : 0;
}

export function hasChunk(source: Source, chunk: number): boolean {
  return source.map === undefined || source.map[chunk] === 1;
}

/** Whether a request may be started at it now, as far as waiting goes. */
export function isReady(source: Source, now: number): boolean {
  return source.gone === undefined && (source.waiting === undefined || source.waiting.until <= now);
}

export function stateOf(source: Source, now: number): SourceState {
  if (source.gone !== undefined) return source.gone === 'removed' ? 'removed' : 'dropped';
  const isAsking = source.requests.length > 0;
  // Asking again after a wait is not yet being served: that begins with the first byte, which ends the wait.
  if (source.waiting !== undefined && isAsking === source.waiting.until <= now) return source.waiting.kind;
  return isAsking ? 'active' : 'idle';
}

/** Byte arithmetic of one content. */
export class Extent {
  readonly length: number;

  constructor(length: number) {
    this.length = length;
  }

  bytesOf(first: number, end: number): number {
    return Math.max(0, Math.min(this.length, end * CHUNK_BYTES) - first * CHUNK_BYTES);
  }

  /** The chunk that a request is receiving; `end` when all its bytes are here. */
  current(request: Request): number {
    if (request.received >= this.bytesOf(request.first, request.end)) return request.end;
    return request.first + Math.floor(request.received / CHUNK_BYTES);
  }

  /** Bytes that still come over a request before chunk `end` (default: its end) is whole. */
  toGo(request: Request, end = request.end): number {
    return request.toSkip + Math.max(0, this.bytesOf(request.first, end) - request.received);
  }

  /** Bytes outstanding at a source. */
  queued(source: Source): number {
    let bytes = 0;
    for (const request of source.requests) bytes += this.toGo(request);
    return bytes;
  }
}

/**
 * How long until the next byte of a request, in expectation: the source's latency at first; once it is silent
 * beyond that, as long again as it has been silent (a pause that has lasted 2 s is likelier to last 2 s more than
 * to end now), twice over so that others step in early.
 */
export function expectedSilence(request: Request, now: number): number {
  const { source } = request;
  if (source.requests.some(({ isHeld }) => isHeld)) return 0;
  const last = Math.max(request.lastByteAt ?? request.startedAt, source.lastByteAt ?? request.startedAt);
  const silent = now - last;
  if (request.lastByteAt === undefined && source.requests[0] === request) {
    const latency = source.latencyMs ?? ASSUMED_LATENCY_MS;
    return silent <= Math.max(2 * latency, QUIET_MS) ? Math.max(0, latency - silent) : 2 * silent;
  }
  return silent <= QUIET_MS ? 0 : 2 * silent;
}
