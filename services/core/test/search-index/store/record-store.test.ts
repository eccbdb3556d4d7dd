import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createShelf, type Leaf, type Shelf } from '../../../src/search-index/leaf.ts';
import { NO_RECORD, RecordStore } from '../../../src/search-index/store/record-store.ts';
import { randomNumbers } from '../random-numbers.ts';

const MAX_ID = 2 ** 32 - 1;

/** A store beside a map from ids to record numbers for each shelf, which is told of every move. */
function stores(shelves: number): {
  store: RecordStore;
  held: { shelf: Shelf; records: Map<number, number> }[];
  put: (at: number, id: number) => void;
  take: (at: number, id: number) => void;
} {
  const held = Array.from({ length: shelves }, (_, n) => {
    const leaf = { key: `leaf ${n}` } as Leaf;
    return { shelf: createShelf(leaf), records: new Map<number, number>() };
  });
  const idOf = new Map<number, { at: number; id: number }>();
  const store: RecordStore = new RecordStore((from, to) => {
    const { at, id } = idOf.get(from)!;
    idOf.delete(from);
    idOf.set(to, { at, id });
    held[at]!.records.set(id, to);
    if (store.id(to) !== id || store.document(to) !== documentOf(id))
      throw new Error('Columns did not move along.');
  });
  return {
    store,
    held,
    put(at, id) {
      const record = store.add(held[at]!.shelf, id);
      store.setDocument(record, documentOf(id));
      store.setSaid(record, id >>> 3, id & 255);
      if (idOf.has(record)) throw new Error(`Record ${record} was given twice.`);
      idOf.set(record, { at, id });
      held[at]!.records.set(id, record);
    },
    take(at, id) {
      const record = held[at]!.records.get(id)!;
      held[at]!.records.delete(id);
      idOf.delete(record);
      store.remove(record);
    },
  };
}

const documentOf = (id: number): number => (id ^ 0x5555) >>> 0;

function expectHeld(
  store: RecordStore,
  { shelf, records }: { shelf: Shelf; records: Map<number, number> },
  others: readonly number[],
): void {
  expect(shelf.records).toBe(records.size);
  const ids = [...records.keys()];
  expect(ids.map((id) => store.find(shelf, id))).toEqual([...records.values()]);
  expect(others.filter((id) => !records.has(id) && store.find(shelf, id) !== NO_RECORD)).toEqual([]);
  const wrong = [...records].find(
    ([id, record]) =>
      store.id(record) !== id ||
      store.document(record) !== documentOf(id) ||
      store.date(record) !== id >>> 3 ||
      store.visibility(record) !== (id & 255) ||
      store.shelf(record) !== shelf ||
      store.leaf(record) !== shelf.leaf,
  );
  expect(wrong).toBeUndefined();
}

describe('RecordStore', () => {
  it.each<[string, (n: number, below: (n: number) => number) => number]>([
    ['ascend', (n) => 3 * n],
    ['descend', (n) => MAX_ID - n],
    ['are random', (_, below) => below(2 ** 32)],
    ['are random among few', (_, below) => below(700)],
    ['zigzag', (n) => (n % 2 === 0 ? n : MAX_ID - n)],
  ])('finds every record of every shelf when ids %s, and none that was taken out', (_what, idFor) => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { below } = randomNumbers(seed);
        const { store, held, put, take } = stores(3);
        const gone: number[] = [];
        for (let n = 0; n < 3_000; n++) {
          const at = below(3);
          const { records } = held[at]!;
          // Times of growth and times of decline, down to sparse blocks.
          if (below(10) < ((n / 700) & 1 ? 7 : 3) && records.size > 0) {
            const ids = [...records.keys()];
            const id = ids[below(3) === 0 ? below(ids.length) : Math.min(ids.length - 1, below(5))]!;
            take(at, id);
            gone.push(id);
            continue;
          }
          const id = idFor(n, below);
          if (!records.has(id)) put(at, id);
        }
        for (const each of held) expectHeld(store, each, [0, MAX_ID, ...gone]);
        held.forEach(({ records }, at) => {
          for (const id of [...records.keys()]) take(at, id);
        });
        expect(held.map(({ shelf }) => [shelf.records, shelf.blocks.length])).toEqual([
          [0, 0],
          [0, 0],
          [0, 0],
        ]);
      }),
      { numRuns: 6 },
    );
  });

  it('empties sparse blocks into their neighbours, so that memory follows what is held', () => {
    const { store, held, put, take } = stores(1);
    for (let id = 0; id < 64_000; id++) put(0, id);
    const { bytes } = store;
    for (let id = 0; id < 64_000; id++) if (id % 8 !== 0) take(0, id);
    expect(held[0]!.shelf.blocks.length).toBeLessThan(500);
    for (let id = 100_000; id < 140_000; id++) put(0, id);
    expect(store.bytes).toBeLessThanOrEqual(bytes);
    expectHeld(store, held[0]!, [1, 2, 63_999, 99_999]);
  });

  it('takes a shelf apart from its end, and leaves the numbers of the others as they are', () => {
    const { store, held, put } = stores(2);
    for (let id = 0; id < 1_000; id++) put(id % 3 === 0 ? 1 : 0, id);
    const { shelf, records } = held[0]!;
    const left = new Set(records.values());
    while (shelf.records > 0) {
      const last = store.lastRecords(shelf);
      expect(last.length).toBeGreaterThan(0);
      for (const record of last.slice(0, 7)) {
        expect(left.delete(record)).toBe(true);
        store.release(record);
      }
    }
    expect(left.size).toBe(0);
    expect(store.lastRecords(shelf)).toEqual([]);
    expectHeld(store, held[1]!, [1, 2, 4]);
  });
});
