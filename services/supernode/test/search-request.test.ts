import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseQuery, type QueryTerm } from '@banyan/proto';
import { tidyText } from '../src/search-request.ts';

const BLANKS = [' ', '  ', '\t', '\n', '\r\n', '\u00a0', '\u3000', '\u2028', '\ufeff', ''];
const WORDS = [
  'oak',
  'OR',
  'or',
  '-elm',
  '"a',
  'b"',
  '-',
  '"',
  'size:',
  '>1mb',
  'type:video',
  '|',
  '(',
  ')',
  '北京',
  ':',
];
/** Queries of pieces that mean something, with all sorts of blanks between them. */
const queries = fc
  .array(
    fc.tuple(fc.constantFrom(...BLANKS), fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: 'binary' }))),
    {
      maxLength: 8,
    },
  )
  .map((pieces) => pieces.flat().join(''));

/** What a query means, whatever stands where in it. */
function meaning(text: string): unknown {
  const { clauses, excluded } = parseQuery(text);
  const of = (term: QueryTerm): unknown => {
    const { start: _start, end: _end, ...rest } = term;
    // Between quotes too, blanks only part words.
    return rest.kind === 'text' ? { ...rest, text: rest.text.replace(/\s+/gu, ' ').trim() } : rest;
  };
  return [clauses.map(({ anyOf }) => anyOf.map(of)), excluded.map(of)];
}

describe('the tidied text of a query', () => {
  it('means what was typed, and is the same when it is tidied again', () => {
    fc.assert(
      fc.property(queries, (text) => {
        const tidied = tidyText(text);
        expect(meaning(tidied)).toEqual(meaning(text));
        expect(tidyText(tidied)).toBe(tidied);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is one for all ways to put blanks, but for one at the end', () => {
    expect(tidyText('  oak \t "big   tree"')).toBe('oak "big tree"');
    expect(tidyText('oak \n')).toBe('oak ');
    expect(tidyText('Oak OR elm')).toBe('Oak OR elm');
  });
});
