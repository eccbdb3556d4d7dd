import { describe, expect, it } from '@jest/globals';
import { MAX_QUERY_BYTES, MAX_QUERY_TERMS } from '@banyan/proto';
import fc from 'fast-check';
import { parseQuery } from '../../src/search-index/query.ts';

const texts = (query: string): string[] => parseQuery(query).words.map(({ text }) => text);

describe('parseQuery', () => {
  it('requires all words', () => {
    expect(texts('Summer  holiday, 2019')).toEqual(['summer', 'holiday', '2019']);
    expect(parseQuery('summer').hints).toEqual([]);
  });

  it.each(['"a phrase"', 'jazz -live', 'type:video cats', 'cats OR dogs'])(
    'searches the words of %j and says that its signs mean nothing here',
    (query) => {
      const { words, hints } = parseQuery(query);
      expect(words.length).toBeGreaterThan(1);
      expect(hints).toHaveLength(1);
    },
  );

  it.each(['jean-luc', 'AC/DC', '12:30', "don't", 'oregon', '- dash'])('takes %j as plain words', (query) => {
    expect(parseQuery(query).hints).toEqual([]);
  });

  it('says so when there is nothing to search for', () => {
    expect(parseQuery('  ?! ').words).toEqual([]);
    expect(parseQuery('').hints).toEqual([
      'There is no word in the query. Type a part of the name, the artist or the album.',
    ]);
  });

  it('cuts what is too long, and says so', () => {
    const long = parseQuery(`${'x'.repeat(MAX_QUERY_BYTES - 2)} 中 tail`);
    expect(long.words.map(({ text }) => text.slice(0, 3))).toEqual(['xxx']);
    expect(long.hints[0]).toContain(String(MAX_QUERY_BYTES));
    const many = parseQuery(Array.from({ length: MAX_QUERY_TERMS + 5 }, (_, i) => `w${i}`).join(' '));
    expect(many.words).toHaveLength(MAX_QUERY_TERMS);
    expect(many.hints).toHaveLength(1);
  });

  it('completes the last word only while it is being typed', () => {
    expect(parseQuery('hel wor', true).prefix).toBe(true);
    expect(parseQuery('hel wor ', true).prefix).toBe(false);
    expect(parseQuery('hel wor').prefix).toBe(false);
    expect(parseQuery('', true).prefix).toBe(false);
  });

  it('reads anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 700 }), fc.boolean(), (text, partial) => {
        const { words } = parseQuery(text, partial);
        expect(new Set(words.flatMap(({ sequence }) => sequence)).size).toBeLessThanOrEqual(MAX_QUERY_TERMS);
      }),
    );
  });
});
