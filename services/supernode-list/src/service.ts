/** Puts the list service together: store, registry, guard, HTTP. */
import { join } from 'node:path';
import { AUDIENCE, BEAT_EXPIRY_MS, BanyanError } from '@banyan/proto';
import {
  addIssuerGauges,
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
  dataDir,
  ensurePrivateDir,
  loadServiceTls,
  metricsListen,
  openStore,
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
}

/** The list service as one part of a process. */
export interface ListService extends Startable {
  /** Base of all its URLs; throws before the service has started. */
  readonly url: string;
  /** Thumbprint of the own TLS key, with `tls: self`; auth's setting `listPin`. */
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
  const { log, clock, random } = components;
  const folder = config.dataDir ?? join(dataDir(), 'list');
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
    const tls = await loadServiceTls(config, { folder, clock });
    pin = tls.pin;
    const metrics = createMetrics({ service: 'supernode-list' });
    const store = createMeasuredStore(
      await openStore({
        ...LIST_STORE,
        location: config.store ?? join(folder, 'store'),
        durability: config.storeDurability,
        patienceMs: STORE_PATIENCE_MS,
        log,
        clock,
      }),
      { metrics, clock },
    );
    opened.push(() => store.close());

    const known = createStateFile(join(folder, 'network.json'), log, 'what is known of the network');
    const issuer = createIssuer(
      { clock, log, random },
      {
        url: config.network,
        followRevocations: true,
        // A list that starts while auth is away goes on with what it knew.
        state: await known.read(),
        ...(config.networkPin === undefined ? {} : { pin: config.networkPin }),
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

    const health = createHealth({ clock });
    const registry = createRegistry({
      store,
      clock,
      log,
      random,
      isHeld: (deviceId) => promotion.steward.isHeld(deviceId),
    });
    const promotion = createPromotion(
      { store, clock, log, random, registry },
      {
        folder,
        issuer: config.network,
        software: SOFTWARE,
        ...(config.networkPin === undefined ? {} : { pin: config.networkPin }),
        ...enrolmentOf(config),
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
      { log, metrics, health, clock },
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
function enrolmentOf({ network, invite, account }: ListConfig): { readonly enrolment?: EnrolmentInit } {
  if (invite === undefined || invite === '') return {};
  const { code } = resolveNetwork(network, invite);
  return {
    enrolment: { account, deviceName: 'supernode list', ...(code === undefined ? {} : { invite: code }) },
  };
}
