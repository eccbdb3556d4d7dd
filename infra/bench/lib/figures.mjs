// What benches of whole networks have in common.
const UNITS = { '': 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, KB: 1e3, MB: 1e6, GB: 1e9 };

/** Bytes of `256MiB`. */
export function bytesOf(text) {
  const match = /^(\d+(?:\.\d+)?) *([KMG]i?B)?$/.exec(text);
  if (match === null) throw new Error(`--size is "${text}", but must be like 256MiB or 1GiB.`);
  return Math.round(Number(match[1]) * UNITS[match[2] ?? '']);
}

export function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
