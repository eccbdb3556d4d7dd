// What a content and a further copy of it cost, by the index's own account and by that of the process.
import { bytesPerContent, publishAll } from './catalogs.mjs';
import { createStopwatch, heldBytes } from './measure.mjs';
import { emptyIndex } from './speed.mjs';

/**
 * Bytes per content beyond name and root by which the process grows, garbage not counted: the check on
 * `stats().bytes`. To be measured before others leave something behind.
 */
export async function processBytesPerContent({ texts, seed, signal }) {
  const before = heldBytes();
  const index = emptyIndex(seed);
  await publishAll({ index, texts, stopwatch: createStopwatch(), signal });
  const grown = heldBytes() - before;
  return bytesPerContent(grown, texts.bytes, index.stats().contents);
}

/**
 * Publishes everything again by other leaves, under the same names.
 *
 * @param {{ index: object, texts: object, copies: number, held: number, signal: AbortSignal }} init copies: how many
 *   times; held: how often it was published before
 * @returns {Promise<number>} bytes per record
 */
export async function bytesPerFurtherCopy({ index, texts, copies, held, signal }) {
  const before = index.stats().bytes;
  for (let copy = held; copy < held + copies; copy += 1)
    await publishAll({ index, texts, firstLeaf: copy * texts.size, stopwatch: createStopwatch(), signal });
  return (index.stats().bytes - before) / (copies * texts.size);
}
