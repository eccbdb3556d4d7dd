/** All that a peer does once it is in a network, put together from its rooms, in the order in which they start. */
import { join } from 'node:path';
import type { Rates } from '@banyan/core';
import { AUDIENCE, BanyanError, contentKey, toBanyanError, type HostPort, type Problem } from '@banyan/proto';
import {
  addIssuerGauges,
  dataDir as globalDataDir,
  type Clock,
  type Health,
  type Identity,
  type Log,
  type Metrics,
  type Startable,
  type Tracer,
  makeFolder,
} from '@banyan/kit';
import type { EnrolmentInit } from '@banyan/sdk';
import { createLimits } from './bandwidth/limits.ts';
import { createDownloads, MAX_ACTIVE_DOWNLOADS } from './download/index.ts';
import type { ChosenNetwork, Profile } from './first-run/profile.ts';
import { createGateway } from './gateway/index.ts';
import { createLibrary, isInside, type ShareInit } from './library/index.ts';
import { createLink } from './link/link.ts';
import type { JoinedRooms } from './local-api/late-rooms.ts';
import { addGauges, createSearchMeter } from './metrics.ts';
import { createPeerRooms } from './rooms.ts';
import type { OwnPorts } from './own-ports.ts';
import type { PeerInit } from './peer-init.ts';
import { peerStatus } from './status.ts';
import { createSwarmMemory } from './swarm-memory.ts';
import {
  createFetched,
  createOfferTeller,
  createUploadServer,
  type OfferTeller,
  type UploadServer,
} from './upload/index.ts';
import { SOFTWARE } from './version.ts';
import { createVolunteer } from './volunteer/index.ts';

export interface JoinedComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly identity: Identity;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly tracer: Tracer;
  readonly profile: Profile;
  /** Holds the port of transfers until they are served. */
  readonly ports: OwnPorts;
}

export interface JoinedInit extends Omit<PeerInit, 'port' | 'pagePort'> {
  readonly network: ChosenNetwork;
  /** For the first start. */
  readonly enrolment?: EnrolmentInit;
}

export interface Joined {
  readonly rooms: JoinedRooms;
  readonly parts: readonly Startable[];
  readonly transferPort: number;
  /** Of the gateway, once it listens. */
  readonly mediaOrigin: string;
  /** What people call the provider with which they have to sign in first; undefined: nothing is missing. */
  readonly signInWith: string | undefined;
}

/** Name of the share that is the download folder. */
const DOWNLOADS_SHARE = 'Downloads';

/** Makes the rooms; nothing listens until the parts are started. */
export function createJoined(components: JoinedComponents, init: JoinedInit): Joined {
  const { clock, log, random, identity, metrics, health, tracer, profile, ports } = components;
  const at = (...parts: string[]): string => join(init.dataDir, ...parts);
  const { network: chosen } = init;

  let uploads: UploadServer | undefined;
  let offers: OfferTeller | undefined;
  const uploadListeners: (() => void)[] = [];
  const listen = (): HostPort[] =>
    uploads === undefined ? [] : [{ host: init.host, port: init.publicPort ?? uploads.port }];

  const library = createLibrary(
    { clock, log },
    {
      stateDir: at('library'),
      privateFolders: [init.dataDir, at('downloads-state')],
      commonFolder: globalDataDir(),
      openFolders: [profile.downloadFolder, ...init.share],
      network: () => chosen.issuer,
    },
  );
  const link = createLink(
    { clock, log, random, identity, catalog: library.catalog, listen },
    {
      ...chosen,
      ...(init.enrolment === undefined ? {} : { enrolment: init.enrolment }),
      deviceName: () => profile.name,
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
      tracer,
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
    { folder: profile.downloadFolder, stateDir: at('downloads-state'), serveParts: init.shareDownloads },
  );
  const gateway = createGateway(
    { library, downloads, clock, log, metrics },
    { file: at('gateway.json'), port: init.gatewayPort },
  );
  let uploadRates: Rates = { total: undefined, each: undefined };
  let downloadRates = uploadRates;
  const limits = createLimits(
    {
      clock,
      log,
      metrics,
      setUploadRates: (rates) => {
        uploadRates = rates;
        uploads?.setRates(rates);
        offers?.look();
      },
      setDownloadRates: (rates) => {
        downloadRates = rates;
        downloads.setRates(rates);
        uploads?.setDownloadRates(rates);
      },
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
    offers?.look();
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
      transferPort: () => uploads?.port ?? ports.transfers,
    },
    {
      file: at('volunteer.json'),
      given: init.volunteer ?? {},
      name: () => profile.name,
      software: SOFTWARE,
      network: () => ({ issuer: chosen.issuer, pins: network.issuer.pins }),
      dataDir: at('supernode'),
      logFile: at('supernode.log'),
      deviceKey: at('device-key.pem'),
      host: init.host,
      ...init.supernode,
    },
  );
  link.onChange(() => volunteer.lookAgain());
  const fetched = createFetched({ clock, log }, { file: at('fetched.json') });
  const startedAt = clock.now();
  const rooms = createPeerRooms(
    {
      clock,
      log,
      random,
      link,
      library,
      downloads,
      gateway,
      limits,
      tracer,
      onSearchEnded: createSearchMeter(metrics),
      volunteer,
      uploads: () => uploads?.uploads() ?? [],
      fetched,
      listen: () => ({ host: init.host, port: uploads?.port ?? ports.transfers }),
      onUploads: (listener) => void uploadListeners.push(listener),
      status: () =>
        peerStatus({
          name: profile.name,
          deviceId: identity.deviceId,
          startedAt,
          downloadFolder: profile.downloadFolder,
          downloadsShared: areDownloadsShared(),
          link: () => link.status,
          library: () => library.stats(),
          pace: () => library.pace,
          downloads: () => downloads.list(),
          uploads: () => uploads?.uploads() ?? [],
          limits: () => limits.view(),
        }),
    },
    { historyFile: at('search-history.json'), savedFile: at('saved-searches.json') },
  );
  /** A wrong folder ends the start before the device is enrolled. */
  const folders: Startable = {
    name: 'configured folders',
    start: () =>
      library.checkShares(init.share).catch((error: unknown) => {
        throw explainShare(toBanyanError(error));
      }),
    stop: () => Promise.resolve(),
  };
  const areDownloadsShared = (): boolean =>
    library.shares().some(({ path }) => isInside(profile.downloadFolder, path));
  /** Why they were refused when it was tried last. */
  let refused: Problem | undefined;
  profile.setFolderProblem(() => (areDownloadsShared() ? undefined : refused));
  /** The owner hears why it cannot be shared, and everything else works. */
  const shareDownloads = async (as: Omit<ShareInit, 'path'>): Promise<void> => {
    refused = undefined;
    const path = profile.downloadFolder;
    // Inside another share it is shared already.
    if ((await library.shareAround(path)) !== undefined) return;
    await library.addShare({ path, ...as }).catch((error: unknown) => {
      const { code, message } = toBanyanError(error);
      refused = { code, message };
      log.warn({ code }, `downloads are not shared: ${message}`);
    });
  };
  /** A share goes with the folder; where the owner has ended it, nothing is shared unasked. */
  const moveDownloads = async (before: string): Promise<void> => {
    const wasRefused = refused !== undefined;
    downloads.setFolder(profile.downloadFolder);
    if (!init.shareDownloads) return;
    const old = await library.shareAround(before);
    if (old?.isItself === true) {
      const { id, name, exclude } = old.share;
      await library.removeShare(id);
      await shareDownloads({ name, ...(exclude === undefined ? {} : { exclude }) });
    } else if (old !== undefined || wasRefused) await shareDownloads({ name: DOWNLOADS_SHARE });
  };
  const shares: Startable = {
    name: 'configured shares',
    start: async () => {
      const { downloadFolder } = profile;
      await makeFolder(downloadFolder).catch((cause: unknown) => {
        throw new BanyanError(
          'folder_unreadable',
          `The download folder ${downloadFolder} cannot be made (${String((cause as NodeJS.ErrnoException).code)}). Choose another with --download-folder.`,
          { cause },
        );
      });
      for (const path of init.share) await library.ensureShare({ path });
      if (init.shareDownloads) await shareDownloads({ name: DOWNLOADS_SHARE });
      profile.onChange(async (before) => {
        volunteer.lookAgain();
        if (before.downloadFolder !== profile.downloadFolder) await moveDownloads(before.downloadFolder);
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
          tracer,
          metrics,
          onServed: (served) => fetched.note(served),
          revocations,
          isHome: (deviceId) => {
            const { home, secondHome } = link.status;
            return deviceId === home?.deviceId || deviceId === secondHome?.deviceId;
          },
          measuredRate: () =>
            volunteer.view().criteria.find(({ name }) => name === 'throughput')?.value ?? undefined,
        },
        { host: init.host, ...(await ports.releaseTransfers()), slots: init.uploadSlots },
      );
      uploads.setRates(uploadRates);
      uploads.setDownloadRates(downloadRates);
      for (const listener of uploadListeners) uploads.onChange(listener);
      offers = createOfferTeller({
        clock,
        offer: uploads.offer.bind(uploads),
        home: () => {
          const { home } = link.status;
          return home === null ? undefined : `${home.deviceId} ${home.since}`;
        },
        tell: (offer) => link.offerUploads(offer),
      });
      uploads.onChange(offers.look);
      await uploads.start(signal);
      await ports.keep('transfers', uploads.port);
    },
    drain: (signal) => uploads?.drain?.(signal) ?? Promise.resolve(),
    stop: async () => {
      offers?.stop();
      await uploads?.stop();
    },
  };
  health.add('supernode', () => {
    const { home, homeProblem } = link.status;
    if (home === null) throw homeProblem ?? new BanyanError('no_supernode');
  });
  addGauges(metrics, { library, link });

  return {
    rooms,
    parts: [
      limits,
      library,
      folders,
      link.membership,
      shares,
      fetched,
      uploadServer,
      link.sessions,
      downloads,
      gateway,
      rooms.searching,
      volunteer,
    ],
    get transferPort() {
      return uploads?.port ?? ports.transfers;
    },
    get mediaOrigin() {
      return gateway.origin;
    },
    get signInWith() {
      const { needed, provider } = link.signIn.view;
      return needed && provider !== null ? provider : undefined;
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
