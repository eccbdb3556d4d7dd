/** The downloads that there are: by id, by content and by their place in the line, with what is kept of each on the disk. */
import { rm } from 'node:fs/promises';
import { BanyanError, contentIdText, contentKey, displayText, type ContentId } from '@banyan/proto';
import type { Log, Timer } from '@banyan/kit';
import { toDiskError } from './disk-error.ts';
import type { Passenger } from './bundle-types.ts';
import type { DownloadTrace } from './download-trace.ts';
import type { DownloadHeader } from './header.ts';
import { openHeaderBook, type HeaderBook } from './header-book.ts';
import { journalPaths, prepareStateDir, removeJournal, type JournalPaths } from './journal.ts';
import { keyOfUnnamed } from './kept-proof.ts';
import { createLine, type Line } from './line.ts';
import { partPath } from './part-file.ts';
import type { Readers } from './readers.ts';
import { isSmall } from './small-holding.ts';
import type { Turn } from './turns.ts';
import type { WantedContent } from './types.ts';

/** A download in its room. */
export interface Item extends Turn {
  content: WantedContent;
  /** Under which it is found again. */
  key: string;
  /** Nobody has written anything of it yet. */
  isNew: boolean;
  passenger: Passenger | undefined;
  /** Of what is done for it: names its trace to supernodes and sources. A restart begins another one. */
  readonly traceparent: string;
  readonly trace: DownloadTrace;
  changeTimer: Timer | undefined;
  readonly readers: Readers;
}

/** All downloads of a room. */
export interface ItemTable {
  readonly size: number;
  readonly line: Line;
  all(): Iterable<Item>;
  /** What is unfinished, the one whose turn is first in front. */
  inLine(): Iterable<Item>;
  get(id: string): Item | undefined;
  /** @throws BanyanError `not_found` */
  require(id: string): Item;
  byKey(key: string): Item | undefined;
  of(content: ContentId): Item | undefined;
  put(item: Item): void;
  /** Its content id is known now. */
  name(item: Item, content: ContentId): void;
  forget(item: Item): void;

  /**
   * Opens what is kept and reads it.
   *
   * @throws BanyanError `disk_full`, `disk_failed`
   */
  open(): Promise<readonly { readonly header: DownloadHeader; readonly content: WantedContent }[]>;
  paths(id: string): JournalPaths;
  /**
   * Keeps a header as it is now.
   *
   * @throws BanyanError `disk_full`, `disk_failed`
   */
  keep(header: DownloadHeader): Promise<void>;
  /** As {@link keep}, where nobody can do anything about a failure. */
  save(item: Item): Promise<void>;
  /** Keeps figures, so that a start can show how far it is before the journal has been read. */
  saveFigures(item: Item): Promise<void>;
  /** Removes what is of use only until it is done. */
  removeJournal(item: Item): Promise<void>;
  /** Removes everything that is kept of it, and what has arrived of a file that is not whole. */
  removeAll(item: Item): Promise<void>;
  close(): Promise<void>;
}

/** Under which a wanted content is found again: so that two clicks make one download. */
export function keyOf(
  content: WantedContent,
  proof: DownloadHeader['proof'],
  mirrors: readonly string[],
): string {
  const { root, length } = content;
  return root === undefined ? keyOfUnnamed(content, proof, mirrors) : contentKey({ root, length });
}

/** Makes an empty table over a folder. */
export function createItemTable(log: Log, stateDir: string): ItemTable {
  const items = new Map<string, Item>();
  const byKey = new Map<string, Item>();
  const line = createLine();
  let opened: HeaderBook | undefined;
  const book = (): HeaderBook => {
    if (opened === undefined)
      throw new BanyanError('shutting_down', 'The downloads are not open. Start them first.');
    return opened;
  };
  const paths = (id: string): JournalPaths => journalPaths(stateDir, id);

  const table: ItemTable = {
    get size() {
      return items.size;
    },
    line,
    all: () => items.values(),
    *inLine() {
      for (const id of line.ids()) yield items.get(id)!;
    },
    get: (id) => items.get(id),
    require(id) {
      const item = items.get(id);
      if (item === undefined)
        throw new BanyanError('not_found', `There is no download ${displayText(id, 40)}.`);
      return item;
    },
    byKey: (key) => byKey.get(key),
    of: (content) => byKey.get(contentKey(content)),
    put(item) {
      items.set(item.header.id, item);
      byKey.set(item.key, item);
      line.note(item.header);
    },
    name(item, content) {
      item.header.content = contentIdText(content);
      byKey.delete(item.key);
      item.content = content;
      item.key = contentKey(content);
      byKey.set(item.key, item);
    },
    forget(item) {
      items.delete(item.header.id);
      line.drop(item.header.id);
      if (byKey.get(item.key) === item) byKey.delete(item.key);
      item.changeTimer?.cancel();
    },

    async open() {
      try {
        await prepareStateDir(stateDir);
        opened = openHeaderBook(stateDir);
        return await opened.read((file, error) =>
          log.error({ err: error, file }, 'a kept download is damaged; it was put aside'),
        );
      } catch (error) {
        throw toDiskError(error, stateDir);
      }
    },
    paths,
    keep: (header) =>
      book()
        .save(header)
        .catch((error: unknown) => {
          throw toDiskError(error, stateDir);
        }),
    async save({ header, isRemoved }) {
      if (isRemoved) return;
      await book()
        .save(header)
        .catch((error: unknown) =>
          log.warn({ err: error, download: header.id }, 'the state of a download could not be kept'),
        );
    },
    async saveFigures(item) {
      const { engine, header } = item;
      if (engine === undefined || header.state === 'done' || header.bytes !== undefined) return;
      header.bytes = engine.keptBytes;
      header.fetchedBytes = engine.fetchedBytes;
      await table.save(item);
    },
    async removeJournal({ content, header }) {
      if (!isSmall(content) || header.proof !== undefined) await removeJournal(paths(header.id));
    },
    async removeAll(item) {
      const { id, state, folder } = item.header;
      if (state !== 'done') await rm(partPath(folder, id), { force: true }).catch(() => undefined);
      try {
        await book().remove(id);
        await table.removeJournal(item);
      } catch (error) {
        log.warn({ err: error, download: id }, 'the journal of a download could not be removed');
      }
    },
    close: async () => opened?.close(),
  };
  return table;
}
