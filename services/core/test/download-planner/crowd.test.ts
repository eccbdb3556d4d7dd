import { describe, expect, it } from '@jest/globals';
import { runCrowd } from './sim/crowd.ts';

const MIB = 1024 * 1024;
const LENGTH = 64 * MIB;
const RATE = 1 * MIB;
/** The source cannot give everything once in less. */
const ONCE_MS = (LENGTH * 1000) / RATE;
/** Alone with the source, eight of them would need eight. What is given twice is what several fetched before they heard of it. */
const MOST_COPIES = 2.5;

describe('a crowd that fetches one content of one source', () => {
  it.each([
    { members: 8, everyMs: 0, seed: 1 },
    { members: 8, everyMs: 0, seed: 2 },
    { members: 8, everyMs: 1_000, seed: 3 },
    { members: 8, everyMs: 5_000, seed: 4 },
    { members: 3, everyMs: 0, seed: 5 },
  ])(
    'has it from each other: $members members, one each $everyMs ms (seed $seed)',
    ({ members, everyMs, seed }) => {
      const { doneAt, ofSource } = runCrowd({
        seed,
        length: LENGTH,
        members,
        sourceRate: RATE,
        memberRate: 2 * RATE,
        beginsAt: (member) => member * everyMs,
        hearsEveryMs: 15_000,
      });
      expect(Math.max(...doneAt)).toBeLessThan(MOST_COPIES * ONCE_MS);
      expect(ofSource).toBeLessThan(MOST_COPIES * LENGTH);
    },
  );
});
