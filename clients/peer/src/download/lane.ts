/** A lane: TLS, proof of chunks and positioned writes for a part of all requests. Runs in a worker thread. */
import { createHash } from 'node:crypto';
import type { Identity } from '@banyan/kit/tls';
import { BanyanError, CHUNK_BYTES, chunkHash, chunkRange, HASH_BYTES, sameBytes } from '@banyan/proto/base';
import { askPeer, exchangeError, fetchLayer, headerText, type PeerQuestion } from '@banyan/sdk/transfer';
import { peerDialog, portHeader, traceHeader, type Dialog } from './dialog.ts';
import { startChunksExchange, type ChunksExchange } from './chunks-exchange.ts';
import { POOLED_CHUNK_BUFFERS, SMALL_ANSWER_MS } from './constants.ts';
import { toDiskError } from './disk-error.ts';
import { laneFiles, type LaneFile, type OpenLaneFile } from './lane-files.ts';
import { mirrorDialog } from './mirror-dialog.ts';
import { createLaneBundle, type LaneBundle } from './lane-bundle.ts';
import type {
  BundleRequest,
  CheckRequest,
  ChunksRequest,
  Closed,
  DigestRequest,
  LaneCommand,
  LaneEvent,
  LayerRequest,
  MapRequest,
} from './lane-messages.ts';
import { createLaneOutbox, type LaneOutbox } from './lane-outbox.ts';
import { sha256 } from '../sha256.ts';
import { createSourcePool, type SourcePool } from './source-pool.ts';

/** What a lane needs. */
export interface LaneComponents {
  readonly identity: Identity;
  readonly post: (events: LaneEvent[]) => void;
  readonly openFile?: OpenLaneFile;
}

/** Takes commands, posts events; never throws at either. */
export interface Lane {
  handle(command: LaneCommand): void;
  close(): Promise<void>;
}

interface OpenPart {
  readonly path: string;
  readonly mayMake: boolean;
  handle: Promise<LaneFile> | undefined;
  /** Requests that may still write. */
  users: number;
  /** It is to be closed as soon as nobody writes any more. */
  closing: { readonly sync: boolean } | undefined;
}

/** Makes a lane. */
export function createLane(components: LaneComponents): Lane {
  return new DownloadLane(components);
}

class DownloadLane implements Lane {
  readonly #outbox: LaneOutbox;
  readonly #openFile: OpenLaneFile;
  readonly #sources: SourcePool;
  readonly #files = new Map<string, OpenPart>();
  readonly #exchanges = new Map<number, ChunksExchange>();
  readonly #small = new Map<number, AbortController>();
  readonly #bundles = new Map<number, LaneBundle>();
  readonly #freeBuffers: Buffer[] = [];
  #isLimited = false;

  constructor(components: LaneComponents) {
    this.#outbox = createLaneOutbox(components.post);
    this.#openFile = components.openFile ?? laneFiles();
    this.#sources = createSourcePool(components.identity, () => performance.now());
  }

  handle(command: LaneCommand): void {
    switch (command.type) {
      case 'open':
        this.#files.set(command.file, {
          path: command.path,
          mayMake: command.mayMake,
          handle: undefined,
          users: 0,
          closing: undefined,
        });
        return;
      case 'close': {
        const part = this.#files.get(command.file);
        if (part !== undefined) part.closing = { sync: command.sync };
        void this.#closeUnused(command.file);
        return;
      }
      case 'shorten':
        this.#exchanges.get(command.request)?.shorten(command.count);
        return;
      case 'abort':
        this.#exchanges.get(command.request)?.abort();
        this.#small.get(command.request)?.abort();
        return;
      case 'limit':
        this.#isLimited = command.isOn;
        for (const exchange of this.#exchanges.values()) exchange.onLimit();
        return;
      case 'allow':
        this.#exchanges.get(command.request)?.allow(command.bytes);
        return;
      case 'chunks':
        this.#startChunks(command);
        return;
      case 'layer':
        void this.#runSmall(command.request, (signal) => this.#fetchLayer(command, signal));
        return;
      case 'map':
        void this.#runSmall(command.request, (signal) => this.#fetchMap(command, signal));
        return;
      case 'check':
        void this.#runSmall(command.request, (signal) => this.#check(command, signal));
        return;
      case 'digest':
        void this.#runSmall(command.request, (signal) => this.#digest(command, signal));
        return;
      case 'leave':
        this.#bundles.get(command.request)?.leave(command.entry);
        return;
      case 'bundle':
        void this.#runSmall(command.request, (signal) => this.#fetchBundle(command, signal));
    }
  }

  async close(): Promise<void> {
    for (const exchange of this.#exchanges.values()) exchange.abort();
    for (const controller of this.#small.values()) controller.abort();
    this.#sources.close();
    for (const part of this.#files.values()) await part.handle?.then((file) => file.close()).catch(ignore);
    this.#files.clear();
    this.#outbox.close();
  }

  // ---- files ----

  #part(id: string): OpenPart {
    const part = this.#files.get(id);
    if (part === undefined) throw new BanyanError('aborted', 'The part file is closed.');
    return part;
  }

  #fileOf(part: OpenPart): Promise<LaneFile> {
    if (part.handle === undefined) {
      part.handle = this.#openFile(part.path, part.mayMake);
      // A disk that comes back is opened anew.
      part.handle.catch(() => (part.handle = undefined));
    }
    return part.handle;
  }

  async #closeUnused(id: string): Promise<void> {
    const part = this.#files.get(id);
    let fault: Closed['fault'];
    if (part !== undefined) {
      if (part.closing === undefined || part.users > 0) return;
      this.#files.delete(id);
      const file = await part.handle?.catch(() => undefined);
      if (part.closing.sync)
        await file?.sync().catch((cause: unknown) => {
          const { code, message } = toDiskError(cause, part.path);
          fault = { code: code === 'disk_full' ? code : 'disk_failed', message };
        });
      await file?.close().catch(ignore);
    }
    this.#outbox.send({ type: 'closed', file: id, ...(fault === undefined ? {} : { fault }) });
  }

  #release(id: string, part: OpenPart): void {
    part.users -= 1;
    if (part.closing !== undefined) void this.#closeUnused(id);
  }

  // ---- chunks ----

  #startChunks(command: ChunksRequest): void {
    const { request, file } = command;
    try {
      const part = this.#part(file);
      const dialog = this.#dialog(command);
      part.users += 1;
      let isSettled = false;
      const exchange = startChunksExchange(dialog, command, {
        outbox: this.#outbox,
        file: () => this.#fileOf(part),
        path: part.path,
        takeBuffer: () => this.#freeBuffers.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES),
        giveBuffer: (buffer) => {
          if (this.#freeBuffers.length < POOLED_CHUNK_BUFFERS) this.#freeBuffers.push(buffer);
        },
        isLimited: () => this.#isLimited,
        onSettled: () => {
          isSettled = true;
          this.#exchanges.delete(request);
          this.#outbox.send({ type: 'settled', request });
          this.#release(file, part);
        },
      });
      if (!isSettled) this.#exchanges.set(request, exchange);
    } catch (error) {
      this.#fail(request, error);
    }
  }

  #dialog({ source, length, first, count, traceparent }: ChunksRequest): Dialog {
    const { start } = chunkRange(length, first);
    const { end } = chunkRange(length, first + count - 1);
    if (!('token' in source))
      return mirrorDialog(
        { agent: (origin) => this.#sources.mirror(origin) },
        source.target,
        length,
        start,
        end,
      );
    const peer = this.#sources.peer(source.target);
    const failure: Dialog['failure'] = (cause) => ({ error: exchangeError(cause), atDial: true });
    return peerDialog(peer, source.content, source.token, start, end, failure, {
      ...portHeader(source.servesAt),
      ...traceHeader(traceparent),
    });
  }

  #fail(request: number, cause: unknown): void {
    const error = exchangeError(cause);
    const position = error.details?.['position'];
    this.#outbox.send({
      type: 'ended',
      request,
      outcome: error.code === 'aborted' ? 'aborted' : 'failed',
      code: error.code,
      message: error.message,
      ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
      ...(typeof position === 'number' ? { queuePosition: position } : {}),
      ...(DIAL_FAULTS.has(error.code) ? { atDial: true } : {}),
    });
    this.#outbox.send({ type: 'settled', request });
  }

  // ---- layers, maps, checks ----

  async #runSmall(request: number, run: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    this.#small.set(request, controller);
    try {
      await run(controller.signal);
      this.#outbox.send({ type: 'ended', request, outcome: 'done' });
      this.#outbox.send({ type: 'settled', request });
    } catch (error) {
      this.#fail(request, controller.signal.aborted ? new BanyanError('aborted') : error);
    } finally {
      this.#small.delete(request);
    }
  }

  #question(command: LayerRequest | MapRequest, signal: AbortSignal): PeerQuestion {
    const { content, token } = command;
    const headers = {
      ...(command.type === 'map' ? portHeader(command.servesAt) : {}),
      ...traceHeader(command.traceparent),
    };
    return { content, token, headers, signal, timeoutMs: SMALL_ANSWER_MS };
  }

  async #fetchLayer(command: LayerRequest, signal: AbortSignal): Promise<void> {
    const { request, first } = command;
    const client = this.#sources.peer(command.target);
    const question = this.#question(command, signal);
    const { count, hashes, uncles, bytes } = await fetchLayer(client, question, first, command.count, sha256);
    this.#outbox.progress(request, bytes);
    this.#outbox.send({ type: 'layer', request, first, count, hashes, uncles });
  }

  async #fetchMap(command: MapRequest, signal: AbortSignal): Promise<void> {
    const client = this.#sources.peer(command.target);
    const { headers } = await askPeer(client, this.#question(command, signal), 'HEAD', '', 200, 0);
    const sources = headerText(headers, 'banyan-sources');
    this.#outbox.send({
      type: 'map',
      request: command.request,
      chunks: headerText(headers, 'banyan-chunks'),
      ...(sources === undefined ? {} : { sources }),
    });
  }

  async #fetchBundle(command: BundleRequest, signal: AbortSignal): Promise<void> {
    const bundle = createLaneBundle(
      {
        client: this.#sources.peer(command.target),
        outbox: this.#outbox,
        openFile: this.#openFile,
      },
      command,
    );
    this.#bundles.set(command.request, bundle);
    try {
      await bundle.fetch(signal);
    } finally {
      this.#bundles.delete(command.request);
    }
  }

  async #check(command: CheckRequest, signal: AbortSignal): Promise<void> {
    const { request, length, chunks, hashes } = command;
    const part = this.#part(command.file);
    part.users += 1;
    const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, length));
    try {
      const file = await this.#fileOf(part);
      for (const [index, chunk] of chunks.entries()) {
        if (signal.aborted) throw new BanyanError('aborted');
        const { start, end } = chunkRange(length, chunk);
        const bytes = buffer.subarray(0, end - start);
        const expected = hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
        const isHeld = await file.read(bytes, start).then(
          () => sameBytes(chunkHash(sha256, bytes, length, chunk), expected),
          () => false,
        );
        this.#outbox.send({ type: isHeld ? 'proved' : 'refused', request, chunk });
      }
    } catch (error) {
      throw toDiskError(error, part.path);
    } finally {
      this.#release(command.file, part);
    }
  }

  async #digest(command: DigestRequest, signal: AbortSignal): Promise<void> {
    const { request, start, end } = command;
    const part = this.#part(command.file);
    part.users += 1;
    const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end - start));
    const hash = createHash('sha256');
    try {
      const file = await this.#fileOf(part);
      for (let at = start; at < end; at += buffer.length) {
        if (signal.aborted) throw new BanyanError('aborted');
        const bytes = buffer.subarray(0, Math.min(buffer.length, end - at));
        await file.read(bytes, at);
        hash.update(bytes);
      }
    } catch (error) {
      throw toDiskError(error, part.path);
    } finally {
      this.#release(command.file, part);
    }
    this.#outbox.send({ type: 'digest', request, hash: Uint8Array.from(hash.digest()) });
  }
}

/** Failures before anything was sent: another address of the same device may do. */
const DIAL_FAULTS: ReadonlySet<string> = new Set(['unreachable', 'key_mismatch', 'timeout']);

function ignore(): void {}
