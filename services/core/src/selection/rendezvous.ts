/**
 * Rendezvous hashing (Thaler and Ravishankar 1996): who of the members owns a key, agreed on without talking.
 * A member that leaves passes on only its own keys, to members all over; one that joins takes only its share.
 *
 * The hash is protocol: two supernodes that computed it differently would look for terms in different
 * places. Strings are hashed by their UTF-16 units (cyrb53's two lanes of 32 bits), pairs by mixing the lanes
 * of key and member with the finalizer of MurmurHash3.
 */

/** Owners among a fixed set of members; keep it while the membership does not change. */
export interface Rendezvous {
  readonly size: number;
  /** The `count` members that own the key, first owner first; all members when there are fewer. */
  owners(key: string, count: number): string[];
}

/** Prepares the members (device ids; duplicates count once, their order does not matter). */
export function createRendezvous(members: Iterable<string>): Rendezvous {
  const ids = [...new Set(members)].sort();
  const high = new Int32Array(ids.length);
  const low = new Int32Array(ids.length);
  ids.forEach((id, i) => {
    [high[i], low[i]] = lanes(id) as [number, number];
  });

  return {
    size: ids.length,
    owners(key, count) {
      const wanted = Math.min(Math.max(0, count), ids.length);
      if (wanted === 0) return [];
      const [keyHigh, keyLow] = lanes(key) as [number, number];
      const best: { at: number; score: number }[] = [];
      for (let at = 0; at < ids.length; at++) {
        const score = pairScore(keyHigh, keyLow, high[at]!, low[at]!);
        const last = best[best.length - 1];
        // Equal scores: the lower id, which came first.
        if (best.length === wanted && last !== undefined && score <= last.score) continue;
        let place = best.length;
        while (place > 0 && score > (best[place - 1] as { score: number }).score) place--;
        best.splice(place, 0, { at, score });
        if (best.length > wanted) best.pop();
      }
      return best.map((owner) => ids[owner.at]!);
    },
  };
}

/** The `count` members that own the key. For many keys over the same members, {@link createRendezvous} is faster. */
export function owners(key: string, members: Iterable<string>, count: number): string[] {
  return createRendezvous(members).owners(key, count);
}

/** 53 bits of hash of a pair, as a number. */
function pairScore(keyHigh: number, keyLow: number, memberHigh: number, memberLow: number): number {
  const high = mix(keyHigh ^ Math.imul(memberHigh, 0x9e3779b1) ^ memberLow);
  const low = mix(keyLow ^ Math.imul(memberLow, 0x85ebca77) ^ high);
  return (high >>> 0) * 0x20_0000 + (low >>> 11);
}

function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function lanes(text: string): readonly [high: number, low: number] {
  let h1 = 0xdeadbeef;
  let h2 = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    h1 = Math.imul(h1 ^ unit, 2654435761);
    h2 = Math.imul(h2 ^ unit, 1597334677);
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909);
  return [h2 | 0, h1 | 0];
}
