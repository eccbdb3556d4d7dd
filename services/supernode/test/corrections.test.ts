import { describe, expect, it } from '@jest/globals';
import type { IndexCorrection, SearchIndex } from '@banyan/core';
import type { Correction, Outgoing, Search } from '@banyan/proto';
import { rankCorrections } from '../src/corrections.ts';
import { contentOf, createRouterWorld, type Answering, type RouterWorld } from './query-router-world.ts';
import { record } from './harness.ts';

const correcting = (corrections: Readonly<Record<string, IndexCorrection>>): Partial<SearchIndex> => ({
  correct: ({ text }) => corrections[text],
});
/** A supernode that has one file for a query, and proposes corrections for others. */
const having =
  (query: string, correction?: Correction): Answering =>
  (search, hits) => {
    if (search.query === query) {
      hits({ ...contentOf(query), name: `${query}.txt`, sources: 1 });
      return { totalEstimate: 1 };
    }
    return search.asTyped || correction === undefined ? {} : { correction };
  };
const asked = (world: RouterWorld): string[] =>
  world.questions.map(({ to, search }) => `${to}: ${search.query}${search.asTyped ? ' as typed' : ''}`);
const ask = (world: RouterWorld, query: string, more: Outgoing<Search> = {}) =>
  world.ask({ query, ...more }, { account: 'ann' });

describe('a search that nobody has a hit for', () => {
  it('is made once more with the word that a neighbour knows, and says so', async () => {
    const world = createRouterWorld(correcting({}));
    world.neighbour('elm', having('banyan', { query: 'banyan', edits: 1, hits: 1 }));
    world.neighbour('ash', having('banyan'));
    const { names, done } = await ask(world, 'banyna');
    expect(names).toEqual(['banyan.txt']);
    expect(done).toMatchObject({ searchedFor: 'banyan', asked: 3, answered: 3, totalEstimate: 1 });
    expect(asked(world)).toEqual([
      'elm: banyna',
      'ash: banyna',
      'elm: banyan as typed',
      'ash: banyan as typed',
    ]);
  });

  it('is made once more with the word that the own leaves know', async () => {
    const world = createRouterWorld(correcting({ banyna: { query: 'banyan', edits: 1, hits: 1 } }));
    world.publish('leaf', 'ann', [record(1, 'banyan.txt')]);
    const { names, done } = await ask(world, 'banyna');
    expect(names).toEqual(['banyan.txt']);
    expect(done.searchedFor).toBe('banyan');
  });

  it('is not corrected when a neighbour has a hit for it as typed', async () => {
    const world = createRouterWorld(correcting({ banyna: { query: 'banyan', edits: 1, hits: 9 } }));
    world.publish('leaf', 'ann', [record(1, 'banyan.txt')]);
    world.neighbour('elm', having('banyna'));
    const { names, done } = await ask(world, 'banyna');
    expect(names).toEqual(['banyna.txt']);
    expect(done.searchedFor).toBe('');
    expect(world.cost.corrections).toBe(0);
  });

  it.each([
    ['wanted as typed', { asTyped: true }],
    ['a further page', { cursor: new Uint8Array(53) }],
    ['still being typed', { partialLastWord: true }],
  ] satisfies [string, Outgoing<Search>][])('is not corrected when it is %s', async (_what, more) => {
    const correct = correcting({ banyna: { query: 'banyan', edits: 1, hits: 9 } });
    const world = createRouterWorld({ ...correct, ...NOTHING_FOUND });
    world.neighbour('elm', having('banyan', { query: 'banyan', edits: 1, hits: 1 }));
    expect((await ask(world, 'banyna', more)).done).toMatchObject({ searchedFor: '', asked: 2 });
    expect(asked(world)).toEqual(['elm: banyna as typed']);
    expect(world.cost.corrections).toBe(0);
  });

  it('carries a proposal to the supernode that asked, and asks nobody itself', async () => {
    const correction = { query: 'banyan', edits: 1, hits: 7 };
    const world = createRouterWorld(correcting({ banyna: correction }));
    world.neighbour('elm', having('banyna'));
    expect((await world.ask({ query: 'banyna' })).done).toMatchObject({ correction, searchedFor: '' });
    expect((await world.ask({ query: 'banyna', asTyped: true })).done.correction).toBeNull();
    expect(world.questions).toEqual([]);
    // Like the answer itself, it is worked out once more, and then kept.
    for (let i = 0; i < 3; i++) await world.ask({ query: 'banyna' });
    expect(world.cost.corrections).toBe(2);
  });

  it.each([
    ['another question', 'free money now'],
    ['an exclusion', '-banyan'],
    ['control characters', 'banyan\u0007'],
    ['nothing', ''],
    ['too many letters', 'bonxen'],
  ])('is not led astray by a neighbour that proposes %s', async (_what, query) => {
    const world = createRouterWorld(correcting({}));
    world.neighbour('mallory', having(query, { query, edits: 1, hits: Number.MAX_SAFE_INTEGER }));
    world.neighbour('elm', having('banyan', { query: 'banyan', edits: 1, hits: 1 }));
    const { names, done } = await ask(world, 'banyna');
    expect(names).toEqual(['banyan.txt']);
    expect(done.searchedFor).toBe('banyan');
    expect(asked(world)).not.toContain(`mallory: ${query} as typed`);
  });

  it('goes on to the next proposal when the best was an empty promise, and remains as typed after a few', async () => {
    const world = createRouterWorld(correcting({}));
    for (const lie of ['banynb', 'banync'])
      world.neighbour(lie, having('', { query: lie, edits: 1, hits: 1_000_000 }));
    world.neighbour('elm', having('banyan', { query: 'banyan', edits: 1, hits: 1 }));
    expect((await ask(world, 'banyna')).done).toMatchObject({ searchedFor: 'banyan', totalEstimate: 1 });

    const empty = createRouterWorld(correcting({}));
    for (const letter of 'bcdefgh')
      empty.neighbour(letter, having('', { query: `banyn${letter}`, edits: 1, hits: 1 }));
    expect((await ask(empty, 'banyna')).done).toMatchObject({ searchedFor: '', asked: 8, totalEstimate: 0 });
    expect(empty.questions).toHaveLength(4 * 7);
  });

  it('is corrected in time although a neighbour hangs, which is not asked again', async () => {
    const world = createRouterWorld(correcting({}));
    world.neighbour('elm', having('banyan', { query: 'banyan', edits: 1, hits: 1 }));
    world.neighbour('ash', () => new Promise(() => undefined));
    const answer = ask(world, 'banyna', { timeoutMs: 2_000 });
    await world.clock.advance(1_999);
    const { names, done } = await answer;
    expect(names).toEqual(['banyan.txt']);
    expect(done).toMatchObject({ searchedFor: 'banyan', asked: 3, answered: 2, timedOut: 1 });
    expect(asked(world)).toEqual(['elm: banyna', 'ash: banyna', 'elm: banyan as typed']);
  });

  it('waits the whole time for a slow neighbour when somebody has a hit', async () => {
    const world = createRouterWorld(correcting({}));
    world.neighbour('elm', having('banyan'));
    world.neighbour('ash', async (_search, hits) => {
      await world.clock.sleep(1_900);
      hits({ ...contentOf('late'), name: 'late.txt', sources: 1 });
      return {};
    });
    const answer = ask(world, 'banyan', { timeoutMs: 2_000 });
    await world.clock.advance(2_000);
    expect((await answer).names).toEqual(['banyan.txt', 'late.txt']);
  });
});

describe('the best of several corrections', () => {
  const propose = (query: string, hits: number): Correction => ({ query, edits: 0, hits });
  it('changes the fewest letters, then has the most hits over all that propose it, then the first text', () => {
    expect(
      rankCorrections('banyna', { query: 'banana', edits: 1, hits: 5 }, [
        propose('banyam', 1_000),
        propose('banyan', 3),
        propose('banyan', 3),
        propose('banyns', 5),
      ]),
    ).toEqual(['banyan', 'banana', 'banyns', 'banyam']);
  });
});

const NOTHING_FOUND: Partial<SearchIndex> = {
  search: () => ({ hits: [], totalEstimate: 0, exact: true, facets: [], hints: [], weights: [] }),
};
