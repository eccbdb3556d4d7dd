// Texts as what leaves publish: columns of records, a leaf's 1,000 at a time.
import { SLICE_RECORDS } from '@banyan/core';
import { HASH_BYTES } from '@banyan/proto';
import { turn } from './measure.mjs';
import { mix32 } from './random.mjs';

/** Records of a leaf; also what one batch may have. */
export const LEAF_RECORDS = 1_000;
/** Records that `maintain` may free in one call, as a supernode has it. */
export const MAINTAIN_RECORDS = 1_000;
/** Unix milliseconds; any will do, as long as it stays. */
export const NOW = Date.UTC(2026, 0, 1);

const ROOT_WORDS = HASH_BYTES / 4;
const SMALLEST_FILE_LOG2 = 10;
const LARGEST_FILE_LOG2 = 32;

/** The root of the content with this number: different for each 32-bit number, and looking like a hash. */
export function rootOf(number) {
  const words = new Uint32Array(ROOT_WORDS);
  for (let i = 0; i < ROOT_WORDS; i += 1) words[i] = mix32(mix32(number) + Math.imul(i, 0x9e3779b9));
  return new Uint8Array(words.buffer);
}

/** The length of that content: 1 KiB to 4 GiB, small ones as frequent as large ones on a logarithmic scale. */
function lengthOf(number) {
  const share = mix32(~number) / 2 ** 32;
  return Math.floor(2 ** (SMALLEST_FILE_LOG2 + share * (LARGEST_FILE_LOG2 - SMALLEST_FILE_LOG2)));
}

/**
 * A batch of records.
 *
 * @param {readonly string[]} names
 * @param {number} firstNumber the number of the first content; the others follow
 * @param {number} [firstId] id of the first record
 */
export function batchOf(names, firstNumber, firstId = 0) {
  const roots = new Uint8Array(names.length * HASH_BYTES);
  const lengths = new Array(names.length);
  const ids = new Uint32Array(names.length);
  for (let row = 0; row < names.length; row += 1) {
    roots.set(rootOf(firstNumber + row), row * HASH_BYTES);
    lengths[row] = lengthOf(firstNumber + row);
    ids[row] = firstId + row;
  }
  return { ids, roots, lengths, names };
}

/** Opens a leaf whose key is as long as a device id. */
export function openLeaf(index, number) {
  return index.openLeaf({ key: `leaf-${number}`.padEnd(43, '-'), account: `account-${number}` });
}

/** A batch in the pieces in which a supernode applies it, with other work in between. */
export function slicesOf({ ids, roots, lengths, names, ...rest }) {
  const slices = [];
  for (let from = 0; from < names.length; from += SLICE_RECORDS) {
    const to = from + SLICE_RECORDS;
    slices.push({
      ...(from === 0 ? rest : {}),
      ids: ids.subarray(from, to),
      roots: roots.subarray(from * HASH_BYTES, to * HASH_BYTES),
      lengths: lengths.slice(from, to),
      names: names.slice(from, to),
    });
  }
  return slices;
}

/** Publishes and insists that all was taken. */
export function publish(index, leaf, batch) {
  const { refused } = index.publish(leaf, batch, NOW);
  if (refused.length > 0)
    throw new Error(`The index refused a text ("${refused[0].message}"), but should have taken all.`);
}

/**
 * Publishes all texts, 1,000 a leaf; batches are made before the clock runs.
 *
 * @param {{ index: object, texts: { size: number, slice(from: number, to: number): string[] }, firstLeaf?: number,
 *   stopwatch: ReturnType<typeof import('./measure.mjs').createStopwatch>, signal: AbortSignal }} init
 */
export async function publishAll({ index, texts, firstLeaf = 0, stopwatch, signal }) {
  for (let from = 0; from < texts.size; from += LEAF_RECORDS) {
    const slices = slicesOf(batchOf(texts.slice(from, Math.min(texts.size, from + LEAF_RECORDS)), from));
    const leaf = openLeaf(index, firstLeaf + from / LEAF_RECORDS);
    for (const slice of slices) stopwatch.run('publish', () => publish(index, leaf, slice));
    await turn(signal);
  }
  await maintainAll({ index, stopwatch, signal });
}

/** Lets the index do all that it has put off. */
export async function maintainAll({ index, stopwatch, signal }) {
  while (stopwatch.run('maintain', () => index.maintain(MAINTAIN_RECORDS)) > 0) await turn(signal);
}

/** Bytes for each content beyond its name and root. */
export function bytesPerContent(bytes, nameBytes, contents) {
  return (bytes - nameBytes) / contents - HASH_BYTES;
}
