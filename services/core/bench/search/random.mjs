// Chance with a seed, so that a run can be repeated; nothing here is fit for secrets.

/** A bijection of 32-bit numbers that looks like chance (the finalizer of MurmurHash3). */
export function mix32(number) {
  let h = number | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * A generator that starts anew from its seed.
 *
 * @param {number} seed
 * @returns {{ fraction(): number, below(limit: number): number }} uniform in [0, 1), and whole numbers in [0, limit)
 */
export function seededRandom(seed) {
  let state = mix32(seed);
  const fraction = () => {
    state = (state + 0x9e3779b9) >>> 0;
    return mix32(state) / 2 ** 32;
  };
  return { fraction, below: (limit) => Math.floor(fraction() * limit) };
}

/** Brings the items into a random order, in place. */
export function shuffle(items, random) {
  for (let i = items.length - 1; i > 0; i -= 1) {
    const j = random.below(i + 1);
    [items[i], items[j]] = [items[j], items[i]];
  }
  return items;
}
