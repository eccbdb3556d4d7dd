/** The engine of a download in its room: what it does is kept in the download's header. */
import { AUDIENCE, type DownloadSourceView } from '@banyan/proto';
import { traceFields } from '@banyan/kit';
import { createEngine } from './engine.ts';
import type { Engine } from './engine-types.ts';
import type { Item, ItemTable } from './item-table.ts';
import { loadProof } from './kept-proof.ts';
import type { Lanes } from './lanes.ts';
import { tracedLanes } from './traced-lanes.ts';
import { freeBytes } from './part-file.ts';
import type { DownloadMeter } from './meter.ts';
import type { DownloadsComponents, FinishedFile } from './types.ts';

/** What the engine of an item is made of. */
export interface ItemEngineComponents {
  readonly room: DownloadsComponents;
  readonly lanes: Lanes;
  readonly table: Pick<ItemTable, 'paths' | 'keep' | 'save'>;
  readonly findSources: DownloadsComponents['findSources'];
  /** A source refused our token; says whether another one is to be tried. */
  readonly onTokenRefused: () => boolean;
  readonly meter: DownloadMeter;
  /** Something that is shown has changed. */
  readonly onChange: () => void;
  /** Resolves when that is kept. */
  readonly onDone: (
    file: FinishedFile,
    fetchedBytes: number,
    sources: readonly DownloadSourceView[],
  ) => Promise<void>;
}

/** Makes the engine of a download that has none. */
export function createItemEngine(components: ItemEngineComponents, item: Item): Engine {
  const { room, lanes, table } = components;
  const { header, content } = item;
  const { isBanned, swarm, servesAt, isBlocked } = room;
  const engine = createEngine(
    {
      ...(isBanned === undefined ? {} : { isBanned }),
      ...(swarm === undefined ? {} : { swarm }),
      ...(servesAt === undefined ? {} : { servesAt }),
      ...(isBlocked === undefined ? {} : { isBlocked }),
      clock: room.clock,
      log: room.log.child(traceFields(item.traceparent)),
      random: room.random,
      findSources: (wanted, options) =>
        components.findSources(wanted, { ...options, traceparent: item.traceparent }),
      reportBadSource: room.reportBadSource,
      ownDeviceId: room.identity.deviceId,
      lanes: tracedLanes(lanes, () => item.traceparent),
      token: (signal) => room.tokens.token(AUDIENCE.peer, signal),
      onTokenRefused: components.onTokenRefused,
      freeBytes: room.freeBytes ?? freeBytes,
      onChange: components.onChange,
      meter: components.meter,
      onPlacing: async (path) => {
        header.placing = path;
        await table.keep(header);
      },
      onDone: (path, whole, chunkHashes) =>
        components.onDone(
          { path, content: whole, chunkHashes },
          engine.fetchedBytes,
          engine.sources().map((source) => ({ ...source, bytesPerSecond: 0 })),
        ),
      onMirror: (mirror) => {
        header.mirrors = header.mirrors?.map((one) => (one.url === mirror.url ? mirror : one)) ?? [mirror];
        void table.save(item);
      },
    },
    {
      id: header.id,
      content,
      name: header.name,
      folder: header.folder,
      mayMakeFolder: header.ownFolder,
      logPath: table.paths(header.id).log,
      placing: header.placing,
      isNew: item.isNew,
      mirrors: header.mirrors ?? [],
      loadProof: async () =>
        header.proof === undefined || content.root !== undefined
          ? undefined
          : await loadProof(table.paths(header.id).pieces, header.proof),
    },
  );
  return engine;
}
