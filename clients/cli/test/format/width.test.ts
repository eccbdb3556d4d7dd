import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutMiddle, cutToWidth, padToWidth, textWidth, wrapToWidth } from '../../src/format/width.ts';

describe('the width of a text in cells', () => {
  it.each([
    ['', 0],
    ['banyan', 6],
    ['榕樹下', 6],
    ['ｆｕｌｌ', 8],
    ['한국어', 6],
    ['日本語のファイル', 16],
    ['é', 1],
    ['e\u0301', 1],
    ['👍', 2],
    ['👨\u200d👩\u200d👧', 2],
    ['\u200d', 0],
    ['\u001b[1mbold\u001b[22m', 4],
    ['…', 1],
  ])('%j takes %i', (text, cells) => {
    expect(textWidth(text)).toBe(cells);
  });

  it('is never exceeded by a cut text, which says that it was cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.integer({ min: 1, max: 30 }),
        (text, cells) => {
          const cut = cutToWidth(text, cells);
          expect(textWidth(cut)).toBeLessThanOrEqual(cells);
          if (textWidth(text) > cells) expect(cut.endsWith('…')).toBe(true);
          else expect(cut).toBe(text);
          expect(textWidth(cutMiddle(text, cells))).toBeLessThanOrEqual(cells);
        },
      ),
    );
  });

  it('never splits a wide character in two', () => {
    expect(cutToWidth('榕樹下', 4)).toBe('榕…');
    expect(padToWidth(cutToWidth('榕樹下', 4), 4)).toBe('榕… ');
  });

  it('keeps the extension in view when the middle is cut', () => {
    expect(cutMiddle('A very long name of a recording.flac', 20)).toBe('A very long n…g.flac');
  });

  it('pads on either side', () => {
    expect(padToWidth('樹', 4)).toBe('樹  ');
    expect(padToWidth('12', 4, 'right')).toBe('  12');
    expect(padToWidth('too long', 4)).toBe('too long');
  });
});

describe('a text in lines', () => {
  it('is broken between words, and loses none', () => {
    expect(wrapToWidth('Make room on the disk', 9)).toEqual(['Make room', 'on the', 'disk']);
    expect(wrapToWidth('', 9)).toEqual(['']);
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,9}$/)),
        fc.integer({ min: 9, max: 30 }),
        (words, cells) => {
          const lines = wrapToWidth(words.join(' '), cells);
          expect(lines.join(' ')).toBe(words.join(' '));
          for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(cells);
        },
      ),
    );
  });

  it('never runs over, also with a word that is longer', () => {
    expect(wrapToWidth('in /a/very/long/path/of/a/file.bin', 12).every((line) => textWidth(line) <= 12)).toBe(
      true,
    );
  });
});
