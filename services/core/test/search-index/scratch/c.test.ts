import { it, expect } from '@jest/globals';
import { utf8 } from '@banyan/proto';
import { createSearchIndex } from '../../../src/search-index/search-index.ts';
import { Slab } from '../../../src/search-index/store/slab.ts';
import { StringTable } from '../../../src/search-index/store/string-table.ts';
import { DocumentStore } from '../../../src/search-index/store/document-store.ts';
import { Postings } from '../../../src/search-index/store/postings.ts';
import { PostingBuffer } from '../../../src/search-index/store/posting-info.ts';
import { batchOf, type Row } from '../catalog-batches.ts';
const NOW = Date.UTC(2024, 0, 1);
const kit = () => {
  const slab = new Slab();
  const dictionary = new StringTable(1);
  const documents = new DocumentStore(slab);
  const postings = new Postings(slab, dictionary, documents);
  const b = utf8('term');
  const term = dictionary.intern(b, 0, b.length, dictionary.hash(b, 0, b.length));
  return { slab, dictionary, documents, postings, term };
};
const read = (p: Postings, t: number) => { const b = new PostingBuffer(); p.read(t, b); return [...b.documents.subarray(0, b.count)]; };
it('grow while cursor is at the only chunk', () => {
  const { postings, term, slab } = kit();
  const docs: number[] = [];
  for (let d = 0; d < 500; d++) { postings.add(term, d, d % 13, 1); docs.push(d); }
  const cursor = { before: 0, chunk: 0 };
  const isLive = (d: number) => d >= 470;
  postings.purge(term, isLive, cursor, 1);
  expect(cursor.chunk).not.toBe(0);
  for (let d = 500; d < 800; d++) { postings.add(term, d, 0, 1); slab.alloc(30); }
  while (cursor.chunk !== 0) postings.purge(term, isLive, cursor, 1);
  expect(read(postings, term)).toEqual(Array.from({ length: 330 }, (_, i) => i + 470));
});
it('turn paged in the middle of a purge', () => {
  const { postings, term, documents } = kit();
  for (let d = 0; d < 4000; d++) { documents.add(); documents.page(d)!.head[d & 4095] = 1; postings.add(term, d, d % 13, 1); }
  const cursor = { before: 0, chunk: 0 };
  for (let d = 0; d < 2000; d += 2) documents.kill(d);
  for (let d = 3000; d < 4000; d += 2) documents.kill(d);
  const isLive = (d: number) => documents.isLive(d);
  postings.purge(term, isLive, cursor, 1);
  expect(cursor.chunk).not.toBe(0);
  for (let d = 4000; d < 9000; d++) { documents.add(); documents.page(d)!.head[d & 4095] = 1; postings.add(term, d, 0, 1); }
  let n = 0;
  while (cursor.chunk !== 0 && n++ < 10000) postings.purge(term, isLive, cursor, 1);
  const alive = Array.from({ length: 9000 }, (_, i) => i).filter(isLive);
  expect(read(postings, term).length).toBe(alive.length);
});
