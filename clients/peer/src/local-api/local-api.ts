/** The local API as one part of the peer: server, guard, page, REST and live views. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { LoginLinkResponse } from '@banyan/proto';
import {
  createHttpServer,
  VERSION,
  type Clock,
  type Health,
  type HttpServer,
  type Log,
  type Metrics,
  type Startable,
} from '@banyan/kit';
import { removeApiFile, writeApiFile } from './api-file.ts';
import { createGuard } from './guard.ts';
import { createLive } from './live.ts';
import { createLogins } from './logins.ts';
import { addPage, answerWrongHost, BUILT_PAGE } from './page.ts';
import type { Rooms } from './rooms.ts';
import { addRoutes, API_PREFIX } from './routes.ts';

/** Codes and sessions in the data folder. */
const LOGINS_FILE = 'logins.json';
/** All callers share this machine's address; scripts of its owner may be busy. */
const REQUESTS_PER_MINUTE = 60_000;
/** Asked by probes and Prometheus, by whichever name of this machine they know. */
const PROBES = new Set(['/healthz', '/readyz', '/metrics']);

export interface LocalApiComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly rooms: Rooms;
  /** Origin of the gateway, once it listens; the page may play what comes from there. */
  readonly mediaOrigin: () => string;
  /** `POST /stop` was called. */
  readonly onStop: () => void;
}

export interface LocalApiInit {
  /** Page and API; 0: any free port. Bound on 127.0.0.1 and ::1 only. */
  readonly port: number;
  /** Where metrics and probes are served besides; see `createHttpServer`. */
  readonly metricsListen?: { readonly host: string; readonly port: number };
  /** Folder of logins and of `local-api.json`. */
  readonly dataDir: string;
  /** Folder of the built page; default: that of `@banyan/web`. */
  readonly webRoot?: string;
}

export interface LocalApi extends Startable {
  /** `http://localhost:PORT`, once started. */
  readonly url: string;
  readonly port: number;
  /** The login link made at the start; good once. */
  readonly loginUrl: string;
  /** Another login link. */
  makeLoginLink(): Promise<LoginLinkResponse>;
}

export async function createLocalApi(components: LocalApiComponents, init: LocalApiInit): Promise<LocalApi> {
  const { clock, log, metrics, health, rooms } = components;
  // Made anew at each start: an old copy of local-api.json opens nothing.
  const token = randomBytes(32).toString('base64url');
  const logins = createLogins({ clock, log }, { file: join(init.dataDir, LOGINS_FILE) });
  const server: HttpServer = await createHttpServer(
    { log, metrics, health, clock },
    {
      name: 'local API',
      listen: { host: 'localhost', port: init.port, setting: '--page-port' },
      ...(init.metricsListen === undefined ? {} : { metricsListen: init.metricsListen }),
      openapi: {
        title: 'Banyan peer, local API',
        version: VERSION,
        description: 'For the page and the command line of this machine.',
      },
      rateLimit: { max: REQUESTS_PER_MINUTE },
    },
  );
  const guard = createGuard({ logins, token, port: () => server.port });
  const { app } = server;
  let loginUrl = '';

  app.addHook('onRequest', async (request, reply) => {
    const { host } = request.headers;
    const path = request.url.split('?')[0] ?? '/';
    const kind = guard.hostKind(host);
    if (kind === 'canonical' || (kind === 'literal' && PROBES.has(path))) return;
    if (!path.startsWith('/api/')) {
      await answerWrongHost(guard, request, reply);
      return;
    }
    if (kind === 'foreign') throw guard.hostRefused(host);
  });

  const makeLoginLink = async (): Promise<LoginLinkResponse> => {
    const { code, expiresAt } = await logins.makeCode();
    // In the fragment: it reaches neither a server's log nor a Referer.
    return { url: `${guard.origin}/#login=${code}`, expiresAt };
  };
  addRoutes({ server, guard, logins, rooms, onStop: components.onStop, makeLoginLink });
  await addPage(app, {
    webRoot: init.webRoot ?? BUILT_PAGE,
    port: () => server.port,
    mediaOrigin: components.mediaOrigin,
  });
  const live = createLive({ server: app.server, guard, logins, rooms, clock, log, metrics });

  return {
    name: 'local API',
    get url() {
      return guard.origin;
    },
    get port() {
      return server.port;
    },
    get loginUrl() {
      return loginUrl;
    },
    makeLoginLink,
    async start(signal) {
      await logins.start();
      await live.start(signal);
      await server.start(signal);
      loginUrl = (await makeLoginLink()).url;
      await writeApiFile(init.dataDir, {
        url: guard.origin,
        token,
        instance: logins.instance,
        pid: process.pid,
      });
      log.debug({ api: `${guard.origin}${API_PREFIX}` }, 'programs find the local API by local-api.json');
    },
    drain: (signal) => server.drain?.(signal) ?? Promise.resolve(),
    async stop() {
      await removeApiFile(init.dataDir, token).catch((err: unknown) =>
        log.warn({ err }, 'local-api.json could not be removed'),
      );
      await live.stop();
      await server.stop();
    },
  };
}
