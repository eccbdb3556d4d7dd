/** The shared folders of a library: which there are, and how one comes and goes. */
import { randomBytes } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Clock, Log } from '@banyan/kit';
import {
  BanyanError,
  cutBytes,
  displayText,
  MAX_DISPLAY_NAME_BYTES,
  type ExclusionPreview,
  type ShareView,
} from '@banyan/proto';
import { tidyExclusions } from './exclusions.ts';
import { previewExclusions } from './exclusion-preview.ts';
import type { LibraryIndex } from './index-db.ts';
import type { ShareRow } from './index-rows.ts';
import { MAX_SHARES, REMOVE_BATCH } from './limits.ts';
import { forgetOne } from './scan.ts';
import { checkShareFolder, isInside, isPrivate, realOrSame, type CheckedFolder } from './share-safety.ts';
import { SharedFolder } from './shared-folder.ts';
import type { Library, LibraryInit, ShareInit } from './types.ts';

/** Shown ids are short: there are few shares. */
const SHARE_ID_BYTES = 6;

export interface ShareListComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly index: LibraryIndex;
}

export interface ShareListInit {
  readonly of: LibraryInit;
  /** Real paths of the private and of the open folders of {@link LibraryInit}. */
  readonly private: readonly string[];
  readonly open: readonly string[];
  /** Files of this share are hashed no more. */
  readonly abortHashing: (no: number) => void;
  readonly onChange: () => void;
}

export class ShareList {
  readonly #c: ShareListComponents;
  readonly #init: ShareListInit;
  /** By number. */
  readonly #folders = new Map<number, SharedFolder>();
  /** Shares are added one after the other: two overlapping ones must not pass the checks together. */
  #adding: Promise<unknown> = Promise.resolve();

  constructor(components: ShareListComponents, init: ShareListInit) {
    this.#c = components;
    this.#init = init;
  }

  get all(): readonly SharedFolder[] {
    return [...this.#folders.values()];
  }

  get(no: number): SharedFolder | undefined {
    return this.#folders.get(no);
  }

  views(): ShareView[] {
    return this.all.map((share) => share.view());
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((share) => share.stop()));
  }

  /** As `Library.addShare`. */
  add(share: ShareInit): Promise<ShareView> {
    const work = this.#adding.then(() => this.#addNow(share));
    this.#adding = work.catch(() => undefined);
    return work;
  }

  /** As `Library.ensureShare`. */
  async ensure(share: ShareInit): Promise<ShareView> {
    return (await this.#known(share.path))?.view() ?? this.add(share);
  }

  /** As `Library.shareAround`. */
  async around(path: string): ReturnType<Library['shareAround']> {
    const real = await realOrSame(path);
    const share = this.all.find(({ row }) => isInside(real, row.path));
    return share === undefined ? undefined : { share: share.view(), isItself: share.row.path === real };
  }

  async #known(path: string): Promise<SharedFolder | undefined> {
    const real = await realpath(path).catch(() => undefined);
    return this.all.find(({ row }) => row.path === real || row.path === path);
  }

  /** As `Library.checkShares`. */
  async check(paths: readonly string[]): Promise<void> {
    const taken: string[] = [];
    for (const path of paths) {
      if ((await this.#known(path)) === undefined) taken.push((await this.#checked({ path }, taken)).path);
    }
  }

  async #checked({ path, confirm }: ShareInit, taken: readonly string[] = []): Promise<CheckedFolder> {
    const { size } = this.#folders;
    if (size + taken.length >= MAX_SHARES) {
      throw new BanyanError(
        'limit_exceeded',
        `At most ${MAX_SHARES} folders can be shared. Share a folder that holds several.`,
      );
    }
    return checkShareFolder(path, {
      privateFolders: [this.#init.of.stateDir, ...(this.#init.of.privateFolders ?? [])],
      openFolders: this.#init.of.openFolders ?? [],
      ...(this.#init.of.commonFolder === undefined ? {} : { commonFolder: this.#init.of.commonFolder }),
      ...(this.#init.of.homeDir === undefined ? {} : { homeDir: this.#init.of.homeDir }),
      shared: [...this.all.map((share) => share.row.path), ...taken],
      confirmed: confirm ?? false,
    });
  }

  async #addNow(share: ShareInit): Promise<ShareView> {
    const { index } = this.#c;
    const { name } = share;
    const exclude = tidyExclusions(share.exclude ?? []);
    const folder = await this.#checked(share);
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
        ...(exclude.length === 0 ? {} : { exclude }),
      }),
    );
    this.#c.log.info({ share: row.path }, 'folder shared');
    return this.start(row).view();
  }

  /** Begins with a share that is in the index. */
  start(row: ShareRow): SharedFolder {
    const { clock, log, index } = this.#c;
    // What was admitted as a share is open itself, now and after each start.
    const [kept, open] = [this.#init.private, [...this.#init.open, row.path]];
    const share = new SharedFolder(
      { clock, log, index },
      {
        row,
        // Banyan's own folders may lie inside a share that was confirmed, such as a home folder. Asked for each entry.
        isExcluded:
          isPrivate(row.path, kept, open) || kept.some((folder) => isInside(folder, row.path))
            ? (path) => isPrivate(path, kept, open)
            : () => false,
        onChange: this.#init.onChange,
        ...(this.#init.of.settleMs === undefined ? {} : { settleMs: this.#init.of.settleMs }),
        ...(this.#init.of.maxWatchedFolders === undefined
          ? {}
          : { maxWatchedFolders: this.#init.of.maxWatchedFolders }),
      },
    );
    this.#folders.set(row.no, share);
    share.start();
    return share;
  }

  /** As `Library.removeShare`. */
  async remove(id: string): Promise<void> {
    const { index, log } = this.#c;
    const share = this.#byId(id);
    const { no } = share.row;
    // First of all, so that it is not shared again after a crash.
    await index.write((tx) => tx.putShare({ ...share.row, removed: true }));
    this.#folders.delete(no);
    this.#init.abortHashing(no);
    await share.stop();
    await this.forget(no);
    log.info({ share: share.row.path }, 'folder not shared any more');
    // What found no room in the catalog may find some now.
    for (const other of this.all) if (index.isOverfull(other.row.no)) other.scan();
    this.#init.onChange();
  }

  /** As `Library.rescanShare`. */
  rescan(id: string): ShareView {
    const share = this.#byId(id);
    share.scan();
    return share.view();
  }

  /** As `Library.setExclusions`. */
  async setExclusions(id: string, exclude: readonly string[]): Promise<ShareView> {
    const share = this.#byId(id);
    await share.setExclusions(tidyExclusions(exclude));
    return share.view();
  }

  /** As `Library.previewExclusions`. */
  async previewExclusions(
    of: { readonly id: string } | { readonly path: string },
    exclude: readonly string[],
    signal: AbortSignal,
  ): Promise<ExclusionPreview> {
    const tidy = tidyExclusions(exclude);
    const path = 'id' in of ? this.#byId(of.id).row.path : of.path;
    const info = await stat(path).catch(() => undefined);
    if (info?.isDirectory() !== true) throw new BanyanError('folder_missing');
    return previewExclusions(path, tidy, signal);
  }

  #byId(id: string): SharedFolder {
    const share = this.all.find(({ row }) => row.id === id);
    if (share === undefined)
      throw new BanyanError('not_found', 'No folder is shared under that id. `banyan share` lists them.');
    return share;
  }

  /** Folder by folder, then the share itself. */
  async forget(no: number): Promise<void> {
    const { index } = this.#c;
    for (let more = true; more;) {
      const page = index.foldersOf(no, undefined, REMOVE_BATCH);
      for (const folder of page) await forgetOne(index, folder.no);
      more = page.length === REMOVE_BATCH;
    }
    await index.write((tx) => tx.removeShare(no));
  }
}
