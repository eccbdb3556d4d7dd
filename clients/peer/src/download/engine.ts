/**
 * One download at work: the planner of core decides, lanes carry out, the journal remembers.
 *
 * ```
 *   findSources ─▶ planner ─▶ lanes ─▶ part file
 *                    ▲          │         │ synced, then claimed as safe
 *                    └─ events ─┘      journal
 * ```
 */
import {
  createDownloadPlanner,
  type DownloadPlanner,
  type PlannerAction,
  type PlannerEvent,
} from '@banyan/core';
import {
  BanyanError,
  CHUNK_BYTES,
  chunkCount,
  chunkMapFromText,
  chunkRange,
  createChunkMap,
  EMPTY_CONTENT,
  isBanyanError,
  sameContent,
  toBanyanError,
  type ChunkMap,
  type ContentId,
  type DownloadSourceView,
  type DownloadState,
  type ErrorCode,
  type Problem,
  type Source,
} from '@banyan/proto';
import { createBackoff, type Timer } from '@banyan/kit';
import type { OpenContent } from '../content.ts';
import { DISK_RETRY, FIND_TIMEOUT_MS, SYNC_BYTES, SYNC_MS } from './constants.ts';
import { toDiskError } from './disk-error.ts';
import { openJournal, type Journal } from './journal.ts';
import type { Ended, RequestEvent } from './lane-messages.ts';
import type { Lanes } from './lanes.ts';
import { fetchLayers, type LayerFetcher } from './layer-fetcher.ts';
import { createLayerStore, type LayerStore } from './layer-store.ts';
import { openPart, partPath, placePart, prepareFolder, wasPlaced, type PartFile } from './part-file.ts';
import { createSourceBook, type KnownSource, type SourceBook } from './source-book.ts';
import { describeFault } from './source-words.ts';
import type { DownloadsComponents } from './types.ts';

/** What an engine needs. */
export interface EngineComponents extends Pick<
  DownloadsComponents,
  'clock' | 'log' | 'random' | 'findSources' | 'reportBadSource'
> {
  readonly ownDeviceId: string;
  readonly lanes: Lanes;
  /** A token for peers; with `refused` another one than that which was refused. */
  readonly token: (signal: AbortSignal) => Promise<string>;
  /** A source refused our token; says whether another one is to be tried. */
  readonly onTokenRefused: () => boolean;
  readonly freeBytes: (folder: string) => Promise<number>;
  /** Something that is shown has changed. */
  readonly onChange: () => void;
  readonly onBytes: (bytes: number) => void;
  /** About to get that name: to be kept before it happens. */
  readonly onPlacing: (path: string) => Promise<void>;
  readonly onDone: (path: string, chunkHashes: Uint8Array) => Promise<void>;
}

/** What is to be downloaded, and where to. */
export interface EngineInit {
  readonly id: string;
  readonly content: ContentId;
  readonly name: string;
  readonly folder: string;
  /** The folder may be made. */
  readonly mayMakeFolder: boolean;
  readonly logPath: string;
  /** The name that it was about to get when the process ended. */
  readonly placing: string | undefined;
}

/** One download while it is unfinished. */
export interface Engine {
  readonly state: DownloadState;
  readonly problem: Problem | null;
  readonly provedBytes: number;
  readonly fetchedBytes: number;
  readonly bytesPerSecond: number;
  readonly etaMs: number | null;
  /** Whether it takes part in what is fetched now. */
  readonly isBusy: boolean;
  sources(): DownloadSourceView[];
  /** Consecutive chunks as [state, count]: 0 missing, 1 requested, 2 proved. */
  chunkRuns(): [number, number][];
  /** Begins or goes on; resolves when the files are open (or a problem is set). */
  run(): Promise<void>;
  pause(): void;
  retry(): void;
  /** The content as far as it is here; undefined while nothing is open. */
  open(): OpenContent | undefined;
  /** Ends everything and closes the files; what is proved stays. */
  stop(): Promise<void>;
  readonly partPath: string;
}

/** Makes an engine; nothing happens before `run`. */
export function createEngine(components: EngineComponents, init: EngineInit): Engine {
  return new DownloadEngine(components, init);
}

/** A `start-request` of the planner on its way. */
interface Run {
  readonly requestId: number;
  readonly source: KnownSource;
  readonly first: number;
  count: number;
  lane: number | undefined;
  isOver: boolean;
}

/** Refusals of our token in a row after which a source is not asked again. */
const MAX_TOKEN_REFUSALS = 5;

class DownloadEngine implements Engine {
  readonly partPath: string;
  readonly #c: EngineComponents;
  readonly #init: EngineInit;
  readonly #book: SourceBook;
  readonly #layers: LayerStore;
  readonly #fetcher: LayerFetcher;
  readonly #proved: ChunkMap;
  readonly #runs = new Map<number, Run>();
  readonly #stop = new AbortController();
  readonly #diskBackoff;
  #planner: DownloadPlanner | undefined;
  #journal: Journal | undefined;
  #part: PartFile | undefined;
  #queue: PlannerEvent[] = [];
  #isHandling = false;
  #wakeTimer: Timer | undefined;
  #diskTimer: Timer | undefined;
  #syncTimer: Timer | undefined;
  #syncing: Promise<void> | undefined;
  #finishing: Promise<void> | undefined;
  #opening: Promise<void> | undefined;
  #unsyncedBytes = 0;
  #provedBytes = 0;
  #fetchedBytes = 0;
  #isPaused = true;
  #isFinding = false;
  #hasSearched = false;
  #isDone = false;
  #diskProblem: BanyanError | undefined;
  #findProblem: BanyanError | undefined;
  #tokenProblem: BanyanError | undefined;
  #failure: BanyanError | undefined;

  constructor(components: EngineComponents, init: EngineInit) {
    this.#c = components;
    this.#init = init;
    this.partPath = partPath(init.folder, init.id);
    this.#book = createSourceBook(components.ownDeviceId);
    this.#layers = createLayerStore(init.content);
    this.#proved = createChunkMap(chunkCount(init.content.length));
    this.#diskBackoff = createBackoff({ ...DISK_RETRY, random: components.random });
    this.#fetcher = fetchLayers({
      content: init.content,
      layers: this.#layers,
      lanes: components.lanes,
      clock: components.clock,
      target: (source) => this.#book.target(source),
      token: () => this.#token(),
      onPart: (part) => this.#journal?.layer(part),
      onBytes: (bytes) => this.#countBytes(bytes),
    });
  }

  // ---- what it looks like ----

  get state(): DownloadState {
    if (this.#failure !== undefined) return 'failed';
    if (this.#isDone) return 'done';
    if (this.#isPaused) return 'paused';
    if (this.#diskProblem !== undefined) return 'waiting';
    if (this.#finishing !== undefined) return 'finishing';
    const snapshot = this.#planner?.snapshot();
    if (snapshot === undefined) return 'finding';
    if (snapshot.state === 'running' && this.#tokenProblem === undefined) return 'downloading';
    return this.#hasSearched || snapshot.sources.length > 0 ? 'waiting' : 'finding';
  }

  get problem(): Problem | null {
    const { state } = this;
    const fault = this.#failure ?? (state === 'waiting' ? this.#whyWaiting() : undefined);
    return fault === undefined ? null : { code: fault.code, message: fault.message };
  }

  get provedBytes(): number {
    return this.#provedBytes;
  }

  get fetchedBytes(): number {
    return this.#fetchedBytes;
  }

  get bytesPerSecond(): number {
    return this.#isBusyNow() ? Math.round(this.#planner?.snapshot().rate ?? 0) : 0;
  }

  get etaMs(): number | null {
    if (!this.#isBusyNow()) return null;
    const eta = this.#planner?.snapshot().etaMs;
    return eta === undefined ? null : Math.round(eta);
  }

  get isBusy(): boolean {
    return this.#isBusyNow();
  }

  #isBusyNow(): boolean {
    const { state } = this;
    return state === 'downloading' || state === 'finishing' || state === 'finding';
  }

  sources(): DownloadSourceView[] {
    const { clock } = this.#c;
    const shift = clock.now() - clock.monotonic();
    const snapshots = this.#planner?.snapshot().sources ?? [];
    return snapshots.map((one) => this.#book.view(one, (at) => at + shift));
  }

  chunkRuns(): [number, number][] {
    const runs: [number, number][] = [];
    const add = (state: number, count: number): void => {
      const last = runs.at(-1);
      if (last?.[0] === state) last[1] += count;
      else runs.push([state, count]);
    };
    if (this.#planner === undefined) {
      let at = 0;
      for (const { start, end } of this.#proved.runs()) {
        if (start > at) add(0, start - at);
        add(2, end - start);
        at = end;
      }
      if (at < this.#proved.size) add(0, this.#proved.size - at);
    } else {
      for (const { state, count } of this.#planner.chunkRuns())
        add(state === 'proved' ? 2 : state === 'missing' || state === 'nowhere' ? 0 : 1, count);
    }
    return runs;
  }

  #whyWaiting(): BanyanError {
    const disk = this.#diskProblem;
    if (disk !== undefined) return disk;
    const sources = this.#planner?.snapshot().sources ?? [];
    if (this.#tokenProblem !== undefined) return this.#tokenProblem;
    const queued = sources.filter(({ state }) => state === 'queued');
    if (queued.length > 0) {
      const places = queued.flatMap(({ evidence }) => evidence?.queuePosition ?? []);
      return new BanyanError(
        'no_slot',
        places.length === 0
          ? 'The sources are busy. They are asked again by themselves.'
          : `Waiting for a slot: number ${Math.min(...places)} in the queue of a source.`,
      );
    }
    if (sources.length === 0 && this.#findProblem !== undefined) return this.#findProblem;
    const last = sources.findLast(({ reason }) => reason !== undefined);
    return last?.reason === undefined
      ? new BanyanError('no_sources')
      : new BanyanError(
          'no_sources',
          `No source can be used just now; it is tried again by itself. Last one: ${describeFault(last.reason, last.evidence)}`,
        );
  }

  // ---- opening, pausing, ending ----

  run(): Promise<void> {
    this.#isPaused = false;
    if (this.#isDone || this.#failure !== undefined) return Promise.resolve();
    if (this.#planner !== undefined) {
      if (this.#diskProblem === undefined) this.#handle({ type: 'resume' });
      this.#c.onChange();
      return Promise.resolve();
    }
    this.#opening ??= this.#open()
      .catch((error: unknown) => this.#trouble(error))
      .finally(() => {
        this.#opening = undefined;
        this.#c.onChange();
      });
    return this.#opening;
  }

  pause(): void {
    this.#isPaused = true;
    this.#handle({ type: 'pause' });
    void this.#sync();
    this.#c.onChange();
  }

  retry(): void {
    if (this.#diskProblem !== undefined) {
      this.#diskTimer?.cancel();
      void this.#retryDisk();
      return;
    }
    for (const source of this.#book.all()) {
      if (source.drop === undefined || LIES.has(source.drop.code)) continue;
      source.drop = undefined;
      this.#handle({ type: 'source-removed', sourceId: source.deviceId });
      this.#handle({ type: 'source-added', sourceId: source.deviceId });
    }
    void this.#find();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wakeTimer?.cancel();
    this.#diskTimer?.cancel();
    this.#syncTimer?.cancel();
    for (const run of this.#runs.values()) this.#abort(run);
    await this.#opening;
    await this.#finishing;
    await this.#c.lanes.closeFile(this.#init.id);
    if (!this.#isDone) await this.#sync();
    await this.#close();
  }

  async #close(): Promise<void> {
    const journal = this.#journal;
    const part = this.#part;
    this.#journal = undefined;
    this.#part = undefined;
    await journal
      ?.close()
      .catch((error: unknown) => this.#c.log.warn({ err: error }, 'a journal did not close'));
    await part?.release();
  }

  async #open(): Promise<void> {
    const { content, folder, id, placing } = this.#init;
    await prepareFolder(folder, this.#init.mayMakeFolder);
    if (content.length === 0 && !sameContent(content, EMPTY_CONTENT)) throw new BanyanError('bad_proof');
    if (this.#journal === undefined) {
      const { journal, state } = await openJournal(this.#init.logPath, (error) => this.#trouble(error)).catch(
        (error: unknown) => {
          throw toDiskError(error, this.#init.logPath);
        },
      );
      this.#journal = journal;
      for (const part of state.layers) this.#layers.add(part);
      this.#fetchedBytes = state.fetchedBytes;
      if (placing !== undefined && (await wasPlaced(this.partPath, placing, content.length))) {
        await this.#succeed(placing);
        return;
      }
      try {
        this.#part = await openPart(this.partPath, content.length);
        this.#c.lanes.openFile(id, this.partPath);
        await this.#takeClaims(this.#part, state.synced, state.unsynced);
      } catch (error) {
        // The next attempt begins with the journal again.
        await this.#c.lanes.closeFile(id);
        await this.#close();
        throw error;
      }
    }
    if (this.#stop.signal.aborted) return;
    await this.#requireSpace();
    this.#planner = createDownloadPlanner({
      length: content.length,
      chunkCount: this.#proved.size,
      have: this.#proved,
      now: this.#c.clock.monotonic(),
      random: this.#c.random,
    });
    if (this.#isPaused) this.#handle({ type: 'pause' });
    this.#handle({ type: 'tick' });
    if (this.#proved.complete) this.#finish();
  }

  /** Counts what the journal claims, after reading back what a power cut may have taken. */
  async #takeClaims(part: PartFile, synced: readonly number[], unsynced: readonly number[]): Promise<void> {
    const { id, content } = this.#init;
    const isUsable = (chunk: number): boolean => chunk < this.#proved.size && this.#layers.knows(chunk);
    const trusted = part.found === 'kept' ? synced.filter(isUsable) : [];
    for (const chunk of trusted) this.#count(chunk);
    const doubtful = (
      part.found === 'resized' ? [...synced, ...unsynced] : part.found === 'kept' ? [...unsynced] : []
    )
      .filter(isUsable)
      .sort((a, b) => a - b);
    if (doubtful.length > 0) {
      const checked: number[] = [];
      let fault: BanyanError | undefined;
      await new Promise<void>((resolve) => {
        const request = this.#c.lanes.request(
          { type: 'check', file: id, content, chunks: doubtful, hashes: this.#layers.hashesOf(doubtful) },
          (event) => {
            if (event.type === 'proved') checked.push(event.chunk);
            else if (event.type === 'ended' && event.outcome !== 'done')
              fault =
                event.outcome === 'failed' && event.code === 'aborted'
                  ? new BanyanError(
                      'disk_failed',
                      'Reading what is there was interrupted. It is tried again.',
                    )
                  : new BanyanError(event.code ?? 'aborted', event.message);
            else if (event.type === 'settled') resolve();
          },
        );
        this.#stop.signal.addEventListener('abort', () => this.#c.lanes.abort(request), { once: true });
      });
      // What could not be looked at is neither here nor lost.
      if (fault !== undefined) throw fault;
      for (const chunk of checked) this.#count(chunk);
    }
    const lost = [...synced, ...unsynced].filter((chunk) => !this.#proved.has(chunk));
    if (lost.length > 0) {
      this.#journal?.lost(lost);
      this.#c.log.warn({ download: id, chunks: lost.length }, 'chunks that were claimed are not on the disk');
    }
  }

  #count(chunk: number): void {
    if (!this.#proved.set(chunk)) return;
    const { start, end } = chunkRange(this.#init.content.length, chunk);
    this.#provedBytes += end - start;
  }

  async #requireSpace(): Promise<void> {
    const { folder, content } = this.#init;
    const needed = content.length - this.#provedBytes;
    const free = await this.#c.freeBytes(folder).catch(() => Infinity);
    if (free >= needed) return;
    throw new BanyanError(
      'disk_full',
      `The disk of ${folder} has ${free} bytes free, and ${needed} are still to come. Make room; the download goes on by itself.`,
    );
  }

  // ---- planner ----

  #handle(event: PlannerEvent): void {
    this.#queue.push(event);
    if (this.#isHandling || this.#planner === undefined) {
      if (this.#planner === undefined) this.#queue = [];
      return;
    }
    this.#isHandling = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift())
        for (const action of this.#planner.handle(next, this.#c.clock.monotonic())) this.#perform(action);
    } finally {
      this.#isHandling = false;
    }
  }

  #perform(action: PlannerAction): void {
    if (this.#stop.signal.aborted) return;
    switch (action.type) {
      case 'start-request': {
        const source = this.#book.get(action.sourceId)!;
        const run: Run = {
          requestId: action.requestId,
          source,
          first: action.firstChunk,
          count: action.chunkCount,
          lane: undefined,
          isOver: false,
        };
        this.#runs.set(run.requestId, run);
        void this.#launch(run);
        return;
      }
      case 'shorten-request': {
        const run = this.#runs.get(action.requestId);
        if (run === undefined) return;
        run.count = action.chunkCount;
        if (run.lane !== undefined) this.#c.lanes.shorten(run.lane, run.count);
        return;
      }
      case 'abort-request': {
        const run = this.#runs.get(action.requestId);
        if (run !== undefined) this.#abort(run);
        return;
      }
      case 'drop-source':
        this.#drop(action);
        return;
      case 'refresh-source':
        void this.#refreshMap(action.sourceId);
        return;
      case 'need-sources':
        void this.#find();
        return;
      case 'complete':
        this.#finish();
        return;
      case 'wake-at':
        this.#wakeTimer?.cancel();
        this.#wakeTimer = this.#c.clock.setTimeout(
          () => this.#handle({ type: 'tick' }),
          Math.max(0, action.at - this.#c.clock.monotonic()),
        );
    }
  }

  #drop(action: Extract<PlannerAction, { type: 'drop-source' }>): void {
    const { sourceId, reason, evidence, lied } = action;
    const source = this.#book.get(sourceId);
    if (source !== undefined) source.drop = { code: reason, evidence };
    const message = describeFault(reason, evidence);
    this.#c.log.warn(
      { source: sourceId, code: reason, content: this.#init.id },
      `a source was dropped: ${message}`,
    );
    if (lied) {
      const { root, length } = this.#init.content;
      const chunk = evidence.chunk ?? 0;
      this.#c.reportBadSource({ deviceId: sourceId, root, length, code: reason, chunk, message });
    }
    this.#c.onChange();
  }

  // ---- requests ----

  async #launch(run: Run): Promise<void> {
    const { id, content } = this.#init;
    try {
      await this.#fetcher.ensure(run.first, run.count, run.source, () => run.isOver);
      if (run.isOver) return;
      const token = await this.#token();
      if (run.isOver) return;
      run.lane = this.#c.lanes.request(
        {
          type: 'chunks',
          file: id,
          content,
          target: this.#book.target(run.source),
          token,
          first: run.first,
          count: run.count,
          hashes: this.#layers.hashes(run.first, run.count),
        },
        (event) => this.#onLane(run, event),
      );
    } catch (error) {
      if (run.isOver) return;
      const fault = toBanyanError(error);
      const position = fault.details?.['position'];
      this.#onEnded(run, {
        type: 'ended',
        request: 0,
        outcome: 'failed',
        code: fault.code,
        message: fault.message,
        ...(fault.retryAfterMs === undefined ? {} : { retryAfterMs: fault.retryAfterMs }),
        ...(typeof position === 'number' ? { queuePosition: position } : {}),
        ...(fault.details?.['atDial'] === true ? { atDial: true } : {}),
      });
    }
  }

  #abort(run: Run): void {
    run.isOver = true;
    if (run.lane === undefined) this.#runs.delete(run.requestId);
    else this.#c.lanes.abort(run.lane);
  }

  #onLane(run: Run, event: RequestEvent): void {
    const { requestId, source } = run;
    switch (event.type) {
      case 'progress':
        source.hasAnswered = true;
        source.failedDials = 0;
        source.tokenRefusals = 0;
        this.#countBytes(event.bytes);
        this.#handle({ type: 'request-progress', requestId, bytes: event.bytes });
        break;
      case 'received':
        this.#handle({ type: 'chunk-received', requestId, chunk: event.chunk });
        break;
      case 'proved':
        this.#onProved(event.chunk, source);
        break;
      case 'refused':
        this.#handle({
          type: 'chunk-refused',
          chunk: event.chunk,
          sourceId: source.deviceId,
          reason: 'bad_chunk',
        });
        break;
      case 'lost':
        this.#handle({ type: 'chunk-lost', chunk: event.chunk });
        this.#trouble(new BanyanError(event.code, event.message));
        break;
      case 'map':
        this.#takeMap(source, event.chunks);
        break;
      case 'ended':
        this.#onEnded(run, event);
        break;
      case 'settled':
        if (run.isOver) this.#runs.delete(requestId);
        break;
      case 'layer':
        break;
    }
    this.#c.onChange();
  }

  #onEnded(run: Run, event: Ended): void {
    const { requestId, source } = run;
    if (event.atDial === true && !run.isOver && this.#book.nextAddress(source)) {
      run.lane = undefined;
      void this.#launch(run);
      return;
    }
    this.#runs.delete(requestId);
    run.isOver = true;
    this.#handle({
      type: 'request-ended',
      requestId,
      outcome: event.outcome,
      ...(event.code === undefined ? {} : { code: this.#judgeCode(source, event.code) }),
      ...(event.message === undefined ? {} : { message: event.message }),
      ...(event.retryAfterMs === undefined ? {} : { retryAfterMs: event.retryAfterMs }),
      ...(event.queuePosition === undefined ? {} : { queuePosition: event.queuePosition }),
    });
  }

  /** A source that does not like our token is not at fault while another token may be had. */
  #judgeCode(source: KnownSource, code: ErrorCode): ErrorCode {
    if (code !== 'token_invalid' && code !== 'token_expired') return code;
    source.tokenRefusals += 1;
    if (code === 'token_invalid' && !this.#c.onTokenRefused()) return code;
    return source.tokenRefusals >= MAX_TOKEN_REFUSALS ? 'token_invalid' : 'token_expired';
  }

  /** Counts and shows a chunk once its claim is written: what was shown must outlive the process. */
  #onProved(chunk: number, source: KnownSource): void {
    this.#journal?.claim([chunk], this.#fetchedBytes, () => {
      if (!this.#proved.has(chunk)) {
        const { start, end } = chunkRange(this.#init.content.length, chunk);
        this.#count(chunk);
        source.bytes += end - start;
        this.#unsyncedBytes += end - start;
        this.#diskBackoff.reset();
        if (this.#unsyncedBytes >= SYNC_BYTES) void this.#sync();
        else
          this.#syncTimer ??= this.#c.clock.setTimeout(() => void this.#sync(), SYNC_MS, {
            keepAlive: false,
          });
      }
      this.#handle({ type: 'chunk-proved', chunk, sourceId: source.deviceId });
      this.#c.onChange();
    });
  }

  #countBytes(bytes: number): void {
    this.#fetchedBytes += bytes;
    this.#c.onBytes(bytes);
  }

  async #token(): Promise<string> {
    try {
      const token = await this.#c.token(this.#stop.signal);
      this.#tokenProblem = undefined;
      return token;
    } catch (error) {
      const fault = toBanyanError(error, 'unreachable');
      if (fault.code !== 'aborted') this.#tokenProblem = fault;
      // Said to the planner as our own fault: no source is to blame that auth is away.
      throw new BanyanError('token_expired', fault.message, { cause: error });
    }
  }

  // ---- sources ----

  async #find(): Promise<void> {
    if (this.#isFinding || this.#stop.signal.aborted) return;
    this.#isFinding = true;
    try {
      const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(FIND_TIMEOUT_MS)]);
      const options = { signal, onSources: (sources: readonly Source[]) => this.#take(sources) };
      this.#take(await this.#c.findSources(this.#init.content, options));
      this.#findProblem = undefined;
    } catch (error) {
      const fault = toBanyanError(error, 'unreachable');
      if (!this.#stop.signal.aborted)
        this.#findProblem = fault.code === 'aborted' ? new BanyanError('timeout') : fault;
    } finally {
      this.#isFinding = false;
      this.#hasSearched = true;
      this.#c.onChange();
    }
  }

  #take(sources: readonly Source[]): void {
    if (this.#stop.signal.aborted) return;
    for (const source of sources) {
      const noted = this.#book.note(source);
      if (noted === undefined) continue;
      const { deviceId } = noted.known;
      // Whoever has a part is asked which part first, so that nothing is asked for in vain.
      if (source.partial && noted.isNew) void this.#introduce(deviceId);
      else this.#handle({ type: 'source-added', sourceId: deviceId });
    }
    this.#c.onChange();
  }

  async #introduce(deviceId: string): Promise<void> {
    const chunks = await this.#askMap(deviceId);
    if (this.#stop.signal.aborted) return;
    this.#handle({ type: 'source-added', sourceId: deviceId, ...(chunks === undefined ? {} : { chunks }) });
  }

  async #refreshMap(deviceId: string): Promise<void> {
    const chunks = await this.#askMap(deviceId);
    if (chunks !== undefined) this.#handle({ type: 'source-updated', sourceId: deviceId, chunks });
  }

  /** What a source has; undefined when it does not say. */
  async #askMap(deviceId: string): Promise<ChunkMap | undefined> {
    const source = this.#book.get(deviceId);
    if (source === undefined) return undefined;
    const token = await this.#token().catch(() => undefined);
    if (token === undefined || this.#stop.signal.aborted) return undefined;
    const { content } = this.#init;
    return await new Promise((resolve) => {
      let chunks: ChunkMap | undefined;
      this.#c.lanes.request({ type: 'map', content, target: this.#book.target(source), token }, (event) => {
        if (event.type === 'map') chunks = this.#readMap(event.chunks);
        else if (event.type === 'settled') resolve(chunks);
      });
    });
  }

  #takeMap(source: KnownSource, text: string | undefined): void {
    const chunks = this.#readMap(text);
    if (chunks !== undefined) this.#handle({ type: 'source-updated', sourceId: source.deviceId, chunks });
  }

  #readMap(text: string | undefined): ChunkMap | undefined {
    const { size } = this.#proved;
    try {
      if (text !== undefined) return chunkMapFromText(text, size);
    } catch {
      // A map that cannot be read says nothing; the chunks themselves will.
      return undefined;
    }
    const all = createChunkMap(size);
    all.setRun(0, size);
    return all;
  }

  // ---- disk ----

  /** Something of ours failed: the disk is waited for, anything else ends the download. */
  #trouble(error: unknown): void {
    if (this.#stop.signal.aborted || this.#failure !== undefined || this.#isDone) return;
    const fault = isBanyanError(error) ? error : toDiskError(error, this.partPath);
    if (fault.code !== 'disk_full' && fault.code !== 'disk_failed') {
      if (fault.code === 'aborted') return;
      this.#failure = fault;
      this.#handle({ type: 'pause' });
      this.#c.log.warn({ code: fault.code, download: this.#init.id }, `a download failed: ${fault.message}`);
      this.#c.onChange();
      return;
    }
    if (this.#diskProblem === undefined) {
      this.#c.log.warn({ code: fault.code, download: this.#init.id }, fault.message);
      this.#handle({ type: 'pause' });
      this.#diskTimer = this.#c.clock.setTimeout(() => void this.#retryDisk(), this.#diskBackoff.next());
    }
    this.#diskProblem = fault;
    this.#c.onChange();
  }

  async #retryDisk(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    try {
      await this.#requireSpace();
      await this.#journal?.flush();
    } catch (error) {
      this.#diskProblem = isBanyanError(error) ? error : toDiskError(error, this.partPath);
      this.#diskTimer = this.#c.clock.setTimeout(() => void this.#retryDisk(), this.#diskBackoff.next());
      this.#c.onChange();
      return;
    }
    this.#diskProblem = undefined;
    if (this.#isPaused) return;
    if (this.#planner === undefined) await this.run();
    else if (this.#planner.complete) this.#finish();
    else this.#handle({ type: 'resume' });
    this.#c.onChange();
  }

  /** Makes what is proved survive a power cut; one at a time. */
  async #sync(): Promise<void> {
    this.#syncTimer?.cancel();
    this.#syncTimer = undefined;
    const part = this.#part;
    const journal = this.#journal;
    if (part === undefined || journal === undefined) return;
    if (this.#syncing !== undefined) {
      await this.#syncing;
      return;
    }
    this.#unsyncedBytes = 0;
    this.#syncing = journal
      .barrier(() => part.sync(), this.#fetchedBytes)
      .catch((error: unknown) => this.#trouble(toDiskError(error, this.partPath)))
      .finally(() => (this.#syncing = undefined));
    await this.#syncing;
  }

  // ---- the end ----

  #finish(): void {
    if (this.#finishing !== undefined || this.#isDone) return;
    this.#finishing = this.#place()
      .catch((error: unknown) => this.#trouble(error))
      .finally(() => {
        this.#finishing = undefined;
        this.#c.onChange();
      });
    this.#c.onChange();
  }

  async #place(): Promise<void> {
    const { content, folder, name, id } = this.#init;
    if (content.length > 0 && !this.#layers.leadsToRoot()) throw new BanyanError('bad_proof');
    await this.#syncing;
    const part = this.#part!;
    await this.#c.lanes.closeFile(id);
    try {
      await this.#journal!.barrier(() => part.sync(), this.#fetchedBytes);
      await part.requireInPlace(content.length);
    } catch (error) {
      throw toDiskError(error, this.partPath);
    }
    const path = await placePart(this.partPath, folder, name, (tried) => this.#c.onPlacing(tried));
    await this.#succeed(path);
  }

  async #succeed(path: string): Promise<void> {
    this.#isDone = true;
    for (let chunk = 0; chunk < this.#proved.size; chunk++) this.#count(chunk);
    this.#wakeTimer?.cancel();
    this.#syncTimer?.cancel();
    this.#stop.abort();
    await this.#c.onDone(path, this.#layers.all());
    await this.#close();
  }

  // ---- serving ----

  open(): OpenContent | undefined {
    const part = this.#part;
    if (part === undefined || this.#proved.count === 0) return undefined;
    const { content, name } = this.#init;
    part.retain();
    let isClosed = false;
    return {
      content,
      name,
      chunks: this.#proved,
      read: async (buffer, start) => {
        const first = chunkAt(start);
        const end = chunkAt(start + buffer.length - 1) + 1;
        if (!this.#proved.hasAll(first, end)) throw new BanyanError('chunk_missing');
        await part.read(buffer, start).catch((error: unknown) => {
          throw toDiskError(error, part.path);
        });
      },
      layer: async (first, count) => this.#layers.proof(first, count),
      close: async () => {
        if (isClosed) return;
        isClosed = true;
        await part.release();
      },
    };
  }
}

const LIES: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['bad_chunk', 'bad_proof', 'wrong_range']);

function chunkAt(position: number): number {
  return Math.floor(position / CHUNK_BYTES);
}
