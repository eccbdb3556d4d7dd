import { describe, expect, it } from '@jest/globals';
import { utf8, utf8Text } from '@banyan/proto';
import fc from 'fast-check';
import { hashByte, hashEnd } from '../../../src/search-index/store/slot-index.ts';
import { StringTable } from '../../../src/search-index/store/string-table.ts';
import { randomNumbers } from '../random-numbers.ts';

const find = (table: StringTable, text: string): number => {
  const bytes = utf8(`<${text}`);
  return table.find(bytes, 1, bytes.length - 1, table.hash(bytes, 1, bytes.length - 1));
};
const intern = (table: StringTable, text: string): number => {
  const bytes = utf8(`<${text}`);
  return table.intern(bytes, 1, bytes.length - 1, table.hash(bytes, 1, bytes.length - 1));
};
const textOf = (table: StringTable, entry: number): string => {
  const { bytes, from, length } = table.place(entry);
  return utf8Text(bytes.subarray(from, from + length));
};

describe('StringTable', () => {
  it('knows each text by one address as long as it is there, and no text that is not', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { below } = randomNumbers(seed);
        const table = new StringTable(below(2 ** 32));
        const entries = new Map<string, number>();
        // From one byte to more than a folder's path has, some of them alike but for their end.
        const textFor = (n: number): string => `${n % 7 === 0 ? 'é'.repeat(n % 400) : ''}${n.toString(36)}`;
        for (let n = 0; n < 12_000; n++) {
          const text = textFor(below(6_000));
          const known = entries.get(text);
          if (known !== undefined && below(3) === 0) {
            table.remove(known);
            entries.delete(text);
            if (find(table, text) !== 0) throw new Error(`${text} is found though it was removed`);
            continue;
          }
          const entry = intern(table, text);
          if (table.isNew !== (known === undefined) || (known ?? entry) !== entry)
            throw new Error(`${text} has two addresses`);
          entries.set(text, entry);
        }
        expect(table.size).toBe(entries.size);
        const texts = Array.from({ length: 6_000 }, (_, n) => textFor(n));
        expect(texts.map((text) => find(table, text))).toEqual(texts.map((text) => entries.get(text) ?? 0));
        expect([...entries.values()].map((entry) => textOf(table, entry))).toEqual([...entries.keys()]);
        expect(new Set(entries.values()).size).toBe(entries.size);
      }),
      { numRuns: 3 },
    );
  });

  it('gives a new entry two words of its own, both 0, also in the place of one that was removed', () => {
    const table = new StringTable(1);
    const words = (entry: number): Uint32Array =>
      table.wordPages[entry >>> 18]!.subarray(entry & 0x3ffff, (entry & 0x3ffff) + 2);
    const first = intern(table, 'first');
    expect([...words(first)]).toEqual([0, 0]);
    words(first).set([7, 0xffff_ffff]);
    table.remove(first);
    const second = intern(table, 'other');
    expect([...words(second)]).toEqual([0, 0]);
    words(second).fill(9);
    expect(textOf(table, second)).toBe('other');
    expect([...words(second)]).toEqual([9, 9]);
  });

  it('does not grow while the same number of texts comes and goes', () => {
    const table = new StringTable(1);
    for (let n = 0; n < 5_000; n++) intern(table, `text ${n}`);
    const { bytes } = table;
    for (let n = 5_000; n < 40_000; n++) {
      table.remove(find(table, `text ${n - 5_000}`));
      intern(table, `text ${n}`);
    }
    expect(table.size).toBe(5_000);
    expect(table.bytes).toBeLessThanOrEqual(bytes * 1.25);
  });

  it('hashes byte by byte as at once, and otherwise with another seed', () => {
    const table = new StringTable(1);
    const bytes = utf8('banyan');
    let hash = table.seed;
    for (const byte of bytes) hash = hashByte(hash, byte);
    expect(hashEnd(hash)).toBe(table.hash(bytes, 0, bytes.length));
    expect(new StringTable(2).hash(bytes, 0, bytes.length)).not.toBe(table.hash(bytes, 0, bytes.length));
  });

  it('tells texts apart of which one begins with the other, and the empty one', () => {
    const table = new StringTable(3);
    const texts = ['', 'a', 'aa', 'a'.repeat(127), 'a'.repeat(128), 'a'.repeat(1024)];
    const entries = texts.map((text) => intern(table, text));
    expect(new Set(entries).size).toBe(texts.length);
    expect(texts.map((text) => find(table, text))).toEqual(entries);
    expect(entries.map((entry) => textOf(table, entry))).toEqual(texts);
  });
});
