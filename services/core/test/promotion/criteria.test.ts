import { describe, expect, it } from '@jest/globals';
import { CRITERIA, DEFAULT_POLICY, softwareNumber, type CriterionName, type Policy } from '@banyan/proto';
import { judge, type Candidate, type Declared, type Measured } from '@banyan/core';
import { fitCandidate, NOW } from './hosts.ts';

const failing = (
  candidate: Candidate,
  policy: Pick<Policy, 'thresholds'> = DEFAULT_POLICY,
): CriterionName[] =>
  judge(candidate, policy, NOW)
    .criteria.filter(({ passed }) => !passed)
    .map(({ name }) => name);

const declaring = (change: Partial<Declared>): Candidate =>
  fitCandidate('host', { declared: { ...fitCandidate().declared, ...change } });
const measuring = (change: Partial<Measured>): Candidate =>
  fitCandidate('host', { measured: { ...fitCandidate().measured!, ...change } });

describe('the criteria', () => {
  it('are all there, each with value, threshold, outcome and where it was found out', () => {
    const { criteria, isFit } = judge(fitCandidate(), DEFAULT_POLICY, NOW);
    expect(isFit).toBe(true);
    expect(criteria.map(({ name }) => name)).toEqual([...CRITERIA]);
    for (const criterion of criteria) {
      expect(criterion.passed).toBe(true);
      expect(criterion.value).toEqual(expect.any(Number));
      expect(criterion.threshold).toEqual(expect.any(Number));
      expect(['home', 'list', 'host']).toContain(criterion.origin);
    }
  });

  it.each<[CriterionName, Candidate]>([
    ['offered', fitCandidate('host', { isOffered: false })],
    ['heard', fitCandidate('host', { reportedAt: NOW - 200_000 })],
    ['cores', declaring({ cores: 1 })],
    ['memory', declaring({ memoryBytes: 1e6 })],
    ['descriptors', declaring({ descriptors: 1_024 })],
    ['disk', declaring({ freeDiskBytes: 0 })],
    ['loop_delay', declaring({ loopDelayMs: 200 })],
    ['reachable', measuring({ reachable: false })],
    ['measured', measuring({ at: NOW - 3_600_000 })],
    ['round_trip', measuring({ roundTripMs: 2_000 })],
    ['throughput', measuring({ bytesPerSecond: 10_000 })],
    ['session', measuring({ sessionMs: 60_000 })],
    ['clock_skew', measuring({ clockSkewMs: -90_000 })],
  ])('%s fails alone', (name, candidate) => {
    expect(failing(candidate)).toEqual([name]);
  });

  it('what nobody has measured fails, whatever the host says of it', () => {
    expect(failing(fitCandidate('host', { measured: undefined }))).toEqual([
      'reachable',
      'measured',
      'round_trip',
      'throughput',
      'session',
      'clock_skew',
    ]);
    expect(failing(measuring({ bytesPerSecond: undefined, roundTripMs: undefined }))).toEqual([
      'round_trip',
      'throughput',
    ]);
  });

  it('a version fails that is older than the policy wants, and one that nobody knows', () => {
    const wanting = (minVersion: string): Pick<Policy, 'thresholds'> => ({
      thresholds: { ...DEFAULT_POLICY.thresholds, minVersion },
    });
    const with_ = (software: string): Candidate =>
      fitCandidate('host', { version: softwareNumber(software) });
    expect(failing(with_('banyan/0.2.0 (peer)'), wanting('0.2.0'))).toEqual([]);
    expect(failing(with_('banyan/0.10.0 (peer)'), wanting('0.2.0'))).toEqual([]);
    for (const software of ['banyan/0.1.9 (peer)', 'banyan/0.2.0-rc.1 (peer)', 'another/9.0.0', ''])
      expect(failing(with_(software), wanting('0.2.0'))).toEqual(['version']);
    // Nothing is asked for until an operator does: of old peers, of forks, and by policies of before.
    const { minVersion: _, ...before } = DEFAULT_POLICY.thresholds;
    for (const policy of [DEFAULT_POLICY, wanting('0.0.0'), { thresholds: before }])
      for (const software of ['banyan/0.0.1', 'another/9.0.0'])
        expect(failing(with_(software), policy)).toEqual([]);
    const scoreOf = (software: string): number => judge(with_(software), wanting('0.1.0'), NOW).score;
    expect(scoreOf('banyan/9.0.0')).toBe(scoreOf('banyan/0.1.0'));
  });

  it('what it takes is judged as what it sends, where the policy asks for it', () => {
    const thresholds = { ...DEFAULT_POLICY.thresholds, downloadBytesPerSecond: 1_000_000 };
    const taking = (downloadBytesPerSecond: number | undefined): Candidate =>
      measuring({ downloadBytesPerSecond });
    expect(failing(taking(999_999), { thresholds })).toEqual(['download']);
    expect(failing(taking(1_000_000), { thresholds })).toEqual([]);
    // Of an older home, or an older peer.
    expect(failing(taking(undefined), { thresholds })).toEqual(['download']);
    expect(failing(taking(undefined))).toEqual([]);
    const { criteria } = judge(taking(2e6), { thresholds }, NOW);
    expect(criteria.find(({ name }) => name === 'download')).toMatchObject({
      ...{ value: 2e6, threshold: 1e6, origin: 'home', declared: 100e6 },
    });
  });

  it('a threshold of nothing is met by who says nothing', () => {
    const thresholds = { ...DEFAULT_POLICY.thresholds, bytesPerSecond: 0 };
    const mute = measuring({ bytesPerSecond: undefined });
    expect(failing(mute)).toEqual(['throughput']);
    expect(failing(mute, { thresholds })).toEqual([]);
    const fast = measuring({ bytesPerSecond: 1e9 });
    expect(judge(fast, { thresholds }, NOW).score).toBe(judge(mute, { thresholds }, NOW).score);
  });

  it('what is measured counts, and what is declared stands beside it', () => {
    const liar = fitCandidate('host', {
      declared: { ...fitCandidate().declared, bytesPerSecond: 1e12, uptimeMs: 1e12 },
      measured: { ...fitCandidate().measured!, bytesPerSecond: 500, sessionMs: 10 },
    });
    const { criteria, isFit } = judge(liar, DEFAULT_POLICY, NOW);
    expect(isFit).toBe(false);
    expect(criteria.find(({ name }) => name === 'throughput')).toMatchObject({
      value: 500,
      declared: 1e12,
      origin: 'home',
      passed: false,
    });
    expect(criteria.find(({ name }) => name === 'session')).toMatchObject({ value: 10, declared: 1e12 });
  });

  it('figures that are none fail, and never make a score', () => {
    for (const value of [NaN, Infinity, -Infinity, -1]) {
      const odd = declaring({ cores: value, memoryBytes: value, loopDelayMs: value });
      const { score, isFit } = judge(odd, DEFAULT_POLICY, NOW);
      expect(isFit).toBe(false);
      expect(Number.isFinite(score)).toBe(true);
    }
  });

  it('the more there is of everything, the greater the score; one thing alone makes nobody first', () => {
    const score = (candidate: Candidate): number => judge(candidate, DEFAULT_POLICY, NOW).score;
    expect(score(declaring({ cores: 8 }))).toBeGreaterThan(score(declaring({ cores: 2 })));
    expect(score(measuring({ roundTripMs: 5 }))).toBeGreaterThanOrEqual(
      score(measuring({ roundTripMs: 200 })),
    );
    const oneThing = declaring({ cores: 100_000, memoryBytes: 1.1e9, descriptors: 4_100 });
    expect(score(fitCandidate())).toBeGreaterThan(score(oneThing));
  });
});
