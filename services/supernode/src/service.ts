/** Puts a supernode together from its parts, in the order in which they start. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createSearchIndex } from '@banyan/core';
import { AUDIENCE, contentKey, parseContentId, type HostPort } from '@banyan/proto';
import {
  createHealth,
  createHttpServer,
  createIdentity,
  createMetrics,
  loadOrCreateDeviceKey,
  type Clock,
  type HttpServer,
  type Log,
  type Startable,
} from '@banyan/kit';
import { createNetwork, openSupernodeSession, type EnrolmentInit } from '@banyan/sdk';
import { createBeat } from './beat.ts';
import { createCatalogs } from './catalogs.ts';
import { createDialBack } from './dial-back.ts';
import { createOverlay } from './overlay.ts';
import { createQueryRouter } from './query-router.ts';
import { createSessionServer } from './session-server.ts';
import { createSessions } from './sessions.ts';

export interface SupernodeInit {
  readonly name: string;
  readonly issuer: string;
  readonly pin?: string;
  readonly enrolment?: EnrolmentInit;
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly publicHost?: string;
  readonly publicPort?: number;
  readonly adminPort: number;
  readonly capacity: number;
  readonly maxLeafRecords: number;
  readonly drainMs: number;
  readonly region?: string;
  readonly software: string;
}

export interface SupernodeComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
}

export interface Supernode {
  readonly parts: readonly Startable[];
  readonly deviceId: string;
  readonly port: number;
  readonly adminUrl: string;
}

/** Sockets beyond the leaves: links, dial-backs of others, handshakes under way. */
const SPARE_SOCKETS = 1_000;

/** Makes a supernode; nothing listens until its parts are started. */
export async function createSupernode(
  components: SupernodeComponents,
  init: SupernodeInit,
): Promise<Supernode> {
  const { clock, log, random } = components;
  await mkdir(init.dataDir, { recursive: true, mode: 0o700 });
  const identity = await createIdentity(await loadOrCreateDeviceKey(join(init.dataDir, 'device-key.pem')), {
    clock,
  });
  const self = { deviceId: identity.deviceId, name: init.name };
  const metrics = createMetrics({ service: 'supernode' });
  const health = createHealth({ clock });
  const admin: HttpServer = await createHttpServer(
    { log, metrics, health, clock },
    { name: 'admin', listen: { host: 'localhost', port: init.adminPort, setting: '--admin-port' } },
  );
  const network = createNetwork(
    { clock, log, identity },
    {
      issuer: init.issuer,
      ...(init.pin === undefined ? {} : { pin: init.pin }),
      ...(init.enrolment === undefined ? {} : { enrolment: init.enrolment }),
      stateFile: join(init.dataDir, 'network.json'),
      followRevocations: true,
    },
  );
  const index = createSearchIndex({ random, limits: { maxLeafRecords: init.maxLeafRecords } });
  const catalogs = createCatalogs({ index, clock, log });
  const dialBack = createDialBack({ identity, clock });

  const overlay = createOverlay({
    clock,
    log,
    random,
    self,
    list: { membership: (...call) => network.list.membership(...call) },
    dial: (entry, onMessage, signal) =>
      openSupernodeSession(
        { clock, log, identity, tokens: network.tokens },
        {
          supernode: entry,
          relation: 'supernode',
          software: init.software,
          listen: addresses(),
          revocationsKnown: network.issuer.revocations.seq,
          onRevocations: (signed) =>
            void network.issuer.revocations
              .apply(signed)
              .catch((err: unknown) => log.warn({ err }, 'a relayed revocation is not valid')),
          onMessage,
          signal,
        },
      ),
    onMessage: (...message) => sessions().onLinkMessage(...message),
  });

  const queryMs = metrics.histogram({
    name: 'banyan_supernode_query_duration_seconds',
    help: 'Time from a query to its last answer.',
  });
  const queryHits = metrics.counter({
    name: 'banyan_supernode_hits_total',
    help: 'Hits answered, merged by content.',
  });
  const queryTimeouts = metrics.counter({
    name: 'banyan_supernode_query_timeouts_total',
    help: 'Neighbours that did not answer a query in time.',
  });
  const router = createQueryRouter({
    index,
    catalogs,
    clock,
    log,
    self,
    neighbours: () => overlay.neighbours,
    onQuery: ({ ms, hits, timedOut }) => {
      queryMs.observe(ms / 1000);
      queryHits.inc(hits);
      queryTimeouts.inc(timedOut);
    },
  });

  // The verifier and the revocations are the network's, which is there once it was started.
  let made: ReturnType<typeof createSessions> | undefined;
  const sessions = (): ReturnType<typeof createSessions> =>
    (made ??= createSessions(
      {
        clock,
        log,
        random,
        catalogs,
        router,
        overlay,
        dialBack,
        self,
        verifier: network.verifier(AUDIENCE.supernode),
        revocations: network.issuer.revocations,
      },
      { capacity: init.capacity, drainMs: init.drainMs },
    ));
  let door: ReturnType<typeof createSessionServer> | undefined;
  const addresses = (): HostPort[] => [
    { host: init.publicHost ?? init.host, port: init.publicPort ?? door?.port ?? init.port },
  ];

  const beat = createBeat({
    clock,
    log,
    list: { beat: (...call) => network.list.beat(...call), leave: (...call) => network.list.leave(...call) },
    describe: () => ({
      name: init.name,
      addresses: addresses(),
      state: sessions().draining ? 'draining' : 'active',
      capacity: init.capacity,
      leaves: sessions().leaves,
      records: index.stats().records,
      links: overlay.neighbours.length,
      software: init.software,
      protocolVersions: [1],
      ...(init.region === undefined ? {} : { region: init.region }),
    }),
  });

  metrics.gauge({
    name: 'banyan_supernode_leaves',
    help: 'Leaves with a session, second homes included.',
    collect: () => made?.leaves ?? 0,
  });
  metrics.gauge({
    name: 'banyan_supernode_links',
    help: 'Open links to other supernodes.',
    collect: () => overlay.neighbours.length,
  });
  metrics.gauge({
    name: 'banyan_supernode_records',
    help: 'Records held.',
    collect: () => index.stats().records,
  });
  metrics.gauge({
    name: 'banyan_supernode_contents',
    help: 'Distinct contents held.',
    collect: () => index.stats().contents,
  });
  metrics.gauge({
    name: 'banyan_supernode_terms',
    help: 'Distinct terms held.',
    collect: () => index.stats().terms,
  });

  const blocks: Startable = {
    name: 'content blocks',
    start: () => {
      const { revocations } = network.issuer;
      const apply = (entries: readonly { kind: string; id: string }[]): void => {
        for (const entry of entries) {
          if (entry.kind !== 'content') continue;
          const content = parseContentId(entry.id);
          index.setContentBlocked(
            content,
            revocations.contentBlocked(contentKey(content), clock.now()) !== undefined,
          );
        }
      };
      revocations.onChange((delta) => apply(delta.entries));
      return Promise.resolve();
    },
    stop: () => Promise.resolve(),
  };

  /** Sessions and door are made when their turn comes: they need what the network learnt at its start. */
  const sessionsPart: Startable = {
    name: 'leaf sessions',
    start: () => {
      sessions().onDrain(() => {
        health.setDraining();
        void beat.now();
      });
      return sessions().start();
    },
    drain: (signal) => made?.drain?.(signal) ?? Promise.resolve(),
    stop: () => made?.stop() ?? Promise.resolve(),
  };
  const doorPart: Startable = {
    name: 'sessions door',
    start: () => {
      door = createSessionServer(
        {
          identity,
          verifier: network.verifier(AUDIENCE.supernode),
          log,
          onSocket: (accepted) => sessions().accept(accepted),
        },
        { host: init.host, port: init.port, maxSockets: init.capacity + SPARE_SOCKETS },
      );
      return door.start();
    },
    stop: () => door?.stop() ?? Promise.resolve(),
  };

  return {
    deviceId: identity.deviceId,
    parts: [admin, network, catalogs, blocks, sessionsPart, doorPart, beat, overlay],
    get port() {
      return door?.port ?? init.port;
    },
    get adminUrl() {
      return admin.url;
    },
  };
}
