import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatQueryTerm, parseQuery, type QueryTerm } from '../../src/index.ts';
import { PIECES } from './show.ts';

/** A term without its place. */
function bare(term: QueryTerm): Record<string, unknown> {
  const { start: _start, end: _end, ...rest } = term;
  const { open: _open, ...meaning } = rest as { open?: boolean };
  return meaning;
}

function termsOf(query: string): QueryTerm[] {
  const { clauses, excluded } = parseQuery(query);
  return [...clauses.flatMap(({ anyOf }) => anyOf), ...excluded];
}

describe('formatQueryTerm', () => {
  it.each([
    ['blue', 'blue'],
    ['“blue moon”', '"blue moon"'],
    ['»my "best" song«', '「my "best" song」'],
    ['BY:“miles davis”', 'artist:"miles davis"'],
    ['in:music', 'folder:music'],
    ['lang:zh', 'language:zh'],
    ['kind:music', 'type:audio'],
    ['ext:.ISO', 'ext:iso'],
    ['size:1..10mb', 'size:1mb..10mb'],
    ['sources:＞３', 'sources:>=4'],
    ['hash:ABCDEF0123-05', 'hash:ABCDEF0123-05'],
    ['hash:ABCDEF0123-5', 'hash:abcdef0123-5'],
    ['-OR', '"OR"'],
    ['OR:', '"OR"'],
  ])('writes %j as %j', (query, written) => {
    expect(termsOf(query).map(formatQueryTerm)).toEqual([written]);
  });

  it('is read back as the same term', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }), (pieces) => {
        for (const term of termsOf(pieces.join(''))) {
          expect(termsOf(formatQueryTerm(term)).map(bare)).toEqual([bare(term)]);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('is read back as the same term, of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        for (const term of termsOf(text)) {
          expect(termsOf(formatQueryTerm(term)).map(bare)).toEqual([bare(term)]);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('quotes words of somebody else that would mean something', () => {
    const word = { kind: 'text', phrase: false, open: false, start: 0, end: 0 } as const;
    expect(formatQueryTerm({ ...word, text: 'a b' })).toBe('"a b"');
    expect(formatQueryTerm({ ...word, text: '-a' })).toBe('"-a"');
    expect(formatQueryTerm({ ...word, text: 'type:audio' })).toBe('"type:audio"');
    expect(formatQueryTerm({ ...word, text: 'a b"”」』»｣' })).toBe('"a b ”」』»｣"');
  });
});
