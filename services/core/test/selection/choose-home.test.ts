import { describe, expect, it } from '@jest/globals';
import { chooseHome, failoverPlan } from '../../src/selection/choose-home.ts';
import { seededRandom } from './seeded-random.ts';

const middle = { random: () => 0.5 };

describe('chooseHome', () => {
  it('takes the nearest with room, and another one as second home', () => {
    expect(
      chooseHome(
        [
          { deviceId: 'far', rttMs: 200, spare: 1000 },
          { deviceId: 'near', rttMs: 5, spare: 1000 },
          { deviceId: 'middle', rttMs: 60, spare: 1000 },
        ],
        middle,
      ),
    ).toEqual({ home: 'near', secondHome: 'middle', others: ['far'] });
  });

  it('prefers room to a few milliseconds', () => {
    const answers = [
      { deviceId: 'nearly full', rttMs: 5, spare: 2 },
      { deviceId: 'roomy', rttMs: 25, spare: 5000 },
    ];
    expect(chooseHome(answers, middle).home).toBe('roomy');
  });

  it('keeps those that refused, have no room or were silent for later', () => {
    expect(
      chooseHome(
        [
          { deviceId: 'full', rttMs: 1, spare: 0 },
          { deviceId: 'silent' },
          { deviceId: 'draining', rttMs: 1, refused: 'draining' },
          { deviceId: 'ready', rttMs: 90 },
        ],
        middle,
      ),
    ).toEqual({ home: 'ready', others: ['full', 'silent', 'draining'] });
    expect(chooseHome([{ deviceId: 'silent' }], middle)).toEqual({ others: ['silent'] });
    expect(chooseHome([], middle)).toEqual({ others: [] });
  });

  it('puts the second home where it does not fail together with the home', () => {
    const choice = chooseHome(
      [
        { deviceId: 'a', rttMs: 1, spare: 100, failureDomain: 'rack 1' },
        { deviceId: 'b', rttMs: 30, spare: 100, failureDomain: 'rack 1' },
        { deviceId: 'c', rttMs: 90, spare: 100, failureDomain: 'rack 2' },
      ],
      middle,
    );
    expect(choice).toEqual({ home: 'a', secondHome: 'c', others: ['b'] });
    const only = [
      { deviceId: 'a', rttMs: 1, spare: 100, failureDomain: 'rack 1' },
      { deviceId: 'b', rttMs: 30, spare: 100, failureDomain: 'rack 1' },
    ];
    expect(chooseHome(only, middle).secondHome).toBe('b');
  });

  it('never takes one supernode for both, also when it answered twice', () => {
    const twice = { deviceId: 'a', rttMs: 1, spare: 100 };
    expect(chooseHome([twice, twice], middle)).toEqual({ home: 'a', others: [] });
  });

  it('spreads leaves over supernodes that are alike', () => {
    const random = seededRandom(3);
    const answers = ['a', 'b', 'c'].map((deviceId) => ({ deviceId, rttMs: 10, spare: 1000 }));
    const counts = new Map<string, number>();
    for (let i = 0; i < 900; i++) {
      const home = chooseHome(answers, { random }).home ?? '';
      counts.set(home, (counts.get(home) ?? 0) + 1);
    }
    for (const deviceId of ['a', 'b', 'c']) expect(counts.get(deviceId)).toBeGreaterThan(200);
  });
});

describe('failoverPlan', () => {
  const choice = { secondHome: 'warm', others: ['x', 'y', 'z'] };

  it('tries the warm second home at once, then the others in their order, ever later', () => {
    const random = seededRandom(5);
    for (let i = 0; i < 100; i++) {
      const plan = failoverPlan(choice, { random });
      expect(plan.map(({ deviceId }) => deviceId)).toEqual(['warm', 'x', 'y', 'z']);
      expect(plan[0]?.afterMs).toBeLessThanOrEqual(150);
      const times = plan.map(({ afterMs }) => afterMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
  });

  it('spreads the leaves of a lost supernode over time', () => {
    const random = seededRandom(9);
    const times = Array.from({ length: 1000 }, () => failoverPlan(choice, { random })[0]?.afterMs ?? 0);
    for (let from = 0; from < 150; from += 30) {
      const share = times.filter((ms) => ms >= from && ms < from + 30).length / times.length;
      expect(share).toBeGreaterThan(0.12);
      expect(share).toBeLessThan(0.28);
    }
  });

  it('begins at once without a second home, and is empty without anybody', () => {
    expect(failoverPlan({ others: ['x'] }, { random: () => 0 })).toEqual([{ deviceId: 'x', afterMs: 0 }]);
    expect(failoverPlan({ others: [] }, { random: () => 0 })).toEqual([]);
  });
});
