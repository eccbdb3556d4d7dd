/**
 * Several small contents in one answer, each proved and given its name as it comes.
 *
 * ```
 *   body ─▶ buffer of one entry ─▶ hash equal? ─▶ part file, synced ─▶ its name ─▶ placed
 * ```
 *
 * Nothing pauses the source: a bundle is small enough to be in memory as a whole.
 */
import { createSemaphore, type Semaphore } from '@banyan/kit/semaphore';
import type { AnswerController, PinnedClient } from '@banyan/kit/tls';
import {
  BanyanError,
  chunkHash,
  chunkMapFromText,
  contentIdText,
  MAX_JSON_BODY_BYTES,
  sameBytes,
  type ChunkMap,
} from '@banyan/proto/base';
import { exchangeError, headerText, refusalOf, type Headers } from '@banyan/sdk/transfer';
import { traceHeader } from './dialog.ts';
import { SMALL_WRITES_PER_BUNDLE, SMALL_WRITES_PER_FOLDER } from './constants.ts';
import type { OpenLaneFile } from './lane-files.ts';
import type { BundleRequest, EntryEvent } from './lane-messages.ts';
import type { LaneOutbox } from './lane-outbox.ts';
import { placePart } from './part-file.ts';
import { sha256 } from '../sha256.ts';

/** What fetching a bundle works with. */
export interface BundleComponents {
  readonly client: PinnedClient;
  readonly outbox: LaneOutbox;
  readonly openFile: OpenLaneFile;
}

/** A bundle under way. */
export interface LaneBundle {
  /**
   * Resolves, or rejects, when nothing is written any more.
   *
   * @throws BanyanError what the source refused it with; `source_closed`, `source_stalled`, `wrong_range`, `bad_chunk`;
   *   what dialling throws
   */
  fetch(signal: AbortSignal): Promise<void>;
  /** An entry is not wanted any more: it is told to be left at once, unless it is being given its name. */
  leave(entry: number): void;
}

/** Makes a bundle that nobody has asked for yet. */
export function createLaneBundle(components: BundleComponents, request: BundleRequest): LaneBundle {
  return new BundleAnswer(components, request);
}

class BundleAnswer implements LaneBundle {
  readonly #c: BundleComponents;
  readonly #request: BundleRequest;
  readonly #writes = new Set<Promise<void>>();
  readonly #writers = createSemaphore(SMALL_WRITES_PER_BUNDLE);
  /** Of each folder: another may be on a disk that answers. */
  readonly #writersOf = new Map<string, Semaphore>();
  /** Entries of which nothing was said, and that are not being written. */
  readonly #open: Set<number>;
  /** Places of the entries that are still to come, in the order in which they do. */
  #coming: number[] = [];
  #buffer: Buffer | undefined;
  #fill = 0;
  #refusal:
    { readonly status: number; readonly headers: Headers; parts: Buffer[]; bytes: number } | undefined;

  constructor(components: BundleComponents, request: BundleRequest) {
    this.#c = components;
    this.#request = request;
    this.#open = new Set(request.entries.keys());
  }

  async fetch(signal: AbortSignal): Promise<void> {
    try {
      await this.#receive(signal);
    } finally {
      // What is being written may take its time; the rest need not wait for it.
      if (signal.aborted) for (const entry of [...this.#open]) this.leave(entry);
      await Promise.all(this.#writes);
    }
  }

  leave(entry: number): void {
    if (this.#open.delete(entry)) this.#tell(entry, { kind: 'left' });
  }

  #receive(signal: AbortSignal): Promise<void> {
    const { entries, token, traceparent } = this.#request;
    const ids = entries.map(({ content }) => contentIdText(content));
    return new Promise((resolve, reject) => {
      let controller: AnswerController | undefined;
      let isOver = false;
      const end = (fault?: unknown): void => {
        if (isOver) return;
        isOver = true;
        signal.removeEventListener('abort', onAbort);
        if (fault === undefined) {
          resolve();
          return;
        }
        reject(exchangeError(fault));
        controller?.abort(new Error('not wanted any more'));
      };
      const onAbort = (): void => end(new BanyanError('aborted'));
      const attempt = (step: () => void): void => {
        if (isOver) return;
        try {
          step();
        } catch (error) {
          end(error);
        }
      };
      signal.addEventListener('abort', onAbort, { once: true });
      const path = `/v1/bundle?contents=${ids.join(',')}`;
      const headers = { authorization: `Bearer ${token}`, ...traceHeader(traceparent) };
      this.#c.client.dispatch(
        { method: 'GET', path, headers },
        {
          onRequestStart: (started) => {
            controller = started;
            if (isOver) started.abort(new Error('not wanted any more'));
          },
          onResponseStart: (_controller, status, answered) => attempt(() => this.#onHead(status, answered)),
          onResponseData: (_controller, data) => attempt(() => this.#onData(data)),
          onResponseEnd: () =>
            attempt(() => {
              this.#onEnd();
              end();
            }),
          onResponseError: (_controller, error) => end(error),
        },
      );
    });
  }

  #onHead(status: number, headers: Headers): void {
    if (status !== 200) {
      this.#refusal = { status, headers, parts: [], bytes: 0 };
      return;
    }
    const { entries } = this.#request;
    const held = heldOf(headerText(headers, 'banyan-bundle'), entries.length);
    this.#coming = entries.map((_, entry) => entry).filter((entry) => held.has(entry));
    const length = this.#coming.reduce((sum, entry) => sum + entries[entry]!.content.length, 0);
    if (
      headerText(headers, 'content-encoding') !== undefined ||
      Number(headerText(headers, 'content-length')) !== length
    )
      throw new BanyanError(
        'wrong_range',
        'The source announced other bytes than those of the files asked for.',
      );
    for (const entry of entries.keys())
      if (!held.has(entry) && this.#open.delete(entry)) this.#tell(entry, { kind: 'missing' });
  }

  #onData(data: Buffer): void {
    if (this.#refusal !== undefined) {
      this.#refusal.bytes += data.length;
      if (this.#refusal.bytes > MAX_JSON_BODY_BYTES) throw this.#refused();
      this.#refusal.parts.push(Buffer.from(data));
      return;
    }
    this.#c.outbox.progress(this.#request.request, data.length);
    for (let at = 0; at < data.length;) {
      const entry = this.#coming[0];
      if (entry === undefined)
        throw new BanyanError('wrong_range', 'The source sent more than it announced.');
      const { length } = this.#request.entries[entry]!.content;
      this.#buffer ??= Buffer.allocUnsafe(length);
      const taken = Math.min(data.length - at, length - this.#fill);
      data.copy(this.#buffer, this.#fill, at, at + taken);
      this.#fill += taken;
      at += taken;
      if (this.#fill === length) this.#onEntry(entry, this.#buffer);
    }
  }

  #onEntry(entry: number, bytes: Buffer): void {
    this.#coming.shift();
    this.#buffer = undefined;
    this.#fill = 0;
    if (!this.#open.delete(entry)) return;
    const { root, length } = this.#request.entries[entry]!.content;
    if (!sameBytes(chunkHash(sha256, bytes, length, 0), root)) {
      this.#tell(entry, { kind: 'wrong' });
      throw new BanyanError('bad_chunk');
    }
    const writing = this.#inTurn(entry, () => this.#place(entry, bytes)).then((outcome) => {
      this.#writes.delete(writing);
      this.#tell(entry, outcome);
    });
    this.#writes.add(writing);
  }

  #onEnd(): void {
    if (this.#refusal !== undefined) throw this.#refused();
    if (this.#coming.length > 0) throw new BanyanError('source_closed', 'The source ended its answer early.');
  }

  #refused(): BanyanError {
    const { status, headers, parts } = this.#refusal!;
    return refusalOf(status, headers, Buffer.concat(parts));
  }

  #inTurn<T>(entry: number, write: () => Promise<T>): Promise<T> {
    const { folder } = this.#request.entries[entry]!;
    let ofFolder = this.#writersOf.get(folder);
    if (ofFolder === undefined) {
      ofFolder = createSemaphore(SMALL_WRITES_PER_FOLDER);
      this.#writersOf.set(folder, ofFolder);
    }
    return ofFolder.run(() => this.#writers.run(write));
  }

  async #place(entry: number, bytes: Buffer): Promise<EntryEvent['outcome']> {
    const { part, folder, name } = this.#request.entries[entry]!;
    this.#c.outbox.sendSoon({ type: 'received', request: this.#request.request, chunk: entry });
    try {
      const file = await this.#c.openFile(part, true);
      try {
        await file.write(bytes, 0);
        await file.sync();
      } finally {
        await file.close();
      }
      return { kind: 'placed', path: await placePart(part, folder, name) };
    } catch {
      // Whoever fetches it next finds out what is the matter, and says it.
      return { kind: 'lost' };
    }
  }

  #tell(entry: number, outcome: EntryEvent['outcome']): void {
    this.#c.outbox.send({ type: 'entry', request: this.#request.request, entry, outcome });
  }
}

/** What stands for a header that is not there: no map can be read from it. */
const NO_MAP = '?';

/** Which of the entries are to come. */
function heldOf(text: string | undefined, count: number): ChunkMap {
  try {
    return chunkMapFromText(text ?? NO_MAP, count);
  } catch (cause) {
    throw new BanyanError('wrong_range', 'The source does not say which of the files it has.', { cause });
  }
}
