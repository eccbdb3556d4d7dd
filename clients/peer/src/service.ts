/** Puts a peer together: what it is before it is in a network, and all the rest once it is. */
import { join } from 'node:path';
import {
  acquireOwnerLock,
  createHealth,
  createIdentity,
  createLifecycle,
  createMetrics,
  ensurePrivateDir,
  loadOrCreateDeviceKey,
  openTracing,
  type Clock,
  type Lifecycle,
  type Log,
  type OwnerLock,
  type Startable,
} from '@banyan/kit';
import { openProfile, type ChosenNetwork } from './first-run/profile.ts';
import { createSetup } from './first-run/setup.ts';
import { createFolderListing } from './folder-listing.ts';
import { createJoined, type Joined } from './joined.ts';
import { createLateRooms } from './local-api/late-rooms.ts';
import { createLocalApi } from './local-api/local-api.ts';
import { openOwnPorts, type MovedPort } from './own-ports.ts';
import type { PeerInit } from './peer-init.ts';

export interface PeerComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  /** The local API was asked to stop the process. */
  readonly onStop: () => void;
}

export interface Peer {
  readonly parts: readonly Startable[];
  readonly deviceId: string;
  /** `http://localhost:PORT`, once started. */
  readonly page: string;
  /** The page's address that signs a browser in, once. */
  readonly login: string;
  readonly transferPort: number;
  /** Ports that nobody set and that were taken at this start, with what is used instead. */
  readonly movedPorts: readonly MovedPort[];
  /** Whether it is in a network; else its page leads into one. */
  readonly isJoined: boolean;
  /** What people call the provider with which they have to sign in first; undefined: nothing is missing. */
  readonly signInWith: string | undefined;
}

/**
 * Makes a peer; nothing listens until its parts are started. Without a network it has only its page, which leads into one:
 * then everything else starts by itself.
 *
 * @throws BanyanError `folder_unreadable`, `disk_failed` for a data folder that cannot be made
 */
export async function createPeer(components: PeerComponents, init: PeerInit): Promise<Peer> {
  const { clock, log } = components;
  await ensurePrivateDir(init.dataDir);
  const at = (...parts: string[]): string => join(init.dataDir, ...parts);
  const identity = await createIdentity(await loadOrCreateDeviceKey(at('device-key.pem')), { clock });
  const metrics = createMetrics({ service: 'peer' });
  const health = createHealth({ clock });
  const tracing = await openTracing({ log, metrics }, { service: 'peer', ...init.tracing });
  const { tracer } = tracing;
  const profile = await openProfile({
    file: at('profile.json'),
    name: init.name,
    downloadFolder: init.downloadFolder,
    given: init.given ?? [],
  });
  const ports = await openOwnPorts(
    { log },
    {
      file: at('ports.json'),
      host: init.host,
      given: {
        ...(init.port === undefined ? {} : { transfers: init.port }),
        ...(init.pagePort === undefined ? {} : { page: init.pagePort }),
      },
    },
  );
  const chosen: ChosenNetwork | undefined =
    init.issuer === undefined
      ? profile.network
      : { issuer: init.issuer, ...(init.pins === undefined ? {} : { pins: init.pins }) };

  let joined: Joined | undefined;
  let startedLater: Lifecycle | undefined;
  const makeJoined = (network: ChosenNetwork): Joined =>
    createJoined({ ...components, identity, metrics, health, tracer, profile, ports }, { ...init, network });

  const setup = createSetup(
    {
      clock,
      log,
      identity,
      profile,
      startJoined: async (network, signal) => {
        const members = makeJoined(network);
        startedLater = createLifecycle({ parts: members.parts, log, clock });
        await startedLater.start(signal);
        joined = members;
        rooms.attach(members.rooms);
      },
    },
    { isJoined: chosen !== undefined },
  );
  const rooms = createLateRooms({ setup, settings: profile, folders: createFolderListing({ clock }) });
  if (chosen !== undefined) {
    joined = makeJoined(chosen);
    rooms.attach(joined.rooms);
  }
  const localApi = await createLocalApi(
    {
      clock,
      log,
      metrics,
      health,
      tracer,
      rooms,
      mediaOrigin: () => joined?.mediaOrigin,
      onStop: components.onStop,
    },
    {
      ...ports.page,
      ...(init.metricsListen === undefined ? {} : { metricsListen: init.metricsListen }),
      dataDir: init.dataDir,
      ...(init.webRoot === undefined ? {} : { webRoot: init.webRoot }),
    },
  );

  let lock: OwnerLock | undefined;
  const folderLock: Startable = {
    name: 'data folder',
    start: async () => {
      lock = await acquireOwnerLock(at('peer.lock'));
    },
    stop: () => lock?.release() ?? Promise.resolve(),
  };
  const pagePort: Startable = {
    name: 'port of the page',
    start: () => ports.keep('page', localApi.port),
    stop: () => Promise.resolve(),
  };
  /** Everything that a join on the page has started, or is about to. */
  const leave = async (): Promise<void> => {
    await setup.stop();
    await startedLater?.stop();
  };
  const joinedLater: Startable = {
    name: 'the network joined on the page',
    start: () => Promise.resolve(),
    drain: leave,
    stop: leave,
  };

  return {
    deviceId: identity.deviceId,
    parts: [
      tracing,
      folderLock,
      // Before a network is asked for anything: what is wrong with the port is said at the start.
      ports,
      ...(joined === undefined ? [localApi, pagePort, joinedLater] : [...joined.parts, localApi, pagePort]),
    ],
    get page() {
      return localApi.url;
    },
    get login() {
      return localApi.loginUrl;
    },
    get transferPort() {
      return joined?.transferPort ?? ports.transfers;
    },
    get movedPorts() {
      return ports.moved;
    },
    get isJoined() {
      return joined !== undefined;
    },
    get signInWith() {
      return joined?.signInWith;
    },
  };
}
