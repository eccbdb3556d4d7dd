/** From what parsers found to what may be published: everything is checked, cut, or left out. */
import { cutBytes, MAX_MORE_TAGS, MAX_TAG_BYTES, utf8Length, type Tags } from '@banyan/proto/base';

/** What a parser found, in whatever form. */
export type FoundTags = Readonly<Partial<Record<Exclude<keyof Tags, 'more'>, unknown>>> & {
  /** Keys of ours: at most {@link MAX_MORE_TAGS}, the first ones are kept. */
  readonly more?: Readonly<Record<string, unknown>>;
};

/** What a document tells of itself. */
export interface FoundDocument {
  readonly title?: unknown;
  readonly authors?: unknown;
  /** The series or periodical it belongs to, and its place there. */
  readonly series?: unknown;
  readonly seriesIndex?: unknown;
  /** A date in any notation that has a year of four digits. */
  readonly date?: unknown;
  readonly subject?: unknown;
  readonly keywords?: unknown;
  readonly language?: unknown;
  readonly publisher?: unknown;
  readonly pages?: unknown;
}

/** Looked at of one text: a hostile title may be as long as all that is read of the file. */
const MAX_LOOKED_AT = 8 * MAX_TAG_BYTES;
const MAX_UINT32 = 0xffff_ffff;
const TEXTS: ReadonlySet<string> = new Set(['title', 'artist', 'album', 'genre']);

/** What was found in the form of {@link Tags}; whatever is empty or has the wrong form is left out. */
export function tagsOf(found: FoundTags): Partial<Tags> {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(found)) {
    if (key === 'more') {
      const more = Object.entries(value as Record<string, unknown>)
        .map(([k, v]) => [k, textOf(v)] as const)
        .filter(([, text]) => text !== '')
        .slice(0, MAX_MORE_TAGS);
      if (more.length > 0) result['more'] = Object.fromEntries(more);
    } else if (TEXTS.has(key)) {
      const text = textOf(value);
      if (text !== '') result[key] = text;
    } else {
      const n = Math.round(Number(value));
      if (n > 0 && n <= MAX_UINT32) result[key] = n;
    }
  }
  return result;
}

/** A document's tags: its author is found by `artist:` and by `author:`. */
export function documentTags(found: FoundDocument): Partial<Tags> {
  const { title, authors, series, seriesIndex, date, subject, keywords } = found;
  const pages = Number(found.pages);
  return tagsOf({
    title,
    artist: authors,
    album: series,
    track: seriesIndex,
    year: yearOf(date),
    genre: textOf(subject) === '' ? keywords : subject,
    more: {
      author: authors,
      language: found.language,
      publisher: found.publisher,
      pages: Number.isSafeInteger(pages) && pages > 0 ? String(pages) : undefined,
      subject,
      keywords,
    },
  });
}

/** The first year of a date, from print to the near future; undefined when there is none. */
function yearOf(date: unknown): number | undefined {
  if (date instanceof Date) return Number.isNaN(date.getTime()) ? undefined : date.getUTCFullYear();
  const year = /(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)/.exec(textOf(date))?.[1];
  return year === undefined ? undefined : Number(year);
}

/**
 * One line of well-formed text of at most {@link MAX_TAG_BYTES}; '' for what is no text. Lists are joined, and of
 * XMP's texts in several languages the first is taken.
 */
function textOf(value: unknown): string {
  if (Array.isArray(value))
    return textOf([...new Set(value.slice(0, 64).map(textOf))].filter((text) => text !== '').join(', '));
  if (typeof value === 'object' && value !== null) {
    const inner = (value as { value?: unknown }).value;
    return typeof inner === 'string' ? textOf(inner) : '';
  }
  if (typeof value !== 'string') return '';
  const clean = value
    .trimStart()
    .slice(0, MAX_LOOKED_AT)
    .toWellFormed()
    .replace(/[\s\p{Cc}\ufeff]+/gu, ' ')
    .trim();
  return utf8Length(clean) > MAX_TAG_BYTES ? cutBytes(clean, MAX_TAG_BYTES).trimEnd() : clean;
}
