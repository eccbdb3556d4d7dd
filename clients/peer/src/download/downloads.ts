/** All downloads of a peer: which of them run, what is kept of them, how they look. */
import type { Rates } from '@banyan/core';
import { silentTracer, traceFields, type Timer } from '@banyan/kit';
import {
  AUDIENCE,
  BanyanError,
  isBanyanError,
  type ContentId,
  type DownloadPatch,
  type DownloadSourceView,
  type DownloadView,
  type Source,
} from '@banyan/proto';
import { createThrottle, type Throttle } from '../bandwidth/throttle.ts';
import type { OpenContent, ReadableContent } from '../content.ts';
import { createAdmission, type Admission } from './admission.ts';
import type { Bundles } from './bundle-types.ts';
import { createBundles } from './bundles.ts';
import {
  CHANGE_MS,
  LOOK_AGAIN_MS,
  MAX_ACTIVE_DOWNLOADS,
  STOP_PATIENCE_MS,
  TOKEN_REFUSAL_MS,
} from './constants.ts';
import { isOverWithin } from './disk-watch.ts';
import { createDownloadTrace } from './download-trace.ts';
import type { ChunkMapState } from '../local-api/chunk-frames.ts';
import { mapOfKept } from './chunk-map.ts';
import { viewOf } from './download-view.ts';
import type { Engine } from './engine-types.ts';
import type { DownloadHeader } from './header.ts';
import { createItemEngine } from './item-engine.ts';
import { createItemTable, keyOf, type Item, type ItemTable } from './item-table.ts';
import { addDownloadGauges, createDownloadMeter, type DownloadMeter } from './meter.ts';
import { createLanes, defaultLaneCount, type Lanes } from './lanes.ts';
import { createReaders } from './readers.ts';
import { createTurns, type Turns } from './turns.ts';
import { workerLanes } from './worker-lane.ts';
import { isSmall } from './small-holding.ts';
import type {
  Downloads,
  DownloadsComponents,
  DownloadsInit,
  FinishedFile,
  NewDownload,
  WantedContent,
} from './types.ts';

/** Makes the download room; `start` goes on with what an earlier run left unfinished. */
export function createDownloads(components: DownloadsComponents, init: DownloadsInit): Downloads {
  return new DownloadRoom(components, init);
}

class DownloadRoom implements Downloads {
  readonly name = 'downloads';
  readonly #c: DownloadsComponents;
  readonly #init: DownloadsInit;
  readonly #lanes: Lanes;
  readonly #table: ItemTable;
  readonly #admission: Admission;
  readonly #listeners = new Set<(id: string) => void>();
  readonly #meter: DownloadMeter;
  readonly #throttle: Throttle;
  readonly #bundles: Bundles<Item>;
  readonly #turns: Turns<Item>;
  /** What is being cleared away of downloads that were cancelled. */
  readonly #leaving = new Set<Promise<void>>();
  #tokenRefusedAt = -Infinity;
  #lookTimer: Timer | undefined;
  #isRunning = false;
  constructor(components: DownloadsComponents, init: DownloadsInit) {
    const { identity, log, metrics } = components;
    this.#c = components;
    this.#init = init;
    this.#meter = createDownloadMeter(metrics);
    this.#table = createItemTable(log, init.stateDir);
    this.#admission = createAdmission(
      {
        clock: components.clock,
        table: this.#table,
        isBlocked: (content) => components.isBlocked?.(content) === true,
        pathOf: async (content) => components.library?.pathOf?.(content),
        makeItem: (header, content) => this.#makeItem(header, content, true),
      },
      init.folder,
    );
    this.#throttle = createThrottle(components.clock);
    this.#lanes = createLanes(
      { log, open: components.openLane ?? workerLanes(identity), throttle: this.#throttle },
      init.lanes ?? defaultLaneCount(),
    );
    this.#bundles = createBundles({
      ...components,
      lanes: this.#lanes,
      ownDeviceId: identity.deviceId,
      token: () => components.tokens.token(AUDIENCE.peer),
      onTokenRefused: () => void this.#renewToken(),
      meter: this.#meter,
      onMoved: (item, isUnderWay) => {
        item.isActive = isUnderWay;
        item.readers.wake();
        this.#changed(item);
      },
      onChanged: (item) => this.#changed(item),
      onPlaced: (item, path, source) => this.#onBundled(item, path, source),
      onOver: () => this.#turns.give(),
    });
    this.#turns = createTurns(
      {
        items: () => (this.#isRunning ? this.#table.inLine() : []),
        engineOf: (item) => (item.engine ??= this.#makeEngine(item)),
        bundles: this.#bundles,
      },
      init.maxActive ?? MAX_ACTIVE_DOWNLOADS,
    );
    addDownloadGauges(metrics, {
      active: () => this.#turns.busy,
      states: () => this.list().map(({ state }) => state),
    });
  }

  async start(): Promise<void> {
    for (const { header, content } of await this.#table.open())
      this.#table.put(this.#makeItem(header, content, false));
    this.#isRunning = true;
    this.#turns.give();
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#lookTimer?.cancel();
    await this.#bundles.stop();
    const items = [...this.#table.all()];
    await Promise.all(items.map(async ({ engine }) => engine?.stop()));
    await Promise.allSettled(this.#leaving);
    for (const { trace } of items) trace.end('shutting_down');
    await Promise.all(items.map((item) => this.#table.saveFigures(item)));
    await this.#table.close();
    for (const { changeTimer } of items) changeTimer?.cancel();
    await this.#lanes.close();
    this.#throttle.close();
  }

  async add(download: NewDownload, traceparent?: string): Promise<DownloadView> {
    const { item, isNew } = await this.#admission.admit(download);
    if (isNew) {
      if (traceparent !== undefined) item.trace.follow(traceparent);
      this.#c.log.debug(
        { ...traceFields(item.traceparent), download: item.header.id, content: item.header.content },
        'a download begins',
      );
      this.#turns.give();
      this.#changed(item);
    }
    return this.#view(item);
  }

  async arrange(id: string, { priority, move }: DownloadPatch): Promise<DownloadView> {
    const item = this.#table.require(id);
    const changed = new Set<Item>();
    if (priority !== undefined && priority !== (item.header.priority ?? 'normal')) {
      item.header.priority = priority;
      changed.add(item);
      this.#table.line.note(item.header);
    }
    for (const [moved, order] of move === undefined ? [] : this.#table.line.move(id, move)) {
      const other = this.#table.require(moved);
      other.header.order = order;
      changed.add(other);
      this.#table.line.note(other.header);
    }
    await Promise.all([...changed].map((one) => this.#table.save(one)));
    this.#turns.give();
    for (const one of changed) this.#changed(one);
    return this.#view(item);
  }

  list(): DownloadView[] {
    return [...this.#table.all()].map((item) => this.#view(item));
  }

  get(id: string): DownloadView | undefined {
    const item = this.#table.get(id);
    return item === undefined ? undefined : this.#view(item);
  }

  chunkMap(id: string): ChunkMapState {
    const { header, content, engine } = this.#table.require(id);
    if (header.state === 'done') return mapOfKept(content.length, 'all');
    return engine?.chunkMap() ?? mapOfKept(content.length, 'none');
  }

  actOnSource(id: string, source: string, action: 'retry' | 'block'): DownloadView {
    const item = this.#table.require(id);
    if (item.engine === undefined)
      throw new BanyanError('not_found', 'This download asks nobody at present, so it has no such source.');
    item.engine.actOnSource(source, action);
    return this.#view(item);
  }

  of(content: ContentId): DownloadView | undefined {
    const item = this.#table.of(content);
    return item === undefined ? undefined : this.#view(item);
  }

  isDownloading(content: ContentId): boolean {
    const item = this.#table.of(content);
    return item !== undefined && item.header.state !== 'done';
  }

  async pause(id: string): Promise<DownloadView> {
    const item = this.#table.require(id);
    if (item.header.state === 'active') {
      item.header.state = 'paused';
      await this.#hurry(this.#bundles.release(item));
      // It may have come meanwhile.
      if (isDone(item)) return this.#view(item);
      item.isActive = false;
      item.engine?.pause();
      delete item.header.bytes;
      await this.#table.saveFigures(item);
      if (item.engine === undefined) await this.#table.save(item);
      this.#turns.give();
    }
    return this.#view(item);
  }

  async resume(id: string): Promise<DownloadView> {
    const item = this.#table.require(id);
    if (item.header.state === 'paused') {
      item.header.state = 'active';
      // A bundle may still wait for its disk: it is as it was before the pause.
      if (item.passenger?.isUnderWay === true) item.isActive = true;
      await this.#table.save(item);
      this.#turns.give();
      item.readers.wake();
    }
    return this.#view(item);
  }

  async retry(id: string): Promise<DownloadView> {
    const item = this.#table.require(id);
    if (item.header.state === 'failed') {
      await item.engine?.stop();
      item.engine = undefined;
      item.isActive = false;
      item.header.state = 'active';
      this.#table.line.note(item.header);
      delete item.header.problem;
      await this.#table.save(item);
      this.#turns.give();
    } else if (item.header.state === 'paused') return await this.resume(id);
    else item.engine?.retry();
    return this.#view(item);
  }

  async cancel(id: string): Promise<void> {
    const item = this.#table.require(id);
    item.isRemoved = true;
    item.trace.end('aborted');
    item.readers.wake();
    const leaving = this.#clearAway(item).finally(() => {
      this.#leaving.delete(leaving);
      this.#turns.give();
    });
    this.#leaving.add(leaving);
    await this.#hurry(leaving);
    this.#table.forget(item);
    for (const listener of this.#listeners) listener(id);
    this.#turns.give();
  }

  /** Ends the work at an item and removes what there is of it; how long that takes is its disk's affair. */
  async #clearAway(item: Item): Promise<void> {
    await this.#bundles.release(item);
    await item.engine?.stop();
    // An engine that was at its last step may have finished: the file that has its name stays.
    await this.#table.removeAll(item);
  }

  /** Nobody waits for a disk that does not answer. */
  async #hurry(work: Promise<void>): Promise<void> {
    await isOverWithin(this.#c.clock, STOP_PATIENCE_MS, work);
  }

  remove(id: string): Promise<void> {
    return this.cancel(id);
  }

  setRates(rates: Rates): void {
    this.#throttle.setRates(rates);
    this.#bundles.setLimited(this.#throttle.isLimited);
    this.#lanes.setLimited(this.#throttle.isLimited);
    this.#turns.setRates(rates);
  }

  setMaxActive(count: number): void {
    this.#turns.setMaxActive(count);
  }

  setFolder(folder: string): void {
    this.#admission.setFolder(folder);
  }

  lookAgain(): void {
    this.#lookTimer?.cancel();
    const waiting = [...this.#table.all()].filter(({ engine }) => (engine?.looking ?? null) !== null);
    const next = (): void => {
      const item = waiting.shift();
      if (item === undefined || !this.#isRunning) return;
      if (!item.isRemoved) item.engine?.lookAgain();
      this.#lookTimer = this.#c.clock.setTimeout(next, LOOK_AGAIN_MS, { keepAlive: false });
    };
    next();
  }

  onChange(listener: (id: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async open(content: ContentId): Promise<OpenContent | undefined> {
    if (this.#init.serveParts === false) return undefined;
    const item = this.#table.of(content);
    return item?.header.state === 'done' ? undefined : item?.engine?.open();
  }

  async read(content: ContentId): Promise<ReadableContent | undefined> {
    return await this.#table.of(content)?.readers.open(content);
  }

  // ---- items ----

  #makeItem(header: DownloadHeader, content: WantedContent, isNew: boolean): Item {
    const urls = (header.mirrors ?? []).map(({ url }) => url);
    const trace = createDownloadTrace(this.#c.tracer ?? silentTracer);
    const item: Item = {
      header,
      content,
      key: keyOf(content, header.proof, urls),
      engine: undefined,
      trace,
      get traceparent() {
        return trace.traceparent;
      },
      isActive: false,
      isBusy: false,
      isNew,
      passenger: undefined,
      isRemoved: false,
      changeTimer: undefined,
      readers: createReaders({
        header,
        clock: this.#c.clock,
        engine: () => item.engine,
        isRemoved: () => item.isRemoved,
        onWanted: () => {
          const isQueued = !item.isActive && !item.isRemoved && header.state === 'active';
          if (this.#isRunning && isQueued) this.#turns.take(item);
        },
      }),
    };
    return item;
  }

  #makeEngine(item: Item): Engine {
    return createItemEngine(
      {
        room: this.#c,
        lanes: this.#lanes,
        table: this.#table,
        findSources: isSmall(item.content) ? this.#scout : this.#c.findSources,
        onTokenRefused: () => this.#renewToken(),
        meter: this.#meter,
        onChange: () => this.#onEngineChange(item),
        onDone: (file, fetchedBytes, sources) => this.#onDone(item, file, fetchedBytes, sources),
      },
      item,
    );
  }

  /** Whether a source's refusal of our token is worth another one: at most once in a while, as sources may lie. */
  #renewToken(): boolean {
    const now = this.#c.clock.monotonic();
    if (now - this.#tokenRefusedAt < TOKEN_REFUSAL_MS) return false;
    this.#tokenRefusedAt = now;
    this.#c.tokens.invalidate(AUDIENCE.peer);
    return true;
  }

  #onEngineChange(item: Item): void {
    const { engine, header } = item;
    // Looked at only where it may change: events are many.
    if (header.waitingSince !== undefined && engine?.state === 'downloading')
      this.#noteWaiting(item, undefined);
    if (engine?.state === 'failed' && header.state !== 'failed') {
      header.state = 'failed';
      this.#table.line.note(header);
      header.fetchedBytes = engine.fetchedBytes;
      header.bytes = engine.keptBytes;
      if (engine.problem !== null) header.problem = engine.problem;
      this.#meter.ended(engine.problem?.code ?? 'internal');
      item.trace.end(engine.problem?.code ?? 'internal');
      item.isActive = false;
      void this.#table.save(item);
      this.#turns.give();
    } else if (engine?.isBusy !== true || engine.state === 'finishing') {
      item.isBusy = engine?.isBusy === true;
      if (header.waitingSince === undefined && (engine?.looking ?? null) !== null)
        this.#noteWaiting(item, this.#c.clock.now());
      this.#turns.give();
    } else if (!item.isBusy && item.isActive) {
      // It waited, which took nobody's turn, and could go on now.
      item.isBusy = true;
      if (engine.state === 'downloading') this.#turns.returned(item);
    }
    item.readers.wake();
    this.#changed(item);
  }

  /** Remembers since when it waits for sources: a wish that is a week old says so after a restart, too. */
  #noteWaiting(item: Item, since: number | undefined): void {
    if (since === undefined) delete item.header.waitingSince;
    else item.header.waitingSince = since;
    void this.#table.save(item);
  }

  /** Whom one small file is found at may have the next ones. */
  readonly #scout: DownloadsComponents['findSources'] = async (content, { onSources, ...options }) => {
    const told = (sources: readonly Source[]): void => {
      this.#bundles.found(sources);
      onSources(sources);
    };
    const all = await this.#c.findSources(content, { ...options, onSources: told });
    this.#bundles.found(all);
    return all;
  };

  async #onBundled(item: Item, path: string, source: DownloadSourceView | undefined): Promise<void> {
    const { root, length } = item.content;
    const file = { path, content: { root: root!, length }, chunkHashes: root! };
    await this.#onDone(item, file, source === undefined ? 0 : length, source === undefined ? [] : [source]);
  }

  async #onDone(
    item: Item,
    { path, content, chunkHashes }: FinishedFile,
    fetchedBytes: number,
    sources: readonly DownloadSourceView[],
  ): Promise<void> {
    const { header } = item;
    // A file that came by other hashes has its content id from now on.
    if (header.content === '') this.#table.name(item, content);
    header.state = 'done';
    this.#meter.ended('done');
    this.#c.log.debug(
      { ...traceFields(item.traceparent), download: header.id, fetchedBytes },
      'a download is done',
    );
    item.trace.end('ok', { 'banyan.bytes': fetchedBytes, 'banyan.sources': sources.length });
    this.#table.line.note(header);
    header.path = path;
    header.finishedAt = this.#c.clock.now();
    header.fetchedBytes = fetchedBytes;
    header.sources = [...sources];
    delete header.placing;
    item.engine = undefined;
    item.isActive = false;
    await this.#table.save(item);
    await this.#table.removeJournal(item).catch(ignore);
    try {
      await this.#c.library?.addFinished({ path, content, chunkHashes });
    } catch (error) {
      // The file is there and right; the library finds it with its next scan.
      const code = isBanyanError(error) ? error.code : 'internal';
      this.#c.log.warn({ err: error, code }, 'a finished download could not be told to the library');
    }
    item.readers.wake();
    this.#changed(item);
    this.#turns.give();
  }

  #changed(item: Item): void {
    if (this.#listeners.size === 0 || item.changeTimer !== undefined || item.isRemoved) return;
    item.changeTimer = this.#c.clock.setTimeout(
      () => {
        item.changeTimer = undefined;
        for (const listener of this.#listeners) listener(item.header.id);
      },
      CHANGE_MS,
      { keepAlive: false },
    );
  }

  #view({ header, content, engine, isActive, passenger }: Item): DownloadView {
    const isHeldUp = passenger?.isHeldUp === true;
    return viewOf(header, content, engine, isActive, isHeldUp, this.#table.line.placeOf(header.id));
  }
}

function isDone({ header }: Item): boolean {
  return header.state === 'done';
}

function ignore(): void {}
