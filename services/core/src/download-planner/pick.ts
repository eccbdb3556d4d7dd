import { CHUNK_BYTES } from '@banyan/proto';
import type { ChunkLedger } from './ledger.ts';
import { GROWTH_FACTOR, MIN_REQUEST_MS } from './options.ts';
import type { Playheads } from './playheads.ts';
import type { Run } from './run-set.ts';
import { hasChunk, isSequential, type Source } from './source.ts';
import type { PlannerOptions } from './types.ts';

/** What picking looks at. */
export interface PickContext {
  readonly ledger: ChunkLedger;
  readonly options: PlannerOptions;
  readonly random: () => number;
  readonly playheads: Playheads;
  /** Partial sources in use that have each chunk; `undefined`: there are none, all chunks are equally common. */
  readonly availability: Uint16Array | undefined;
  /** Sum of the known rates of all sources in use, bytes per second. */
  readonly swarmRate: number;
}

/**
 * How many chunks the source deserves in one request: about `queueMs` of its rate, growing from a small first
 * one; and when the free chunks run short, half its fair share of them, so that all sources finish together
 * without having to take chunks from each other.
 */
export function deservedChunks(source: Source, context: PickContext): number {
  const { options, ledger, swarmRate } = context;
  const { rate } = source.meter;
  let grown = source.lastCount;
  // The next one is picked when the one under way is as good as done.
  for (const request of source.requests) grown = Math.max(grown, request.end - request.first);
  if (rate === undefined || grown === 0) return options.firstRequestChunks;
  let chunks = (rate * options.queueMs) / 1000 / CHUNK_BYTES;
  if (context.playheads.leader !== undefined) chunks /= 3; // somebody waits for the front: stay able to turn
  if (rate < swarmRate * 0.999) {
    const least = (rate * MIN_REQUEST_MS) / 1000 / CHUNK_BYTES;
    chunks = Math.min(chunks, Math.max(least, (ledger.free.size * (rate / swarmRate)) / 2));
  }
  chunks = Math.min(Math.round(chunks), grown * GROWTH_FACTOR, options.maxRequestChunks);
  return Math.max(1, chunks);
}

/** A run to be asked for, and runs in it that the request is not for. */
export interface PickedRun extends Run {
  readonly passes?: readonly Run[];
  /** It begins at a place that rarity and chance chose. Default false. */
  readonly byRarity?: boolean;
}

/** The run of free chunks that the source is to be asked for; `undefined` when it has none of them. */
export function pickRun(source: Source, context: PickContext): PickedRun | undefined {
  if (context.ledger.free.size === 0) return undefined;
  if (isSequential(source)) return everythingFree(source, context);
  const count = deservedChunks(source, context);
  const { leader } = context.playheads;
  if (leader === undefined && context.availability !== undefined) {
    const start = rarestStart(source, context, context.availability, count);
    return start === undefined ? undefined : { byRarity: true, ...extend(source, context, start, count) };
  }
  const start = leader === undefined ? firstFree(source, context, 0) : playbackStart(source, context, leader);
  return start === undefined ? undefined : extend(source, context, start, count);
}

/**
 * For a source that sends from the beginning alone: everything from the first free chunk that it has to the last. Beginning
 * again for each gap would cost all that lies before it, once more. What is here is passed over; what others have in hand
 * is not: its bytes come all the same, and may come first.
 */
function everythingFree(source: Source, { ledger }: PickContext): PickedRun | undefined {
  let start: number | undefined;
  let end = 0;
  for (const run of ledger.free.runs) {
    if (source.map === undefined) {
      start ??= run.start;
      end = run.end;
      continue;
    }
    for (let chunk = run.start; chunk < run.end; chunk++) {
      if (!hasChunk(source, chunk)) continue;
      start ??= chunk;
      end = chunk + 1;
    }
  }
  if (start === undefined) return undefined;
  const passes: Run[] = [];
  for (let chunk = start; chunk < end; chunk++) {
    if (hasChunk(source, chunk) && !ledger.isProved(chunk) && !ledger.isChecking(chunk)) continue;
    const last = passes.at(-1);
    if (last?.end === chunk) last.end++;
    else passes.push({ start: chunk, end: chunk + 1 });
  }
  return { start, end, passes };
}

/** The windows of those who read, in their order; then on from the leader, then the rest. */
function playbackStart(source: Source, context: PickContext, leader: number): number | undefined {
  for (const { start, end } of context.playheads.windows) {
    const found = firstFree(source, context, start, end);
    if (found !== undefined) return found;
  }
  return firstFree(source, context, leader) ?? firstFree(source, context, 0);
}

/** First free chunk from `from` to before `to` that the source has. */
function firstFree(
  source: Source,
  { ledger }: PickContext,
  from: number,
  to = Number.POSITIVE_INFINITY,
): number | undefined {
  for (const run of ledger.free.runs) {
    if (run.end <= from) continue;
    const start = Math.max(run.start, from);
    const end = Math.min(run.end, to);
    if (start >= end) return undefined;
    if (source.map === undefined) return start;
    const found = source.map.subarray(start, end).indexOf(1);
    if (found >= 0) return start + found;
  }
  return undefined;
}

/**
 * Start of a run of the rarest free chunks that the source has: where its last run of them ended if that is one still, else
 * anywhere among them by chance, so that the members of a swarm fetch different parts and can help each other. A run from
 * before others were known is not gone on with: all who came at one time began at the front, and whoever stays with them
 * there has nothing that they lack. Nor does what they say show it: it is older than what they have.
 */
function rarestStart(
  source: Source,
  { ledger, random }: PickContext,
  availability: Uint16Array,
  count: number,
): number | undefined {
  let rarest = Number.POSITIVE_INFINITY;
  for (const run of ledger.free.runs) {
    for (let chunk = run.start; chunk < run.end; chunk++) {
      if (hasChunk(source, chunk)) rarest = Math.min(rarest, availability[chunk]!);
    }
  }
  if (rarest === Number.POSITIVE_INFINITY) return undefined;
  const eligible = (chunk: number): boolean => hasChunk(source, chunk) && availability[chunk] === rarest;
  const segments: Run[] = [];
  let places = 0; // starts that leave room for a whole run, at least one per segment
  for (const run of ledger.free.runs) {
    for (let chunk = run.start; chunk < run.end; chunk++) {
      if (!eligible(chunk)) continue;
      const segment = { start: chunk, end: chunk + 1 };
      while (segment.end < run.end && eligible(segment.end)) segment.end++;
      if (segment.start === source.nextChunk) return segment.start;
      segments.push(segment);
      places += placesIn(segment, count);
      chunk = segment.end;
    }
  }
  let place = Math.floor(random() * places);
  for (const segment of segments) {
    const here = placesIn(segment, count);
    if (place < here) return segment.start + place * count;
    place -= here;
  }
  return segments[0]?.start;
}

/** Whole runs that fit into a segment, at least one: runs start at its start or a whole number of runs later. */
function placesIn(segment: Run, count: number): number {
  return Math.max(1, Math.floor((segment.end - segment.start) / count));
}

/** The run from `start` on, as far as it is free, the source has it and it deserves it. */
function extend(source: Source, { ledger }: PickContext, start: number, count: number): Run {
  const limit = Math.min(ledger.free.endOf(start), start + count);
  let end = start + 1;
  if (source.map === undefined) end = limit;
  else while (end < limit && source.map[end] === 1) end++;
  return { start, end };
}
