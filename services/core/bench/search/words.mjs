// What people take for words of a text when they search for it.

const WORD = /[\p{L}\p{M}\p{N}'’]*[\p{L}\p{N}][\p{L}\p{M}\p{N}'’]*/gu;

/** The words of a text as they stand in it, in their order. */
export function wordsOf(text) {
  return text.match(WORD) ?? [];
}

/** Where they stand: from and to, in UTF-16 units. */
export function wordPlaces(text) {
  return Array.from(text.matchAll(WORD), ({ 0: word, index }) => [index, index + word.length]);
}

/** The words as they are typed into a search box: small letters, each once, in their order. */
export function typedWords(text) {
  return [...new Set(wordsOf(text.toLowerCase()))];
}

/**
 * Some words of a text, in their order, but none of those left out.
 *
 * @param {ReadonlySet<string>} [leftOut]
 * @returns {string[] | undefined} undefined when it has fewer
 */
export function someWords(text, count, random, leftOut) {
  const words = typedWords(text).filter((word) => leftOut?.has(word) !== true);
  if (words.length < count) return undefined;
  while (words.length > count) words.splice(random.below(words.length), 1);
  return words;
}
