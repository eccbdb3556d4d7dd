/** Two ways to cut a text, byte by byte and by text.ts, give the same terms. */
import { describe, expect, it } from '@jest/globals';
import { utf8, utf8Text } from '@banyan/proto';
import fc from 'fast-check';
import { FIELD } from '../../src/search-index/field.ts';
import { PLACE } from '../../src/search-index/store/posting-info.ts';
import { StringTable } from '../../src/search-index/store/string-table.ts';
import { TermCollector } from '../../src/search-index/term-collector.ts';
import { indexTerms } from '../../src/search-index/text.ts';

const isAscii = (text: string): boolean => [...text].every((character) => character < '\x80');

const dictionary = new StringTable(7);
const collector = new TermCollector(dictionary, () => undefined);

function textOf(term: number): string {
  const { bytes, from, length } = dictionary.place(term);
  return utf8Text(bytes.subarray(from, from + length));
}

function collect(text: string): { terms: string[]; sequence: string[]; places: Map<string, number> } {
  const bytes = utf8(text);
  collector.begin();
  collector.add(bytes, 0, bytes.length, isAscii(text), FIELD.name, true);
  collector.end();
  const terms = [...collector.terms.subarray(0, collector.count)].map(textOf);
  return {
    terms,
    sequence: [...collector.sequence.subarray(0, collector.length)].map(textOf),
    places: new Map(terms.map((term, i) => [term, collector.places[i]!])),
  };
}

const agrees = (text: string): void => {
  const { terms, sequence, places } = collect(text);
  const wanted = indexTerms(text);
  if (wanted.terms.length > 256) return;
  expect([...terms].sort()).toEqual([...wanted.terms].sort());
  expect(sequence).toEqual(wanted.sequence);
  for (const term of wanted.terms) {
    const first = wanted.sequence.indexOf(term);
    const place =
      first < 0
        ? PLACE.nowhere
        : first !== wanted.sequence.lastIndexOf(term)
          ? PLACE.several
          : Math.min(first, PLACE.far);
    expect([term, places.get(term)]).toEqual([term, place]);
  }
};

describe('TermCollector', () => {
  it.each([
    'Summer holiday 2019.jpg',
    'S01E02 HTMLParser iPhone4 camelCase XMLHttpRequest2',
    "don't 'quoted' rock'n'roll O'Neill's '",
    '007 0 00 v1.02.003 x264 0x1F a1b2c3',
    `${'a'.repeat(70)}1 ${'7'.repeat(80)} ${'0'.repeat(70)}5 ${'Ab'.repeat(40)}`,
    'Amélie — “Bücher” … Straße, naïve Œuvre, ÆSIR æsir Þórr',
    'emoji 🎉party🎉 ❤️heart 👩‍💻dev 1️⃣one',
    '中国人 mixed 世界3000 カタカナ',
    '東京タワー・夜景（2019年）、한국어 노래 [字幕].mkv が',
    'a≠b a=\u0338b 中=\u0338国 中.\u0338国 -\u0301x',
    'Привет, мир! Plain words and 中国 in turn, ｆｕｌｌ ｗｉｄｔｈ',
  ])('cuts %j as text.ts does', agrees);

  it('cuts any ASCII as text.ts does', () => {
    const unit = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...Array.from("abcXYZ019'_.- ")) },
      { weight: 1, arbitrary: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)) },
    );
    fc.assert(fc.property(fc.string({ unit, maxLength: 200 }), agrees), { numRuns: 3000 });
  });

  it('cuts Latin letters, dashes, quotes and pictographs as text.ts does', () => {
    const unit = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...Array.from("abXY01'- ")) },
      {
        weight: 3,
        arbitrary: fc.integer({ min: 0xc0, max: 0xff }).map((code) => String.fromCodePoint(code)),
      },
      {
        weight: 2,
        arbitrary: fc.integer({ min: 0x2000, max: 0x2044 }).map((code) => String.fromCodePoint(code)),
      },
      {
        weight: 2,
        arbitrary: fc.integer({ min: 0x1f2f0, max: 0x1fb10 }).map((code) => String.fromCodePoint(code)),
      },
      { weight: 1, arbitrary: fc.constantFrom('\ufe0f', '\u200d', '\u0301', '\u0323', '\u20e3', '\u3099') },
    );
    fc.assert(fc.property(fc.string({ unit, maxLength: 60 }), agrees), { numRuns: 3000 });
  });

  it('cuts each character from U+2E80 to U+FFFF, by itself and between others, as text.ts does', () => {
    for (let code = 0x2e80; code <= 0xffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const character = String.fromCodePoint(code);
      const cut = collect(`${character} 中${character}国`);
      const wanted = indexTerms(`${character} 中${character}国`);
      const terms = [...cut.terms].sort().join(' ');
      const wantedTerms = [...wanted.terms].sort().join(' ');
      if (terms !== wantedTerms || cut.sequence.join(' ') !== wanted.sequence.join(' '))
        throw new Error(`U+${code.toString(16)} is cut into ${terms}, not ${wantedTerms}.`);
    }
  });

  it('cuts words of several scripts as text.ts does', () => {
    const unit = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...Array.from("abXY01'-. <=>_")) },
      { weight: 4, arbitrary: fc.constantFrom(...Array.from('中國國学東ガがーカ한국、。（）・　Привет')) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('\u0301', '\u0338', '\u3099', '\u00ad', '\u200d', '\uff07', '\u11a8'),
      },
    );
    fc.assert(fc.property(fc.string({ unit, maxLength: 60 }), agrees), { numRuns: 3000 });
  });

  it('cuts any Unicode as text.ts does', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 80 }), agrees), { numRuns: 1000 });
  });
});
