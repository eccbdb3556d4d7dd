/** Finds sources of one content, by supernode and by those that are known, brings in mirrors as they are needed, and learns which chunks each has. */
import { DEFAULT_PLANNER_OPTIONS, type PlannerEvent } from '@banyan/core';
import {
  BanyanError,
  chunkCount,
  toBanyanError,
  type ChunkMap,
  type ContentId,
  type Source,
} from '@banyan/proto';
import type { Clock } from '@banyan/kit';
import { askMap } from './ask-map.ts';
import { FIND_TIMEOUT_MS, MIN_SWARM_BYTES, MIRRORS_AT_FIRST } from './constants.ts';
import { createHearsay } from './hearsay.ts';
import type { Lanes } from './lanes.ts';
import { readMap } from './read-map.ts';
import type { KnownSource, SourceBook } from './source-book.ts';
import type { DownloadsComponents, WantedContent } from './types.ts';

/** What a finder works with. */
export interface SourceFinderComponents {
  readonly content: WantedContent;
  readonly lanes: Lanes;
  readonly book: SourceBook;
  readonly ownDeviceId: string;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly findSources: DownloadsComponents['findSources'];
  readonly isBanned: (deviceId: string) => boolean;
  readonly servesAt: () => number | undefined;
  readonly token: () => Promise<string>;
  readonly tell: (event: PlannerEvent) => void;
  readonly onChange: () => void;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/** The eyes of one download. */
export interface SourceFinder {
  /** Whether a look has ended, with sources or without. */
  readonly hasSearched: boolean;
  /** Looks that have ended. */
  readonly looks: number;
  /** Why the last look was in vain. */
  readonly problem: BanyanError | undefined;
  /** Looks for sources; one look at a time. */
  find(): Promise<void>;
  /** Tells of the first mirrors. */
  begin(): void;
  /** Asks a source again which chunks it has. */
  refresh(deviceId: string): Promise<void>;
  /** Takes in a chunk map that came with an answer; undefined: the source is whole. */
  takeMap(source: KnownSource, text: string | undefined): void;
}

/** Makes a finder that has not looked yet. */
export function createSourceFinder(components: SourceFinderComponents): SourceFinder {
  const { lanes, book, tell, onChange, signal } = components;
  const { root, length } = components.content;
  // Peers are found by root alone.
  const content: ContentId | undefined = root === undefined ? undefined : { root, length };
  const chunksInAll = chunkCount(length);
  let mirrorsInUse = 0;
  let isFinding = false;
  let looks = 0;
  let problem: BanyanError | undefined;

  const take = (sources: readonly Source[]): void => {
    if (signal.aborted) return;
    for (const source of sources) {
      const noted = book.note(source);
      if (noted === undefined) continue;
      const { id: deviceId } = noted.known;
      // Whoever has a part is asked which part first, so that nothing is asked for in vain.
      if (source.partial && noted.isNew) void introduce(deviceId);
      else tell({ type: 'source-added', sourceId: deviceId });
    }
    onChange();
  };

  /** Mirrors in use get a new chance, and so many others join them. */
  const takeMirrors = (more: number): void => {
    const mirrors = [...book.all()].filter((source) => source.mirror !== undefined);
    mirrorsInUse = Math.min(mirrors.length, mirrorsInUse + more);
    for (const { id } of mirrors.slice(0, mirrorsInUse)) tell({ type: 'source-added', sourceId: id });
  };

  const introduce = async (deviceId: string): Promise<void> => {
    const chunks = await mapOf(deviceId);
    if (signal.aborted) return;
    tell({ type: 'source-added', sourceId: deviceId, ...(chunks === undefined ? {} : { chunks }) });
  };

  /** What a source has; undefined when it does not say. */
  const mapOf = async (deviceId: string): Promise<ChunkMap | undefined> => {
    const source = book.get(deviceId);
    if (source === undefined || source.mirror !== undefined || content === undefined) return undefined;
    return (await askMap({ content, lanes, token: components.token, signal }, book.peerTarget(source)))
      ?.chunks;
  };

  const hearsay =
    content === undefined
      ? undefined
      : createHearsay({
          ...components,
          content,
          onMap: (sourceId, chunks) => tell({ type: 'source-updated', sourceId, chunks }),
          onFound: (sourceId, chunks) => {
            tell({ type: 'source-added', sourceId, chunks });
            onChange();
          },
        });

  return {
    get hasSearched() {
      return looks > 0;
    },
    get looks() {
      return looks;
    },
    get problem() {
      return problem;
    },
    async find() {
      if (isFinding || signal.aborted) return;
      takeMirrors(MIRRORS_AT_FIRST);
      if (content === undefined) {
        looks += 1;
        onChange();
        return;
      }
      isFinding = true;
      // Those who have some of it may know others, whether a supernode can be asked or not.
      void hearsay?.ask();
      try {
        const limit = AbortSignal.any([signal, AbortSignal.timeout(FIND_TIMEOUT_MS)]);
        take(await components.findSources(content, { signal: limit, onSources: take }));
        problem = undefined;
        const known = [...book.all()].filter(({ drop }) => drop === undefined).length;
        if (known < DEFAULT_PLANNER_OPTIONS.wantedSources && length >= MIN_SWARM_BYTES) void hearsay?.ask();
      } catch (error) {
        const fault = toBanyanError(error, 'unreachable');
        if (!signal.aborted) problem = fault.code === 'aborted' ? new BanyanError('timeout') : fault;
      } finally {
        isFinding = false;
        looks += 1;
        onChange();
      }
    },
    begin: () => takeMirrors(MIRRORS_AT_FIRST),
    async refresh(deviceId) {
      const chunks = await mapOf(deviceId);
      if (chunks !== undefined) tell({ type: 'source-updated', sourceId: deviceId, chunks });
    },
    takeMap(source, text) {
      const chunks = readMap(text, chunksInAll);
      if (chunks !== undefined) tell({ type: 'source-updated', sourceId: source.id, chunks });
    },
  };
}
