import { describe, expect, it } from '@jest/globals';
import {
  BanyanError,
  contentIdText,
  NO_TAGS,
  type ContentId,
  type Hit,
  type OwnedMark,
  type SearchDone,
} from '@banyan/proto';
import { createManualClock, silentLog } from '@banyan/kit';
import type { SearchOptions } from '@banyan/sdk';
import { createSearches, type Searches, type SearchesComponents } from '../../src/searches/searches.ts';

const NETWORK = 'http://localhost:7700';
const content = (n: number): ContentId => ({ root: new Uint8Array(32).fill(n), length: 100 + n });

const hit = (n: number, more: Partial<Hit> = {}): Hit => ({
  ...content(n),
  name: `file ${n}.ogg`,
  names: [],
  folder: '',
  type: 1,
  tags: NO_TAGS,
  sources: 1,
  reachableSources: 1,
  score: n,
  modifiedS: 5,
  explain: [],
  supernodes: [],
  ...more,
});

const done = (more: Partial<SearchDone> = {}): SearchDone => ({
  asked: 2,
  answered: 2,
  timedOut: 0,
  totalEstimate: 0,
  answers: [],
  searchedFor: '',
  cursor: new Uint8Array(0),
  facets: [],
  hints: [],
  ...more,
});

interface Asked {
  readonly query: string;
  readonly options: SearchOptions;
  answer(result: SearchDone): void;
  fail(error: BanyanError): void;
}

/** Searches whose network answers when the test says so. */
function setUp(more: Partial<SearchesComponents> = {}): {
  searches: Searches;
  asked: Asked[];
  changes: string[];
  clock: ReturnType<typeof createManualClock>;
} {
  const asked: Asked[] = [];
  const changes: string[] = [];
  const clock = createManualClock();
  const searches = createSearches({
    clock,
    log: silentLog(),
    ask: (query, options) =>
      new Promise((resolve, reject) => {
        asked.push({ query, options, answer: resolve, fail: reject });
        options.signal?.addEventListener('abort', () => reject(new BanyanError('aborted')));
      }),
    ready: () => Promise.resolve(),
    owned: () => 'none',
    network: () => NETWORK,
    onChange: (id) => changes.push(id),
    ...more,
  });
  return { searches, asked, changes, clock };
}

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

  it('is bounded in contents, whatever a supernode sends', () => {
    const { searches, asked } = setUp();
    const { id } = searches.start({ query: 'oak' });
    for (let n = 0; n < 250; n += 1) asked[0]?.options.onHits?.([hit(n)]);
    expect(searches.result(id).results).toHaveLength(100);
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
