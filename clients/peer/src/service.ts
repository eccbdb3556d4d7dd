/** Puts a peer together from its rooms, in the order in which they start. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rates } from '@banyan/core';
import {
  AUDIENCE,
  BanyanError,
  contentKey,
  toBanyanError,
  type HostPort,
  type LimitsPatch,
} from '@banyan/proto';
import {
  acquireOwnerLock,
  addIssuerGauges,
  createHealth,
  createIdentity,
  createMetrics,
  dataDir as globalDataDir,
  ensurePrivateDir,
  loadOrCreateDeviceKey,
  type Clock,
  type Log,
  type OwnerLock,
  type Startable,
} from '@banyan/kit';
import type { EnrolmentInit } from '@banyan/sdk';
import { createLimits } from './bandwidth/limits.ts';
import { createDownloads, MAX_ACTIVE_DOWNLOADS } from './download/index.ts';
import { createGateway } from './gateway/index.ts';
import { createLibrary } from './library/index.ts';
import { createLink } from './link/link.ts';
import { createLocalApi } from './local-api/local-api.ts';
import { addGauges, createSearchMeter } from './metrics.ts';
import { createPeerRooms } from './rooms.ts';
import { peerStatus } from './status.ts';
import { createSwarmMemory } from './swarm-memory.ts';
import { createUploadServer, type UploadServer } from './upload/index.ts';
import { SOFTWARE } from './version.ts';
import { createVolunteer, type VolunteerGiven, type VolunteerInit } from './volunteer/index.ts';

export interface PeerInit {
  /** Of this device, for people. */
  readonly name: string;
  /** URL of the auth service. */
  readonly issuer: string;
  /** Thumbprint of its TLS key, from an invite. */
  readonly pin?: string;
  /** For the first start. */
  readonly enrolment?: EnrolmentInit;
  /** Where transfers are served. */
  readonly host: string;
  readonly port: number;
  /** Port under which others reach it; default: the one it listens on. */
  readonly publicPort?: number;
  /** Page and local API. */
  readonly pagePort: number;
  /** Where metrics and probes are served besides; see `createHttpServer`. */
  readonly metricsListen?: { readonly host: string; readonly port: number };
  /** Where players read files; 0: that of the last run. */
  readonly gatewayPort: number;
  /** Absolute, as all folders here. */
  readonly dataDir: string;
  readonly downloadFolder: string;
  /** Shared beside those that are shared already. */
  readonly share: readonly string[];
  readonly shareDownloads: boolean;
  readonly uploadSlots: number;
  /** Limits that win over those kept from before. */
  readonly limits?: LimitsPatch;
  /** The offer to be a supernode, as far as this start says it. */
  readonly volunteer?: VolunteerGiven;
  /** The supernode that this host may become. */
  readonly supernode?: Pick<VolunteerInit, 'program' | 'port' | 'publicHost'>;
  readonly preferSupernode?: string;
  readonly webRoot?: string;
}

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
}

/** Name of the share that is the download folder. */
const DOWNLOADS_SHARE = 'Downloads';

/**
 * Makes a peer; nothing listens until its parts are started.
 *
 * @throws BanyanError `folder_unreadable`, `disk_failed` for a data folder that cannot be made
 */
export async function createPeer(components: PeerComponents, init: PeerInit): Promise<Peer> {
  const { clock, log, random } = components;
  await ensurePrivateDir(init.dataDir);
  const at = (...parts: string[]): string => join(init.dataDir, ...parts);
  const identity = await createIdentity(await loadOrCreateDeviceKey(at('device-key.pem')), { clock });
  const metrics = createMetrics({ service: 'peer' });
  const health = createHealth({ clock });

  let uploads: UploadServer | undefined;
  const uploadListeners: (() => void)[] = [];
  const listen = (): HostPort[] =>
    uploads === undefined ? [] : [{ host: init.host, port: init.publicPort ?? uploads.port }];

  const library = createLibrary(
    { clock, log },
    {
      stateDir: at('library'),
      privateFolders: [init.dataDir, at('downloads-state')],
      commonFolder: globalDataDir(),
      openFolders: [init.downloadFolder, ...init.share],
      network: () => init.issuer,
    },
  );
  const link = createLink(
    { clock, log, random, identity, catalog: library.catalog, listen },
    {
      issuer: init.issuer,
      ...(init.pin === undefined ? {} : { pin: init.pin }),
      ...(init.enrolment === undefined ? {} : { enrolment: init.enrolment }),
      ...(init.preferSupernode === undefined ? {} : { preferSupernode: init.preferSupernode }),
      dataDir: init.dataDir,
    },
  );
  const { network } = link;
  const swarm = createSwarmMemory(clock);
  const downloads = createDownloads(
    {
      swarm,
      servesAt: () => (init.shareDownloads ? listen()[0]?.port : undefined),
      identity,
      tokens: network.tokens,
      clock,
      log,
      random,
      metrics,
      findSources: (content, options) => link.findSources(content, options),
      reportBadSource: (report) => link.reportBadSource(report),
      library: {
        addFinished: async (file) => {
          await library.addFinished(file);
        },
        pathOf: (content) => library.pathOf(content),
      },
      isBlocked: (content) =>
        network.issuer.revocations.contentBlocked(contentKey(content), clock.now()) !== undefined,
      isBanned: (deviceId) => network.issuer.revocations.deviceRevoked(deviceId, clock.now()) !== undefined,
    },
    { folder: init.downloadFolder, stateDir: at('downloads-state'), serveParts: init.shareDownloads },
  );
  const gateway = createGateway(
    { library, downloads, clock, log, metrics },
    { file: at('gateway.json'), port: init.gatewayPort },
  );
  let uploadRates: Rates = { total: undefined, each: undefined };
  const limits = createLimits(
    {
      clock,
      log,
      metrics,
      setUploadRates: (rates) => {
        uploadRates = rates;
        uploads?.setRates(rates);
      },
      setDownloadRates: (rates) => downloads.setRates(rates),
      setDownloadsAtOnce: (count) => downloads.setMaxActive(count),
    },
    { file: at('limits.json'), given: init.limits ?? {}, downloadsAtOnce: MAX_ACTIVE_DOWNLOADS },
  );
  let lastHome: string | undefined;
  link.onChange(() => {
    const { home } = link.status;
    const now = home?.state === 'connected' ? home.deviceId : undefined;
    // A home that is new, or there again, may know sources that the one before did not.
    if (now !== undefined && now !== lastHome) downloads.lookAgain();
    lastHome = now;
  });
  const volunteer = createVolunteer(
    {
      clock,
      log,
      random,
      list: () => network.list,
      home: () => {
        const { home } = link.status;
        return home?.deviceId === identity.deviceId ? undefined : home?.deviceId;
      },
      observedHost: () => link.observedHost,
      transferPort: () => uploads?.port ?? init.port,
    },
    {
      file: at('volunteer.json'),
      given: init.volunteer ?? {},
      name: init.name,
      software: SOFTWARE,
      network: { issuer: init.issuer, ...(init.pin === undefined ? {} : { pin: init.pin }) },
      dataDir: at('supernode'),
      logFile: at('supernode.log'),
      deviceKey: at('device-key.pem'),
      host: init.host,
      ...init.supernode,
    },
  );
  link.onChange(() => volunteer.lookAgain());
  const startedAt = clock.now();
  const rooms = createPeerRooms(
    {
      clock,
      log,
      link,
      library,
      downloads,
      gateway,
      limits,
      onSearchEnded: createSearchMeter(metrics),
      volunteer,
      uploads: () => uploads?.uploads() ?? [],
      onUploads: (listener) => void uploadListeners.push(listener),
      status: () =>
        peerStatus({
          name: init.name,
          deviceId: identity.deviceId,
          startedAt,
          downloadFolder: init.downloadFolder,
          link: () => link.status,
          library: () => library.stats(),
          downloads: () => downloads.list(),
          uploads: () => uploads?.uploads() ?? [],
          limits: () => limits.view(),
        }),
    },
    { historyFile: at('search-history.json') },
  );
  const localApi = await createLocalApi(
    { clock, log, metrics, health, rooms, mediaOrigin: () => gateway.origin, onStop: components.onStop },
    {
      port: init.pagePort,
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
  /** A wrong folder ends the start before the device is enrolled. */
  const folders: Startable = {
    name: 'configured folders',
    start: () =>
      library.checkShares(init.share).catch((error: unknown) => {
        throw explainShare(toBanyanError(error));
      }),
    stop: () => Promise.resolve(),
  };
  const shares: Startable = {
    name: 'configured shares',
    start: async () => {
      await mkdir(init.downloadFolder, { recursive: true }).catch((cause: unknown) => {
        throw new BanyanError(
          'folder_unreadable',
          `The download folder ${init.downloadFolder} cannot be made (${String((cause as NodeJS.ErrnoException).code)}). Choose another with --download-folder.`,
          { cause },
        );
      });
      for (const path of init.share) await library.ensureShare({ path });
      if (!init.shareDownloads) return;
      await library
        .ensureShare({ path: init.downloadFolder, name: DOWNLOADS_SHARE })
        .catch((error: unknown) => {
          const e = toBanyanError(error);
          // Inside another share it is shared already; else the user hears why not, and everything else works.
          if (e.code !== 'folder_overlaps')
            log.warn({ code: e.code }, `downloads are not shared: ${e.message}`);
        });
    },
    stop: () => Promise.resolve(),
  };
  /** Made when its turn comes: it verifies with what the network learnt at its start. */
  const uploadServer: Startable = {
    name: 'upload server',
    start: async (signal) => {
      const { issuer } = network;
      const { revocations } = issuer;
      addIssuerGauges(metrics, issuer);
      uploads = createUploadServer(
        {
          identity,
          verifier: network.verifier(AUDIENCE.peer),
          providers: [library, downloads],
          swarm,
          clock,
          log,
          metrics,
          revocations,
          isHome: (deviceId) => {
            const { home, secondHome } = link.status;
            return deviceId === home?.deviceId || deviceId === secondHome?.deviceId;
          },
        },
        { host: init.host, port: init.port, portSetting: '--port', slots: init.uploadSlots },
      );
      uploads.setRates(uploadRates);
      for (const listener of uploadListeners) uploads.onChange(listener);
      await uploads.start(signal);
    },
    drain: (signal) => uploads?.drain?.(signal) ?? Promise.resolve(),
    stop: () => uploads?.stop() ?? Promise.resolve(),
  };
  health.add('supernode', () => {
    const { home, homeProblem } = link.status;
    if (home === null) throw homeProblem ?? new BanyanError('no_supernode');
  });
  addGauges(metrics, { library, link });

  return {
    deviceId: identity.deviceId,
    parts: [
      folderLock,
      limits,
      library,
      folders,
      link.membership,
      shares,
      uploadServer,
      link.sessions,
      downloads,
      gateway,
      rooms.searching,
      volunteer,
      localApi,
    ],
    get page() {
      return localApi.url;
    },
    get login() {
      return localApi.loginUrl;
    },
    get transferPort() {
      return uploads?.port ?? init.port;
    },
  };
}

/** Names the way to confirm: a setting cannot be asked back. */
function explainShare(error: BanyanError): BanyanError {
  const { confirmable } = (error.details ?? {}) as { readonly confirmable?: boolean };
  if (error.code !== 'folder_unsafe' || confirmable !== true) return error;
  return new BanyanError(
    'folder_unsafe',
    `${error.message} To confirm, start without this --share and run: banyan share FOLDER --yes. It stays shared then.`,
    { cause: error, details: { confirmable } },
  );
}
