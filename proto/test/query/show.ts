import { parseQuery, type QueryTerm } from '../../src/index.ts';

/** A term on one line: words as they are, everything else in angle brackets. */
function showTerm(term: QueryTerm): string {
  switch (term.kind) {
    case 'text': {
      const field = term.field === undefined ? '' : `<${term.field}>`;
      return `${field}${term.phrase ? `[${term.text}]` : term.text}`;
    }
    case 'type':
      return `<type ${term.type}>`;
    case 'ext':
      return `<ext ${term.ext}>`;
    case 'hash':
      return `<hash ${term.root}${term.length === undefined ? '' : ` ${term.length}`}>`;
    case 'number':
      return `<${term.field} ${term.min} ${term.max}>`;
  }
}

/** The requirements of a query, alternatives with `|` between them; what is excluded comes last, with a minus. */
export function show(query: string): string[] {
  const { clauses, excluded } = parseQuery(query);
  return [
    ...clauses.map(({ anyOf }) => anyOf.map(showTerm).join(' | ')),
    ...excluded.map((term) => `-${showTerm(term)}`),
  ];
}

/** The notes of a query: what each is about, and what it says. */
export function notesOf(query: string): [about: string, message: string][] {
  return parseQuery(query).notes.map(({ start, end, message }) => [query.slice(start, end), message]);
}

/** Pieces of which hostile and ordinary queries are made. */
export const PIECES: readonly string[] = [
  'blue', 'moon', '榕树', '𠮷野家', 'AC/DC', 'jean-luc', '12"', ' ', '  ', '\u3000', '"', '“', '”', '„', '«', '»', '「', '」',
  '｢', '｣', '＂', '-', '－', '--', '|', '｜', 'OR', ' OR ', '(', ')', '（', '）', ':', '：', ',', '，', '=', '>', '<', '＞', '≥',
  '..', '…', 'type:', 'type:video', 'tpye:video', 'type：audio,foo', 'size:', 'size:big', 'size:>1mb', 'size>1mb', 'size:1,5gb',
  'artist:', 'by:"a b"', 'author:x', 'year:1990..1999', 'date:2024-05', 'ext:.ISO,mp3', 'hash:', 'hash:0123ABCDEF', 'http://x',
  'C:', 'foo:"bar baz', 'banyan:', `banyan:${'ab'.repeat(32)}-5?dn=x`, '\ud800', '\udc00', '\0', '😀', '🇹🇼', 'e\u0301', '\u202e',
]; // prettier-ignore
