import { contentIdText, formatLink, mediaTypeOf, type ContentId, type SharedFile } from '@banyan/proto';
import type { LibraryIndex } from './index-db.ts';
import { sparseTags } from './index-rows.ts';

/** A published file as page and command line show it. */
export function fileView(
  index: LibraryIndex,
  id: number,
  network: string | undefined,
): SharedFile | undefined {
  const row = index.file(id);
  if (row?.root === undefined) return undefined;
  const content: ContentId = { root: row.root, length: row.size };
  return {
    id,
    content: contentIdText(content),
    name: row.name,
    folder: index.folder(row.folder)?.path ?? '',
    size: row.size,
    type: mediaTypeOf(row.name),
    modified: Math.floor(row.modifiedMs),
    tags: sparseTags(row.tags),
    link: formatLink({
      content,
      name: row.name,
      mirrors: [],
      ...(network === undefined ? {} : { network }),
    }),
  };
}
