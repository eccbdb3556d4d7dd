/** An HTTP/1.1 client for one device at one address, which takes no answer but those that peers give. */
import { BanyanError, toBanyanError } from '@banyan/proto/base';
import type { Identity } from '../identity/identity.ts';
import { dialPinned, formatHostPort } from './dial-pinned.ts';
import {
  PinnedConnection,
  type AnswerController,
  type AnswerHandler,
  type ConnectionTimes,
  type PinnedRequest,
} from './pinned-connection.ts';
import type { ResponseHeaders } from './response-head.ts';

/** Options of {@link createPinnedClient}. */
export interface PinnedClientInit {
  readonly host: string;
  readonly port: number;
  /** The key that must answer on every connection. */
  readonly deviceId: string;
  readonly identity?: Identity;
  /** For one dial; default that of `dialPinned`. */
  readonly timeoutMs?: number;
  /** Most connections at once, further requests wait; default 1. */
  readonly connections?: number;
  /** How long an idle connection is kept; default 15,000 ms, less where the other side says so. */
  readonly keepAliveTimeoutMs?: number;
  /** For the head of an answer; default 30,000 ms. */
  readonly headersTimeoutMs?: number;
  /** Longest silence within a body, noticed by twice of that; default 30,000 ms. */
  readonly bodyTimeoutMs?: number;
  /** Told of each connection whose key was checked. */
  readonly onConnect?: () => void;
}

/** A whole answer. */
export interface PinnedAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ResponseHeaders;
  readonly body: Buffer;
}

/** Options of {@link PinnedClient.request}. */
export interface WholeInit {
  /** Most bytes of the body of an answer with this status. */
  readonly maxBytes: (status: number) => number;
  readonly signal?: AbortSignal;
}

/** See {@link createPinnedClient}. */
export interface PinnedClient {
  /** Connections that are open; requests that are under way or wait for one. */
  readonly stats: { readonly open: number; readonly size: number };
  /**
   * Sends a request as soon as there is a connection; its answer comes piece by piece. Failures: `key_mismatch`,
   * `unreachable`, `timeout` when no connection came about; `source_closed`, `source_stalled`; `wrong_range` for an
   * answer that cannot be read; `aborted` when the client was closed; errors of the system.
   */
  dispatch(request: PinnedRequest, handler: AnswerHandler): void;
  /**
   * Sends a request and resolves with the whole answer.
   *
   * @throws BanyanError as `dispatch`; `bad_proof` when its body is longer than `maxBytes`; when the signal says so
   *   `timeout` (of `AbortSignal.timeout`) or `aborted`
   */
  request(request: PinnedRequest, init: WholeInit): Promise<PinnedAnswer>;
  /** Closes all connections; requests fail as `aborted`. */
  close(): void;
}

interface Waiting {
  readonly request: PinnedRequest;
  readonly handler: AnswerHandler;
}

/** What may stand in a request; anything else would be another request. */
const PATH = /^\/[\x21-\x7e]*$/;
const NAME = /^[a-z\d-]+$/;
const VALUE = /^[\x20-\x7e]*$/;

/**
 * Makes a client that talks to one device at one address. Every new connection's key is checked before a byte is sent,
 * also after a good one. Requests are never sent twice. The caller closes it.
 */
export function createPinnedClient(init: PinnedClientInit): PinnedClient {
  return new Client(init);
}

class Client implements PinnedClient {
  readonly #init: PinnedClientInit;
  readonly #times: ConnectionTimes;
  readonly #host: string;
  readonly #closing = new AbortController();
  readonly #open = new Set<PinnedConnection>();
  readonly #waiting: Waiting[] = [];
  #dials = 0;

  constructor(init: PinnedClientInit) {
    this.#init = init;
    this.#host = formatHostPort(init.host, init.port);
    this.#times = {
      headersTimeoutMs: init.headersTimeoutMs ?? 30_000,
      bodyTimeoutMs: init.bodyTimeoutMs ?? 30_000,
      keepAliveTimeoutMs: init.keepAliveTimeoutMs ?? 15_000,
    };
  }

  get stats(): PinnedClient['stats'] {
    let busy = 0;
    for (const connection of this.#open) if (!connection.isFree) busy += 1;
    return { open: this.#open.size, size: busy + this.#waiting.length };
  }

  dispatch(request: PinnedRequest, handler: AnswerHandler): void {
    const fault = requestFault(request);
    if (fault !== undefined) handler.onResponseError(NO_ANSWER, fault);
    else if (this.#closing.signal.aborted) handler.onResponseError(NO_ANSWER, new BanyanError('aborted'));
    else {
      this.#waiting.push({ request, handler });
      this.#serve();
    }
  }

  async request(request: PinnedRequest, { maxBytes, signal }: WholeInit): Promise<PinnedAnswer> {
    if (signal?.aborted === true) throw signalError(signal);
    return await new Promise<PinnedAnswer>((resolve, reject) => {
      const parts: Buffer[] = [];
      let head: Omit<PinnedAnswer, 'body'> | undefined;
      let room = 0;
      let controller: AnswerController | undefined;
      let isOver = false;
      const end = (error?: Error): void => {
        if (isOver) return;
        isOver = true;
        signal?.removeEventListener('abort', onAbort);
        if (error === undefined) resolve({ ...head!, body: Buffer.concat(parts) });
        else {
          reject(error);
          controller?.abort(error);
        }
      };
      const onAbort = (): void => end(signalError(signal!));
      signal?.addEventListener('abort', onAbort, { once: true });
      this.dispatch(request, {
        onRequestStart(given) {
          controller = given;
          if (isOver) given.abort(new BanyanError('aborted'));
        },
        onResponseStart(_controller, status, headers) {
          head = { status, headers };
          room = maxBytes(status);
        },
        onResponseData(_controller, bytes) {
          room -= bytes.length;
          if (room < 0) end(new BanyanError('bad_proof', 'The source sent more than was asked for.'));
          else parts.push(Buffer.from(bytes));
        },
        onResponseEnd: () => end(),
        onResponseError: (_controller, error) => end(error),
      });
    });
  }

  close(): void {
    const reason = new BanyanError('aborted');
    this.#closing.abort(reason);
    for (const { handler } of this.#waiting.splice(0)) handler.onResponseError(NO_ANSWER, reason);
    for (const connection of [...this.#open]) connection.close(reason);
  }

  /** Gives requests to free connections, and dials for those that have none. */
  #serve(): void {
    for (const connection of this.#open) {
      if (this.#waiting.length === 0) return;
      if (!connection.isFree) continue;
      const { request, handler } = this.#waiting.shift()!;
      connection.send(this.#host, request, handler);
    }
    const room = (this.#init.connections ?? 1) - this.#open.size;
    while (this.#dials < Math.min(room, this.#waiting.length)) void this.#dial();
  }

  async #dial(): Promise<void> {
    this.#dials += 1;
    const connection = new PinnedConnection(this.#times, (changed) => {
      if (changed.isClosed) this.#open.delete(changed);
      if (!this.#closing.signal.aborted) this.#serve();
    });
    const { signal } = this.#closing;
    let fault: unknown;
    try {
      connection.attach(await dialPinned({ ...this.#init, signal, onread: connection.onread }));
    } catch (error) {
      fault = error;
      connection.close();
    }
    this.#dials -= 1;
    if (signal.aborted) connection.close();
    if (fault === undefined) this.#init.onConnect?.();
    if (connection.isClosed)
      this.#failWaiting(toBanyanError(fault ?? new BanyanError('source_closed'), 'unreachable'));
    else {
      this.#open.add(connection);
      this.#serve();
    }
  }

  /** One dial failed: so does one request, and without any other connection all that wait. They dial no more. */
  #failWaiting(error: BanyanError): void {
    const hopeless = this.#open.size + this.#dials > 0 ? 1 : this.#waiting.length;
    for (const { handler } of this.#waiting.splice(0, hopeless)) handler.onResponseError(NO_ANSWER, error);
  }
}

function signalError({ reason }: AbortSignal): BanyanError {
  const isLate = (reason as Error | undefined)?.name === 'TimeoutError';
  return new BanyanError(isLate ? 'timeout' : 'aborted', undefined, { cause: reason });
}

/** Of a request that never had a connection. */
const NO_ANSWER: AnswerController = { pause() {}, resume() {}, abort() {} };

function requestFault({ path, headers = {} }: PinnedRequest): BanyanError | undefined {
  const isSound =
    PATH.test(path) && Object.entries(headers).every(([name, value]) => NAME.test(name) && VALUE.test(value));
  return isSound
    ? undefined
    : new BanyanError('invalid_request', 'A request may hold printable ASCII characters only.');
}
