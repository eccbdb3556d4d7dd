/**
 * A versioned membership. Each member carries the version of its last change and each departure its own, so
 * "what changed since V" needs no log of every step: a member that joined, changed and changed again is told
 * once, as it is now.
 */
import type { Membership, MembershipDelta, MembershipInit } from './types.ts';

const DEFAULT_HISTORY_LIMIT = 1024;

/** Makes a membership; `init` says from which version and members on. */
export function createMembership<M extends { readonly deviceId: string }>(
  init: MembershipInit<M> = {},
): Membership<M> {
  const historyLimit = init.historyLimit ?? DEFAULT_HISTORY_LIMIT;
  const changed = init.changed ?? ((): boolean => true);
  const present = new Map<string, { member: M; version: number }>();
  /** Departures, oldest first. */
  const departed = new Map<string, number>();
  let version = init.version ?? 0;
  /** Readers that know less than this get everything. */
  let horizon = version;

  const forgetOldest = (): void => {
    for (const [deviceId, at] of departed) {
      if (departed.size <= historyLimit) return;
      departed.delete(deviceId);
      horizon = at;
    }
  };

  const membership: Membership<M> = {
    get version() {
      return version;
    },
    get size() {
      return present.size;
    },

    get: (deviceId) => present.get(deviceId)?.member,

    members: () =>
      [...present.values()]
        .map(({ member }) => member)
        .sort((a, b) => (a.deviceId < b.deviceId ? -1 : a.deviceId > b.deviceId ? 1 : 0)),

    set(member) {
      const before = present.get(member.deviceId);
      if (before !== undefined && !changed(before.member, member)) {
        // Not worth telling, yet whoever gets everything gets the newest.
        before.member = member;
        return false;
      }
      departed.delete(member.deviceId);
      present.set(member.deviceId, { member, version: ++version });
      return true;
    },

    remove(deviceId) {
      if (!present.delete(deviceId)) return false;
      departed.delete(deviceId);
      departed.set(deviceId, ++version);
      forgetOldest();
      return true;
    },

    changesSince(since): MembershipDelta<M> {
      if (since === undefined || since < horizon || since > version) {
        return { version, full: true, joined: membership.members(), left: [] };
      }
      return {
        version,
        full: false,
        joined: membership.members().filter(({ deviceId }) => (present.get(deviceId)?.version ?? 0) > since),
        left: [...departed].filter(([, at]) => at > since).map(([deviceId]) => deviceId),
      };
    },

    apply(delta) {
      const joined = new Set<string>();
      const left: string[] = [];
      const stays = new Set(delta.joined.map(({ deviceId }) => deviceId));
      const leaving = delta.full
        ? [...present.keys()].filter((deviceId) => !stays.has(deviceId))
        : delta.left;
      for (const deviceId of leaving) {
        if (stays.has(deviceId) || !present.delete(deviceId)) continue;
        departed.delete(deviceId);
        departed.set(deviceId, delta.version);
        left.push(deviceId);
      }
      for (const member of delta.joined) {
        const before = present.get(member.deviceId);
        if (before === undefined || changed(before.member, member)) {
          joined.add(member.deviceId);
          departed.delete(member.deviceId);
          present.set(member.deviceId, { member, version: delta.version });
        } else before.member = member;
      }
      version = delta.version;
      // What a full answer passed over is not known here either.
      if (delta.full) {
        horizon = version;
        departed.clear();
        for (const entry of present.values()) entry.version = Math.min(entry.version, version);
      } else forgetOldest();
      return { joined: [...joined], left };
    },
  };
  for (const member of init.members ?? []) membership.set(member);
  horizon = version;
  return membership;
}
