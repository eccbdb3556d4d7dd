import { describe, expect, it } from '@jest/globals';
import { createManualClock } from '@banyan/kit';
import { createAnswerCache } from '../src/answer-cache.ts';

describe('the cache of answers', () => {
  const keep = { bytes: 1_000, ttlMs: 100 };

  it('keeps an answer for its time and no longer', async () => {
    const clock = createManualClock();
    const cache = createAnswerCache<number>(clock, { maxEntries: 10, maxBytes: 1e6 });
    cache.set('a', 1, keep);
    await clock.advance(99);
    expect(cache.get('a')).toBe(1);
    await clock.advance(1);
    expect(cache.get('a')).toBeUndefined();
  });

  it('lets the longest unused go first when there are too many', () => {
    const cache = createAnswerCache<number>(createManualClock(), { maxEntries: 2, maxBytes: 1e6 });
    cache.set('a', 1, keep);
    cache.set('b', 2, keep);
    cache.get('a');
    cache.set('c', 3, keep);
    expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([1, undefined, 3]);
  });

  it('is bounded in bytes, keys included, and does not keep what is larger than all of it', () => {
    const cache = createAnswerCache<number>(createManualClock(), { maxEntries: 100, maxBytes: 5_000 });
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) cache.set(key, 1, keep);
    expect(['a', 'b', 'c', 'd', 'e', 'f'].filter((key) => cache.get(key) === 1)).toEqual([
      'c',
      'd',
      'e',
      'f',
    ]);
    cache.set('x', 2, { bytes: 6_000, ttlMs: 100 });
    cache.set('k'.repeat(3_000), 2, { bytes: 0, ttlMs: 100 });
    expect(cache.get('x')).toBeUndefined();
    expect(['c', 'd', 'e', 'f'].filter((key) => cache.get(key) === 1)).toHaveLength(4);
  });

  it('counts an answer that was replaced once, and forgets everything when told so', () => {
    const cache = createAnswerCache<number>(createManualClock(), { maxEntries: 100, maxBytes: 2_500 });
    for (let i = 0; i < 50; i += 1) cache.set('a', i, keep);
    cache.set('b', 1, keep);
    expect([cache.get('a'), cache.get('b')]).toEqual([49, 1]);
    cache.clear();
    expect([cache.get('a'), cache.get('b')]).toEqual([undefined, undefined]);
    for (const key of ['c', 'd']) cache.set(key, 1, keep);
    expect([cache.get('c'), cache.get('d')]).toEqual([1, 1]);
  });
});
