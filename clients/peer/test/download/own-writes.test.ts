import { describe, expect, it } from '@jest/globals';
import { QUICK_WRITES, SLOW_WRITE_MS, WRITE_PAUSE_MS } from '../../src/download/constants.ts';
import { OwnWrites } from '../../src/download/own-writes.ts';

/** Notes `count` writes of `ms` each, back to back from `at`; returns when the last ended. */
const writes = (own: OwnWrites, count: number, ms: number, at = 0): number => {
  let now = at;
  for (let i = 0; i < count; i++) {
    own.note(now, now + ms);
    now += ms;
  }
  return now;
};

describe('a lane writes by itself', () => {
  it('after enough quick writes in a row', () => {
    const own = new OwnWrites();
    expect(own.mayWrite(0)).toBe(false);
    let now = writes(own, QUICK_WRITES - 1, 1);
    expect(own.mayWrite(now)).toBe(false);
    now = writes(own, 1, SLOW_WRITE_MS, now);
    expect(own.mayWrite(now)).toBe(true);
  });

  it('no more after a slow one, until the disk has shown itself quick again', () => {
    const own = new OwnWrites();
    let now = writes(own, QUICK_WRITES * 2, 1);
    now = writes(own, 1, SLOW_WRITE_MS + 1, now);
    expect(own.mayWrite(now)).toBe(false);
    now = writes(own, QUICK_WRITES - 1, 1, now);
    expect(own.mayWrite(now)).toBe(false);
    now = writes(own, 1, 1, now);
    expect(own.mayWrite(now)).toBe(true);
  });

  it('no more after one that failed', () => {
    const own = new OwnWrites();
    const now = writes(own, QUICK_WRITES, 1);
    own.failed();
    expect(own.mayWrite(now)).toBe(false);
  });

  it('no more after a pause: the disk may be asleep', () => {
    const own = new OwnWrites();
    const now = writes(own, QUICK_WRITES, 1);
    expect(own.mayWrite(now + WRITE_PAUSE_MS)).toBe(true);
    expect(own.mayWrite(now + WRITE_PAUSE_MS + 1)).toBe(false);
    // What was seen before the pause does not count any more.
    expect(own.mayWrite(now)).toBe(false);
  });
});
