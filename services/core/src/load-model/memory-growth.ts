import { medianOf } from './compare.ts';

/** Until so much of the time has passed it is warm-up: heaps find their size, and those have gone who came first. */
const WARM_UP = 1 / 2;
/** Compared are so much of what comes behind it at its beginning and at its end: one collection of garbage decides nothing. */
const ENDS = 1 / 10;
/** Values of a process behind its warm-up, at least: an end then has one. */
const LEAST_VALUES = 10;

/**
 * How much the memory of the process that grew most grew behind its warm-up.
 *
 * @param processes - the bytes of each at equal distances; null: unknown, or it was not there
 * @returns a share of what it had behind its warm-up, below 0 when all shrank; undefined: there was too little to tell. One
 *   that is gone at the end does not count
 */
export function memoryGrowth(processes: readonly (readonly (number | null)[])[]): number | undefined {
  const grown = processes.flatMap((values) => {
    if (values.at(-1) == null) return [];
    const warm = values.slice(Math.floor(values.length * WARM_UP)).filter((value) => value !== null);
    if (warm.length < LEAST_VALUES) return [];
    const end = Math.floor(warm.length * ENDS);
    return [medianOf(warm.slice(-end)) / medianOf(warm.slice(0, end)) - 1];
  });
  return grown.length === 0 ? undefined : Math.max(...grown);
}
