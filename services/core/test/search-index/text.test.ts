import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold, indexTerms, MAX_TERM_CHARS, queryWords } from '../../src/search-index/text.ts';

/** Whether a text has all words of a query, by the definitions of text.ts alone. */
function finds(query: string, text: string): boolean {
  const terms = new Set(indexTerms(text).terms);
  const words = queryWords(query);
  return (
    words.length > 0 &&
    words.every((word) =>
      word.alternatives.some((alternative) => alternative.every((term) => terms.has(term))),
    )
  );
}

describe('fold', () => {
  it.each([
    ['Amélie', 'amelie'],
    ['Ame\u0301lie', 'amelie'],
    ['STRASSE', 'strasse'],
    ['Straße', 'strasse'],
    ['Ærø', 'aero'],
    ['Łódź', 'lodz'],
    ['İstanbul', 'istanbul'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['Ёлка', 'елка'],
    ['ＦＵＬＬ　ｗｉｄｔｈ', 'full width'],
    ['ﬁnal', 'final'],
    ['ｶﾞﾝﾀﾞﾑ', 'ガンダム'],
    ['か\u3099', 'が'],
    ['한\u0041', '한a'],
    ['co\u00adoperate', 'cooperate'],
    ['\u202egnp.exe', 'gnp.exe'],
    ['हिन्दी', 'हिन्दी'],
    ['東京', '東京'],
  ])('makes %j into %j', (text, folded) => {
    expect(fold(text)).toBe(folded);
  });

  it('changes nothing when done twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('indexTerms', () => {
  it.each<[string, string[], string[]]>([
    ['Hello World', ['hello', 'world'], []],
    ['snake_case.and-dots', ['snake', 'case', 'and', 'dots'], []],
    ['CamelCase', ['camelcase'], ['camel', 'case']],
    ['HTMLParser', ['htmlparser'], ['html', 'parser']],
    ['S01E02', ['s01e02'], ['s', 's01', 's1', '01', '1', 'e', 'e02', 'e2', '02', '2']],
    ['v1.2.10', ['v1', '2', '10'], ['v', '1']],
    ['2019', ['2019'], []],
    ['007', ['007'], ['7']],
    ["Rock'n'Roll", ['rocknroll'], ['rock', 'n', 'roll']],
    ['Tom’s', ['toms'], ['tom', 's']],
    ['中国人', ['中国', '国人'], ['中', '国', '人']],
    ['中', ['中'], []],
    ['周杰伦MV2019', ['周杰', '杰伦', 'mv2019'], ['周', '杰', '伦', 'mv', '2019']],
    ['東京タワー', ['東京', '京タ', 'タワ', 'ワー'], ['東', '京', 'タ', 'ワ', 'ー']],
    ['서울의 봄', ['서울', '울의', '봄'], ['서', '울', '의']],
    ['二〇一九', ['二〇', '〇一', '一九'], ['二', '〇', '一', '九']],
    ['𠮷野家', ['𠮷野', '野家'], ['𠮷', '野', '家']],
    ['!!! ... ---', [], []],
    ['', [], []],
  ])('cuts %j', (text, sequence, further) => {
    const found = indexTerms(text);
    expect(found.sequence).toEqual(sequence);
    expect([...found.terms].sort()).toEqual([...new Set([...sequence, ...further])].sort());
  });

  it('cuts long words alike in texts and queries, and never between the halves of a character', () => {
    const long = 'a'.repeat(MAX_TERM_CHARS - 1) + '𐐨'.repeat(10);
    expect(indexTerms(long).sequence).toEqual(['a'.repeat(MAX_TERM_CHARS - 1)]);
    expect(finds(long, long)).toBe(true);
  });

  it('gives folded terms, each once, at most so long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const { sequence, terms } = indexTerms(text);
        expect(new Set(terms).size).toBe(terms.length);
        for (const term of terms) {
          expect(term).not.toBe('');
          expect(term.length).toBeLessThanOrEqual(MAX_TERM_CHARS);
          expect(fold(term)).toBe(term);
        }
        for (const term of sequence) expect(terms).toContain(term);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('queryWords', () => {
  it.each([
    ['amelie', 'Amélie.mkv'],
    ['AMÉLIE', 'amelie.mkv'],
    ['camel case', 'CamelCase.txt'],
    ['CamelCase', 'camel_case.txt'],
    ['camelcase', 'CamelCase.txt'],
    ['s01e02', 'Show.S01E02.mkv'],
    ['S01 E02', 'Show.S01E02.mkv'],
    ['s01', 'Show.S01E02.mkv'],
    ['s1e2', 'Show.S01E02.mkv'],
    ['S01E02', 'Show s01 e02.mkv'],
    ['track 1', '01 Track.mp3'],
    ['01', 'Song 1.mp3'],
    ['mp3', 'song.mp3'],
    ['iPhone4S', 'iPhone 4S.pdf'],
    ['1.2.3', 'tool-1.2.3.tar.gz'],
    ["don't", 'Dont stop.mp3'],
    ['dont', "Don't stop.mp3"],
    ['tom', "Tom's diner.mp3"],
    ['中国', '我爱中国.txt'],
    ['国', '我爱中国.txt'],
    ['中国人', '中国人.mp4'],
    ['周杰伦 2019', '周杰伦MV2019.mp4'],
    ['ﾀﾜｰ', '東京タワー.jpg'],
    ['서울', '서울의 봄.mkv'],
  ])('%j finds %j', (query, text) => {
    expect(finds(query, text)).toBe(true);
  });

  it.each([
    ['s01', "Tom's 01.mp3"],
    ['中国人', '中国 人.mp4'],
    ['人中', '中国人.mp4'],
    ['camel', 'caramel.txt'],
    ['s02e01', 'Show.S01E02.mkv'],
    ['hello moon', 'Hello World.txt'],
    ['???', 'what.txt'],
  ])('%j does not find %j', (query, text) => {
    expect(finds(query, text)).toBe(false);
  });

  it('finds any text by itself, in any case, and by any of its parts between spaces', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        if (queryWords(text).length === 0) return;
        expect(finds(text, text)).toBe(true);
        for (const part of text.split(/\s+/u)) {
          if (queryWords(part).length > 0) expect(finds(part, text)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('says which word is still open', () => {
    expect(queryWords('hello wor').map(({ open }) => open)).toEqual([false, true]);
    expect(queryWords('hello wor ').map(({ open }) => open)).toEqual([false, false]);
    expect(queryWords('中国').map(({ open }) => open)).toEqual([false]);
    expect(queryWords('中国ab').map(({ open }) => open)).toEqual([false, true]);
  });
});
