import { describe, expect, it } from '@jest/globals';
import { BanyanError, contentIdText, NO_TAGS, type OwnedMark, type SearchDone } from '@banyan/proto';
import { createManualClock, silentLog } from '@banyan/kit';
import type { SearchOptions } from '@banyan/sdk';
import { createSearches, type Searches, type SearchesComponents } from '../../src/searches/searches.ts';
import { content, done, hit } from './hits.ts';

const NETWORK = 'http://localhost:7700';
interface Asked {
  readonly query: string;
  readonly options: SearchOptions;
  answer(result: SearchDone): void;
  fail(error: BanyanError): void;
}

/** Searches whose network answers when the test says so; `world.entrance` is the supernode that is asked. */
function setUp(more: Partial<SearchesComponents> = {}): {
  searches: Searches;
  asked: Asked[];
  changes: string[];
  queries: string[];
  world: { entrance: string | undefined };
  clock: ReturnType<typeof createManualClock>;
} {
  const asked: Asked[] = [];
  const changes: string[] = [];
  const queries: string[] = [];
  const world: { entrance: string | undefined } = { entrance: 'home' };
  const clock = createManualClock();
  const searches = createSearches({
    clock,
    log: silentLog(),
    ask: (query, options) =>
      new Promise((resolve, reject) => {
        const end = new AbortController();
        const settle =
          <T>(how: (value: T) => void) =>
          (value: T): void => {
            end.abort();
            how(value);
          };
        asked.push({ query, options, answer: settle(resolve), fail: settle(reject) });
        options.signal?.addEventListener('abort', () => reject(new BanyanError('aborted')), {
          signal: end.signal,
        });
      }),
    entrance: () => world.entrance,
    ready: () => Promise.resolve(),
    owned: () => 'none',
    downloadLimit: () => Infinity,
    network: () => NETWORK,
    onChange: (id) => changes.push(id),
    onQuery: (query) => queries.push(query),
    ...more,
  });
  return { searches, asked, changes, queries, world, clock };
}

const CURSOR = new Uint8Array([1, 2, 3]);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a search', () => {
  it('gives hits as they come, best first, and says when it is done', async () => {
    const { searches, asked, changes, clock } = setUp();
    const { id } = searches.start({ query: '  oak song ', limit: 7 });
    expect(asked[0]).toMatchObject({ query: 'oak song', options: { limit: 7 } });
    expect(searches.result(id)).toMatchObject({ search: { state: 'searching', tookMs: null }, results: [] });
    changes.length = 0;
    asked[0]?.options.onHits?.([hit(1), hit(3)]);
    expect(changes).toEqual([id]);
    asked[0]?.options.onHits?.([hit(2)]);
    expect(searches.window(id, 0, 2)).toMatchObject({
      total: 3,
      rows: [{ name: 'file 3.ogg' }, { name: 'file 2.ogg' }],
    });
    await clock.advance(120);
    asked[0]?.answer(
      done({
        totalEstimate: 40,
        asked: 3,
        timedOut: 1,
        answers: [
          { deviceId: 'a', name: 'Oak\u001b[31m', tookMs: 5, hits: 2, code: '' },
          { deviceId: 'b', name: 'Elm', tookMs: 2000, hits: 0, code: 'timeout' },
        ],
        searchedFor: 'oak sing',
        hints: ['oka'],
      }),
    );
    await turn();
    expect(searches.result(id).search).toMatchObject({
      state: 'done',
      tookMs: 120,
      hits: 3,
      totalEstimate: 40,
      asked: 3,
      answered: 2,
      timedOut: 1,
      searchedFor: 'oak sing',
      hints: ['oka'],
      answers: [
        { name: 'Oak', problem: null },
        { name: 'Elm', problem: { code: 'timeout' } },
      ],
    });
  });

  it('says what a download can expect by what its sources offer, within the own limit of now', () => {
    let limit = Infinity;
    const { searches, asked } = setUp({ downloadLimit: () => limit });
    const { id } = searches.start({ query: 'oak' });
    const three = { reachableSources: 3 };
    asked[0]?.options.onHits?.([
      hit(4, { ...three, offers: 2, freeSources: 2, rate: 12_000_000 }),
      hit(3, { ...three, offers: 2, freeSources: 0 }),
      hit(2, { ...three, offers: 3, freeSources: 0 }),
      hit(1, { ...three, offers: 3, freeSources: 1, rate: 0 }),
    ]);
    const said = (): unknown[] =>
      searches
        .result(id)
        .results.map(({ expectedBytesPerSecond, allBusy }) => [expectedBytesPerSecond, allBusy]);
    const unknown = [undefined, undefined];
    expect(said()).toEqual([[12_000_000, undefined], unknown, [undefined, true], unknown]);
    limit = 2_000_000;
    expect(said()).toEqual([[2_000_000, undefined], unknown, [undefined, true], unknown]);
  });

  it('asks everybody again when it is to go deeper, and keeps what is there', async () => {
    const { searches, asked } = setUp();
    const { id } = searches.start({ query: 'oak' });
    asked[0]?.options.onHits?.([hit(1)]);
    // While it is asked, nothing is asked twice.
    searches.deeper(id);
    expect(asked).toHaveLength(1);
    asked[0]?.answer(done({ answered: 1, timedOut: 1, cursor: CURSOR }));
    await turn();
    expect(searches.deeper(id)).toMatchObject({ state: 'searching', hits: 1 });
    expect(asked[1]?.options.cursor).toBeUndefined();
    asked[1]?.options.onHits?.([hit(1), hit(2)]);
    asked[1]?.answer(done({ answered: 2 }));
    await turn();
    expect(searches.result(id).search).toMatchObject({ state: 'done', answered: 2, timedOut: 0, hits: 2 });
  });

  it('counts extensions and reachable sources of its hits, and leaves out what is here when told to', () => {
    const { searches, asked } = setUp({ owned: ({ length }) => (length === 101 ? 'have' : 'none') });
    const { id } = searches.start({ query: 'oak' });
    asked[0]?.options.onHits?.([
      hit(1, { reachableSources: 6 }),
      hit(2, { reachableSources: 2 }),
      hit(3, { name: 'oak.PDF' }),
    ]);
    expect(searches.result(id).search.facets).toEqual([
      { facet: 'ext', value: 'ogg', count: 2 },
      { facet: 'ext', value: 'pdf', count: 1 },
      { facet: 'sources', value: '>1', count: 2 },
      { facet: 'sources', value: '>4', count: 1 },
    ]);
    expect(searches.window(id, 0, 10).total).toBe(3);
    expect(searches.window(id, 0, 1, { notMine: true })).toMatchObject({
      total: 2,
      rows: [{ name: 'oak.PDF' }],
    });
  });

  it('replaces a hit by the later one of the same content', () => {
    const { searches, asked } = setUp();
    const { id } = searches.start({ query: 'oak' });
    asked[0]?.options.onHits?.([hit(1)]);
    asked[0]?.options.onHits?.([hit(1, { sources: 5, reachableSources: 4, name: 'better name.ogg' })]);
    expect(searches.result(id).results).toMatchObject([
      { name: 'better name.ogg', sources: 5, reachableSources: 4 },
    ]);
  });

  it('cleans what others wrote and makes a link that names the network', () => {
    const { searches, asked } = setUp();
    const { id } = searches.start({ query: 'oak' });
    asked[0]?.options.onHits?.([
      hit(1, {
        name: 'evil\u001b]0;title\u0007\u202egpj.exe',
        folder: 'a\nb',
        tags: { ...NO_TAGS, artist: 'A\u0000B', year: 1999 },
      }),
    ]);
    const [row] = searches.result(id).results;
    expect(row).toMatchObject({ name: 'evilgpj.exe', folder: 'a b', tags: { artist: 'AB', year: 1999 } });
    expect(row?.link).toContain(`banyan:${contentIdText(content(1))}?`);
    expect(row?.link).toContain(`net=${NETWORK}`);
  });

  it('marks what is ours as it is at the moment of looking', () => {
    let mark: OwnedMark = 'none';
    const { searches, asked } = setUp({ owned: () => mark });
    const { id } = searches.start({ query: 'oak' });
    asked[0]?.options.onHits?.([hit(1)]);
    expect(searches.result(id).results[0]?.own).toBe('none');
    mark = 'downloading';
    expect(searches.window(id, 0, 1).rows[0]?.own).toBe('downloading');
  });

  it('waits for the end as long as it is told to', async () => {
    const { searches, asked, clock } = setUp();
    const { id } = searches.start({ query: 'oak' });
    const early = searches.wait(id, 1_000, new AbortController().signal);
    const late = searches.wait(id, 10_000, new AbortController().signal);
    await clock.advance(1_000);
    expect((await early).search.state).toBe('searching');
    asked[0]?.answer(done());
    expect((await late).search.state).toBe('done');
    const gone = new AbortController();
    const { id: second } = searches.start({ query: 'elm' });
    const left = searches.wait(second, 10_000, gone.signal);
    gone.abort();
    expect((await left).search.state).toBe('searching');
  });
});

describe('a search whose supernode is lost', () => {
  it('is asked again once, and keeps the hits it had', async () => {
    const { searches, asked } = setUp();
    const { id } = searches.start({ query: 'oak' });
    asked[0]?.options.onHits?.([hit(1)]);
    asked[0]?.fail(new BanyanError('unreachable'));
    await turn();
    expect(asked).toHaveLength(2);
    expect(searches.result(id).search.state).toBe('searching');
    asked[1]?.options.onHits?.([hit(2)]);
    asked[1]?.answer(done());
    await turn();
    expect(searches.result(id)).toMatchObject({ search: { state: 'done', hits: 2, problem: null } });
  });

  it('fails with the reason after the second time', async () => {
    const { searches, asked } = setUp();
    const { id } = searches.start({ query: 'oak' });
    asked[0]?.fail(new BanyanError('unreachable'));
    await turn();
    asked[1]?.fail(new BanyanError('no_supernode'));
    await turn();
    expect(asked).toHaveLength(2);
    expect(searches.result(id).search).toMatchObject({ state: 'failed', problem: { code: 'no_supernode' } });
  });

  it('fails with the first reason when no other comes', async () => {
    const { searches, asked } = setUp({ ready: () => Promise.reject(new BanyanError('aborted')) });
    const { id } = searches.start({ query: 'oak' });
    asked[0]?.fail(new BanyanError('no_supernode', 'None is there.'));
    await turn();
    expect(asked).toHaveLength(1);
    expect(searches.result(id).search.problem).toEqual({ code: 'no_supernode', message: 'None is there.' });
  });

  it('is not repeated when a supernode refused it', async () => {
    const { searches, asked } = setUp();
    for (const code of ['rate_limited', 'invalid_request', 'token_revoked'] as const) {
      asked.length = 0;
      const { id } = searches.start({ query: 'oak' });
      asked[0]?.fail(new BanyanError(code));
      await turn();
      expect(asked).toHaveLength(1);
      expect(searches.result(id).search).toMatchObject({ state: 'failed', problem: { code } });
    }
  });
});

describe('what a search is asked and answers', () => {
  it('passes on how it is to be searched, and remembers the query', () => {
    const { searches, asked, queries } = setUp();
    searches.start({ query: ' oak ', asTyped: true, explain: true });
    expect(asked[0]?.options).toMatchObject({ asTyped: true, explain: true });
    searches.start({ query: 'hash:1234abcd' });
    expect(asked[1]?.options).not.toHaveProperty('asTyped');
    expect(queries).toEqual(['oak', 'hash:1234abcd']);
  });

  it('shows facets, and what a score is made of, cleaned', async () => {
    const { searches, asked } = setUp();
    const { id } = searches.start({ query: 'oak', explain: true });
    expect(searches.result(id).search).toMatchObject({ facets: [], more: false, held: false, waiting: 0 });
    asked[0]?.options.onHits?.([hit(1, { explain: [{ name: 'name\u001b[1m match', value: 2.5 }] })]);
    asked[0]?.answer(
      done({ facets: [{ facet: 'type', value: 'audio\u202e', count: 3 }], cursor: CURSOR, totalEstimate: 9 }),
    );
    await turn();
    expect(searches.result(id)).toMatchObject({
      search: { facets: [{ facet: 'type', value: 'audio', count: 3 }, { facet: 'ext' }], more: true },
      results: [{ explain: [{ name: 'name match', value: 2.5 }] }],
    });
  });
});

describe('further hits', () => {
  /** A search with hits 1 and 2 whose first answer is over. */
  const firstPage = async (
    world: ReturnType<typeof setUp>,
    more: Partial<SearchDone> = {},
  ): Promise<string> => {
    const { id } = world.searches.start({ query: 'oak', limit: 2 });
    world.asked[0]?.options.onHits?.([hit(1), hit(2)]);
    world.asked[0]?.answer(
      done({
        cursor: CURSOR,
        totalEstimate: 40,
        facets: [{ facet: 'type', value: 'audio', count: 40 }],
        ...more,
      }),
    );
    await turn();
    return id;
  };
  const names = (searches: Searches, id: string): string[] =>
    searches.result(id).results.map((row) => row.name.replace(/^file (\d+).ogg$/, '$1'));

  it('are asked for with the cursor, come behind, and leave what the first answer said of the whole', async () => {
    const world = setUp();
    const { searches, asked } = world;
    const id = await firstPage(world);
    const shown = searches.more(id);
    expect(shown).toMatchObject({ state: 'searching', more: true });
    expect(asked[1]).toMatchObject({ query: 'oak', options: { limit: 2, cursor: CURSOR } });
    asked[1]?.options.onHits?.([hit(9), hit(1, { sources: 4 })]);
    expect(names(searches, id)).toEqual(['2', '1', '9']);
    const later = new Uint8Array([4]);
    asked[1]?.answer(done({ cursor: later, asked: 7 }));
    await turn();
    expect(searches.result(id)).toMatchObject({
      search: {
        state: 'done',
        hits: 3,
        totalEstimate: 40,
        asked: 7,
        facets: [{ count: 40 }, { facet: 'ext', count: 3 }],
        more: true,
      },
      results: [{}, { sources: 4 }, {}],
    });
    searches.more(id);
    expect(asked[2]?.options.cursor).toEqual(later);
    asked[2]?.options.onHits?.([hit(5)]);
    asked[2]?.answer(done());
    await turn();
    expect(names(searches, id)).toEqual(['2', '1', '9', '5']);
    expect(searches.result(id).search.more).toBe(false);
    expect(searches.more(id).state).toBe('done');
    expect(asked).toHaveLength(3);
  });

  it('are asked for once however often somebody asks, and waited for like a search', async () => {
    const world = setUp();
    const { searches, asked } = world;
    const { id: young } = searches.start({ query: 'elm' });
    expect(searches.more(young).state).toBe('searching');
    expect(asked).toHaveLength(1);
    searches.remove(young);
    asked.length = 0;
    const id = await firstPage(world);
    searches.more(id);
    searches.more(id);
    const waited = searches.wait(id, 10_000, new AbortController().signal);
    expect(asked).toHaveLength(2);
    asked[1]?.options.onHits?.([hit(3)]);
    asked[1]?.answer(done());
    expect(await waited).toMatchObject({ search: { state: 'done', hits: 3 } });
    expect(() => searches.more('gone')).toThrow('not kept any more');
  });

  it('that fail lose nothing, say why, and can be asked for again', async () => {
    const world = setUp();
    const { searches, asked } = world;
    const id = await firstPage(world);
    searches.more(id);
    asked[1]?.fail(new BanyanError('rate_limited'));
    await turn();
    expect(searches.result(id).search).toMatchObject({
      state: 'done',
      hits: 2,
      more: true,
      problem: { code: 'rate_limited' },
    });
    expect(searches.more(id).problem).toBeNull();
    expect(asked[2]?.options.cursor).toEqual(CURSOR);
  });

  it('are read over at another supernode until there is something new', async () => {
    const world = setUp();
    const { searches, asked } = world;
    const id = await firstPage(world);
    world.world.entrance = 'another';
    searches.more(id);
    expect(asked[1]?.options).not.toHaveProperty('cursor');
    asked[1]?.options.onHits?.([hit(2, { sources: 6 }), hit(1)]);
    const theirs = new Uint8Array([8]);
    asked[1]?.answer(done({ cursor: theirs, totalEstimate: 50 }));
    await turn();
    expect(asked[2]?.options.cursor).toEqual(theirs);
    asked[2]?.options.onHits?.([hit(8)]);
    asked[2]?.answer(done({ cursor: theirs }));
    await turn();
    expect(asked).toHaveLength(3);
    expect(names(searches, id)).toEqual(['2', '1', '8']);
    expect(searches.result(id)).toMatchObject({
      search: { state: 'done', totalEstimate: 50, more: true },
      results: [{ sources: 6 }, {}, {}],
    });
  });

  it('end when another supernode has nothing new either, and never go round for ever', async () => {
    const world = setUp();
    const { searches, asked } = world;
    const id = await firstPage(world);
    world.world.entrance = 'another';
    searches.more(id);
    for (let n = 1; n < 200 && searches.result(id).search.state === 'searching'; n += 1) {
      asked[n]?.options.onHits?.([hit(1)]);
      asked[n]?.answer(done({ cursor: CURSOR }));
      await turn();
    }
    expect(searches.result(id).search).toMatchObject({ state: 'done', hits: 2, more: true });
    expect(asked.length).toBeLessThanOrEqual(22);
    searches.more(id);
    asked.at(-1)?.answer(done());
    await turn();
    expect(searches.result(id).search).toMatchObject({ state: 'done', hits: 2, more: false });
  });

  it('begin anew when the supernode is lost or does not know its cursor', async () => {
    for (const code of ['unreachable', 'invalid_request'] as const) {
      const world = setUp();
      const { searches, asked } = world;
      const id = await firstPage(world);
      searches.more(id);
      world.world.entrance = code === 'unreachable' ? 'another' : 'home';
      asked[1]?.fail(new BanyanError(code));
      await turn();
      expect(asked[2]?.options).not.toHaveProperty('cursor');
      asked[2]?.options.onHits?.([hit(7)]);
      asked[2]?.answer(done());
      await turn();
      expect(names(searches, id)).toEqual(['2', '1', '7']);
      expect(searches.result(id).search.problem).toBeNull();
    }
  });

  it('are further hits of the corrected words, taken as they are', async () => {
    const world = setUp();
    const { searches, asked } = world;
    const id = await firstPage(world, { searchedFor: 'oaks' });
    searches.more(id);
    expect(asked[1]).toMatchObject({ query: 'oaks', options: { asTyped: true, cursor: CURSOR } });
    asked[1]?.answer(done());
    await turn();
    expect(searches.result(id).search.searchedFor).toBe('oaks');
  });
});

describe('a search that somebody looks at', () => {
  it('is held where it is, counts what waits, and flows again', () => {
    const { searches, asked, changes } = setUp();
    const { id } = searches.start({ query: 'oak' });
    asked[0]?.options.onHits?.([hit(2)]);
    changes.length = 0;
    expect(searches.hold(id, true)).toMatchObject({ held: true, waiting: 0 });
    asked[0]?.options.onHits?.([hit(7), hit(2, { sources: 3 })]);
    expect(searches.window(id, 0, 10)).toMatchObject({
      total: 1,
      rows: [{ name: 'file 2.ogg', sources: 3 }],
      search: { hits: 2, waiting: 1, held: true },
    });
    expect(searches.hold(id, false)).toMatchObject({ held: false, waiting: 0 });
    expect(searches.window(id, 0, 10)).toMatchObject({
      total: 2,
      rows: [{ name: 'file 7.ogg' }, { name: 'file 2.ogg' }],
    });
    expect(changes).toEqual([id, id, id]);
    expect(() => searches.hold('gone', true)).toThrow('not kept any more');
  });
});

describe('what is kept', () => {
  it('is bounded: the oldest search makes room and is cancelled', () => {
    const { searches, asked } = setUp();
    const first = searches.start({ query: 'first' });
    for (let i = 0; i < 50; i += 1) searches.start({ query: `q${i}` });
    expect(searches.list()).toHaveLength(50);
    expect(searches.list()[0]?.query).toBe('q49');
    expect(asked[0]?.options.signal?.aborted).toBe(true);
    expect(() => searches.result(first.id)).toThrow('not kept any more');
  });

  it('is bounded in contents, whatever a supernode sends', async () => {
    const { searches, asked } = setUp();
    const { id } = searches.start({ query: 'oak' });
    for (let n = 0; n < 1_100; n += 1) asked[0]?.options.onHits?.([hit(n)]);
    expect(searches.result(id).results).toHaveLength(1_000);
    asked[0]?.answer(done({ cursor: CURSOR }));
    await turn();
    expect(searches.result(id).search).toMatchObject({ hits: 1_000, more: false });
  });

  it('is forgotten when nobody looked for half an hour, and not while somebody does', async () => {
    const { searches, clock } = setUp();
    const { id: watched } = searches.start({ query: 'watched' });
    const { id: left } = searches.start({ query: 'left' });
    await clock.advance(20 * 60_000);
    searches.window(watched, 0, 1);
    await clock.advance(11 * 60_000);
    searches.start({ query: 'new' });
    expect(searches.list().map((search) => search.query)).toEqual(['new', 'watched']);
    expect(() => searches.result(left)).toThrow('not kept any more');
  });

  it('is cancelled when it is removed', async () => {
    const { searches, asked } = setUp();
    const { id } = searches.start({ query: 'oak' });
    searches.remove(id);
    expect(asked[0]?.options.signal?.aborted).toBe(true);
    await turn();
    expect(() => searches.result(id)).toThrow('not kept any more');
    expect(() => searches.remove(id)).toThrow('not kept any more');
    expect(() => searches.start({ query: '   ' })).toThrow('empty');
  });
});
