/**
 * Cuts a query into tokens, with the places where they stand. It knows signs, not meanings: blanks, quotes,
 * a leading minus, words before a colon, OR and parentheses.
 *
 * Text is read as typed and never normalised as a whole, so that places stay right; the full-width signs of
 * Chinese and Japanese input methods are recognised one by one.
 */
import type { QuerySpan } from './types.ts';

export type Token = QuerySpan &
  (
    | {
        readonly kind: 'term';
        /** Begins with a minus; the span has it too. */
        readonly minus: boolean;
        /** What stands before the first colon, when it looks like a word and something may follow. */
        readonly key?: string;
        /** What stands behind the colon and between the quotes. */
        readonly value: string;
        readonly quoted: boolean;
        /** Quoted, and the closing quote is missing. */
        readonly unclosed: boolean;
        /** Where the word begins, behind the minus. */
        readonly at: number;
        /** Where the value begins, before its quote. */
        readonly valueAt: number;
      }
    | { readonly kind: 'or' }
    | {
        readonly kind: 'paren';
        readonly opens: boolean;
        /** A minus stands before it. */
        readonly minus: boolean;
      }
  );

/** Opening quotes and what closes them. Straight and curly ones mix, since phones replace only some. */
const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['"', '"＂'],
  ['＂', '＂"'],
  ['“', '”"＂'],
  ['„', '“”"＂'],
  ['”', '”'],
  ['«', '»'],
  ['»', '«»'],
  ['「', '」'],
  ['『', '』'],
  ['｢', '｣'],
]);
/** They also close, so a lone one is no beginning. */
const ALSO_CLOSERS = '”»';
/** They open a phrase even in the middle of a chunk: 歌手「青花瓷」. A straight quote there is an inch sign. */
const OPENS_ANYWHERE = '“„«「『｢';

const BLANK = /\s/u;
const KEY = /(\p{L}[\p{L}\p{N}_]{0,30})[:：](?!\/\/)/uy;
const MINUS = '-－';
const BAR = '|｜';
const COLON = ':：';
const OPEN = '(（';
const CLOSE = ')）';

function has(signs: string, text: string, at: number): boolean {
  return at < text.length && signs.includes(text.charAt(at));
}

function isBlank(text: string, at: number): boolean {
  return BLANK.test(text.charAt(at));
}

/** The tokens of a query, in their order. Linear in its length. */
export function* tokens(text: string): Generator<Token, void, undefined> {
  let at = 0;
  while (at < text.length) {
    if (isBlank(text, at)) {
      at++;
      continue;
    }
    if (has(BAR, text, at)) {
      yield { kind: 'or', start: at, end: at + 1 };
      at++;
      continue;
    }
    if (has(OPEN, text, at) || has(CLOSE, text, at)) {
      yield { kind: 'paren', opens: has(OPEN, text, at), minus: false, start: at, end: at + 1 };
      at++;
      continue;
    }
    // A dash glued to what ended just now: "blue"-moon.
    if (has(MINUS, text, at) && !isFresh(text, at)) {
      at++;
      continue;
    }
    const start = at;
    const minus = isMinus(text, at);
    if (minus) at++;
    if (minus && has(OPEN, text, at)) {
      // Signs between the minus and its word mean nothing: -((-blue is -blue.
      for (; has(OPEN + MINUS, text, at); at++) {
        if (has(OPEN, text, at)) yield { kind: 'paren', opens: true, minus: true, start: at, end: at + 1 };
      }
      if (has(CLOSE, text, at)) continue;
    }
    const token = readTerm(text, start, at, minus);
    at = token.end;
    // Nothing but quotes, or a minus before nothing.
    if (token.kind === 'term' && token.value === '' && token.key === undefined) continue;
    yield token;
  }
}

/** Something new begins here. */
function isFresh(text: string, at: number): boolean {
  return at === 0 || isBlank(text, at - 1) || has(BAR + OPEN, text, at - 1);
}

/** A minus counts before something. `--` is what command lines and dashes have. */
function isMinus(text: string, at: number): boolean {
  if (!has(MINUS, text, at)) return false;
  const next = at + 1;
  return next < text.length && !isBlank(text, next) && !has(MINUS + BAR + CLOSE, text, next);
}

function readTerm(text: string, start: number, at: number, minus: boolean): Token {
  KEY.lastIndex = at;
  const key = KEY.exec(text)?.[1];
  const valueAt = key === undefined ? at : at + key.length + 1;
  const phrase = readPhrase(text, valueAt);
  const { value, end } = phrase ?? readChunk(text, valueAt);
  if (phrase === undefined && !minus && key === undefined && value === 'OR')
    return { kind: 'or', start, end };
  return {
    kind: 'term',
    minus,
    ...(key === undefined ? {} : { key }),
    value,
    quoted: phrase !== undefined,
    unclosed: phrase?.unclosed === true,
    at,
    valueAt,
    start,
    end,
  };
}

/** What stands between quotes from `at` on; undefined: no quote opens there. */
function readPhrase(text: string, at: number): { value: string; end: number; unclosed: boolean } | undefined {
  const closers = CLOSERS.get(text.charAt(at));
  if (closers === undefined) return undefined;
  let end = at + 1;
  while (end < text.length && !has(closers, text, end)) end++;
  if (end < text.length) return { value: text.slice(at + 1, end).trim(), end: end + 1, unclosed: false };
  if (has(ALSO_CLOSERS, text, at)) return undefined;
  const value = text.slice(at + 1).trim();
  return { value, end: text.trimEnd().length, unclosed: true };
}

/** Everything up to a blank, a bar or the next phrase; closing parentheses that it did not open stay outside. */
function readChunk(text: string, at: number): { value: string; end: number } {
  let end = at;
  let depth = 0;
  for (; end < text.length && !isBlank(text, end) && !has(BAR, text, end); end++) {
    if (end > at && opensPhrase(text, end)) break;
    if (has(OPEN, text, end)) depth++;
    else if (has(CLOSE, text, end)) depth--;
  }
  for (; depth < 0 && has(CLOSE, text, end - 1); depth++) end--;
  return { value: text.slice(at, end), end };
}

function opensPhrase(text: string, at: number): boolean {
  if (has(OPENS_ANYWHERE, text, at)) return true;
  return has('"＂', text, at) && has(COLON, text, at - 1);
}
