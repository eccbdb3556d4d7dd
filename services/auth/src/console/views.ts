/** What each topic of the console's WebSocket shows. */
import { candidateRows, detailsOf, glanceOf, mapOf, supernodeRows } from '@banyan/core';
import {
  ACCOUNT_ORDERS,
  BanyanError,
  HOST_ORDERS,
  type ConsoleAsOf,
  type ConsoleCommand,
  type ConsoleRows,
  type ConsoleTopic,
  type HostView,
  type NetworkGlance,
  type Role,
} from '@banyan/proto';
import { accountRows, type AccountBook } from './account-book.ts';
import type { HostsSnapshot } from './list-desk.ts';

/** What of a view says which rows it shows. */
export interface WantedRows {
  readonly topic: ConsoleTopic;
  readonly params: Extract<ConsoleCommand, { type: 'view.open' }>['params'];
  readonly first: number;
  readonly count: number;
}

/** Where rows come from. */
export interface ConsoleSources {
  readonly hosts: () => Promise<HostsSnapshot>;
  /** One of these, with all its figures as of now. */
  readonly host: (known: HostView) => Promise<HostView>;
  readonly accounts: AccountBook['snapshot'];
  readonly reports: () => Promise<{ readonly open: number; readonly at: number }>;
  /** Of who looks. */
  readonly role: Role;
}

interface RowWindow extends ConsoleAsOf {
  readonly total: number;
  readonly rows: readonly ConsoleRows[ConsoleTopic][];
}

/** What was made of one moment's hosts or accounts (a glance, a map, lists in an order) is kept, for scrolling and for other tabs. */
const MAX_KEPT = 32;
const keptOf = new WeakMap<object, Map<string, readonly ConsoleRows[ConsoleTopic][]>>();

/**
 * The rows of a view, as of the moment when they are known: a view that moved meanwhile gets those where it is.
 *
 * @throws BanyanError `not_found` when its subject is gone, `invalid_request` when it names none, `forbidden` for what a viewer
 *   does not see
 */
export async function consoleRowsOf(sources: ConsoleSources, view: WantedRows): Promise<RowWindow> {
  const { topic, params = {} } = view;
  const { id, filter = '', order } = params;
  if (topic === 'accounts') {
    if (sources.role !== 'operator')
      throw new BanyanError('forbidden', 'Viewers do not see accounts. Ask an operator.');
    const { rows, at } = await sources.accounts();
    const by = ACCOUNT_ORDERS.find((one) => one === order) ?? 'name';
    const asOf = { at, problem: null };
    return windowOf(
      view,
      keptRows(rows, `${by} ${filter}`, () => accountRows(rows, filter, by)),
      asOf,
    );
  }
  if (topic === 'reports') {
    const { open, at } = await sources.reports();
    return windowOf(view, [{ open }], { at, problem: null });
  }
  const { hosts, policy, at, problem } = await sources.hosts();
  const cut = (rows: readonly ConsoleRows[ConsoleTopic][]): RowWindow =>
    windowOf(view, rows, { at, problem: problem ?? null });
  // Nothing is known of hosts: neither that there are none, nor that one is gone.
  if (at === 0 && topic !== 'glance') return cut([]);
  switch (topic) {
    case 'glance': {
      // What is wrong may come with time alone.
      const [glance] = keptRows(hosts, `glance ${at}`, (): [NetworkGlance] => [
        glanceOf(hosts, policy?.policy, at),
      ]);
      // What follows from what the list said when nothing is known of it would be invention.
      if (problem === undefined) return cut([glance]);
      return cut([{ ...glance, alerts: [problem, ...(at === 0 ? [] : glance.alerts)] }]);
    }
    case 'map':
      return cut(keptRows(hosts, 'map', () => [mapOf(hosts)]));
    case 'supernodes':
    case 'candidates': {
      const by = HOST_ORDERS.find((one) => one === order) ?? 'state';
      const rowsOf = topic === 'supernodes' ? supernodeRows : candidateRows;
      return cut(keptRows(hosts, `${topic} ${by} ${filter}`, () => rowsOf(hosts, filter, by)));
    }
    case 'host': {
      if (id === undefined) throw new BanyanError('invalid_request', 'Say in params.id which host.');
      const known = hosts.find(({ deviceId }) => deviceId === id);
      if (known === undefined)
        throw new BanyanError(
          'not_found',
          'This host is not known (any more): it neither volunteers nor serves.',
        );
      const host = problem === undefined ? await sources.host(known) : known;
      return cut([detailsOf(host, policy?.policy)]);
    }
  }
}

function windowOf(
  { first, count }: WantedRows,
  rows: readonly ConsoleRows[ConsoleTopic][],
  asOf: ConsoleAsOf,
): RowWindow {
  return { ...asOf, total: rows.length, rows: rows.slice(first, first + count) };
}

function keptRows<Rows extends readonly ConsoleRows[ConsoleTopic][]>(
  from: object,
  key: string,
  make: () => Rows,
): Rows {
  const kept = keptOf.get(from) ?? new Map<string, readonly ConsoleRows[ConsoleTopic][]>();
  keptOf.set(from, kept);
  // What a key names is always made by the same function.
  const known = kept.get(key) as Rows | undefined;
  if (known !== undefined) return known;
  if (kept.size >= MAX_KEPT) kept.clear();
  const made = make();
  kept.set(key, made);
  return made;
}
