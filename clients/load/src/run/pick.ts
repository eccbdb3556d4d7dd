/** Draws without replacement, the same for the same seed. */
import { seededRandom } from '@banyan/core';

export function createSeededPick(seed: number): <T>(from: readonly T[], count: number) => T[] {
  const random = seededRandom(seed, 'faults');
  return (from, count) => {
    const left = [...from];
    return Array.from({ length: Math.min(count, left.length) }, () => {
      const [one] = left.splice(Math.floor(random() * left.length), 1);
      return one!;
    });
  };
}
