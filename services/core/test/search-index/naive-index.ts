/** Every record, one after another: what an index is, and what a query asks of it, written down without any thought of speed. */
import { contentKey, mediaTypeToWire, parseQuery, toHex, VISIBILITY, type QueryTerm } from '@banyan/proto';
import { splitName } from '../../src/search-index/catalog.ts';
import { indexTerms, queryWords, type QueryWord } from '../../src/search-index/text.ts';
import { contentOf, type Row } from './catalog-batches.ts';

/** All that is asked, apart from pages. */
export interface NaiveQuery {
  readonly text: string;
  readonly partial?: boolean;
  /** An account. */
  readonly viewer?: string | undefined;
}

export interface NaiveLeaf {
  readonly account: string;
  visible: boolean;
  reachable: boolean;
  readonly records: Map<number, Row>;
}

/** A record that the viewer sees, with the leaf that has it. */
export interface Seen {
  readonly key: string;
  readonly leaf: NaiveLeaf;
  readonly row: Row;
}

export interface NaiveHit {
  readonly content: number;
  /** Seen records of which the texts match. */
  readonly matching: readonly Row[];
  /** By votes, all of them. */
  readonly names: readonly string[];
  readonly sources: number;
  readonly reachable: readonly string[];
  readonly modifiedS: number;
}

/** One text of a record with what it is found by. */
interface Text {
  readonly sequence: readonly string[];
  readonly terms: ReadonlySet<string>;
}

const NO_TEXT: Text = { sequence: [], terms: new Set() };
const textsOf = new Map<string, Text>();

/** The terms of a text; texts come again and again. */
export function termsOf(text: string): Text {
  let known = textsOf.get(text);
  if (known === undefined) {
    const { sequence, terms } = indexTerms(text);
    known = { sequence, terms: new Set(terms) };
    textsOf.set(text, known);
  }
  return known;
}

const namesOf = new Map<string, Text>();

/** The name as words in their order, and all it is found by. */
export function nameText(name: string): Text {
  let known = namesOf.get(name);
  if (known === undefined) {
    const [stem, extension] = splitName(name);
    const [before, behind] = [termsOf(stem), termsOf(extension)];
    known = {
      sequence: [...before.sequence, ...behind.sequence],
      terms: new Set([...before.terms, ...behind.terms]),
    };
    namesOf.set(name, known);
  }
  return known;
}

/** The texts in which a field's words are looked for; without a field, all texts. */
export function fieldTexts({ name, folder = '', tags = {} }: Row, field: string | undefined): Text[] {
  switch (field) {
    case 'name':
      return [nameText(name)];
    case 'folder':
      return [termsOf(folder)];
    case 'title':
    case 'artist':
    case 'album':
    case 'genre':
      return [termsOf(tags[field] ?? '')];
    case undefined: {
      const said = [tags.title, tags.artist, tags.album, tags.genre, ...Object.values(tags.more ?? {})];
      const year = tags.year ? { ...NO_TEXT, terms: termsOf(String(tags.year)).terms } : NO_TEXT;
      return [nameText(name), termsOf(folder), ...said.map((text) => termsOf(text ?? '')), year];
    }
    default:
      return [termsOf(tags.more?.[field.slice('tag '.length)] ?? '')];
  }
}

/** Numbers with dots between them are one thing, as a phrase is. */
export function isTogether(term: QueryTerm & { kind: 'text' }): boolean {
  return term.phrase || /^v?\p{Nd}+(\.\p{Nd}+)+$/iu.test(term.text);
}

/** Whether the last word of a term stands for all words that begin so. */
export function isOpen(term: QueryTerm & { kind: 'text' }, partial: boolean, last: QueryWord): boolean {
  return partial && term.open && last.open;
}

export class NaiveIndex {
  readonly leaves = new Map<string, NaiveLeaf>();
  readonly blocked = new Set<number>();

  get records(): number {
    return [...this.leaves.values()].reduce((sum, { records }) => sum + records.size, 0);
  }

  open(key: string, account: string): NaiveLeaf {
    const known = this.leaves.get(key) ?? { account, visible: true, reachable: false, records: new Map() };
    this.leaves.set(key, known);
    return known;
  }

  seen(viewer: string | undefined): Seen[] {
    const mayAll = (row: Row): boolean => (row.visibility ?? 0) === VISIBILITY.network;
    const mayOwn = ({ visibility }: Row): boolean =>
      visibility === VISIBILITY.account || visibility === VISIBILITY.groups;
    return [...this.leaves].flatMap(([key, leaf]) =>
      leaf.visible
        ? [...leaf.records.values()]
            .filter((row) => mayAll(row) || (mayOwn(row) && viewer !== undefined && viewer === leaf.account))
            .filter(({ content }) => !this.blocked.has(content))
            .map((row) => ({ key, leaf, row }))
        : [],
    );
  }

  /** Every content that a query finds, by its key. */
  search({ text, partial = false, viewer }: NaiveQuery): Map<string, NaiveHit> {
    const { clauses, excluded } = parseQuery(text);
    const byContent = new Map<number, Seen[]>();
    for (const each of this.seen(viewer)) {
      const others = byContent.get(each.row.content);
      if (others === undefined) byContent.set(each.row.content, [each]);
      else others.push(each);
    }
    const hits = new Map<string, NaiveHit>();
    if (clauses.length === 0) return hits;
    for (const [content, seen] of byContent) {
      const matching = seen
        .map(({ row }) => row)
        .filter(
          (row) =>
            clauses.every(({ anyOf }) =>
              anyOf.length === 1
                ? holds(anyOf[0]!, row, seen, partial)
                : anyOf.some((term) => holds(term, row, seen, false)),
            ) && !excluded.some((term) => holds(term, row, seen, false)),
        );
      if (matching.length > 0) hits.set(contentKey(contentOf(content)), hitOf(content, seen, matching));
    }
    return hits;
  }
}

function hitOf(content: number, seen: readonly Seen[], matching: readonly Row[]): NaiveHit {
  const votes = new Map<string, number>();
  for (const { row } of seen) votes.set(row.name, (votes.get(row.name) ?? 0) + 1);
  const reachable = new Set(seen.filter(({ leaf }) => leaf.reachable).map(({ key }) => key));
  return {
    content,
    matching,
    names: [...votes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name),
    sources: new Set(seen.map(({ key }) => key)).size,
    reachable: [...reachable].sort(),
    modifiedS: newest(seen),
  };
}

function newest(seen: readonly Seen[]): number {
  return Math.max(...seen.map(({ row }) => row.modifiedS ?? 0));
}

/** Whether a term holds for a record among those of its content that are seen. */
function holds(term: QueryTerm, row: Row, seen: readonly Seen[], partial: boolean): boolean {
  switch (term.kind) {
    case 'text':
      return holdsText(term, fieldTexts(row, term.field), partial);
    case 'type':
      return mediaTypeToWire(term.type) === (row.type ?? 0);
    case 'ext':
      return row.name.length > term.ext.length + 1 && row.name.toLowerCase().endsWith(`.${term.ext}`);
    case 'hash': {
      const { root, length } = contentOf(row.content);
      return toHex(root).startsWith(term.root) && (term.length ?? length) === length;
    }
    case 'number': {
      const value = numberOf(term.field, row, seen);
      return value !== undefined && value >= term.min && value <= term.max;
    }
  }
}

type Numbers = (QueryTerm & { kind: 'number' })['field'];

/** What a file does not say is in no range. */
function said(value: number | null | undefined): number | undefined {
  return value === null || value === 0 ? undefined : value;
}

function numberOf(field: Numbers, { content, tags = {} }: Row, seen: readonly Seen[]): number | undefined {
  switch (field) {
    case 'size':
      return contentOf(content).length;
    case 'sources':
      return new Set(seen.map(({ key }) => key)).size;
    case 'modified':
      return said(newest(seen));
    case 'duration':
      return said(tags.durationMs);
    case 'bitrate':
      return said(tags.bitrateKbps);
    default:
      return said(tags[field]);
  }
}

/** Whether the texts have the words, or those of a phrase together. */
export function holdsText(
  term: QueryTerm & { kind: 'text' },
  texts: readonly Text[],
  partial: boolean,
): boolean {
  const words = queryWords(term.text);
  const has = (word: string): boolean => texts.some(({ terms }) => terms.has(word));
  if (isTogether(term)) {
    const phrase = words.flatMap(({ sequence }) => sequence);
    // One word needs no neighbours: it may be a part of another one.
    if (phrase.length === 1) return has(phrase[0]!);
    return texts.some(({ sequence }) => standsIn(sequence, phrase));
  }
  return words.every(
    (word, n) =>
      word.alternatives.some((alternative) => alternative.every(has)) ||
      (n === words.length - 1 &&
        isOpen(term, partial, word) &&
        texts.some(({ terms }) => [...terms].some((each) => each.startsWith(word.text)))),
  );
}

function standsIn(sequence: readonly string[], phrase: readonly string[]): boolean {
  return sequence.some((_, from) => phrase.every((word, i) => sequence[from + i] === word));
}
