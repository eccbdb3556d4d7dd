/**
 * What the index is made of.
 *
 * ```
 *  Term ──postings──▶ Face ──▶ Content          a face is one text (name, folder, tags) of a content;
 *    ▲                 │ ▲                      leaves that say the same of a content share its face,
 *    └──── terms ──────┘ │                      so a further copy costs a record and no postings
 *                      Record ──▶ Shelf ──▶ Leaf
 * ```
 *
 * A shelf holds the records of a leaf. Forgetting a whole catalog takes the shelf from the leaf and marks it gone:
 * its records vanish from all answers at once and are freed later, a slice at a time.
 */
import { HASH_BYTES, type Tags } from '@banyan/proto';
import type { LeafHandle } from './types.ts';

export interface Term {
  readonly text: string;
  /** Postings: faces that have the term, in no order. */
  readonly faces: Face[];
  /** For each posting, which of the face's terms it is. */
  readonly slots: number[];
}

export interface Face {
  readonly content: Content;
  /** Its place among the faces of the content. */
  place: number;
  readonly name: string;
  readonly folder: string;
  readonly type: number;
  readonly tags: Tags | undefined;
  /** Equal tags have equal keys; '' without tags. */
  readonly tagsKey: string;
  readonly terms: Term[];
  /** For each term, the place of this face in its postings. */
  readonly positions: number[];
  /** For each term, the fields that have it ({@link FIELD} bits). */
  readonly fields: number[];
  /** The words of the name in their order; those of the extension come last. */
  readonly sequence: Term[];
  /** How many of the sequence stand before the extension. */
  stemLength: number;
  /** The words of the title tag in their order. */
  readonly title: Term[];
  readonly records: CatalogRecord[];
  /** The last query that looked at it. */
  seen: number;
}

export interface Content {
  /** Root (one character for each byte) and length. */
  readonly key: string;
  readonly length: number;
  readonly faces: Face[];
  /** Faces by their text, once there are many. */
  byText: Map<string, Face> | undefined;
  blocked: boolean;
  /** The last query that looked at it, and its place among that query's candidates. */
  seen: number;
  candidate: number;
}

export interface CatalogRecord {
  readonly id: number;
  readonly shelf: Shelf;
  readonly face: Face;
  /** Its place among the records of the face. */
  slot: number;
  modifiedS: number;
  visibility: number;
}

export interface Shelf {
  readonly leaf: Leaf;
  readonly records: Map<number, CatalogRecord>;
  gone: boolean;
}

export interface Leaf extends LeafHandle {
  account: string;
  shelf: Shelf;
  visible: boolean;
  reachable: boolean;
  /** The last count that had it, so that a leaf with two copies counts once. */
  counted: number;
}

/** Where a term stands; weights are in ranking.ts. */
export const FIELD = {
  name: 1,
  title: 2,
  artist: 4,
  album: 8,
  extension: 16,
  folder: 32,
  other: 64,
} as const;

/** The key of the content in row `row` of a column of roots. */
export function keyOf(roots: Uint8Array, row: number, length: number): string {
  const at = row * HASH_BYTES;
  // One call makes one flat string of one byte a character; pieces would be a rope.
  return String.fromCharCode(...roots.subarray(at, at + HASH_BYTES)) + String(length);
}

/** The root in a key. */
export function rootOf(key: string): Uint8Array {
  const root = new Uint8Array(HASH_BYTES);
  for (let i = 0; i < HASH_BYTES; i++) root[i] = key.charCodeAt(i);
  return root;
}

type ContentKey = Pick<Content, 'key' | 'length'>;

/** The order of contents: by root, then by length. */
export function compareContents(a: ContentKey, b: ContentKey): number {
  const rootA = a.key.slice(0, HASH_BYTES);
  const rootB = b.key.slice(0, HASH_BYTES);
  return rootA < rootB ? -1 : rootA > rootB ? 1 : a.length - b.length;
}
