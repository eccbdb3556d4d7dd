/** Which supernodes the list hands to a leaf that asks. */
import { BEAT_EXPIRY_MS } from '@banyan/proto';
import type { PickInit, SupernodeCandidate } from './types.ts';

/** A loop that is late by so much halves a supernode's chance. */
const HALF_HEALTH_DELAY_MS = 50;
/** Beats may be stamped by another machine's clock, a little ahead. */
const MAX_AHEAD_MS = 60_000;

/** Whether the supernode may be handed out: in service, and heard of lately. */
export function isAvailable(candidate: SupernodeCandidate, now: number, expiryMs = BEAT_EXPIRY_MS): boolean {
  const silentMs = now - candidate.lastBeat;
  return candidate.state === 'active' && silentMs <= expiryMs && silentMs >= -MAX_AHEAD_MS;
}

/**
 * How much a supernode wants leaves: its spare capacity, as far as it is healthy. Nothing is 0: a full one is
 * the last resort, and one with bad figures is never promoted by them.
 */
export function spareWeight(candidate: SupernodeCandidate): number {
  const spare = Math.max(0, finite(candidate.capacity) - finite(candidate.leaves));
  const delay = HALF_HEALTH_DELAY_MS / (HALF_HEALTH_DELAY_MS + Math.max(0, finite(candidate.loopDelayMs)));
  const health = Math.min(1, Math.max(0, candidate.health ?? 1)) || 0;
  return spare * delay * health;
}

/**
 * Picks up to `count` different supernodes at random, weighted by spare capacity and health, without
 * replacement (Efraimidis and Spirakis 2006), so that leaves spread as the room does. Draining and silent
 * ones are left out; full ones come only after all others.
 */
export function pickSupernodes<C extends SupernodeCandidate>(candidates: readonly C[], init: PickInit): C[] {
  const { count, random, now } = init;
  const excluded = new Set(init.exclude ?? []);
  const drawn = new Map<string, { candidate: C; full: boolean; key: number }>();
  for (const candidate of candidates) {
    const { deviceId } = candidate;
    if (excluded.has(deviceId) || drawn.has(deviceId) || !isAvailable(candidate, now, init.expiryMs))
      continue;
    const weight = spareWeight(candidate);
    // −ln(u)/w, smallest first: the time at which an event of rate w happens first.
    const key = -Math.log(1 - random()) / (weight > 0 ? weight : 1);
    drawn.set(deviceId, { candidate, full: weight <= 0, key });
  }
  return [...drawn.values()]
    .sort((a, b) => Number(a.full) - Number(b.full) || a.key - b.key)
    .slice(0, Math.max(0, count))
    .map(({ candidate }) => candidate);
}

function finite(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : 0;
}
