/**
 * One ranged request, from its dispatch to its last write.
 *
 * ```
 *   body ─▶ chunk buffer ─▶ hash equal? ─▶ written in place ─▶ proved
 *             ▲    │ both buffers being written: the source is paused
 *             └────┘
 * ```
 */
import type { Dispatcher } from 'undici';
import {
  chunkHash,
  chunkRange,
  contentIdText,
  HASH_BYTES,
  MAX_JSON_BODY_BYTES,
  sameBytes,
} from '@banyan/proto';
import { exchangeError, headerText, rangeFault, refusalOf } from './answers.ts';
import { BUFFERS_PER_REQUEST } from './constants.ts';
import { toDiskError } from './disk-error.ts';
import type { LaneFile } from './lane-files.ts';
import type { ChunksRequest, Ended } from './lane-messages.ts';
import type { LaneOutbox } from './lane-outbox.ts';
import { sha256 } from './sha256.ts';

/** What an exchange works with. */
export interface ExchangeComponents {
  readonly outbox: LaneOutbox;
  readonly file: () => Promise<LaneFile>;
  readonly path: string;
  readonly takeBuffer: () => Buffer;
  readonly giveBuffer: (buffer: Buffer) => void;
  readonly onSettled: () => void;
}

/** A request for chunks under way. */
export interface ChunksExchange {
  shorten(count: number): void;
  abort(): void;
}

/** Starts a request; every outcome is told through the outbox, `settled` last. */
export function startChunksExchange(
  agent: Dispatcher & { readonly origin: string },
  request: ChunksRequest,
  components: ExchangeComponents,
): ChunksExchange {
  return new Exchange(agent, request, components);
}

class Exchange implements ChunksExchange, Dispatcher.DispatchHandler {
  readonly #request: ChunksRequest;
  readonly #c: ExchangeComponents;
  #controller: Dispatcher.DispatchController | undefined;
  /** Bytes asked for; `stop` is exclusive. */
  readonly #start: number;
  readonly #stop: number;
  #end: number;
  #chunk: number;
  #buffer: Buffer | undefined;
  #fill = 0;
  /** Body bytes that wait for a buffer. */
  #held: Buffer[] = [];
  #writes = 0;
  #isOver = false;
  #isSettled = false;
  #hasAnswer = false;
  /** Status, headers and body of an answer that brings no content. */
  #refusal:
    | {
        status: number;
        headers: Record<string, string | string[] | undefined>;
        parts: Buffer[];
        bytes: number;
      }
    | undefined;

  constructor(
    agent: Dispatcher & { readonly origin: string },
    request: ChunksRequest,
    components: ExchangeComponents,
  ) {
    this.#request = request;
    this.#c = components;
    this.#chunk = request.first;
    this.#end = request.first + request.count;
    const { start } = chunkRange(request.content.length, request.first);
    const { end } = chunkRange(request.content.length, this.#end - 1);
    this.#start = start;
    this.#stop = end;
    agent.dispatch(
      {
        origin: agent.origin,
        path: `/v1/content/${contentIdText(request.content)}`,
        method: 'GET',
        headers: { authorization: `Bearer ${request.token}`, range: `bytes=${start}-${end - 1}` },
      },
      this,
    );
  }

  shorten(count: number): void {
    const end = this.#request.first + count;
    if (this.#isOver || end >= this.#end) return;
    this.#end = end;
    if (this.#chunk >= end) this.#finish({ outcome: 'done' });
  }

  abort(): void {
    this.#finish({ outcome: 'aborted' });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new Error('not wanted any more'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (this.#isOver || status < 200) return;
    this.#hasAnswer = true;
    const { content } = this.#request;
    const chunks = headerText(headers, 'banyan-chunks');
    if (chunks !== undefined) this.#c.outbox.send({ type: 'map', request: this.#request.request, chunks });
    if (status !== 200 && status !== 206) {
      this.#refusal = { status, headers, parts: [], bytes: 0 };
      return;
    }
    const fault = rangeFault(status, headers, this.#start, this.#stop, content.length);
    if (fault !== undefined)
      this.#finish({
        outcome: 'failed',
        code: 'wrong_range',
        message: `The source answered with another range: ${fault}.`,
      });
  }

  onResponseData(_controller: Dispatcher.DispatchController, data: Buffer): void {
    if (this.#isOver) return;
    if (this.#refusal !== undefined) {
      this.#refusal.bytes += data.length;
      if (this.#refusal.bytes > MAX_JSON_BODY_BYTES) {
        this.#endRefused();
        this.#controller?.abort(new Error('an endless refusal'));
      } else this.#refusal.parts.push(data);
      return;
    }
    this.#c.outbox.progress(this.#request.request, data.length);
    this.#held.push(data);
    this.#consume();
  }

  onResponseEnd(): void {
    if (this.#refusal !== undefined) this.#endRefused();
    // The length was checked at the head: bytes that are held will end the request when a buffer is free.
    else if (this.#held.length === 0 && this.#chunk < this.#end)
      this.#finish({ outcome: 'failed', code: 'source_closed' });
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, cause: Error): void {
    const error = exchangeError(cause);
    this.#finish({
      outcome: 'failed',
      code: error.code,
      message: error.message,
      ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
      ...(this.#controller === undefined && !this.#hasAnswer ? { atDial: true } : {}),
    });
  }

  #endRefused(): void {
    const { status, headers, parts } = this.#refusal!;
    const error = refusalOf(status, headers, Buffer.concat(parts));
    const position = error.details?.['position'];
    this.#finish({
      outcome: 'failed',
      code: error.code,
      message: error.message,
      ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
      ...(typeof position === 'number' ? { queuePosition: position } : {}),
    });
  }

  /** Cuts the bytes at hand into chunks, as far as there are buffers. */
  #consume(): void {
    const { content } = this.#request;
    while (this.#held.length > 0 && !this.#isOver) {
      if (this.#buffer === undefined) {
        if (this.#writes >= BUFFERS_PER_REQUEST) {
          this.#controller?.pause();
          return;
        }
        this.#buffer = this.#c.takeBuffer();
        this.#fill = 0;
      }
      const { start, end } = chunkRange(content.length, this.#chunk);
      const size = end - start;
      const data = this.#held[0]!;
      const taken = Math.min(data.length, size - this.#fill);
      data.copy(this.#buffer, this.#fill, 0, taken);
      this.#fill += taken;
      if (taken === data.length) this.#held.shift();
      else this.#held[0] = data.subarray(taken);
      if (this.#fill < size) continue;
      const buffer = this.#buffer;
      this.#buffer = undefined;
      this.#prove(buffer, this.#chunk, start, size);
    }
  }

  #prove(buffer: Buffer, chunk: number, position: number, size: number): void {
    const { request, content, hashes, first } = this.#request;
    const { outbox } = this.#c;
    const bytes = buffer.subarray(0, size);
    outbox.send({ type: 'received', request, chunk });
    const at = (chunk - first) * HASH_BYTES;
    if (!sameBytes(chunkHash(sha256, bytes, content.length, chunk), hashes.subarray(at, at + HASH_BYTES))) {
      this.#c.giveBuffer(buffer);
      outbox.send({ type: 'refused', request, chunk });
      this.#finish({ outcome: 'failed', code: 'bad_chunk' });
      return;
    }
    this.#writes += 1;
    void this.#write(buffer, bytes, chunk, position);
    this.#chunk = chunk + 1;
    if (this.#chunk >= this.#end) this.#finish({ outcome: 'done' });
  }

  async #write(buffer: Buffer, bytes: Uint8Array, chunk: number, position: number): Promise<void> {
    const { request } = this.#request;
    try {
      await (await this.#c.file()).write(bytes, position);
      this.#c.outbox.send({ type: 'proved', request, chunk });
    } catch (cause) {
      const error = toDiskError(cause, this.#c.path);
      const code = error.code === 'disk_full' ? 'disk_full' : 'disk_failed';
      this.#c.outbox.send({ type: 'lost', request, chunk, code, message: error.message });
      this.#finish({ outcome: 'failed', code, message: error.message });
    }
    this.#writes -= 1;
    this.#c.giveBuffer(buffer);
    if (this.#isOver) {
      this.#settleWhenWritten();
      return;
    }
    this.#consume();
    if (this.#held.length === 0) this.#controller?.resume();
  }

  #finish(end: Omit<Ended, 'type' | 'request'>): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#held = [];
    if (this.#buffer !== undefined) this.#c.giveBuffer(this.#buffer);
    this.#buffer = undefined;
    // A request that took all its bytes keeps its connection; any other closes it.
    const isWhole = end.outcome === 'done' && this.#end === this.#request.first + this.#request.count;
    const isAnswered = this.#refusal !== undefined;
    if (!isWhole && !isAnswered) this.#controller?.abort(new Error(end.code ?? end.outcome));
    this.#c.outbox.send({ type: 'ended', request: this.#request.request, ...end });
    this.#settleWhenWritten();
  }

  #settleWhenWritten(): void {
    if (this.#writes > 0 || this.#isSettled) return;
    this.#isSettled = true;
    this.#c.onSettled();
  }
}
