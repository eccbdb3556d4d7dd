/** The peer's library: shared folders, their files' hashes and tags, the catalog, and the bytes for the upload server. */
import { join } from 'node:path';
import { createNameFilter } from '@banyan/core';
import { abortedError, type Timer } from '@banyan/kit';
import {
  BanyanError,
  NO_TAGS,
  toBanyanError,
  type ContentId,
  type ExclusionPreview,
  type FilesResponse,
  type SharedFile,
  type ShareView,
} from '@banyan/proto';
import type { Catalog } from '@banyan/sdk';
import type { OpenContent, Ownership } from '../content.ts';
import type { Found } from '../local-api/rooms.ts';
import { createLibraryCatalog, type LibraryCatalog } from './catalog.ts';
import { fileView } from './file-view.ts';
import { takeFinished } from './finished.ts';
import type { Pace } from './hash-pace.ts';
import { createHashPool, type HashPool } from './hash-pool.ts';
import { Hashing } from './hashing.ts';
import { openLibraryIndex, type LibraryIndex } from './index-db.ts';
import type { FileRow, FolderRow } from './index-rows.ts';
import { FULL_PACE, openPace, type KeptPace } from './kept-pace.ts';
import { createLayerProofs, type LayerProofs } from './layer-proofs.ts';
import { CHANGE_NOTICE_MS } from './limits.ts';
import { createNameScan } from './name-scan.ts';
import { createOpenFiles, type OpenFiles } from './open-files.ts';
import { ShareList } from './share-list.ts';
import { realOrSame } from './share-safety.ts';
import type { SharedFolder } from './shared-folder.ts';
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

/** What there is between start and stop. */
interface Running {
  readonly index: LibraryIndex;
  readonly catalog: LibraryCatalog;
  readonly pool: HashPool;
  readonly hashing: Hashing;
  readonly files: OpenFiles;
  readonly proofs: LayerProofs;
  readonly shares: ShareList;
  readonly pace: KeptPace;
  readonly stop: AbortController;
}

/** A file that is shared. */
interface Copy {
  readonly id: number;
  readonly row: FileRow;
  readonly folder: FolderRow;
  readonly share: SharedFolder;
  readonly path: string;
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
  #r: Running | undefined;
  #notice: Timer | undefined;
  #noticed = -Infinity;
  #catalogChanged = false;

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
    const pool = createHashPool({ clock, log }, this.#init.hashing);
    const onChange = (): void => this.#changed();
    const shareOf = (no: number): SharedFolder | undefined => shares.get(no);
    const hashing = new Hashing({ clock, log, index, pool }, { shareOf, onChange });
    const shares = new ShareList(
      { clock, log, index },
      {
        of: this.#init,
        private: await Promise.all([stateDir, ...privateFolders, commonFolder].map(realOrSame)),
        open: await Promise.all(openFolders.map(realOrSame)),
        abortHashing: (no) => hashing.abortShare(no),
        onChange,
      },
    );
    const pace = await openPace(join(stateDir, 'hash-pace.json'));
    hashing.setPace(pace.value);
    this.#r = {
      index,
      catalog: createLibraryCatalog(index),
      pool,
      hashing,
      files: createOpenFiles({ clock }),
      proofs: createLayerProofs((content) => index.layer(content)),
      shares,
      pace,
      stop: new AbortController(),
    };
    for (const row of index.shares()) {
      if (!row.removed) shares.start(row);
      // A removal that was cut off.
      else this.#later(shares.forget(row.no));
    }
    this.#later(index.forgetOldHashes(this.#r.stop.signal));
    this.#later(refreshTags({ index, pool, shareOf }, this.#r.stop.signal));
    log.debug({ shares: shares.all.length, records: index.records }, 'library opened');
  }

  async stop(): Promise<void> {
    const running = this.#r;
    if (running === undefined) return;
    running.stop.abort();
    this.#notice?.cancel();
    await running.shares.stop();
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
    return this.#running.shares.views();
  }

  addShare(share: ShareInit): Promise<ShareView> {
    return this.#running.shares.add(share);
  }

  ensureShare(share: ShareInit): Promise<ShareView> {
    return this.#running.shares.ensure(share);
  }

  shareAround(path: string): ReturnType<Library['shareAround']> {
    return this.#running.shares.around(path);
  }

  checkShares(paths: readonly string[]): Promise<void> {
    return this.#running.shares.check(paths);
  }

  async removeShare(id: string): Promise<void> {
    await this.#running.shares.remove(id);
  }

  rescanShare(id: string): ShareView {
    return this.#running.shares.rescan(id);
  }

  async setExclusions(id: string, exclude: readonly string[]): Promise<ShareView> {
    return this.#running.shares.setExclusions(id, exclude);
  }

  async previewExclusions(
    of: { readonly id: string } | { readonly path: string },
    exclude: readonly string[],
    signal: AbortSignal,
  ): Promise<ExclusionPreview> {
    return this.#running.shares.previewExclusions(of, exclude, signal);
  }

  // ---- hashing ----

  get pace(): Pace {
    return this.#r?.pace.value ?? FULL_PACE;
  }

  async setPace(change: Partial<Pace>): Promise<Pace> {
    const { pace, hashing } = this.#running;
    const kept = pace.change(change);
    hashing.setPace(pace.value);
    this.#changed();
    await kept;
    return pace.value;
  }

  // ---- what is shown ----

  stats(): LibraryStats {
    const { index, shares, hashing } = this.#running;
    let bytes = 0;
    let errors = 0;
    for (const share of shares.all) {
      bytes += index.totals(share.row.no).bytes;
      errors += share.errorCount;
    }
    return {
      files: index.records,
      bytes,
      errors,
      hashing: hashing.progress(shares.all.map(({ row }) => row.no)),
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

  find(filter: string, onChange: () => void): Found<SharedFile> {
    const { index, catalog, stop } = this.#running;
    const scan = createNameScan(
      { clock: this.#c.clock, index, version: () => catalog.version },
      { isWanted: createNameFilter(filter), onChange, signal: stop.signal },
    );
    return {
      window: (first, count) => {
        const found = scan.window(first, count);
        if (found === undefined) return undefined;
        const network = this.#init.network?.();
        return { total: found.total, rows: found.ids.flatMap((id) => fileView(index, id, network) ?? []) };
      },
      close: () => scan.close(),
    };
  }

  owns(content: ContentId): Ownership {
    return this.#running.index.holders(content).length > 0 ? 'shared' : 'none';
  }

  /** Files with this content, as they were seen last. What a share leaves out is none, though a scan has yet to take it out. */
  *#copies(content: ContentId): Generator<Copy> {
    const { index, shares } = this.#running;
    for (const id of index.holders(content)) {
      const row = index.file(id);
      const folder = row === undefined ? undefined : index.folder(row.folder);
      const share = folder === undefined ? undefined : shares.get(folder.share);
      if (row === undefined || folder === undefined || share === undefined) continue;
      const path = join(share.row.path, ...folder.path.split('/'), row.name);
      if (!share.isExcluded(path)) yield { id, row, folder, share, path };
    }
  }

  async pathOf(content: ContentId): Promise<string | undefined> {
    const { files } = this.#running;
    for (const { id, row, folder, share, path } of this.#copies(content)) {
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
      hashing.isIdle && shares.all.every((share) => share.isQuiet && index.totals(share.row.no).pending === 0)
    );
  }

  // ---- serving ----

  async open(content: ContentId): Promise<OpenContent | undefined> {
    const { files, proofs } = this.#running;
    let problem: BanyanError | undefined;
    for (const { id, row, folder, share, path } of this.#copies(content)) {
      const recheck = (error: unknown): BanyanError => {
        share.lookAt(folder.path, row.name);
        return toBanyanError(error, 'disk_failed');
      };
      try {
        const lease = await files.lease(id, path, row);
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
    const taken = await takeFinished(index, shares.all, file);
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
