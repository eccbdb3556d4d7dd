import { describe, expect, it } from '@jest/globals';
import { createManualClock } from '@banyan/kit';
import type { IndexAnswer } from '@banyan/core';
import { createOwnAnswers, type OwnAnswers } from '../src/own-answers.ts';

const NOTHING: IndexAnswer = { hits: [], totalEstimate: 0, exact: true, hints: [], weights: [], facets: [] };

/** Answers of an index that has no hit, and takes `costMs` for each proposal. */
function slowToCorrect(costMs: number): {
  /** Lets time pass. */
  readonly pass: (ms: number) => void;
  readonly elapsed: () => number;
  readonly correct: (text: string) => ReturnType<OwnAnswers['correct']>;
} {
  let at = 0;
  const clock = { ...createManualClock(), monotonic: () => at };
  const own = createOwnAnswers({
    clock,
    index: {
      search: () => NOTHING,
      correct: ({ text }) => {
        at += costMs;
        return { query: `${text}s`, edits: 1, hits: 1 };
      },
    },
  });
  return {
    pass: (ms) => (at += ms),
    elapsed: () => at,
    correct: (text) =>
      own.correct({
        text,
        limit: 10,
        partialLastWord: false,
        explain: false,
        cursor: new Uint8Array(0),
        weights: [],
        viewer: undefined,
      }),
  };
}

describe('proposals for queries without a hit', () => {
  it('are looked for each time while there is time', () => {
    const { pass, correct } = slowToCorrect(10);
    for (let i = 0; i < 50; i++) {
      expect(correct(`oak${i}`)).toMatchObject({ query: `oak${i}s` });
      pass(200);
    }
  });

  it('take no more than a twentieth of the time in a rush, and come again behind it', () => {
    const { pass, elapsed, correct } = slowToCorrect(10);
    let found = 0;
    for (let i = 0; i < 10_000; i++) {
      if (correct(`oak${i}`) !== undefined) found += 1;
      pass(1);
    }
    const share = (found * 10) / elapsed();
    expect(share).toBeGreaterThan(0.04);
    expect(share).toBeLessThan(0.06);
    pass(1_000);
    expect(correct('elm')).toMatchObject({ query: 'elms' });
  });
});
