/** Puts the list service together: store, registry, guard, HTTP. */
import { join } from 'node:path';
import { AUDIENCE, BEAT_EXPIRY_MS, BanyanError } from '@banyan/proto';
import {
  addIssuerGauges,
  auditKeeping,
  createBackupDoor,
  createDpopVerifier,
  createHealth,
  createHttpServer,
  createIssuer,
  createMeasuredStore,
  createMemoryReplayStore,
  createMetrics,
  createRequestGuard,
  createStoreReplayStore,
  createTokenVerifier,
  ensurePrivateDir,
  isRedisUrl,
  metricsListen,
  openServiceTls,
  openStore,
  processDir,
  openTracing,
  tracingOf,
  type Clock,
  type HttpServer,
  type Log,
  type Startable,
} from '@banyan/kit';
import { createStateFile, resolveNetwork, startPatiently, type EnrolmentInit } from '@banyan/sdk';
import type { ListConfig } from './config.ts';
import { addGauges } from './metrics.ts';
import { createPromotion } from './promotion/promotion.ts';
import { addPromotionRoutes } from './promotion/routes.ts';
import { createRegistry, LIST_STORE } from './registry.ts';
import { addRoutes } from './routes.ts';

export interface ListServiceComponents {
  readonly log: Log;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Calls back when certificate files shall be looked at again at once. */
  readonly onReload?: (reload: () => void) => void;
}

/** The list service as one part of a process. */
export interface ListService extends Startable {
  /** Base of all its URLs; throws before the service has started. */
  readonly url: string;
  /** Thumbprint of the own TLS key, with `tls: self`; one of auth's setting `listPins`. */
  readonly pin: string | undefined;
  /** Where it listens on this machine; throws before the service has started. */
  readonly port: number;
}

/** What this program calls itself in sessions. */
const SOFTWARE = 'banyan/0.1.0 (supernode list)';
/** A Redis that starts with us, or is just failing over, is waited for so long. */
const STORE_PATIENCE_MS = 20_000;
/** Requests of one address in a minute, all replicas together: a campus behind one NAT in the morning stays below. */
const MAX_REQUESTS_PER_MINUTE = 6_000;

/**
 * Makes the list service; nothing is opened before `start`.
 *
 * `start` throws BanyanError `store_in_use`, `store_unavailable`, `port_taken`, `unreachable` (auth does not answer within 30 s),
 * `wrong_service`, `key_mismatch`.
 */
export function createListService(components: ListServiceComponents, config: ListConfig): ListService {
  const { log, clock, random, onReload } = components;
  const folder = processDir('list', config.dataDir);
  const opened: (() => Promise<void> | void)[] = [];
  let server: HttpServer | undefined;
  let pin: string | undefined;

  const publicUrl = (): string => {
    const url = config.publicUrl ?? server?.url;
    if (url === undefined)
      throw new BanyanError('unavailable', 'The list is starting. Try again in a moment.');
    return url;
  };

  async function start(signal?: AbortSignal): Promise<void> {
    await ensurePrivateDir(folder);
    const joining = resolveNetwork(config.network, config.invite || undefined);
    const networkPins = config.networkPins.length > 0 ? config.networkPins : joining.pins;
    const metrics = createMetrics({ service: 'supernode-list' });
    const health = createHealth({ clock });
    const tracing = await openTracing({ log, metrics }, { service: 'list', ...tracingOf(config) });
    opened.push(() => tracing.stop());
    await tracing.start();
    const tls = await openServiceTls({ folder, clock, log, metrics, health, onReload }, config);
    pin = config.tls === 'self' ? tls.pin : undefined;
    const location = config.store ?? join(folder, 'store');
    const store = createMeasuredStore(
      await openStore({
        ...LIST_STORE,
        location,
        durability: config.storeDurability,
        patienceMs: STORE_PATIENCE_MS,
        log,
        clock,
      }),
      { metrics, clock },
    );
    opened.push(() => store.close());
    const isInstant = !isRedisUrl(location);
    const door = createBackupDoor({ log, clock }, { service: 'list', store, isInstant, folder });
    await door.start();
    opened.push(() => door.stop());

    const known = createStateFile(join(folder, 'network.json'), log, 'what is known of the network');
    const issuer = createIssuer(
      { clock, log, random },
      {
        url: joining.issuer,
        pins: networkPins,
        followRevocations: true,
        // A list that starts while auth is away goes on with what it knew.
        state: await known.read(),
      },
    );
    opened.push(
      () => issuer.stop(),
      () => known.flush(),
    );
    const keep = (): void => {
      const state = issuer.snapshot();
      if (state !== undefined) known.save(state);
    };
    issuer.onChange(keep);
    await startPatiently(() => issuer.start(signal), { clock, log, random, signal });
    keep();

    const registry = createRegistry({
      store,
      clock,
      log,
      random,
      isHeld: (deviceId) => promotion.steward.isHeld(deviceId),
    });
    const promotion = createPromotion(
      { store, clock, log, metrics, random, registry },
      {
        folder,
        issuer: joining.issuer,
        pins: networkPins,
        software: SOFTWARE,
        audit: auditKeeping(config),
        ...enrolmentOf(config, joining.code),
      },
    );
    await registry.start();
    opened.push(() => registry.stop());
    await promotion.start();
    opened.push(() => promotion.stop());
    // Without the store the last view is served, by every replica alike: worth an alert, and no reason to serve nobody.
    health.add('store', () => store.ping(), { advisory: true });
    health.add(
      'view',
      () => {
        if (registry.viewAgeMs > BEAT_EXPIRY_MS) {
          throw new BanyanError(
            'store_unavailable',
            `The view of the supernodes is ${Math.round(registry.viewAgeMs / 1000)} s old.`,
          );
        }
      },
      { advisory: true },
    );
    addGauges(metrics, registry);
    addIssuerGauges(metrics, issuer);

    server = await createHttpServer(
      { log, metrics, health, clock, tracer: tracing.tracer },
      {
        name: 'list http',
        listen: { host: config.host, port: config.port },
        ...metricsListen(config),
        behindProxy: config.behindProxy,
        rateLimit: { max: MAX_REQUESTS_PER_MINUTE, store },
        openapi: {
          title: 'Banyan supernode list',
          version: '1',
          description: 'Who is a supernode just now.',
        },
        ...(tls.options === undefined ? {} : { tls: tls.options }),
      },
    );
    const http = server;
    opened.push(() => http.stop());
    const guard = createRequestGuard(
      {
        verifier: createTokenVerifier(
          { keys: issuer.keys, revocations: issuer.revocations, clock },
          { issuer: issuer.url, audience: AUDIENCE.list },
        ),
        dpop: createDpopVerifier({
          // Lists are read while the store is away; beats and farewells need it anyway.
          replay: createStoreReplayStore(store, { meanwhile: createMemoryReplayStore({ clock }) }),
          clock,
        }),
      },
      { publicBaseUrl: publicUrl },
    );
    addRoutes({ registry, orders: promotion.desk, guard, http });
    addPromotionRoutes({ http, guard, ...promotion });
    await http.start(signal);
    const promised = (): readonly string[] => issuer.metadata.banyan_list_pins ?? [];
    opened.push(tls.follow(http, promised));
    const isPinned = config.tls === 'self' || (config.tls === 'files' && promised().length > 0);
    if (isPinned && (tls.pin === undefined || !promised().includes(tls.pin)))
      log.warn(
        { pin: tls.pin ?? 'none: the key is not P-256' },
        'auth does not tell the pin of this list, so that nobody will believe it: start auth with this pin in --list-pins',
      );
  }

  return {
    name: 'supernode list',
    get url() {
      return publicUrl();
    },
    get pin() {
      return pin;
    },
    get port() {
      if (server === undefined)
        throw new BanyanError('unavailable', 'The list is starting. Try again in a moment.');
      return server.port;
    },
    start,
    drain: async (signal) => server?.drain?.(signal),
    async stop() {
      // In reverse, each whatever became of the others; the first failure is told.
      const failures: unknown[] = [];
      for (let close = opened.pop(); close !== undefined; close = opened.pop()) {
        try {
          await close();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}

/** How this list comes into its network when it is not in it yet. */
function enrolmentOf(
  { account }: ListConfig,
  invite: string | undefined,
): { readonly enrolment?: EnrolmentInit } {
  return invite === undefined ? {} : { enrolment: { account, deviceName: 'supernode list', invite } };
}
