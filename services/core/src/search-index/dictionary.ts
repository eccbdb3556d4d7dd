/**
 * All terms of an index: exact look-up by hash, look-up by beginning in sorted blocks. A block splits before it
 * grows long, so that adding to a million terms moves at most a block's worth of them.
 */
import type { Face, Term } from './entities.ts';

const MAX_BLOCK = 512;

export interface Dictionary {
  readonly size: number;
  get(text: string): Term | undefined;
  /** The term of this text, made when there is none. */
  take(text: string): Term;
  /** Forgets a term; it must have no postings. */
  remove(term: Term): void;
  /** The terms that begin so, in order; looks at no more than `limit`. */
  beginningWith(prefix: string, limit: number): Term[];
}

export function createDictionary(): Dictionary {
  const terms = new Map<string, Term>();
  const blocks: Term[][] = [];

  /** Index of the block that has or would have the text: the last one that begins at or before it. */
  const blockOf = (text: string): number => {
    let low = 0;
    let high = blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const first = blocks[middle]?.[0];
      if (first !== undefined && first.text <= text) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  };

  const placeIn = (block: readonly Term[], text: string): number => {
    let low = 0;
    let high = block.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const candidate = block[middle];
      if (candidate !== undefined && candidate.text < text) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    get size() {
      return terms.size;
    },

    get: (text) => terms.get(text),

    take(text) {
      const known = terms.get(text);
      if (known !== undefined) return known;
      const term: Term = { text, faces: [], slots: [] };
      terms.set(text, term);
      const at = blockOf(text);
      const block = blocks[at];
      if (block === undefined) blocks.push([term]);
      else {
        block.splice(placeIn(block, text), 0, term);
        if (block.length > MAX_BLOCK) blocks.splice(at + 1, 0, block.splice(MAX_BLOCK >> 1));
      }
      return term;
    },

    remove(term) {
      if (!terms.delete(term.text)) return;
      const at = blockOf(term.text);
      const block = blocks[at];
      if (block === undefined) return;
      block.splice(placeIn(block, term.text), 1);
      if (block.length === 0) blocks.splice(at, 1);
    },

    beginningWith(prefix, limit) {
      const found: Term[] = [];
      for (let at = blockOf(prefix); at < blocks.length; at++) {
        const block = blocks[at]!;
        for (let i = found.length === 0 ? placeIn(block, prefix) : 0; i < block.length; i++) {
          const term = block[i]!;
          if (!term.text.startsWith(prefix)) {
            if (term.text > prefix) return found;
            continue;
          }
          if (found.length >= limit) return found;
          found.push(term);
        }
      }
      return found;
    },
  };
}

/** Notes that a text of a content has the term: the face's n-th. */
export function addPosting(term: Term, face: Face, n: number): void {
  face.positions[n] = term.faces.length;
  term.faces.push(face);
  term.slots.push(n);
}

/** Takes the posting of the face's n-th term out: the last posting moves into its place. */
export function removePosting(face: Face, n: number): void {
  const term = face.terms[n]!;
  const hole = face.positions[n]!;
  const moved = term.faces.pop()!;
  const slot = term.slots.pop()!;
  if (moved === face && slot === n) return;
  term.faces[hole] = moved;
  term.slots[hole] = slot;
  moved.positions[slot] = hole;
}
