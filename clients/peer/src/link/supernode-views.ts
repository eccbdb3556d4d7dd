/** Supernodes and reachability as the status shows them. */
import {
  displayText,
  MAX_DISPLAY_NAME_BYTES,
  type AddressCheck,
  type PeerStatus,
  type SupernodeEntry,
  type SupernodeView,
} from '@banyan/proto';
import { formatHostPort } from '@banyan/kit';
import type { HomeSession, HomeState } from '@banyan/sdk';

const name = (text: string): string => displayText(text, MAX_DISPLAY_NAME_BYTES);

/** A supernode that a session is open with. */
export function sessionView(session: HomeSession, entry: SupernodeEntry | undefined): SupernodeView {
  const { supernode, relation, roundTripMs, connectedAt } = session;
  return {
    deviceId: supernode.deviceId,
    name: name(supernode.name),
    relation,
    state: 'connected',
    addresses: [...supernode.addresses],
    roundTripMs: roundTripMs === undefined ? null : Math.round(roundTripMs * 10) / 10,
    leaves: entry?.leaves ?? null,
    capacity: entry?.capacity ?? null,
    records: entry?.records ?? null,
    since: connectedAt,
    problem: null,
  };
}

/** Home, second home, then the others that the list named. */
export function supernodeViews(
  state: Pick<HomeState, 'home' | 'second'>,
  entries: readonly SupernodeEntry[],
): SupernodeView[] {
  const sessions = [state.home, state.second].filter((session) => session !== undefined);
  const entry = (id: string): SupernodeEntry | undefined => entries.find((one) => one.deviceId === id);
  return [
    ...sessions.map((session) => sessionView(session, entry(session.supernode.deviceId))),
    ...entries
      .filter((known) => !sessions.some((session) => session.supernode.deviceId === known.deviceId))
      .map((known): SupernodeView => ({
        deviceId: known.deviceId,
        name: name(known.name),
        relation: 'known',
        state: 'offline',
        addresses: known.addresses,
        roundTripMs: null,
        leaves: known.leaves,
        capacity: known.capacity,
        records: known.records,
        since: null,
        problem: null,
      })),
  ];
}

/** Can others reach me? One address that passed is enough. */
export function reachView(checks: readonly AddressCheck[]): PeerStatus['reach'] {
  const passed = checks.find((check) => check.reachable);
  const shown = passed ?? checks[0];
  const address =
    shown?.address === undefined || shown.address === null
      ? null
      : formatHostPort(shown.address.host, shown.address.port);
  if (passed !== undefined) return { state: 'reachable', address, problem: null };
  if (shown === undefined) return { state: 'unknown', address: null, problem: null };
  return {
    state: 'unreachable',
    address,
    problem: { code: displayText(shown.code, 64), message: displayText(shown.message, 1_000) },
  };
}
