/**
 * One download of a simulated leaf: the planner of real peers (core) decides, connections of real peers (kit) carry, and
 * every chunk is proved. Bytes are thrown away once they are judged: there is no disk.
 *
 * ```
 *   find sources ─▶ planner ─▶ ranged request ─▶ chunk ─▶ hash = layer? ─▶ proved      until all are
 *        ▲             │                           └─ no: refused, its source dropped and reported
 *        └─ too few ───┘
 * ```
 */
import { setMaxListeners } from 'node:events';
import {
  createDownloadPlanner,
  type DownloadPlanner,
  type PlannerAction,
  type PlannerEvent,
  type Random,
  type SyntheticBytes,
  type SyntheticContent,
} from '@banyan/core';
import {
  BanyanError,
  chunkCount,
  chunkRange,
  toBanyanError,
  type BadSource,
  type ContentId,
  type ErrorCode,
  type Source,
} from '@banyan/proto';
import { createPinnedClient, systemClock, type Identity, type PinnedClient, type Timer } from '@banyan/kit';
import { createChunkProof, type ChunkProof } from './chunk-proof.ts';
import { startRange, type RangeRequest } from './range-request.ts';

export interface DownloadInit {
  readonly content: SyntheticContent;
  readonly identity: Identity;
  readonly random: Random;
  /** The bytes as they ought to be: what was taken for right is compared with them. */
  readonly bytes: SyntheticBytes;
  readonly token: (signal: AbortSignal) => Promise<string>;
  readonly findSources: (content: ContentId, signal: AbortSignal) => Promise<readonly Source[]>;
  readonly reportBadSource: (report: BadSource) => void;
  /** Gives up then. */
  readonly signal: AbortSignal;
  readonly onFirstChunk: () => void;
  readonly onBytes: (bytes: number) => void;
  /** A chunk came that is not what it should be, and was refused. */
  readonly onBadChunk: () => void;
  /** A chunk was taken for right and is not: this must never be. */
  readonly onWrongKept: () => void;
}

/** Connections to one source: a race has one of its own. */
const CONNECTIONS = 2;
/** A source that does not answer a dial is a failure of that source. */
const DIAL_TIMEOUT_MS = 5_000;
/** Sources that are tried of one look. */
const MAX_SOURCES = 16;

/**
 * Fetches a content as a whole, and proves it.
 *
 * @throws BanyanError `timeout` when the signal says so; `no_supernode`, `token_*` … when nobody can be asked for sources
 */
export async function download(init: DownloadInit): Promise<void> {
  const one = new Download(init);
  try {
    await one.run();
  } finally {
    one.close();
  }
}

interface Peer {
  readonly client: PinnedClient;
}

class Download {
  readonly #init: DownloadInit;
  readonly #id: ContentId;
  readonly #planner: DownloadPlanner;
  readonly #proof: ChunkProof;
  readonly #peers = new Map<string, Peer>();
  readonly #requests = new Map<number, RangeRequest>();
  readonly #stop = new AbortController();
  #events: PlannerEvent[] = [];
  #isHandling = false;
  #isFinding = false;
  #hasChunk = false;
  #wake: Timer | undefined;
  #end: ((error?: BanyanError) => void) | undefined;

  constructor(init: DownloadInit) {
    const { root, length } = init.content;
    this.#init = init;
    this.#id = { root, length };
    this.#planner = createDownloadPlanner({
      length,
      chunkCount: chunkCount(length),
      now: systemClock.monotonic(),
      random: init.random,
    });
    this.#proof = createChunkProof(this.#id);
    // Each request that waits for its token listens.
    setMaxListeners(0, this.#stop.signal);
  }

  run(): Promise<void> {
    const { signal } = this.#init;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => this.#end?.(new BanyanError('timeout', 'The download took too long.'));
      this.#end = (error) => {
        this.#end = undefined;
        signal.removeEventListener('abort', onAbort);
        if (error === undefined) resolve();
        else reject(error);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#tell({ type: 'tick' });
    });
  }

  close(): void {
    this.#end = undefined;
    this.#stop.abort();
    this.#wake?.cancel();
    for (const request of this.#requests.values()) request.abort();
    for (const { client } of this.#peers.values()) client.close();
  }

  #tell(event: PlannerEvent): void {
    this.#events.push(event);
    if (this.#isHandling) return;
    this.#isHandling = true;
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift())
        for (const action of this.#planner.handle(next, systemClock.monotonic())) this.#perform(action);
    } finally {
      this.#isHandling = false;
    }
  }

  #perform(action: PlannerAction): void {
    if (this.#stop.signal.aborted) return;
    switch (action.type) {
      case 'start-request':
        this.#start(action);
        return;
      case 'shorten-request':
        this.#requests.get(action.requestId)?.shorten(action.chunkCount);
        return;
      case 'abort-request':
        this.#requests.get(action.requestId)?.abort();
        return;
      case 'drop-source':
        this.#drop(action);
        return;
      case 'need-sources':
        void this.#find();
        return;
      case 'wake-at':
        this.#wake?.cancel();
        this.#wake = systemClock.setTimeout(
          () => this.#tell({ type: 'tick' }),
          Math.max(0, action.at - systemClock.monotonic()),
        );
        return;
      case 'complete':
        this.#end?.();
        return;
      case 'refresh-source':
        // Sources of a load test are whole.
        return;
    }
  }

  async #find(): Promise<void> {
    if (this.#isFinding) return;
    this.#isFinding = true;
    try {
      const sources = await this.#init.findSources(this.#id, this.#stop.signal);
      for (const source of sources.slice(0, MAX_SOURCES)) this.#take(source);
    } catch (error) {
      // A home that is being changed can be asked again; anything else is the end.
      const fault = toBanyanError(error);
      if (!fault.retryable) this.#end?.(fault);
    } finally {
      this.#isFinding = false;
    }
  }

  #take({ deviceId, addresses, partial }: Source): void {
    const [address] = addresses;
    const { identity } = this.#init;
    if (address === undefined || partial || deviceId === identity.deviceId) return;
    if (this.#stop.signal.aborted) return;
    if (!this.#peers.has(deviceId)) {
      const client = createPinnedClient({
        ...address,
        deviceId,
        identity,
        timeoutMs: DIAL_TIMEOUT_MS,
        connections: CONNECTIONS,
      });
      this.#peers.set(deviceId, { client });
    }
    this.#tell({ type: 'source-added', sourceId: deviceId });
  }

  #start({
    requestId,
    sourceId,
    firstChunk,
    chunkCount: count,
  }: Extract<PlannerAction, { type: 'start-request' }>): void {
    const { client } = this.#peers.get(sourceId)!;
    const request = startRange({
      id: this.#id,
      first: firstChunk,
      count,
      client,
      token: () => this.#init.token(this.#stop.signal),
      prepare: (token) => this.#proof.ensure(firstChunk, count, client, token),
      onBytes: (bytes) => {
        this.#init.onBytes(bytes);
        this.#tell({ type: 'request-progress', requestId, bytes });
      },
      onChunk: (chunk, bytes) => this.#judge(requestId, sourceId, chunk, bytes),
      onEnd: (outcome) => {
        this.#requests.delete(requestId);
        this.#tell({ type: 'request-ended', requestId, ...outcome });
      },
    });
    this.#requests.set(requestId, request);
  }

  /** @returns whether the chunk is what it should be */
  #judge(requestId: number, sourceId: string, chunk: number, bytes: Uint8Array): void {
    this.#tell({ type: 'chunk-received', requestId, chunk });
    if (!this.#proof.isRight(chunk, bytes)) {
      this.#init.onBadChunk();
      this.#tell({ type: 'chunk-refused', chunk, sourceId, reason: 'bad_chunk' });
      return;
    }
    if (!this.#isTrue(chunk, bytes)) this.#init.onWrongKept();
    if (!this.#hasChunk) {
      this.#hasChunk = true;
      this.#init.onFirstChunk();
    }
    this.#tell({ type: 'chunk-proved', chunk, sourceId });
  }

  /** Not by its hash but byte by byte: the tester's own check of the product's proof. */
  #isTrue(chunk: number, bytes: Uint8Array): boolean {
    const { content, bytes: truth } = this.#init;
    const { start, end } = chunkRange(content.length, chunk);
    let at = 0;
    for (const piece of truth.read(content, start, end)) {
      if (Buffer.compare(piece, bytes.subarray(at, at + piece.length)) !== 0) return false;
      at += piece.length;
    }
    return at === bytes.length;
  }

  #drop({ sourceId, reason, evidence, lied }: Extract<PlannerAction, { type: 'drop-source' }>): void {
    const { root, length } = this.#id;
    if (lied)
      this.#init.reportBadSource({
        deviceId: sourceId,
        root,
        length,
        code: reason satisfies ErrorCode,
        chunk: evidence.chunk ?? 0,
        message: 'A chunk did not match its hash.',
      });
  }
}
