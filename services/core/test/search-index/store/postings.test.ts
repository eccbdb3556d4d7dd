import { describe, expect, it } from '@jest/globals';
import { utf8 } from '@banyan/proto';
import fc from 'fast-check';
import { DocumentStore } from '../../../src/search-index/store/document-store.ts';
import { NOT_THERE, PLACE, PostingBuffer } from '../../../src/search-index/store/posting-info.ts';
import { Postings, type PurgeCursor } from '../../../src/search-index/store/postings.ts';
import { Slab } from '../../../src/search-index/store/slab.ts';
import { StringTable } from '../../../src/search-index/store/string-table.ts';
import { randomNumbers, type RandomNumbers } from '../random-numbers.ts';

/** So many documents that no list of a test is one of frequent terms. */
const VERY_MANY = 100_000_000;

interface Kit {
  readonly slab: Slab;
  readonly documents: DocumentStore;
  readonly postings: Postings;
  readonly term: (text: string) => number;
}

function kit(firstDocument = 0): Kit {
  const slab = new Slab();
  const dictionary = new StringTable(1);
  const documents = new DocumentStore(firstDocument);
  const term = (text: string): number => {
    const bytes = utf8(text);
    return dictionary.intern(bytes, 0, bytes.length, dictionary.hash(bytes, 0, bytes.length));
  };
  return { slab, documents, postings: new Postings(slab, dictionary, documents), term };
}

/** Documents relative to the base, and what is said of the term there. */
type List = Map<number, number>;

function read({ postings }: Kit, term: number): [number, number][] {
  const buffer = new PostingBuffer();
  expect(postings.read(term, buffer)).toBe(1);
  return Array.from({ length: buffer.count }, (_, i) => [buffer.documents[i]!, buffer.infos[i]!]);
}

/** Frequent terms forget places, which are looked up in the text then; never fields. */
function expectList(said: [number, number][], list: List, exactPlaces: boolean): void {
  const wanted = [...list];
  expect(said.length).toBe(wanted.length);
  const isSame = ([document, info]: [number, number], i: number): boolean => {
    const [wantedDocument, wantedInfo] = wanted[i]!;
    const forgotten = !exactPlaces && info >> 7 === PLACE.several;
    return (
      document === wantedDocument &&
      (info === wantedInfo || (forgotten && (info & 127) === (wantedInfo & 127)))
    );
  };
  const wrong = said.findIndex((each, i) => !isSame(each, i));
  expect({ wrong, said: said[wrong] }).toEqual({ wrong: -1, said: undefined });
}

function look({ postings }: Kit, term: number, asked: readonly number[]): number[] {
  const infos = new Uint16Array(asked.length);
  postings.look(term, Uint32Array.from(asked), asked.length, infos);
  return [...infos];
}

/** Words of names mostly, the rest anywhere. */
function infoAt({ below }: RandomNumbers): number {
  return below(3) === 0 ? (below(16) << 7) | (1 + below(127)) : (below(14) << 7) | 1;
}

function purgeAll(
  postings: Postings,
  term: number,
  isLive: (document: number) => boolean,
  budget: number,
): void {
  const cursor: PurgeCursor = { page: 0 };
  do postings.purge(term, isLive, cursor, budget);
  while (cursor.page !== 0);
}

describe('Postings', () => {
  it('keep each list as it was written: distances of all sizes, places and fields', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(0, 2 ** 32 - 2 ** 20), (seed, first) => {
        const random = randomNumbers(seed);
        const { below } = random;
        const all = kit(first);
        all.documents.live = VERY_MANY;
        const lists = Array.from({ length: 8 }, (_, n) => ({
          term: all.term(`t${n}`),
          list: new Map() as List,
        }));
        let document = 0;
        for (let n = 0; n < 3_000; n++) {
          // Up to half of the distance that can be told in all.
          const far = below(500) === 0 ? 2 ** below(28) : 0;
          document += 1 + below(2 ** below(6)) + far;
          if (document > 2 ** 30) break;
          for (const { term, list } of lists) {
            if (below(1 + lists.findIndex((each) => each.term === term)) > 0) continue;
            const info = infoAt(random);
            all.postings.add(term, (all.documents.base + document) >>> 0, info >> 7, info & 127);
            list.set(document, info);
          }
        }
        expect(all.postings.total).toBe(lists.reduce((sum, { list }) => sum + list.size, 0));
        for (const { term, list } of lists) {
          expect(all.postings.count(term)).toBe(list.size);
          expectList(read(all, term), list, true);
          const asked = Array.from({ length: 3_000 }, () => below(document + 5));
          const some = [...new Set([...asked, ...[...list.keys()].filter(() => below(3) === 0)])].sort(
            (a, b) => a - b,
          );
          expect(look(all, term, some)).toEqual(some.map((each) => list.get(each) ?? NOT_THERE));
        }
      }),
      { numRuns: 12 },
    );
  });

  it('reach over a distance of 2 ** 29', () => {
    const all = kit();
    all.documents.live = VERY_MANY;
    const term = all.term('rare');
    const list: List = new Map(
      [0, 3, 2 ** 29, 2 ** 29 + 2 ** 23, 2 ** 30 - 1].map((each, n) => [each, (n << 7) | 5]),
    );
    for (const [document, info] of list) all.postings.add(term, document, info >> 7, info & 127);
    expectList(read(all, term), list, true);
    expect(look(all, term, [1, 2 ** 29, 2 ** 30 - 1])).toEqual([NOT_THERE, (2 << 7) | 5, (4 << 7) | 5]);
  });

  it.each([
    ['kept in chunks', VERY_MANY],
    ['kept by pages once it is long', 0],
  ])(
    'lose the dead and nothing else, slice by slice, while more are added to a list that is %s',
    (_what, live) => {
      fc.assert(
        fc.property(fc.nat(), (seed) => {
          const random = randomNumbers(seed);
          const { below } = random;
          const all = kit();
          all.documents.live = live;
          const term = all.term('term');
          const list: List = new Map();
          const cursor: PurgeCursor = { page: 0 };
          /** Dead when the pass began: gone when it has ended. Those who die meanwhile may stay. */
          const dead = new Set<number>();
          const died = new Set<number>();
          let document = 0;
          const add = (count: number): void => {
            for (let n = 0; n < count; n++) {
              document += 1 + (below(10) === 0 ? below(200) : 0);
              const info = infoAt(random);
              all.postings.add(term, document, info >> 7, info & 127);
              list.set(document, info);
            }
          };
          for (let round = 0; round < 6; round++) {
            add(below(3_000));
            const share = below(3);
            for (const each of list.keys())
              if (share === 2 ? each < document * 0.8 : below(3) < share) dead.add(each);
            do {
              all.postings.purge(term, (each) => !dead.has(each) && !died.has(each), cursor, 1 + below(400));
              add(below(4) === 0 ? below(700) : below(3));
              if (below(5) === 0 && list.has(document)) died.add(document);
            } while (cursor.page !== 0);
            for (const each of dead) list.delete(each);
            const held = new Map(read(all, term));
            for (const each of died) if (!held.has(each)) list.delete(each);
            expectList([...held], list, live > 0);
            expect(all.postings.count(term)).toBe(list.size);
            expect(all.postings.total).toBe(list.size);
            dead.clear();
            for (const each of died) if (list.has(each)) dead.add(each);
            died.clear();
          }
          purgeAll(all.postings, term, () => false, 1 + below(300));
          expect(all.postings.count(term)).toBe(0);
          expect(all.postings.total).toBe(0);
          expect(read(all, term)).toEqual([]);
        }),
        { numRuns: 40 },
      );
    },
  );

  it('keep frequent terms by pages, and in chunks again when they are not frequent any more', () => {
    const all = kit();
    const term = all.term('term');
    for (let document = 0; document < 20_000; document++) all.postings.add(term, document, 0, 1);
    expect(all.postings.isPaged(term)).toBe(true);
    all.documents.live = VERY_MANY;
    const isLive = (document: number): boolean => document % 10 === 0;
    purgeAll(all.postings, term, isLive, 100);
    expect(all.postings.isPaged(term)).toBe(false);
    expectList(read(all, term), new Map(Array.from({ length: 2_000 }, (_, i) => [10 * i, 1])), false);
    expect(all.postings.count(term)).toBe(2_000);
    expect(all.postings.total).toBe(2_000);
  });

  it('read about as many as are asked for, spread over the list', () => {
    const all = kit();
    all.documents.live = VERY_MANY;
    const term = all.term('term');
    for (let document = 0; document < 50_000; document++) all.postings.add(term, 3 * document, 0, 1);
    const buffer = new PostingBuffer();
    const share = all.postings.read(term, buffer, 5_000);
    expect(share).toBeCloseTo(buffer.count / 50_000, 10);
    expect(buffer.count).toBeGreaterThan(4_000);
    expect(buffer.count).toBeLessThan(6_000);
    const documents = [...buffer.documents.subarray(0, buffer.count)];
    expect(documents.every((document, i) => document % 3 === 0 && document > (documents[i - 1] ?? -1))).toBe(
      true,
    );
    for (let part = 0; part < 10; part++) {
      const inPart = documents.filter((document) => Math.floor(document / 15_000) === part).length;
      expect(inPart).toBeGreaterThan(0);
    }
  });

  it('give back the memory of lists that are gone', () => {
    const all = kit();
    const terms = Array.from({ length: 50 }, (_, n) => all.term(`t${n}`));
    let document = 0;
    let bytes = 0;
    for (let round = 0; round < 5; round++) {
      for (let n = 0; n < 6_000; n++, document++)
        terms.forEach((term, t) => {
          if (document % (t + 1) === 0) all.postings.add(term, document, 0, 1);
        });
      if (round === 0) ({ bytes } = all.slab);
      for (const term of terms) purgeAll(all.postings, term, () => false, Infinity);
      expect(all.postings.total).toBe(0);
    }
    expect(all.slab.bytes).toBeLessThanOrEqual(bytes * 1.25);
  });
});
