/** A leaf of the index, and the shelves that hold its records. */
import type { UploadOffer } from '@banyan/proto';
import type { LeafHandle } from './types.ts';

export interface Leaf extends LeafHandle {
  account: string;
  shelf: Shelf;
  visible: boolean;
  reachable: boolean;
  offer: UploadOffer | undefined;
  /** The last count that had it, so that a leaf with two copies counts once. */
  counted: number;
}

/**
 * The catalog of a leaf. Forgetting a whole catalog takes the shelf from the leaf and marks it gone: its records
 * vanish from all answers at once and are freed later, a slice at a time.
 */
export interface Shelf {
  readonly leaf: Leaf;
  /** Blocks of the record store, in the order of the ids in them, and the lowest id that each may have. */
  readonly blocks: number[];
  readonly firstIds: number[];
  records: number;
  highestId: number;
  gone: boolean;
}

export function createShelf(leaf: Leaf): Shelf {
  return { leaf, blocks: [], firstIds: [], records: 0, highestId: -1, gone: false };
}
