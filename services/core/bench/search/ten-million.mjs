// The same index, twelve times as full.
import {
  LEAF_RECORDS,
  batchOf,
  bytesPerContent,
  maintainAll,
  openLeaf,
  publish,
  slicesOf,
} from './catalogs.mjs';
import { createStopwatch, turn } from './measure.mjs';
import { seededRandom } from './random.mjs';
import { createQueries, emptyIndex, measureOwnQueries } from './speed.mjs';
import { createTextTable } from './text-table.mjs';

const RECORDS = 10_000_000;
const QUERIES = 10_000;
/** Texts kept to make queries of; each is as likely as any other. */
const KEPT_SHARE = 0.002;
const TOLD_RECORDS = 1_000_000;

/**
 * Fills an index with 10 million texts: those of the corpus and further ones, made in between and not timed.
 *
 * @param {{ texts: object, more: () => () => string, queries?: string[], seed: number, signal: AbortSignal,
 *   say: (text: string) => void }} init
 * @returns {Promise<{ rate: number, queryRate: number, p99: number, bytes: number, pauseMs: number }>} records and
 *   queries per second; milliseconds; bytes per content
 */
export async function measureTenMillion({ texts, more, queries, seed, signal, say }) {
  const random = seededRandom(seed);
  const index = emptyIndex(seed);
  const stopwatch = createStopwatch();
  const kept = createTextTable();
  const further = more();
  let nameBytes = 0;
  for (let from = 0; from < RECORDS; from += LEAF_RECORDS) {
    const names = [];
    for (let number = from; number < from + LEAF_RECORDS; number += 1) {
      // A round trip through bytes: a text that was put together is a tree inside, one that came from a socket is not.
      const bytes = Buffer.from(number < texts.size ? texts.at(number) : further());
      nameBytes += bytes.length;
      names.push(bytes.toString());
      if (random.fraction() < KEPT_SHARE) kept.add(names.at(-1));
    }
    const slices = slicesOf(batchOf(names, from));
    const leaf = openLeaf(index, from / LEAF_RECORDS);
    for (const slice of slices) stopwatch.run('publish', () => publish(index, leaf, slice));
    await turn(signal);
    if ((from + LEAF_RECORDS) % TOLD_RECORDS === 0) {
      const rate = (from + LEAF_RECORDS) / (stopwatch.total / 1000);
      say(`${from + LEAF_RECORDS} records: ${Math.round(rate)}/s, ${index.stats().bytes} bytes`);
    }
  }
  await maintainAll({ index, stopwatch, signal });
  const rate = RECORDS / (stopwatch.total / 1000);
  const nextQuery = createQueries(kept, queries, seed);
  await measureOwnQueries({ index, nextQuery, count: QUERIES / 10, signal });
  const answered = await measureOwnQueries({ index, nextQuery, count: QUERIES, signal });
  const { bytes, contents } = index.stats();
  return {
    rate,
    queryRate: answered.rate,
    p99: answered.p99,
    bytes: bytesPerContent(bytes, nameBytes, contents),
    pauseMs: stopwatch.longest.ms,
  };
}
