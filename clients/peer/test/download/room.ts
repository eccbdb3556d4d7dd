/** A download room for tests: lanes in this thread unless asked otherwise, sources as the test says. */
import { readdir } from 'node:fs/promises';
import type { BadSource, DownloadView, Source } from '@banyan/proto';
import { silentLog, systemClock, type Identity } from '@banyan/kit';
import { createLane } from '../../src/download/lane.ts';
import { openHeaderBook } from '../../src/download/header-book.ts';
import type { OpenLaneFile } from '../../src/download/lane-files.ts';
import type { OpenLanePort } from '../../src/download/worker-lane.ts';
import { createDownloads, type Downloads, type FinishedFile } from '../../src/download/index.ts';
import type { SwarmMemory } from '../../src/swarm-memory.ts';
import { newIdentity, until, type Stage } from '../swarm.ts';

export interface RoomInit {
  readonly sources: () => readonly Source[] | Promise<readonly Source[]>;
  readonly folder: string;
  readonly stateDir: string;
  readonly identity?: Identity;
  readonly openFile?: OpenLaneFile;
  readonly freeBytes?: (folder: string) => Promise<number>;
  readonly token?: (deviceId: string) => Promise<string>;
  readonly pathOf?: () => string | undefined;
  readonly isBlocked?: () => boolean;
  readonly isBanned?: (deviceId: string) => boolean;
  readonly swarm?: SwarmMemory;
  readonly servesAt?: number;
  readonly threads?: boolean;
  readonly maxActive?: number;
}

export interface Room {
  readonly downloads: Downloads;
  readonly identity: Identity;
  readonly finished: FinishedFile[];
  readonly reports: BadSource[];
  /** Resolves with the view once it satisfies `check`. */
  view(id: string, check: (view: DownloadView) => boolean, what: string): Promise<DownloadView>;
  done(id: string): Promise<DownloadView>;
}

function localLane(identity: Identity, openFile?: OpenLaneFile): OpenLanePort {
  return ({ onEvents }) => {
    const lane = createLane({
      identity,
      post: (events) => queueMicrotask(() => onEvents(events)),
      ...(openFile === undefined ? {} : { openFile }),
    });
    return { send: (command) => lane.handle(command), close: () => lane.close() };
  };
}

export async function createRoom(stage: Stage, init: RoomInit): Promise<Room> {
  const identity = init.identity ?? (await newIdentity());
  const finished: FinishedFile[] = [];
  const reports: BadSource[] = [];
  const downloads = createDownloads(
    {
      identity,
      tokens: {
        token: () =>
          init.token?.(identity.deviceId) ?? Promise.resolve(stage.network.token(identity.deviceId)),
        invalidate: () => undefined,
      },
      clock: systemClock,
      log: silentLog(),
      random: Math.random,
      findSources: async () => init.sources(),
      reportBadSource: (report) => void reports.push(report),
      library: {
        addFinished: (file) => void finished.push(file),
        ...(init.pathOf === undefined ? {} : { pathOf: init.pathOf }),
      },
      ...(init.isBanned === undefined ? {} : { isBanned: init.isBanned }),
      ...(init.swarm === undefined ? {} : { swarm: init.swarm }),
      servesAt: () => init.servesAt,
      ...(init.isBlocked === undefined ? {} : { isBlocked: init.isBlocked }),
      ...(init.threads === true ? {} : { openLane: localLane(identity, init.openFile) }),
      ...(init.freeBytes === undefined ? {} : { freeBytes: init.freeBytes }),
    },
    {
      folder: init.folder,
      stateDir: init.stateDir,
      lanes: 2,
      ...(init.maxActive === undefined ? {} : { maxActive: init.maxActive }),
    },
  );
  await downloads.start();
  stage.later(() => downloads.stop());
  const view: Room['view'] = async (id, check, what) => {
    try {
      await until(() => check(downloads.get(id)!), what);
    } catch (error) {
      throw new Error(`${what}; it is ${JSON.stringify(downloads.get(id))}`, { cause: error });
    }
    return downloads.get(id)!;
  };
  return {
    downloads,
    identity,
    finished,
    reports,
    view,
    done: (id) => view(id, ({ state }) => state === 'done' || state === 'failed', 'the download is done'),
  };
}

/** Copies the header of a download into another state folder, as of a peer whose downloads go to `folder`. */
export async function copyHeader(stateDir: string, id: string, other: string, folder: string): Promise<void> {
  const before = openHeaderBook(stateDir);
  const kept = (await before.read(() => undefined)).find(({ header }) => header.id === id)!;
  await before.close();
  const after = openHeaderBook(other);
  await after.save({ ...kept.header, folder });
  await after.close();
}

/** What a state folder has beside the headers. */
export async function journalsIn(stateDir: string): Promise<string[]> {
  return (await readdir(stateDir)).filter((name) => !name.startsWith('headers.lmdb'));
}
