import { describe, expect, it } from '@jest/globals';
import { utf8, utf8Text } from '@banyan/proto';
import fc from 'fast-check';
import {
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
import { Slab, SPAN_WORDS } from '../../../src/search-index/store/slab.ts';
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
  return utf8Text(store.textPage(page, row).subarray(from, from + length));
}

describe('DocumentStore', () => {
  it('keeps rows and texts of the living while others die, pages go and numbers wrap', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(0, 2 ** 32 - 3 * PAGE_ROWS), (seed, first) => {
        const { below, next } = randomNumbers(seed);
        const store = new DocumentStore(new Slab(), first);
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

  it('uses pages and spans of texts again', () => {
    const slab = new Slab();
    const store = new DocumentStore(slab);
    let bytes = 0;
    for (let round = 0; round < 10; round++) {
      const documents = Array.from({ length: 2 * PAGE_ROWS }, (_, n) =>
        add(store, 'a text of some length', n),
      );
      if (round === 1) bytes = store.bytes + slab.bytes;
      for (const document of documents) store.kill(document);
      store.advance(2);
      expect(store.span).toBe(0);
      if (round >= 1) expect(store.bytes + slab.bytes).toBeLessThanOrEqual(bytes);
    }
  });

  it('has texts up to a whole span', () => {
    const store = new DocumentStore(new Slab());
    const long = 'y'.repeat(SPAN_WORDS * 4);
    const documents = [add(store, 'short', 1), add(store, long, 2), add(store, '', 3), add(store, 'end', 4)];
    expect(
      documents.map((document, i) => textOf(store, document, ['short', long, '', 'end'][i]!.length)),
    ).toEqual(['short', long, '', 'end']);
  });

  it('has the parts of what is said side by side, and no living row to begin with', () => {
    const store = new DocumentStore(new Slab());
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
