import { describe, expect, it } from '@jest/globals';
import { utf8, utf8Text } from '@banyan/proto';
import fc from 'fast-check';
import {
  BLOCK_BYTES,
  DEAD,
  DocumentStore,
  halvesAt,
  HEAD,
  PAGE_ROWS,
  QUARTER,
  ROW_MASK,
  saidAt,
  TEXT,
  TIE,
  WORDS,
  wordsAt,
} from '../../../src/search-index/store/document-store.ts';
import { randomNumbers } from '../random-numbers.ts';

/** A document with this text; its head is the n that it was made with. */
function add(store: DocumentStore, text: string, head: number): number {
  const bytes = utf8(text);
  const document = store.add();
  const page = store.page(document)!;
  page.words[wordsAt(document & ROW_MASK) + HEAD] = head;
  page.words[wordsAt(document & ROW_MASK) + TEXT] = store.addText(page, bytes, bytes.length);
  return document;
}

function textOf(store: DocumentStore, document: number, length: number): string {
  const page = store.page(document)!;
  const row = document & ROW_MASK;
  const from = store.textOffset(page, row);
  return utf8Text(store.textBlock(page, row).subarray(from, from + length));
}

describe('DocumentStore', () => {
  it('keeps rows and texts of the living while others die, pages go and numbers wrap', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(0, 2 ** 32 - 3 * PAGE_ROWS), (seed, first) => {
        const { below, next } = randomNumbers(seed);
        const store = new DocumentStore(first);
        const live = new Map<number, { head: number; text: string }>();
        const gone: number[] = [];
        let made = 0;
        for (let round = 0; round < 8; round++) {
          for (let n = 0; n < 3_000; n++) {
            const text = 'x'.repeat(below(below(100) === 0 ? 5_000 : 60)) + String(made);
            const document = add(store, text, made);
            if (document !== (first + made) % 2 ** 32) throw new Error('Numbers do not follow one another.');
            live.set(document, { head: made++, text });
          }
          const share = round % 3 === 2 ? 1 : 0.3;
          for (const document of [...live.keys()]) {
            if (next() >= share) continue;
            store.kill(document);
            live.delete(document);
            gone.push(document);
          }
          // What is before the first page with a living row.
          let empty = 0;
          while (empty < store.span >>> 12 && store.pages[empty] === undefined) empty++;
          store.advance(below(empty + 1));

          expect(store.live).toBe(live.size);
          expect(store.end).toBe((first + made) % 2 ** 32);
          expect([...live.keys()].every((document) => store.isLive(document))).toBe(true);
          expect(gone.some((document) => store.isLive(document))).toBe(false);
          const wrong = [...live].find(
            ([document, { head, text }]) =>
              store.page(document)!.words[wordsAt(document & ROW_MASK) + HEAD] !== head ||
              textOf(store, document, utf8(text).length) !== text,
          );
          expect(wrong).toBeUndefined();
        }
      }),
      { numRuns: 5 },
    );
  });

  it('gives back pages and texts with their last row, and holds no room behind the texts of full pages', () => {
    const store = new DocumentStore();
    const text = 'a text of some length';
    const { bytes: before } = store;
    let bytes = 0;
    for (let round = 0; round < 10; round++) {
      const documents = Array.from({ length: 8 * PAGE_ROWS }, (_, n) => add(store, text, n));
      if (round === 0) {
        ({ bytes } = store);
        // What a block has at its end that no text fits in, one that is kept, and the page that is open.
        const rows = 18 * 8 * PAGE_ROWS;
        expect(bytes - before).toBeLessThan(rows + 8 * PAGE_ROWS * text.length * 1.01 + 2 * BLOCK_BYTES);
      }
      expect(store.bytes).toBeLessThanOrEqual(bytes + BLOCK_BYTES + 18 * PAGE_ROWS);
      for (const document of documents) store.kill(document);
      store.advance(8);
      expect(store.span).toBe(0);
      expect(store.bytes).toBeLessThanOrEqual(BLOCK_BYTES + 18 * PAGE_ROWS + 8);
    }
  });

  it('has texts up to a whole block', () => {
    const store = new DocumentStore();
    const long = 'y'.repeat(BLOCK_BYTES);
    const documents = [add(store, 'short', 1), add(store, long, 2), add(store, '', 3), add(store, 'end', 4)];
    expect(
      documents.map((document, i) => textOf(store, document, ['short', long, '', 'end'][i]!.length)),
    ).toEqual(['short', long, '', 'end']);
  });

  it('has the parts of what is said side by side, and no living row to begin with', () => {
    const store = new DocumentStore();
    const document = store.add();
    const page = store.page(document)!;
    expect(page.words[wordsAt(document & ROW_MASK) + HEAD]).toBe(DEAD);
    const row = document & ROW_MASK;
    page.said.set([1, 2, 3, 4], saidAt(row) + WORDS);
    page.halves[halvesAt(row) + TIE] = 0x0605;
    expect([...page.said.subarray(saidAt(row), saidAt(row) + QUARTER + 3)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...page.halves.subarray(halvesAt(row), halvesAt(row + 1))]).toEqual([0x0201, 0x0403, 0x0605]);
    expect(store.isLive(document + 1)).toBe(false);
  });
});
