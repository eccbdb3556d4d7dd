/**
 * How many cells of a terminal a text takes. CJK and emoji take two, combining marks none (UAX #11 and #29; ambiguous
 * width counts as one, as terminals outside of East Asian locales draw it).
 */

/** Wide and full-width blocks of UAX #11, first and last code point of each. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f], // Hangul Jamo, leading consonants
  [0x2e80, 0x303e], // radicals, CJK punctuation
  [0x3041, 0xa4cf], // kana, bopomofo, enclosed, CJK, Yi
  [0xa960, 0xa97f], // Hangul Jamo extended A
  [0xac00, 0xd7a3], // Hangul syllables
  [0xf900, 0xfaff], // compatibility ideographs
  [0xfe10, 0xfe19], // vertical forms
  [0xfe30, 0xfe6f], // compatibility and small forms
  [0xff01, 0xff60], // full-width ASCII
  [0xffe0, 0xffe6], // full-width signs
  [0x16fe0, 0x18dff], // Tangut, Khitan
  [0x1aff0, 0x1b2ff], // kana extended, Nushu
  [0x20000, 0x3fffd], // CJK extensions
];

const EMOJI = /\p{Emoji_Presentation}|\p{Emoji}\ufe0f/u;
/** Nothing is drawn for these by themselves. */
const INVISIBLE = /^[\p{M}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]+$/u;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
/** Colours and styles, as our own palette writes them. */
const STYLES = /\u001b\[[0-9;]*m/g;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function graphemeWidth(grapheme: string): number {
  if (INVISIBLE.test(grapheme)) return 0;
  if (EMOJI.test(grapheme)) return 2;
  const first = grapheme.codePointAt(0) ?? 0;
  return WIDE.some(([from, to]) => first >= from && first <= to) ? 2 : 1;
}

/** Cells that `text` takes on one line; our own colour codes take none. */
export function textWidth(text: string): number {
  const plain = text.replace(STYLES, '');
  if (PRINTABLE_ASCII.test(plain)) return plain.length;
  let width = 0;
  for (const { segment } of segmenter.segment(plain)) width += graphemeWidth(segment);
  return width;
}

/** The longest start of an uncoloured text that takes at most `cells`, ending in an ellipsis when something was cut. */
export function cutToWidth(text: string, cells: number): string {
  if (textWidth(text) <= cells) return text;
  if (cells <= 0) return '';
  let width = 0;
  let cut = '';
  for (const { segment } of segmenter.segment(text)) {
    const next = width + graphemeWidth(segment);
    if (next > cells - 1) break;
    width = next;
    cut += segment;
  }
  return `${cut}…`;
}

/** As {@link cutToWidth}, but the middle gives way, so that an extension stays in view. */
export function cutMiddle(text: string, cells: number): string {
  if (textWidth(text) <= cells) return text;
  const tailCells = Math.min(8, Math.floor(cells / 3));
  const graphemes = Array.from(segmenter.segment(text), ({ segment }) => segment);
  let tail = '';
  let width = 0;
  for (const grapheme of graphemes.reverse()) {
    const next = width + graphemeWidth(grapheme);
    if (next > tailCells) break;
    width = next;
    tail = grapheme + tail;
  }
  return cutToWidth(text, cells - width) + tail;
}

/** An uncoloured text in lines of at most `cells`, broken between words; a word that is longer is cut. */
export function wrapToWidth(text: string, cells: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || textWidth(longer) <= cells) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].map((one) => cutMiddle(one, cells));
}

/** Fills with blanks up to `cells`; `right` puts them in front. */
export function padToWidth(text: string, cells: number, align: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, cells - textWidth(text)));
  return align === 'left' ? text + blanks : blanks + text;
}
