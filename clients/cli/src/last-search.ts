/** The hits of the last search, so that `banyan get 3` knows what number 3 was. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BanyanError, type HitView } from '@banyan/proto';

export type RememberedHit = Pick<HitView, 'content' | 'name' | 'size' | 'link'> &
  Partial<Pick<HitView, 'folder'>>;
export interface LastSearch {
  readonly query: string;
  readonly hits: readonly RememberedHit[];
}

/** In the peer's data folder: each peer has its own last search. */
const FILE = 'last-search.json';

export async function rememberSearch(folder: string, query: string, hits: readonly HitView[]): Promise<void> {
  const kept: LastSearch = {
    query,
    hits: hits.map(({ content, name, size, link, folder }) => ({ content, name, size, link, folder })),
  };
  const path = join(folder, FILE);
  const fresh = `${path}.${process.pid}.new`;
  await writeFile(fresh, JSON.stringify(kept), { mode: 0o600 });
  await rename(fresh, path);
}

export async function lastSearch(folder: string): Promise<LastSearch | undefined> {
  try {
    const kept: unknown = JSON.parse(await readFile(join(folder, FILE), 'utf8'));
    return isLastSearch(kept) ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** The file may be of another version, or edited. */
function isLastSearch(value: unknown): value is LastSearch {
  const { query, hits } = (value ?? {}) as Partial<Record<keyof LastSearch, unknown>>;
  return (
    typeof query === 'string' &&
    Array.isArray(hits) &&
    hits.every((hit: Partial<RememberedHit> | null) =>
      [hit?.content, hit?.name, hit?.link].every((text) => typeof text === 'string'),
    )
  );
}

/**
 * Hit number `n`, counted from 1, of the last search.
 *
 * @throws BanyanError `not_found` when there was no search, or it had fewer hits
 */
export async function rememberedHit(folder: string, n: number): Promise<RememberedHit> {
  const last = await lastSearch(folder);
  if (last === undefined)
    throw new BanyanError('not_found', `There is no search yet of which ${n} could be a hit. Search first.`);
  const hit = last.hits[n - 1];
  if (hit === undefined) {
    const had =
      last.hits.length === 0
        ? 'had no hits'
        : last.hits.length === 1
          ? 'had one hit'
          : `had hits 1 to ${last.hits.length}`;
    throw new BanyanError('not_found', `The last search (${last.query}) ${had}; there is no number ${n}.`);
  }
  return hit;
}
