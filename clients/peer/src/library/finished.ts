/** A finished download becomes a shared file without being read again. */
import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { BanyanError, chunkCount, HASH_BYTES, NO_TAGS } from '@banyan/proto';
import type { LibraryIndex } from './index-db.ts';
import { leftOutByName } from './left-out.ts';
import { isInside } from './share-safety.ts';
import type { SharedFolder } from './shared-folder.ts';
import { seenOf, type Seen } from './stamp.ts';
import type { FinishedFile } from './types.ts';

/** A file that was taken. */
export interface TakenFile {
  readonly id: number;
  /** Real path. */
  readonly path: string;
  readonly seen: Seen;
}

/**
 * Publishes a finished download in the share it lies in.
 *
 * @returns undefined when it lies in no share, or is left out
 * @throws BanyanError `file_changed` when the file has another length by now
 */
export async function takeFinished(
  index: LibraryIndex,
  shares: Iterable<SharedFolder>,
  { path, content, chunkHashes }: FinishedFile,
): Promise<TakenFile | undefined> {
  if (chunkHashes.length !== chunkCount(content.length) * HASH_BYTES)
    throw new BanyanError('internal', 'A finished download has another number of chunk hashes than chunks.');
  const parent = await realpath(dirname(path));
  const share = [...shares].find(({ row }) => isInside(parent, row.path) && !row.missing);
  if (share === undefined) return undefined;
  const name = basename(path);
  const folder = relative(share.row.path, parent).split(sep).join('/');
  const parts = folder === '' ? [name] : [...folder.split('/'), name];
  if (parts.some((part) => leftOutByName(part) !== undefined)) return undefined;
  if (share.isExcluded(join(parent, name))) return undefined;
  const stat = await lstat(join(parent, name), { bigint: true });
  if (!stat.isFile() || Number(stat.size) !== content.length) throw new BanyanError('file_changed');
  const seen = seenOf(stat);
  const id = await index.write((tx) => {
    const no = tx.ensureFolder(share.row.no, folder);
    tx.upsertFile(no, name, seen, false);
    const file = index.fileByName(no, name);
    if (file === undefined) return undefined;
    if (file.row.state !== 'hashed')
      tx.setHashed(file.id, { content, chunkHashes, tags: NO_TAGS, stamp: seen.stamp });
    return file.id;
  });
  if (id === undefined) return undefined;
  return { id, path: join(parent, name), seen };
}
