/** The headers of all downloads in one embedded store (id → JSON), so that those of many reach the disk with one sync. */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { open as openLmdb, type RootDatabase } from 'lmdb';
import { checkHeader, wantedOf, type DownloadHeader, type KeptDownload } from './header.ts';

/** All headers on the disk. */
export interface HeaderBook {
  /**
   * Reads what is kept, oldest first.
   *
   * @param onDamaged - told of each that cannot be read; it was put aside in `file`
   */
  read(onDamaged: (file: string, error: unknown) => void): Promise<KeptDownload[]>;
  /** Keeps a header as it is now; resolves when it survives a power cut. */
  save(header: DownloadHeader): Promise<void>;
  /** Keeps that there is no such download any more. */
  remove(id: string): Promise<void>;
  /** Resolves when everything is written. */
  close(): Promise<void>;
}

/** Address space only: a hundred thousand headers have some hundred MB. */
const MAP_BYTES = 4 * 1024 ** 3;

/** Opens the book in `stateDir`. Throws what the store throws. */
export function openHeaderBook(stateDir: string): HeaderBook {
  const store: RootDatabase<string, string> = openLmdb({
    path: join(stateDir, 'headers.lmdb'),
    noSubdir: true,
    encoding: 'string',
    // A write resolves when it is on the disk.
    overlappingSync: false,
    mapSize: MAP_BYTES,
  });
  return {
    async read(onDamaged) {
      const kept: KeptDownload[] = [];
      const damaged: { key: string; value: string }[] = [];
      const file = join(stateDir, 'headers.damaged');
      for (const { key, value } of store.getRange()) {
        try {
          const header = checkHeader(JSON.parse(value), key);
          kept.push({ header, content: wantedOf(header) });
        } catch (error) {
          damaged.push({ key, value });
          onDamaged(file, error);
        }
      }
      for (const { key, value } of damaged) {
        await appendFile(file, `${value}\n`, { mode: 0o600 });
        await store.remove(key);
      }
      return kept.sort(
        (a, b) => a.header.addedAt - b.header.addedAt || a.header.id.localeCompare(b.header.id),
      );
    },
    async save(header) {
      await store.put(header.id, JSON.stringify(header));
    },
    async remove(id) {
      await store.remove(id);
    },
    close: () => store.close(),
  };
}
