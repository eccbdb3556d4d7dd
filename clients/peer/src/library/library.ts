/** The peer's library: shared folders, their files' hashes and tags, the catalog, and the bytes for the upload server. */
import { randomBytes } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { abortedError, type Timer } from '@banyan/kit';
import {
  BanyanError,
  cutBytes,
  displayText,
  MAX_DISPLAY_NAME_BYTES,
  NO_TAGS,
  toBanyanError,
  type ContentId,
  type FilesResponse,
  type ShareView,
} from '@banyan/proto';
import type { Catalog } from '@banyan/sdk';
import type { OpenContent, Ownership } from '../content.ts';
import { createLibraryCatalog, type LibraryCatalog } from './catalog.ts';
import { fileView } from './file-view.ts';
import { takeFinished } from './finished.ts';
import { createHashPool, type HashPool } from './hash-pool.ts';
import { Hashing } from './hashing.ts';
import { openLibraryIndex, type LibraryIndex } from './index-db.ts';
import type { ShareRow } from './index-rows.ts';
import { createLayerProofs, type LayerProofs } from './layer-proofs.ts';
import { CHANGE_NOTICE_MS, MAX_SHARES, REMOVE_BATCH } from './limits.ts';
import { createOpenFiles, type OpenFiles } from './open-files.ts';
import { forgetOne } from './scan.ts';
import { checkShareFolder, isInside, isPrivate, realOrSame, type CheckedFolder } from './share-safety.ts';
import { SharedFolder } from './shared-folder.ts';
import { refreshTags } from './tag-refresh.ts';
import type {
  FilesQuery,
  FinishedFile,
  Library,
  LibraryComponents,
  LibraryInit,
  LibraryStats,
  ShareInit,
} from './types.ts';

/** Makes a library; nothing is read before it is started. */
export function createLibrary(components: LibraryComponents, init: LibraryInit): Library {
  return new FolderLibrary(components, init);
}

/** Shown ids are short: there are few shares. */
const SHARE_ID_BYTES = 6;

/** What there is between start and stop. */
interface Running {
  readonly index: LibraryIndex;
  readonly catalog: LibraryCatalog;
  readonly pool: HashPool;
  readonly hashing: Hashing;
  readonly files: OpenFiles;
  readonly proofs: LayerProofs;
  readonly shares: Map<number, SharedFolder>;
  readonly stop: AbortController;
}

class FolderLibrary implements Library {
  readonly name = 'library';
  readonly catalog: Catalog;
  readonly #c: LibraryComponents;
  readonly #init: LibraryInit;
  readonly #listeners = new Set<() => void>();
  readonly #catalogListeners = new Set<() => void>();
  readonly #waiters = new Set<() => void>();
  readonly #background = new Set<Promise<unknown>>();
  /** Real paths of the folders of {@link LibraryInit}. */
  #private: readonly string[] = [];
  #open: readonly string[] = [];
  #r: Running | undefined;
  #notice: Timer | undefined;
  #noticed = -Infinity;
  #catalogChanged = false;
  /** Shares are added one after the other: two overlapping ones must not pass the checks together. */
  #adding: Promise<unknown> = Promise.resolve();

  constructor(components: LibraryComponents, init: LibraryInit) {
    this.#c = components;
    this.#init = init;
    const running = (): LibraryCatalog => this.#running.catalog;
    this.catalog = {
      get version() {
        return running().version;
      },
      get records() {
        return running().records;
      },
      fingerprint: () => running().fingerprint(),
      changes: (since) => running().changes(since),
      onChange: (listener) => {
        this.#catalogListeners.add(listener);
        return () => void this.#catalogListeners.delete(listener);
      },
    };
  }

  async start(): Promise<void> {
    const { clock, log } = this.#c;
    const index = await openLibraryIndex({
      path: this.#init.stateDir,
      now: () => clock.now(),
      onPublished: (ids) => this.#onPublished(ids),
      ...(this.#init.maxRecords === undefined ? {} : { maxRecords: this.#init.maxRecords }),
    });
    const { stateDir, privateFolders = [], commonFolder = stateDir, openFolders = [] } = this.#init;
    this.#private = await Promise.all([stateDir, ...privateFolders, commonFolder].map(realOrSame));
    this.#open = await Promise.all(openFolders.map(realOrSame));
    const pool = createHashPool({ clock, log }, this.#init.hashing);
    const shares = new Map<number, SharedFolder>();
    const onChange = (): void => this.#changed();
    this.#r = {
      index,
      catalog: createLibraryCatalog(index),
      pool,
      hashing: new Hashing({ clock, log, index, pool }, { shareOf: (no) => shares.get(no), onChange }),
      files: createOpenFiles({ clock }),
      proofs: createLayerProofs((content) => index.layer(content)),
      shares,
      stop: new AbortController(),
    };
    for (const row of index.shares()) {
      if (!row.removed) this.#startShare(row);
      // A removal that was cut off.
      else this.#later(this.#forgetShare(row.no));
    }
    this.#later(index.forgetOldHashes(this.#r.stop.signal));
    this.#later(refreshTags({ index, pool, shareOf: (no) => shares.get(no) }, this.#r.stop.signal));
    log.debug({ shares: shares.size, records: index.records }, 'library opened');
  }

  async stop(): Promise<void> {
    const running = this.#r;
    if (running === undefined) return;
    running.stop.abort();
    this.#notice?.cancel();
    await Promise.all([...running.shares.values()].map((share) => share.stop()));
    await running.hashing.stop();
    await running.pool.close();
    await running.files.close();
    await Promise.allSettled(this.#background);
    await running.index.close();
    this.#r = undefined;
    for (const waiter of this.#waiters) waiter();
  }

  // ---- shares ----

  shares(): ShareView[] {
    return [...this.#running.shares.values()].map((share) => share.view());
  }

  addShare(share: ShareInit): Promise<ShareView> {
    const work = this.#adding.then(() => this.#add(share));
    this.#adding = work.catch(() => undefined);
    return work;
  }

  async ensureShare(share: ShareInit): Promise<ShareView> {
    return (await this.#known(share.path))?.view() ?? this.addShare(share);
  }

  async #known(path: string): Promise<SharedFolder | undefined> {
    const real = await realpath(path).catch(() => undefined);
    return [...this.#running.shares.values()].find(({ row }) => row.path === real || row.path === path);
  }

  async checkShares(paths: readonly string[]): Promise<void> {
    const taken: string[] = [];
    for (const path of paths) {
      if ((await this.#known(path)) === undefined) taken.push((await this.#check({ path }, taken)).path);
    }
  }

  async #check({ path, confirm }: ShareInit, taken: readonly string[] = []): Promise<CheckedFolder> {
    const { shares } = this.#running;
    if (shares.size + taken.length >= MAX_SHARES) {
      throw new BanyanError(
        'limit_exceeded',
        `At most ${MAX_SHARES} folders can be shared. Share a folder that holds several.`,
      );
    }
    return checkShareFolder(path, {
      privateFolders: [this.#init.stateDir, ...(this.#init.privateFolders ?? [])],
      openFolders: this.#init.openFolders ?? [],
      ...(this.#init.commonFolder === undefined ? {} : { commonFolder: this.#init.commonFolder }),
      ...(this.#init.homeDir === undefined ? {} : { homeDir: this.#init.homeDir }),
      shared: [...[...shares.values()].map((share) => share.row.path), ...taken],
      confirmed: confirm ?? false,
    });
  }

  async #add(share: ShareInit): Promise<ShareView> {
    const { index } = this.#running;
    const { name } = share;
    const folder = await this.#check(share);
    const wanted = displayText(name ?? '').trim();
    const row = await index.write((tx) =>
      tx.addShare({
        id: randomBytes(SHARE_ID_BYTES).toString('base64url'),
        path: folder.path,
        name: cutBytes(
          wanted === '' ? displayText(basename(folder.path)) || folder.path : wanted,
          MAX_DISPLAY_NAME_BYTES,
        ),
        addedAt: this.#c.clock.now(),
        rootStamp: folder.rootStamp,
        missing: false,
        removed: false,
      }),
    );
    this.#c.log.info({ share: row.path }, 'folder shared');
    return this.#startShare(row).view();
  }

  #startShare(row: ShareRow): SharedFolder {
    const { index, shares } = this.#running;
    // What was admitted as a share is open itself, now and after each start.
    const [kept, open] = [this.#private, [...this.#open, row.path]];
    const share = new SharedFolder(
      { clock: this.#c.clock, log: this.#c.log, index },
      {
        row,
        // Banyan's own folders may lie inside a share that was confirmed, such as a home folder. Asked for each entry.
        isExcluded:
          isPrivate(row.path, kept, open) || kept.some((folder) => isInside(folder, row.path))
            ? (path) => isPrivate(path, kept, open)
            : () => false,
        onChange: () => this.#changed(),
        ...(this.#init.settleMs === undefined ? {} : { settleMs: this.#init.settleMs }),
        ...(this.#init.maxWatchedFolders === undefined
          ? {}
          : { maxWatchedFolders: this.#init.maxWatchedFolders }),
      },
    );
    shares.set(row.no, share);
    share.start();
    return share;
  }

  async removeShare(id: string): Promise<void> {
    const { index, shares, hashing } = this.#running;
    const share = this.#share(id);
    const { no } = share.row;
    // First of all, so that it is not shared again after a crash.
    await index.write((tx) => tx.putShare({ ...share.row, removed: true }));
    shares.delete(no);
    hashing.abortShare(no);
    await share.stop();
    await this.#forgetShare(no);
    this.#c.log.info({ share: share.row.path }, 'folder not shared any more');
    // What found no room in the catalog may find some now.
    for (const other of shares.values()) if (index.isOverfull(other.row.no)) other.scan();
    this.#changed();
  }

  rescanShare(id: string): ShareView {
    const share = this.#share(id);
    share.scan();
    return share.view();
  }

  #share(id: string): SharedFolder {
    const share = [...this.#running.shares.values()].find(({ row }) => row.id === id);
    if (share === undefined)
      throw new BanyanError('not_found', 'No folder is shared under that id. `banyan share` lists them.');
    return share;
  }

  /** Folder by folder, then the share itself. */
  async #forgetShare(no: number): Promise<void> {
    const { index } = this.#running;
    for (let more = true; more;) {
      const page = index.foldersOf(no, undefined, REMOVE_BATCH);
      for (const folder of page) await forgetOne(index, folder.no);
      more = page.length === REMOVE_BATCH;
    }
    await index.write((tx) => tx.removeShare(no));
  }

  // ---- what is shown ----

  stats(): LibraryStats {
    const { index, shares, hashing } = this.#running;
    let bytes = 0;
    let errors = 0;
    for (const share of shares.values()) {
      bytes += index.totals(share.row.no).bytes;
      errors += share.errorCount;
    }
    return {
      files: index.records,
      bytes,
      errors,
      hashing: hashing.progress(shares.keys()),
      hashedFiles: hashing.hashedFiles,
    };
  }

  files({ after = 0, offset = 0, limit }: FilesQuery): FilesResponse {
    const { index } = this.#running;
    const network = this.#init.network?.();
    const most = Math.max(1, Math.min(limit, 1000));
    const ids = index.publishedIds(after, most + 1, offset);
    const files = ids.slice(0, most).flatMap((id) => fileView(index, id, network) ?? []);
    return { files, total: index.records, next: ids.length > most ? ids[most - 1]! : null };
  }

  owns(content: ContentId): Ownership {
    return this.#running.index.holders(content).length > 0 ? 'shared' : 'none';
  }

  async pathOf(content: ContentId): Promise<string | undefined> {
    const { index, shares, files } = this.#running;
    for (const id of index.holders(content)) {
      const row = index.file(id);
      const folder = row === undefined ? undefined : index.folder(row.folder);
      const share = folder === undefined ? undefined : shares.get(folder.share);
      if (row === undefined || folder === undefined || share === undefined) continue;
      const path = join(share.row.path, ...folder.path.split('/'), row.name);
      try {
        // Opening it is what tells whether it is still the file that was hashed.
        await (await files.lease(id, path, row)).release();
        return path;
      } catch {
        share.lookAt(folder.path, row.name);
      }
    }
    return undefined;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async settled(signal?: AbortSignal): Promise<void> {
    if (this.#isSettled()) return;
    await new Promise<void>((resolve, reject) => {
      const done = (error?: BanyanError): void => {
        this.#waiters.delete(check);
        signal?.removeEventListener('abort', onAbort);
        if (error === undefined) resolve();
        else reject(error);
      };
      const check = (): void => {
        if (this.#r === undefined) done(new BanyanError('shutting_down'));
        else if (this.#isSettled()) done();
      };
      const onAbort = (): void => done(signal === undefined ? undefined : abortedError(signal));
      this.#waiters.add(check);
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted === true) onAbort();
    });
  }

  #isSettled(): boolean {
    const { shares, hashing, index } = this.#running;
    return (
      hashing.isIdle &&
      [...shares.values()].every((share) => share.isQuiet && index.totals(share.row.no).pending === 0)
    );
  }

  // ---- serving ----

  async open(content: ContentId): Promise<OpenContent | undefined> {
    const { index, shares, files, proofs } = this.#running;
    let problem: BanyanError | undefined;
    for (const id of index.holders(content)) {
      const row = index.file(id);
      const folder = row === undefined ? undefined : index.folder(row.folder);
      const share = folder === undefined ? undefined : shares.get(folder.share);
      if (row === undefined || folder === undefined || share === undefined) continue;
      const recheck = (error: unknown): BanyanError => {
        share.lookAt(folder.path, row.name);
        return toBanyanError(error, 'disk_failed');
      };
      try {
        const lease = await files.lease(id, join(share.row.path, ...folder.path.split('/'), row.name), row);
        return {
          content: { root: content.root, length: content.length },
          name: row.name,
          chunks: undefined,
          read: (buffer, start, isFollowed) => {
            if (start < 0 || start + buffer.length > content.length)
              return Promise.reject(new BanyanError('range_unsatisfiable'));
            return lease.read(buffer, start, isFollowed).catch((error: unknown) => {
              throw recheck(error);
            });
          },
          layer: (first, count) => proofs.prove(content, first, count),
          close: () => lease.release(),
        };
      } catch (error) {
        // Another copy may be as it was.
        problem = recheck(error);
      }
    }
    if (problem !== undefined) throw problem;
    return undefined;
  }

  async addFinished(file: FinishedFile): Promise<boolean> {
    const { index, shares, pool, hashing, stop } = this.#running;
    const taken = await takeFinished(index, shares.values(), file);
    if (taken === undefined) return false;
    const { id, path, seen } = taken;
    const { content, chunkHashes } = file;
    const task = { path, size: seen.size, stamp: seen.stamp, hash: false };
    const tagging = pool.run(task, { signal: stop.signal }).then(async ({ tags }) => {
      if (tags === NO_TAGS) return;
      await index.write((tx) => tx.setHashed(id, { content, chunkHashes, tags, stamp: seen.stamp }));
    });
    this.#later(tagging);
    hashing.kick();
    return true;
  }

  // ---- telling others ----

  get #running(): Running {
    if (this.#r === undefined)
      throw new BanyanError('shutting_down', 'The library is not open. Start it first.');
    return this.#r;
  }

  /** Work nobody waits for; a failure costs no more than what it was for. */
  #later(work: Promise<unknown>): void {
    const kept = work
      .catch((error: unknown) => {
        const e = toBanyanError(error);
        if (e.code !== 'aborted') this.#c.log.debug({ err: e }, 'background work of the library failed');
      })
      .finally(() => this.#background.delete(kept));
    this.#background.add(kept);
  }

  #onPublished(ids: readonly number[]): void {
    const running = this.#r;
    if (running === undefined) return;
    running.catalog.push(ids);
    // What is published anew is another file, or the same: an open one is compared at its next use.
    for (const id of ids) if (!running.index.isPublished(id)) running.files.revoke(id);
    this.#catalogChanged = true;
    this.#changed();
  }

  #changed(): void {
    const running = this.#r;
    if (running === undefined || running.stop.signal.aborted) return;
    running.hashing.kick();
    for (const waiter of this.#waiters) waiter();
    if (this.#notice !== undefined) return;
    const since = this.#c.clock.monotonic() - this.#noticed;
    this.#notice = this.#c.clock.setTimeout(() => this.#tell(), Math.max(0, CHANGE_NOTICE_MS - since), {
      keepAlive: false,
    });
  }

  #tell(): void {
    this.#notice = undefined;
    this.#noticed = this.#c.clock.monotonic();
    if (this.#catalogChanged) {
      this.#catalogChanged = false;
      for (const listener of this.#catalogListeners) listener();
    }
    for (const listener of this.#listeners) listener();
  }
}
