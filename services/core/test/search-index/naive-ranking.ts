/** The score of every document by the definitions of ranking.ts, without bounds, columns or tables. */
import { contentKey, parseQuery, type QueryTerm } from '@banyan/proto';
import { splitName } from '../../src/search-index/catalog.ts';
import { FIELD } from '../../src/search-index/field.ts';
import * as ranking from '../../src/search-index/ranking.ts';
import { queryWords, type QueryWord } from '../../src/search-index/text.ts';
import { contentOf, type Row } from './catalog-batches.ts';
import {
  fieldTexts,
  holdsText,
  isOpen,
  isTogether,
  nameText,
  termsOf,
  type NaiveHit,
  type NaiveQuery,
} from './naive-index.ts';

export interface NaiveScore {
  readonly key: string;
  readonly score: number;
  readonly words: number;
  readonly order: number;
}

/** The weight of a term. */
type Weights = ReadonlyMap<string, number>;

type Bits = ReadonlyMap<string, number>;
const bitsOfRows = new WeakMap<Row, Map<string | undefined, Bits>>();

/** For each term of a record's texts, or of a field's, where it stands, as FIELD bits. */
function bitsOf(row: Row, field: string | undefined): Bits {
  const byField = bitsOfRows.get(row) ?? new Map<string | undefined, Bits>();
  bitsOfRows.set(row, byField);
  const bits = byField.get(field) ?? collectBits(row, field);
  byField.set(field, bits);
  return bits;
}

function collectBits({ name, folder, tags = {} }: Row, field: string | undefined): Bits {
  const bits = new Map<string, number>();
  const add = (of: string, bit: number, text: string | null | undefined): void => {
    if (field !== undefined && field !== of) return;
    for (const term of termsOf(text ?? '').terms) bits.set(term, (bits.get(term) ?? 0) | bit);
  };
  const [stem, extension] = splitName(name);
  add('name', FIELD.name, stem);
  add('name', FIELD.extension, extension);
  add('folder', FIELD.folder, folder);
  add('title', FIELD.title, tags.title);
  add('artist', FIELD.artist, tags.artist);
  add('album', FIELD.album, tags.album);
  add('genre', FIELD.other, tags.genre);
  add('tag year', FIELD.other, tags.year ? String(tags.year) : '');
  for (const [key, text] of Object.entries(tags.more ?? {})) add(`tag ${key}`, FIELD.other, text);
  return bits;
}

/** The scores of all hits of a query, best first, equal ones by their content's key. */
export function rank(
  hits: Iterable<NaiveHit>,
  { text, partial = false }: NaiveQuery,
  weights: Weights,
  now: number,
): NaiveScore[] {
  const scores = [...hits].map(({ content, matching, sources, reachable, modifiedS }): NaiveScore => {
    let best = { words: 0, order: 0 };
    for (const row of matching) {
      const one = ofText(row, text, partial, weights);
      if (one.words + one.order > best.words + best.order) best = one;
    }
    const rest = ranking.sourcesScore(sources, reachable.length) + ranking.freshnessScore(modifiedS, now);
    return {
      ...best,
      key: contentKey(contentOf(content)),
      score: Math.fround(best.words + best.order + rest),
    };
  });
  return scores.sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1));
}

function ofText(
  row: Row,
  query: string,
  partial: boolean,
  weights: Weights,
): { words: number; order: number } {
  let sum = 0;
  for (const { anyOf } of parseQuery(query).clauses)
    sum += anyOf.length === 1 ? required(anyOf[0]!, row, partial, weights) : either(anyOf, row, weights);
  const { sequence } = nameText(row.name);
  return {
    words: sum * ranking.LENGTH_FACTORS[Math.min(63, sequence.length)]!,
    order: orderScore(slotsOf(query, partial, row), row),
  };
}

/** What a record gets for having all of the terms; -Infinity: it has not. */
function all(terms: readonly string[], bits: Bits, weights: Weights): number {
  let sum = 0;
  for (const term of terms) {
    const there = bits.get(term);
    if (there === undefined) return -Infinity;
    sum += (weights.get(term)! / terms.length) * ranking.fieldWeight(there);
  }
  return sum;
}

type TextTerm = QueryTerm & { kind: 'text' };

/** What a record gets for a word that must be there. */
function ofWord(term: TextTerm, n: number, row: Row, partial: boolean, weights: Weights): number {
  const words = queryWords(term.text);
  const word = words[n]!;
  const bits = bitsOf(row, term.field);
  const found = word.alternatives.map(
    (terms, nth) => (nth === 0 ? 1 : ranking.OTHER_SPELLING_FACTOR) * all(terms, bits, weights),
  );
  if (n === words.length - 1 && isOpen(term, partial, word)) {
    const weight = weights.get(`${word.text}*`)! * ranking.BEGINNING_FACTOR;
    for (const [each, there] of bits)
      if (each.startsWith(word.text)) found.push(weight * ranking.fieldWeight(there));
  }
  return Math.max(...found);
}

function ofPhrase(term: TextTerm, row: Row, weights: Weights): number {
  const words = queryWords(term.text);
  return (
    words.length *
    all(
      words.flatMap(({ sequence }) => sequence),
      bitsOf(row, term.field),
      weights,
    )
  );
}

function required(term: QueryTerm, row: Row, partial: boolean, weights: Weights): number {
  if (term.kind !== 'text') return 0;
  if (isTogether(term)) return ofPhrase(term, row, weights);
  return queryWords(term.text).reduce((sum, _, n) => sum + ofWord(term, n, row, partial, weights), 0);
}

/** The best of terms of which one will do; a filter among them adds nothing. */
function either(anyOf: readonly QueryTerm[], row: Row, weights: Weights): number {
  const scores = anyOf.map((term) => {
    if (term.kind !== 'text' || !holdsText(term, fieldTexts(row, term.field), false)) return 0;
    if (isTogether(term)) return ofPhrase(term, row, weights);
    const words = queryWords(term.text);
    return words.length === 1 ? ofWord(term, 0, row, false, weights) : ofParts(words, term, row, weights);
  });
  return Math.max(...scores);
}

/** Words without a blank between them that stand beside OR count as one, in whatever way they are written. */
function ofParts(words: readonly QueryWord[], term: TextTerm, row: Row, weights: Weights): number {
  let ways: string[][] = [[]];
  for (const { alternatives } of words)
    ways = ways.flatMap((way) => alternatives.map((texts) => [...way, ...texts]));
  return Math.max(...ways.map((way) => all(way, bitsOf(row, term.field), weights)));
}

/**
 * For each word that must be there, in their order: whether a word of a text is it. One that the record has only in another
 * spelling, or as typed only outside of the field that is asked for, stands nowhere.
 */
function slotsOf(query: string, partial: boolean, row: Row): ((word: string) => boolean)[] {
  return parseQuery(query).clauses.flatMap(({ anyOf: [term, ...others] }) => {
    if (term?.kind !== 'text' || others.length > 0) return [];
    const words = queryWords(term.text);
    return words.flatMap((word, n) => {
      const open = !isTogether(term) && n === words.length - 1 && isOpen(term, partial, word);
      const there = [...bitsOf(row, term.field).keys()];
      return word.sequence.map((one) => {
        const isIt = (each: string): boolean => each === one || (open && each.startsWith(one));
        return there.some(isIt) ? isIt : () => false;
      });
    });
  });
}

function orderScore(slots: readonly ((word: string) => boolean)[], { name, tags = {} }: Row): number {
  const { sequence } = nameText(name);
  const stem = sequence.length - (splitName(name)[1] === '' ? 0 : 1);
  const inName = orderIn(slots, sequence, [stem, sequence.length]);
  const title = termsOf(tags.title ?? '').sequence;
  return Math.max(inName, orderIn(slots, title, [title.length]));
}

/** @param wholes - lengths at which the text is the words and nothing else */
function orderIn(
  slots: readonly ((word: string) => boolean)[],
  text: readonly string[],
  wholes: readonly number[],
): number {
  if (slots.length === 0) return ranking.ORDER_SCORE.none;
  const standsAt = (from: number): boolean =>
    from + slots.length <= text.length && slots.every((is, i) => is(text[from + i]!));
  if (standsAt(0) && wholes.includes(slots.length)) return ranking.ORDER_SCORE.exact;
  if (text.some((_, from) => standsAt(from))) return ranking.ORDER_SCORE.phrase;
  let next = 0;
  for (const word of text) if (next < slots.length && slots[next]!(word)) next++;
  return next === slots.length && text.length >= slots.length
    ? ranking.ORDER_SCORE.order
    : ranking.ORDER_SCORE.none;
}
