/** Durations, rates and shares as people write them in scenarios. */

/** `500ms`, `30s`, `5m`, `2.9h`, `1d`; also the patterns of the schema. */
export const DURATION_PATTERN = '^\\d+(\\.\\d+)? ?(ms|s|m|min|h|d)$';
/** `20/s`, `600/min`, or a number a second. */
export const RATE_PATTERN = '^\\d+(\\.\\d+)? ?/ ?(s|min|h)$';
/** `30%` */
export const SHARE_PATTERN = '^\\d+(\\.\\d+)? ?%$';

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of a text of {@link DURATION_PATTERN}. */
export function durationMs(text: string): number {
  const unit = /[a-z]+$/.exec(text)?.[0] ?? '';
  return Math.round(Number.parseFloat(text) * (UNIT_MS[unit] ?? NaN));
}

/** Operations per second of a number or a text of {@link RATE_PATTERN}. */
export function ratePerSecond(rate: number | string): number {
  if (typeof rate === 'number') return rate;
  const unit = /[a-z]+$/.exec(rate)?.[0] ?? '';
  return (Number.parseFloat(rate) * 1000) / (UNIT_MS[unit] ?? NaN);
}

/** A share of 1, of a number or a text of {@link SHARE_PATTERN}. */
export function shareOf(share: number | string): number {
  return typeof share === 'number' ? share : Number.parseFloat(share) / 100;
}
