import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rootWords } from '../../../src/search-index/catalog.ts';
import { ContentTable } from '../../../src/search-index/store/content-table.ts';
import { NumberList } from '../../../src/search-index/store/number-list.ts';
import { Slab } from '../../../src/search-index/store/slab.ts';
import { randomNumbers } from '../random-numbers.ts';

const GIB = 2 ** 30;
/** Around four GiB the length stands somewhere else. */
const LENGTHS = [0, 1, 16_384, 4 * GIB - 1, 4 * GIB, 4 * GIB + 1, Number.MAX_SAFE_INTEGER];

const makeTable = (): ContentTable => new ContentTable(new NumberList(new Slab()), 77);

/** Roots of which many share their first words, as those of an attacker may. */
function rootOf(n: number): Uint8Array {
  const root = new Uint8Array(32);
  new DataView(root.buffer).setUint32(0, n % 5);
  new DataView(root.buffer).setUint32(4, n % 300);
  new DataView(root.buffer).setUint32(28, n);
  return root;
}

const texts = (table: ContentTable, content: number): number[] =>
  Array.from({ length: table.textCount(content) }, (_, i) => table.textAt(content, i)).sort((a, b) => a - b);

describe('ContentTable', () => {
  it('knows contents by root and length together, with their texts, while they come and go', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { below } = randomNumbers(seed);
        const table = makeTable();
        const held = new Map<string, { content: number; n: number; length: number; texts: Set<number> }>();
        let document = 0;
        for (let step = 0; step < 6_000; step++) {
          const n = below(400);
          const length = LENGTHS[below(LENGTHS.length)]!;
          const key = `${n} ${length}`;
          const known = held.get(key);
          const words = rootWords(rootOf(n));
          if (table.find(words, 0, length) !== (known?.content ?? 0)) throw new Error(`${key} is not found.`);
          if (known === undefined) {
            const content = table.add(words, 0, length, false);
            expect(table.textCount(content)).toBe(0);
            held.set(key, { content, n, length, texts: new Set([document]) });
            expect(table.addText(content, document++)).toBe(1);
          } else if (below(3) > 0) {
            known.texts.add(document);
            expect(table.addText(known.content, document++)).toBe(known.texts.size);
          } else {
            const [first] = known.texts;
            known.texts.delete(first!);
            if (below(4) === 0) {
              table.moveText(known.content, first!, document);
              known.texts.add(document++);
              continue;
            }
            expect(table.removeText(known.content, first!)).toBe(known.texts.size);
            if (known.texts.size > 0) continue;
            table.remove(known.content);
            held.delete(key);
          }
        }
        expect(table.size).toBe(held.size);
        expect(new Set([...held.values()].map(({ content }) => content)).size).toBe(held.size);
        const said = [...held.values()].map(({ content }) => ({
          root: table.root(content),
          length: table.length(content),
          texts: texts(table, content),
        }));
        expect(said).toEqual(
          [...held.values()].map((each) => ({
            root: rootOf(each.n),
            length: each.length,
            texts: [...each.texts].sort((a, b) => a - b),
          })),
        );
        for (let n = 0; n < 400; n += 7) {
          const lengths = [...held.values()].filter((each) => each.n === n).map(({ length }) => length);
          const found = table.ofRoot(rootWords(rootOf(n))).map((content) => table.length(content));
          expect(found.sort((a, b) => a - b)).toEqual(lengths.sort((a, b) => a - b));
        }
      }),
      { numRuns: 4 },
    );
  });

  it('orders by the bytes of the root, then by length', () => {
    const table = makeTable();
    const ids = [3, 1, 2].flatMap((n) => [4 * GIB + 5, 7, 0].map((length) => ({ n, length })));
    const contents = ids.map(({ n, length }) => table.add(rootWords(rootOf(n)), 0, length, false));
    const sorted = [...contents].sort((a, b) => table.compareRoots(a, b));
    expect(
      sorted.map((content) => [rootOf(ids[contents.indexOf(content)]!.n)[31], table.length(content)]),
    ).toEqual([1, 2, 3].flatMap((n) => [0, 7, 4 * GIB + 5].map((length) => [n, length])));
  });

  it('remembers what is blocked, and not for the next content of that number', () => {
    const table = makeTable();
    const content = table.add(rootWords(rootOf(1)), 0, 5 * GIB, true);
    expect(table.isBlocked(content)).toBe(true);
    table.addText(content, 9);
    expect(table.isBlocked(content)).toBe(true);
    table.setBlocked(content, false);
    expect(table.isBlocked(content)).toBe(false);
    expect([table.length(content), table.textAt(content, 0)]).toEqual([5 * GIB, 9]);
    table.setBlocked(content, true);
    table.removeText(content, 9);
    table.remove(content);
    const next = table.add(rootWords(rootOf(2)), 0, 6, false);
    expect(next).toBe(content);
    expect([table.isBlocked(next), table.length(next), table.textCount(next)]).toEqual([false, 6, 0]);
  });

  it('has contents of thousands of texts', () => {
    const table = makeTable();
    const content = table.add(rootWords(rootOf(0)), 0, 0, false);
    for (let document = 0; document < 20_000; document++) table.addText(content, document);
    expect(table.textCount(content)).toBe(20_000);
    for (let document = 0; document < 19_990; document++) table.removeText(content, document);
    expect(texts(table, content)).toEqual(Array.from({ length: 10 }, (_, i) => 19_990 + i));
  });
});
