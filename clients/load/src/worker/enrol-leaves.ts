/** Makes the devices of a slice and enrols them under the accounts of the test. */
import { leafProfile, seededRandom, type Contents } from '@banyan/core';
import { isBanyanError, BanyanError } from '@banyan/proto';
import { systemClock } from '@banyan/kit';
import type { LeafEvents, LeafWorld, Leaf } from '../leaf/leaf.ts';
import { createLeaf } from '../leaf/leaf.ts';
import { createLeafCatalog } from '../leaf/leaf-catalog.ts';
import { createLeafIdentity, createSharedContext } from '../leaf/identities.ts';
import type { LoadAccount, PrepareMessage } from './messages.ts';

/** Enrolments under way at once: they are writes to one record of the account. */
const AT_ONCE = 4;
/** Enrolments of one account that meet are told to repeat. */
const MAX_TRIES = 8;
const RETRY_MS = 100;
/** Progress is told this often. */
const PROGRESS_MS = 500;

export interface EnrolLeavesInit {
  readonly message: PrepareMessage;
  readonly world: LeafWorld;
  readonly events: LeafEvents;
  readonly contents: Contents;
  /** `deviceIds`: those enrolled since the last call. */
  readonly onProgress: (enrolled: number, deviceIds: readonly string[]) => void;
}

/** @throws BanyanError what auth said: `device_limit`, `invite_invalid`, `unreachable` … */
export async function enrolLeaves(init: EnrolLeavesInit): Promise<Leaf[]> {
  const { message, world, events, contents, onProgress } = init;
  const { plan, slice, accounts } = message;
  const shared = plan.leaf.sharedTls ? createSharedContext() : undefined;
  const indices: number[] = [];
  for (let i = slice.index; i < plan.identities; i += slice.of) indices.push(i);
  const places = accounts.flatMap((account) => Array.from({ length: account.room }, () => account));
  if (places.length < indices.length)
    throw new BanyanError(
      'device_limit',
      `There are accounts for ${places.length} leaves, ${indices.length} are needed.`,
    );
  const leaves = new Array<Leaf>(indices.length);
  // Of all who share nothing: a quarter to two thirds.
  const empty = createLeafCatalog(contents, []);
  let [next, enrolled, toldAt] = [0, 0, 0];
  let fresh: string[] = [];
  const one = async (): Promise<void> => {
    for (let at = next++; at < indices.length; at = next++) {
      const profile = leafProfile(plan.population, contents, indices[at]!);
      const own = await createLeafIdentity();
      const leaf = createLeaf(world, {
        profile,
        identity: shared === undefined ? own : shared(own),
        catalog: profile.library.length === 0 ? empty : createLeafCatalog(contents, profile.library),
        random: seededRandom(plan.seed, 'luck', profile.index),
        events,
      });
      await enrol(leaf, places[at]!);
      leaves[at] = leaf;
      enrolled += 1;
      fresh.push(leaf.deviceId);
      const now = systemClock.monotonic();
      if (now - toldAt < PROGRESS_MS && enrolled < indices.length) continue;
      toldAt = now;
      onProgress(enrolled, fresh);
      fresh = [];
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return leaves;
}

async function enrol(leaf: Leaf, { account, invite }: LoadAccount): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await leaf.auth.enrol({ account, invite, deviceName: `leaf ${leaf.profile.index}` });
      return;
    } catch (error) {
      if (!isBanyanError(error) || !error.retryable || tries === MAX_TRIES) throw error;
      await systemClock.sleep(error.retryAfterMs ?? RETRY_MS * tries);
    }
  }
}
