import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { noteLines } from '../../src/format/query-notes.ts';
import { textWidth } from '../../src/format/width.ts';

const note = (start: number, end: number) => ({ start, end, message: 'Not a size.' });

describe('a note on a query', () => {
  it('has its carets under the place, whatever the script before it', () => {
    expect(noteLines('榕樹 size:x tree', [note(3, 9)], 80)).toEqual([
      '  榕樹 size:x tree',
      '       ^^^^^^',
      '  Not a size.',
    ]);
  });

  it('points between two letters when its place has no width', () => {
    expect(noteLines('blue', [note(4, 4)], 80)[1]).toBe('      ^');
  });

  it('shows the surroundings of a place that is far along', () => {
    const query = `${'word '.repeat(40)}size:x ${'more '.repeat(40)}`;
    const [line, carets] = noteLines(query, [note(200, 206)], 60);
    expect(line).toMatch(/^ {2}….*word size:x/);
    expect(line!.slice(carets!.indexOf('^'), carets!.lastIndexOf('^') + 1)).toBe('size:x');
  });

  it('never is wider than the terminal, nor carries what would harm it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 120 }),
        fc.nat(120),
        fc.nat(120),
        fc.integer({ min: 40, max: 200 }),
        (query, a, b, width) => {
          const [start, end] = [Math.min(a, b, query.length), Math.min(Math.max(a, b), query.length)];
          const [line, carets] = noteLines(query, [note(start, end)], width);
          expect(textWidth(line!)).toBeLessThanOrEqual(width);
          expect(textWidth(carets!)).toBeLessThanOrEqual(width);
          expect(`${line}${carets}`).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
        },
      ),
    );
  });
});
