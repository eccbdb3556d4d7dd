import { displayText, errorFromBody, type HitView } from '@banyan/proto';
import type { BrowserClient } from '@banyan/sdk/browser';

/** Files of a folder that are looked for: as many as one search keeps. */
const MAX_FOLDER_FILES = 1_000;
const PAGE_HITS = 50;
/** Answers come in less; the daemon says so when they do not. */
const WAIT_S = 20;

/** Of a deep folder's path the end is asked for: a query is bounded, and what it finds is looked at whole. */
const MAX_ASKED_CHARS = 240;

/** The query for what is in a folder and below it. */
export function folderQuery(folder: string): string {
  let asked = '';
  for (const part of folder.replaceAll('"', ' ').split('/').toReversed()) {
    if (asked !== '' && asked.length + part.length >= MAX_ASKED_CHARS) break;
    asked = asked === '' ? part : `${part}/${asked}`;
  }
  return `folder:"${asked.slice(0, MAX_ASKED_CHARS)}"`;
}

export interface FolderFile {
  readonly hit: HitView;
  /** Folders between the folder and the file, with / between them; empty: none. */
  readonly below: string;
}

/** Those of the hits that lie in the folder or below it, in the order of their places there. */
export function filesOf(folder: string, hits: readonly HitView[]): FolderFile[] {
  return hits
    .filter((hit) => hit.folder === folder || hit.folder.startsWith(`${folder}/`))
    .map((hit) => ({ hit, below: hit.folder.slice(folder.length + 1) }))
    .sort((a, b) => order.compare(a.below, b.below) || order.compare(a.hit.name, b.hit.name));
}

/** "Track 2" before "Track 10". */
const order = new Intl.Collator(undefined, { numeric: true });

/** Where the files go: the folder's own name, in the download folder. */
export const folderName = (folder: string): string => displayText(folder.split('/').at(-1) ?? folder, 200);

/**
 * Asks the network for what is in a folder, page by page.
 *
 * @param query - see `folderQuery`
 * @param onFound - told of all hits so far after each page
 * @throws BanyanError as searching does, what a page failed with, `aborted` with the signal
 */
export async function findFolder(
  client: BrowserClient,
  query: string,
  onFound: (hits: readonly HitView[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const { id } = await client.startSearch({ query, limit: PAGE_HITS, asTyped: true }, signal);
  try {
    for (;;) {
      const { search, results } = await client.searchResult(id, signal, WAIT_S);
      onFound(results);
      if (search.state === 'searching') continue;
      // Also of a page that failed: there is a next one all the same, and it would be asked for without end.
      if (search.problem !== null) throw errorFromBody({ error: search.problem });
      if (!search.more || results.length >= MAX_FOLDER_FILES) return;
      await client.moreHits(id, signal);
    }
  } finally {
    client.endSearch(id).catch(() => undefined); // The daemon forgets old searches by itself, too.
  }
}
