// From a corpus to a larger one of its kind.
import { fileName } from './file-name.mjs';
import { seededRandom } from './random.mjs';
import { typedWords, wordPlaces, wordsOf } from './words.mjs';

const SWAPPED_WORDS = 2;

/**
 * Further texts: those of the corpus over and over, in each of which two words are swapped for others. Those are drawn
 * by the corpus' own frequencies (a random word of a random text); so many of them are new, made of the halves of two
 * drawn ones, as the corpus' own growth foretells (law of Heaps: V ∝ n^β; β from its first half and the whole).
 *
 * @param {{ readonly size: number, at(number: number): string }} texts
 * @param {number} seed
 * @returns {() => string}
 */
export function createGrowth(texts, seed) {
  const random = seededRandom(seed);
  const { vocabulary, beta } = survey(texts);
  let number = texts.size;

  const drawn = () => {
    for (;;) {
      const found = wordsOf(texts.at(random.below(texts.size)));
      if (found.length > 0) return found[random.below(found.length)];
    }
  };
  const coined = () => {
    const [a, b] = [drawn(), drawn()].map((word) => [...word]);
    return a.slice(0, Math.ceil(a.length / 2)).join('') + b.slice(Math.floor(b.length / 2)).join('');
  };
  /** How many words of a text are new when there are so many texts. */
  const newPerText = () => ((beta * vocabulary) / texts.size) * (number / texts.size) ** (beta - 1);

  return () => {
    let text = texts.at(number % texts.size);
    const newShare = newPerText() / SWAPPED_WORDS;
    number += 1;
    for (let i = 0; i < SWAPPED_WORDS; i += 1) {
      const found = wordPlaces(text);
      if (found.length === 0) break;
      const [from, to] = found[random.below(found.length)];
      text = text.slice(0, from) + (random.fraction() < newShare ? coined() : drawn()) + text.slice(to);
    }
    return fileName(text);
  };
}

/** The number of different words, and the exponent by which it grows. */
function survey(texts) {
  const known = new Set();
  let half = 0;
  for (let i = 0; i < texts.size; i += 1) {
    if (i === Math.floor(texts.size / 2)) half = known.size;
    for (const word of typedWords(texts.at(i))) known.add(word);
  }
  const beta = half > 0 ? Math.log2(known.size / half) : 1;
  return { vocabulary: known.size, beta: Math.min(1, Math.max(0, beta)) };
}
