/**
 * One WebSocket that speaks Envelopes, seen the same from both ends: leaf and supernode, supernode and
 * supernode. It numbers requests, routes answers, keeps the credits, drops slow readers and answers every
 * fault of the other side with an error and an end of the session, never with a throw into the process.
 *
 * ```
 *   request(search) ──▶ id 7 ──▶  other side's onRequest(7, search)
 *      ◀── hits 7 ◀── hits 7 ◀── searchDone 7 (final)
 * ```
 */
import type { Duplex } from 'node:stream';
import {
  BanyanError,
  MAX_BUFFERED_BYTES,
  MAX_IN_FLIGHT_LEAF,
  MAX_IN_FLIGHT_LINK,
  MAX_MESSAGE_BYTES,
  PING_INTERVAL_MS,
  cutBytes,
  decodeEnvelope,
  encodeEnvelope,
  isErrorCode,
  type Envelope,
  type EncodedBody,
  type EnvelopeBody,
  type MessageKind,
  type SupernodeRef,
} from '@banyan/proto';
import {
  CancelSource,
  NOT_CANCELLED,
  TransientMap,
  type Cancellation,
  type Clock,
  type Log,
  type Timer,
} from '@banyan/kit';
import { WebSocket } from 'ws';

/** How an answer of one kind ends its request. */
function isFinal(envelope: Envelope): boolean {
  switch (envelope.kind) {
    case 'hits':
      return false;
    case 'sources':
      return envelope.sources.done;
    default:
      return true;
  }
}

/** Kinds that only ever come as answers; every other kind is a request or a notice. */
const ANSWER_KINDS: ReadonlySet<MessageKind> = new Set<MessageKind>([
  'welcome',
  'reauthDone',
  'publishAck',
  'hits',
  'searchDone',
  'sources',
  'suggestions',
  'reachChecked',
]);

/** Kinds that ask for an answer: without a request id they would be work that no credit counts. */
const REQUEST_KINDS: ReadonlySet<MessageKind> = new Set<MessageKind>([
  'hello',
  'reauth',
  'publish',
  'search',
  'findSources',
  'suggest',
  'checkReach',
]);

/** Sends an answer; one that goes to many can be encoded once. */
export type Reply = (body: EnvelopeBody | EncodedBody) => void;

/** What the owner of a channel does with what arrives. */
export interface ChannelHandlers {
  /**
   * A request or a notice of the other side. `reply` sends an answer under the request's id (a no-op once
   * the channel is closed); `cancel` aborts when the other side cancels the request or the channel ends; that of a
   * notice never does. A BanyanError thrown or rejected here is sent as the answer (to a notice: ends the channel); anything else
   * becomes `internal`.
   */
  onMessage(envelope: Envelope, reply: Reply, cancel: Cancellation): void | Promise<void>;
  /** Once, when the channel has ended; `error` is undefined after an orderly close. */
  onClose?(error: BanyanError | undefined): void;
}

/** Told of each message, with its bytes on the wire; `malformed`: bytes that are none. */
export type OnTraffic = (direction: 'in' | 'out', kind: MessageKind | 'malformed', bytes: number) => void;

export interface ChannelInit {
  readonly socket: WebSocket;
  /** What the socket writes to; with it the messages of one turn of the event loop leave in one TLS record and one system call. */
  readonly line?: Pick<Duplex, 'cork' | 'uncork'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly handlers: ChannelHandlers;
  /** Requests of the other side under way at once before `no_credit`. Default {@link MAX_IN_FLIGHT_LEAF}. */
  readonly maxInFlightIn?: number;
  /** Requests of ours under way at once; more wait in line. Default {@link MAX_IN_FLIGHT_LEAF}. */
  readonly maxInFlightOut?: number;
  /** Default {@link MAX_BUFFERED_BYTES}. */
  readonly maxBufferedBytes?: number;
  /** Default {@link PING_INTERVAL_MS}; two unanswered pings end the channel. */
  readonly pingIntervalMs?: number;
  readonly onTraffic?: OnTraffic;
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** Time to the final answer; then the request ends with `timeout`. Default: none. */
  readonly timeoutMs?: number;
  /** Called per answer, in order, before the promise of the last one resolves. */
  readonly onAnswer?: (envelope: Envelope) => void;
  readonly traceparent?: string;
}

export interface Channel {
  readonly open: boolean;
  /** Milliseconds of the last ping's round trip; undefined before the first. */
  readonly roundTripMs: number | undefined;
  /** Bytes not yet taken by the kernel. */
  readonly bufferedBytes: number;
  /** Sends a notice; nothing happens once the channel is closed. */
  send(body: EnvelopeBody, traceparent?: string): void;
  /**
   * Sends a request and resolves with its final answer.
   *
   * @throws BanyanError the other side's error, or `timeout`, `aborted`, or why the channel ended
   */
  request(body: EnvelopeBody, options?: RequestOptions): Promise<Envelope>;
  /** Allows this many more requests of ours at once (the other side's limits arrived). */
  setMaxInFlightOut(n: number): void;
  /** The other side granted so many more requests. */
  grant(more: number): void;
  setMaxInFlightIn(n: number): void;
  /** Reads nothing more until {@link resume}: the other side's sending is held back by TCP, not by our memory. */
  pause(): void;
  resume(): void;
  /** Ends the channel; an error is sent to the other side first, with supernodes to use instead. */
  close(error?: BanyanError, alternates?: readonly SupernodeRef[]): void;
  /** Resolves when the channel has ended, with the reason. */
  readonly closed: Promise<BanyanError | undefined>;
}

interface Pending {
  readonly resolve: (envelope: Envelope) => void;
  readonly reject: (error: BanyanError) => void;
  readonly onAnswer: ((envelope: Envelope) => void) | undefined;
}

interface Waiting {
  readonly start: () => void;
  readonly fail: (error: BanyanError) => void;
}

/** Request ids are uint32 on the wire; 0 means none. */
const MAX_REQUEST_ID = 0xffffffff;
/** After our close frame the other side has this long to answer it before the socket is cut. */
const CLOSE_GRACE_MS = 2_000;
/** Nobody is told to wait for longer than a day. */
const MAX_RETRY_AFTER_MS = 24 * 3600 * 1000;

/** Makes a channel of an open WebSocket. */
export function createChannel(init: ChannelInit): Channel {
  return new WebSocketChannel(init);
}

/** Turns an `Error` message of the wire into the error it stands for. */
export function errorFromWire(wire: { code: string; message: string; retryAfterMs: number }): BanyanError {
  return new BanyanError(
    isErrorCode(wire.code) ? wire.code : 'internal',
    wire.message.slice(0, 1000) || undefined,
    {
      ...(wire.retryAfterMs > 0 ? { retryAfterMs: wire.retryAfterMs } : {}),
    },
  );
}

/** An error as the wire takes it: a sentence over its limit would end the session at the other side. */
function wireError(error: BanyanError): { code: string; message: string; retryAfterMs: number } {
  return {
    code: error.code,
    message: cutBytes(error.message, MAX_MESSAGE_BYTES),
    retryAfterMs: Math.min(Math.max(0, Math.ceil(error.retryAfterMs ?? 0)), MAX_RETRY_AFTER_MS),
  };
}

/** The bytes of a message, and nothing of them left where ws had them. */
function take(fragments: Buffer[]): Buffer {
  const bytes = fragments.length === 1 ? fragments[0]! : Buffer.concat(fragments);
  fragments.length = 0;
  return bytes;
}

/** One function for all channels. */
function flush(channel: WebSocketChannel): void {
  channel.flush();
}

class WebSocketChannel implements Channel {
  readonly closed: Promise<BanyanError | undefined>;
  readonly #socket: WebSocket;
  readonly #line: ChannelInit['line'];
  #corked = false;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #handlers: ChannelHandlers;
  /** Made when it is needed, as others here: most of thousands of sessions are idle, and ask or answer nothing. */
  #pending: TransientMap<number, Pending> | undefined;
  /** Requests of ours beyond the other side's credits, in order. */
  #waiting: Waiting[] | undefined;
  readonly #maxBuffered: number;
  readonly #onTraffic: OnTraffic | undefined;
  /** Requests of the other side under way here. */
  #incoming: TransientMap<number, CancelSource> | undefined;
  #maxIn: number;
  #maxOut: number;
  #nextId = 1;
  #ended = false;
  /** Our close frame is out: what the other side still asks is not done any more. */
  #closing = false;
  #endReason: BanyanError | undefined;
  #resolveClosed!: (error: BanyanError | undefined) => void;
  #pingTimer: Timer | undefined;
  #pingSentAt: number | undefined;
  #missedPings = 0;
  #roundTripMs: number | undefined;

  constructor(init: ChannelInit) {
    this.#socket = init.socket;
    this.#line = init.line;
    this.#clock = init.clock;
    this.#log = init.log;
    this.#handlers = init.handlers;
    this.#maxIn = init.maxInFlightIn ?? MAX_IN_FLIGHT_LEAF;
    this.#maxOut = init.maxInFlightOut ?? MAX_IN_FLIGHT_LEAF;
    this.#maxBuffered = init.maxBufferedBytes ?? MAX_BUFFERED_BYTES;
    this.#onTraffic = init.onTraffic;
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
    // As ws keeps it, to be emptied: the array of the next message is made behind each, is old when that comes, and would
    // take its bytes along until the next full collection.
    this.#socket.binaryType = 'fragments';
    this.#socket.on('message', (data, isBinary) => {
      if (isBinary) this.#receive(take(data as Buffer[]));
      else
        this.#refuse(
          data as Buffer,
          new BanyanError('malformed_frame', 'A text frame came where only binary frames are spoken.'),
        );
    });
    this.#socket.on('close', (code, reason) => this.#finish(closeReason(code, reason.toString('utf8'))));
    this.#socket.on('error', (cause) => {
      // ws refuses an oversized or malformed frame with an error of its own before it closes.
      const code =
        (cause as { code?: string }).code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
          ? 'frame_too_large'
          : 'unreachable';
      this.#endReason ??= new BanyanError(code, undefined, { cause });
    });
    this.#socket.on('pong', () => {
      this.#missedPings = 0;
      if (this.#pingSentAt !== undefined) this.#roundTripMs = this.#clock.monotonic() - this.#pingSentAt;
      this.#pingSentAt = undefined;
    });
    this.#schedulePing(init.pingIntervalMs ?? PING_INTERVAL_MS);
    if (this.#socket.readyState !== WebSocket.OPEN)
      queueMicrotask(() => this.#finish(new BanyanError('unreachable')));
  }

  get open(): boolean {
    return !this.#ended && this.#socket.readyState === WebSocket.OPEN;
  }

  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  setMaxInFlightOut(n: number): void {
    this.#maxOut = n;
    this.#admit();
  }

  grant(more: number): void {
    this.setMaxInFlightOut(Math.min(this.#maxOut + more, MAX_IN_FLIGHT_LINK));
  }

  setMaxInFlightIn(n: number): void {
    this.#maxIn = n;
  }

  pause(): void {
    if (this.open) this.#socket.pause();
  }

  resume(): void {
    if (this.#socket.isPaused) this.#socket.resume();
  }

  send(body: EnvelopeBody, traceparent?: string): void {
    this.#write(0, body, traceparent);
  }

  async request(body: EnvelopeBody, options: RequestOptions = {}): Promise<Envelope> {
    const { signal, timeoutMs } = options;
    if (signal?.aborted === true) throw new BanyanError('aborted', undefined, { cause: signal.reason });
    if (this.#ended) throw this.#endReason ?? new BanyanError('unreachable', 'The session has ended.');
    let id = 0;
    return new Promise<Envelope>((resolve, reject) => {
      let timer: Timer | undefined;
      const settle = (): void => {
        timer?.cancel();
        signal?.removeEventListener('abort', onAbort);
        const waiting = this.#waiting ?? [];
        const at = waiting.indexOf(entry);
        if (at >= 0) waiting.splice(at, 1);
        if (id !== 0 && this.#pending?.delete(id) === true) this.#admit();
        if (this.#pending?.size === 0) this.#pending = undefined;
      };
      const give = (error: BanyanError): void => {
        const sent = id !== 0 && this.#pending?.has(id) === true;
        settle();
        if (sent) this.send({ kind: 'cancel', cancel: { targetRequestId: id } });
        reject(error);
      };
      const onAbort = (): void => give(new BanyanError('aborted', undefined, { cause: signal?.reason }));
      const start = (): void => {
        id = this.#takeId();
        (this.#pending ??= new TransientMap<number, Pending>()).set(id, {
          onAnswer: options.onAnswer,
          resolve: (envelope) => {
            settle();
            resolve(envelope);
          },
          reject: (error) => {
            settle();
            reject(error);
          },
        });
        try {
          this.#write(id, body, options.traceparent);
        } catch (error) {
          // Only our own mistake (a message over its limits) comes here; the session goes on.
          settle();
          reject(error instanceof Error ? error : new BanyanError('internal'));
        }
      };
      const entry: Waiting = {
        start,
        fail: (error) => {
          settle();
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      if (timeoutMs !== undefined)
        timer = this.#clock.setTimeout(() => give(new BanyanError('timeout')), timeoutMs);
      (this.#waiting ??= []).push(entry);
      this.#admit();
    });
  }

  close(error?: BanyanError, alternates: readonly SupernodeRef[] = []): void {
    if (this.#ended || this.#closing) return;
    this.#closing = true;
    this.#endReason ??= error;
    // A paused socket would never see the other side's close frame.
    this.resume();
    if (error !== undefined && this.#socket.readyState === WebSocket.OPEN) {
      this.send({
        kind: 'error',
        error: {
          ...wireError(error),
          fatal: true,
          alternates,
        },
      });
    }
    const socket = this.#socket;
    socket.close(error?.wsClose ?? 1000, (error?.code ?? '').slice(0, 120));
    const cut = this.#clock.setTimeout(() => socket.terminate(), CLOSE_GRACE_MS);
    socket.once('close', () => cut.cancel());
  }

  #takeId(): number {
    for (;;) {
      const id = this.#nextId;
      this.#nextId = id === MAX_REQUEST_ID ? 1 : id + 1;
      if (this.#pending?.has(id) !== true) return id;
    }
  }

  #admit(): void {
    while (!this.#ended && (this.#pending?.size ?? 0) < this.#maxOut) {
      const next = this.#waiting?.shift();
      if (next === undefined) {
        this.#waiting = undefined;
        return;
      }
      next.start();
    }
  }

  #write(requestId: number, body: EnvelopeBody | EncodedBody, traceparent?: string): void {
    if (!this.open) return;
    const bytes = encodeEnvelope({
      requestId,
      ...(traceparent === undefined ? {} : { traceparent }),
      ...body,
    });
    this.#onTraffic?.('out', body.kind, bytes.length);
    if (this.#line !== undefined && !this.#corked) {
      this.#corked = true;
      this.#line.cork();
      // Behind the promises that are settled in this turn: hits, and the end of the search that brought them. Ticks come
      // before promises in a turn that began with an event, and behind them once promises have begun.
      queueMicrotask(() => process.nextTick(flush, this));
    }
    this.#socket.send(bytes, { binary: true }, (cause) => {
      if (cause) this.#endReason ??= new BanyanError('unreachable', undefined, { cause });
    });
    if (this.#socket.bufferedAmount > this.#maxBuffered) {
      // Never buffer without end for one that does not read: it is cut, and may come back.
      this.#endReason ??= new BanyanError('slow_reader');
      this.#log.warn(
        { bufferedBytes: this.#socket.bufferedAmount },
        'session dropped: the other side reads too slowly',
      );
      this.#socket.terminate();
    }
  }

  flush(): void {
    this.#corked = false;
    this.#line?.uncork();
  }

  #refuse(data: Buffer, error: BanyanError): void {
    if (this.#ended) return;
    this.#onTraffic?.('in', 'malformed', data.length);
    this.close(error);
  }

  #receive(data: Buffer): void {
    if (this.#ended) return;
    let envelope: Envelope;
    try {
      envelope = decodeEnvelope(data);
    } catch (error) {
      this.#refuse(
        data,
        error instanceof BanyanError
          ? error
          : new BanyanError('malformed_frame', undefined, { cause: error }),
      );
      return;
    }
    this.#onTraffic?.('in', envelope.kind, data.length);
    if (envelope.kind === 'error' && envelope.error.fatal) {
      this.#endReason = errorFromWire(envelope.error);
      // Handlers may want the alternates it names.
      this.#dispatch(envelope);
      this.#failAll(this.#endReason);
      return;
    }
    if (ANSWER_KINDS.has(envelope.kind) || (envelope.kind === 'error' && envelope.requestId !== 0)) {
      this.#answer(envelope);
      return;
    }
    if (this.#closing) return;
    this.#dispatch(envelope);
  }

  #answer(envelope: Envelope): void {
    const pending = this.#pending?.get(envelope.requestId);
    // An answer to a request that was cancelled or timed out is late, not wrong.
    if (pending === undefined) return;
    if (envelope.kind === 'error') {
      pending.reject(errorFromWire(envelope.error));
      return;
    }
    try {
      pending.onAnswer?.(envelope);
    } catch (error) {
      this.#log.error({ err: error }, 'answer handler failed');
    }
    if (isFinal(envelope)) pending.resolve(envelope);
  }

  #dispatch(envelope: Envelope): void {
    const { requestId } = envelope;
    if (envelope.kind === 'cancel') {
      this.#incoming?.get(envelope.cancel.targetRequestId)?.abort();
      return;
    }
    if (requestId === 0 && REQUEST_KINDS.has(envelope.kind)) {
      this.close(
        new BanyanError('out_of_order', `A "${envelope.kind}" came without a request id: it has no answer.`),
      );
      return;
    }
    if (requestId !== 0 && this.#incoming?.has(requestId) === true) {
      this.close(
        new BanyanError('out_of_order', 'A request came under the id of one that is still under way.'),
      );
      return;
    }
    if (requestId !== 0 && (this.#incoming?.size ?? 0) >= this.#maxIn) {
      this.#write(requestId, {
        kind: 'error',
        error: {
          code: 'no_credit',
          message: new BanyanError('no_credit').message,
          retryAfterMs: 100,
          fatal: false,
          alternates: [],
        },
      });
      return;
    }
    const reply: Reply = (body) => {
      if (requestId !== 0) this.#write(requestId, body);
    };
    const fail = (error: unknown): void => {
      const known =
        error instanceof Error && (error as Partial<BanyanError>).name === 'BanyanError'
          ? (error as BanyanError)
          : undefined;
      if (known === undefined) this.#log.error({ err: error, kind: envelope.kind }, 'message handler failed');
      const e = known ?? new BanyanError('internal');
      if (requestId !== 0) {
        reply({
          kind: 'error',
          error: {
            ...wireError(e),
            fatal: false,
            alternates: [],
          },
        });
      } else this.close(e);
    };
    // Nobody takes a notice back.
    const source = requestId === 0 ? undefined : new CancelSource();
    if (source !== undefined)
      (this.#incoming ??= new TransientMap<number, CancelSource>()).set(requestId, source);
    const done = (): void => {
      this.#incoming?.delete(requestId);
      if (this.#incoming?.size === 0) this.#incoming = undefined;
    };
    try {
      const result = this.#handlers.onMessage(envelope, reply, source ?? NOT_CANCELLED);
      if (result === undefined) done();
      else result.catch(fail).finally(done);
    } catch (error) {
      done();
      fail(error);
    }
  }

  #schedulePing(intervalMs: number): void {
    this.#pingTimer = this.#clock.setTimeout(() => this.#ping(intervalMs), intervalMs);
  }

  #ping(intervalMs: number): void {
    if (this.#ended) return;
    if (this.#missedPings >= 2) {
      this.#endReason ??= new BanyanError(
        'timeout',
        'The other side stopped answering. It may have lost its network.',
      );
      this.#socket.terminate();
      return;
    }
    this.#missedPings += 1;
    this.#pingSentAt = this.#clock.monotonic();
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
    this.#schedulePing(intervalMs);
  }

  #failAll(error: BanyanError): void {
    for (const waiting of [...(this.#waiting ?? [])]) waiting.fail(error);
    for (const pending of [...(this.#pending?.values() ?? [])]) pending.reject(error);
  }

  #finish(reason: BanyanError | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#endReason ??= reason;
    this.#pingTimer?.cancel();
    for (const source of this.#incoming?.values() ?? []) source.abort();
    this.#failAll(this.#endReason ?? new BanyanError('unreachable', 'The session has ended.'));
    this.#handlers.onClose?.(this.#endReason);
    this.#resolveClosed(this.#endReason);
  }
}

/** The close frame's reason carries our code; without one the number decides. */
function closeReason(code: number, reason: string): BanyanError | undefined {
  if (isErrorCode(reason)) return new BanyanError(reason);
  if (code === 1000) return undefined;
  if (code === 1009) return new BanyanError('frame_too_large');
  if (code === 1001) return new BanyanError('shutting_down');
  return new BanyanError('unreachable', 'The connection was cut. It is made again by itself.');
}
