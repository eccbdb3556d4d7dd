import { describe, expect, it } from '@jest/globals';
import {
  bytesText,
  countText,
  durationText,
  percentText,
  playingTimeText,
  plural,
  rateText,
} from '../../src/format/units.ts';

describe('numbers as people read them', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 KB'],
    [1536, '1.5 KB'],
    [99_940, '99.9 KB'],
    [99_960, '100 KB'],
    [999_400, '999 KB'],
    [999_600, '1.0 MB'],
    [100_663_296, '101 MB'],
    [4_294_967_296, '4.3 GB'],
    [9_007_199_254_740_991, '9.0 PB'],
  ])('%i bytes are %s', (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });

  it.each([
    [0, '0.0 s'],
    [234, '0.2 s'],
    [9_949, '9.9 s'],
    [12_400, '12 s'],
    [59_600, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [7_800_000, '2 h 10 min'],
    [273_600_000, '3 d 4 h'],
  ])('%i ms are %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it('does not say 100 % before all is there', () => {
    expect(percentText(999_999, 1_000_000)).toBe('99 %');
    expect(percentText(1_000_000, 1_000_000)).toBe('100 %');
    expect(percentText(0, 0)).toBe('100 %');
  });

  it('knows the rest', () => {
    expect(rateText(1_500_000)).toBe('1.5 MB/s');
    expect(playingTimeText(187_000)).toBe('3:07');
    expect(playingTimeText(3_723_000)).toBe('1:02:03');
    expect(countText(1_234_567)).toBe('1,234,567');
    expect(plural(1, 'file')).toBe('1 file');
    expect(plural(2, 'copy', 'copies')).toBe('2 copies');
  });
});
