import { InvalidArgumentError } from 'commander';

const MAX = 1000;

/** A factor on the command line: above 0, at most a thousand. */
export function factor(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value > 0 && value <= MAX)) throw new InvalidArgumentError(`Give a number above 0, at most ${MAX}.`);
  return value;
}
