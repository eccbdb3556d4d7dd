import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_POLICY, type Policy } from '@banyan/proto';
import {
  judge,
  newHost,
  planPolicy,
  supernodesLacking,
  type PolicyDecision,
  type PolicyHost,
} from '@banyan/core';
import { DRAIN, FAILED, fitCandidate, NOW, OPERATOR, policy, policyHost, PROMOTE, SERVING } from './hosts.ts';

const plan = (hosts: readonly PolicyHost[], change: Partial<Policy> = {}): PolicyDecision[] =>
  planPolicy({ policy: policy(change), now: NOW, hosts });
const short = (decisions: readonly PolicyDecision[]): string[] =>
  decisions.map(({ action, deviceId }) => `${action} ${deviceId}`);
const serving = (id: string, change: Partial<PolicyHost> = {}): PolicyHost => policyHost(id, SERVING, change);
const leaf = (id: string, change: Partial<PolicyHost> = {}): PolicyHost => policyHost(id, [], change);
const scored = (score: number): Pick<PolicyHost, 'judgement'> => ({
  judgement: { criteria: [], isFit: true, score },
});

describe('policy', () => {
  it('does nothing while there are as many as are wanted', () => {
    expect(plan([serving('a'), serving('b'), leaf('c')])).toEqual([]);
  });

  it('replaces one that is missing by the best that is fit, and says by which figures', () => {
    const decisions = plan([serving('a'), leaf('b', scored(3)), leaf('c', scored(9)), leaf('d', scored(5))]);
    expect(short(decisions)).toEqual(['promote c']);
    expect(decisions[0]).toMatchObject({ figures: { supernodes: 1, wanted: 2, score: 9 } });
    expect(decisions[0]!.reason).toMatch(/1 supernodes, and 2 at least/);
  });

  it('says how many are wanted that nobody is fit to become', () => {
    const lacking = (hosts: readonly PolicyHost[], change: Partial<Policy> = {}): number => {
      const view = { policy: policy(change), now: NOW, hosts };
      return supernodesLacking(view, planPolicy(view));
    };
    expect(lacking([serving('a'), serving('b'), leaf('c')])).toBe(0);
    expect(lacking([serving('a'), serving('b')], { minSupernodes: 3 })).toBe(1);
    expect(lacking([serving('a'), leaf('b', scored(3))], { minSupernodes: 4 })).toBe(2);
    expect(lacking([serving('a'), policyHost('b', [PROMOTE])], { minSupernodes: 3 })).toBe(1);
    // More than four are never begun at once: that is no lack of hosts.
    const many = ['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((id) => leaf(id));
    expect(lacking([serving('a'), ...many], { minSupernodes: 8 })).toBe(0);
    // Too many are no lack either.
    expect(lacking([serving('a'), serving('b'), serving('c')], { minSupernodes: 1, maxSupernodes: 2 })).toBe(
      0,
    );
  });

  it('wants more where there are more leaves, with something to spare, up to the most', () => {
    const hosts = [
      serving('a', { leaves: 4_000, capacity: 4_000 }),
      serving('b', { leaves: 4_000, capacity: 4_000 }),
      ...['c', 'd', 'e', 'f', 'g', 'h'].map((id) => leaf(id)),
    ];
    // 8,000 leaves at 2,000 each and a quarter more: five.
    expect(plan(hosts)).toHaveLength(3);
    expect(plan(hosts, { maxSupernodes: 3 })).toHaveLength(1);
    expect(plan(hosts, { maxSupernodes: 2, minSupernodes: 2 })).toEqual([]);
    // Four at a time.
    expect(plan(hosts, { targetLeaves: 100 })).toHaveLength(4);
  });

  it('counts those that are on their way, and waits for them', () => {
    expect(plan([serving('a'), policyHost('b', [PROMOTE]), leaf('c')])).toEqual([]);
    expect(plan([serving('a'), policyHost('b', [PROMOTE, { type: 'beat' }]), leaf('c')])).toEqual([]);
  });

  it('does not count one that does not answer its probes, nor one that is being drained', () => {
    expect(short(plan([serving('a'), policyHost('b', [...SERVING, FAILED, FAILED]), leaf('c')]))).toEqual([
      'promote c',
    ]);
    expect(short(plan([serving('a'), policyHost('b', [...SERVING, DRAIN]), leaf('c')]))).toEqual([
      'promote c',
    ]);
  });

  it('neither counts nor promotes one that an operator has cordoned', () => {
    const cordon = { type: 'cordon', by: OPERATOR, reason: 'a look', isOn: true } as const;
    const hosts = [serving('a'), policyHost('b', [...SERVING, cordon]), policyHost('c', [cordon]), leaf('d')];
    expect(short(plan(hosts))).toEqual(['promote d']);
  });

  it('promotes nobody who is unfit, or has not been fit for long', () => {
    const unfit = judge(fitCandidate('b', { measured: undefined }), DEFAULT_POLICY, NOW);
    expect(plan([serving('a'), leaf('b', { judgement: unfit, fitSince: undefined })])).toEqual([]);
    expect(plan([serving('a'), leaf('b', { judgement: undefined, fitSince: undefined })])).toEqual([]);
    expect(plan([serving('a'), leaf('b', { fitSince: NOW - DEFAULT_POLICY.stabilisationMs + 1 })])).toEqual(
      [],
    );
    expect(
      short(plan([serving('a'), leaf('b', { fitSince: NOW - DEFAULT_POLICY.stabilisationMs })])),
    ).toEqual(['promote b']);
  });

  it('lets a role rest for half an hour, unless there are too few', () => {
    const switched = (agoMs: number): PolicyHost => {
      const host = leaf('c');
      return { ...host, record: { ...host.record, switchedAt: NOW - agoMs } };
    };
    const busy = [serving('a', { leaves: 2_000 }), serving('b', { leaves: 2_000 })];
    expect(plan([...busy, switched(29 * 60_000)])).toEqual([]);
    expect(short(plan([...busy, switched(30 * 60_000)]))).toEqual(['promote c']);
    expect(short(plan([serving('a'), switched(60_000)]))).toEqual(['promote c']);
  });

  it('sees to each region', () => {
    const hosts = [
      serving('a', { region: 'eu' }),
      serving('b', { region: 'eu' }),
      leaf('c', { region: 'eu', ...scored(9) }),
      leaf('d', { region: 'us', ...scored(1) }),
      leaf('e', { region: 'us', ...scored(2) }),
    ];
    const decisions = plan(hosts, { minPerRegion: 1 });
    expect(short(decisions)).toEqual(['promote e']);
    expect(decisions[0]!.reason).toMatch(/region us has 0 of 1/);
  });

  it('drains one that nobody needs any more: the idlest, one at a time, and never below what is wanted', () => {
    const hosts = ['a', 'b', 'c', 'd'].map((id, i) => serving(id, { leaves: 10 + i }));
    expect(short(plan(hosts))).toEqual(['drain a']);
    expect(plan(hosts.slice(0, 2))).toEqual([]);
    expect(plan([...hosts, policyHost('e', [...SERVING, DRAIN])])).toEqual([]);
    // Whose leaves the others could not take.
    expect(plan(hosts.map((host) => ({ ...host, capacity: host.leaves })))).toEqual([]);
  });

  it('never drains one that its operator runs, nor one that has just begun', () => {
    const operated = (id: string): PolicyHost => ({
      ...serving(id, { judgement: undefined, fitSince: undefined }),
      record: newHost(id, 'operated', NOW - 86_400_000),
    });
    expect(plan(['a', 'b', 'c'].map(operated))).toEqual([]);
    const young = (id: string): PolicyHost => {
      const host = serving(id);
      return { ...host, record: { ...host.record, switchedAt: NOW - 60_000 } };
    };
    expect(plan(['a', 'b', 'c'].map(young))).toEqual([]);
    expect(short(plan([operated('a'), operated('b'), serving('c')]))).toEqual(['drain c']);
  });

  it('drains one that has failed its criteria for long, where there are others, and says which', () => {
    const slow = judge(
      fitCandidate('c', { declared: { ...fitCandidate().declared, loopDelayMs: 900 } }),
      DEFAULT_POLICY,
      NOW,
    );
    const failing = (sinceMs: number): PolicyHost =>
      serving('c', {
        judgement: slow,
        fitSince: undefined,
        unfitSince: NOW - sinceMs,
        leaves: 6_000,
        capacity: 9_000,
      });
    const others = [serving('a'), serving('b')];
    const decisions = plan([...others, failing(600_000)], { spare: 0 });
    expect(short(decisions)).toEqual(['drain c']);
    expect(decisions[0]!.reason).toBe('it fails: loop_delay');
    expect(plan([...others, failing(60_000)], { spare: 0 })).toEqual([]);
    expect(plan([serving('a'), failing(600_000)], { targetLeaves: 6_000, spare: 0 })).toEqual([]);
  });

  it('never goes below the least nor beyond the most, whatever there is', () => {
    const host = fc.record({
      events: fc.constantFrom([], [PROMOTE], [...SERVING], [...SERVING, DRAIN], [...SERVING, FAILED, FAILED]),
      leaves: fc.integer({ min: 0, max: 5_000 }),
      region: fc.constantFrom(undefined, 'eu', 'us'),
      isFit: fc.boolean(),
      age: fc.integer({ min: 0, max: 7_200_000 }),
    });
    const rules = fc.record({
      minSupernodes: fc.integer({ min: 1, max: 5 }),
      extra: fc.integer({ min: 0, max: 5 }),
      minPerRegion: fc.integer({ min: 0, max: 2 }),
      targetLeaves: fc.integer({ min: 100, max: 5_000 }),
    });
    fc.assert(
      fc.property(fc.array(host, { maxLength: 12 }), rules, (list, { extra, ...rest }) => {
        const hosts = list.map(({ events, isFit, age, leaves, region }, i) => {
          const made = policyHost(`h${i}`, events, {
            region,
            leaves: events.length >= SERVING.length ? leaves : 0,
            fitSince: isFit ? NOW - age : undefined,
            unfitSince: isFit ? undefined : NOW - age,
            judgement: { criteria: [], isFit, score: i },
          });
          return { ...made, record: { ...made.record, switchedAt: NOW - age } };
        });
        const rule = { ...rest, maxSupernodes: rest.minSupernodes + extra };
        const decisions = plan(hosts, rule);
        const byId = new Map(hosts.map((one) => [one.record.deviceId, one]));
        const alive = hosts.filter(
          ({ record }) => record.role === 'serving' && record.failedProbes < 2,
        ).length;
        const coming = hosts.filter(
          ({ record }) => record.role === 'promoting' || record.role === 'proving',
        ).length;
        const promotions = decisions.filter(({ action }) => action === 'promote');
        const drains = decisions.filter(({ action }) => action === 'drain');
        expect(new Set(decisions.map(({ deviceId }) => deviceId)).size).toBe(decisions.length);
        if (promotions.length > 0)
          expect(alive + coming + promotions.length).toBeLessThanOrEqual(rule.maxSupernodes);
        expect(drains.length).toBeLessThanOrEqual(1);
        if (drains.length > 0) expect(alive - 1).toBeGreaterThanOrEqual(rule.minSupernodes);
        for (const { deviceId } of promotions)
          expect(byId.get(deviceId)).toMatchObject({ record: { role: 'leaf' }, judgement: { isFit: true } });
        for (const { deviceId } of drains) expect(byId.get(deviceId)!.record.role).toBe('serving');
      }),
    );
  });
});
