import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_LIST_LENGTH, NumberList } from '../../../src/search-index/store/number-list.ts';
import { MANY, RecordLists } from '../../../src/search-index/store/record-lists.ts';
import { Slab } from '../../../src/search-index/store/slab.ts';
import { randomNumbers } from '../random-numbers.ts';

const ascending = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

interface Held {
  list: number;
  readonly numbers: number[];
}

describe('NumberList', () => {
  const numbersOf = (lists: NumberList, list: number): number[] =>
    Array.from({ length: lists.length(list) }, (_, i) => lists.get(list, i));

  it('keeps the numbers of each list, in some order, while lists grow, shrink and go', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { below } = randomNumbers(seed);
        const lists = new NumberList(new Slab());
        const held: Held[] = [];
        for (let n = 1; n < 4_000; n++) {
          const each = held[below(held.length + 1)];
          if (each === undefined) {
            const numbers = Array.from({ length: 2 + below(6) }, (_, i) => n * 10 + i);
            held.push({ list: lists.of(numbers), numbers });
          } else if (below(3) > 0) {
            for (let i = below(30); i >= 0; i--) {
              each.numbers.push(n * 100 + i);
              each.list = lists.push(each.list, n * 100 + i);
            }
          } else if (each.numbers.length > 40) {
            for (let i = below(40); i > 0; i--) {
              const [gone] = each.numbers.splice(below(each.numbers.length), 1);
              each.list = lists.remove(each.list, gone!);
            }
          } else if (below(4) === 0) {
            lists.free(each.list);
            held.splice(held.indexOf(each), 1);
          } else {
            const at = below(each.numbers.length);
            lists.replace(each.list, each.numbers[at]!, n * 1_000 + 7);
            each.numbers[at] = n * 1_000 + 7;
          }
        }
        expect(held.map(({ list }) => ascending(numbersOf(lists, list)))).toEqual(
          held.map(({ numbers }) => ascending(numbers)),
        );
      }),
      { numRuns: 10 },
    );
  });

  it('holds as many as it says, and gives the memory back when it shrinks', () => {
    const slab = new Slab();
    const lists = new NumberList(slab);
    let list = lists.of([1, 2]);
    for (let n = 3; n <= MAX_LIST_LENGTH; n++) list = lists.push(list, n);
    expect(lists.length(list)).toBe(MAX_LIST_LENGTH);
    expect(lists.get(list, MAX_LIST_LENGTH - 1)).toBe(MAX_LIST_LENGTH);
    lists.free(list);

    list = lists.of(Array.from({ length: 5_000 }, (_, i) => i + 1));
    for (let n = 5_000; n > 10; n--) list = lists.remove(list, n);
    expect(ascending(numbersOf(lists, list))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const { bytes } = slab;
    for (let n = 0; n < 100; n++) lists.of([n, n + 1]);
    expect(slab.bytes).toBe(bytes);
  });
});

describe('RecordLists', () => {
  it('keep the records of each list, from two to hundreds, told how many there are up to 255', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 4, max: 280 }), (seed, most) => {
        const { below } = randomNumbers(seed);
        const slab = new Slab();
        const lists = new RecordLists(slab, new NumberList(slab));
        const held: (Held & { end: number })[] = [];
        const told = ({ numbers }: Held): number => Math.min(MANY, numbers.length);
        for (let n = 1; n <= 3_000; n++) {
          const each = held[below(Math.min(6, held.length + 1))];
          if (each === undefined)
            held.push({ list: lists.of(n, n + 10_000), numbers: [n, n + 10_000], end: most });
          else if (each.numbers.length < each.end) {
            each.list = lists.push(each.list, told(each), n);
            each.numbers.push(n);
          } else {
            // Down again to where it turns.
            each.end = 2 + below(2);
            const at = below(each.numbers.length);
            const count = told(each);
            if (each.numbers.length > 2) {
              const [gone] = each.numbers.splice(at, 1);
              each.list = lists.remove(each.list, count, gone!);
            } else {
              expect(lists.other(each.list, each.numbers[at]!)).toBe(each.numbers[1 - at]);
              held.splice(held.indexOf(each), 1);
            }
            if (each.numbers.length <= each.end) each.end = below(3) === 0 ? 2 : most;
          }
          if (each !== undefined && each.numbers.length > 2 && below(10) === 0) {
            const at = below(each.numbers.length);
            lists.replace(each.list, told(each), each.numbers[at]!, n + 20_000);
            each.numbers[at] = n + 20_000;
          }
        }
        expect(held.map((each) => lists.length(each.list, told(each)))).toEqual(
          held.map(({ numbers }) => numbers.length),
        );
        const said = held.map((each) => each.numbers.map((_, i) => lists.get(each.list, told(each), i)));
        expect(said.map(ascending)).toEqual(held.map(({ numbers }) => ascending(numbers)));
      }),
      { numRuns: 20 },
    );
  });
});
