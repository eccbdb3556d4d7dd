import { describe, expect, test } from '@jest/globals';
import { createTurns } from '../../src/leaf/turns.ts';

describe('turns', () => {
  test('let what came at once begin one by one, in its order, with the rest of the loop in between', async () => {
    const turn = createTurns();
    const seen: string[] = [];
    const between = (): void => {
      seen.push('between');
      if (seen.length < 20) setImmediate(between);
    };
    setImmediate(between);
    await Promise.all(['ann', 'bob', 'cleo'].map((name) => turn().then(() => seen.push(name))));
    const begun = seen.filter((each) => each !== 'between');
    expect(begun).toEqual(['ann', 'bob', 'cleo']);
    for (const [before, after] of [
      ['ann', 'bob'],
      ['bob', 'cleo'],
    ] as const)
      expect(seen.slice(seen.indexOf(before), seen.indexOf(after))).toContain('between');
  });
});
