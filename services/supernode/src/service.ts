/** Puts a supernode together from its parts, in the order in which they start. */
import { join } from 'node:path';
import { createSearchIndex } from '@banyan/core';
import {
  AUDIENCE,
  BanyanError,
  contentKey,
  isBanyanError,
  SPOKEN_VERSIONS,
  type HostPort,
} from '@banyan/proto';
import {
  bannedError,
  addIssuerGauges,
  createHealth,
  createHttpServer,
  createIdentity,
  createMetrics,
  loadDeviceKey,
  loadOrCreateDeviceKey,
  type Clock,
  type HttpServer,
  type Log,
  type Startable,
  openTracing,
  type TracingInit,
  makeFolder,
} from '@banyan/kit';
import {
  createNetwork,
  createRevocationIntake,
  openSupernodeSession,
  startPatiently,
  type EnrolmentInit,
  type OnTraffic,
  type RevocationIntake,
} from '@banyan/sdk';
import { createBeat } from './beat.ts';
import { createCaps, type Caps } from './caps.ts';
import { createCatalogs } from './catalogs.ts';
import { createChunkFetcher } from './chunk-fetch.ts';
import { createContentBlocks } from './content-blocks.ts';
import { createDialBack } from './dial-back.ts';
import { createMeasure } from './measure.ts';
import { addGauges, createCounters } from './metrics.ts';
import { createOverlay } from './overlay.ts';
import { createQueryRouter } from './query-router.ts';
import { createReach } from './reach.ts';
import { createRevocationRelay, type RevocationRelay } from './revocation-relay.ts';
import { createSessionServer } from './session-server.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { addStateRoute } from './state-route.ts';
import { createWorkQueue } from './work-queue.ts';

export interface SupernodeInit {
  readonly name: string;
  readonly issuer: string;
  /** Pins of its TLS key; empty: those that were kept, or public authorities. */
  readonly pins?: readonly string[];
  readonly enrolment?: EnrolmentInit;
  readonly dataDir: string;
  /** File of the key of a device that is enrolled already; default: a key of its own in the data folder. */
  readonly deviceKey?: string;
  readonly host: string;
  readonly port: number;
  readonly publicHost?: string;
  readonly publicPort?: number;
  readonly adminPort: number;
  /** Where metrics and probes are served besides; see `createHttpServer`. */
  readonly metricsListen?: { readonly host: string; readonly port: number };
  /** Where spans are sent; default: as the environment says. */
  readonly tracing?: TracingInit;
  readonly capacity: number;
  /** What its owner gives; default: as much as there is. */
  readonly caps?: Caps;
  readonly maxLeafRecords: number;
  /** Memory of the index; beyond it records are refused. */
  readonly maxIndexBytes: number;
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
  /** Under which it is announced. */
  readonly addresses: readonly HostPort[];
}

/** Sockets beyond the leaves: links, dial-backs of others, handshakes under way. */
const SPARE_SOCKETS = 1_000;

/** Addresses that stand for all of a machine's: they can be listened on, and nobody can dial them. */
const ANY_ADDRESS = new Set(['0.0.0.0', '::', '[::]', '']);

/**
 * Makes a supernode; nothing listens until its parts are started.
 *
 * @throws BanyanError `invalid_config` when nobody could reach it under what it would announce
 */
export async function createSupernode(
  components: SupernodeComponents,
  init: SupernodeInit,
): Promise<Supernode> {
  const { clock, log, random } = components;
  if (init.publicHost === undefined && ANY_ADDRESS.has(init.host))
    throw new BanyanError(
      'invalid_config',
      `Listening on ${init.host} says nothing of where others can reach this supernode. Give its name or address with --public-host.`,
    );
  await makeFolder(init.dataDir, { mode: 0o700 });
  const key = await (init.deviceKey === undefined
    ? loadOrCreateDeviceKey(join(init.dataDir, 'device-key.pem'))
    : loadDeviceKey(init.deviceKey));
  const identity = await createIdentity(key, { clock });
  const self = { deviceId: identity.deviceId, name: init.name };
  const metrics = createMetrics({ service: 'supernode' });
  const health = createHealth({ clock });
  const tracing = await openTracing({ log, metrics }, { service: 'supernode', ...init.tracing });
  const admin: HttpServer = await createHttpServer(
    { log, metrics, health, clock },
    {
      name: 'admin',
      listen: { host: 'localhost', port: init.adminPort, setting: '--admin-port' },
      ...(init.metricsListen === undefined ? {} : { metricsListen: init.metricsListen }),
    },
  );
  const network = createNetwork(
    { clock, log, identity },
    {
      issuer: init.issuer,
      ...(init.pins === undefined ? {} : { pins: init.pins }),
      ...(init.enrolment === undefined ? {} : { enrolment: init.enrolment }),
      stateFile: join(init.dataDir, 'network.json'),
      followRevocations: true,
    },
  );
  const index = createSearchIndex({
    random,
    limits: { maxLeafRecords: init.maxLeafRecords, maxBytes: init.maxIndexBytes },
  });
  const catalogs = createCatalogs({
    index,
    clock,
    log,
    maxHeld: init.capacity,
    onWithdrawn: () => router.forgetAnswers(),
  });
  const dialBack = createDialBack({ identity, clock });
  const measure = createMeasure({
    clock,
    log,
    random,
    dialBack,
    list: { measurement: (...call) => network.list.measurement(...call) },
    leafAt: (deviceId) => made?.sessions.leafAt(deviceId),
    self: identity.deviceId,
  });
  const counters = createCounters(metrics, clock);
  const caps = createCaps({ clock }, init.caps ?? {});
  const onTraffic: OnTraffic = (direction, kind, length) => {
    counters.onTraffic(direction, kind, length);
    caps.message(length);
  };
  const reach = createReach({
    clock,
    catalogs,
    dialBack,
    onChecked: counters.onChecked,
  });
  const chunks = createChunkFetcher({
    clock,
    random,
    dialBack,
    token: (signal) => network.tokens.token(AUDIENCE.peer, signal),
    onFetched: (code, bytes) => {
      counters.onFetched(code);
      caps.message(bytes);
    },
  });
  const work = createWorkQueue(clock);

  // What needs the network's keys and revocations is made when its turn to start comes.
  let door: ReturnType<typeof createSessionServer> | undefined;
  let made: { sessions: Sessions; relay: RevocationRelay; intake: RevocationIntake } | undefined;
  const ready = (): NonNullable<typeof made> => {
    if (made === undefined) throw new BanyanError('unavailable', 'This supernode is starting.');
    return made;
  };
  const addresses = (): HostPort[] => [
    { host: init.publicHost ?? init.host, port: init.publicPort ?? door?.port ?? init.port },
  ];

  const overlay = createOverlay({
    clock,
    log,
    random,
    self,
    list: { membership: (...call) => network.list.membership(...call) },
    describe: () => ({
      leaves: made?.sessions.leaves ?? 0,
      records: index.stats().records,
      contents: index.stats().contents,
      draining: made?.sessions.draining ?? false,
      membershipVersion: overlay.membershipVersion,
    }),
    refusal: (deviceId) => {
      const ban = network.issuer.revocations.deviceRevoked(deviceId, clock.now());
      return ban === undefined ? undefined : bannedError(ban);
    },
    onLink: (link, known) => ready().relay.add(link.channel, known),
    dial: (entry, onMessage, signal) =>
      openSupernodeSession(
        { clock, log, identity, tokens: network.tokens },
        {
          supernode: entry,
          relation: 'supernode',
          software: init.software,
          listen: addresses(),
          revocationsKnown: network.issuer.revocations.seq,
          onRevocations: (signed) => void ready().intake(signed),
          onMessage,
          onTraffic,
          signal,
        },
      ).catch((error: unknown) => {
        // The grant may have come after the token.
        if (isBanyanError(error) && error.code === 'forbidden') network.tokens.invalidate(AUDIENCE.supernode);
        throw error;
      }),
    onMessage: (...message) => ready().sessions.onLinkMessage(...message),
  });
  const router = createQueryRouter({
    index,
    catalogs,
    clock,
    log,
    tracer: tracing.tracer,
    self,
    neighbours: () => overlay.neighbours,
    blocked: (content) => {
      const { revocations } = network.issuer;
      // Asked of every hit: in a network without blocks its name is not even made.
      return revocations.knows('content')
        ? revocations.contentBlocked(contentKey(content), clock.now())
        : undefined;
    },
    onQuery: counters.onQuery,
    onLookup: counters.onLookup,
    onSources: counters.onSources,
    onWave: counters.onWave,
  });

  const beat = createBeat({
    clock,
    log,
    list: {
      beat: (...call) => network.list.beat(...call),
      leave: (...call) => network.list.leave(...call),
      renewToken: () => network.tokens.invalidate(AUDIENCE.list),
    },
    describe: () => ({
      name: init.name,
      addresses: addresses(),
      state: made?.sessions.draining === true ? 'draining' : 'active',
      capacity: init.capacity,
      leaves: made?.sessions.leaves ?? 0,
      records: index.stats().records,
      links: overlay.neighbours.length,
      software: init.software,
      protocolVersions: [...SPOKEN_VERSIONS],
      ...(init.region === undefined ? {} : { region: init.region }),
    }),
    totals: counters.totals,
    answers: counters.answers,
    onAnswer: ({ order, measure: wanted = [] }) => {
      if (order?.state === 'draining') made?.sessions.orderDrain(order.drainMs);
      else if (order?.state === 'active') made?.sessions.orderService(order.cordoned === true);
      measure.want(wanted);
    },
  });
  addStateRoute(admin, () => ({
    state: made?.sessions.draining === true ? 'draining' : 'active',
    leaves: made?.sessions.leaves ?? 0,
    capacity: init.capacity,
    records: index.stats().records,
    listProblem:
      beat.problem === undefined ? null : { code: beat.problem.code, message: beat.problem.message },
  }));
  addGauges(metrics, {
    leaves: () => made?.sessions.leaves ?? 0,
    homes: () => made?.sessions.homes ?? 0,
    links: () => overlay.neighbours.length,
    queued: () => work.size,
    stats: () => index.stats(),
    router,
    bufferedBytes: () => made?.sessions.bufferedBytes ?? 0,
    listed: () => beat.problem === undefined,
    capacity: init.capacity,
    restedMs: () => caps.restedMs,
    indexLimit: init.maxIndexBytes,
  });
  // Away is no reason to send leaves elsewhere: the list would hand out nobody else either. Refused is.
  health.add('list', () => {
    if (beat.problem?.retryable === false) throw beat.problem;
  });
  health.add('sessions', () => {
    if (door === undefined || door.port === 0)
      throw new BanyanError('unavailable', 'Sessions are not taken yet.');
    if (made?.sessions.drainOrdered === true) throw new BanyanError('draining');
  });

  const networkPart: Startable = {
    name: 'network',
    start: (signal) => startPatiently(() => network.start(signal), { clock, log, random, signal }),
    stop: () => network.stop(),
  };
  const sessionsPart: Startable = {
    name: 'sessions',
    async start() {
      const { issuer } = network;
      addIssuerGauges(metrics, issuer);
      const relay = createRevocationRelay({ clock, revocations: issuer.revocations });
      const intake = createRevocationIntake({ clock, log, issuer });
      const sessions = createSessions(
        {
          clock,
          log,
          random,
          catalogs,
          suggest: (text, limit) => index.suggest(text, limit),
          router,
          overlay,
          reach,
          chunks,
          work,
          relay,
          intake,
          self,
          verifier: network.verifier(AUDIENCE.supernode),
          revocations: issuer.revocations,
          authReachable: () => issuer.reachable,
          onEnded: counters.onEnded,
          onRefusedLeaf: counters.onRefused,
          onRefusedMessage: counters.onRefusedMessage,
          onPublished: counters.onPublished,
          onTraffic,
        },
        { capacity: init.capacity, maxLeafRecords: init.maxLeafRecords, drainMs: init.drainMs },
      );
      sessions.onDrain(() => {
        // An ordered drain may be taken back; a stop is for good.
        if (sessions.draining && !sessions.drainOrdered) health.setDraining();
        overlay.announce();
        void beat.now();
      });
      made = { sessions, relay, intake };
      await relay.start();
      await sessions.start();
      door = createSessionServer(
        {
          identity,
          verifier: network.verifier(AUDIENCE.supernode),
          log,
          onSocket: (accepted) => sessions.accept(accepted),
          onRefused: counters.onRefused,
        },
        { host: init.host, port: init.port, maxSockets: init.capacity + SPARE_SOCKETS },
      );
      await door.start();
    },
    drain: async (signal) => made?.sessions.drain?.(signal),
    async stop() {
      // First the farewells, with where to go instead; then the sockets.
      await made?.sessions.stop();
      await made?.relay.stop();
      await door?.stop();
    },
  };
  const blocks = createContentBlocks({
    index,
    clock,
    log,
    revocations: () => network.issuer.revocations,
    onBlocked: () => router.forgetAnswers(),
  });

  return {
    deviceId: identity.deviceId,
    parts: [tracing, admin, caps, networkPart, catalogs, blocks, sessionsPart, measure, beat, overlay],
    get port() {
      return door?.port ?? init.port;
    },
    get adminUrl() {
      return admin.url;
    },
    get addresses() {
      return addresses();
    },
  };
}
