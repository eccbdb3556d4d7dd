import { beforeEach, describe, expect, it } from '@jest/globals';
import { STUCK_LOOKS } from '../../src/download/constants.ts';
import { createMarkMemory, WriteMark, WriteWatch } from '../../src/download/write-mark.ts';

let mark: WriteMark;
let watch: WriteWatch;
beforeEach(() => {
  const memory = createMarkMemory();
  mark = new WriteMark(memory);
  watch = new WriteWatch(memory);
});
const looks = (count: number): boolean[] => Array.from({ length: count }, () => watch.giveUpWhenStuck());

describe('the mark of a write', () => {
  it('gives a lane up that stays inside of one write, once', () => {
    mark.enter();
    expect(watch.isWriting).toBe(true);
    expect(looks(STUCK_LOOKS)).toEqual(Array(STUCK_LOOKS).fill(false));
    expect(looks(2)).toEqual([true, false]);
    expect(() => mark.leave()).toThrow('The disk did not answer; the lane was given up.');
    // Whatever it tries next.
    expect(() => mark.enter()).toThrow('given up');
  });

  it('leaves one alone that writes all the time', () => {
    for (let i = 0; i < 4 * STUCK_LOOKS; i++) {
      mark.enter();
      expect(looks(STUCK_LOOKS)).toEqual(Array(STUCK_LOOKS).fill(false));
      mark.leave();
    }
  });

  it('leaves one alone that rests', () => {
    mark.enter();
    mark.leave();
    expect(watch.isWriting).toBe(false);
    expect(looks(4 * STUCK_LOOKS)).not.toContain(true);
    mark.enter();
    mark.leave();
  });
});
