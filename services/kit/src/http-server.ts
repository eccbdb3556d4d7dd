// Routes of others may say `tags` and `hide` in their schemas: the typings of swagger come with ours.
/// <reference types="@fastify/swagger" preserve="true" />
/// <reference types="@fastify/rate-limit" preserve="true" />
import { randomUUID } from 'node:crypto';
import {
  createServer as createPlainServer,
  type RequestListener,
  type Server as HttpServerType,
  type ServerOptions,
} from 'node:http';
import {
  createServer as createTlsServer,
  Server as TlsServer,
  type ServerOptions as TlsServerOptions,
} from 'node:https';
import type { Socket } from 'node:net';
import { BanyanError, displayText, MAX_JSON_BODY_BYTES } from '@banyan/proto';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type onRequestHookHandler,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
  type RouteOptions,
} from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { systemClock, type Clock } from './clock.ts';
import { createConnections } from './connections.ts';
import type { Health } from './health.ts';
import { rawErrorResponse, toHttpError } from './http-errors.ts';
import type { Startable } from './lifecycle.ts';
import { assertMayListen, isLoopback, listenOn, listenOnLocalhost } from './listen.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { createProbes } from './probe-server.ts';
import { traceFields } from './tracing/trace-context.ts';
import { silentTracer, type Tracer } from './tracing/tracer.ts';
import { sharedRateLimitStore } from './shared-rate-limit.ts';
import type { Store } from './stores/store.ts';

/** A fastify instance whose routes take their types from TypeBox schemas. */
export type HttpApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What {@link createHttpServer} needs. */
export interface HttpServerComponents {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly clock?: Clock;
  /** Default: no spans. */
  readonly tracer?: Tracer;
}

/** Where a server listens. */
export interface ListenInit {
  /** Default `localhost`, which is 127.0.0.1 and ::1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** The flag that chose the port, named when it is taken; null: none did. Default `--port`. */
  readonly setting?: string | null;
  /** Ports that are tried in turn when that one is taken; default: none. */
  readonly otherPorts?: readonly number[];
}

/** Requests that one address may send. */
export interface RateLimitInit {
  /** Requests per window. */
  readonly max: number;
  /** Default one minute. */
  readonly windowMs?: number;
  /** Where it is counted together with other replicas; default: each process for itself. */
  readonly store?: Store;
}

/** Options of {@link createHttpServer}. */
export interface HttpServerInit {
  /** For messages and logs; default `http`. */
  readonly name?: string;
  /** Where `start` listens. */
  readonly listen?: ListenInit;
  /**
   * Another port, of plain HTTP, with `/metrics`, `/healthz` and `/readyz` alone, for a Prometheus on another machine.
   * Whoever sets a host here has asked for it to be reachable.
   */
  readonly metricsListen?: ListenInit;
  /** Serves TLS; without it only loopback may be listened on, unless `behindProxy`. */
  readonly tls?: TlsServerOptions;
  /**
   * A proxy in front does TLS, and any address may be listened on. The caller's address is the last one in
   * `X-Forwarded-For`, which that proxy wrote; earlier ones are the caller's own word and not believed.
   */
  readonly behindProxy?: boolean;
  /** Title, version and description of the API; the description is then served at `/openapi.json`. */
  readonly openapi?: { readonly title: string; readonly version: string; readonly description?: string };
  /** For all routes; a route may have its own in `config.rateLimit`. */
  readonly rateLimit?: RateLimitInit;
  /** Also reads `application/x-www-form-urlencoded` bodies, as OAuth's token endpoint must (RFC 6749). */
  readonly forms?: boolean;
  /** Default `MAX_JSON_BODY_BYTES`. */
  readonly maxBodyBytes?: number;
  /** How long `stop` waits for answers under way before it cuts them off; default 2 s. */
  readonly stopGraceMs?: number;
}

/** A server of HTTP APIs. */
export interface HttpServer extends Startable {
  /** Register routes and plugins here before `start`. */
  readonly app: HttpApp;
  /**
   * Binds. `start` calls it with the listen options given at creation.
   *
   * @returns the URL to reach it by
   * @throws BanyanError `port_taken`, `bind_refused`, `not_loopback`
   */
  listen(init?: ListenInit): Promise<string>;
  /** Where it listens: `http://localhost:8080`; throws before it does. */
  readonly url: string;
  readonly port: number;
  /** Where the metrics listen, when they have a port of their own. */
  readonly metricsUrl: string | undefined;
  /** Serves new connections with a renewed certificate; the rest of the options stays as it was. */
  setTls(options: TlsServerOptions): void;
  /** Aborts when the server drains or stops: long polls answer then. */
  readonly closing: AbortSignal;
  /** Aborts when the server closes or this request's caller goes away before its answer is complete. */
  signalOf(request: FastifyRequest, reply: FastifyReply): AbortSignal;
}

const PROBE_PATHS: readonly string[] = ['/healthz', '/readyz', '/metrics'];
/** Headers must be complete by then: a connection that dribbles is dropped. */
const HEADERS_TIMEOUT_MS = 10_000;
/** A whole request must be in by then; bodies are small. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Idle connections are kept a little longer than usual proxies do, so that they close first. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

/** Bodies must have the right types; texts of the URL and of headers are converted to them. */
function compileValidator(schema: TSchema, httpPart: string | undefined): (value: unknown) => unknown {
  const compiled = Compile(schema);
  return (value) => {
    const converted = httpPart === 'body' ? value : Value.Convert(schema, value);
    // Cloned by Convert; a body is freshly parsed: filling in defaults changes nothing of anybody else's.
    const complete = Value.Default(schema, converted);
    // What only a newer caller knows is not handed on: a schema that allows it means to pass it over.
    if (compiled.Check(complete)) return { value: Value.Clean(schema, complete) };
    return { error: compiled.Errors(complete) };
  };
}

/** RFC 6749 section 3.2: a parameter must not come twice. */
function parseForm(text: string): Record<string, string> {
  const form: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [key, value] of new URLSearchParams(text)) {
    if (key in form)
      throw new BanyanError(
        'invalid_request',
        `The parameter "${displayText(key, 64)}" of the form comes more than once.`,
      );
    form[key] = value;
  }
  return form;
}

function hooksOf(route: RouteOptions): onRequestHookHandler[] {
  const { onRequest = [] } = route;
  return [onRequest].flat();
}

/** A span for each request but probes; what its handler asks of others, and logs, belongs to it. */
function begin(tracer: Tracer, { method, routeOptions, raw }: FastifyRequest, reply: FastifyReply): void {
  const route = routeOptions.url ?? 'none';
  if (PROBE_PATHS.includes(route)) return;
  const span = tracer.start(`${method} ${route}`, {
    parent: raw.headers['traceparent'],
    kind: 'server',
    attributes: { 'http.request.method': method, 'http.route': route },
  });
  raw.headers['traceparent'] = span.traceparent;
  reply.raw.once('close', () => {
    const status = reply.raw.statusCode;
    span.end(status < 500 ? 'ok' : String(status), { 'http.response.status_code': status });
  });
}

/** Whether the caller is on this machine and no proxy stands between. */
function isDirectLoopback(request: FastifyRequest): boolean {
  const { headers, socket } = request.raw;
  return (
    headers['x-forwarded-for'] === undefined &&
    headers['forwarded'] === undefined &&
    isLoopback(socket.remoteAddress ?? '')
  );
}

/**
 * Makes an HTTP server with everything that all our APIs share.
 *
 * - Every error is an `ErrorBody` of proto with the table's status: a wrong field is `invalid_request` and named, an unknown
 *   path `not_found`, too large a body `limit_exceeded`, too many requests `rate_limited` with `Retry-After`; what went
 *   wrong inside is logged and answered as `internal` without particulars.
 * - `/healthz` (it lives), `/readyz` (503 while a check fails or it drains), `/metrics` (only for direct callers on this
 *   machine, 404 for others, or on a port of its own), `/openapi.json` when `openapi` is given.
 * - Security headers, a request id, bounded bodies, headers and times.
 * - `localhost` is both 127.0.0.1 and ::1; beyond loopback it needs TLS.
 */
export async function createHttpServer(
  components: HttpServerComponents,
  init: HttpServerInit = {},
): Promise<HttpServer> {
  const { log, metrics, health, clock = systemClock, tracer = silentTracer } = components;
  const { name = 'http', tls, behindProxy = false, stopGraceMs = 2_000 } = init;
  const closing = new AbortController();
  const connections = createConnections();
  const probes = createProbes(components);
  const servers: HttpServerType[] = [];
  let handler: RequestListener | undefined;
  let inFlight = 0;
  let url: string | undefined;
  let port: number | undefined;
  let metricsUrl: string | undefined;
  let idle: (() => void) | undefined;

  function makeServer(listener: RequestListener, secure: TlsServerOptions | undefined): HttpServerType {
    const options: ServerOptions = {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: 2_000,
      noDelay: true,
    };
    const server =
      secure === undefined
        ? createPlainServer(options, listener)
        : createTlsServer({ ...options, handshakeTimeout: HEADERS_TIMEOUT_MS, ...secure }, listener);
    connections.track(server, secure === undefined ? 'connection' : 'secureConnection');
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
      const answer = rawErrorResponse(error);
      if (answer === undefined || !socket.writable) socket.destroy();
      else socket.end(answer);
    });
    return server;
  }

  const app = fastify({
    loggerInstance: log as unknown as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: init.maxBodyBytes ?? MAX_JSON_BODY_BYTES,
    // One hop: what stands further left in X-Forwarded-For is the caller's own word, and limits count by address.
    trustProxy: behindProxy ? (_address: string, hop: number) => hop < 1 : false,
    genReqId: () => randomUUID(),
    return503OnClosing: false,
    serverFactory: (listener) => {
      handler = listener;
      return makeServer(handler, tls);
    },
  }).withTypeProvider<TypeBoxTypeProvider>() as HttpApp;

  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => compileValidator(schema, httpPart) as never);
  if (init.forms === true) {
    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => {
        try {
          done(null, parseForm(String(body)));
        } catch (error) {
          done(error as Error);
        }
      },
    );
  }

  const duration = metrics.histogram({
    name: 'banyan_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the end of its answer.',
    labels: ['method', 'route', 'status'],
  });
  const failures = metrics.counter({
    name: 'banyan_http_errors_total',
    help: 'Answers that were errors, by code.',
    labels: ['code'],
  });
  metrics.gauge({
    name: 'banyan_http_requests_in_progress',
    help: 'Requests that are being answered now, long polls included.',
    collect: () => inFlight,
  });

  app.addHook('onRequest', async (_request, reply) => {
    inFlight += 1;
    reply.raw.once('close', () => {
      inFlight -= 1;
      if (inFlight === 0) idle?.();
    });
    if (closing.signal.aborted) reply.header('connection', 'close');
  });
  if (tracer !== silentTracer)
    app.addHook('onRequest', async (request, reply) => begin(tracer, request, reply));
  app.addHook('onSend', async (request, reply) => {
    for (const [header, value] of Object.entries(SECURITY_HEADERS))
      if (!reply.hasHeader(header)) reply.header(header, value);
    if (tls !== undefined && !reply.hasHeader('strict-transport-security'))
      reply.header('strict-transport-security', 'max-age=31536000');
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    duration.observe(
      { method: request.method, route, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
    request.log.debug(
      {
        method: request.method,
        route,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        ...traceFields(request.headers['traceparent']),
      },
      'request',
    );
  });

  app.setErrorHandler((caught, request, reply) => {
    const error = toHttpError(caught);
    failures.inc({ code: error.code });
    if (error.http >= 500 && error.code === 'internal')
      request.log.error(
        {
          err: caught,
          method: request.method,
          route: request.routeOptions.url,
          ...traceFields(request.headers['traceparent']),
        },
        'a request failed',
      );
    if (error.retryAfterMs !== undefined)
      reply.header('retry-after', String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))));
    return reply.code(error.http).send(error.toBody());
  });
  app.setNotFoundHandler((request) => {
    const path = request.url.split('?')[0] ?? '/';
    throw new BanyanError(
      'not_found',
      `There is no ${request.method} ${displayText(path, 100)} here. Check the address.`,
    );
  });

  if (init.rateLimit !== undefined) {
    // The plugin puts its check behind a route's own hooks; who asks too often must be refused before a token is looked at.
    const own = new WeakMap<RouteOptions, number>();
    app.addHook('onRoute', (route) => void own.set(route, hooksOf(route).length));
    await app.register(rateLimit, {
      global: true,
      max: init.rateLimit.max,
      timeWindow: init.rateLimit.windowMs ?? 60_000,
      ...(init.rateLimit.store === undefined
        ? {}
        : { store: sharedRateLimitStore(init.rateLimit.store, clock) }),
      errorResponseBuilder: (_request, context) =>
        new BanyanError(
          'rate_limited',
          `Too many requests: ${context.max} are allowed. Wait ${Math.ceil(context.ttl / 1000)} s, then go on.`,
          { retryAfterMs: context.ttl },
        ),
    });
    app.addHook('onRoute', (route) => {
      const hooks = hooksOf(route);
      const count = own.get(route) ?? hooks.length;
      route.onRequest = [...hooks.slice(count), ...hooks.slice(0, count)];
    });
  }
  if (init.openapi !== undefined) {
    await app.register(swagger, {
      openapi: { openapi: '3.1.0', info: { description: '', ...init.openapi } },
    });
    app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
      reply.header('cache-control', 'no-cache');
      return app.swagger();
    });
  }

  for (const path of PROBE_PATHS) {
    app.get(path, { schema: { hide: true }, config: { rateLimit: false } }, async (request, reply) => {
      if (path === '/metrics' && !isDirectLoopback(request)) {
        reply.callNotFound();
        return reply;
      }
      const { status, type, body } = (await probes.answer(path)) ?? {
        status: 404,
        type: 'text/plain',
        body: '',
      };
      return reply.code(status).type(type).send(body);
    });
  }

  async function bind(
    target: ListenInit,
    primary: HttpServerType,
    second: () => HttpServerType,
  ): Promise<{ host: string; port: number }> {
    const { host = 'localhost', port: wanted = 0, setting = '--port', otherPorts = [] } = target;
    const ports = { port: wanted, otherPorts, ...(setting === null ? {} : { setting }) };
    servers.push(primary);
    if (host !== 'localhost') return { host, port: await listenOn(primary, { host, ...ports }) };
    const v6 = second();
    // One server owns the WebSocket upgrades, whichever address they came in by.
    v6.on('upgrade', (...args) => primary.emit('upgrade', ...args));
    const bound = await listenOnLocalhost(primary, v6, ports);
    if (bound.both) servers.push(v6);
    return { host, port: bound.port };
  }

  async function listen(target: ListenInit = {}): Promise<string> {
    const { host = 'localhost', setting = '--host' } = target;
    assertMayListen(host, {
      secured: tls !== undefined,
      behindProxy,
      ...(setting === null ? {} : { setting: setting.replace('port', 'host') }),
    });
    await app.ready();
    const bound = await bind(target, app.server, () => makeServer(handler as RequestListener, tls));
    port = bound.port;
    url = `${tls === undefined ? 'http' : 'https'}://${bound.host.includes(':') ? `[${bound.host}]` : bound.host}:${port}`;
    return url;
  }

  async function listenForMetrics(target: ListenInit): Promise<void> {
    const bound = await bind(
      { setting: '--metrics-port', ...target },
      makeServer(probes.listener, undefined),
      () => makeServer(probes.listener, undefined),
    );
    metricsUrl = `http://${bound.host.includes(':') ? `[${bound.host}]` : bound.host}:${bound.port}/metrics`;
  }

  function closeServer(server: HttpServerType): Promise<void> {
    return new Promise((resolve) => {
      server.close(() => resolve());
    });
  }

  return {
    name,
    app,
    closing: closing.signal,
    get url() {
      if (url === undefined) throw new BanyanError('internal', `${name} does not listen yet.`);
      return url;
    },
    get port() {
      if (port === undefined) throw new BanyanError('internal', `${name} does not listen yet.`);
      return port;
    },
    get metricsUrl() {
      return metricsUrl;
    },
    listen,
    setTls(options) {
      for (const server of servers) if (server instanceof TlsServer) server.setSecureContext(options);
    },
    async start() {
      await listen(init.listen);
      if (init.metricsListen !== undefined) await listenForMetrics(init.metricsListen);
      log.info({ url, ...(metricsUrl === undefined ? {} : { metricsUrl }) }, `${name} listens`);
    },
    async drain(signal) {
      health.setDraining();
      closing.abort();
      if (inFlight === 0) return;
      await new Promise<void>((resolve) => {
        idle = resolve;
        signal?.addEventListener('abort', () => resolve(), { once: true });
      });
    },
    async stop() {
      closing.abort();
      const closed = Promise.all(servers.map(closeServer));
      connections.closeIdle();
      const cut = clock.setTimeout(() => {
        log.debug({ connections: connections.size }, 'cutting connections that did not end');
        connections.destroyAll();
      }, stopGraceMs);
      await closed;
      cut.cancel();
      await app.close();
    },
    signalOf(_request, reply) {
      const gone = new AbortController();
      reply.raw.once('close', () => {
        if (!reply.raw.writableFinished) gone.abort(new BanyanError('aborted', 'The caller went away.'));
      });
      return AbortSignal.any([gone.signal, closing.signal]);
    },
  };
}
