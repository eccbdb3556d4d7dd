/** All downloads of a peer: which of them run, what is kept of them, how they look. */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rates } from '@banyan/core';
import {
  AUDIENCE,
  BanyanError,
  contentIdText,
  contentKey,
  displayText,
  isBanyanError,
  MAX_LINK_MIRRORS,
  safeRelativePath,
  type ContentId,
  type DownloadPatch,
  type DownloadView,
} from '@banyan/proto';
import type { Timer } from '@banyan/kit';
import { createThrottle, type Throttle } from '../bandwidth/throttle.ts';
import type { OpenContent, ReadableContent } from '../content.ts';
import {
  CHANGE_MS,
  FOLDER_LOOK_MS,
  LOOK_AGAIN_MS,
  MAX_ACTIVE_DOWNLOADS,
  MAX_DOWNLOAD_BYTES,
  MAX_DOWNLOADS,
  MAX_GOOD_FOLDERS,
  TOKEN_REFUSAL_MS,
} from './constants.ts';
import { toDiskError } from './disk-error.ts';
import { viewOf } from './download-view.ts';
import { createEngine } from './engine.ts';
import type { Engine, KeptMirror } from './engine-types.ts';
import { keptProof, keyOfUnnamed, loadProof, savePieces } from './kept-proof.ts';
import type { DownloadHeader, KeptProof } from './header.ts';
import { openHeaderBook, type HeaderBook } from './header-book.ts';
import { journalPaths, prepareStateDir, removeJournal } from './journal.ts';
import { createLine } from './line.ts';
import { createLanes, defaultLaneCount, workerLanes, type Lanes } from './lanes.ts';
import { freeBytes, partPath, prepareFolder } from './part-file.ts';
import { isSmall } from './small-holding.ts';
import { createReaders, type Readers } from './readers.ts';
import { createTurns, type Turn, type Turns } from './turns.ts';
import type { Downloads, DownloadsComponents, DownloadsInit, NewDownload, WantedContent } from './types.ts';

/** Makes the download room; `start` goes on with what an earlier run left unfinished. */
export function createDownloads(components: DownloadsComponents, init: DownloadsInit): Downloads {
  return new DownloadRoom(components, init);
}

interface Item extends Turn {
  content: WantedContent;
  /** Under which it is found again. */
  key: string;
  /** No earlier process worked at it. */
  readonly isNew: boolean;
  changeTimer: Timer | undefined;
  readonly readers: Readers;
}

class DownloadRoom implements Downloads {
  readonly name = 'downloads';
  readonly #c: DownloadsComponents;
  readonly #init: DownloadsInit;
  readonly #lanes: Lanes;
  readonly #items = new Map<string, Item>();
  readonly #byContent = new Map<string, Item>();
  readonly #line = createLine();
  /** Undefined until it is started. */
  #openBook: HeaderBook | undefined;
  readonly #listeners = new Set<(id: string) => void>();
  readonly #fetched;
  readonly #throttle: Throttle;
  readonly #turns: Turns<Item>;
  #tokenRefusedAt = -Infinity;
  #lookTimer: Timer | undefined;
  #isRunning = false;
  /** Of each content, the last call that adds it. */
  readonly #adding = new Map<string, Promise<unknown>>();
  /** Folders that were found good, and when. */
  readonly #goodFolders = new Map<string, number>();

  constructor(components: DownloadsComponents, init: DownloadsInit) {
    const { identity, log, metrics } = components;
    this.#c = components;
    this.#init = init;
    this.#turns = createTurns(
      {
        items: () => this.#inLine(),
        engineOf: (item) => (item.engine ??= this.#makeEngine(item)),
      },
      init.maxActive ?? MAX_ACTIVE_DOWNLOADS,
    );
    this.#throttle = createThrottle(components.clock);
    this.#lanes = createLanes(
      { log, open: components.openLane ?? workerLanes(identity), throttle: this.#throttle },
      init.lanes ?? defaultLaneCount(),
    );
    this.#fetched = metrics?.counter({
      name: 'banyan_download_bytes_total',
      help: 'Bytes of content that came over the network, refused ones included',
    });
    metrics?.gauge({
      name: 'banyan_downloads_active',
      help: 'Downloads that fetch now',
      collect: () => this.#turns.busy,
    });
  }

  async start(): Promise<void> {
    const { stateDir } = this.#init;
    try {
      await prepareStateDir(stateDir);
      this.#openBook = openHeaderBook(stateDir);
      const kept = await this.#book.read((file, error) =>
        this.#c.log.error({ err: error, file }, 'a kept download is damaged; it was put aside'),
      );
      for (const { header, content } of kept) this.#put(header, content, false);
    } catch (error) {
      throw toDiskError(error, stateDir);
    }
    this.#isRunning = true;
    this.#turns.give();
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#lookTimer?.cancel();
    const items = [...this.#items.values()];
    await Promise.all(items.map(async ({ engine }) => engine?.stop()));
    await Promise.all(items.map((item) => this.#keepFigures(item)));
    await this.#openBook?.close();
    for (const { changeTimer } of items) changeTimer?.cancel();
    await this.#lanes.close();
    this.#throttle.close();
  }

  add(download: NewDownload): Promise<DownloadView> {
    const { content: wanted, proof, mirrors = [] } = download;
    const { root, length } = wanted;
    const kept = root !== undefined || proof === undefined ? undefined : keptProof(proof);
    const key = root === undefined ? keyOfUnnamed(wanted, kept, mirrors) : contentKey({ root, length });
    const order = this.#line.next(this.#c.clock.now());
    // Those of one content one after the other, so that two clicks make one download.
    const before = this.#adding.get(key) ?? Promise.resolve();
    const added = before.then(() => this.#add(download, kept, key, order));
    const last = added
      .catch(() => undefined)
      .then(() => {
        if (this.#adding.get(key) === last) this.#adding.delete(key);
      });
    this.#adding.set(key, last);
    return added;
  }

  async #add(
    { content: wanted, name, folder, subfolder = [], priority = 'normal', mirrors = [], proof }: NewDownload,
    kept: KeptProof | undefined,
    key: string,
    order: number,
  ): Promise<DownloadView> {
    const { clock, library } = this.#c;
    const { length, root } = wanted;
    const content = root === undefined ? undefined : { root, length };
    if (content === undefined && (kept === undefined || length === 0))
      throw new BanyanError(
        'invalid_request',
        'Of a file without content id, hashes or a length are needed.',
      );
    if (length > MAX_DOWNLOAD_BYTES)
      throw new BanyanError('limit_exceeded', `A download has at most ${MAX_DOWNLOAD_BYTES} bytes.`);
    if (content !== undefined && this.#c.isBlocked?.(content) === true)
      throw new BanyanError('blocked_content');
    const before = this.#byContent.get(key);
    if (before !== undefined && before.header.state !== 'done') {
      await this.#addMirrors(before, mirrors);
      return this.#view(before);
    }
    const path = content === undefined ? undefined : await library?.pathOf?.(content);
    if (before?.header.path !== undefined && before.header.path === path) return this.#view(before);
    if (this.#items.size >= MAX_DOWNLOADS) throw tooMany();
    const base = folder ?? this.#init.folder;
    if (path === undefined) await this.#prepareFolder(base, folder === undefined);
    // No part leads anywhere else: each becomes a plain name.
    const target = join(base, safeRelativePath(subfolder));
    const mayMakeFolder = folder === undefined || subfolder.length > 0;
    if (path === undefined && target !== base) await this.#prepareFolder(target, true);
    const now = clock.now();
    const header: DownloadHeader = {
      version: 1,
      id: `d${randomBytes(8).toString('hex')}`,
      ...(content === undefined
        ? { content: '', length, ...(kept === undefined ? {} : { proof: kept }) }
        : { content: contentIdText(content) }),
      ...(mirrors.length === 0 ? {} : { mirrors: newMirrors([], mirrors) }),
      name,
      folder: target,
      ownFolder: mayMakeFolder,
      addedAt: now,
      state: 'active',
      priority,
      order,
      ...(path === undefined ? {} : { state: 'done', path, finishedAt: now, fetchedBytes: 0 }),
    };
    // Looked at again: others were added meanwhile.
    if (this.#items.size >= MAX_DOWNLOADS) throw tooMany();
    const item = this.#put(header, wanted, true);
    try {
      if (kept !== undefined && proof !== undefined)
        await savePieces(journalPaths(this.#init.stateDir, header.id).pieces, proof);
      await this.#book.save(header);
    } catch (error) {
      this.#forget(item);
      throw toDiskError(error, this.#init.stateDir);
    }
    this.#turns.give();
    this.#changed(item);
    return this.#view(item);
  }

  async #prepareFolder(path: string, mayMake: boolean): Promise<void> {
    const now = this.#c.clock.monotonic();
    const looked = this.#goodFolders.get(path);
    if (looked !== undefined && now - looked < FOLDER_LOOK_MS) return;
    await prepareFolder(path, mayMake);
    if (this.#goodFolders.size >= MAX_GOOD_FOLDERS) this.#goodFolders.clear();
    this.#goodFolders.set(path, now);
  }

  /** A download that is there learns of further mirrors. */
  async #addMirrors(item: Item, urls: readonly string[]): Promise<void> {
    const known = item.header.mirrors ?? [];
    const mirrors = newMirrors(known, urls);
    if (mirrors.length === known.length) return;
    item.header.mirrors = mirrors;
    item.engine?.addMirrors(mirrors.map(({ url }) => url));
    await this.#save(item);
  }

  async arrange(id: string, { priority, move }: DownloadPatch): Promise<DownloadView> {
    const item = this.#item(id);
    const changed = new Set<Item>();
    if (priority !== undefined && priority !== (item.header.priority ?? 'normal')) {
      item.header.priority = priority;
      changed.add(item);
      this.#line.note(item.header);
    }
    for (const [moved, order] of move === undefined ? [] : this.#line.move(id, move)) {
      const other = this.#item(moved);
      other.header.order = order;
      changed.add(other);
      this.#line.note(other.header);
    }
    await Promise.all([...changed].map((one) => this.#save(one)));
    this.#turns.give();
    for (const one of changed) this.#changed(one);
    return this.#view(item);
  }

  list(): DownloadView[] {
    return [...this.#items.values()].map((item) => this.#view(item));
  }

  get(id: string): DownloadView | undefined {
    const item = this.#items.get(id);
    return item === undefined ? undefined : this.#view(item);
  }

  of(content: ContentId): DownloadView | undefined {
    const item = this.#byContent.get(contentKey(content));
    return item === undefined ? undefined : this.#view(item);
  }

  isDownloading(content: ContentId): boolean {
    const item = this.#byContent.get(contentKey(content));
    return item !== undefined && item.header.state !== 'done';
  }

  async pause(id: string): Promise<DownloadView> {
    const item = this.#item(id);
    if (item.header.state === 'active') {
      item.header.state = 'paused';
      item.isActive = false;
      item.engine?.pause();
      delete item.header.bytes;
      await this.#keepFigures(item);
      if (item.engine === undefined) await this.#save(item);
      this.#turns.give();
    }
    return this.#view(item);
  }

  async resume(id: string): Promise<DownloadView> {
    const item = this.#item(id);
    if (item.header.state === 'paused') {
      item.header.state = 'active';
      await this.#save(item);
      this.#turns.give();
      item.readers.wake();
    }
    return this.#view(item);
  }

  async retry(id: string): Promise<DownloadView> {
    const item = this.#item(id);
    if (item.header.state === 'failed') {
      await item.engine?.stop();
      item.engine = undefined;
      item.isActive = false;
      item.header.state = 'active';
      this.#line.note(item.header);
      delete item.header.problem;
      await this.#save(item);
      this.#turns.give();
    } else if (item.header.state === 'paused') return await this.resume(id);
    else item.engine?.retry();
    return this.#view(item);
  }

  async cancel(id: string): Promise<void> {
    const item = this.#item(id);
    item.isRemoved = true;
    item.readers.wake();
    await item.engine?.stop();
    // An engine that was at its last step may have finished: the file that has its name stays.
    this.#forget(item);
    const { header } = item;
    if (header.state !== 'done') await rm(partPath(header.folder, header.id), { force: true }).catch(ignore);
    await this.#book
      .remove(id)
      .then(() => this.#removeJournal(item))
      .catch((error: unknown) =>
        this.#c.log.warn({ err: error, download: id }, 'the journal of a download could not be removed'),
      );
    for (const listener of this.#listeners) listener(id);
    this.#turns.give();
  }

  remove(id: string): Promise<void> {
    return this.cancel(id);
  }

  setRates(rates: Rates): void {
    this.#throttle.setRates(rates);
    this.#lanes.setLimited(this.#throttle.isLimited);
    this.#turns.setRates(rates);
  }

  setMaxActive(count: number): void {
    this.#turns.setMaxActive(count);
  }

  lookAgain(): void {
    this.#lookTimer?.cancel();
    const waiting = [...this.#items.values()].filter(({ engine }) => (engine?.looking ?? null) !== null);
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
    const item = this.#byContent.get(contentKey(content));
    return item?.header.state === 'done' ? undefined : item?.engine?.open();
  }

  async read(content: ContentId): Promise<ReadableContent | undefined> {
    return await this.#byContent.get(contentKey(content))?.readers.open(content);
  }

  // ---- items ----

  #item(id: string): Item {
    const item = this.#items.get(id);
    if (item === undefined)
      throw new BanyanError('not_found', `There is no download ${displayText(id, 40)}.`);
    return item;
  }

  #put(header: DownloadHeader, content: WantedContent, isNew: boolean): Item {
    const { root, length } = content;
    const urls = (header.mirrors ?? []).map(({ url }) => url);
    const item: Item = {
      header,
      content,
      key: root === undefined ? keyOfUnnamed(content, header.proof, urls) : contentKey({ root, length }),
      engine: undefined,
      isActive: false,
      isBusy: false,
      isNew,
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
    this.#items.set(header.id, item);
    this.#line.note(header);
    this.#byContent.set(item.key, item);
    return item;
  }

  get #book(): HeaderBook {
    if (this.#openBook === undefined)
      throw new BanyanError('shutting_down', 'The downloads are not open. Start them first.');
    return this.#openBook;
  }

  *#inLine(): Iterable<Item> {
    if (this.#isRunning) for (const id of this.#line.ids()) yield this.#items.get(id)!;
  }

  #forget(item: Item): void {
    this.#items.delete(item.header.id);
    this.#line.drop(item.header.id);
    if (this.#byContent.get(item.key) === item) this.#byContent.delete(item.key);
    item.changeTimer?.cancel();
  }

  async #save(item: Item): Promise<void> {
    if (item.isRemoved) return;
    await this.#book
      .save(item.header)
      .catch((error: unknown) =>
        this.#c.log.warn(
          { err: error, download: item.header.id },
          'the state of a download could not be kept',
        ),
      );
  }

  async #removeJournal({ content, header }: Item): Promise<void> {
    if (isSmall(content) && header.proof === undefined) return;
    await removeJournal(journalPaths(this.#init.stateDir, header.id));
  }

  /** So that a start can show how far it is before the journal has been read. */
  async #keepFigures(item: Item): Promise<void> {
    const { engine, header } = item;
    if (engine === undefined || header.state === 'done' || header.bytes !== undefined) return;
    header.bytes = engine.keptBytes;
    header.fetchedBytes = engine.fetchedBytes;
    await this.#save(item);
  }

  #makeEngine(item: Item): Engine {
    const { header, content } = item;
    const {
      identity,
      clock,
      log,
      random,
      findSources,
      reportBadSource,
      isBlocked,
      isBanned,
      swarm,
      servesAt,
    } = this.#c;
    return createEngine(
      {
        ...(isBanned === undefined ? {} : { isBanned }),
        ...(swarm === undefined ? {} : { swarm }),
        ...(servesAt === undefined ? {} : { servesAt }),
        clock,
        log,
        random,
        findSources,
        reportBadSource,
        ...(isBlocked === undefined ? {} : { isBlocked }),
        ownDeviceId: identity.deviceId,
        lanes: this.#lanes,
        token: (signal) => this.#c.tokens.token(AUDIENCE.peer, signal),
        onTokenRefused: () => this.#renewToken(),
        freeBytes: this.#c.freeBytes ?? freeBytes,
        onChange: () => this.#onEngineChange(item),
        onBytes: (bytes) => this.#fetched?.inc(bytes),
        onPlacing: async (path) => {
          header.placing = path;
          await this.#book.save(header).catch((error: unknown) => {
            throw toDiskError(error, this.#init.stateDir);
          });
        },
        onDone: (path, whole, chunkHashes) => this.#onDone(item, path, whole, chunkHashes),
        onMirror: (mirror) => {
          header.mirrors = header.mirrors?.map((one) => (one.url === mirror.url ? mirror : one)) ?? [mirror];
          void this.#save(item);
        },
      },
      {
        id: header.id,
        content,
        name: header.name,
        folder: header.folder,
        mayMakeFolder: header.ownFolder,
        logPath: journalPaths(this.#init.stateDir, header.id).log,
        placing: header.placing,
        isNew: item.isNew,
        mirrors: header.mirrors ?? [],
        loadProof: async () =>
          header.proof === undefined || content.root !== undefined
            ? undefined
            : await loadProof(journalPaths(this.#init.stateDir, header.id).pieces, header.proof),
      },
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
      this.#line.note(header);
      header.fetchedBytes = engine.fetchedBytes;
      header.bytes = engine.keptBytes;
      if (engine.problem !== null) header.problem = engine.problem;
      item.isActive = false;
      void this.#save(item);
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
    void this.#save(item);
  }

  async #onDone(item: Item, path: string, content: ContentId, chunkHashes: Uint8Array): Promise<void> {
    const { header, engine } = item;
    // A file that came by other hashes has its content id from now on.
    if (header.content === '') {
      header.content = contentIdText(content);
      this.#byContent.delete(item.key);
      item.content = content;
      item.key = contentKey(content);
      this.#byContent.set(item.key, item);
    }
    header.state = 'done';
    this.#line.note(header);
    header.path = path;
    header.finishedAt = this.#c.clock.now();
    header.fetchedBytes = engine?.fetchedBytes ?? 0;
    header.sources = engine?.sources().map((source) => ({ ...source, bytesPerSecond: 0 })) ?? [];
    delete header.placing;
    item.engine = undefined;
    item.isActive = false;
    await this.#save(item);
    await this.#removeJournal(item).catch(ignore);
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

  #view({ header, content, engine, isActive }: Item): DownloadView {
    return viewOf(header, content, engine, isActive, this.#line.placeOf(header.id));
  }
}

/** Mirrors with those that are new among `urls`, as many as one download has. */
function newMirrors(known: readonly KeptMirror[], urls: readonly string[]): KeptMirror[] {
  const fresh = [...new Set(urls)].filter((url) => !known.some((mirror) => mirror.url === url));
  return [...known, ...fresh.map((url) => ({ url }))].slice(0, MAX_LINK_MIRRORS);
}

function tooMany(): BanyanError {
  return new BanyanError(
    'limit_exceeded',
    `There are ${MAX_DOWNLOADS} downloads. Remove finished ones first.`,
  );
}

function ignore(): void {}
