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

/** Letters, marks, digits and symbols of all of Unicode's first two planes, with a part of the syllables of Korean. */
const CHARACTERS = Array.from({ length: 0x20000 }, (_, code) => code)
  .filter((code) => code < 0xac00 || code > 0xd7a3 || code % 31 === 0)
  .map((code) => String.fromCodePoint(code))
  .filter((character) => /[\p{L}\p{M}\p{N}\p{S}\p{P}\p{Cf}]/u.test(character));

/** Texts of every kind: any characters, graphemes, halves of characters, piled-up marks, and mixtures of hard cases. */
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 40 }).map((characters) => characters.join('')),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 })
    .map((units) => String.fromCharCode(...units)),
  fc
    .array(
      fc.constantFrom(
        ...'aZΣ漢汉ガｶﾞกำ0１９٣ß'.split(''),
        ...[
          '\u0301',
          '\u0323',
          '\u0e38',
          '\u3099',
          '\u200d',
          '\u00ad',
          '\ufe0f',
          '\u{1f1f9}',
          '\ud842',
          '\udfb7',
          "'",
          '’',
          '.',
          ' ',
          'Ǆ',
          'ﷺ',
          'İ',
          'ŉ',
          'ᄀ',
          'ᅡ',
          'ᆨ',
          '한',
          '①',
          '㎏',
          '𝔄',
          'Ꭰ',
          'ა',
          'ῳ',
        ],
      ),
      { maxLength: 80 },
    )
    .map((parts) => parts.join('')),
  // 255 bytes of marks, of several classes, on one letter: what a hostile name may have.
  fc
    .tuple(
      fc.constantFrom('a', 'ก', '漢', 'か', ''),
      fc.array(fc.constantFrom('\u0301', '\u0323', '\u0e38', '\u0e48', '\u3099', '\u094d', '\u20dd'), {
        maxLength: 127,
      }),
    )
    .map(([base, marks]) => base + marks.join('')),
);

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
    ['東京', '东京'],
    ['臺灣繁體中文', '台湾繁体中文'],
    ['台湾繁体中文', '台湾繁体中文'],
    ['頭髮 發財 麵條 裡裏 乾幹', '头发 发财 面条 里里 干干'],
    // 著 is Taiwan's writing of 着, Hong Kong has 台 and 綫.
    ['看著 着衣 台北 綫', '看着 着衣 台北 线'],
    ['ＭＰ３', 'mp3'],
    ['ᲂ', 'о'],
  ])('makes %j into %j', (text, folded) => {
    expect(fold(text)).toBe(folded);
  });

  it('changes nothing when done twice, of any text and of every character', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(fold(fold(text))).toBe(fold(text));
      }),
      { numRuns: 2000 },
    );
    const changed = CHARACTERS.filter((character) => fold(fold(character)) !== fold(character));
    expect(changed).toEqual([]);
  });

  it('keeps the number of Chinese characters', () => {
    const ideographs = CHARACTERS.filter((character) => /\p{Unified_Ideograph}/u.test(character));
    expect(ideographs.length).toBeGreaterThan(20_000);
    expect(ideographs.filter((character) => !/^\p{Unified_Ideograph}$/u.test(fold(character)))).toEqual([]);
    expect(ideographs.filter((character) => fold(character) !== character).length).toBeGreaterThan(2500);
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
    ['東京タワー', ['东京', '京タ', 'タワ', 'ワー'], ['东', '京', 'タ', 'ワ', 'ー']],
    ['서울의 봄', ['서울', '울의', '봄'], ['서', '울', '의']],
    ['二〇一九', ['二〇', '〇一', '一九'], ['二', '〇', '一', '九']],
    ['𠮷野家', ['𠮷野', '野家'], ['𠮷', '野', '家']],
    ['x\u0323y', ['xy'], []],
    ['周杰倫', ['周杰', '杰伦'], ['周', '杰', '伦']],
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

  it('gives folded terms, each once, none empty, at most so long', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { sequence, terms } = indexTerms(text);
        expect(new Set(terms).size).toBe(terms.length);
        const wrong = (term: string): boolean =>
          term === '' || term.length > MAX_TERM_CHARS || fold(term) !== term;
        expect(terms.filter(wrong)).toEqual([]);
        expect(sequence.filter((term) => !terms.includes(term))).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });

  it('bounds the letters under piled-up marks', () => {
    for (const text of [
      'ก' + '\u0e38'.repeat(1000),
      'か' + '\u3099\u20dd'.repeat(500) + 'き' + '\u20dd'.repeat(500),
    ]) {
      const { terms } = indexTerms(text);
      expect(terms.length).toBeGreaterThan(0);
      expect(terms.length).toBeLessThanOrEqual(3);
      for (const term of terms) expect(term.length).toBeLessThanOrEqual(MAX_TERM_CHARS);
    }
  });

  it('gives the same terms for every form in which Unicode writes a text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { terms } = indexTerms(text);
        for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD']) {
          expect(indexTerms(text.normalize(form)).terms).toEqual(terms);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('gives the same words for full-width letters, and for capitals', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 40 }), (text) => {
        const wide = text.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
        expect(indexTerms(wide)).toEqual(indexTerms(text));
      }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        // In capitals an iota below its letter is a letter of its own.
        if (text.normalize('NFD').includes('ͅ')) return;
        expect(indexTerms(text.toUpperCase()).sequence).toEqual(indexTerms(text).sequence);
        expect(indexTerms(text.toLowerCase()).sequence).toEqual(indexTerms(text).sequence);
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
    ['臺灣', '台湾游记.pdf'],
    ['台湾', '臺灣遊記.pdf'],
    ['周杰倫', '周杰伦 - 青花瓷.mp3'],
    ['看着', '看著我.mp3'],
    ['東京', '东京物语.mkv'],
    ['广岛', '廣島.jpg'],
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

  it('finds any text by itself as typed: the first alternative of each word is there', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const terms = new Set(indexTerms(text).terms);
        const words = queryWords(text);
        const wanted = words.flatMap(({ sequence, alternatives }) => [...sequence, ...alternatives[0]!]);
        expect(wanted.filter((term) => !terms.has(term))).toEqual([]);
        expect(words.flatMap(({ sequence }) => sequence)).toEqual(indexTerms(text).sequence);
      }),
      { numRuns: 3000 },
    );
  });

  it('says which word is still open', () => {
    expect(queryWords('hello wor').map(({ open }) => open)).toEqual([false, true]);
    expect(queryWords('hello wor ').map(({ open }) => open)).toEqual([false, false]);
    expect(queryWords('中国').map(({ open }) => open)).toEqual([false]);
    expect(queryWords('中国ab').map(({ open }) => open)).toEqual([false, true]);
  });
});
