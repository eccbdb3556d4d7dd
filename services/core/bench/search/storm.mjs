// A million records come at once, and people go on searching.
import { LEAF_RECORDS, NOW, batchOf, openLeaf, publish, slicesOf } from './catalogs.mjs';
import { createStopwatch, quantile, turn } from './measure.mjs';
import { seededRandom } from './random.mjs';
import { HITS } from './speed.mjs';

const RECORDS = 1_000_000;
/** A supernode begins batches until a slice of work took so long; then others have their turn. */
const SLICE_MS = 5;
/** Queries come at random moments, so many in the mean, whether those before are answered or not. */
export const QUERIES_PER_S = 500;
/** Where more queries come than can be answered, publishing goes on after so long all the same, and they wait. */
const ANSWERING_MS = 25;
const FIRST_NUMBER = 2 ** 31;
const FIRST_LEAF = 2 ** 31;

/**
 * Publishes as the work queue of a supernode does, with queries in between.
 *
 * @returns {Promise<{ p99: number, pauseMs: number }>} milliseconds from when a query was due to its answer, the wait for
 *   the slice in progress included; the longest call of `publish` in CPU time
 */
export async function measureStorm({ index, texts, nextQuery, seed, signal }) {
  const random = seededRandom(seed);
  const stopwatch = createStopwatch();
  const slices = [];
  for (let from = 0; from < RECORDS; from += LEAF_RECORDS) {
    const names = Array.from({ length: LEAF_RECORDS }, (_, i) => texts.at((from + i) % texts.size));
    const number = FIRST_LEAF + from / LEAF_RECORDS;
    for (const slice of slicesOf(batchOf(names, FIRST_NUMBER + from))) slices.push({ number, slice });
    if (number % 10 === 0) await turn(signal);
  }
  const latencies = [];
  const gap = () => (-Math.log(1 - random.fraction()) * 1000) / QUERIES_PER_S;
  let due = performance.now() + gap();
  for (let done = 0; done < slices.length;) {
    const until = performance.now() + SLICE_MS;
    do {
      const { number, slice } = slices[done];
      const leaf = openLeaf(index, number);
      stopwatch.run('publish', () => publish(index, leaf, slice));
      done += 1;
    } while (performance.now() < until && done < slices.length);
    const stop = performance.now() + ANSWERING_MS;
    for (; due <= performance.now() && performance.now() < stop; due += gap()) {
      index.search({ text: nextQuery(), limit: HITS }, NOW);
      latencies.push(performance.now() - due);
    }
    await turn(signal);
  }
  // Whoever waits still has waited so long at least.
  for (const now = performance.now(); due <= now; due += gap()) latencies.push(now - due);
  return { p99: quantile(latencies, 0.99), pauseMs: stopwatch.longest.ms };
}
