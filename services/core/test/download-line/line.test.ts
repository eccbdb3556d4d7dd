import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareTurns, moveInLine, outranks, type LineMove, type LinePlace } from '../../src/index.ts';

const place = (id: string, order: number, priority: LinePlace['priority'] = 'normal'): LinePlace => ({
  id,
  order,
  priority,
});
const names = (line: readonly LinePlace[]): string =>
  [...line]
    .sort(compareTurns)
    .map(({ id }) => id)
    .join('');
const moved = (line: readonly LinePlace[], id: string, move: LineMove): LinePlace[] => {
  const changes = moveInLine(line, id, move);
  return line.map((one) => ({ ...one, order: changes.get(one.id) ?? one.order }));
};

describe('the line of downloads', () => {
  const line = [place('c', 3), place('a', 1), place('b', 2), place('h', 9, 'high'), place('l', 0, 'low')];

  it('goes by priority, then by order', () => {
    expect(names(line)).toBe('habcl');
    expect(outranks(line[3]!, line[0]!)).toBe(true);
    expect(outranks(line[1]!, line[0]!)).toBe(false);
  });

  it('moves one among those of its priority', () => {
    expect(names(moved(line, 'c', 'up'))).toBe('hacbl');
    expect(names(moved(line, 'c', 'top'))).toBe('hcabl');
    expect(names(moved(line, 'a', 'down'))).toBe('hbacl');
    expect(names(moved(line, 'a', 'bottom'))).toBe('hbcal');
  });

  it('changes nothing where there is nowhere to go', () => {
    for (const [id, move] of [
      ['a', 'up'],
      ['a', 'top'],
      ['c', 'down'],
      ['c', 'bottom'],
      ['h', 'down'],
      ['x', 'top'],
    ] as const)
      expect(moveInLine(line, id, move).size).toBe(0);
  });

  it('stays a line without equals, whatever is moved', () => {
    const move = fc.constantFrom<LineMove>('top', 'up', 'down', 'bottom');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'h', 'l'), move)), (moves) => {
        const end = moves.reduce((now, [id, to]) => moved(now, id, to), line);
        for (const priority of ['high', 'normal', 'low'])
          expect(new Set(end.filter((one) => one.priority === priority).map(({ order }) => order)).size).toBe(
            end.filter((one) => one.priority === priority).length,
          );
      }),
    );
  });
});
