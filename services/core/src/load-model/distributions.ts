/** The distributions that the field measured (design.md section 14), as draws from a stream of luck. */
import type { Random } from './random.ts';

/** The open end of [0, 1): a logarithm of zero has no value. */
const positive = (random: Random): number => 1 - random();

/** Time to the next of independent events of this mean. */
export function exponential(random: Random, mean: number): number {
  return -Math.log(positive(random)) * mean;
}

/**
 * Heavy-tailed durations of a given mean (Pareto type I). Sessions in Gnutella had a mean of 2.9 h and a tail of about
 * this shape: most are short, a few last for days.
 *
 * @param alpha - shape, greater than 1, else there is no mean; the smaller, the heavier the tail
 */
export function pareto(random: Random, mean: number, alpha: number): number {
  const least = (mean * (alpha - 1)) / alpha;
  return least / positive(random) ** (1 / alpha);
}

/** Log-normal with this median; `sigma` is the deviation of the logarithm (Box and Muller). */
export function logNormal(random: Random, median: number, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(positive(random))) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(sigma * normal);
}

/** Draws ranks from 1 (most frequent) to `count`. */
export type RankDraw = (random: Random) => number;

/**
 * Zipf's law: rank r is drawn in proportion to r^-exponent. Rejection-inversion (Hörmann and Derflinger 1996): no table,
 * so that a catalog of ten million contents costs nothing.
 *
 * @param exponent - not negative; 0 draws all ranks alike
 */
export function createZipf(count: number, exponent: number): RankDraw {
  if (!Number.isInteger(count) || count < 1) throw new RangeError('Zipf needs at least one rank.');
  if (!(exponent >= 0)) throw new RangeError('The exponent of Zipf must not be negative.');
  const near1 = Math.abs(1 - exponent) < 1e-9;
  // The integral of x^-exponent, and its inverse.
  const integral = (x: number): number => (near1 ? Math.log(x) : (x ** (1 - exponent) - 1) / (1 - exponent));
  const inverse = (y: number): number =>
    near1 ? Math.exp(y) : Math.max(0, 1 + y * (1 - exponent)) ** (1 / (1 - exponent));
  const low = integral(1.5) - 1;
  const high = integral(count + 0.5);
  const squeeze = 2 - inverse(integral(2.5) - 2 ** -exponent);
  return (random) => {
    for (;;) {
      const u = high + random() * (low - high);
      const x = inverse(u);
      const rank = Math.min(count, Math.max(1, Math.round(x)));
      if (rank - x <= squeeze || u >= integral(rank + 0.5) - rank ** -exponent) return rank;
    }
  };
}
