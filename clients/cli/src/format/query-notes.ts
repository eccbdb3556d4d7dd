/** What a query's words do not do, pointed at. */
import { displayText, type QueryNote } from '@banyan/proto';
import { textWidth } from './width.ts';

const INDENT = '  ';
/** Cells of a query in a pipe or a file, where no edge cuts it. */
const PLAIN_WIDTH = 100;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Three lines a note: the query, a caret under each cell of the place, and what was done there. Of a query that is wider
 * than the terminal only the surroundings of the place are shown.
 */
export function noteLines(query: string, notes: readonly QueryNote[], width: number | undefined): string[] {
  const room = Math.max(20, (width ?? PLAIN_WIDTH) - INDENT.length - 1);
  return notes.flatMap(({ start, end, message }) => {
    const place = firstCells(displayText(query.slice(start, end)), room - 2);
    const before = lastCells(displayText(query.slice(0, start)), room - textWidth(place) - 1);
    const after = firstCells(displayText(query.slice(end)), room - textWidth(before) - textWidth(place));
    return [
      `${INDENT}${before}${place}${after}`,
      // A place of no width is between two letters.
      `${INDENT}${' '.repeat(textWidth(before))}${'^'.repeat(Math.max(1, textWidth(place)))}`,
      `${INDENT}${displayText(message, 400)}`,
    ];
  });
}

function firstCells(text: string, cells: number): string {
  if (textWidth(text) <= cells) return text;
  return `${fitting(graphemes(text), cells - 1).join('')}…`;
}

function lastCells(text: string, cells: number): string {
  if (textWidth(text) <= cells) return text;
  return `…${fitting(graphemes(text).reverse(), cells - 1)
    .reverse()
    .join('')}`;
}

const graphemes = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);

/** The first of `parts` that take at most `cells` together. */
function fitting(parts: readonly string[], cells: number): string[] {
  let width = 0;
  const rest = parts.findIndex((part) => (width += textWidth(part)) > cells);
  return rest === -1 ? [...parts] : parts.slice(0, rest);
}
