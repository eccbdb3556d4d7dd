import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PagedPostings } from '../../../src/search-index/store/paged-postings.ts';
import { NOT_THERE, PLACE, PostingBuffer } from '../../../src/search-index/store/posting-info.ts';
import { Slab } from '../../../src/search-index/store/slab.ts';
import { randomNumbers } from '../random-numbers.ts';

const PAGE = 4096;
const PAGES = 5;

type List = Map<number, number>;

/** Rows of pages that are empty, sparse, at the border to bits, half full and full. */
function randomList(seed: number): List {
  const { below, next } = randomNumbers(seed);
  const list: List = new Map();
  for (let page = 0; page < PAGES; page++) {
    const share = [0, 0.01, 286 / PAGE, 292 / PAGE, 0.5, 1][below(6)]!;
    for (let row = 0; row < PAGE; row++)
      if (next() < share) list.set(page * PAGE + row, (below(16) << 7) | (1 + below(127)));
  }
  return list;
}

function write(paged: PagedPostings, list: List): number {
  const number = paged.create();
  for (const [document, info] of list) paged.add(number, document, info);
  return number;
}

function read(paged: PagedPostings, number: number): [number, number][] {
  const buffer = new PostingBuffer();
  paged.read(number, buffer);
  return Array.from({ length: buffer.count }, (_, i) => [buffer.documents[i]!, buffer.infos[i]!]);
}

/** What a list may say for what was told: that very thing, or, of too many kinds, the fields and that the text tells the place. */
const isSaid = (said: number | undefined, told: number | undefined): boolean =>
  said === told ||
  (said !== undefined && told !== undefined && said === ((PLACE.several << 7) | (told & 127)));

function expectSaid(said: readonly [number, number][], list: List): void {
  expect(said.map(([document]) => document)).toEqual([...list.keys()]);
  expect(said.find(([document, info]) => !isSaid(info, list.get(document)))).toBeUndefined();
}

describe('PagedPostings', () => {
  it('keep what was added, and tell of any document whether it is there', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { below } = randomNumbers(seed + 1);
        const paged = new PagedPostings(new Slab());
        const list = randomList(seed);
        const number = write(paged, list);
        expect(paged.count(number)).toBe(list.size);
        expectSaid(read(paged, number), list);
        const asked = Array.from({ length: 2_000 }, () => below((PAGES + 1) * PAGE)).sort((a, b) => a - b);
        const infos = new Uint16Array(asked.length);
        paged.look(number, Uint32Array.from(asked), asked.length, infos);
        const wrong = asked.findIndex((document, i) => {
          const said = infos[i] === NOT_THERE ? undefined : infos[i];
          return !isSaid(said, list.get(document));
        });
        expect(wrong).toBe(-1);
      }),
      { numRuns: 25 },
    );
  });

  it('find what two lists have in common, with what each says', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const paged = new PagedPostings(new Slab());
        const [rare, other] = [randomList(seed), randomList(seed + 1)].sort((a, b) => a.size - b.size) as [
          List,
          List,
        ];
        const buffer = new PostingBuffer();
        buffer.reserve(rare.size);
        const others = new Uint16Array(rare.size);
        paged.both(write(paged, rare), write(paged, other), buffer, others);
        const common = [...rare.keys()].filter((document) => other.has(document));
        expect([...buffer.documents.subarray(0, buffer.count)]).toEqual(common);
        const wrong = common.findIndex(
          (document, i) =>
            !isSaid(buffer.infos[i], rare.get(document)) || !isSaid(others[i], other.get(document)),
        );
        expect(wrong).toBe(-1);
      }),
      { numRuns: 25 },
    );
  });

  it('lose the dead page by page, take more, and lose whole pages when the base moves on', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { below, next } = randomNumbers(seed + 2);
        const slab = new Slab();
        const paged = new PagedPostings(slab);
        const list = randomList(seed);
        const number = write(paged, list);
        const share = [0, 0.05, 0.5, 1][below(4)]!;
        const dead = new Set([...list.keys()].filter(() => next() < share));
        for (let page = 0; page < paged.pageCount(number); page++) {
          const rows = [...list.keys()].filter((document) => document >> 12 === page).length;
          expect(paged.purgePage(number, page, (row) => !dead.has(page * PAGE + row))).toBe(rows);
        }
        for (const document of dead) list.delete(document);
        expect(paged.count(number)).toBe(list.size);
        expectSaid(read(paged, number), list);

        for (let document = PAGES * PAGE; document < (PAGES + 1) * PAGE; document += 1 + below(20)) {
          paged.add(number, document, (3 << 7) | 1);
          list.set(document, (3 << 7) | 1);
        }
        paged.advance(2);
        const rest: List = new Map(
          [...list]
            .filter(([document]) => document >= 2 * PAGE)
            .map(([document, info]) => [document - 2 * PAGE, info]),
        );
        expect(paged.count(number)).toBe(rest.size);
        expectSaid(read(paged, number), rest);
      }),
      { numRuns: 20 },
    );
  });

  it('read only the pages asked for, which together are all', () => {
    const paged = new PagedPostings(new Slab());
    const list: List = new Map(Array.from({ length: 3 * PAGE }, (_, i) => [4 * i, 1]));
    const number = write(paged, list);
    const buffer = new PostingBuffer();
    const found: number[] = [];
    for (let first = 0; first < 5; first++) {
      paged.read(number, buffer, { first, step: 5 });
      const documents = [...buffer.documents.subarray(0, buffer.count)];
      expect(documents.every((document) => (document >> 12) % 5 === first)).toBe(true);
      found.push(...documents);
    }
    expect(found.sort((a, b) => a - b)).toEqual([...list.keys()]);
  });

  it('use memory and numbers of lists that are gone again', () => {
    const slab = new Slab();
    const paged = new PagedPostings(slab);
    let bytes = 0;
    for (let round = 0; round < 4; round++) {
      const numbers = Array.from({ length: 12 }, (_, n) => write(paged, randomList(n)));
      if (round === 0) bytes = slab.bytes + paged.bytes;
      expect(slab.bytes + paged.bytes).toBe(bytes);
      for (const number of numbers) paged.drop(number);
    }
  });

  it('forget places beyond 128 kinds, never fields', () => {
    const paged = new PagedPostings(new Slab());
    const number = paged.create();
    const told = Array.from({ length: 1_000 }, (_, i): [number, number] => [
      i,
      ((i % 13) << 7) | (1 + (i % 127)),
    ]);
    for (const [document, info] of told) paged.add(number, document, info);
    const said = read(paged, number);
    expectSaid(said, new Map(told));
    expect(said.filter(([document, info]) => info === told[document]![1]).length).toBeGreaterThanOrEqual(128);
  });
});
