import { CHUNK_BYTES } from '@banyan/proto';
import type { ChunkLedger } from './ledger.ts';
import { ASSUMED_LATENCY_MS, BEGINNING_SHARE, MAX_RACERS, MIN_GAIN_MS, RACE_SHARE } from './options.ts';
import {
  brings,
  bytesBefore,
  expectedSilence,
  hasChunk,
  isSequential,
  type Extent,
  type Request,
  type Source,
} from './source.ts';

/** What take-overs and races look at. */
export interface RescueContext {
  readonly ledger: ChunkLedger;
  readonly extent: Extent;
  /** Rate to reckon with, bytes per second; a guess for a source that has not shown any. */
  readonly rateOf: (source: Source) => number;
  /** Most chunks to take at once. */
  readonly limit: (source: Source) => number;
  readonly now: number;
}

/** The tail of a request's run that another source takes. */
export interface TakeOver {
  readonly request: Request;
  readonly start: number;
  readonly end: number;
}

/** Milliseconds until a request has brought everything before chunk `end`. */
function msToBring(request: Request, end: number, context: RescueContext): number {
  const { extent, rateOf, now } = context;
  let bytes = extent.toGo(request, end);
  for (const other of request.source.requests) {
    if (other === request) break;
    bytes += extent.toGo(other);
  }
  return expectedSilence(request, now) + (bytes * 1000) / rateOf(request.source);
}

/** Milliseconds until a helper would begin to receive. */
function msToBegin(helper: Source, { extent, rateOf }: RescueContext): number {
  return (helper.latencyMs ?? ASSUMED_LATENCY_MS) + (extent.queued(helper) * 1000) / rateOf(helper);
}

/**
 * The best tail for an idle source to take: of the request that would finish last, as much of what it has not
 * begun as lets both finish together. The chunk being received stays with its receiver (races see to it).
 */
export function findTakeOver(helper: Source, context: RescueContext): TakeOver | undefined {
  const { ledger, extent, rateOf, limit, now } = context;
  const begin = msToBegin(helper, context);
  const helperRate = rateOf(helper);
  let best: TakeOver | undefined;
  let bestGain = 0;
  for (const request of ledger.requests.values()) {
    const { source } = request;
    if (source === helper || request.race) continue;
    // What is taken from it can be given back at the price of its beginning alone: not to one that fails.
    if (isSequential(source) && helper.failuresInRow > 0) continue;
    // A request that has brought nothing keeps its first chunk while that is still to be hoped for; one that lets bytes
    // pass first, while nobody is known to bring it.
    const untouched =
      request.received === 0 &&
      ((request.toSkip > 0 && helper.meter.rate !== undefined) ||
        request !== source.requests[0] ||
        expectedSilence(request, now) > 1000);
    const from = untouched ? request.first : extent.current(request) + 1;
    let lowest = request.end;
    while (lowest > from && hasChunk(helper, lowest - 1) && ledger.isFirmlyWith(lowest - 1, request))
      lowest--;
    const finish = msToBring(request, request.end, context);
    const rate = rateOf(source);
    if (isSequential(helper)) {
      // It sends everything up to the end, wherever its run begins: it takes what its holder does not bring by then.
      const ready = begin + (bytesBefore(helper, request.end) * 1000) / helperRate;
      const take = Math.min(
        request.end - lowest,
        Math.max(1, Math.floor((((finish - ready) / 1000) * rate) / CHUNK_BYTES)),
      );
      const gain = finish - ready;
      if (take < 1 || ready >= finish * BEGINNING_SHARE || gain <= bestGain || gain < MIN_GAIN_MS) continue;
      best = { request, start: request.end - take, end: request.end };
      bestGain = gain;
      continue;
    }
    const most = Math.min(request.end - lowest, limit(helper));
    if (most < 1) continue;
    const balanced = ((finish - begin) / 1000) * ((helperRate * rate) / (helperRate + rate));
    const take = Math.min(most, Math.max(1, Math.floor(balanced / CHUNK_BYTES)));
    const start = request.end - take;
    const bytes = extent.bytesOf(start, request.end);
    const rest = start === request.first ? 0 : finish - (bytes * 1000) / rate;
    const gain = finish - Math.max(begin + (bytes * 1000) / helperRate, rest);
    if (gain > bestGain && gain >= MIN_GAIN_MS) {
      best = { request, start, end: request.end };
      bestGain = gain;
    }
  }
  return best;
}

/**
 * The outstanding chunk, if any, that an idle source would save most time on by fetching it too: one that it brings
 * clearly sooner than whoever has it in hand.
 *
 * @param from - only chunks in `[from, to)`
 */
export function findRace(
  helper: Source,
  context: RescueContext,
  from: number,
  to: number,
): number | undefined {
  const { ledger, extent, rateOf, now } = context;
  const begin = msToBegin(helper, context);
  const perMs = rateOf(helper) / 1000;
  let best: number | undefined;
  let bestGain = 0;
  for (const request of ledger.requests.values()) {
    if (request.source === helper) continue;
    const last = Math.min(request.end, to);
    for (let chunk = Math.max(extent.current(request), from); chunk < last; chunk++) {
      if (
        !brings(request, chunk) ||
        !hasChunk(helper, chunk) ||
        ledger.isProved(chunk) ||
        ledger.isChecking(chunk)
      )
        continue;
      const coverers = ledger.coverers(chunk);
      if (coverers.some((other) => other.source === helper)) continue;
      // Those that have fallen silent do not count as helpers, but there is an end to it.
      const audible = coverers.filter((other) => expectedSilence(other, now) < 1000).length;
      if (coverers.length >= MAX_RACERS) continue;
      let current = Number.POSITIVE_INFINITY;
      for (const other of coverers) current = Math.min(current, msToBring(other, chunk + 1, context));
      const own = begin + (bytesBefore(helper, chunk) + extent.bytesOf(chunk, chunk + 1)) / perMs;
      const gain = current - own;
      // The more are after it already, the more must be to be won.
      const share = RACE_SHARE * 0.85 ** Math.max(0, audible - 1);
      if (own < current * share && gain > bestGain && gain >= MIN_GAIN_MS) {
        best = chunk;
        bestGain = gain;
      }
      // Within one run the next chunk comes later still, but the first is what its order waits for.
      break;
    }
  }
  return best;
}
