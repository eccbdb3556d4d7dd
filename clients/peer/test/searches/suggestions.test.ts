import { describe, expect, it } from '@jest/globals';
import { BanyanError, type Suggestion, type SuggestionView } from '@banyan/proto';
import { createManualClock, silentLog } from '@banyan/kit';
import { createSuggest, SUGGEST_TIMEOUT_MS, type Suggest } from '../../src/searches/suggestions.ts';

interface Asked {
  readonly query: string;
  readonly limit: number;
  readonly signal: AbortSignal;
  answer(queries: readonly string[]): void;
  fail(error: BanyanError): void;
}

function setUp(known: { history?: readonly string[]; library?: readonly string[] } = {}): {
  suggest: Suggest;
  asked: Asked[];
  clock: ReturnType<typeof createManualClock>;
} {
  const clock = createManualClock();
  const asked: Asked[] = [];
  const suggest = createSuggest({
    clock,
    log: silentLog(),
    history: { startingWith: (_typed, limit) => (known.history ?? []).slice(0, limit) },
    phrases: { complete: (_query, limit) => (known.library ?? []).slice(0, limit) },
    ask: (query, limit, signal) =>
      new Promise<Suggestion[]>((resolve, reject) => {
        asked.push({
          query,
          limit,
          signal,
          answer: (queries) => resolve(queries.map((one) => ({ query: one, hits: 1 }))),
          fail: reject,
        });
      }),
  });
  return { suggest, asked, clock };
}

const never = new AbortController().signal;
const texts = (views: readonly SuggestionView[]): string[] =>
  views.map((view) => `${view.from} ${view.query}`);
const many = (name: string): string[] => Array.from({ length: 20 }, (_, i) => `${name} ${i}`);

describe('suggestions', () => {
  it('are earlier queries, then words of the own library, then those of the home', async () => {
    const { suggest, asked } = setUp({ history: ['oak song'], library: ['oak tree'] });
    const answer = suggest('oak', 8, never);
    expect(asked[0]).toMatchObject({ query: 'oak', limit: 9 });
    asked[0]?.answer(['oak bark', 'oak leaf']);
    expect(texts(await answer)).toEqual([
      'history oak song',
      'library oak tree',
      'network oak bark',
      'network oak leaf',
    ]);
  });

  it('come once each, and never as what is typed already', async () => {
    const { suggest, asked } = setUp({ history: ['Oak ', 'Oak Song'], library: ['oak song', 'oak tree'] });
    const answer = suggest(' oak', 8, never);
    asked[0]?.answer(['OAK  TREE', 'oak', 'öak song', '', ' ']);
    expect(texts(await answer)).toEqual(['history Oak Song', 'library oak tree']);
  });

  it('share the places, and leave none empty', async () => {
    const full = setUp({ history: many('old'), library: many('own') });
    const answer = full.suggest('o', 8, never);
    full.asked[0]?.answer(many('net'));
    const kinds = (await answer).map((view) => view.from);
    expect(kinds).toEqual([
      ...Array<string>(3).fill('history'),
      ...Array<string>(3).fill('library'),
      ...Array<string>(2).fill('network'),
    ]);
    const alone = setUp({ history: many('old') });
    const rest = alone.suggest('o', 8, never);
    alone.asked[0]?.answer(['net 1']);
    expect(texts(await rest)).toEqual([...many('history old').slice(0, 7), 'network net 1']);
  });

  it('ask the home for as many as it may be asked', async () => {
    const { suggest, asked } = setUp();
    const answer = suggest('o', 16, never);
    expect(asked[0]?.limit).toBe(16);
    asked[0]?.answer(many('net'));
    expect(await answer).toHaveLength(16);
  });

  it('are cleaned of what others wrote into them', async () => {
    const { suggest, asked } = setUp();
    const answer = suggest('o', 8, never);
    asked[0]?.answer(['oa\u001b[31mk\u202e']);
    expect(texts(await answer)).toEqual(['network oak']);
  });

  it('do without the home when it fails, is not there, or takes too long', async () => {
    const { suggest, asked, clock } = setUp({ history: ['oak song'] });
    const failed = suggest('oak', 8, never);
    asked[0]?.fail(new BanyanError('rate_limited'));
    expect(texts(await failed)).toEqual(['history oak song']);

    const late = suggest('oak', 8, never);
    await clock.advance(SUGGEST_TIMEOUT_MS);
    expect(texts(await late)).toEqual(['history oak song']);
    expect(asked[1]?.signal.aborted).toBe(true);
    asked[1]?.fail(new BanyanError('aborted'));
    expect(clock.pending).toBe(0);

    const none = createSuggest({
      clock,
      log: silentLog(),
      history: { startingWith: () => ['oak song'] },
      phrases: { complete: () => [] },
      ask: () => {
        throw new BanyanError('no_supernode');
      },
    });
    expect(texts(await none('oak', 8, never))).toEqual(['history oak song']);
    expect(clock.pending).toBe(0);
  });

  it('of nothing typed, or of too much, are not asked of the home', async () => {
    const { suggest, asked } = setUp({ history: ['oak song'] });
    expect(texts(await suggest('  ', 8, never))).toEqual(['history oak song']);
    await suggest('橡'.repeat(400), 8, never);
    expect(asked).toHaveLength(0);
  });

  it('end at once when nobody waits for them any more', async () => {
    const { suggest, asked, clock } = setUp({ history: ['oak song'] });
    const gone = new AbortController();
    const answer = suggest('oak', 8, gone.signal);
    gone.abort();
    await expect(answer).rejects.toMatchObject({ code: 'aborted' });
    expect(asked[0]?.signal.aborted).toBe(true);
    expect(clock.pending).toBe(0);
  });
});
