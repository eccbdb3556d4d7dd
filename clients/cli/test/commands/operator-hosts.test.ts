import { describe, expect, it } from '@jest/globals';
import { useFakePeer } from '../use-fake-peer.ts';

const fake = useFakePeer();

describe('banyan operator drain and demote', () => {
  it.each([
    ['drain', ['--deadline', '5y'], 'is no period'],
    ['drain', ['--deadline', '2d'], 'A drain may take from 1.0 s to 1 d 0 h'],
    ['demote', ['--deadline', '5m', '--force'], 'leave --deadline out'],
    ['demote', ['--force'], '--reason'],
  ])('%s %j is refused with what to do, before anybody is asked', async (word, options, why) => {
    const reason = options.includes('--deadline') ? ['--reason', 'a new disk'] : [];
    const { code, ctx } = await fake.run(['operator', word, 'oak', ...reason, ...options]);
    expect(code).toBe(2);
    expect(ctx.stderr()).toContain(why);
    expect(fake.peer.calls).toEqual([]);
  });
});
