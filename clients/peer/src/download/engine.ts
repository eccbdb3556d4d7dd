/**
 * One download at work: the planner of core decides, lanes carry out, the holding remembers.
 *
 * ```
 *   finder ─▶ planner ─▶ requests ─▶ lanes ─▶ part file
 *                ▲           │                   │ claimed, then counted
 *                └─ events ──┴──── holding ◀─────┘
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
  EMPTY_CONTENT,
  isBanyanError,
  sameContent,
  toBanyanError,
  type DownloadSourceView,
  type DownloadState,
  type ErrorCode,
  type Problem,
} from '@banyan/proto';
import type { Timer } from '@banyan/kit';
import type { OpenContent } from '../content.ts';
import { toDiskError } from './disk-error.ts';
import { createDiskPatience, type DiskPatience } from './disk-patience.ts';
import type { Engine, EngineComponents } from './engine-types.ts';
import { chunkRunsOf, whyWaiting, type ChunkRun } from './engine-view.ts';
import { createHolding, type Holding, type HoldingInit } from './holding.ts';
import { fetchLayers } from './layer-fetcher.ts';
import { partPath } from './part-file.ts';
import { createRequests, type Requests } from './requests.ts';
import { createSourceBook, type KnownSource, type SourceBook } from './source-book.ts';
import { createSourceFinder, type SourceFinder } from './source-finder.ts';
import { describeFault } from './source-words.ts';

/** Makes an engine; nothing happens before `run`. */
export function createEngine(components: EngineComponents, init: HoldingInit): Engine {
  return new DownloadEngine(components, init);
}

class DownloadEngine implements Engine {
  readonly #c: EngineComponents;
  readonly #init: HoldingInit;
  readonly #book: SourceBook;
  readonly #holding: Holding;
  readonly #requests: Requests;
  readonly #finder: SourceFinder;
  readonly #stop = new AbortController();
  readonly #disk: DiskPatience;
  #planner: DownloadPlanner | undefined;
  #queue: PlannerEvent[] = [];
  #isHandling = false;
  #wakeTimer: Timer | undefined;
  #finishing: Promise<void> | undefined;
  #opening: Promise<void> | undefined;
  #isPaused = true;
  #isDone = false;
  #tokenProblem: BanyanError | undefined;
  #failure: BanyanError | undefined;

  constructor(components: EngineComponents, init: HoldingInit) {
    const { lanes, clock, onChange } = components;
    const { content } = init;
    this.#c = components;
    this.#init = init;
    this.#disk = createDiskPatience({
      clock,
      random: components.random,
      attempt: async () => {
        await holding.requireSpace();
        await holding.flush();
      },
      toFault: (error) => this.#toFault(error),
      onChange: (isThere) => this.#onDisk(isThere),
    });
    const book = createSourceBook(components.ownDeviceId);
    const onTrouble = (error: unknown): void => this.#trouble(error);
    const holding = createHolding({ ...components, onTrouble }, init);
    const token = (): Promise<string> => this.#token();
    const tell = (event: PlannerEvent): void => this.#handle(event);
    const onBytes = (bytes: number): void => {
      holding.countFetched(bytes);
      components.onBytes(bytes);
    };
    const { signal } = this.#stop;
    const { findSources, onTokenRefused } = components;
    this.#finder = createSourceFinder({ content, lanes, book, findSources, token, tell, onChange, signal });
    this.#requests = createRequests({
      file: init.id,
      content,
      lanes,
      book,
      layers: holding.layers,
      fetcher: fetchLayers({
        content,
        layers: holding.layers,
        lanes,
        clock,
        target: (source) => book.target(source),
        token,
        onPart: (part) => holding.keepLayer(part),
        onBytes,
      }),
      token,
      onTokenRefused,
      tell,
      onBytes,
      isProved: (chunk) => holding.proved.has(chunk),
      onProved: (chunk, source) => this.#onProved(chunk, source),
      onMap: (source, text) => this.#finder.takeMap(source, text),
      onTrouble,
      onChange,
    });
    this.#book = book;
    this.#holding = holding;
  }

  // ---- what it looks like ----

  get state(): DownloadState {
    if (this.#failure !== undefined) return 'failed';
    if (this.#isDone) return 'done';
    if (this.#isPaused) return 'paused';
    if (this.#disk.problem !== undefined) return 'waiting';
    if (this.#finishing !== undefined) return 'finishing';
    const snapshot = this.#planner?.snapshot();
    if (snapshot === undefined) return 'finding';
    if (snapshot.state === 'running' && this.#tokenProblem === undefined) return 'downloading';
    return this.#finder.hasSearched || snapshot.sources.length > 0 ? 'waiting' : 'finding';
  }

  get problem(): Problem | null {
    const { state } = this;
    const fault = this.#failure ?? (state === 'waiting' ? this.#whyWaiting() : undefined);
    return fault === undefined ? null : { code: fault.code, message: fault.message };
  }

  get provedBytes(): number {
    return this.#holding.provedBytes;
  }

  get fetchedBytes(): number {
    return this.#holding.fetchedBytes;
  }

  get bytesPerSecond(): number {
    return this.isBusy ? Math.round(this.#planner?.snapshot().rate ?? 0) : 0;
  }

  get etaMs(): number | null {
    if (!this.isBusy) return null;
    const eta = this.#planner?.snapshot().etaMs;
    return eta === undefined ? null : Math.round(eta);
  }

  get isBusy(): boolean {
    const { state } = this;
    return state === 'downloading' || state === 'finishing' || state === 'finding';
  }

  sources(): DownloadSourceView[] {
    const { clock } = this.#c;
    const shift = clock.now() - clock.monotonic();
    const snapshots = this.#planner?.snapshot().sources ?? [];
    return snapshots.map((one) => this.#book.view(one, (at) => at + shift));
  }

  chunkRuns(): ChunkRun[] {
    return chunkRunsOf(this.#holding.proved, this.#planner);
  }

  #whyWaiting(): BanyanError {
    return whyWaiting({
      disk: this.#disk.problem,
      token: this.#tokenProblem,
      find: this.#finder.problem,
      sources: this.#planner?.snapshot().sources ?? [],
    });
  }

  // ---- opening, pausing, ending ----

  run(): Promise<void> {
    this.#isPaused = false;
    if (this.#isDone || this.#failure !== undefined) return Promise.resolve();
    if (this.#planner !== undefined) {
      if (this.#disk.problem === undefined) this.#handle({ type: 'resume' });
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
    void this.#holding.sync();
    this.#c.onChange();
  }

  retry(): void {
    if (this.#disk.problem !== undefined) {
      this.#disk.retryNow();
      return;
    }
    for (const source of this.#book.all()) {
      if (source.drop === undefined || LIES.has(source.drop.code)) continue;
      source.drop = undefined;
      this.#handle({ type: 'source-removed', sourceId: source.deviceId });
      this.#handle({ type: 'source-added', sourceId: source.deviceId });
    }
    void this.#finder.find();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wakeTimer?.cancel();
    this.#disk.stop();
    this.#requests.abortAll();
    await this.#opening;
    await this.#finishing;
    await this.#holding.stop();
  }

  async #open(): Promise<void> {
    const { content } = this.#init;
    const holding = this.#holding;
    if (content.length === 0 && !sameContent(content, EMPTY_CONTENT)) throw new BanyanError('bad_proof');
    const placed = await holding.open(this.#stop.signal);
    if (placed !== undefined) {
      await this.#succeed(placed);
      return;
    }
    if (this.#stop.signal.aborted) return;
    await holding.requireSpace();
    this.#planner = createDownloadPlanner({
      length: content.length,
      chunkCount: holding.proved.size,
      have: holding.proved,
      now: this.#c.clock.monotonic(),
      random: this.#c.random,
    });
    if (this.#isPaused) this.#handle({ type: 'pause' });
    this.#handle({ type: 'tick' });
    if (holding.proved.complete) this.#finish();
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
        const { requestId, firstChunk: first, chunkCount: count } = action;
        this.#requests.start({ requestId, source: this.#book.get(action.sourceId)!, first, count });
        return;
      }
      case 'shorten-request':
        this.#requests.shorten(action.requestId, action.chunkCount);
        return;
      case 'abort-request':
        this.#requests.abort(action.requestId);
        return;
      case 'drop-source':
        this.#drop(action);
        return;
      case 'refresh-source':
        void this.#finder.refresh(action.sourceId);
        return;
      case 'need-sources':
        void this.#finder.find();
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

  #onProved(chunk: number, source: KnownSource): void {
    this.#holding.claim(chunk, (newBytes) => {
      if (newBytes > 0) {
        source.bytes += newBytes;
        this.#disk.worked();
      }
      this.#handle({ type: 'chunk-proved', chunk, sourceId: source.deviceId });
      this.#c.onChange();
    });
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

  // ---- trouble ----

  /** Something of ours failed: the disk is waited for, anything else ends the download. */
  #trouble(error: unknown): void {
    if (this.#stop.signal.aborted || this.#failure !== undefined || this.#isDone) return;
    const fault = this.#toFault(error);
    if (fault.code === 'aborted') return;
    const { log, onChange } = this.#c;
    const about = { code: fault.code, download: this.#init.id };
    if (fault.code !== 'disk_full' && fault.code !== 'disk_failed') {
      this.#failure = fault;
      this.#handle({ type: 'pause' });
      log.warn(about, `a download failed: ${fault.message}`);
    } else if (this.#disk.wait(fault)) {
      log.warn(about, fault.message);
      this.#handle({ type: 'pause' });
    }
    onChange();
  }

  #toFault(error: unknown): BanyanError {
    return isBanyanError(error) ? error : toDiskError(error, partPath(this.#init.folder, this.#init.id));
  }

  #onDisk(isThere: boolean): void {
    if (isThere && !this.#isPaused) {
      if (this.#planner === undefined) void this.run();
      else if (this.#planner.complete) this.#finish();
      else this.#handle({ type: 'resume' });
    }
    this.#c.onChange();
  }

  // ---- the end ----

  #finish(): void {
    if (this.#finishing !== undefined || this.#isDone) return;
    this.#finishing = this.#holding
      .place((path) => this.#c.onPlacing(path))
      .then((path) => this.#succeed(path))
      .catch((error: unknown) => this.#trouble(error))
      .finally(() => {
        this.#finishing = undefined;
        this.#c.onChange();
      });
    this.#c.onChange();
  }

  async #succeed(path: string): Promise<void> {
    this.#isDone = true;
    this.#holding.countAll();
    this.#wakeTimer?.cancel();
    this.#stop.abort();
    await this.#c.onDone(path, this.#holding.layers.all());
    await this.#holding.close();
  }

  open(): OpenContent | undefined {
    return this.#holding.serve();
  }
}

const LIES: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['bad_chunk', 'bad_proof', 'wrong_range']);
