import { describe, expect, it } from '@jest/globals';
import { createNameFilter } from '../../src/search-index/name-filter.ts';

describe('a filter of names', () => {
  it('wants every word, wherever it stands, also parts of words', () => {
    const isWanted = createNameFilter('  sunr field ');
    expect(isWanted('Field Recordings – Sunrise.flac')).toBe(true);
    expect(isWanted('Field Recordings – Sunset.flac')).toBe(false);
    expect(createNameFilter('.flac')('Sunrise.flac')).toBe(true);
  });

  it('folds case, accents, width and Traditional Chinese on both sides', () => {
    expect(createNameFilter('CAFÉ')('cafe\u0301 noir.ogg')).toBe(true);
    expect(createNameFilter('ｃａｆｅ')('Café.ogg')).toBe(true);
    expect(createNameFilter('語')('汉语课本.pdf')).toBe(true);
    expect(createNameFilter('語音')('汉语课本.pdf')).toBe(false);
  });

  it('takes signs for what they are, and nothing for everything', () => {
    expect(createNameFilter('a.*')('abc')).toBe(false);
    expect(createNameFilter('[live')('Song [live].ogg')).toBe(true);
    expect(createNameFilter(' \t ')('anything')).toBe(true);
  });
});
