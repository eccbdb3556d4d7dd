import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseQuery, type NumberField } from '../../src/index.ts';
import { readRange, writeRange } from '../../src/query/number-range.ts';

const KB = 1e3;
const MB = 1e6;
const GB = 1e9;
const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 1000;

function rangeOf(query: string): [min: number, max: number] | undefined {
  const term = parseQuery(query).clauses[0]?.anyOf[0];
  return term?.kind === 'number' ? [term.min, term.max] : undefined;
}

describe('size:', () => {
  it.each<[string, number, number]>([
    ['0', 0, 0],
    ['1000', 1000, 1000],
    ['1000b', 1000, 1000],
    ['=5mb', 5 * MB, 5 * MB],
    ['=5mib', 5 * MIB, 5 * MIB],
    ['>1000', 1001, Infinity],
    ['>=1000', 1000, Infinity],
    ['≥1000', 1000, Infinity],
    ['<1000', 0, 999],
    ['<=1000', 0, 1000],
    ['100..200', 100, 200],
    ['200..100', 100, 200],
    ['>0', 1, Infinity],
    // Round sizes are borders, and belong to what is above them.
    ['>100mb', 100 * MB, Infinity],
    ['>=100mb', 100 * MB, Infinity],
    ['<1gb', 0, GB - 1],
    ['<=1gb', 0, GB],
    ['10mb..100mb', 10 * MB, 100 * MB - 1],
    ['10..100mb', 10 * MB, 100 * MB - 1],
    ['10mb..100', 10 * MB, 100 * MB - 1],
    ['10mb-100mb', 10 * MB, 100 * MB - 1],
    ['10mb…100mb', 10 * MB, 100 * MB - 1],
    ['..10mb', 0, 10 * MB - 1],
    ['1gb..', GB, Infinity],
    ['500b..1kb', 500, KB - 1],
    ['>1.5gb', 1.5 * GB, Infinity],
    ['>1k', KB, Infinity],
    ['>1KiB', KIB, Infinity],
    ['>2M', 2 * MB, Infinity],
    ['>2GiB', 2 * GIB, Infinity],
    ['1..10mib', MIB, 10 * MIB - 1],
    ['1mb..1mib', MB, MIB - 1],
    ['>1tb', 1000 * GB, Infinity],
    ['>1tib', 1024 * GIB, Infinity],
    ['100kb', 95_000, 105_000],
    ['100kib', 97_280, 107_520],
    ['<99999999tb', 0, Number.MAX_SAFE_INTEGER - 1],
  ])('%s', (value, min, max) => {
    expect(rangeOf(`size:${value}`)).toEqual([min, max]);
  });

  it.each([
    'big',
    '',
    '..',
    '>',
    '1xb',
    '-5mb',
    '1mb..x',
    '..1mb..',
    '<0',
    '1mb..1mb',
    '1e9',
    '>1mb..2mb',
    'mb',
  ])('does not take %j', (value) => {
    expect(readRange('size', value)).toBeUndefined();
  });

  it('has every size on exactly one of the shelves that facets count', () => {
    const shelves = ['<1mb', '1mb..10mb', '10mb..100mb', '100mb..1gb', '>1gb'].map((value) =>
      readRange('size', value)!,
    );
    for (const border of [1, 10, 100, 1000].map((n) => n * MB)) {
      for (const size of [0, border - 1, border, border + 1, 2 ** 53 - 1]) {
        expect(shelves.filter(({ min, max }) => min <= size && size <= max)).toHaveLength(1);
      }
    }
    expect(shelves[0]).toEqual({ min: 0, max: MB - 1 });
    expect(shelves[4]).toEqual({ min: GB, max: Infinity });
  });
});

describe('the other numbers', () => {
  it.each<[string, number, number]>([
    ['sources:3', 3, 3],
    ['sources:>3', 4, Infinity],
    ['sources:>=3', 3, Infinity],
    ['sources:<3', 0, 2],
    ['sources:2..5', 2, 5],
    ['year:1999', 1999, 1999],
    ['year:1990..1999', 1990, 1999],
    ['year:1990-1999', 1990, 1999],
    ['year:>2000', 2001, Infinity],
    // A file that does not say its year has none before 2000.
    ['year:<2000', 1, 1999],
    ['track:7', 7, 7],
    ['width:>=1920px', 1920, Infinity],
    ['height:1080p', 1080, 1080],
    ['bitrate:192', 192, 192],
    ['bitrate:>=192k', 192, Infinity],
    ['bitrate:>=192kbps', 192, Infinity],
    ['bitrate:>=192kbit/s', 192, Infinity],
    ['bitrate:>1.5m', 1501, Infinity],
    ['bitrate:128..320k', 128, 320],
    ['duration:180', 171_000, 189_000],
    ['duration:3m', 171_000, 189_000],
    ['duration:>3m', 180_001, Infinity],
    ['duration:=2m30s', 150_000, 150_000],
    ['duration:>=1h', 3_600_000, Infinity],
    ['duration:>=1.5h', 5_400_000, Infinity],
    ['duration:=1:30', 90_000, 90_000],
    ['duration:=1:02:03', 3_723_000, 3_723_000],
    ['duration:=1500ms', 1500, 1500],
    ['duration:1..3m', 60_000, 180_000],
    ['duration:1m-3m', 60_000, 180_000],
    ['duration:<90s', 1, 89_999],
    ['duration:>=1h2m3s', 3_723_000, Infinity],
    ['duration:>=2min', 120_000, Infinity],
    ['modified:2024', day('2024-01-01'), day('2025-01-01') - 1],
    ['modified:2024-05', day('2024-05-01'), day('2024-06-01') - 1],
    ['modified:2024-12', day('2024-12-01'), day('2025-01-01') - 1],
    ['modified:2024-5-7', day('2024-05-07'), day('2024-05-08') - 1],
    ['modified:2024/05/17', day('2024-05-17'), day('2024-05-18') - 1],
    ['modified:2024-02-29', day('2024-02-29'), day('2024-03-01') - 1],
    ['modified:>2024-01-01', day('2024-01-02'), Infinity],
    ['modified:>=2024-01-01', day('2024-01-01'), Infinity],
    ['modified:<2024', 1, day('2024-01-01') - 1],
    ['modified:<=2024', 1, day('2025-01-01') - 1],
    ['modified:2023..2024-05', day('2023-01-01'), day('2024-06-01') - 1],
    ['modified:2024-05-17..', day('2024-05-17'), Infinity],
  ])('%s', (query, min, max) => {
    expect(rangeOf(query)).toEqual([min, max]);
  });

  it.each<[NumberField, string]>([
    ['sources', 'many'],
    ['sources', '1.5'],
    ['year', '19xx'],
    ['year', '<1'],
    ['duration', '3x'],
    ['duration', '1:99'],
    ['duration', '1h30'],
    ['bitrate', '192q'],
    ['modified', '2023-02-29'],
    ['modified', '2024-13'],
    ['modified', '24-05-17'],
    ['modified', '1969'],
    ['modified', 'today'],
    ['modified', '2024-01-01T24:00:00'],
  ])('%s: does not take %s', (field, value) => {
    expect(readRange(field, value)).toBeUndefined();
  });
});

describe('writeRange', () => {
  it.each<[NumberField, string, string]>([
    ['size', '1mb..10mb', '1mb..10mb'],
    ['size', '<1mb', '<1mb'],
    ['size', '>1gb', '>1gb'],
    ['size', '1.5gb', '1500mb'],
    ['size', '5mib', '5mib'],
    ['size', '>125mib', '>125mib'],
    ['size', '1gib..2gib', '1gib..2gib'],
    ['size', '=1024000', '=1024kb'],
    ['size', '1001', '=1001b'],
    ['size', '>1001', '>=1002b'],
    ['size', '<=1gb', '<=1gb'],
    ['size', '=1gb', '=1gb'],
    ['size', '<=1001', '<=1001b'],
    ['size', '>=0', '>=0b'],
    ['duration', '180', '3m'],
    ['duration', '>3m', '>3m'],
    ['duration', '>=1h', '>=1h'],
    ['duration', '<90s', '<1m30s'],
    ['duration', '=1500ms', '=1500ms'],
    ['duration', '1:30..2:00', '1m30s..2m'],
    ['year', '1990..1999', '1990..1999'],
    ['year', '=1999', '1999'],
    ['year', '<2000', '<=1999'],
    ['sources', '>3', '>=4'],
    ['modified', '2024-01-01..2024-12-31', '2024'],
    ['modified', '2024-05', '2024-05'],
    ['modified', '2024-05-17', '2024-05-17'],
    ['modified', '>2024-05-16', '>=2024-05-17'],
    ['modified', '<2024-05-17', '<=2024-05-16'],
    ['modified', '2024-01-01t10:00:00..2025', '2024-01-01T10:00:00..2025-12-31'],
  ])('writes %s:%s as %s', (field, value, written) => {
    const range = readRange(field, value)!;
    expect(writeRange(field, range)).toBe(written);
  });

  it('is read back, whatever the range', () => {
    const fields: NumberField[] = [
      'size',
      'sources',
      'year',
      'track',
      'duration',
      'bitrate',
      'width',
      'height',
      'modified',
    ];
    // Dates end with the year 9999.
    const value = (field: NumberField): fc.Arbitrary<number> =>
      field === 'modified'
        ? fc.oneof(
            fc.integer({ min: 1, max: 253_402_300_799 }),
            fc.integer({ min: 1, max: 2_900_000 }).map((d) => d * 86_400),
          )
        : fc.oneof(
            fc.maxSafeNat(),
            fc.nat(5000),
            fc.tuple(fc.nat(2000), fc.constantFrom(KB, MB, GB, KIB, MIB, GIB)).map(([n, unit]) => n * unit),
            fc.constant(Number.MAX_SAFE_INTEGER),
          );
    const ranges = fc
      .constantFrom(...fields)
      .chain((field) =>
        fc.tuple(fc.constant(field), value(field), fc.oneof(value(field), fc.constant(Infinity))),
      );
    fc.assert(
      fc.property(ranges, ([field, a, b]) => {
        const least = field === 'size' || field === 'sources' ? 0 : 1;
        const range = { min: Math.max(least, Math.min(a, b)), max: Math.max(least, a, b) };
        expect(readRange(field, writeRange(field, range))).toEqual(range);
      }),
      { numRuns: 5000 },
    );
  });

  it('gives a value for every text without failing', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<NumberField>('size', 'duration', 'bitrate', 'modified', 'year'),
        fc.array(
          fc.constantFrom(
            '1',
            '9999999999999999',
            '.',
            '..',
            '-',
            ':',
            'mb',
            'h',
            'm',
            's',
            '>',
            '=',
            '<',
            ' ',
            't',
            '２',
          ),
          { maxLength: 8 },
        ),
        (field, parts) => {
          const range = readRange(field, parts.join(''));
          if (range !== undefined) {
            expect(range.min).toBeLessThanOrEqual(range.max);
            expect(Number.isSafeInteger(range.min)).toBe(true);
            expect(range.max === Infinity || Number.isSafeInteger(range.max)).toBe(true);
          }
        },
      ),
      { numRuns: 5000 },
    );
  });
});
