/** Random numbers that a seed tells, for corpora that are too large to be made piece by piece by fast-check. */
export interface RandomNumbers {
  /** Uniform in [0, 1). */
  readonly next: () => number;
  /** Uniform whole number below `n`. */
  readonly below: (n: number) => number;
}

/** Mulberry32: 32 bits of state, good enough to choose words by. */
export function randomNumbers(seed: number): RandomNumbers {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, below: (n) => Math.floor(next() * n) };
}
