/** One ranged request of a download: a run of chunks from one source, cut into chunks as the bytes come. */
import {
  BanyanError,
  chunkRange,
  contentIdText,
  MAX_JSON_BODY_BYTES,
  toBanyanError,
  type ContentId,
  type ErrorCode,
} from '@banyan/proto';
import type { AnswerController, AnswerHandler, PinnedClient } from '@banyan/kit';
import { refusalOf } from './refusal.ts';

/** How a request ended, as the planner is told. */
export type RangeOutcome =
  | { readonly outcome: 'done' | 'aborted' }
  | {
      readonly outcome: 'failed';
      readonly code: ErrorCode;
      readonly retryAfterMs?: number;
    };

export interface RangeRequest {
  /** The run now ends after so many chunks. */
  shorten(count: number): void;
  abort(): void;
}

export interface RangeInit {
  readonly id: ContentId;
  readonly first: number;
  readonly count: number;
  readonly client: PinnedClient;
  readonly token: () => Promise<string>;
  /** Makes the hashes of the chunks known before they come. */
  readonly prepare: (token: string) => Promise<void>;
  readonly onBytes: (bytes: number) => void;
  /** A whole chunk; its memory is used again after the call. */
  readonly onChunk: (chunk: number, bytes: Uint8Array) => void;
  /** The last call. */
  readonly onEnd: (outcome: RangeOutcome) => void;
}

export function startRange(init: RangeInit): RangeRequest {
  const request = new Range(init);
  void request.start();
  return request;
}

class Range implements RangeRequest, AnswerHandler {
  readonly #init: RangeInit;
  #end: number;
  #chunk: number;
  #buffer: Buffer | undefined;
  #fill = 0;
  #controller: AnswerController | undefined;
  #isOver = false;
  /** Status and body of an answer that brings no content. */
  #refusal: { readonly status: number; readonly parts: Buffer[]; bytes: number } | undefined;

  constructor(init: RangeInit) {
    this.#init = init;
    this.#chunk = init.first;
    this.#end = init.first + init.count;
  }

  async start(): Promise<void> {
    const { id, first, client, prepare, token: getToken } = this.#init;
    try {
      const token = await getToken();
      await prepare(token);
      if (this.#isOver) return;
      const { start } = chunkRange(id.length, first);
      const { end } = chunkRange(id.length, this.#end - 1);
      client.dispatch(
        {
          method: 'GET',
          path: `/v1/content/${contentIdText(id)}`,
          headers: { authorization: `Bearer ${token}`, range: `bytes=${start}-${end - 1}` },
        },
        this,
      );
    } catch (error) {
      this.#fail(error);
    }
  }

  shorten(count: number): void {
    const end = this.#init.first + count;
    if (end >= this.#end) return;
    this.#end = end;
    if (this.#chunk >= end) this.#finish({ outcome: 'done' });
  }

  abort(): void {
    this.#finish({ outcome: 'aborted' });
  }

  onRequestStart(controller: AnswerController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new Error('not wanted any more'));
  }

  onResponseStart(_controller: AnswerController, status: number): void {
    if (status !== 206 && status !== 200) this.#refusal = { status, parts: [], bytes: 0 };
  }

  onResponseData(controller: AnswerController, bytes: Buffer): void {
    if (this.#isOver) return;
    if (this.#refusal === undefined) {
      this.#init.onBytes(bytes.length);
      this.#cut(bytes);
      return;
    }
    this.#refusal.bytes += bytes.length;
    if (this.#refusal.bytes > MAX_JSON_BODY_BYTES) controller.abort(new Error('an endless refusal'));
    else this.#refusal.parts.push(Buffer.from(bytes));
  }

  onResponseEnd(): void {
    if (this.#refusal === undefined) this.#fail(new BanyanError('source_closed'));
    else this.#fail(refusalOf({ status: this.#refusal.status, body: Buffer.concat(this.#refusal.parts) }));
  }

  onResponseError(_controller: AnswerController, error: Error): void {
    this.#fail(error);
  }

  #cut(bytes: Buffer): void {
    for (let at = 0; at < bytes.length && !this.#isOver;) {
      const { start, end } = chunkRange(this.#init.id.length, this.#chunk);
      const size = end - start;
      this.#buffer ??= Buffer.allocUnsafeSlow(size);
      const part = bytes.subarray(at, at + size - this.#fill);
      this.#buffer.set(part, this.#fill);
      this.#fill += part.length;
      at += part.length;
      if (this.#fill < size) return;
      const [chunk, whole] = [this.#chunk, this.#buffer.subarray(0, size)];
      this.#chunk += 1;
      this.#fill = 0;
      // The last chunk of a content may be shorter: the memory of the first does for all.
      this.#init.onChunk(chunk, whole);
      if (this.#chunk >= this.#end) this.#finish({ outcome: 'done' });
    }
  }

  #fail(error: unknown): void {
    const { code, retryAfterMs } = toBanyanError(error, 'source_closed');
    this.#finish({ outcome: 'failed', code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
  }

  #finish(outcome: RangeOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#buffer = undefined;
    const { id, first, count } = this.#init;
    const isWhole = outcome.outcome === 'done' && this.#chunk >= first + count;
    // What was asked for and is not wanted any more closes its connection; a whole answer leaves it for the next.
    if (!isWhole && id.length > 0) this.#controller?.abort(new Error('not wanted any more'));
    this.#init.onEnd(outcome);
  }
}
