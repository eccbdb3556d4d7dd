import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseQuery, type QuerySpan } from '../../src/index.ts';
import { PIECES } from './show.ts';

const queries = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join('')),
  fc
    .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 8 })), {
      maxLength: 30,
    })
    .map((pieces) => pieces.join(' ')),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 })
    .map((units) => String.fromCharCode(...units)),
);

/** Not between the halves of a character. */
function isBoundary(text: string, at: number): boolean {
  return !(/[\ud800-\udbff]/.test(text.charAt(at - 1)) && /[\udc00-\udfff]/.test(text.charAt(at)));
}

function expectOrder(text: string, spans: readonly QuerySpan[]): void {
  let before = 0;
  for (const { start, end } of spans) {
    expect(start).toBeGreaterThanOrEqual(before);
    expect(end).toBeGreaterThanOrEqual(start);
    expect(isBoundary(text, start)).toBe(true);
    expect(isBoundary(text, end)).toBe(true);
    before = end;
  }
  expect(before).toBeLessThanOrEqual(text.length);
}

describe('places', () => {
  it('are inside the query, in order, apart from each other and between characters', () => {
    fc.assert(
      fc.property(queries, (text) => {
        const { clauses, excluded, notes } = parseQuery(text);
        const wanted = clauses.flatMap(({ anyOf }) => anyOf);
        expectOrder(text, wanted);
        expectOrder(text, excluded);
        expectOrder(
          text,
          [...wanted, ...excluded].sort((a, b) => a.start - b.start),
        );
        expectOrder(text, notes);
        for (const term of [...wanted, ...excluded]) expect(term.end).toBeGreaterThan(term.start);
      }),
      { numRuns: 2000 },
    );
  });

  it('hold the text of their term; those of plain words are the word', () => {
    fc.assert(
      fc.property(queries, (text) => {
        const { clauses, excluded } = parseQuery(text);
        for (const term of [...clauses.flatMap(({ anyOf }) => anyOf), ...excluded]) {
          if (term.kind !== 'text') continue;
          const place = text.slice(term.start, term.end);
          expect(term.text).not.toBe('');
          if (term.phrase || term.field !== undefined || excluded.includes(term))
            expect(place).toContain(term.text);
          else expect(place).toBe(term.text);
          if (term.open) expect(term.end).toBe(text.length);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
