// The search index: how fast texts come in and answers go out, whether they are the right ones, what a content costs,
// and what coming and going does to it; SQLite FTS5 beside it. What each figure means: README.md in this folder.
import { readFileSync } from 'node:fs';
import { bytesPerContent } from './search/catalogs.mjs';
import { measureChurn } from './search/churn.mjs';
import { readCorpus } from './search/corpus.mjs';
import { tokenised } from './search/fts5.mjs';
import { bytesPerFurtherCopy, processBytesPerContent } from './search/memory.mjs';
import {
  bestKnownItemShare,
  commonWords,
  knownItemShare,
  peerKnownItemShare,
  typoShare,
} from './search/quality.mjs';
import { createQueries, measureIngest, measureQueries } from './search/speed.mjs';
import { QUERIES_PER_S, measureStorm } from './search/storm.mjs';
import { measureTenMillion } from './search/ten-million.mjs';

export const summary =
  'the search index: ingest, ranked queries, quality, memory, churn; SQLite FTS5 beside it';

export const options = {
  corpus: { type: 'string' },
  queries: { type: 'string' },
  copies: { type: 'string', default: '1' },
};

/** All chance in a run comes of it. */
const SEED = 2003;
/** Of filling both. */
const ROUNDS = 5;
const QUICK_ROUNDS = 3;
const PEER = 'FTS5';

export async function run({ options: given, quick, signal, say }) {
  const copies = Number(given.copies);
  if (!Number.isInteger(copies) || copies < 1)
    throw new Error(`--copies is "${given.copies}", but must be a whole number from 1 on.`);
  const queries = given.queries === undefined ? undefined : readQueries(given.queries);

  say(given.corpus === undefined ? `Generating texts with seed ${SEED} …` : `Reading ${given.corpus} …`);
  const { texts, more } = await readCorpus({ file: given.corpus, seed: SEED, signal });
  const common = { texts, seed: SEED, signal, say };
  say(`${texts.size} texts, ${(texts.bytes / texts.size).toFixed(1)} bytes each. Filling once for memory …`);
  const figures = await measureCorpus({ ...common, queries, copies, rounds: quick ? QUICK_ROUNDS : ROUNDS });
  const churn = await measureChurn(common);
  figures.push(
    { name: 'churn_max_pause_ms', value: churn.pauseMs, unit: 'ms', target: 20 },
    { name: 'churn_growth', value: churn.growth, unit: '×', target: 1.1 },
  );
  if (quick) return figures;

  const large = await measureTenMillion({ ...common, more, queries });
  const peer = `at ${texts.size}`;
  const beside = (name) => ({ peer, peer_value: figures.find((figure) => figure.name === name).value });
  return [
    ...figures,
    {
      name: 'at_10m_ingest',
      value: large.rate,
      unit: 'records/s',
      ...beside('ingest_records_per_s'),
      target: 0.5,
      bound: 'at least',
    },
    {
      name: 'at_10m_queries',
      value: large.queryRate,
      unit: 'queries/s',
      ...beside('ranked_queries_per_s'),
      target: 0.25,
      bound: 'at least',
    },
    { name: 'at_10m_bytes', value: large.bytes, unit: 'B', ...beside('bytes_per_content'), target: 1.1 },
    { name: 'at_10m_query_p99_ms', value: large.p99, unit: 'ms' },
    { name: 'at_10m_max_pause_ms', value: large.pauseMs, unit: 'ms' },
  ];
}

/** All that is measured on one index with the whole corpus in it, and beside FTS5. */
async function measureCorpus({ texts, queries, copies, rounds, seed, signal, say }) {
  const common = { texts, seed, signal, say };
  const processBytes = await processBytesPerContent(common);
  const tokens = await tokenised(texts, signal);
  const { index, fts5, ...ingest } = await measureIngest({ ...common, tokens, rounds });
  const { bytes, contents, terms } = index.stats();
  const perContent = bytesPerContent(bytes, texts.bytes, contents);
  say(`${contents} contents, ${terms} terms, ${bytes} bytes`);
  let perCopy;
  if (copies > 1) perCopy = await bytesPerFurtherCopy({ index, texts, copies: copies - 1, held: 1, signal });

  const nextQuery = createQueries(texts, queries, seed);
  const answers = await measureQueries({ index, fts5, nextQuery, signal, say });
  say('Looking for known texts …');
  const leftOut = commonWords(texts);
  const knownItem = await knownItemShare({ index, ...common });
  const rarerWords = await knownItemShare({ index, ...common, leftOut });
  const bestKnownItem = await bestKnownItemShare(common);
  const peerKnownItem = await peerKnownItemShare({ fts5, ...common });
  fts5.close();
  const typo = await typoShare({ index, ...common });

  perCopy ??= await bytesPerFurtherCopy({ index, texts, copies: 1, held: 1, signal });
  say(`Publishing 1,000,000 records at once, with ${QUERIES_PER_S} queries/s in between …`);
  const storm = await measureStorm({ index, nextQuery, ...common });
  return [
    {
      name: 'ingest_records_per_s',
      value: ingest.rate,
      unit: 'records/s',
      peer: PEER,
      peer_value: ingest.peerRate,
      target: 1.5,
      bound: 'at least',
    },
    {
      name: 'ranked_queries_per_s',
      value: answers.rate,
      unit: 'queries/s',
      peer: PEER,
      peer_value: answers.peerRate,
      target: 50,
      bound: 'at least',
    },
    { name: 'ranked_query_p99_ms', value: answers.p99, unit: 'ms', target: 5 },
    { name: 'fts5_ranked_query_p99_ms', value: answers.peerP99, unit: 'ms' },
    { name: 'bytes_per_content', value: perContent, unit: 'B', target: 100 },
    { name: 'process_bytes_per_content', value: processBytes, unit: 'B' },
    { name: 'bytes_per_further_copy', value: perCopy, unit: 'B', target: 24 },
    { name: 'known_item_top10', value: knownItem, unit: 'of all', target: 0.95, bound: 'at least' },
    { name: 'known_item_optimum_top10', value: bestKnownItem, unit: 'of all' },
    { name: 'known_item_rarer_words_top10', value: rarerWords, unit: 'of all' },
    { name: 'fts5_known_item_top10', value: peerKnownItem, unit: 'of all' },
    { name: 'typo_top10', value: typo, unit: 'of all', target: 0.85, bound: 'at least' },
    { name: 'queries_while_publishing_p99_ms', value: storm.p99, unit: 'ms' },
    { name: 'publish_max_pause_ms', value: storm.pauseMs, unit: 'ms', target: 20 },
  ];
}

/** The queries of a file, one a line. */
function readQueries(file) {
  const queries = readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (queries.length === 0) throw new Error(`${file} has no query: it should have one a line.`);
  return queries;
}
