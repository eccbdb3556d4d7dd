/** After an update that reads tags of more kinds of files: looks once into those that were shared without any. */
import { join } from 'node:path';
import { isBanyanError, NO_TAGS, type Tags } from '@banyan/proto';
import type { HashPool } from './hash-pool.ts';
import type { LibraryIndex } from './index-db.ts';
import { REFRESH_BATCH, TAGS_VERSION } from './limits.ts';
import type { SharedFolder } from './shared-folder.ts';

export interface TagRefreshComponents {
  readonly index: LibraryIndex;
  readonly pool: HashPool;
  readonly shareOf: (no: number) => SharedFolder | undefined;
}

interface Tagged {
  readonly id: number;
  readonly stamp: string;
  readonly tags: Tags;
}

/**
 * Reads tags until all files had their turn or `signal` fires; another start goes on from there. Files of a folder that
 * is missing now are left as they are.
 *
 * @throws BanyanError when the index cannot be written
 */
export async function refreshTags(components: TagRefreshComponents, signal: AbortSignal): Promise<void> {
  const { index } = components;
  let { version, after } = index.tagging();
  while (version < TAGS_VERSION) {
    const ids = index.publishedIds(after, REFRESH_BATCH);
    const found = (await Promise.all(ids.map((id) => tagsAgain(components, id, signal)))).flat();
    if (signal.aborted) return;
    const last = ids.at(-1);
    if (last === undefined) [version, after] = [TAGS_VERSION, 0];
    else after = last;
    await index.write((tx) => {
      for (const { id, stamp, tags } of found) tx.setTags(id, stamp, tags);
      tx.setTagging({ version, after });
    });
  }
}

async function tagsAgain(
  { index, pool, shareOf }: TagRefreshComponents,
  id: number,
  signal: AbortSignal,
): Promise<readonly Tagged[]> {
  const row = index.file(id);
  const folder = row === undefined ? undefined : index.folder(row.folder);
  const share = folder === undefined ? undefined : shareOf(folder.share);
  if (row?.tags !== NO_TAGS || folder === undefined || share === undefined) return [];
  const path = join(share.row.path, ...folder.path.split('/'), row.name);
  try {
    const { tags } = await pool.run({ path, size: row.size, stamp: row.stamp, hash: false }, { signal });
    return tags === NO_TAGS ? [] : [{ id, stamp: row.stamp, tags }];
  } catch (error) {
    // One that changed or went is met by the scan.
    if (isBanyanError(error) && error.code !== 'aborted') throw error;
    return [];
  }
}
