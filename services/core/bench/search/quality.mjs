// Whether people find what they look for: a text that is there, by three of its words, spelt right and wrong.
import { NOW, rootOf } from './catalogs.mjs';
import { matchOf } from './fts5.mjs';
import { turn } from './measure.mjs';
import { optimumShare } from './optimum.mjs';
import { seededRandom } from './random.mjs';
import { someWords, typedWords } from './words.mjs';

const WORDS = 3;
const FIRST_HITS = 10;
const SAMPLES = 2_000;
/** FTS5 is slow, and this figure of it is for comparison only. */
const PEER_SAMPLES = 500;
const SAMPLES_PER_TURN = 20;

/** A word of letters that is long enough for a slip. */
const SLIPPABLE = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]{4,}$/u;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** A word that more than a tenth of the texts have (`the`, `mp3`) is none that one remembers a text by. */
const COMMON_SHARE = 0.1;
const COMMON_SAMPLES = 20_000;

/** The words that nobody takes to find one text among all. */
export function commonWords(texts) {
  const counts = new Map();
  const samples = Math.min(texts.size, COMMON_SAMPLES);
  for (let i = 0; i < samples; i += 1) {
    for (const word of typedWords(texts.at(Math.floor((i * texts.size) / samples))))
      counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return new Set([...counts].filter(([, count]) => count > COMMON_SHARE * samples).map(([word]) => word));
}

/**
 * The share of texts that are among the first ten hits for three of their words.
 *
 * @param {{ index: object, texts: object, leftOut?: ReadonlySet<string>, seed: number, signal: AbortSignal }} init
 *   leftOut: words that are not taken
 */
export async function knownItemShare({ index, signal, ...from }) {
  return shareFound(from, SAMPLES, signal, (words, _random, number) =>
    isFirst(index.search({ text: words.join(' '), limit: FIRST_HITS }, NOW).hits, number),
  );
}

/** What the best possible order finds of the same texts by the same words. */
export async function bestKnownItemShare({ texts, seed, signal }) {
  return optimumShare({ texts, words: WORDS, firstHits: FIRST_HITS, samples: SAMPLES, seed, signal });
}

/** The same of FTS5, for the same texts and words. */
export async function peerKnownItemShare({ fts5, signal, ...from }) {
  return shareFound(from, PEER_SAMPLES, signal, (words, _random, number) =>
    fts5.search(matchOf(words.join(' ')), FIRST_HITS).includes(number + 1),
  );
}

/**
 * The share of texts that are among the first ten hits for three of their words, one with a wrong letter. Searched as
 * a supernode does: as typed, and when that has no hit, for the correction.
 */
export async function typoShare({ index, signal, ...from }) {
  return shareFound(from, SAMPLES, signal, (words, random, number) => {
    const slips = words.flatMap((word, i) => (SLIPPABLE.test(word) ? [i] : []));
    if (slips.length === 0) return undefined;
    const wrong = slips[random.below(slips.length)];
    const text = words.map((word, i) => (i === wrong ? misspelt(word, random) : word)).join(' ');
    const { hits } = index.search({ text, limit: FIRST_HITS }, NOW);
    if (hits.length > 0) return isFirst(hits, number);
    const correction = index.correct({ text });
    if (correction === undefined) return false;
    return isFirst(index.search({ text: correction.query, limit: FIRST_HITS }, NOW).hits, number);
  });
}

/** Draws texts and words until so many could be tried; `find` says undefined when these cannot. */
async function shareFound({ texts, leftOut, seed }, samples, signal, find) {
  const random = seededRandom(seed);
  let tried = 0;
  let found = 0;
  for (let drawn = 0; tried < samples; drawn += 1) {
    if (drawn > 100 * samples) throw new Error(`The corpus has hardly any text with ${WORDS} words.`);
    if (drawn % SAMPLES_PER_TURN === 0) await turn(signal);
    const number = random.below(texts.size);
    const words = someWords(texts.at(number), WORDS, random, leftOut);
    const result = words === undefined ? undefined : find(words, random, number);
    if (result === undefined) continue;
    tried += 1;
    if (result) found += 1;
  }
  return found / samples;
}

function isFirst(hits, number) {
  const root = rootOf(number);
  return hits.some((hit) => Buffer.compare(hit.root, root) === 0);
}

/** The word with one slip of the finger: a wrong letter, one too many, one too few, or two in the wrong order. */
function misspelt(word, random) {
  const letters = [...word];
  for (;;) {
    const wrong = [...letters];
    const at = random.below(letters.length);
    const letter = LETTERS[random.below(LETTERS.length)];
    const kind = random.below(4);
    if (kind === 0) wrong[at] = letter;
    else if (kind === 1) wrong.splice(at, 0, letter);
    else if (kind === 2) wrong.splice(at, 1);
    else wrong.splice(at, 2, ...letters.slice(at, at + 2).reverse());
    const text = wrong.join('');
    if (text !== word) return text;
  }
}
