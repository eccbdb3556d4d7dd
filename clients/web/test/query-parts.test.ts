import { describe, expect, it } from '@jest/globals';
import { formatQueryTerm, parseQuery, QUERY_HELP } from '@banyan/proto';
import fc from 'fast-check';
import en from '../src/i18n/en.json' with { type: 'json' };
import {
  correctedPieces,
  facetTerm,
  otherHints,
  placeOf,
  queryParts,
  toggleTerm,
  withoutPart,
  withTerm,
} from '../src/search/query-parts.ts';

const term = (query: string) => parseQuery(query).clauses[0]!.anyOf[0]!;

describe('the parts of a query', () => {
  it.each<[string, string[]]>([
    ['blue moon', []],
    ['blue "old moon"', ['"old moon"']],
    ['moon type:audio size:>5mb', ['type:audio', 'size:>5mb']],
    ['-live moon', ['-live']],
    ['moon -type:audio,video', ['-type:audio OR type:video']],
    ['artist:davis moon OR sun', ['artist:davis', 'moon OR sun']],
    ['type:music', ['type:audio']],
  ])('of %s are %j', (query, expected) => {
    expect(queryParts(query).map(({ excluded, text }) => (excluded ? `-${text}` : text))).toEqual(expected);
  });

  it.each([
    ['blue type:audio moon', 'blue moon'],
    ['-live blue', 'blue'],
    ['blue -type:audio,video moon', 'blue moon'],
    ['blue moon OR sun', 'blue'],
    ['blue (moon OR sun) tree', 'blue tree'],
    ['type:audio', ''],
    ['blue OR -live moon', 'blue moon'],
  ])('can be taken out: %s', (query, left) => {
    expect(withoutPart(query, queryParts(query)[0]!)).toBe(left);
  });

  it('taken out one after the other leave only plain words', () => {
    const piece = fc.constantFrom(
      ...['blue', '榕樹', '-live', 'type:audio', '-type:audio,video', 'size:1mb..10mb', '"a b"', 'ext:iso'],
      ...['artist:"miles davis"', 'OR', 'year:1999', '|', '-"a b"', 'sources:>3', 'artist:x', '「青花瓷」'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        let query = pieces.join(' ');
        for (let left = queryParts(query).length; left > 0; left = queryParts(query).length) {
          query = withoutPart(query, queryParts(query)[0]!);
          expect(queryParts(query).length).toBeLessThan(left);
        }
      }),
    );
  });
});

describe('a condition', () => {
  it('is added behind the words, and taken out again', () => {
    const added = toggleTerm('blue moon', term('type:audio'));
    expect(added).toBe('blue moon type:audio');
    expect(toggleTerm(added, term('type:audio'))).toBe('blue moon');
  });

  it('is recognised in other words', () => {
    expect(toggleTerm('blue type:music', term('type:audio'))).toBe('blue');
  });

  it('is understood as one whatever the query before it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (query) => {
        const audio = term('type:audio');
        expect(placeOf(withTerm(query, audio), audio)).toBeDefined();
      }),
      { examples: [['"an open phrase'], ['blue OR'], ['OR'], ['blue |'], ['-'], ['(']] },
    );
  });

  it.each(['type:audio', 'size:<1mb', 'size:1mb..10mb', 'size:10mb..100mb', 'size:100mb..1gb', 'size:>1gb'])(
    'of the facet %s is what its text says',
    (text) => {
      const [facet = '', value = ''] = text.split(':');
      expect(formatQueryTerm(facetTerm({ facet, value })!)).toBe(text);
    },
  );

  it('is none for a facet of a newer network', () => {
    expect(facetTerm({ facet: 'mood', value: 'blue' })).toBeUndefined();
    expect(facetTerm({ facet: 'size', value: 'huge' })).toBeUndefined();
  });
});

describe('hints of the network', () => {
  it('are said unless the page points at them itself', () => {
    const query = 'blue size:huge';
    const [note] = parseQuery(query).notes;
    expect(otherHints(query, [note!.message, 'The index of Oak is being built.'])).toEqual([
      'The index of Oak is being built.',
    ]);
  });
});

describe('a correction', () => {
  const marked = (typed: string, corrected: string) =>
    correctedPieces(typed, corrected)
      .map((piece) => (piece.marked ? `[${piece.text}]` : piece.text))
      .join('');

  it.each([
    ['bannyan tree', 'banyan tree', '[banyan] tree'],
    ['tree bannyan tree', 'tree banyan tree', 'tree [banyan] tree'],
    ['blue  mon', 'blue moon', 'blue [moon]'],
    ['bluemoon song', 'blue moon song', '[blue] [moon] song'],
  ])('of %s marks the new words of %s', (typed, corrected, expected) => {
    expect(marked(typed, corrected)).toBe(expected);
  });
});

describe('the help', () => {
  it('says in English what the contract says', () => {
    const words: Record<string, unknown> = en;
    for (const { key, meaning } of QUERY_HELP) expect(words[`help.row.${key}`]).toBe(meaning);
  });
});
