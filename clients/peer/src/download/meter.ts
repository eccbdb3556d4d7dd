/** What downloads measure of themselves, under the names that dashboards and alerts use. */
import type { PlannerEvent } from '@banyan/core';
import { DownloadState, type ErrorCode } from '@banyan/proto';
import type { Metrics } from '@banyan/kit';

/** What became of a chunk: right and written; wrong, and fetched anew; right but not written, or lost again by the disk. */
type ChunkResult = 'proved' | 'refused' | 'lost';

/** The figures of all downloads together. */
export interface DownloadMeter {
  /** Bytes of content came over the network, whatever becomes of them. */
  fetched(bytes: number): void;
  chunk(result: ChunkResult): void;
  /** Counts what a planner was told of chunks. */
  told(event: PlannerEvent): void;
  /** A source is not asked any more. */
  dropped(reason: ErrorCode): void;
  /** @param result - `done`, or the code of the problem that it failed by */
  ended(result: string): void;
}

const CHUNK_RESULTS: Readonly<Partial<Record<PlannerEvent['type'], ChunkResult>>> = {
  'chunk-proved': 'proved',
  'chunk-refused': 'refused',
  'chunk-lost': 'lost',
};

/** Makes the figures; without `metrics` they go nowhere. */
export function createDownloadMeter(metrics: Metrics | undefined): DownloadMeter {
  const bytes = metrics?.counter({
    name: 'banyan_download_bytes_total',
    help: 'Bytes of content that came over the network, refused ones included.',
  });
  const chunks = metrics?.counter({
    name: 'banyan_download_chunks_total',
    help: 'Chunks that came: proved, refused because their bytes are wrong, or lost before they were on the disk.',
    labels: ['result'],
  });
  const drops = metrics?.counter({
    name: 'banyan_download_sources_dropped_total',
    help: 'Sources that a download asks no more, by reason.',
    labels: ['reason'],
  });
  const ends = metrics?.counter({
    name: 'banyan_download_ends_total',
    help: 'Downloads that came to an end: done, or why they failed.',
    labels: ['result'],
  });
  // Rates of what never happened are 0, not unknown: alerts count on it.
  for (const result of ['proved', 'refused', 'lost'] as const) chunks?.inc({ result }, 0);
  const meter: DownloadMeter = {
    fetched: (count) => bytes?.inc(count),
    chunk: (result) => chunks?.inc({ result }),
    told: ({ type }) => {
      const result = CHUNK_RESULTS[type];
      if (result !== undefined) meter.chunk(result);
    },
    dropped: (reason) => drops?.inc({ reason }),
    ended: (result) => ends?.inc({ result }),
  };
  return meter;
}

/** Shows how many downloads there are in each state, and how many fetch now. */
export function addDownloadGauges(
  metrics: Metrics | undefined,
  { states, active }: { readonly states: () => Iterable<DownloadState>; readonly active: () => number },
): void {
  metrics?.gauge({
    name: 'banyan_downloads_active',
    help: 'Downloads that fetch now.',
    collect: active,
  });
  metrics?.gauge({
    name: 'banyan_downloads',
    help: 'Downloads on the list, by state.',
    labels: ['state'],
    collect: () => {
      const counts = new Map<DownloadState, number>(DownloadState.anyOf.map((state) => [state.const, 0]));
      for (const state of states()) counts.set(state, (counts.get(state) ?? 0) + 1);
      return [...counts].map(([state, value]) => ({ labels: { state }, value }));
    },
  });
}
