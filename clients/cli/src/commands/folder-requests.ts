/** What to download for a whole folder: the hit says which, a search says what is in it. */
import { BanyanError, displayText, type DownloadRequest } from '@banyan/proto';
import type { Cli, Peer } from '../cli.ts';
import { plural } from '../format/units.ts';
import { rememberedHit } from '../last-search.ts';
import { findHits } from './find-hits.ts';

/** Files of one folder: what one search may show. */
const MAX_FOLDER_FILES = 500;

/**
 * Requests for all files of the folders that the hits with these numbers lie in; their folders are made anew in the
 * download folder.
 *
 * @throws BanyanError `not_found` for a number that is none, or a hit that lies in no folder
 */
export async function folderRequests(
  cli: Cli,
  peer: Peer,
  numbers: readonly number[],
  extra: Pick<DownloadRequest, 'folder' | 'priority'>,
): Promise<DownloadRequest[]> {
  const folders = new Set<string>();
  for (const n of numbers) {
    const { name, folder = '' } = await rememberedHit(peer.folder, n);
    if (folder === '')
      throw new BanyanError(
        'not_found',
        `${displayText(name, 200)} lies in no folder of its share. Download it alone: banyan get ${n}`,
      );
    folders.add(folder);
  }
  const requests: DownloadRequest[] = [];
  for (const folder of folders) {
    // Quotes are no part of any word that is searched for.
    const query = `folder:"${folder.replace(/["＂]/g, ' ')}"`;
    const { results, search } = await findHits(peer, { query, asTyped: true }, MAX_FOLDER_FILES);
    const own = results.filter((hit) => hit.folder === folder || hit.folder.startsWith(`${folder}/`));
    if (own.length === 0)
      throw new BanyanError('not_found', `Nobody who can be asked just now has ${displayText(folder, 300)}.`);
    cli.note(
      `${displayText(folder, 300)}: ${plural(own.length, 'file')}` +
        (search.more ? ` (the first ${MAX_FOLDER_FILES} hits; there may be more)` : ''),
    );
    const above = folder.lastIndexOf('/') + 1;
    for (const hit of own) requests.push({ link: hit.link, subfolder: hit.folder.slice(above), ...extra });
  }
  return requests;
}
