import { describe, expect, it } from '@jest/globals';
import { utf8, utf8Text } from '@banyan/proto';
import fc from 'fast-check';
import { SortedTerms } from '../../../src/search-index/store/sorted-terms.ts';
import { StringTable } from '../../../src/search-index/store/string-table.ts';
import { randomNumbers, type RandomNumbers } from '../random-numbers.ts';

/** Many that begin alike, some longer than a block's key, some of other scripts. */
function textFor({ below }: RandomNumbers): string {
  const beginning = ['', 'a', 'common beginning of ', 'é', '中国', '\u{10428}', 'abcdef'][below(7)]!;
  return beginning + below(20_000).toString(below(2) === 0 ? 36 : 4);
}

const inBytes = (a: string, b: string): number => Buffer.compare(utf8(a), utf8(b));

function tables(): {
  sorted: SortedTerms;
  add: (text: string) => void;
  /** Forgets a term whose place is given up. */
  forget: (term: number) => void;
  textOf: (term: number) => string;
  all: () => string[];
} {
  const dictionary = new StringTable(5);
  const sorted = new SortedTerms(dictionary);
  const textOf = (term: number): string => {
    const { bytes, from, length } = dictionary.place(term);
    return utf8Text(bytes.subarray(from, from + length));
  };
  return {
    sorted,
    textOf,
    add(text) {
      const bytes = utf8(text);
      const term = dictionary.intern(bytes, 0, bytes.length, dictionary.hash(bytes, 0, bytes.length));
      if (dictionary.isNew) sorted.add(term);
    },
    forget: (term) => dictionary.remove(term),
    all: () => sorted.blocks.flatMap(({ terms, count }) => [...terms.subarray(0, count)].map(textOf)),
  };
}

describe('SortedTerms', () => {
  it('have every term once, in the order of bytes, and lead to the first that is not before a text', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = randomNumbers(seed);
        const { sorted, add, forget, textOf, all } = tables();
        const held = new Set<string>();
        for (let round = 0; round < 4; round++) {
          for (let n = 0; n < 1_500; n++) {
            const text = textFor(random);
            if (held.has(text)) continue;
            held.add(text);
            add(text);
          }
          sorted.settle();
          const order = [...held].sort(inBytes);
          expect(all()).toEqual(order);
          expect(sorted.freshCount).toBe(0);

          const asked = [
            '',
            '\u{10ffff}',
            ...Array.from({ length: 80 }, () => textFor(random)),
            ...order.slice(0, 20),
          ];
          const found = asked.map((text) => {
            const bytes = utf8(text);
            const { block, at } = sorted.seek(bytes, bytes.length);
            const there = sorted.blocks[block];
            return there === undefined ? undefined : textOf(there.terms[at]!);
          });
          const inOrder = order.map((text) => utf8(text));
          expect(found).toEqual(
            asked.map((text) => order[inOrder.findIndex((each) => Buffer.compare(each, utf8(text)) >= 0)]),
          );

          // As a purge does: block by block, from the first to the last.
          const share = random.below(4);
          const { version } = sorted;
          const next = (block: number): string | undefined => {
            const there = sorted.blocks[block];
            return there === undefined ? undefined : textOf(there.terms[0]!);
          };
          let first = next(0);
          while (first !== undefined) {
            const bytes = utf8(first);
            const { block } = sorted.seek(bytes, bytes.length);
            const following = next(block + 1);
            sorted.filter(block, (term) => {
              if (random.below(4) >= share) return true;
              held.delete(textOf(term));
              forget(term);
              return false;
            });
            first = following;
          }
          if (share > 0) expect(sorted.version).toBeGreaterThan(version);
          expect(all()).toEqual([...held].sort(inBytes));
          expect(sorted.blocks.every(({ count }) => count > 0)).toBe(true);
        }
      }),
      { numRuns: 3 },
    );
  });

  it('are settled by themselves when many are fresh', () => {
    const { sorted, add, all } = tables();
    for (let n = 0; n < 10_000; n++) add(`t${n}`);
    expect(sorted.freshCount).toBeLessThan(sorted.fresh.length);
    expect(all().length + sorted.freshCount).toBe(10_000);
  });

  it('lead nowhere when there are none', () => {
    const { sorted } = tables();
    sorted.settle();
    expect(sorted.blocks).toEqual([]);
    expect(sorted.seek(utf8('x'), 1)).toEqual({ block: 0, at: 0 });
  });
});
