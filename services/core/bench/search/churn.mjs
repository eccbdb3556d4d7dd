// Leaves come and go, files too: what that costs at a time, and whether anything is left behind.
import {
  LEAF_RECORDS,
  MAINTAIN_RECORDS,
  NOW,
  batchOf,
  maintainAll,
  openLeaf,
  publish,
  slicesOf,
} from './catalogs.mjs';
import { createStopwatch, turn } from './measure.mjs';
import { seededRandom, shuffle } from './random.mjs';
import { HITS, createQueries, emptyIndex } from './speed.mjs';

/** Records in the index; fewer when the corpus is smaller. */
const RECORDS = 200_000;
const TURNOVERS = 10;
/** Records that a leaf changes at a time when it does not change all at once. */
const DELTA_RECORDS = 100;
/** Contents of the churn are none that others index. */
const FIRST_NUMBER = 2 ** 30;

/**
 * Replaces every record ten times over, in each of the ways in which that happens, with searches in between. In the end
 * the texts are those of the beginning, in new contents, so that the sizes compare.
 *
 * @returns {Promise<{ pauseMs: number, growth: number }>} the longest call into the index in CPU time; bytes at the end ÷
 *   bytes at the first fill, both after maintenance
 */
export async function measureChurn({ texts, seed, signal, say }) {
  const random = seededRandom(seed);
  const nextQuery = createQueries(texts, undefined, seed);
  const index = emptyIndex(seed);
  const stopwatch = createStopwatch();
  const leafCount = Math.max(1, Math.floor(Math.min(RECORDS, texts.size) / LEAF_RECORDS));
  const perLeaf = Math.min(LEAF_RECORDS, texts.size);
  const parts = Math.floor(texts.size / (leafCount * perLeaf));
  let nextNumber = FIRST_NUMBER;
  let nextKey = 0;

  /** The texts of a leaf in a turnover; the last turnover has those of the first fill. */
  const namesOf = (place, turnover) => {
    const from = (((turnover % TURNOVERS) % parts) * leafCount + place) * perLeaf;
    return texts.slice(from, from + perLeaf);
  };
  const publishTo = (leaf, names, columns, firstId) => {
    const batch = { ...batchOf(names, nextNumber, firstId), ...columns };
    nextNumber += names.length;
    for (const slice of slicesOf(batch)) stopwatch.run('publish', () => publish(index, leaf, slice));
  };
  /** What a supernode does between changes. */
  const breathe = async () => {
    stopwatch.run('maintain', () => index.maintain(MAINTAIN_RECORDS));
    const query = nextQuery();
    stopwatch.run('search', () => index.search({ text: query, limit: HITS }, NOW));
    await turn(signal);
  };
  const arrive = (names) => {
    const leaf = openLeaf(index, nextKey);
    nextKey += 1;
    publishTo(leaf, names, {}, 0);
    return { leaf, firstId: 0 };
  };

  const ways = [
    async (held, names) => {
      stopwatch.run('dropLeaf', () => index.dropLeaf(held.leaf));
      await breathe();
      return arrive(names);
    },
    async ({ leaf }, names) => {
      publishTo(leaf, names, { reset: true }, 0);
      return { leaf, firstId: 0 };
    },
    async ({ leaf, firstId }, names) => {
      // Other ids, so that the old ones have to be removed: in any order.
      const old = shuffle(
        Array.from(names, (_, i) => firstId + i),
        random,
      );
      const fresh = firstId === 0 ? LEAF_RECORDS : 0;
      for (let from = 0; from < names.length; from += DELTA_RECORDS) {
        const removedIds = old.slice(from, from + DELTA_RECORDS);
        publishTo(leaf, names.slice(from, from + DELTA_RECORDS), { removedIds }, fresh + from);
        await breathe();
      }
      return { leaf, firstId: fresh };
    },
    async ({ leaf, firstId }, names) => {
      // The same ids with other contents.
      for (let from = 0; from < names.length; from += DELTA_RECORDS) {
        publishTo(leaf, names.slice(from, from + DELTA_RECORDS), {}, firstId + from);
        await breathe();
      }
      return { leaf, firstId };
    },
  ];

  const leaves = [];
  for (let place = 0; place < leafCount; place += 1) {
    leaves.push(arrive(namesOf(place, 0)));
    await breathe();
  }
  await maintainAll({ index, stopwatch, signal });
  const first = index.stats();
  for (let turnover = 1; turnover <= TURNOVERS; turnover += 1) {
    for (const place of shuffle([...leaves.keys()], random)) {
      const way = ways[random.below(ways.length)];
      leaves[place] = await way(leaves[place], namesOf(place, turnover));
      await breathe();
    }
    const { ms, call } = stopwatch.longest;
    say(
      `churn ${turnover} of ${TURNOVERS}: ${index.stats().bytes} bytes; longest call ${ms.toFixed(1)} ms (${call})`,
    );
  }
  await maintainAll({ index, stopwatch, signal });
  const last = index.stats();
  if (last.records !== first.records)
    throw new Error(`The index holds ${last.records} records after churn, but should hold ${first.records}.`);
  return { pauseMs: stopwatch.longest.ms, growth: last.bytes / first.bytes };
}
