import { describe, expect, it } from '@jest/globals';
import { parseQuery, type HitView, type SearchResult } from '@banyan/proto';
import type { BrowserClient } from '@banyan/sdk/browser';
import { previewKind } from '../src/player/preview-kind.ts';
import { filesOf, findFolder, folderName, folderQuery } from '../src/search/folder-files.ts';
import { queriesWithoutOne } from '../src/search/query-parts.ts';

const hit = (folder: string, name: string) => ({ folder, name, content: name }) as HitView;

describe('the files of a folder', () => {
  it('are those in it and below it, in the order of their places and numbers', () => {
    const files = filesOf('Music/Field', [
      hit('Music/Field/CD1', 'track 10.ogg'),
      hit('Music/Field 2', 'no.ogg'),
      hit('Music/Field/CD1', 'track 2.ogg'),
      hit('Music/Field', 'cover.jpg'),
      hit('Music', 'no.txt'),
    ]);
    expect(files.map(({ below, hit: { name } }) => `${below}/${name}`)).toEqual([
      '/cover.jpg',
      'CD1/track 2.ogg',
      'CD1/track 10.ogg',
    ]);
    expect(folderName('Music/Field')).toBe('Field');
  });

  it('are asked for by a phrase of the folder, of a deep one by its end', () => {
    const [clause] = parseQuery(folderQuery('Music/Fi"eld')).clauses;
    expect(clause?.anyOf[0]).toMatchObject({ kind: 'text', field: 'folder', phrase: true });
    const deep = folderQuery(Array.from({ length: 90 }, (_, i) => `folder ${i}`).join('/'));
    expect(deep.length).toBeLessThan(300);
    expect(deep).toMatch(/\/folder 89"$/);
  });
});

describe('looking for the files of a folder', () => {
  const page = (names: readonly string[], search: Partial<SearchResult['search']>): SearchResult => ({
    search: { state: 'done', more: false, problem: null, ...search } as SearchResult['search'],
    results: names.map((name) => hit('Music', name)),
  });
  const problem = { code: 'no_supernode', message: 'No supernode answers.' };
  /** A daemon that gives these answers, one each time it is asked, and no others. */
  const daemonWith = (...answers: SearchResult[]) => {
    const calls: string[] = [];
    const call =
      <T>(name: string, answer: () => T) =>
      () => {
        calls.push(name);
        return Promise.resolve(answer());
      };
    const client = {
      startSearch: call('start', () => ({ id: 's' })),
      searchResult: call('result', () => {
        const next = answers.shift();
        if (next === undefined) throw new Error('asked once too often');
        return next;
      }),
      moreHits: call('more', () => undefined),
      endSearch: call('end', () => undefined),
    } as unknown as BrowserClient;
    return { client, calls };
  };
  const find = async (client: BrowserClient) => {
    let found: readonly string[] = [];
    const onFound = (hits: readonly HitView[]) => void (found = hits.map(({ name }) => name));
    await findFolder(client, 'folder:"Music"', onFound, new AbortController().signal);
    return found;
  };

  it('goes on page by page, and waits for a page that is not whole', async () => {
    const { client, calls } = daemonWith(
      page(['a'], { state: 'searching' }),
      page(['a'], { more: true }),
      page(['a', 'b'], {}),
    );
    await expect(find(client)).resolves.toEqual(['a', 'b']);
    expect(calls).toEqual(['start', 'result', 'result', 'more', 'result', 'end']);
  });

  it.each([
    ['the first page', [page([], { state: 'failed', problem })]],
    ['a further page', [page(['a'], { more: true }), page(['a'], { more: true, problem })]],
  ])('says why %s did not come, and asks for nothing more', async (_which, answers) => {
    const { client, calls } = daemonWith(...answers);
    await expect(find(client)).rejects.toMatchObject(problem);
    expect(calls.at(-1)).toBe('end');
  });
});

describe('a query that finds nothing', () => {
  it('is offered without each of its parts', () => {
    expect(queriesWithoutOne('banyan type:audio "night song"')).toEqual([
      { without: 'banyan', query: 'type:audio "night song"' },
      { without: 'type:audio', query: 'banyan "night song"' },
      { without: '"night song"', query: 'banyan type:audio' },
    ]);
    expect(queriesWithoutOne('banyan -notes')).toEqual([]);
  });
});

describe('how a file can be looked at', () => {
  it.each([
    ['a.mp3', 'audio'],
    ['a.MP4', 'video'],
    ['a.jpg', 'image'],
    ['a.svg', 'text'],
    ['a.pdf', 'pdf'],
    ['README.md', 'text'],
    // A recording, as the gateway and the search say; the source file of the same ending is the rarer one here.
    ['a.ts', 'video'],
    ['a.iso', undefined],
    ['pdf', undefined],
  ])('%s: %s', (name, kind) => {
    expect(previewKind(name)).toBe(kind);
  });
});
