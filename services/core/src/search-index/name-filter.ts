import { fold } from './text.ts';

/**
 * Tells names that have every word of a filter, folded as in a search. A word may be a part of one, since lists are filtered
 * while it is typed.
 *
 * @param filter - words with blanks between; without any, every name has them all
 */
export function createNameFilter(filter: string): (name: string) => boolean {
  const words = fold(filter)
    .split(/\s+/u)
    .filter((word) => word !== '');
  return (name) => {
    const folded = fold(name);
    return words.every((word) => folded.includes(word));
  };
}
