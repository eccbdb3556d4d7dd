import { describe, expect, it } from '@jest/globals';
import { createDoorkeeper } from '../src/doorkeeper.ts';

function door(maxKeys = 100): { pass: (ms: number) => void; isKnown: (key: string) => boolean } {
  let at = 0;
  const { isKnown } = createDoorkeeper({ monotonic: () => at }, { windowMs: 1_000, maxKeys });
  return { pass: (ms) => (at += ms), isKnown };
}

describe('a doorkeeper', () => {
  it('knows who came before within a window, however the windows lie', () => {
    const { pass, isKnown } = door();
    for (let i = 0; i < 20; i++) {
      expect(isKnown(`oak ${i}`)).toBe(false);
      pass(990);
      expect(isKnown(`oak ${i}`)).toBe(true);
      pass(70);
    }
  });

  it('forgets who has not come for two windows', () => {
    const { pass, isKnown } = door();
    expect(isKnown('oak')).toBe(false);
    pass(2_000);
    expect(isKnown('oak')).toBe(false);
    // One that goes on coming is known for as long as it does.
    for (let i = 0; i < 10; i++) {
      pass(900);
      expect(isKnown('oak')).toBe(true);
    }
  });

  it('holds no more than two windows full', () => {
    const { isKnown } = door(10);
    for (let i = 0; i < 25; i++) expect(isKnown(`oak ${i}`)).toBe(false);
    expect(isKnown('oak 24')).toBe(true);
    expect(isKnown('oak 0')).toBe(false);
  });
});
