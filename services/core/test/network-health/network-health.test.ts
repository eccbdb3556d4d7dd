import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY, type BeatAnswers, type HostView, type MapNode } from '@banyan/proto';
import { candidateRows, detailsOf, glanceOf, mapOf, stateOf, supernodeRows } from '../../src/index.ts';

const NOW = 1_800_000_000_000;

function host(
  name: string,
  change: Partial<HostView> = {},
  role: HostView['order']['role'] = 'serving',
): HostView {
  return {
    deviceId: name.padEnd(43, '_'),
    name,
    account: 'ada',
    kind: 'volunteer',
    order: { role, since: NOW - 1_000, by: { kind: 'list' }, reason: '', maxLeaves: 100, drainMs: 60_000 },
    handedOut: role === 'serving',
    fault: null,
    offered: true,
    reportedAt: NOW,
    child: role === 'leaf' ? 'none' : 'serving',
    leaves: 10,
    capacity: 100,
    ...(role === 'leaf' ? {} : { load: { records: 5, links: 1, loopDelayMs: 1 } }),
    fit: role === 'leaf',
    fitSince: null,
    score: 1,
    criteria: [],
    caps: null,
    ...change,
  };
}

const codes = (hosts: HostView[], now = NOW): string[] =>
  glanceOf(hosts, DEFAULT_POLICY, now).alerts.map(({ code }) => code);
const old = (role: HostView['order']['role'], ms: number): Partial<HostView> => ({
  order: { ...host('x', {}, role).order, since: NOW - ms },
});

const answering = (answers: BeatAnswers): HostView =>
  host('elm', { load: { records: 5, links: 1, loopDelayMs: 1, answers } });
/** All in the one bucket. */
const beyond = (bucket: number): number[] => Array.from({ length: 11 }, (_, i) => (i === bucket ? 60 : 0));

describe('a supernode', () => {
  it.each<[string, HostView]>([
    ['serving', host('oak')],
    ['starting', host('oak', {}, 'promoting')],
    ['starting', host('oak', {}, 'proving')],
    ['draining', host('oak', {}, 'draining')],
    ['faulty', host('oak', { fault: { code: 'x', message: 'y', at: NOW } })],
    ['silent', host('oak', { load: undefined as never })],
    ['silent', host('oak', { child: 'failed' })],
  ])('is %s', (state, view) => {
    expect(stateOf(view)).toBe(state);
  });
});

describe('one host', () => {
  it('says from when on a fit volunteer is settled for the policy, and of nobody else', () => {
    const since = { fitSince: NOW };
    const settled = NOW + DEFAULT_POLICY.stabilisationMs;
    expect(detailsOf(host('bob', since, 'leaf'), DEFAULT_POLICY).stableAt).toBe(settled);
    expect(detailsOf(host('bob', since, 'leaf'), undefined).stableAt).toBeNull();
    expect(detailsOf(host('bob', {}, 'leaf'), DEFAULT_POLICY).stableAt).toBeNull();
    expect(detailsOf(host('oak', since), DEFAULT_POLICY).stableAt).toBeNull();
  });
});

describe('alerts', () => {
  it('name the first hosts of a kind, and count the others', () => {
    const silent = (count: number): HostView[] =>
      Array.from({ length: count }, (_, i) => host(`ash-${i}`, { load: undefined as never }));
    const alerts = (count: number) =>
      glanceOf([host('oak'), host('elm'), ...silent(count)], DEFAULT_POLICY, NOW)
        .alerts.filter(({ code }) => code === 'silent')
        .map(({ figures }) => figures?.['others']);
    expect(alerts(5)).toEqual(Array.from({ length: 5 }));
    expect(alerts(200)).toEqual([...Array.from({ length: 4 }), 195]);
  });

  it('are none while all is well', () => {
    expect(codes([host('oak'), host('elm'), host('bob', {}, 'leaf')])).toEqual([]);
  });

  it.each<[string, HostView[]]>([
    ['no_supernode', [host('bob', {}, 'leaf')]],
    ['one_supernode', [host('oak')]],
    ['full', [host('oak', { leaves: 90 }), host('elm', { leaves: 90 })]],
    ['faulty', [host('oak'), host('elm'), host('ash', { fault: { code: 'x', message: 'y', at: NOW } })]],
    ['silent', [host('oak'), host('elm'), host('ash', { load: undefined as never })]],
    ['slow', [host('oak'), host('elm', { load: { records: 0, links: 0, loopDelayMs: 51 } })]],
    ['stuck_promotion', [host('oak'), host('elm'), host('ash', old('proving', 301_000), 'proving')]],
    ['stuck_drain', [host('oak'), host('elm'), host('ash', old('draining', 121_000), 'draining')]],
    [
      'refusing',
      [
        host('oak'),
        host('elm', {
          load: {
            records: 0,
            links: 0,
            loopDelayMs: 1,
            rates: { searches: 0, hits: 0, refused: 2, bytes: 0 },
          },
        }),
      ],
    ],
    ['slow_hits', [host('oak'), answering({ searches: 60, found: 60, firstHits: beyond(10) })]],
    ['few_hits', [host('oak'), answering({ searches: 60, found: 6, firstHits: beyond(0) })]],
  ])('tell of %s', (code, hosts) => {
    expect(codes(hosts)).toEqual([code]);
  });

  it('say nothing of answers of which there are too few to tell', () => {
    expect(codes([host('oak'), answering({ searches: 49, found: 1, firstHits: beyond(1) })])).toEqual([]);
  });

  it('do not call a drain stuck that is over at one that its operator runs', () => {
    const drained = (leaves: number): HostView =>
      host('ash', { ...old('draining', 600_000), kind: 'operated', leaves }, 'draining');
    expect(codes([host('oak'), host('elm'), drained(0)])).toEqual([]);
    expect(codes([host('oak'), host('elm'), drained(1)])).toEqual(['stuck_drain']);
  });

  it('name some hosts of a kind, not hundreds', () => {
    const silent = Array.from({ length: 50 }, (_, i) =>
      host(`n${i}`, { load: undefined as never, handedOut: false, leaves: 0 }),
    );
    expect(codes([host('oak'), host('elm'), ...silent])).toEqual(Array.from({ length: 5 }, () => 'silent'));
  });
});

describe('the glance', () => {
  it('adds up what supernodes say, and says nothing of rates that nobody told', () => {
    const rates = { searches: 1.5, hits: 20, refused: 0, bytes: 1000 };
    const answers = { searches: 10, found: 5, firstHits: [0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0] };
    const load = { records: 7, links: 1, loopDelayMs: 1, rates, answers };
    const hosts = [
      host('oak', { load }),
      host('elm', { load }),
      host('bob', {}, 'leaf'),
      host('eve', { fit: false }, 'leaf'),
    ];
    expect(glanceOf(hosts, DEFAULT_POLICY, NOW)).toMatchObject({
      ...{ at: NOW, leaves: 40, capacity: 200, records: 14, supernodes: 2, volunteers: 2, fit: 1 },
      mode: 'manual',
      rates: { searches: 3, hits: 40, refused: 0, bytes: 2000 },
      answers: { searches: 20, found: 10, firstHitP95: { ms: 10, isMore: false } },
    });
    expect(glanceOf([host('oak')], undefined, NOW)).toMatchObject({ rates: null, answers: null, mode: null });
  });
});

describe('lists', () => {
  const hosts = [
    host('Oak', { region: 'north' }),
    host('elm', { leaves: 30 }),
    host('ash', { fault: { code: 'x', message: 'y', at: NOW } }),
    host('bob', { score: 2 }, 'leaf'),
    host('eve', { score: 9, fit: false }, 'leaf'),
    host('gone', { reportedAt: null }, 'leaf'),
  ];
  const names = (rows: readonly { name: string }[]): string[] => rows.map(({ name }) => name);

  it('hold supernodes and volunteers apart, what needs a look first, the fit before the others', () => {
    expect(names(supernodeRows(hosts, '', 'state'))).toEqual(['ash', 'elm', 'Oak']);
    expect(names(supernodeRows(hosts, '', 'leaves'))).toEqual(['elm', 'ash', 'Oak']);
    expect(names(candidateRows(hosts, '', 'score'))).toEqual(['bob', 'eve']);
  });

  it('are filtered by all words of name, owner, region and state', () => {
    expect(names(supernodeRows(hosts, 'north', 'name'))).toEqual(['Oak']);
    expect(names(supernodeRows(hosts, 'ADA faulty', 'name'))).toEqual(['ash']);
    expect(names(supernodeRows(hosts, 'ada nothing', 'name'))).toEqual([]);
  });

  it('give each supernode the same place on the map, whatever its load', () => {
    const before = mapOf(hosts).nodes.map(({ name }) => name);
    const after = mapOf(hosts.map((one) => ({ ...one, leaves: 100 - one.leaves })).reverse());
    expect(after.nodes.map(({ name }: MapNode) => name)).toEqual(before);
    expect(after.total).toBe(3);
  });
});
