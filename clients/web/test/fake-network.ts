/** What the fake console shows: a network with hosts in every state, names of who means harm, and what was decided in it. */
import {
  CRITERIA,
  HOST_STATES,
  type AuditCheck,
  type AuditEntry,
  type BanListLine,
  type CriterionView,
  type HostDetails,
  type HostRow,
  type HostState,
  type ReportView,
} from '@banyan/proto';

export const NOW = Date.UTC(2026, 10, 27, 12);

export const deviceIdOf = (kind: string, i: number): string => `${kind}${i}`.padEnd(43, '-');

/** 0.1.0, see `softwareNumber`. */
const VERSION = 10_000;

const thresholdOf = (name: string, failing: readonly string[]): number => {
  if (name === 'version') return failing.includes(name) ? 2 * VERSION : VERSION;
  return name === 'offered' || name === 'reachable' ? 1 : 2_000_000;
};

const criteria = (failing: readonly string[]): CriterionView[] =>
  CRITERIA.map((name, i) => ({
    name,
    value:
      name === 'version' ? VERSION : failing.includes(name) ? (name === 'measured' ? null : 1) : 4_000_000,
    threshold: thresholdOf(name, failing),
    bound: i % 3 === 2 ? 'at most' : 'at least',
    passed: !failing.includes(name),
    origin: i % 3 === 0 ? 'host' : i % 3 === 1 ? 'list' : 'home',
    at: NOW,
    ...(name === 'version' ? { bound: 'at least', origin: 'host' } : {}),
    ...(name === 'throughput' ? { declared: 9_000_000 } : {}),
  }));

const NAMES: readonly string[] = [
  'oak',
  'elm',
  '<b>ash</b>',
  '榕樹',
  'willow \u202Ereversed',
  'a-name-that-goes-on-and-on-beyond-any-label',
  'yew',
];

/** @param states - of the hosts in turn */
export function supernode(i: number, states: readonly HostState[] = HOST_STATES, names = NAMES): HostDetails {
  const state = states[i % states.length]!;
  const role = state === 'starting' ? 'proving' : state === 'draining' ? 'draining' : 'serving';
  return {
    deviceId: deviceIdOf('n', i),
    name: i < names.length ? names[i]! : `node-${String(i).padStart(4, '0')}`,
    account: i % 2 === 0 ? '' : 'ada',
    kind: i % 2 === 0 ? 'operated' : 'volunteer',
    ...(i % 3 === 0 ? { region: 'north' } : {}),
    order: {
      ...{
        role,
        since: NOW - 3600_000,
        reason: 'more room for the evening',
        maxLeaves: 200,
        drainMs: 60_000,
        // Long enough for any test.
        ...(role === 'draining' ? { endsAt: Date.now() + 3_600_000 } : {}),
      },
      by: { kind: 'operator', account: 'o', name: 'olga' },
    },
    handedOut: state === 'serving',
    fault:
      state === 'faulty'
        ? { code: 'timeout', message: 'A test session got no answer in 5 s.', at: NOW }
        : null,
    offered: true,
    reportedAt: NOW,
    child: state === 'silent' ? 'failed' : 'serving',
    leaves: (i * 37) % 200,
    capacity: 200,
    load: {
      records: 12_000 + i,
      links: 4,
      loopDelayMs: 3.25,
      rates: { searches: 12.5, hits: 300, refused: 0, bytes: 1_200_000 },
    },
    fit: true,
    fitSince: NOW,
    score: 3,
    criteria: i % 2 === 0 ? [] : criteria([]),
    caps: i % 2 === 0 ? null : { maxLeaves: 200, memoryBytes: 2 ** 31, cpu: 2, bytesPerSecond: 5_000_000 },
    state,
    answers: { searches: 750, found: 675, firstHitP95: { ms: 84, isMore: i % 5 === 4 } },
    stableAt: null,
  };
}

export function candidate(i: number): HostDetails {
  const failing = i % 2 === 0 ? [] : ['memory', 'reachable', 'measured', 'version'];
  const base = supernode(1, ['serving']);
  return {
    ...base,
    deviceId: deviceIdOf('c', i),
    name: i === 0 ? 'bob' : `host-${i}`,
    account: 'bob',
    order: { ...base.order, role: 'leaf', by: { kind: 'list' }, reason: '' },
    handedOut: false,
    child: 'none',
    leaves: 0,
    capacity: 0,
    load: undefined as never,
    fit: failing.length === 0,
    score: failing.length === 0 ? 5.2 : -1,
    criteria: criteria(failing),
    state: 'silent',
    answers: null,
    stableAt: failing.length === 0 ? Date.now() + 240_000 : null,
  };
}

export function rowOf({
  order,
  criteria: all,
  caps: _caps,
  answers: _answers,
  stableAt: _stable,
  ...rest
}: HostDetails): HostRow {
  return {
    ...rest,
    role: order.role,
    since: order.since,
    failing: all.filter(({ passed }) => !passed).map(({ name }) => name),
    criteria: all.length,
  };
}

export const AUDIT: AuditEntry[] = [
  {
    id: '3',
    at: NOW,
    service: 'auth',
    by: { kind: 'operator', account: 'o', name: 'olga' },
    action: 'device.banned',
    subject: deviceIdOf('d', 1),
    name: 'laptop <script>',
    reason: 'spreads poison; see report 12',
    figures: {
      ...{ from: 'not banned', to: 'banned until it is lifted' },
      evidence: 'report 12\nhttps://wiki.example.org/12',
    },
    chain: { n: 12, at: NOW, previous: 'ab'.repeat(32), hash: 'cd'.repeat(32) },
  },
  {
    id: '2',
    at: NOW - 60_000,
    service: 'list',
    by: { kind: 'policy', version: 3 },
    action: 'host.promoting',
    subject: deviceIdOf('c', 0),
    name: 'bob',
    reason: '1 of 2 supernodes',
    figures: { supernodes: 1, wanted: 2, score: 5.25 },
  },
  {
    id: '1',
    at: NOW - 86_400_000,
    service: 'list',
    by: { kind: 'owner' },
    action: 'host.of_a_newer_version',
    subject: deviceIdOf('c', 0),
    name: '',
    reason: '',
    figures: {},
  },
];

export const CHECK = {
  service: 'auth',
  state: 'whole',
  ...{ linked: 1_204, waiting: 1, before: 17, breaks: [], breakCount: 0, found: [] },
  head: {
    since: '0',
    first: { n: 301, previous: 'ab'.repeat(32), at: NOW - 400 * 86_400_000 },
    ...{ n: 1_504, hash: 'cd'.repeat(32), at: NOW },
  },
} satisfies AuditCheck;
export const BROKEN = {
  service: 'list',
  state: 'broken',
  breaks: [
    { kind: 'changed', n: 310, id: '1', at: NOW - 86_400_000 },
    { kind: 'missing', n: 320, last: 322 },
  ],
  breakCount: 105,
} satisfies Partial<AuditCheck>;

export const REPORTS: ReportView[] = [
  {
    ...{ id: '1-a', at: NOW, by: { accountId: 'id-walt', name: 'walt' }, state: 'open' },
    subject: { kind: 'content', id: `${'ab'.repeat(32)}-1048576`, name: '' },
    reason: 'Not a film: <b>a virus</b>',
  },
  {
    ...{ id: '2-b', at: NOW, by: { accountId: 'id-gone', name: '' }, state: 'open' },
    subject: {
      ...{ kind: 'device', id: deviceIdOf('d', 2), name: 'phone' },
      account: { accountId: 'id-mallory', name: 'mallory' },
    },
    reason: 'Sends chunks that are never right',
  },
  {
    ...{ id: '3-c', at: NOW, by: { accountId: 'id-walt', name: 'walt' }, state: 'resolved' },
    subject: { kind: 'account', id: 'id-eve', name: 'eve' },
    reason: 'Rude',
    resolution: { at: NOW, by: { accountId: 'id-olga', name: 'olga' }, words: 'We spoke with her.' },
  },
];

const banLine = { name: '', until: null, reason: 'spreads poison', devices: 0 } as const;
export const BAN_LINES: BanListLine[] = [
  {
    ...banLine,
    ...{ line: 2, verdict: 'new', kind: 'account', id: 'a1', name: '<i>mallory</i>', devices: 2 },
    evidence: ['report 12'],
  },
  {
    ...banLine,
    line: 3,
    verdict: 'replaces',
    devices: 1,
    kind: 'device',
    id: deviceIdOf('d', 1),
    until: NOW / 1000,
  },
  { ...banLine, line: 4, verdict: 'same', kind: 'content', id: `${'ab'.repeat(32)}-1048576` },
  {
    ...banLine,
    ...{ line: 5, verdict: 'wrong', kind: null, id: 'walt', reason: '' },
    problem: 'Its kind must be account, device or content.',
  },
  ...Array.from({ length: 120 }, (_, i): BanListLine => ({
    ...banLine,
    ...{ line: 6 + i, verdict: 'over', kind: 'account', id: `b${i}`, until: NOW / 1000 - 3600 },
  })),
];
