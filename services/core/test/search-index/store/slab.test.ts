import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_PIECE_WORDS, Slab, SPAN_WORDS } from '../../../src/search-index/store/slab.ts';
import { randomNumbers } from '../random-numbers.ts';

interface Piece {
  readonly address: number;
  readonly words: number;
  readonly stamp: number;
}

const PAGE_SHIFT = 18;
const PAGE_MASK = (1 << PAGE_SHIFT) - 1;

/** The words of a piece, all that it has room for. */
function wordsOf(slab: Slab, { address, words }: Piece): Uint32Array {
  const at = address & PAGE_MASK;
  return slab.wordPages[address >>> PAGE_SHIFT]!.subarray(at, at + Slab.sizeFor(words));
}

function alloc(slab: Slab, words: number, stamp: number): Piece {
  const piece = { address: slab.alloc(words), words, stamp };
  wordsOf(slab, piece).fill(stamp);
  return piece;
}

const isWhole = (slab: Slab, piece: Piece): boolean =>
  wordsOf(slab, piece).length === Slab.sizeFor(piece.words) &&
  wordsOf(slab, piece).every((word) => word === piece.stamp);

describe('Slab', () => {
  it('gives pieces that have no word in common, whatever comes and goes', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { below } = randomNumbers(seed);
        const slab = new Slab();
        const pieces: Piece[] = [];
        for (let stamp = 1; stamp <= 4_000; stamp++) {
          if (pieces.length > 0 && below(5) < 2) {
            const at = below(pieces.length);
            const [piece] = pieces.splice(at, 1);
            if (!isWhole(slab, piece!)) throw new Error('Somebody else wrote into a piece.');
            slab.free(piece!.address, piece!.words);
          } else {
            // Mostly small ones, sometimes spans.
            const words =
              below(50) === 0 ? 1 + below(3 * SPAN_WORDS) : 1 + below(below(10) === 0 ? SPAN_WORDS : 60);
            pieces.push(alloc(slab, words, stamp));
          }
        }
        expect(pieces.every((piece) => isWhole(slab, piece))).toBe(true);
        expect(pieces.every(({ address }) => address > 0)).toBe(true);
      }),
      { numRuns: 10 },
    );
  });

  it('gives out what was freed before it grows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 3 * SPAN_WORDS }), { minLength: 1, maxLength: 200 }),
        (sizes) => {
          const slab = new Slab();
          let bytes = 0;
          for (let round = 0; round < 4; round++) {
            const pieces = sizes.map((words, n) => alloc(slab, words, n + 1));
            expect(pieces.every((piece) => isWhole(slab, piece))).toBe(true);
            if (round === 0) ({ bytes } = slab);
            for (const { address, words } of pieces) slab.free(address, words);
          }
          expect(slab.bytes).toBe(bytes);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('lets any class have the spans that another one left', () => {
    const slab = new Slab();
    let bytes = 0;
    for (const words of [6, 60, 600, SPAN_WORDS, 7 * SPAN_WORDS, 2]) {
      const count = Math.floor((3 * MAX_PIECE_WORDS) / Slab.sizeFor(words));
      const pieces = Array.from({ length: count }, (_, n) => alloc(slab, words, n + 1));
      bytes ||= slab.bytes;
      expect(pieces.every((piece) => isWhole(slab, piece))).toBe(true);
      for (const { address } of pieces) slab.free(address, words);
    }
    expect(slab.bytes).toBeLessThanOrEqual(bytes + 1.002 * 4 * MAX_PIECE_WORDS);
  });

  it('tells which pieces to move so that those of a class stand close', () => {
    const { below } = randomNumbers(7);
    const slab = new Slab();
    const words = 24;
    let pieces = Array.from({ length: 20_000 }, (_, n) => alloc(slab, words, n + 1));
    pieces = pieces.filter(({ address }) => {
      if (below(3) === 0) return true;
      slab.free(address, words);
      return false;
    });
    const spansOf = (): number => new Set(pieces.map(({ address }) => Math.floor(address / SPAN_WORDS))).size;
    const before = spansOf();
    pieces = pieces.map((piece) => {
      if (!slab.isSparse(piece.address, words)) return piece;
      const moved = alloc(slab, words, piece.stamp);
      slab.free(piece.address, words);
      return moved;
    });
    expect(pieces.every((piece) => isWhole(slab, piece))).toBe(true);
    expect(spansOf()).toBeLessThan(before / 2);
    // None of them again.
    expect(pieces.filter(({ address }) => slab.isSparse(address, words))).toEqual([]);
  });

  it('never gives address 0, and pieces up to a page', () => {
    const slab = new Slab();
    const pieces = [1, MAX_PIECE_WORDS, 2, MAX_PIECE_WORDS / 2 + 1, SPAN_WORDS, SPAN_WORDS + 1].map(
      (words, n) => alloc(slab, words, n + 1),
    );
    expect(pieces.every(({ address }) => address > 0)).toBe(true);
    expect(pieces.every((piece) => isWhole(slab, piece))).toBe(true);
    const pages = 4 * MAX_PIECE_WORDS * slab.wordPages.length;
    expect(slab.bytes).toBeGreaterThanOrEqual(pages);
    expect(slab.bytes).toBeLessThan(pages * 1.002);
  });

  it('has at most a fifth of slack in a piece, and shows the same memory as bytes, half words and words', () => {
    for (let words = 16; words <= SPAN_WORDS; words++) {
      expect(Slab.sizeFor(words)).toBeGreaterThanOrEqual(words);
      expect(Slab.sizeFor(words)).toBeLessThanOrEqual(Math.ceil(words * 1.2));
    }
    const slab = new Slab();
    const { address } = alloc(slab, 4, 0x0403_0201);
    const at = address & PAGE_MASK;
    expect([...slab.bytePages[0]!.subarray(4 * at, 4 * at + 4)]).toEqual([1, 2, 3, 4]);
    expect(slab.halfPages[0]![2 * at + 1]).toBe(0x0403);
  });
});
