/**
 * One connection to a peer, with one request at a time.
 *
 * Node makes a buffer of each TLS record of 16 KiB, and passes it through a stream; at hundreds of megabytes a second that
 * costs more than deciphering it. Here each record lands in the same buffer (`onread`), and goes to whoever asked from there.
 *
 * ```
 *   request ─▶ head ─▶ body, record by record ─▶ end ─▶ free for the next
 *                └───────┴── anything else: closed, and never used again
 * ```
 */
import type { OnReadOpts } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { BanyanError } from '@banyan/proto/base';
import { HeadReader, parseResponseHead, type ResponseHead, type ResponseHeaders } from './response-head.ts';

/** A request; only a `PUT` has a body. */
export interface PinnedRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT';
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent whole, right behind the head. */
  readonly body?: Uint8Array;
}

/** How whoever asked has a say in an answer; of no effect once it is over. */
export interface AnswerController {
  /** Reads no further. What was read already still comes: up to 64 KiB. */
  pause(): void;
  resume(): void;
  /** Closes the connection; `onResponseError` gets the reason. */
  abort(reason: Error): void;
}

/** Whoever asked. Its last call is `onResponseEnd` or `onResponseError`. None of them throws. */
export interface AnswerHandler {
  /** There is a connection; nothing is sent yet. */
  onRequestStart(controller: AnswerController): void;
  onResponseStart(controller: AnswerController, status: number, headers: ResponseHeaders): void;
  /** The bytes are valid within the call: whoever keeps them makes a copy. */
  onResponseData(controller: AnswerController, bytes: Buffer): void;
  onResponseEnd(controller: AnswerController): void;
  onResponseError(controller: AnswerController, error: Error): void;
}

/** Times of a connection. */
export interface ConnectionTimes {
  /** From a request to the end of its answer's head. */
  readonly headersTimeoutMs: number;
  /** Longest silence in a body that is being read; it is noticed by twice of that. */
  readonly bodyTimeoutMs: number;
  /** How long it is kept when nobody uses it. */
  readonly keepAliveTimeoutMs: number;
}

/** What one read of a TLS record brings at most. */
const RECORD_BYTES = 16 * 1024;
/** The other side closes an idle connection when it said it would; a request must not cross that on its way. */
const KEEP_ALIVE_MARGIN_MS = 1_000;

interface Exchange {
  readonly request: PinnedRequest;
  readonly handler: AnswerHandler;
  readonly controller: AnswerController;
  head: ResponseHead | undefined;
  /** Bytes of the body to come. */
  left: number;
  isPaused: boolean;
  /** Something came since the timer looked last. */
  hasMoved: boolean;
}

/** A connection that was dialled with its {@link PinnedConnection.onread}. */
export class PinnedConnection {
  readonly #times: ConnectionTimes;
  readonly #onChange: (connection: PinnedConnection) => void;
  readonly #head = new HeadReader();
  #socket: TLSSocket | undefined;
  #exchange: Exchange | undefined;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #idleMs: number;

  /** @param onChange - it became free, or is closed */
  constructor(times: ConnectionTimes, onChange: (connection: PinnedConnection) => void) {
    this.#times = times;
    this.#onChange = onChange;
    this.#idleMs = times.keepAliveTimeoutMs;
    const record = Buffer.allocUnsafeSlow(RECORD_BYTES);
    this.onread = {
      buffer: record,
      callback: (bytes) => this.#read(bytes === RECORD_BYTES ? record : record.subarray(0, bytes)),
    };
  }

  /** Option of the dial. */
  readonly onread: OnReadOpts;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether a request may be sent. */
  get isFree(): boolean {
    return !this.#isClosed && this.#exchange === undefined;
  }

  /** Takes the connection over, once it is checked. */
  attach(socket: TLSSocket): void {
    this.#socket = socket;
    // Somebody who speaks before being asked is not listened to.
    if (this.#isClosed) {
      socket.destroy();
      return;
    }
    socket.on('error', (error: Error) => this.close(error));
    socket.once('end', () => this.close());
    socket.once('close', () => this.close());
    if (socket.destroyed) this.close();
    else this.#rest();
  }

  /** Sends a request on a free connection. */
  send(host: string, request: PinnedRequest, handler: AnswerHandler): void {
    const exchange: Exchange = {
      request,
      handler,
      controller: {
        pause: () => this.#pause(exchange),
        resume: () => this.#resume(exchange),
        abort: (reason) => {
          if (this.#exchange === exchange) this.close(reason);
        },
      },
      head: undefined,
      left: 0,
      isPaused: false,
      hasMoved: false,
    };
    this.#exchange = exchange;
    clearTimeout(this.#timer);
    this.#socket!.ref();
    handler.onRequestStart(exchange.controller);
    if (this.#exchange !== exchange) return;
    this.#socket!.write(requestText(host, request), 'latin1');
    if (request.body !== undefined) this.#socket!.write(request.body);
    this.#timer = setTimeout(
      () => this.close(new BanyanError('source_stalled')),
      this.#times.headersTimeoutMs,
    );
  }

  /** Closes it; a request under way ends with `error`, by default that the other side closed. */
  close(error?: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#socket?.destroy();
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.handler.onResponseError(
      exchange.controller,
      error ?? new BanyanError('source_closed', 'The source closed the connection.'),
    );
    this.#onChange(this);
  }

  /** Whether the connection may go on reading. */
  #read(bytes: Buffer): boolean {
    const exchange = this.#exchange;
    // Nobody asked.
    if (exchange === undefined) this.close();
    else if (exchange.head !== undefined) this.#readBody(exchange, bytes);
    else this.#readHead(exchange, bytes);
    return this.#exchange?.isPaused !== true;
  }

  #readHead(exchange: Exchange, bytes: Buffer): void {
    let end: number;
    try {
      const taken = this.#head.take(bytes);
      if (taken === undefined) return;
      exchange.head = parseResponseHead(taken.text, exchange.request.method !== 'HEAD');
      end = taken.end;
    } catch (error) {
      this.close(error as Error);
      return;
    }
    const { status, headers, length } = exchange.head;
    exchange.left = length;
    clearTimeout(this.#timer);
    this.#watch(exchange);
    exchange.handler.onResponseStart(exchange.controller, status, headers);
    if (this.#exchange === exchange) this.#readBody(exchange, bytes.subarray(end));
  }

  #readBody(exchange: Exchange, bytes: Buffer): void {
    const { left } = exchange;
    exchange.hasMoved = true;
    const size = Math.min(left, bytes.length);
    exchange.left = left - size;
    if (size > 0)
      exchange.handler.onResponseData(
        exchange.controller,
        size === bytes.length ? bytes : bytes.subarray(0, size),
      );
    if (exchange.left > 0 || this.#exchange !== exchange) return;
    this.#exchange = undefined;
    const { isKept, keptForMs } = exchange.head!;
    if (keptForMs !== undefined) this.#idleMs = Math.min(this.#idleMs, keptForMs - KEEP_ALIVE_MARGIN_MS);
    // What comes behind an answer belongs to none, and what would follow it could not be trusted to either.
    if (!isKept || this.#idleMs <= 0 || size < bytes.length) this.close();
    else this.#rest();
    exchange.handler.onResponseEnd(exchange.controller);
    if (this.isFree) this.#onChange(this);
  }

  /** Looks now and then whether a body still comes; a timer moved by every record would cost more than this. */
  #watch(exchange: Exchange): void {
    this.#timer = setTimeout(() => {
      if (!exchange.hasMoved && !exchange.isPaused) this.close(new BanyanError('source_stalled'));
      else {
        exchange.hasMoved = false;
        this.#watch(exchange);
      }
    }, this.#times.bodyTimeoutMs);
  }

  /** Waits for the next request. */
  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), this.#idleMs);
    this.#timer.unref();
    this.#socket!.unref();
    // Read on: else nobody would see that the other side closes it.
    this.#socket!.resume();
  }

  #pause(exchange: Exchange): void {
    if (this.#exchange !== exchange || exchange.isPaused) return;
    exchange.isPaused = true;
    this.#socket!.pause();
  }

  #resume(exchange: Exchange): void {
    if (this.#exchange !== exchange || !exchange.isPaused) return;
    exchange.isPaused = false;
    // The silence was ours.
    exchange.hasMoved = true;
    this.#socket!.resume();
  }
}

function requestText(host: string, { method, path, headers = {}, body }: PinnedRequest): string {
  let text = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n`;
  for (const [name, value] of Object.entries(headers)) text += `${name}: ${value}\r\n`;
  if (body !== undefined) text += `content-length: ${body.length}\r\n`;
  return `${text}\r\n`;
}
