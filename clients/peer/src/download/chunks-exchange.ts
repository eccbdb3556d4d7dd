/**
 * One ranged request, from its dispatch to its last write.
 *
 * ```
 *   body ─▶ chunk buffer ─▶ hash equal? ─▶ written in place ─▶ proved (or kept, when nothing can be said of it yet)
 *             ▲    │ both buffers being written: the source is paused
 *             └────┘
 * ```
 *
 * Under a limit it reads within an allowance: when that is used up the source is paused until there is another. Nothing is
 * buffered meanwhile but what one read brought.
 */
import type { AnswerController, AnswerHandler } from '@banyan/kit/tls';
import {
  CHUNK_BYTES,
  chunkHash,
  chunkRange,
  HASH_BYTES,
  MAX_JSON_BODY_BYTES,
  sameBytes,
  type BanyanError,
} from '@banyan/proto/base';
import type { Headers } from '@banyan/sdk/transfer';
import { BUFFERS_PER_REQUEST } from './constants.ts';
import type { Dialog } from './dialog.ts';
import { toDiskError } from './disk-error.ts';
import type { LaneFile } from './lane-files.ts';
import type { ChunksRequest, Ended, RequestEvent } from './lane-messages.ts';
import type { LaneOutbox } from './lane-outbox.ts';
import { createPasses, type Passes } from './passes.ts';
import { sha256 } from '../sha256.ts';

/** What an exchange works with. */
export interface ExchangeComponents {
  readonly outbox: LaneOutbox;
  readonly file: () => Promise<LaneFile>;
  readonly path: string;
  readonly takeBuffer: () => Buffer;
  readonly giveBuffer: (buffer: Buffer) => void;
  readonly onSettled: () => void;
  /** Whether bytes are read within an allowance. */
  readonly isLimited: () => boolean;
}

/** A request for chunks under way. */
export interface ChunksExchange {
  shorten(count: number): void;
  abort(): void;
  /** May read so many bytes more. */
  allow(bytes: number): void;
  /** The limit was switched on or off: what was allowed or owed counts no longer. */
  onLimit(): void;
}

/** Starts a request; every outcome is told through the outbox, `settled` last. */
export function startChunksExchange(
  dialog: Dialog,
  request: ChunksRequest,
  components: ExchangeComponents,
): ChunksExchange {
  return new Exchange(dialog, request, components);
}

/**
 * The answer to one dialog, for an exchange. Methods of a class instead of functions made for each request: V8 compiles
 * them once.
 */
class Answer implements AnswerHandler {
  readonly #exchange: Exchange;
  readonly #dialog: Dialog;

  constructor(exchange: Exchange, dialog: Dialog) {
    this.#exchange = exchange;
    this.#dialog = dialog;
  }

  onRequestStart(controller: AnswerController): void {
    this.#exchange.onConnection(this.#dialog, controller);
  }

  onResponseStart(_controller: AnswerController, status: number, headers: Headers): void {
    if (this.#isAwaited) this.#exchange.onHead(status, headers);
  }

  onResponseData(_controller: AnswerController, bytes: Buffer): void {
    if (this.#isAwaited) this.#exchange.onData(bytes);
  }

  onResponseEnd(): void {
    if (this.#isAwaited) this.#exchange.onEnd();
  }

  onResponseError(_controller: AnswerController, error: Error): void {
    if (this.#isAwaited) this.#exchange.onError(error);
  }

  get #isAwaited(): boolean {
    return this.#exchange.isAsking(this.#dialog);
  }
}

type WrittenEvent = Extract<RequestEvent, { type: 'proved' | 'kept' }>;

const NO_HASH = new Uint8Array(0);

class Exchange implements ChunksExchange {
  readonly #request: ChunksRequest;
  readonly #c: ExchangeComponents;
  #dialog: Dialog;
  #controller: AnswerController | undefined;
  readonly #start: number;
  #end: number;
  #chunk: number;
  #buffer: Buffer | undefined;
  /** Bytes of the current chunk: those that came, and all. */
  #fill = 0;
  #size = 0;
  /** Body bytes that come before those asked for. */
  #skip = 0;
  /** The body holds more than was asked for. */
  #isLonger = false;
  /** Bytes of the run that came, of `#wanted`. */
  #received = 0;
  readonly #passes: Passes;
  readonly #wanted: number;
  /** Body bytes that wait for a buffer. */
  #held: Buffer[] = [];
  #writes = 0;
  /** Bytes that may be read yet; negative when a read brought more. */
  #allowance = 0;
  /** Reads nothing until it is allowed to. */
  #isHeld = false;
  #isOver = false;
  #isSettled = false;
  #hasAnswer = false;
  /** Status, headers and body of an answer that brings no content. */
  #refusal:
    | {
        status: number;
        headers: Headers;
        parts: Buffer[];
        bytes: number;
      }
    | undefined;

  constructor(dialog: Dialog, request: ChunksRequest, components: ExchangeComponents) {
    this.#request = request;
    this.#c = components;
    this.#dialog = dialog;
    this.#chunk = request.first;
    this.#end = request.first + request.count;
    const { start } = chunkRange(request.length, request.first);
    this.#start = start;
    this.#passes = createPasses(request.passes ?? [], request.length);
    this.#wanted = chunkRange(request.length, this.#end - 1).end - start;
    this.#dispatch();
  }

  /** Puts the request to whom the dialog says; what a dialog before it still brings is nobody's business. */
  #dispatch(): void {
    this.#dialog.ask(new Answer(this, this.#dialog));
  }

  /** Whether it is `dialog` whose answer is awaited. */
  isAsking(dialog: Dialog): boolean {
    return this.#dialog === dialog;
  }

  onConnection(dialog: Dialog, controller: AnswerController): void {
    if (this.isAsking(dialog)) this.#controller = controller;
    if (this.#isOver || !this.isAsking(dialog)) controller.abort(new Error('not wanted any more'));
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

  allow(bytes: number): void {
    this.#allowance += bytes;
    if (!this.#isHeld || this.#isOver) return;
    this.#isHeld = false;
    this.#holdWhenSpent();
    this.#readOn();
  }

  onLimit(): void {
    this.#allowance = 0;
    if (!this.#isHeld || this.#isOver) return;
    this.#isHeld = false;
    this.#readOn();
  }

  #holdWhenSpent(): void {
    if (this.#isHeld || !this.#c.isLimited() || this.#allowance > 0) return;
    this.#isHeld = true;
    this.#controller?.pause();
    this.#c.outbox.send({ type: 'held', request: this.#request.request, owed: -this.#allowance });
  }

  #readOn(): void {
    if (this.#held.length === 0 && !this.#isHeld) this.#controller?.resume();
  }

  onHead(status: number, headers: Headers): void {
    if (this.#isOver || status < 200) return;
    this.#hasAnswer = true;
    const { request } = this.#request;
    const head = this.#dialog.head(status, headers);
    const { chunks, mirror } = this.#dialog.news(headers);
    if (chunks !== undefined) this.#c.outbox.send({ type: 'map', request, chunks });
    if (mirror !== undefined) this.#c.outbox.send({ type: 'mirror', request, ...mirror });
    switch (head.kind) {
      case 'content':
        this.#skip = head.skip;
        this.#isLonger = head.isLonger;
        return;
      case 'refusal':
        this.#refusal = { status, headers, parts: [], bytes: 0 };
        return;
      case 'fault':
        this.#fail(head.error);
        return;
      case 'redirect': {
        const before = this.#controller;
        this.#dialog = head.to;
        this.#controller = undefined;
        this.#hasAnswer = false;
        before?.abort(new Error('redirected'));
        this.#dispatch();
      }
    }
  }

  onData(data: Buffer): void {
    if (this.#isOver) return;
    if (this.#refusal !== undefined) {
      this.#refusal.bytes += data.length;
      if (this.#refusal.bytes > MAX_JSON_BODY_BYTES) {
        this.#endRefused();
        this.#controller?.abort(new Error('an endless refusal'));
      } else this.#refusal.parts.push(Buffer.from(data));
      return;
    }
    const skipped = Math.min(this.#skip, data.length);
    this.#skip -= skipped;
    const at = this.#start + this.#received;
    const ofRun = data.length - skipped;
    const passed = this.#passes.bytesBetween(at, at + ofRun);
    this.#received += ofRun;
    this.#c.outbox.progress(this.#request.request, ofRun - passed, skipped + passed);
    if (this.#c.isLimited()) this.#allowance -= data.length;
    this.#take(skipped === 0 ? data : data.subarray(skipped));
    if (!this.#isOver) this.#holdWhenSpent();
  }

  onEnd(): void {
    if (this.#refusal !== undefined) this.#endRefused();
    // Bytes that are held will end the request when a buffer is free.
    else if (this.#held.length === 0 ? this.#chunk < this.#end : this.#received < this.#wanted)
      this.#finish({ outcome: 'failed', code: 'source_closed', message: this.#cutShort() });
  }

  onError(cause: Error): void {
    const { error, atDial } = this.#dialog.failure(cause, this.#hasAnswer);
    const isCut = error.code === 'source_closed' && this.#received > 0;
    this.#fail(error, {
      ...(isCut ? { message: this.#cutShort() } : {}),
      ...(atDial && this.#controller === undefined ? { atDial: true } : {}),
    });
  }

  #cutShort(): string {
    return `The source ended its answer early: after ${this.#received} of ${this.#wanted} bytes.`;
  }

  #fail(error: BanyanError, more: Pick<Ended, 'message' | 'atDial'> = {}): void {
    const position = error.details?.['position'];
    this.#finish({
      outcome: 'failed',
      code: error.code,
      message: error.message,
      ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
      ...(typeof position === 'number' ? { queuePosition: position } : {}),
      ...more,
    });
  }

  #endRefused(): void {
    const { status, headers, parts } = this.#refusal!;
    this.#fail(this.#dialog.refusal(status, headers, Buffer.concat(parts)));
  }

  /** Cuts what came into chunks; what there is no buffer for is held, as a copy: its own memory takes the next bytes. */
  #take(data: Buffer): void {
    const rest = this.#held.length === 0 ? this.#cut(data) : data;
    if (rest.length > 0 && !this.#isOver) this.#held.push(Buffer.from(rest));
  }

  /** Goes on with what is held. */
  #consume(): void {
    while (this.#held.length > 0) {
      const rest = this.#cut(this.#held[0]!);
      if (rest.length > 0) {
        if (!this.#isOver) this.#held[0] = rest;
        return;
      }
      this.#held.shift();
    }
  }

  /** Cuts bytes into chunks, as far as there are buffers; returns the rest. */
  #cut(data: Buffer): Buffer {
    let rest = data;
    while (rest.length > 0 && !this.#isOver) {
      if (this.#size === 0) {
        const { start, end } = chunkRange(this.#request.length, this.#chunk);
        this.#size = end - start;
      }
      const isPassed = this.#passes.has(this.#chunk);
      if (this.#buffer === undefined && !isPassed) {
        if (this.#writes >= BUFFERS_PER_REQUEST) {
          this.#controller?.pause();
          return rest;
        }
        this.#buffer = this.#c.takeBuffer();
      }
      const taken = Math.min(rest.length, this.#size - this.#fill);
      const bytes = taken === rest.length ? rest : rest.subarray(0, taken);
      // Bytes of a chunk that nobody wants go by.
      if (!isPassed) this.#buffer!.set(bytes, this.#fill);
      this.#fill += taken;
      rest = rest.subarray(taken);
      if (this.#fill === this.#size) this.#complete(isPassed);
    }
    return rest;
  }

  /** All bytes of a chunk came. */
  #complete(isPassed: boolean): void {
    const size = this.#size;
    this.#fill = 0;
    this.#size = 0;
    if (!isPassed) {
      const buffer = this.#buffer!;
      this.#buffer = undefined;
      this.#prove(buffer, this.#chunk, chunkRange(this.#request.length, this.#chunk).start, size);
      return;
    }
    this.#chunk += 1;
    if (this.#chunk >= this.#end) this.#finish({ outcome: 'done' });
  }

  #prove(buffer: Buffer, chunk: number, position: number, size: number): void {
    const { request } = this.#request;
    const { outbox } = this.#c;
    const bytes = buffer.subarray(0, size);
    outbox.sendSoon({ type: 'received', request, chunk });
    const outcome = this.#check(bytes, chunk);
    if (outcome === undefined) {
      this.#c.giveBuffer(buffer);
      outbox.send({ type: 'refused', request, chunk });
      this.#finish({ outcome: 'failed', code: 'bad_chunk' });
      return;
    }
    this.#writes += 1;
    void this.#write(buffer, bytes, position, outcome);
    this.#chunk = chunk + 1;
    if (this.#chunk >= this.#end) this.#finish({ outcome: 'done' });
  }

  /** What is to be said of a chunk once it is written; undefined: its bytes are wrong. */
  #check(bytes: Uint8Array, chunk: number): WrittenEvent | undefined {
    const { request, length, first, check } = this.#request;
    const hashAt = (index: number): Uint8Array =>
      check.kind === 'later' ? NO_HASH : check.hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
    if (check.kind === 'pieces') {
      const { pieceLength } = check;
      const before = ((chunk - first) * CHUNK_BYTES) / pieceLength;
      for (let at = 0, piece = before; at < bytes.length; at += pieceLength, piece++)
        if (!sameBytes(sha256(bytes.subarray(at, at + pieceLength)), hashAt(piece))) return undefined;
    }
    const hash = chunkHash(sha256, bytes, length, chunk);
    if (check.kind !== 'layer')
      return {
        type: 'kept',
        request,
        chunk,
        hash: Uint8Array.from(hash),
        isChecked: check.kind === 'pieces',
      };
    return sameBytes(hash, hashAt(chunk - first)) ? { type: 'proved', request, chunk } : undefined;
  }

  async #write(buffer: Buffer, bytes: Uint8Array, position: number, outcome: WrittenEvent): Promise<void> {
    const { request, chunk } = outcome;
    try {
      await (await this.#c.file()).write(bytes, position);
      this.#c.outbox.sendSoon(outcome);
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
    this.#readOn();
  }

  #finish(end: Omit<Ended, 'type' | 'request'>): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#held = [];
    if (this.#buffer !== undefined) this.#c.giveBuffer(this.#buffer);
    this.#buffer = undefined;
    // A request that took all its bytes keeps its connection; any other closes it.
    const isWhole =
      end.outcome === 'done' && !this.#isLonger && this.#end === this.#request.first + this.#request.count;
    const isAnswered = this.#refusal !== undefined;
    if (!isWhole && !isAnswered) this.#controller?.abort(new Error(end.code ?? end.outcome));
    // One that was held keeps no connection from its next request.
    if (isWhole && this.#isHeld) this.#controller?.resume();
    this.#c.outbox.send({ type: 'ended', request: this.#request.request, ...end });
    this.#settleWhenWritten();
  }

  #settleWhenWritten(): void {
    if (this.#writes > 0 || this.#isSettled) return;
    this.#isSettled = true;
    this.#c.onSettled();
  }
}
