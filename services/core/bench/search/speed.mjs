// How fast texts come in and answers go out, beside FTS5.
import { createSearchIndex } from '@banyan/core';
import { NOW, publishAll } from './catalogs.mjs';
import { addAll, createFts5, matchOf } from './fts5.mjs';
import { createStopwatch, median, quantile, turn } from './measure.mjs';
import { seededRandom } from './random.mjs';
import { someWords } from './words.mjs';

/** Hits of an answer, here and there. */
export const HITS = 50;
const CHUNKS = 5;
/** So many that a chunk of ours takes long enough to be timed, and one of FTS5 not too long to wait for. */
const CHUNK_QUERIES = 200;
/** Ours alone, for a p99 that 200 samples stand behind. */
const FURTHER_QUERIES = 20_000;
/** A supernode runs for weeks: what is measured is code that has been compiled. The peer's is from the start. */
const WARM_UP_QUERIES = 2_000;
const PEER_WARM_UP_QUERIES = 50;
const QUERIES_PER_TURN = 100;

/** An empty index with the settings that all figures are of. */
export function emptyIndex(seed) {
  return createSearchIndex({ random: seededRandom(seed).fraction });
}

/**
 * Fills both, several times in turn.
 *
 * @returns {Promise<{ index: object, fts5: object, rate: number, peerRate: number }>} the last ones filled, and
 *   medians of records per second
 */
export async function measureIngest({ texts, tokens, rounds, seed, signal, say }) {
  const rates = [];
  const peerRates = [];
  let index;
  let fts5;
  for (let round = 1; round <= rounds; round += 1) {
    fts5?.close();
    const ours = createStopwatch();
    index = emptyIndex(seed);
    await publishAll({ index, texts, stopwatch: ours, signal });
    rates.push(texts.size / (ours.total / 1000));
    const theirs = createStopwatch();
    fts5 = createFts5();
    await addAll({ fts5, tokens, stopwatch: theirs, signal });
    peerRates.push(texts.size / (theirs.total / 1000));
    say(
      `ingest ${round} of ${rounds}: ${Math.round(rates.at(-1))} records/s ` +
        `(longest call ${ours.longest.ms.toFixed(1)} ms); FTS5 ${Math.round(peerRates.at(-1))}`,
    );
  }
  return { index, fts5, rate: median(rates), peerRate: median(peerRates) };
}

/** Queries without end: those of a list over and over, or two words of one text each. */
export function createQueries(texts, list, seed) {
  if (list !== undefined) {
    let next = 0;
    return () => list[next++ % list.length];
  }
  const random = seededRandom(seed);
  return () => {
    for (;;) {
      const words = someWords(texts.at(random.below(texts.size)), 2, random);
      if (words !== undefined) return words.join(' ');
    }
  };
}

/**
 * Answers the same queries with both in turn, then further ones with ours.
 *
 * @returns {Promise<{ rate: number, p99: number, peerRate: number, peerP99: number }>} medians of queries per second;
 *   milliseconds
 */
export async function measureQueries({ index, fts5, nextQuery, signal, say }) {
  for (let i = 0; i < WARM_UP_QUERIES; i += 1) {
    const query = nextQuery();
    search(index, query);
    if (i < PEER_WARM_UP_QUERIES) fts5.search(matchOf(query), HITS);
  }
  const rates = [];
  const peerRates = [];
  const peerTimes = [];
  for (let chunk = 1; chunk <= CHUNKS; chunk += 1) {
    const queries = Array.from({ length: CHUNK_QUERIES }, nextQuery);
    const matches = queries.map(matchOf);
    rates.push(await rateOf(queries, (query) => search(index, query), [], signal));
    peerRates.push(await rateOf(matches, (match) => fts5.search(match, HITS), peerTimes, signal));
    say(
      `queries ${chunk} of ${CHUNKS}: ${Math.round(rates.at(-1))}/s; FTS5 ${Math.round(peerRates.at(-1))}/s`,
    );
  }
  const { p99 } = await measureOwnQueries({ index, nextQuery, count: FURTHER_QUERIES, signal });
  return { rate: median(rates), p99, peerRate: median(peerRates), peerP99: quantile(peerTimes, 0.99) };
}

/** Answers queries with ours alone; the rate is the median of five chunks. */
export async function measureOwnQueries({ index, nextQuery, count, signal }) {
  const times = [];
  const rates = [];
  for (let chunk = 0; chunk < CHUNKS; chunk += 1) {
    const queries = Array.from({ length: count / CHUNKS }, nextQuery);
    rates.push(await rateOf(queries, (query) => search(index, query), times, signal));
  }
  return { rate: median(rates), p99: quantile(times, 0.99) };
}

function search(index, text) {
  return index.search({ text, limit: HITS }, NOW);
}

/** Queries per second; what each took goes to `times`, in milliseconds. */
async function rateOf(queries, answer, times, signal) {
  let total = 0;
  for (const [i, query] of queries.entries()) {
    const began = performance.now();
    answer(query);
    const took = performance.now() - began;
    total += took;
    times.push(took);
    if (i % QUERIES_PER_TURN === 0) await turn(signal);
  }
  return queries.length / (total / 1000);
}
