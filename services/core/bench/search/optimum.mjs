// What no ranking can surpass: how often a text is among the first ten for three of its words when whoever ranks knows how the
// words were drawn, and nothing else. Of texts that say the same with as many words one cannot know which was meant.
import { turn } from './measure.mjs';
import { seededRandom } from './random.mjs';
import { someWords, typedWords } from './words.mjs';

const TEXTS_PER_TURN = 5_000;

/**
 * The share that the best possible order finds: texts with all of the words in their order, those of fewest words first (three
 * words of n are drawn with a chance of 1 in n over 3), equal ones by lot.
 *
 * @param {{ texts: object, words: number, firstHits: number, samples: number, seed: number, signal: AbortSignal }} init
 */
export async function optimumShare({ texts, words: wanted, firstHits, samples, seed, signal }) {
  const drawn = draw({ texts, wanted, samples, seed });
  const having = new Map(drawn.flatMap(({ words }) => words.map((word) => [word, []])));
  for (let number = 0; number < texts.size; number += 1) {
    if (number % TEXTS_PER_TURN === 0) await turn(signal);
    for (const word of typedWords(texts.at(number))) having.get(word)?.push(number);
  }
  let found = 0;
  for (const [i, { number, words }] of drawn.entries()) {
    if (i % 20 === 0) await turn(signal);
    const [rarest, ...others] = words.map((word) => having.get(word)).sort((a, b) => a.length - b.length);
    const sets = others.map((numbers) => new Set(numbers));
    const own = typedWords(texts.at(number)).length;
    let better = 0;
    let equal = 0;
    for (const other of rarest) {
      if (!sets.every((set) => set.has(other))) continue;
      const typed = typedWords(texts.at(other));
      if (typed.length > own || !isInOrder(words, typed)) continue;
      if (typed.length < own) better += 1;
      else equal += 1;
    }
    found += Math.min(1, Math.max(0, (firstHits - better) / equal));
  }
  return found / drawn.length;
}

/** The texts and words of which quality is measured: drawn in the same way. */
function draw({ texts, wanted, samples, seed }) {
  const random = seededRandom(seed);
  const drawn = [];
  while (drawn.length < samples) {
    const number = random.below(texts.size);
    const words = someWords(texts.at(number), wanted, random);
    if (words !== undefined) drawn.push({ number, words });
  }
  return drawn;
}

function isInOrder(words, typed) {
  let at = -1;
  for (const word of words) {
    const next = typed.indexOf(word, at + 1);
    if (next < 0) return false;
    at = next;
  }
  return true;
}
