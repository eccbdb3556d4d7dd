/** The local API as one part of the peer: server, guard, page, REST and live views. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { LoginLinkResponse } from '@banyan/proto';
import {
  answerWrongHost,
  createHttpServer,
  VERSION,
  type Clock,
  type Health,
  type HttpServer,
  type Log,
  type Metrics,
  type Startable,
  type Tracer,
} from '@banyan/kit';
import { removeApiFile, writeApiFile } from './api-file.ts';
import { createGuard } from './guard.ts';
import { createLive } from './live.ts';
import { createLogins } from './logins.ts';
import { addPage, BUILT_PAGE } from './page.ts';
import type { Rooms } from './rooms.ts';
import { API_PREFIX } from './route-parts.ts';
import { addRoutes } from './routes.ts';

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
  /** Default: no spans. */
  readonly tracer?: Tracer;
  readonly rooms: Rooms;
  /** Origin of the gateway, once it listens; the page may play what comes from there. */
  readonly mediaOrigin: () => string | undefined;
  /** `POST /stop` was called. */
  readonly onStop: () => void;
}

export interface LocalApiInit {
  /** Page and API; 0: any free port. Bound on 127.0.0.1 and ::1 only. */
  readonly port: number;
  /** The setting that chose the port, for messages; default: none did. */
  readonly portSetting?: string;
  /** Tried in turn when that one is taken; default: none. */
  readonly otherPorts?: readonly number[];
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
  const { clock, log, metrics, health, tracer, rooms } = components;
  // Made anew at each start: an old copy of local-api.json opens nothing.
  const token = randomBytes(32).toString('base64url');
  const logins = createLogins({ clock, log }, { file: join(init.dataDir, LOGINS_FILE) });
  const server: HttpServer = await createHttpServer(
    { log, metrics, health, clock, ...(tracer === undefined ? {} : { tracer }) },
    {
      name: 'local API',
      listen: {
        host: 'localhost',
        port: init.port,
        setting: init.portSetting ?? null,
        ...(init.otherPorts === undefined ? {} : { otherPorts: init.otherPorts }),
      },
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
    const kind = guard.page.hostKind(host);
    if (kind === 'canonical' || (kind === 'literal' && PROBES.has(path))) return;
    if (!path.startsWith('/api/')) {
      await answerWrongHost(guard.page, request, reply, 'or run: banyan open');
      return;
    }
    if (kind === 'foreign') throw guard.page.hostRefused(host);
  });

  const makeLoginLink = async (): Promise<LoginLinkResponse> => {
    const { code, expiresAt } = await logins.makeCode();
    // In the fragment: it reaches neither a server's log nor a Referer.
    return { url: `${guard.page.origin}/#login=${code}`, expiresAt };
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
      return guard.page.origin;
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
        url: guard.page.origin,
        token,
        instance: logins.instance,
        pid: process.pid,
      });
      log.debug(
        { api: `${guard.page.origin}${API_PREFIX}` },
        'programs find the local API by local-api.json',
      );
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
