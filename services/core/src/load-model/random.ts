/** Repeatable luck for load models: the same seed and name give the same numbers on every machine. */

/** Uniform in [0, 1). */
export type Random = () => number;

/** FNV-1a, 32 bits: spreads a seed and the parts of a name. */
function mix(hash: number, text: string): number {
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

const FNV_OFFSET = 0x811c9dc5;
/** Numbers thrown away at the start: sfc32 needs a dozen rounds before its state is mixed. */
const WARM_UP = 12;

/**
 * A stream of its own for each name, independent of how far other streams were read: leaf 7 behaves the same whether
 * one process or eight share the work.
 *
 * The generator is sfc32 of PractRand: period about 2^128, no multiplication.
 *
 * @param seed - any integer
 * @param name - parts of the stream's name, e.g. `'leaf', 7`
 */
export function seededRandom(seed: number, ...name: readonly (string | number)[]): Random {
  const text = name.join('\u0000');
  const state = new Uint32Array(4);
  state[0] = mix(FNV_OFFSET, `${seed}\u0000${text}`);
  state[1] = mix(state[0], text);
  state[2] = mix(state[1], String(seed));
  state[3] = 1;
  const next = (): number => {
    const sum = (state[0]! + state[1]! + state[3]!) >>> 0;
    state[3] = state[3]! + 1;
    state[0] = state[1]! ^ (state[1]! >>> 9);
    state[1] = state[2]! + (state[2]! << 3);
    state[2] = ((state[2]! << 21) | (state[2]! >>> 11)) + sum;
    return sum / 2 ** 32;
  };
  for (let i = 0; i < WARM_UP; i += 1) next();
  return next;
}
