/**
 * Cuts a whole number in proportion to parts, by the largest remainder: the whole numbers add up to it, as percentages beside
 * each other have to.
 *
 * @param parts - not negative; when all are 0, so is every share
 */
export function apportion(parts: readonly number[], whole: number): number[] {
  const sum = parts.reduce((total, part) => total + part, 0);
  if (sum === 0) return parts.map(() => 0);
  const ideal = parts.map((part) => (part / sum) * whole);
  const shares = ideal.map(Math.floor);
  const left = whole - shares.reduce((total, share) => total + share, 0);
  const byRemainder = ideal
    .map((value, i) => ({ i, rest: value - shares[i]! }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i);
  for (const { i } of byRemainder.slice(0, left)) shares[i]! += 1;
  return shares;
}

/** Whole percent of something that goes on; 100 only when all of it is done. */
export function wholePercent(done: number, of: number): number {
  if (done >= of) return 100;
  return Math.min(99, Math.floor((Math.max(0, done) / of) * 100 + ROUNDING));
}

/** 0.29 × 100 is 28.999999999999996. */
const ROUNDING = 1e-9;
