import { MAX_HINTS, MAX_QUERY_BYTES, MAX_QUERY_TERMS } from '../limits.ts';
import { cutBytes } from '../names.ts';
import { tokens, type Token } from './lexer.ts';
import { readTerm } from './read-term.ts';
import type { ParsedQuery, QueryNote, QuerySpan, QueryTerm } from './types.ts';

const STRAY_OR =
  'OR stands between two things of which one will do; here it was left out. Write "or" in quotes to find the word.';
const PARENTHESES =
  'Parentheses mean nothing: OR and minus are about just what stands beside them. They were left out.';
const ONLY_EXCLUDED =
  'The query only says what is not to be found. Add a word, or a filter such as type:video.';
const NO_WORD = 'There is no word in the query. Type a part of the name, the artist or the album.';

/**
 * Reads a query of the language of docs/search-language.md.
 *
 * It never fails: what is not understood is searched as words, and a note says so where a person probably
 * meant something else. At most MAX_QUERY_BYTES and MAX_QUERY_TERMS are used. Takes time linear in what is used.
 *
 * Terms come in the order in which they stand and never overlap; neither do notes. The span of a term has its
 * minus, operator and quotes; of a plain word it is the word, and its `text` is always a part of it.
 */
export function parseQuery(text: string): ParsedQuery {
  const used = usedPart(text);
  const reader = new QueryReader(text, used.length);
  for (const token of tokens(used)) {
    if (!reader.take(token)) break;
  }
  return reader.finish();
}

/** As many whole chunks as the limit allows: half a word would find nothing. */
function usedPart(text: string): string {
  const cut = cutBytes(text, MAX_QUERY_BYTES);
  if (cut.length === text.length || /\s/u.test(text.charAt(cut.length))) return cut;
  const whole = cut.replace(/\S+$/u, '');
  return whole.trim() === '' ? cut : whole;
}

/** An open parenthesis and what was seen since. */
interface Group {
  readonly at: QuerySpan;
  readonly minus: boolean;
  readonly afterOr: boolean;
  terms: number;
  or: boolean;
}

class QueryReader {
  readonly #text: string;
  readonly #used: number;
  readonly #clauses: QueryTerm[][] = [];
  readonly #excluded: QueryTerm[] = [];
  readonly #notes: QueryNote[] = [];
  #terms = 0;
  /** An OR, or the first of several, that waits for what is to its right. */
  #or: QuerySpan | undefined;
  /** The last thing read can be to the left of an OR. */
  #joinable = false;
  readonly #groups: Group[] = [];
  /** The group that ended just now. */
  #closed: Group | undefined;
  #parenthesesNoted = false;
  #full = false;

  constructor(text: string, used: number) {
    this.#text = text;
    this.#used = used;
  }

  /** @returns false when no more are wanted */
  take(token: Token): boolean {
    if (token.kind === 'paren') this.#takeParen(token);
    else {
      const closed = this.#closed;
      this.#closed = undefined;
      if (token.kind === 'or') this.#takeOr(token, closed);
      else this.#takeTerm(token);
    }
    return !this.#full;
  }

  finish(): ParsedQuery {
    if (!this.#full) this.#dropOr();
    for (const group of this.#groups) this.#judge(group);
    if (this.#used < this.#text.length) {
      this.#note(
        { start: this.#used, end: this.#text.length },
        `Only the first ${MAX_QUERY_BYTES} bytes of the query were used. Search for fewer words.`,
      );
    }
    const notes = this.#notes.sort((a, b) => a.start - b.start);
    if (notes.length === 0 && this.#clauses.length === 0) {
      const message = this.#excluded.length > 0 ? ONLY_EXCLUDED : NO_WORD;
      notes.push({ start: 0, end: this.#text.length, message });
    }
    return {
      clauses: this.#clauses.map((anyOf) => ({ anyOf })),
      excluded: this.#excluded,
      notes: notes.slice(0, MAX_HINTS),
    };
  }

  #takeTerm(token: Token & { kind: 'term' }): void {
    // Places of the end are those of the whole query: a word that was cut is not being typed.
    const { terms, all = false, note } = readTerm(this.#text, token);
    const room = MAX_QUERY_TERMS - this.#terms;
    if (terms.length > room) {
      this.#full = true;
      this.#note(
        { start: Math.max(terms[room]!.start, token.at), end: this.#used },
        `Only the first ${MAX_QUERY_TERMS} terms of the query were used. Search for fewer words.`,
      );
    } else if (note !== undefined) this.#note(note, note.message);
    const taken = terms.slice(0, room);
    if (taken.length === 0) return;
    this.#terms += taken.length;
    for (const group of this.#groups) group.terms++;
    if (token.minus) {
      this.#dropOr();
      this.#joinable = false;
      this.#excluded.push(...taken);
    } else {
      const [first, ...rest] = all ? taken.map((term) => [term]) : [taken];
      if (this.#or === undefined) this.#clauses.push(first!);
      else this.#clauses[this.#clauses.length - 1]!.push(...first!);
      this.#clauses.push(...rest);
      this.#or = undefined;
      this.#joinable = true;
    }
  }

  #takeOr(at: QuerySpan, closed: Group | undefined): void {
    for (const group of this.#groups) group.or = true;
    if (closed !== undefined && closed.terms > 1) this.#noteParentheses(closed.at);
    if (this.#or !== undefined) return;
    if (this.#joinable) this.#or = at;
    else this.#note(at, STRAY_OR);
  }

  #takeParen(token: Token & { kind: 'paren' }): void {
    if (token.opens) {
      const { start, end, minus } = token;
      this.#groups.push({ at: { start, end }, minus, afterOr: this.#or !== undefined, terms: 0, or: false });
      this.#closed = undefined;
    } else {
      const group = this.#groups.pop();
      if (group !== undefined) this.#judge(group);
      this.#closed = group;
    }
  }

  /** Whether somebody may have relied on a pair of parentheses. */
  #judge(group: Group): void {
    if (group.or || ((group.minus || group.afterOr) && group.terms > 1)) this.#noteParentheses(group.at);
  }

  #noteParentheses(at: QuerySpan): void {
    if (!this.#parenthesesNoted) this.#note(at, PARENTHESES);
    this.#parenthesesNoted = true;
  }

  #dropOr(): void {
    if (this.#or !== undefined) this.#note(this.#or, STRAY_OR);
    this.#or = undefined;
  }

  #note({ start, end }: QuerySpan, message: string): void {
    this.#notes.push({ start, end, message });
  }
}
