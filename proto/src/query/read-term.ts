/** What one token of a query means. */
import { parseContentId } from '../content-id.ts';
import { toHex } from '../bytes.ts';
import { displayText } from '../names.ts';
import { nearOperator, nearType, operatorOf, typeOf, type Operator } from './fields.ts';
import type { Token } from './lexer.ts';
import { readRange } from './number-range.ts';
import type { NumberField, QueryNote, QuerySpan, QueryTerm, TextField } from './types.ts';

/** What a token gives: alternatives of one requirement (`type:audio,video`), or several requirements. */
export interface Reading {
  readonly terms: readonly QueryTerm[];
  /** Each term is a requirement of its own; else any of them will do. */
  readonly all?: boolean;
  readonly note?: QueryNote;
}

type TermToken = Token & { readonly kind: 'term' };
type TextTerm = QueryTerm & { readonly kind: 'text' };
/** A term without its place, which is filled in by the reader. */
type Meaning = QueryTerm extends infer T ? (T extends QueryTerm ? Omit<T, keyof QuerySpan> : never) : never;

const WORD = /[\p{L}\p{N}\p{M}]/u;
const LIST = /[,，、]/;
const EXT = /^[\p{L}\p{N}\p{M}_+~$#@!&-]{1,64}$/u;
const HASH = /^([0-9a-f]{8,64})(?:-(0|[1-9]\d{0,15}))?$/;
const LINK_TARGET = /^([0-9a-f]{64}-\d{1,16})(?:\?|$)/i;
const HALF_LINK = /^[0-9a-f]{8}/i;
const LINK = 'banyan';
// `size>100mb`: meant as `size:>100mb`.
const COMPARED = /^(\p{L}{4,16})([<>=＜＞＝≤≥].+)$/u;
const SHOWN_CHARS = 40;

/** Whether a search can look for anything in a text: signs are not looked up. */
function hasWord(text: string): boolean {
  return WORD.test(text) || WORD.test(text.normalize('NFKC'));
}

/** Reads one token of `text`; what is no operator, or has no value that fits, is words. */
export function readTerm(text: string, token: TermToken): Reading {
  const reading = readMeaning(text, token);
  if (reading.note !== undefined || !token.unclosed || !swallows(token.value)) return reading;
  const message =
    'The closing quote is missing, so everything up to the end was searched as one phrase. Write it behind the last word of the phrase.';
  return { ...reading, note: { start: token.at, end: token.end, message } };
}

/** Whether a phrase has in it what would mean something outside. */
function swallows(phrase: string): boolean {
  return phrase.split(/\s+/u).some((chunk, i) => {
    if (i === 0) return false;
    const key = /^[-－]?(\p{L}+)[:：]./u.exec(chunk)?.[1];
    return (
      chunk === 'OR' ||
      /^[-－][\p{L}\p{N}]/u.test(chunk) ||
      (key !== undefined && operatorOf(key) !== undefined)
    );
  });
}

function readMeaning(text: string, token: TermToken): Reading {
  if (token.key === undefined) return words(text, token);
  const key = token.key.normalize('NFKC').toLowerCase();
  if (key === LINK) return readLink(text, token);
  const operator = operatorOf(key);
  if (operator === undefined) {
    const near = nearOperator(key);
    const meant = near === undefined ? undefined : operatorOf(near);
    const fits = meant !== undefined && token.value !== '' && readValue(text, token, meant).terms.length > 0;
    return words(
      text,
      token,
      fits
        ? `There is no ${key}: here, so its words were searched. Write ${near}:${shown(token.value)}.`
        : undefined,
    );
  }
  if (token.value === '') return readEmpty(text, token, key, operator);
  const { terms, faults } = readValue(text, token, operator);
  if (terms.length === 0) {
    return words(
      text,
      token,
      `${faultOf(key, operator, token.value)}, so the words were searched. ${advice(key, operator, token.value)}`,
    );
  }
  if (faults.length === 0) return { terms };
  const fault = `${faultOf(key, operator, faults[0]!)}, so it was left out. ${advice(key, operator, faults[0]!)}`;
  return { terms, note: { start: token.at, end: token.end, message: fault } };
}

/** An operator without a value: at the end of the query it is still being typed. */
function readEmpty(text: string, token: TermToken, key: string, operator: Operator): Reading {
  const what = `Nothing stands behind ${key}:`;
  const hint = `Write its value without a blank, such as ${key}:${exampleOf(operator)}.`;
  if (token.quoted || token.end === text.length) {
    return {
      terms: [],
      note: { start: token.at, end: token.end, message: `${what}, so it was left out. ${hint}` },
    };
  }
  return words(text, token, `${what}, so it was searched as a word. ${hint}`);
}

interface Values {
  readonly terms: QueryTerm[];
  /** Parts of a list that are no values. */
  readonly faults: string[];
}

function readValue(text: string, token: TermToken, operator: Operator): Values {
  if (operator.kind === 'text') {
    const fits = hasWord(token.value);
    return { terms: fits ? [textTerm(text, token, operator.field)] : [], faults: [] };
  }
  const terms: QueryTerm[] = [];
  const faults: string[] = [];
  const parts = token.value.split(LIST);
  let at = text.indexOf(token.value, token.valueAt);
  for (const part of parts) {
    const end = at + part.length;
    const meaning = part === '' ? undefined : meaningOf(operator, part.trim(), parts.length > 1);
    // The first has the operator with it, so that the terms of a list never overlap.
    if (meaning !== undefined) {
      terms.push({ ...meaning, start: terms.length === 0 ? token.start : at, end });
    } else if (part !== '') faults.push(part);
    at = end + 1;
  }
  const last = terms[terms.length - 1];
  if (last !== undefined) terms[terms.length - 1] = { ...last, end: token.end };
  return { terms, faults };
}

function meaningOf(operator: Operator, value: string, listed: boolean): Meaning | undefined {
  switch (operator.kind) {
    case 'type': {
      const type = typeOf(value);
      return type === undefined ? undefined : { kind: 'type', type };
    }
    case 'ext': {
      const ext = value
        .normalize('NFKC')
        .toLowerCase()
        .replace(/^\*?\./, '');
      return EXT.test(ext) ? { kind: 'ext', ext } : undefined;
    }
    case 'hash':
      return hashOf(value);
    case 'number': {
      // `1,5gb` is one number to many people: better asked than taken for two.
      if (listed && isMeasured(operator.field) && /^\d+$/.test(value)) return undefined;
      const range = readRange(operator.field, value);
      return range === undefined ? undefined : { kind: 'number', field: operator.field, ...range };
    }
    case 'text':
      return undefined;
  }
}

function isMeasured(field: NumberField): boolean {
  return field === 'size' || field === 'duration' || field === 'bitrate';
}

function hashOf(value: string): Meaning | undefined {
  const text = value.normalize('NFKC').toLowerCase();
  if (text.startsWith(`${LINK}:`)) return linkedHash(text.slice(LINK.length + 1));
  const match = HASH.exec(text);
  if (match === null) return undefined;
  const length = match[2] === undefined ? undefined : Number(match[2]);
  if (length !== undefined && !Number.isSafeInteger(length)) return undefined;
  return { kind: 'hash', root: match[1]!, ...(length === undefined ? {} : { length }) };
}

/** Of the link only what names the content; names and mirrors in it may be cut off. */
function linkedHash(target: string): Meaning | undefined {
  const id = LINK_TARGET.exec(target)?.[1];
  if (id === undefined) return undefined;
  try {
    const { root, length } = parseContentId(id);
    return { kind: 'hash', root: toHex(root), length };
  } catch {
    return undefined;
  }
}

function readLink(text: string, token: TermToken): Reading {
  const meaning = linkedHash(token.value);
  if (meaning !== undefined) return { terms: [{ ...meaning, start: token.start, end: token.end }] };
  const damaged = HALF_LINK.test(token.value);
  return words(
    text,
    token,
    damaged ? 'This link is damaged, so its words were searched. Copy the whole link.' : undefined,
  );
}

/** As a word, excluded or before a colon, only quotes can say it. */
const OR = 'OR';

/** A token as words. The phrase of `word:"a b"` is a requirement of its own, and in an exclusion one with its word. */
function words(text: string, token: TermToken, message?: string): Reading {
  const { at, end, minus } = token;
  const note = message ?? comparedWithoutColon(token);
  const noted = note === undefined ? {} : { note: { start: at, end, message: note } };
  // What is left of `word:` is the word; its colon would make it an operator again.
  if (token.key !== undefined && token.value === '') {
    return { terms: [keyTerm(token, token.key)], ...noted };
  }
  if (token.key === undefined || !token.quoted) {
    const value = token.quoted ? token.value : text.slice(at, end);
    const phrase = token.quoted || value === OR;
    const terms = hasWord(value) ? [{ ...textTerm(text, token), text: value, phrase }] : [];
    return { terms, ...noted };
  }
  const closing = token.unclosed ? 0 : 1;
  if (minus) {
    const value = text.slice(at, end - closing).trim();
    return { terms: [{ ...textTerm(text, token), text: value }], ...noted };
  }
  const word = keyTerm(token, token.key);
  const phrase = { ...textTerm(text, token), start: token.valueAt };
  return { terms: hasWord(token.value) ? [word, phrase] : [word], all: true, ...noted };
}

function keyTerm({ start, at }: TermToken, key: string): TextTerm {
  return { kind: 'text', text: key, phrase: key === OR, open: false, start, end: at + key.length };
}

function textTerm(text: string, token: TermToken, field?: TextField): TextTerm {
  return {
    kind: 'text',
    text: token.value,
    phrase: token.quoted,
    ...(field === undefined ? {} : { field }),
    open: token.end === text.length && (!token.quoted || token.unclosed),
    start: token.start,
    end: token.end,
  };
}

function comparedWithoutColon(token: TermToken): string | undefined {
  if (token.key !== undefined || token.quoted) return undefined;
  const [, key, value] = COMPARED.exec(token.value) ?? [];
  if (key === undefined || value === undefined) return undefined;
  const operator = operatorOf(key);
  if (operator?.kind !== 'number' || readRange(operator.field, value) === undefined) return undefined;
  return `An operator has a colon, so the words were searched. Write ${key.toLowerCase()}:${shown(value)}.`;
}

/** The value as it may be shown: others may have made the query, and it may be long. */
function shown(value: string): string {
  const text = displayText(value, SHOWN_CHARS);
  return /\s/u.test(text) ? `"${text}"` : text;
}

const NOUNS: Readonly<Record<NumberField, string>> = {
  size: 'size',
  sources: 'number of sources',
  year: 'year',
  track: 'track number',
  duration: 'duration',
  bitrate: 'bitrate',
  width: 'width',
  height: 'height',
  modified: 'date',
};

const EXAMPLES: Readonly<Record<NumberField, string>> = {
  size: '>100mb',
  sources: '>3',
  year: '1990..1999',
  track: '7',
  duration: '>3m',
  bitrate: '>=192k',
  width: '>=1920',
  height: '1080',
  modified: '>2024-05-17',
};

function exampleOf(operator: Operator): string {
  switch (operator.kind) {
    case 'number':
      return EXAMPLES[operator.field];
    case 'type':
      return 'video';
    case 'ext':
      return 'iso';
    case 'hash':
      return '5252abae';
    case 'text':
      return operator.field === 'artist' ? '"miles davis"' : 'blue';
  }
}

function faultOf(key: string, operator: Operator, value: string): string {
  const noun =
    operator.kind === 'number'
      ? NOUNS[operator.field]
      : { type: 'type of file', ext: 'file extension', hash: 'content hash', text: 'word' }[operator.kind];
  return `In ${key}: "${displayText(value, SHOWN_CHARS)}" is no ${noun}`;
}

function advice(key: string, operator: Operator, value: string): string {
  const example = `${key}:${exampleOf(operator)}`;
  switch (operator.kind) {
    case 'type': {
      const near = nearType(value);
      return near === undefined
        ? 'Write audio, video, image, document, archive, software or other.'
        : `Write ${key}:${near}.`;
    }
    case 'ext':
      return `Write what stands behind the last dot of the name, such as ${example}.`;
    case 'hash':
      return `Write 8 to 64 hexadecimal digits, such as ${example}.`;
    case 'number':
      return value.includes(',')
        ? `Write ${example}; a fraction has a dot.`
        : `Write for example ${example}.`;
    case 'text':
      return `Write for example ${example}.`;
  }
}
