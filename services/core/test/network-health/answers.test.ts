import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ANSWERS_WINDOW_MS, FIRST_HIT_BOUNDS_MS, type BeatAnswers } from '@banyan/proto';
import { createAnswerWindow } from '../../src/index.ts';
import { answerFigures } from '../../src/network-health/answers.ts';

const said = (times: readonly (number | undefined)[]): BeatAnswers => {
  const window = createAnswerWindow();
  for (const ms of times) window.note(0, ms);
  return window.read(0);
};

describe('the window of answers', () => {
  it('counts searches, those with a hit, and how soon that came, for a minute', () => {
    const window = createAnswerWindow();
    window.note(1_000, 4);
    window.note(1_000, undefined);
    window.note(30_000, 5_001);
    expect(window.read(30_000)).toEqual({
      ...{ searches: 3, found: 2 },
      firstHits: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    });
    expect(window.read(1_000 + ANSWERS_WINDOW_MS + 5_000)).toMatchObject({ searches: 1, found: 1 });
    expect(window.read(10 * ANSWERS_WINDOW_MS)).toMatchObject({ searches: 0, found: 0 });
  });

  it('stays as small as it is, whatever happens in it', () => {
    const window = createAnswerWindow();
    for (let now = 0; now < 10 * ANSWERS_WINDOW_MS; now += 10) window.note(now, now % 7_000);
    const { firstHits, searches } = window.read(10 * ANSWERS_WINDOW_MS);
    expect(firstHits).toHaveLength(FIRST_HIT_BOUNDS_MS.length + 1);
    expect(searches).toBeLessThanOrEqual(ANSWERS_WINDOW_MS / 10);
  });
});

describe('figures of answers', () => {
  it('are those of all supernodes together, to a bucket of the true one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 1, max: 4_999 }), { minLength: 1 }), { minLength: 1 }),
        (all) => {
          const times = all.flat().sort((a, b) => a - b);
          const truth = times[Math.ceil(times.length * 0.95) - 1]!;
          const figures = answerFigures(all.map((one) => said(one)));
          expect(figures).toMatchObject({ searches: times.length, found: times.length });
          const above = FIRST_HIT_BOUNDS_MS.findIndex((bound) => truth <= bound);
          expect(figures!.firstHitP95!.ms).toBeLessThanOrEqual(FIRST_HIT_BOUNDS_MS[above]!);
          expect(figures!.firstHitP95!.ms).toBeGreaterThanOrEqual(FIRST_HIT_BOUNDS_MS[above - 1] ?? 0);
        },
      ),
    );
  });

  it('say when it is more than can be told, and nothing of what nobody knows', () => {
    expect(answerFigures([said([1, 9_000, 9_000])])).toMatchObject({
      firstHitP95: { ms: 5_000, isMore: true },
    });
    expect(answerFigures([said([undefined])])).toEqual({ searches: 1, found: 0, firstHitP95: null });
    expect(answerFigures([])).toBeNull();
  });

  it('pass over the times of another version that counts by other bounds', () => {
    const other = { searches: 2, found: 2, firstHits: [1, 1] };
    expect(answerFigures([other, said([40])])).toEqual({
      ...{ searches: 3, found: 3 },
      firstHitP95: answerFigures([said([40])])!.firstHitP95,
    });
  });
});
