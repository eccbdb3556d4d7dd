/**
 * Serves content to other peers over HTTP/1.1 on TLS 1.3, both keys checked (proto/spec/transfer.md).
 *
 * ```
 *  handshake ─▶ key ─▶ token (once per connection) ─▶ content held? ─▶ range held? ─▶ slot ─▶ bytes
 * ```
 */
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { createUploadQueue, type Rates, type UploadQueue } from '@banyan/core';
import {
  BanyanError,
  contentIdText,
  contentKey,
  DEFAULT_UPLOAD_SLOTS,
  isBanyanError,
  MAX_UPLOAD_QUEUE,
  namedSourcesText,
  SLOT_IDLE_MS,
  toBanyanError,
  type ContentId,
  type UploadOffer,
  type UploadView,
} from '@banyan/proto';
import {
  createTlsServerOptions,
  listenOn,
  peerDeviceId,
  silentTracer,
  traceFields,
  type Clock,
  type Identity,
  type Log,
  type Metrics,
  type RevocationList,
  type Startable,
  type Timer,
  type TokenVerifier,
  type Tracer,
  type VerifiedToken,
} from '@banyan/kit';
import { stopServing } from '../stop-serving.ts';
import type { ContentProvider, OpenContent } from '../content.ts';
import type { SwarmMemory } from '../swarm-memory.ts';
import { createThrottle, type Throttle } from '../bandwidth/throttle.ts';
import { createBufferPool, streamRange } from './byte-stream.ts';
import { createCallers, type Callers } from './callers.ts';
import {
  CHANGE_MS,
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_MS,
  MAX_CONNECTIONS,
  MAX_HEADER_BYTES,
  MAX_PIPELINED,
  SWEEP_MS,
  TIMEOUT_CHECK_MS,
} from './constants.ts';
import { openBundle } from './bundle.ts';
import { beginContent, sendLayers, type AnsweredRange } from './content-answer.ts';
import { createOwnOffer, type OwnOffer } from './own-offer.ts';
import { createPace } from './pace.ts';
import { refuseRaw, sendRefusal } from './refusals.ts';
import { createSpeedAnswers, type SpeedAnswers } from './speed-answer.ts';
import { parseTarget } from './transfer-request.ts';
import type { Served } from './fetched.ts';
import { createUploadLedger, type UploadLedger } from './upload-ledger.ts';

/** What {@link createUploadServer} needs. */
export interface UploadServerComponents {
  readonly identity: Identity;
  /** For audience peer. */
  readonly verifier: TokenVerifier;
  /** Asked in order; the first that holds the content serves it. */
  readonly providers: readonly ContentProvider[];
  readonly clock: Clock;
  readonly log: Log;
  /** Default: no spans. */
  readonly tracer?: Tracer;
  readonly metrics?: Metrics;
  /** Told of bytes that a caller was given of a content. */
  readonly onServed?: (served: Served) => void;
  /** Whether a device is the home, or second home, of this peer just now, which may measure its line. Default: none is. */
  readonly isHome?: (deviceId: string) => boolean;
  /** What the home measured of this line, bytes per second; default: nothing. */
  readonly measuredRate?: () => number | undefined;
  /** Who is named to those who ask what is here; default: nobody is. */
  readonly swarm?: Pick<SwarmMemory, 'of' | 'fetches'>;
  /** Contents blocked in the network are refused, and bans cut connections as they come. */
  readonly revocations?: Pick<RevocationList, 'contentBlocked' | 'onChange'>;
}

/** Options of {@link createUploadServer}. */
export interface UploadServerInit {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** The setting that chose the port, for messages. */
  readonly portSetting?: string;
  /** Tried in turn when that one is taken; default: none. */
  readonly otherPorts?: readonly number[];
  /** Devices served at once; default {@link DEFAULT_UPLOAD_SLOTS}. */
  readonly slots?: number;
  /** A reader that takes nothing for this long is cut; default 60 s. */
  readonly stalledReaderMs?: number;
}

/** The serving side of transfers. */
export interface UploadServer extends Startable {
  /** The bound port, after `start`. */
  readonly port: number;
  /** Who is served and who waits, for people. */
  uploads(): UploadView[];
  /** What whoever comes next can expect; to be asked on each change, since each look measures. */
  offer(): UploadOffer;
  /** Calls `listener` after changes, at most four times a second; returns how to stop that. */
  onChange(listener: () => void): () => void;
  setSlots(slots: number): void;
  /** Limits in bytes per second: of all uploads, and of each (one content to one device). Heeded at once. */
  setRates(rates: Rates): void;
  /** Those of downloads hold for what the home sends to measure this line. */
  setDownloadRates(rates: Rates): void;
}

/** Makes an upload server; it listens after `start`. No input of a remote makes it throw. */
export function createUploadServer(components: UploadServerComponents, init: UploadServerInit): UploadServer {
  return new TransferServer(components, init);
}

class TransferServer implements UploadServer {
  readonly name = 'upload server';
  readonly #c: UploadServerComponents;
  readonly #init: UploadServerInit;
  readonly #queue: UploadQueue;
  readonly #ledger: UploadLedger;
  readonly #ownOffer: OwnOffer;
  readonly #callers: Callers;
  readonly #pool = createBufferPool();
  readonly #throttle: Throttle;
  readonly #takeThrottle: Throttle;
  readonly #speed: SpeedAnswers;
  readonly #listeners = new Set<() => void>();
  readonly #sockets = new Set<Socket>();
  readonly #active = new Set<Promise<void>>();
  readonly #pipelined = new WeakMap<Socket, number>();
  readonly #sentBytes;
  readonly #answers;
  #server: Server | undefined;
  #rates: Rates = { total: undefined, each: undefined };
  #certificate: unknown;
  #port = 0;
  #isDraining = false;
  #changeTimer: Timer | undefined;
  #tickTimer: Timer | undefined;
  #sweepTimer: Timer | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(components: UploadServerComponents, init: UploadServerInit) {
    const { clock, metrics } = components;
    this.#c = components;
    this.#init = init;
    this.#queue = createUploadQueue({
      slots: init.slots ?? DEFAULT_UPLOAD_SLOTS,
      maxQueue: MAX_UPLOAD_QUEUE,
      slotIdleMs: SLOT_IDLE_MS,
      now: clock.monotonic(),
    });
    this.#throttle = createThrottle(clock);
    this.#takeThrottle = createThrottle(clock);
    this.#ledger = createUploadLedger(this.#queue, clock);
    this.#ownOffer = createOwnOffer({
      clock,
      queue: this.#queue,
      flows: () => this.#ledger.flows(),
      measuredRate: components.measuredRate ?? (() => undefined),
    });
    this.#callers = createCallers({ verifier: components.verifier, clock });
    this.#sentBytes = metrics?.counter({ name: 'banyan_upload_bytes_total', help: 'Bytes of content sent.' });
    const measuredBytes = metrics?.counter({
      name: 'banyan_upload_measurement_bytes_total',
      help: 'Random bytes sent to the home supernode, which measures this line, or taken from it.',
    });
    this.#speed = createSpeedAnswers({
      clock,
      isHome: components.isHome ?? (() => false),
      pool: this.#pool,
      ...(init.stalledReaderMs === undefined ? {} : { stalledMs: init.stalledReaderMs }),
      onBytes: (bytes) => measuredBytes?.inc(bytes),
    });
    this.#answers = metrics?.counter({
      name: 'banyan_upload_answers_total',
      help: 'Answers to transfer requests: ok, or why they were refused.',
      labels: ['code'],
    });
    const gauges: readonly (readonly [string, string, () => number])[] = [
      ['connections', 'Open transfer connections.', () => this.#callers.connections],
      ['slots', 'Devices that are served at once at most.', () => this.#queue.snapshot().slots],
      ['slots_used', 'Slots that are given away.', () => this.#queue.snapshot().leases.length],
      ['queue_length', 'Devices that wait for a slot.', () => this.#queue.snapshot().waiting.length],
      ['answers_in_progress', 'Requests that are being answered now.', () => this.#active.size],
    ];
    for (const [name, help, collect] of gauges)
      metrics?.gauge({ name: `banyan_upload_${name}`, help, collect });
  }

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    const { identity, clock, revocations } = this.#c;
    this.#certificate = identity.certificate;
    const server = createServer({
      ...createTlsServerOptions(identity),
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: HEADERS_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    });
    server.maxConnections = MAX_CONNECTIONS;
    server.maxHeadersCount = 64;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('secureConnection', (socket: TLSSocket) => {
      socket.setNoDelay(true);
      socket.on('error', ignore);
      this.#callers.add(socket);
    });
    server.on('tlsClientError', ignore);
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseRaw(error, socket as Socket));
    server.on('request', (request, response) => this.#onRequest(request, response));
    this.#port = await listenOn(server, {
      host: this.#init.host,
      port: this.#init.port,
      ...(this.#init.portSetting === undefined ? {} : { setting: this.#init.portSetting }),
      ...(this.#init.otherPorts === undefined ? {} : { otherPorts: this.#init.otherPorts }),
    });
    this.#server = server;
    this.#sweepTimer = clock.setInterval(() => void this.#sweep(), SWEEP_MS, { keepAlive: false });
    this.#unsubscribe = revocations?.onChange(() => void this.#recheck());
  }

  async drain(signal?: AbortSignal): Promise<void> {
    this.#isDraining = true;
    this.#server?.closeIdleConnections();
    const over = new Promise<void>((resolve) => {
      if (signal?.aborted === true) resolve();
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([Promise.all(this.#active), over]);
  }

  async stop(): Promise<void> {
    this.#isDraining = true;
    this.#unsubscribe?.();
    this.#sweepTimer?.cancel();
    this.#changeTimer?.cancel();
    this.#tickTimer?.cancel();
    this.#throttle.close();
    this.#takeThrottle.close();
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    await stopServing({ server, sockets: this.#sockets, active: this.#active }, this.#c.clock);
  }

  uploads(): UploadView[] {
    return this.#ledger.views();
  }

  offer(): UploadOffer {
    return this.#ownOffer(this.#rates);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  setSlots(slots: number): void {
    this.#queue.setSlots(slots, this.#c.clock.monotonic());
    this.#changed();
  }

  setRates(rates: Rates): void {
    this.#rates = rates;
    this.#throttle.setRates(rates);
  }

  setDownloadRates(rates: Rates): void {
    this.#takeThrottle.setRates(rates);
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    response.on('error', ignore);
    request.on('error', ignore);
    const { socket } = request;
    const waiting = (this.#pipelined.get(socket) ?? 0) + 1;
    this.#pipelined.set(socket, waiting);
    response.once('close', () => this.#pipelined.set(socket, (this.#pipelined.get(socket) ?? 1) - 1));
    // Requests sent ahead would each hold a file and buffers: no downloader of ours sends them.
    if (waiting > MAX_PIPELINED) {
      socket.destroy();
      return;
    }
    const span = (this.#c.tracer ?? silentTracer).start('transfer', {
      parent: request.headers['traceparent'],
      kind: 'server',
    });
    const work = this.#answer(request, response)
      .then(
        () => 'ok',
        (error: unknown) => this.#refuse(request, response, error),
      )
      .then((outcome) => {
        span.end(outcome, { 'http.response.status_code': response.statusCode });
        this.#tell(request, outcome);
      })
      .finally(() => this.#active.delete(work));
    this.#active.add(work);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const socket = request.socket as TLSSocket;
    if (this.#isDraining) throw new BanyanError('shutting_down');
    const length = Number(request.headers['content-length'] ?? 0);
    if (request.headers['transfer-encoding'] !== undefined || (length > 0 && request.method !== 'PUT'))
      throw new BanyanError('invalid_request', 'Requests here have no body.');
    this.#callers.admit(socket);
    const target = parseTarget(request.method ?? '', request.url ?? '');
    if (target.kind === 'ping') {
      response.writeHead(204, { 'Banyan-Time': String(this.#c.clock.now()) }).end();
      this.#answers?.inc({ code: 'ok' });
      return;
    }
    if (target.kind === 'speed') {
      // Without a token: the handshake proved the key, and the home is known by its key.
      const pace = createPace(this.#throttle, 'speed', response);
      await this.#speed.answer(peerDeviceId(socket), target.bytes, response, pace);
      this.#answers?.inc({ code: 'ok' });
      return;
    }
    if (target.kind === 'take-speed') {
      const pace = createPace(this.#takeThrottle, 'speed', response);
      await this.#speed.take(peerDeviceId(socket), length, { request, response, pace });
      this.#answers?.inc({ code: 'ok' });
      return;
    }
    const caller = await this.#callers.identify(socket, request.headers.authorization);
    if (target.kind === 'bundle') {
      await this.#sendBundle(response, target.contents, caller);
      this.#answers?.inc({ code: 'ok' });
      return;
    }
    const source = await this.#open(target.content);
    try {
      if (source.chunks !== undefined && !source.chunks.complete)
        response.setHeader('Banyan-Chunks', source.chunks.toText());
      if (target.kind === 'content') this.#meetSwarm(request, response, source.content, caller);
      if (target.kind === 'layers') await sendLayers(request, response, source, target);
      else {
        const range = beginContent(request, response, source);
        if (range !== undefined)
          await this.#sendRange(response, source, range, caller, this.#isReachTest(request, caller));
      }
      this.#answers?.inc({ code: 'ok' });
    } finally {
      await source.close();
    }
  }

  /** Whoever fetches here and serves what it has is told to those who ask what is here, with those who served us. */
  #meetSwarm(
    request: IncomingMessage,
    response: ServerResponse,
    content: ContentId,
    { deviceId }: VerifiedToken,
  ): void {
    const { swarm } = this.#c;
    if (swarm === undefined) return;
    // The address is the one that the system sees: nobody can name another's.
    const host = request.socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/i, '') ?? '';
    const port = Number(request.headers['banyan-port']);
    if (Number.isInteger(port) && port >= 1 && port <= 65_535)
      swarm.fetches(content, { deviceId, host, port });
    if (request.method !== 'HEAD') return;
    const others = swarm.of(content, { deviceId, host });
    if (others.length > 0) response.setHeader('Banyan-Sources', namedSourcesText(others));
  }

  /** Sends those of several small contents that are here; one slot serves them all. */
  async #sendBundle(
    response: ServerResponse,
    contents: readonly ContentId[],
    caller: VerifiedToken,
  ): Promise<void> {
    const open = async (content: ContentId): Promise<OpenContent | undefined> => {
      const source = await this.#open(content).catch(() => undefined);
      if (source?.chunks === undefined) return source;
      await source.close();
      return undefined;
    };
    for (const [place, content] of contents.entries()) {
      // One at a time until the first is found: nobody makes us hold many files open before having a slot.
      const source = await open(content);
      if (source === undefined) continue;
      try {
        await this.#withSlot(caller, source, async (leaseId) => {
          const bundle = await openBundle(contents, { place, source }, open);
          this.#ledger.also(leaseId, bundle.held.count - 1);
          try {
            const headers = {
              'Content-Type': 'application/octet-stream',
              'Content-Length': bundle.length,
              'Banyan-Bundle': bundle.held.toText(),
            };
            const range = { start: 0, end: bundle.length };
            await this.#stream(response, bundle, { bytes: range, status: 200, headers }, leaseId);
            for (const one of bundle.sources) this.#served(one, caller, one.content.length);
          } finally {
            await bundle.close();
          }
        });
      } finally {
        await source.close();
      }
      return;
    }
    throw new BanyanError('unknown_content', 'None of these contents is here.');
  }

  async #open(content: ContentId): Promise<OpenContent> {
    const { revocations, clock } = this.#c;
    if (revocations?.contentBlocked(contentKey(content), clock.now()) !== undefined)
      throw new BanyanError('blocked_content');
    let fault: BanyanError | undefined;
    for (const provider of this.#c.providers) {
      try {
        const source = await provider.open(content);
        if (source !== undefined) return source;
      } catch (error) {
        // Another provider may hold it whole and well.
        fault ??= toBanyanError(error);
      }
    }
    throw fault ?? new BanyanError('unknown_content');
  }

  async #sendRange(
    response: ServerResponse,
    source: OpenContent,
    range: AnsweredRange,
    caller: VerifiedToken,
    isTest: boolean,
  ): Promise<void> {
    const bytes = range.bytes.end - range.bytes.start;
    await this.#withSlot(caller, source, (leaseId) => this.#stream(response, source, range, leaseId));
    if (!isTest) this.#served(source, caller, bytes);
  }

  /** Nobody wanted the file: the home tried whether it can be fetched. Of others the word is not taken. */
  #isReachTest({ headers }: IncomingMessage, { deviceId }: VerifiedToken): boolean {
    return headers['banyan-reach-test'] === '1' && this.#c.isHome?.(deviceId) === true;
  }

  async #stream(
    response: ServerResponse,
    source: Pick<OpenContent, 'read'>,
    { bytes: range, status, headers }: AnsweredRange,
    leaseId: number,
  ): Promise<void> {
    await streamRange({
      source,
      range,
      response,
      pool: this.#pool,
      clock: this.#c.clock,
      pace: createPace(this.#throttle, String(leaseId), response),
      ...(this.#init.stalledReaderMs === undefined ? {} : { stalledMs: this.#init.stalledReaderMs }),
      // A file that changed meanwhile is told so, rather than cut.
      onReady: () => void response.writeHead(status, headers),
      onBytes: (bytes) => {
        this.#queue.bytes(leaseId, bytes, this.#c.clock.monotonic());
        this.#ledger.sent(leaseId, bytes);
        this.#sentBytes?.inc(bytes);
        this.#changed();
      },
    });
    response.end();
  }

  /** An answer has gone out whole: one that was cut is counted with the bytes that come instead. */
  #served({ content, name }: OpenContent, { account }: VerifiedToken, bytes: number): void {
    if (bytes > 0) this.#c.onServed?.({ content: contentIdText(content), name, account, bytes });
  }

  async #withSlot(
    caller: VerifiedToken,
    source: OpenContent,
    serve: (leaseId: number) => Promise<void>,
  ): Promise<void> {
    const { clock } = this.#c;
    const key = contentKey(source.content);
    const answer = this.#queue.request(caller.deviceId, caller.accountId, key, clock.monotonic());
    this.#ledger.note(caller.deviceId, caller.account, key, source.name);
    this.#changed();
    if (!answer.granted) {
      const { position, estimateMs, retryAfterMs } = answer;
      const queue = this.#queue.snapshot().waiting.length;
      throw new BanyanError(
        'no_slot',
        answer.state === 'queued'
          ? `All upload slots are taken. You are number ${position} of ${queue} in the queue.`
          : 'All upload slots are taken and the queue is full. Try another source.',
        {
          retryAfterMs,
          details: {
            ...(answer.state === 'queued' ? { position } : {}),
            queue,
            ...(estimateMs === undefined ? {} : { estimateMs }),
          },
        },
      );
    }
    const { leaseId } = answer.lease;
    this.#queue.begin(leaseId, clock.monotonic());
    try {
      await serve(leaseId);
    } finally {
      this.#queue.end(leaseId, clock.monotonic());
      this.#changed();
    }
  }

  /** One who follows a download finds here what this side made of it. */
  #tell({ method, url, headers }: IncomingMessage, outcome: string): void {
    const trace = traceFields(headers['traceparent']);
    if (trace.traceId === undefined) return;
    this.#c.log.debug(
      { ...trace, method, path: url, range: headers.range, outcome },
      'a transfer was answered',
    );
  }

  /** @returns the code of the refusal */
  #refuse(request: IncomingMessage, response: ServerResponse, error: unknown): string {
    const refusal = isBanyanError(error) ? error : new BanyanError('internal', undefined, { cause: error });
    this.#answers?.inc({ code: refusal.code });
    if (!isBanyanError(error)) this.#c.log.error({ err: error }, 'a transfer request failed');
    if (!response.headersSent) {
      sendRefusal(request, response, refusal);
      return refusal.code;
    }
    // Half an answer: closing says so, other bytes would be a lie.
    if (refusal.code === 'file_changed' || refusal.code === 'disk_failed')
      this.#c.log.warn({ code: refusal.code, url: request.url }, `an upload was cut: ${refusal.message}`);
    response.destroy();
    return refusal.code;
  }

  #changed(): void {
    const { clock } = this.#c;
    this.#tickTimer?.cancel();
    const at = this.#queue.nextTickAt();
    this.#tickTimer =
      at === undefined || this.#server === undefined
        ? undefined
        : clock.setTimeout(
            () => {
              this.#queue.tick(clock.monotonic());
              this.#changed();
            },
            Math.max(100, at - clock.monotonic() + 1),
            { keepAlive: false },
          );
    if (this.#listeners.size === 0 || this.#changeTimer !== undefined) return;
    this.#changeTimer = clock.setTimeout(
      () => {
        this.#changeTimer = undefined;
        for (const listener of this.#listeners) listener();
      },
      CHANGE_MS,
      { keepAlive: false },
    );
  }

  async #sweep(): Promise<void> {
    const { identity } = this.#c;
    if ((await identity.renewWhenDue()) || identity.certificate !== this.#certificate) {
      this.#certificate = identity.certificate;
      this.#server?.setSecureContext(createTlsServerOptions(identity));
    }
    await this.#recheck();
  }

  async #recheck(): Promise<void> {
    for (const { deviceId, code } of await this.#callers.recheck()) {
      this.#queue.forget(deviceId, this.#c.clock.monotonic());
      this.#c.log.info({ deviceId, code }, 'a downloader was cut: its token no longer holds');
      this.#changed();
    }
  }
}

function ignore(): void {}
