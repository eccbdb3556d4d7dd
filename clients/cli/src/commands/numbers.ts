/** Numbers on the command line. */
import { InvalidArgumentError } from 'commander';

/** A parser for commander: a whole number in a range, or a sentence that says which. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max))
      throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
    return value;
  };
}
