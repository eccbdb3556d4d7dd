/** How lists of a console are filtered and ordered. */

/** Whether a text has all words of a filter, in any letter case; parts of words count. No words: every text has them. */
export function createWordFilter(filter: string): (text: string) => boolean {
  const words = filter.toLocaleLowerCase('en').split(/\s+/).filter(Boolean);
  return (text) => {
    const low = text.toLocaleLowerCase('en');
    return words.every((word) => low.includes(word));
  };
}

/** Made once: asking the language anew for each pair takes ten times as long. */
export const compareNames = new Intl.Collator('en').compare;
