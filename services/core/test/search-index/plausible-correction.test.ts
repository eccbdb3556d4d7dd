import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_QUERY_BYTES } from '@banyan/proto';
import { correctionEdits } from '@banyan/core';

describe('a correction of a query', () => {
  it.each([
    ['banyna roots', 'banyan roots', 1],
    ['banyn rots', 'banyan roots', 2],
    ['"abby road" -live', '"abbey road" -live', 1],
    ['artist:betles OR artist:stones', 'artist:beatles OR artist:stones', 1],
    ['Beyonse', 'Beyoncé', 1],
    ['北京大学', '北京文学', 1],
  ])('changes few letters of the words: %j → %j', (query, proposal, edits) => {
    expect(correctionEdits(query, proposal)).toBe(edits);
  });

  it.each([
    ['the same', 'banyan', 'banyan'],
    ['another case only', 'banyan', 'Banyan'],
    ['three letters of a word', 'banyan', 'banxyz'],
    ['a word in all its letters', 'ab', 'xy'],
    ['a single letter', '猫', '犬'],
    ['a word more', 'banyan', 'banyan tree'],
    ['a word less', 'banyan tree', 'banyan'],
    ['an exclusion', 'oak elm', 'oak -elm'],
    ['quotes', 'oak elm', '"oak elm"'],
    ['a blank', 'oakelm', 'oak elm'],
    ['a field', 'artist:oak', 'artisx:oak'],
    ['a word into a field', 'type oak', 'type:oak'],
    ['OR', 'oak or elm', 'oak OR elm'],
    ['a word for OR', 'oak OR elm', 'oak of elm'],
    ['a control character', 'banyna', 'banyan\u0007'],
    ['a control character for a blank', 'banyna tree', 'banyan\u0000tree'],
    ['the direction of writing', 'banyna', '\u202ebanyan'],
    ['everything', 'banyan', ''],
    ['a year', 'banyan 2019', 'banyan 2018'],
    ['a number in a word', 'banyan s01e02', 'banyan s01e03'],
    ['a size', 'banyan size:>100mb', 'banyan size:>900mb'],
    ['a field in full width', 'artist：oak', 'artisx：oak'],
    ['a type', 'banyan type:image', 'banyan type:imago'],
    ['an extension', 'banyan ext:iso', 'banyan ext:ico'],
  ])('does not change %s', (_what, query, proposal) => {
    expect(correctionEdits(query, proposal)).toBeUndefined();
  });

  it('is no longer than a query may be', () => {
    const long = 'b'.repeat(MAX_QUERY_BYTES);
    expect(correctionEdits(long, `${long.slice(1)}é`)).toBeUndefined();
    expect(correctionEdits(long, `${long.slice(1)}e`)).toBe(1);
  });

  it('never throws, and finds every way of one letter', () => {
    const word = fc.stringMatching(/^[a-pr-zäß]{4,12}$/u);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        const edits = correctionEdits(a, b);
        expect(edits === undefined || (Number.isInteger(edits) && edits > 0)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(word, fc.nat(11), fc.constantFrom('add', 'remove', 'replace'), (typed, place, how) => {
        const letters = [...typed];
        const at = place % letters.length;
        letters.splice(at, how === 'add' ? 0 : 1, ...(how === 'remove' ? [] : ['q']));
        expect(correctionEdits(`x ${typed} y`, `x ${letters.join('')} y`)).toBe(1);
      }),
    );
  });
});
