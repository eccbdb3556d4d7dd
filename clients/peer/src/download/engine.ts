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
  isLie,
  sameContent,
  toBanyanError,
  type DownloadSourceView,
  type DownloadState,
  type Problem,
} from '@banyan/proto';
import type { Timer } from '@banyan/kit';
import type { OpenContent } from '../content.ts';
import { isOfDisk, toDiskError } from './disk-error.ts';
import { createCheckRun } from './check-run.ts';
import type { ChunkMapState } from '../local-api/chunk-frames.ts';
import { mapOfKept, mapOfPlanner } from './chunk-map.ts';
import { createDiskPatience, type DiskPatience } from './disk-patience.ts';
import type { Engine, EngineComponents, EngineInit } from './engine-types.ts';
import { chunkRunsOf, whyWaiting, type ChunkRun } from './engine-view.ts';
import { createHolding } from './holding.ts';
import type { Holding } from './holding-types.ts';
import { fetchLayers } from './layer-fetcher.ts';
import { createProof, type Proof } from './proof.ts';
import { createRequests, type Requests } from './requests.ts';
import { createSourceBook, type KnownSource, type SourceBook } from './source-book.ts';
import { createSourceFinder, type SourceFinder } from './source-finder.ts';
import { describeFault } from './source-words.ts';

/** Makes an engine; nothing happens before `run`. */
export function createEngine(components: EngineComponents, init: EngineInit): Engine {
  return new DownloadEngine(components, init);
}

class DownloadEngine implements Engine {
  readonly #c: EngineComponents;
  readonly #init: EngineInit;
  readonly #book: SourceBook;
  readonly #holding: Holding;
  readonly #requests: Requests;
  readonly #finder: SourceFinder;
  readonly #proof: Proof;
  readonly #stop = new AbortController();
  readonly #disk: DiskPatience;
  readonly #playheads = new Map<number, number>();
  #planner: DownloadPlanner | undefined;
  #queue: PlannerEvent[] = [];
  #isHandling = false;
  #wakeTimer: Timer | undefined;
  #finishing: Promise<void> | undefined;
  #opening: Promise<void> | undefined;
  #isPaused = true;
  #limit: number | undefined;
  #isDone = false;
  #tokenProblem: BanyanError | undefined;
  #failure: BanyanError | undefined;

  constructor(components: EngineComponents, init: EngineInit) {
    const { lanes, clock, onChange } = components;
    const { content } = init;
    this.#c = components;
    this.#init = init;
    const { signal } = this.#stop;
    this.#disk = createDiskPatience({
      clock,
      random: components.random,
      folder: init.folder,
      attempt: async () => {
        for (const { chunk, wasProved } of await holding.reopen(signal)) {
          if (!wasProved) this.#proof.lost(chunk);
          this.#handle({ type: 'chunk-lost', chunk });
        }
        await holding.requireSpace();
        await holding.flush();
      },
      toFault: (error) => this.#toFault(error),
      onSilent: (fault) => this.#holdUp(fault),
      onChange: (isThere) => this.#onDisk(isThere),
    });
    const book = createSourceBook(components.ownDeviceId);
    const onTrouble = (error: unknown): void => this.#trouble(error);
    const holding = createHolding({ ...components, disk: this.#disk.watch, onTrouble }, init);
    const token = (): Promise<string> => this.#token();
    const tell = (event: PlannerEvent): void => this.#handle(event);
    const onBytes = (bytes: number): void => {
      holding.countFetched(bytes);
      components.meter.fetched(bytes);
    };
    const { findSources, onTokenRefused, servesAt = () => undefined } = components;
    const { root, length } = content;
    for (const { url, validator } of init.mirrors) book.noteMirror(url, validator);
    this.#finder = createSourceFinder({
      content,
      lanes,
      book,
      clock,
      ownDeviceId: components.ownDeviceId,
      findSources,
      isBanned: components.isBanned ?? (() => false),
      servesAt,
      token,
      tell: (event) => this.#tellSource(event),
      onChange,
      signal,
    });
    this.#proof = createProof(
      {
        holding,
        lanes,
        book,
        tell,
        mayWrite: (chunk) => this.#requests.mayWrite(chunk),
        onProgress: () => this.#onProgress(),
        onTrouble,
        signal,
      },
      { file: init.id, content },
    );
    const layers =
      root === undefined
        ? undefined
        : fetchLayers({
            content: { root, length },
            layers: holding.layers,
            lanes,
            clock,
            target: (source) => book.peerTarget(source),
            token,
            onPart: (part) => {
              holding.keepLayer(part);
              this.#proof.takeLayer(part);
            },
            onBytes,
          });
    this.#requests = createRequests({
      file: init.id,
      content,
      lanes,
      book,
      disk: this.#disk.watch,
      servesAt,
      prepare: createCheckRun({ clock, book, proof: this.#proof, layers }),
      token,
      onTokenRefused,
      tell,
      onBytes,
      isKept: (chunk) => holding.kept.has(chunk),
      onProved: (chunk, source) => this.#onProved(chunk, source),
      onKept: (chunk, source, hash, isChecked) => this.#proof.keep(chunk, source, hash, isChecked),
      onSettled: () => this.#proof.poke(),
      onMap: (source, text) => this.#finder.takeMap(source, text),
      onMirror: ({ mirror }) => {
        if (mirror?.validator !== undefined)
          components.onMirror({ url: mirror.url, validator: mirror.validator });
      },
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
    // All is here, and is being proved.
    if (snapshot.state === 'complete') return 'finishing';
    if (snapshot.state === 'running' && this.#tokenProblem === undefined) return 'downloading';
    return this.#finder.hasSearched || snapshot.sources.length > 0 ? 'waiting' : 'finding';
  }

  get problem(): Problem | null {
    const { state } = this;
    const fault = this.#failure ?? (state === 'waiting' ? this.#whyWaiting() : undefined);
    return fault === undefined ? null : { code: fault.code, message: fault.message };
  }

  get keptBytes(): number {
    return this.#holding.keptBytes;
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

  get heldUpIn(): string | undefined {
    return this.#disk.watch.isSilent ? this.#init.folder : undefined;
  }

  get isBusy(): boolean {
    const { state } = this;
    return state === 'downloading' || state === 'finishing' || state === 'finding';
  }

  get looking(): Engine['looking'] {
    if (this.state !== 'waiting' || this.#disk.problem !== undefined) return null;
    const { clock } = this.#c;
    const at = this.#planner?.snapshot().nextCallAt;
    const nextAt = at === undefined ? null : Math.round(at + clock.now() - clock.monotonic());
    return { asked: this.#finder.looks, nextAt };
  }

  sources(): DownloadSourceView[] {
    const { clock } = this.#c;
    const shift = clock.now() - clock.monotonic();
    const snapshots = this.#planner?.snapshot().sources ?? [];
    return snapshots.map((one) => this.#book.view(one, (at) => at + shift));
  }

  chunkRuns(): ChunkRun[] {
    return chunkRunsOf(this.#holding.kept, this.#planner);
  }

  chunkMap(): ChunkMapState {
    const { kept } = this.#holding;
    return this.#planner === undefined
      ? mapOfKept(this.#init.content.length, kept)
      : mapOfPlanner(this.#planner, kept.size, (source) => this.#book.get(source)?.account ?? '');
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
    this.#opening ??= this.#disk.watch
      .during(this.#open())
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

  setLimit(bytesPerSecond: number | undefined): void {
    if (this.#limit === bytesPerSecond) return;
    this.#limit = bytesPerSecond;
    this.#handle({ type: 'set-limit', bytesPerSecond });
  }

  retry(): void {
    if (this.#disk.problem !== undefined) {
      this.#disk.retryNow();
      return;
    }
    for (const source of this.#book.all()) {
      if (source.drop === undefined || source.isBlocked || isLie(source.drop.code)) continue;
      this.#giveChance(source);
    }
    void this.#finder.find();
  }

  actOnSource(id: string, action: 'retry' | 'block'): void {
    const source = this.#book.get(id);
    if (source === undefined)
      throw new BanyanError('not_found', 'This download knows no such source. It may have been forgotten.');
    if (action === 'block') {
      source.drop = { code: 'source_blocked', evidence: {} };
      source.isBlocked = true;
      this.#handle({ type: 'source-removed', sourceId: id, reason: 'source_blocked' });
    } else {
      if (source.drop !== undefined && isLie(source.drop.code))
        throw new BanyanError(
          'invalid_request',
          'This source sent wrong bytes. It is not asked again for this download.',
        );
      this.#giveChance(source);
    }
    this.#c.onChange();
  }

  addMirrors(urls: readonly string[]): void {
    for (const url of urls) this.#book.noteMirror(url);
    if (this.#planner !== undefined) this.#finder.begin();
  }

  setPlayhead(reader: number, chunk: number | undefined): void {
    if (chunk === undefined) this.#playheads.delete(reader);
    else this.#playheads.set(reader, chunk);
    this.#handle({ type: 'set-playhead', reader, chunk });
  }

  lookAgain(): void {
    if (this.looking !== null) void this.#finder.find();
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
    const { root, length } = content;
    if (length === 0 && root !== undefined && !sameContent({ root, length }, EMPTY_CONTENT))
      throw new BanyanError('bad_proof');
    const flat = await this.#init.loadProof();
    const placed = await holding.open(this.#stop.signal);
    if (placed !== undefined) {
      await this.#succeed(placed);
      return;
    }
    if (this.#stop.signal.aborted) return;
    await holding.requireSpace();
    this.#planner = createDownloadPlanner({
      length: content.length,
      chunkCount: holding.kept.size,
      have: holding.kept,
      now: this.#c.clock.monotonic(),
      random: this.#c.random,
    });
    if (this.#isPaused) this.#handle({ type: 'pause' });
    this.#finder.begin();
    this.#proof.open(flat);
    for (const [reader, chunk] of this.#playheads) this.#handle({ type: 'set-playhead', reader, chunk });
    if (this.#limit !== undefined) this.#handle({ type: 'set-limit', bytesPerSecond: this.#limit });
    this.#handle({ type: 'tick' });
    this.#onProgress();
  }

  // ---- planner ----

  #handle(event: PlannerEvent): void {
    this.#c.meter.told(event);
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
        const { requestId, firstChunk: first, chunkCount: count, passes = [] } = action;
        this.#requests.start({ requestId, source: this.#book.get(action.sourceId)!, first, count, passes });
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
        this.#onProgress();
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
    if (source?.mirror !== undefined) this.#proof.mirrorDropped(sourceId, lied);
    const message = describeFault(reason, evidence);
    this.#c.meter.dropped(reason);
    this.#c.log.warn(
      { source: sourceId, code: reason, content: this.#init.id },
      `a source was dropped: ${message}`,
    );
    const { root, length } = this.#init.content;
    if (lied && source?.mirror === undefined && root !== undefined) {
      const chunk = evidence.chunk ?? 0;
      this.#c.reportBadSource({ deviceId: sourceId, root, length, code: reason, chunk, message });
    }
    this.#c.onChange();
  }

  /** What a source was dropped for is forgotten: the planner takes it as a new one. */
  #giveChance(source: KnownSource): void {
    source.isBlocked = false;
    source.drop = undefined;
    this.#handle({ type: 'source-removed', sourceId: source.id });
    this.#tellSource({ type: 'source-added', sourceId: source.id });
  }

  /** Tells the planner of a source; a mirror takes part in what is being proved as well. */
  #tellSource(event: PlannerEvent): void {
    if (event.type === 'source-added' && this.#book.get(event.sourceId)?.isBlocked === true) return;
    if (event.type !== 'source-added' || this.#book.get(event.sourceId)?.mirror === undefined) {
      this.#handle(event);
      return;
    }
    const chunks = this.#proof.chunksFor(event.sourceId);
    this.#handle({ ...event, ...(chunks === undefined ? {} : { chunks }) });
    this.#proof.mirrorAdded(event.sourceId);
  }

  #onProved(chunk: number, source: KnownSource): void {
    const { root, length } = this.#init.content;
    if (root !== undefined && source.mirror === undefined)
      this.#c.swarm?.gave({ root, length }, this.#book.peerTarget(source));
    this.#holding.claim(chunk, (newBytes) => {
      if (newBytes > 0) {
        source.bytes += newBytes;
        this.#disk.worked();
      }
      this.#handle({ type: 'chunk-proved', chunk, sourceId: source.id });
      this.#onProgress();
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
    if (!isOfDisk(fault.code)) this.#fail(fault);
    else if (this.#disk.wait(fault)) {
      this.#holdUp(fault);
      return;
    }
    this.#c.onChange();
  }

  /** Nothing can be written: sources are let go until something can. */
  #holdUp(fault: BanyanError): void {
    this.#c.log.warn({ code: fault.code, download: this.#init.id }, fault.message);
    this.#handle({ type: 'pause' });
    this.#c.onChange();
  }

  #fail(fault: BanyanError): void {
    this.#failure = fault;
    this.#handle({ type: 'pause' });
    this.#c.log.warn({ code: fault.code, download: this.#init.id }, `a download failed: ${fault.message}`);
  }

  #toFault(error: unknown): BanyanError {
    return isBanyanError(error) ? error : toDiskError(error, this.#init.folder);
  }

  #onDisk(isThere: boolean): void {
    const fault = this.#disk.problem;
    if (fault !== undefined && !isOfDisk(fault.code)) {
      this.#disk.stop();
      this.#fail(fault);
    } else if (isThere && !this.#isPaused) {
      if (this.#planner === undefined) void this.run();
      else if (!this.#onProgress()) this.#handle({ type: 'resume' });
      this.#proof.poke();
    }
    this.#c.onChange();
  }

  // ---- the end ----

  /** Ends the download when everything is here and proved; whether that is so. */
  #onProgress(): boolean {
    const isWhole = this.#planner?.complete === true && this.#proof.isComplete;
    if (isWhole) this.#finish();
    return isWhole;
  }

  #finish(): void {
    if (this.#finishing !== undefined || this.#isDone || this.#failure !== undefined) return;
    const { layers } = this.#holding;
    layers.adopt();
    const { root, length } = this.#init.content;
    // Only now is it known what came by other hashes.
    if (root === undefined && this.#c.isBlocked?.({ root: layers.rootToBe()!, length }) === true) {
      this.#trouble(new BanyanError('blocked_content'));
      return;
    }
    this.#finishing = this.#disk.watch
      .during(this.#holding.place((path) => this.#c.onPlacing(path)))
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
    const { layers } = this.#holding;
    layers.adopt();
    const { root, length } = this.#init.content;
    const content = { root: root ?? layers.rootToBe()!, length };
    await this.#c.onDone(path, content, layers.all());
    await this.#holding.close();
  }

  open(): OpenContent | undefined {
    return this.#holding.serve();
  }
}
