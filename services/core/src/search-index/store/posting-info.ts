/** What a posting says of a term in a document: `place << 7 | fields`, eleven bits. */

/** Where a term stands in the words of the name: 0 to 12, or one of these. */
export const PLACE = { far: 13, several: 14, nowhere: 15 } as const;

/** What look-ups say of a document that the list does not have. */
export const NOT_THERE = 0xffff;

/** Documents and what is said of a term in them, side by side; grown as needed and used again. */
export class PostingBuffer {
  documents = new Uint32Array(1024);
  infos = new Uint16Array(1024);
  count = 0;
  /** Postings of the first list that were gone through for them. */
  covered = 0;

  reserve(count: number): void {
    if (count <= this.documents.length) return;
    const length = Math.max(count, 2 * this.documents.length);
    const documents = new Uint32Array(length);
    documents.set(this.documents.subarray(0, this.count));
    this.documents = documents;
    const infos = new Uint16Array(length);
    infos.set(this.infos.subarray(0, this.count));
    this.infos = infos;
  }
}

/** Some of the pages of documents, counted from the base: the `first` one, and every `step`-th behind it. */
export interface PageSet {
  readonly first: number;
  readonly step: number;
}

export const ALL: PageSet = { first: 0, step: 1 };
