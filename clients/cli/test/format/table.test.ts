import { describe, expect, it } from '@jest/globals';
import { factLines, tableLines, type Column } from '../../src/format/table.ts';
import { textWidth } from '../../src/format/width.ts';

interface Row {
  readonly name: string;
  readonly size: string;
  readonly mark?: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { head: 'Name', value: ({ name }) => name, shrinkTo: 8, cut: 'middle' },
  { head: 'Size', value: ({ size }) => size, align: 'right' },
  { head: 'Mark', value: ({ mark }) => mark ?? '', optional: true },
];

/** In which cell the last word of each line ends. */
const ends = (lines: readonly string[]): number[] => lines.map((line) => textWidth(line));

describe('a table', () => {
  it('lines up names in English and Chinese', () => {
    const lines = tableLines(
      COLUMNS,
      [
        { name: 'Banyan at dawn.png', size: '1.2 MB' },
        { name: '榕樹下的夜晚.png', size: '980 KB' },
      ],
      { width: undefined },
    );
    expect(lines).toEqual([
      'Name                  Size',
      'Banyan at dawn.png  1.2 MB',
      '榕樹下的夜晚.png    980 KB',
    ]);
    expect(new Set(ends(lines))).toEqual(new Set([26]));
  });

  it('fits the terminal by cutting what may be cut', () => {
    const lines = tableLines(COLUMNS, [{ name: '榕樹'.repeat(30) + '.png', size: '1 B' }], { width: 30 });
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(30);
    expect(lines[1]).toContain('.png');
  });

  it('stays whole in a pipe', () => {
    const name = 'x'.repeat(500);
    expect(tableLines(COLUMNS, [{ name, size: '1 B' }], { width: undefined })[1]).toContain(name);
  });

  it('keeps the least width when a terminal is absurdly narrow', () => {
    const lines = tableLines(COLUMNS, [{ name: 'a long name indeed', size: '12 MB' }], { width: 3 });
    expect(textWidth(lines[1]!)).toBe(8 + 2 + 5);
  });

  it('shows an optional column only when a row has it', () => {
    expect(tableLines(COLUMNS, [{ name: 'a', size: '1' }], { width: 80 })[0]).not.toContain('Mark');
    expect(tableLines(COLUMNS, [{ name: 'a', size: '1', mark: 'x' }], { width: 80 })[0]).toContain('Mark');
  });

  it('has its head without rows', () => {
    expect(tableLines(COLUMNS, [], { width: 80 })).toEqual(['Name  Size']);
  });
});

describe('facts', () => {
  it('have their values below each other', () => {
    expect(
      factLines([
        ['Peer', 'alice'],
        ['Second home', 'elm'],
      ]),
    ).toEqual(['Peer         alice', 'Second home  elm']);
  });
});
