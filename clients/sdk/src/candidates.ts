/** In which order a leaf tries supernodes: core's weighted choice, with the owner's preference and referrals around it. */
import { pickSupernodes } from '@banyan/core';
import type { SupernodeEntry } from '@banyan/proto';
import type { SupernodeAddress } from './supernode-session.ts';

export interface CandidatesInit {
  /** From the list. */
  readonly known: readonly SupernodeEntry[];
  /** Named by supernodes (alternates). */
  readonly extra: readonly SupernodeAddress[];
  readonly exclude: readonly string[];
  readonly random: () => number;
  /** Unix milliseconds; undefined: the beats' age says nothing (the list is away). */
  readonly now: number | undefined;
  /** Name or device id that comes first when it is there. */
  readonly prefer?: string;
}

/** Supernodes in the order of trying; never one of `exclude`. */
export function chooseCandidates(init: CandidatesInit): SupernodeAddress[] {
  const { known, exclude, prefer } = init;
  const picked = pickSupernodes(known, {
    count: known.length,
    random: init.random,
    now: init.now ?? Math.max(0, ...known.map((s) => s.lastBeat)),
    exclude,
    ...(init.now === undefined ? { expiryMs: Infinity } : {}),
  });
  const order: SupernodeAddress[] = [...picked];
  for (const other of init.extra) {
    if (!exclude.includes(other.deviceId) && !order.some((s) => s.deviceId === other.deviceId))
      order.push(other);
  }
  if (prefer !== undefined) {
    const preferred = (s: SupernodeAddress): number => Number(s.deviceId === prefer || s.name === prefer);
    order.sort((a, b) => preferred(b) - preferred(a));
  }
  return order;
}
