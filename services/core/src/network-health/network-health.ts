/** A network as its operators see it: at a glance, as a map, in lists. Pure: from what the list says of its hosts. */
import {
  MAX_MAP_NODES,
  type HostDetails,
  type HostOrder,
  type HostRow,
  type HostView,
  type MapNode,
  type NetworkGlance,
  type NetworkMap,
  type Policy,
} from '@banyan/proto';
import { alertsOf } from './alerts.ts';
import { answersOf } from './answers.ts';
import { stateOf } from './host-state.ts';
import { compareNames, createWordFilter } from './rows.ts';

export { stateOf } from './host-state.ts';

const sum = (hosts: readonly HostView[], of: (host: HostView) => number): number =>
  hosts.reduce((total, host) => total + of(host), 0);
const isSupernode = ({ order }: HostView): boolean => order.role !== 'leaf';

/** @param policy - undefined: it is not known just now */
export function glanceOf(hosts: readonly HostView[], policy: Policy | undefined, now: number): NetworkGlance {
  const supernodes = hosts.filter(isSupernode);
  const inState = (state: string): number => supernodes.filter((host) => stateOf(host) === state).length;
  const volunteers = hosts.filter((host) => !isSupernode(host) && host.reportedAt !== null);
  const answers = answersOf(supernodes);
  const telling = supernodes.flatMap(({ load }) => load?.rates ?? []);
  const rate = (of: 'searches' | 'hits' | 'refused' | 'bytes'): number =>
    Math.round(telling.reduce((total, rates) => total + rates[of], 0) * 10) / 10;
  return {
    at: now,
    leaves: sum(hosts, ({ leaves }) => leaves),
    capacity: sum(
      supernodes.filter(({ handedOut }) => handedOut),
      ({ capacity }) => capacity,
    ),
    records: sum(supernodes, ({ load }) => load?.records ?? 0),
    supernodes: supernodes.filter(({ handedOut }) => handedOut).length,
    draining: inState('draining'),
    starting: inState('starting'),
    volunteers: volunteers.length,
    fit: volunteers.filter(({ fit }) => fit).length,
    mode: policy?.mode ?? null,
    rates:
      telling.length === 0
        ? null
        : { searches: rate('searches'), hits: rate('hits'), refused: rate('refused'), bytes: rate('bytes') },
    answers,
    alerts: alertsOf(hosts, policy, now, answers),
  };
}

/**
 * All of one host.
 *
 * @param policy - undefined: it is not known just now
 */
export function detailsOf(host: HostView, policy: Policy | undefined): HostDetails {
  const fitSince = isSupernode(host) ? null : host.fitSince;
  return {
    ...host,
    state: stateOf(host),
    answers: answersOf([host]),
    stableAt: fitSince === null || policy === undefined ? null : fitSince + policy.stabilisationMs,
  };
}

/** All supernodes by name, so that each keeps its place; beyond the limit the largest. */
export function mapOf(hosts: readonly HostView[]): NetworkMap {
  const nodes = hosts.filter(isSupernode).map((host): MapNode => ({
    deviceId: host.deviceId,
    name: host.name,
    state: stateOf(host),
    leaves: host.leaves,
    capacity: host.capacity,
  }));
  const shown =
    nodes.length <= MAX_MAP_NODES ? nodes : nodes.sort((a, b) => b.leaves - a.leaves).slice(0, MAX_MAP_NODES);
  return { total: nodes.length, nodes: shown.sort(byName) };
}

function rowOf(host: HostView): HostRow {
  const { order, criteria, caps: _caps, ...rest } = host;
  return {
    ...rest,
    role: order.role,
    state: stateOf(host),
    since: order.since,
    failing: criteria.filter(({ passed }) => !passed).map(({ name }) => name),
    criteria: criteria.length,
  };
}

/** Supernodes that match, in order. */
export function supernodeRows(hosts: readonly HostView[], filter: string, order: HostOrder): HostRow[] {
  return rows(hosts.filter(isSupernode), filter, order);
}

/** Volunteers that are no supernodes, that match, in order. */
export function candidateRows(hosts: readonly HostView[], filter: string, order: HostOrder): HostRow[] {
  return rows(
    hosts.filter((host) => !isSupernode(host) && host.reportedAt !== null),
    filter,
    order,
  );
}

/** What needs a look first. */
const URGENCY = { faulty: 0, silent: 1, starting: 2, draining: 3, serving: 4 } as const;

function rows(hosts: readonly HostView[], filter: string, order: HostOrder): HostRow[] {
  const matches = createWordFilter(filter);
  const matching = hosts.filter((host) =>
    matches(`${host.name} ${host.account} ${host.region ?? ''} ${host.deviceId} ${stateOf(host)}`),
  );
  const part = ({ leaves, capacity }: HostView): number => (capacity === 0 ? 0 : leaves / capacity);
  const compare: Record<HostOrder, (a: HostView, b: HostView) => number> = {
    state: (a, b) => URGENCY[stateOf(a)] - URGENCY[stateOf(b)],
    name: () => 0,
    leaves: (a, b) => b.leaves - a.leaves,
    load: (a, b) => part(b) - part(a),
    score: (a, b) => Number(b.fit) - Number(a.fit) || b.score - a.score,
  };
  // What is equal stays in the order of names: rows that change places while one reads are worse than any order.
  return matching.sort((a, b) => compare[order](a, b) || byName(a, b)).map(rowOf);
}

interface Named {
  readonly name: string;
  readonly deviceId: string;
}

function byName(a: Named, b: Named): number {
  return compareNames(a.name, b.name) || (a.deviceId < b.deviceId ? -1 : 1);
}
