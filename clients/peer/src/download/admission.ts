/** How a download comes about: what is asked for is looked at, and becomes an item that is kept. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  BanyanError,
  contentIdText,
  MAX_LINK_MIRRORS,
  safeRelativePath,
  type ContentId,
} from '@banyan/proto';
import type { Clock } from '@banyan/kit';
import {
  FOLDER_LOOK_MS,
  FOLDER_PATIENCE_MS,
  MAX_DOWNLOAD_BYTES,
  MAX_DOWNLOADS,
  MAX_GOOD_FOLDERS,
} from './constants.ts';
import { toDiskError } from './disk-error.ts';
import { isOverWithin, silentDisk } from './disk-watch.ts';
import type { KeptMirror } from './engine-types.ts';
import type { DownloadHeader, KeptProof } from './header.ts';
import { keyOf, type Item, type ItemTable } from './item-table.ts';
import { keptProof, savePieces } from './kept-proof.ts';
import { prepareFolder } from './part-file.ts';
import type { NewDownload, WantedContent } from './types.ts';

/** What an admission works with. */
export interface AdmissionComponents {
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'setTimeout'>;
  readonly table: ItemTable;
  readonly isBlocked: (content: ContentId) => boolean;
  /** Where the library has a content already. */
  readonly pathOf: (content: ContentId) => Promise<string | undefined>;
  readonly makeItem: (header: DownloadHeader, content: WantedContent) => Item;
}

/** Takes downloads in. */
export interface Admission {
  /**
   * The item of a download: a new one, or that which there is of its content. It is kept when this resolves.
   *
   * @throws BanyanError `invalid_request`, `limit_exceeded`, `blocked_content`, `folder_missing`, `folder_unreadable`,
   *   `disk_full`, `disk_failed`
   */
  admit(download: NewDownload): Promise<{ readonly item: Item; readonly isNew: boolean }>;
  /** Where files go from now on of which nobody says otherwise. */
  setFolder(folder: string): void;
}

type Admitted = Awaited<ReturnType<Admission['admit']>>;

/** Makes an admission; `folder` is where files go of which nobody says otherwise. */
export function createAdmission(components: AdmissionComponents, folder: string): Admission {
  return new Desk(components, folder);
}

class Desk implements Admission {
  readonly #c: AdmissionComponents;
  #folder: string;
  /** Of each content, the last call that adds it. */
  readonly #adding = new Map<string, Promise<unknown>>();
  /** Folders that were found good, and when. */
  readonly #goodFolders = new Map<string, number>();

  constructor(components: AdmissionComponents, folder: string) {
    this.#c = components;
    this.#folder = folder;
  }

  setFolder(folder: string): void {
    this.#folder = folder;
  }

  admit(download: NewDownload): Promise<Admitted> {
    const { content, proof, mirrors = [] } = download;
    const kept = content.root !== undefined || proof === undefined ? undefined : keptProof(proof);
    const key = keyOf(content, kept, mirrors);
    const order = this.#c.table.line.next(this.#c.clock.now());
    // Those of one content one after the other, so that two clicks make one download.
    const before = this.#adding.get(key) ?? Promise.resolve();
    const admitted = before.then(() => this.#admit(download, kept, key, order));
    const last = admitted
      .catch(() => undefined)
      .then(() => {
        if (this.#adding.get(key) === last) this.#adding.delete(key);
      });
    this.#adding.set(key, last);
    return admitted;
  }

  async #admit(
    download: NewDownload,
    kept: KeptProof | undefined,
    key: string,
    order: number,
  ): Promise<Admitted> {
    const { content: wanted, mirrors = [], proof } = download;
    const { table, isBlocked, pathOf, makeItem } = this.#c;
    const { length, root } = wanted;
    const content = root === undefined ? undefined : { root, length };
    if (content === undefined && (kept === undefined || length === 0))
      throw new BanyanError(
        'invalid_request',
        'Of a file without content id, hashes or a length are needed.',
      );
    if (length > MAX_DOWNLOAD_BYTES)
      throw new BanyanError('limit_exceeded', `A download has at most ${MAX_DOWNLOAD_BYTES} bytes.`);
    if (content !== undefined && isBlocked(content)) throw new BanyanError('blocked_content');
    const before = table.byKey(key);
    if (before !== undefined && before.header.state !== 'done') {
      await this.#addMirrors(before, mirrors);
      return { item: before, isNew: false };
    }
    const path = content === undefined ? undefined : await pathOf(content);
    if (before?.header.path !== undefined && before.header.path === path)
      return { item: before, isNew: false };
    this.#requireRoom();
    const header = await this.#header(download, { content, kept, order, path });
    // Others were added meanwhile.
    this.#requireRoom();
    const item = makeItem(header, wanted);
    table.put(item);
    try {
      if (kept !== undefined && proof !== undefined)
        await savePieces(table.paths(header.id).pieces, proof).catch((error: unknown) => {
          throw toDiskError(error, table.paths(header.id).pieces);
        });
      await table.keep(header);
    } catch (error) {
      table.forget(item);
      throw error;
    }
    return { item, isNew: true };
  }

  #requireRoom(): void {
    if (this.#c.table.size < MAX_DOWNLOADS) return;
    throw new BanyanError(
      'limit_exceeded',
      `There are ${MAX_DOWNLOADS} downloads. Remove finished ones first.`,
    );
  }

  async #header(
    { content: { length }, name, folder, subfolder = [], priority = 'normal', mirrors = [] }: NewDownload,
    known: {
      readonly content: ContentId | undefined;
      readonly kept: KeptProof | undefined;
      readonly order: number;
      /** Where the whole file is already. */
      readonly path: string | undefined;
    },
  ): Promise<DownloadHeader> {
    const { content, kept, order, path } = known;
    const base = folder ?? this.#folder;
    // No part leads anywhere else: each becomes a plain name.
    const target = join(base, safeRelativePath(subfolder));
    if (path === undefined) {
      await this.#prepareFolder(base, folder === undefined);
      if (target !== base) await this.#prepareFolder(target, true);
    }
    const now = this.#c.clock.now();
    return {
      version: 1,
      id: `d${randomBytes(8).toString('hex')}`,
      ...(content === undefined
        ? { content: '', length, ...(kept === undefined ? {} : { proof: kept }) }
        : { content: contentIdText(content) }),
      ...(mirrors.length === 0 ? {} : { mirrors: withMirrors([], mirrors) }),
      name,
      folder: target,
      ownFolder: folder === undefined || subfolder.length > 0,
      addedAt: now,
      state: 'active',
      priority,
      order,
      ...(path === undefined ? {} : { state: 'done', path, finishedAt: now, fetchedBytes: 0 }),
    };
  }

  async #prepareFolder(path: string, mayMake: boolean): Promise<void> {
    const now = this.#c.clock.monotonic();
    const looked = this.#goodFolders.get(path);
    if (looked !== undefined && now - looked < FOLDER_LOOK_MS) return;
    const { clock } = this.#c;
    if (!(await isOverWithin(clock, FOLDER_PATIENCE_MS, prepareFolder(path, mayMake))))
      throw silentDisk(path);
    if (this.#goodFolders.size >= MAX_GOOD_FOLDERS) this.#goodFolders.clear();
    this.#goodFolders.set(path, now);
  }

  /** A download that is there learns of further mirrors. */
  async #addMirrors(item: Item, urls: readonly string[]): Promise<void> {
    const known = item.header.mirrors ?? [];
    const mirrors = withMirrors(known, urls);
    if (mirrors.length === known.length) return;
    item.header.mirrors = mirrors;
    item.engine?.addMirrors(mirrors.map(({ url }) => url));
    await this.#c.table.save(item);
  }
}

/** Mirrors with those that are new among `urls`, as many as one download has. */
function withMirrors(known: readonly KeptMirror[], urls: readonly string[]): KeptMirror[] {
  const fresh = [...new Set(urls)].filter((url) => !known.some((mirror) => mirror.url === url));
  return [...known, ...fresh.map((url) => ({ url }))].slice(0, MAX_LINK_MIRRORS);
}
