import type { ChunkLedger } from './ledger.ts';
import { brings, stateOf, type Extent, type Source } from './source.ts';
import type { SourceTable } from './source-table.ts';
import type { ChunkRun, ChunkState, PlannerSnapshot, SourceSnapshot } from './types.ts';

/** What a snapshot is taken of. */
export interface SnapshotInput {
  readonly extent: Extent;
  readonly ledger: ChunkLedger;
  readonly sources: SourceTable;
  readonly paused: boolean;
  readonly bytesReceived: number;
  readonly rate: number;
  readonly nextCallAt: number | undefined;
  readonly now: number;
}

export function snapshotOf(input: SnapshotInput): PlannerSnapshot {
  const { extent, ledger, sources, now, rate } = input;
  const left = extent.length - ledger.provedBytes;
  const isComplete = ledger.provedCount === ledger.chunkCount;
  const isWorking =
    ledger.isCheckingAny || sources.usable().some((source) => stateOf(source, now) === 'active');
  return {
    state: isComplete ? 'complete' : input.paused ? 'paused' : isWorking ? 'running' : 'waiting',
    length: extent.length,
    chunkCount: ledger.chunkCount,
    chunksProved: ledger.provedCount,
    bytesProved: ledger.provedBytes,
    bytesReceived: input.bytesReceived,
    rate,
    etaMs: isComplete ? 0 : rate > 0 ? (left * 1000) / rate : undefined,
    sources: sources.all().map((source) => sourceSnapshotOf(source, extent, now)),
    nextCallAt: isComplete || input.paused ? undefined : input.nextCallAt,
  };
}

function sourceSnapshotOf(source: Source, extent: Extent, now: number): SourceSnapshot {
  let inFlight = 0;
  for (const request of source.requests) {
    for (let chunk = extent.current(request); chunk < request.end; chunk++)
      if (brings(request, chunk)) inFlight++;
  }
  return {
    sourceId: source.id,
    state: stateOf(source, now),
    since: source.since,
    rate: source.meter.rate,
    latencyMs: source.latencyMs,
    bytes: source.bytes,
    chunksProved: source.proved,
    chunksRefused: source.refused,
    chunksHeld: source.held,
    inFlight,
    failures: source.failures,
    failuresInRow: source.failuresInRow,
    reason: source.reason,
    evidence: source.evidence,
    retryAt: source.waiting !== undefined && source.waiting.until > now ? source.waiting.until : undefined,
  };
}

/** All chunks as runs of equal state. */
export function chunkRunsOf(ledger: ChunkLedger, sources: SourceTable): ChunkRun[] {
  const asked = new Uint8Array(ledger.chunkCount);
  for (const request of ledger.requests.values()) {
    for (let chunk = request.first; chunk < request.end; chunk++) if (brings(request, chunk)) asked[chunk]!++;
  }
  const someFull = sources.usable().some((source) => source.map === undefined);
  const stateOfChunk = (chunk: number): ChunkState => {
    if (ledger.isProved(chunk)) return 'proved';
    if (ledger.isChecking(chunk)) return 'checking';
    if (asked[chunk]! > 0) return asked[chunk]! > 1 ? 'raced' : 'requested';
    return someFull || !sources.isNowhere(chunk) ? 'missing' : 'nowhere';
  };
  const runs: { first: number; count: number; state: ChunkState }[] = [];
  for (let chunk = 0; chunk < ledger.chunkCount; chunk++) {
    const state = stateOfChunk(chunk);
    const last = runs.at(-1);
    if (last?.state === state) last.count++;
    else runs.push({ first: chunk, count: 1, state });
  }
  return runs;
}
