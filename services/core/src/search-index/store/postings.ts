/**
 * Which texts have a term: for each term a list of document numbers that ascend, each with where the term stands.
 *
 * ```
 *   term (entry of the dictionary)
 *     word 0: how many            word 1: tail ─▶ chunk ─next─▶ chunk (the head) ─▶ … ─▶ tail
 *     of a single one:            chunk: next | first | last | size, count, end | entries
 *     word 0: mark, where         entry: varint (distance from the one before) << 5 | place << 1 | more, [fields]
 *     word 1: the document
 * ```
 *
 * Half of all terms occur once and cost no chunk. A list of one chunk grows a class of the slab at a time; longer ones add
 * chunks of up to {@link MAX_CHUNK_WORDS}, which are what a search skips by; what one document in a hundred has is kept by
 * pages (paged-postings.ts). Nothing is ever taken out of the middle: documents die, and {@link Postings.purge} drops the
 * dead ones of a term. Reading and looking up decode entries in their own loops: a call for each would cost more than it.
 */
import { PagedPostings } from './paged-postings.ts';
import { PAGE_ROWS, type DocumentStore } from './document-store.ts';
import { ALL, NOT_THERE, PostingBuffer } from './posting-info.ts';
import { Slab } from './slab.ts';
import type { StringTable } from './string-table.ts';

const PAGE_SHIFT = 18;
const PAGE_MASK = (1 << PAGE_SHIFT) - 1;

const NEXT = 0;
const FIRST = 1;
const LAST = 2;
const META = 3;
const HEAD_BYTES = 16;
const MIN_CHUNK_WORDS = 6;
/** Some 170 postings: few enough to skip by, enough that their head costs little. */
const MAX_CHUNK_WORDS = Slab.sizeFor(116);
/** An only chunk grows by so much: a class of the slab at a time. */
const GROWTH = 1.19;
/** Of the chunks after the first; smaller ones would be mostly head. */
const MIN_FURTHER_WORDS = 28;
/** A list's last chunk has room for an eighth of it at most. */
const FURTHER_SHARE = 8;
/** A chunk of which one part in so many is empty is filled up from the one behind it when dead ones are dropped. */
const POURED_FROM = 4;
/** A varint of 35 bits (distances stay below 2 ** 30) and the byte of fields. */
const MAX_ENTRY_BYTES = 6;

/** Fields of an entry without the byte of fields. */
const PLAIN_FIELDS = 1;
/** Marks of word 0: a single posting, and a list of {@link PagedPostings} (whose number is word 1). */
const SINGLE = 0x8000_0000;
const PAGED = 0x4000_0000;
/** From one document in so many on a list is kept by pages; below one in so many it is not any more. */
const PAGED_FROM = 128;
const PAGED_TO = 256;
/** Shorter lists are read in no time; longer ones would take too long to turn over at once. */
const MIN_PAGED = 4_096;
const MAX_TURNED = 100_000;

/** Where a purge of a list by pages goes on. */
export interface PurgeCursor {
  /** The page to look at next. */
  page: number;
}

export class Postings {
  /** In all lists, dead ones included. */
  total = 0;
  readonly #slab: Slab;
  readonly #dictionary: StringTable;
  readonly #documents: DocumentStore;
  readonly #paged: PagedPostings;
  readonly #scratch = new PostingBuffer();

  constructor(slab: Slab, dictionary: StringTable, documents: DocumentStore) {
    this.#slab = slab;
    this.#dictionary = dictionary;
    this.#documents = documents;
    this.#paged = new PagedPostings(slab);
  }

  /** Bytes beyond the lists, which are the slab's. */
  get bytes(): number {
    return this.#paged.bytes;
  }

  /** Postings of a term. */
  count(term: number): number {
    const count = this.#dictionary.wordPages[term >>> PAGE_SHIFT]![term & PAGE_MASK]!;
    return count >= SINGLE ? 1 : count & ~PAGED;
  }

  /** Whether a term's list is kept by pages, as those of very many documents are. */
  isPaged(term: number): boolean {
    const count = this.#dictionary.wordPages[term >>> PAGE_SHIFT]![term & PAGE_MASK]!;
    return count >= PAGED && count < SINGLE;
  }

  /**
   * Notes that a document has the term; its number is above all that the list has (modulo 2 ** 32).
   *
   * @param place - 0 to 12, or a value of {@link PLACE}
   * @param fields - FIELD bits
   */
  add(term: number, document: number, place: number, fields: number): void {
    this.total++;
    const slab = this.#slab;
    const words = this.#dictionary.wordPages[term >>> PAGE_SHIFT]!;
    const at = term & PAGE_MASK;
    const count = words[at]!;
    if (count === 0) {
      words[at] = SINGLE | (place << 7) | fields;
      words[at + 1] = document;
      return;
    }
    if (count >= PAGED && count < SINGLE) {
      words[at] = count + 1;
      this.#paged.add(words[at + 1]!, (document - this.#documents.base) >>> 0, (place << 7) | fields);
      return;
    }
    if (count >= SINGLE) {
      const first = words[at + 1]!;
      const chunk = this.#newChunk(MIN_CHUNK_WORDS, first);
      this.#page(chunk)[(chunk & PAGE_MASK) + NEXT] = chunk;
      words[at] = 1;
      words[at + 1] = chunk;
      this.#append(chunk, first, words, at, 0, (count >> 7) & 15, count & 127);
    }
    const tail = words[at + 1]!;
    words[at]!++;
    const last = slab.wordPages[tail >>> PAGE_SHIFT]![(tail & PAGE_MASK) + LAST]!;
    this.#append(tail, document, words, at, (document - last) >>> 0, place, fields);
  }

  #page(chunk: number): Uint32Array {
    return this.#slab.wordPages[chunk >>> PAGE_SHIFT]!;
  }

  #newChunk(wanted: number, first: number): number {
    const size = Slab.sizeFor(wanted);
    const chunk = this.#slab.alloc(size);
    const words = this.#page(chunk);
    const at = chunk & PAGE_MASK;
    words[at + FIRST] = first;
    words[at + LAST] = first;
    words[at + META] = (size << 20) | HEAD_BYTES;
    return chunk;
  }

  /** Writes an entry at the end of the tail, which grows or gets a successor when it is full. */
  #append(
    tail: number,
    document: number,
    termWords: Uint32Array,
    termAt: number,
    distance: number,
    place: number,
    fields: number,
  ): void {
    const slab = this.#slab;
    let words = slab.wordPages[tail >>> PAGE_SHIFT]!;
    let at = tail & PAGE_MASK;
    let meta = words[at + META]!;
    const size = meta >>> 20;
    if ((meta & 0x3ff) + MAX_ENTRY_BYTES > size * 4) {
      const bytes = (fields === PLAIN_FIELDS ? 0 : 1) + varintBytes(distance);
      if ((meta & 0x3ff) + bytes > size * 4) {
        if (size < MAX_CHUNK_WORDS && words[at + NEXT] === tail) tail = this.#grow(tail, size);
        else {
          const count = termWords[termAt]!;
          if (this.#becomesPaged(count)) {
            this.#turnPaged(termWords, termAt);
            // It was counted as one of the list by now.
            this.#paged.add(
              termWords[termAt + 1]!,
              (document - this.#documents.base) >>> 0,
              (place << 7) | fields,
            );
            return;
          }
          const further = Math.min(
            MAX_CHUNK_WORDS,
            Math.max(MIN_FURTHER_WORDS, Math.floor((count * 3) / 4 / FURTHER_SHARE)),
          );
          const chunk = this.#newChunk(further, document);
          const head = words[at + NEXT]!;
          words[at + NEXT] = chunk;
          this.#page(chunk)[(chunk & PAGE_MASK) + NEXT] = head;
          tail = chunk;
          distance = 0;
        }
        termWords[termAt + 1] = tail;
        words = slab.wordPages[tail >>> PAGE_SHIFT]!;
        at = tail & PAGE_MASK;
        meta = words[at + META]!;
      }
    }
    const bytes = slab.bytePages[tail >>> PAGE_SHIFT]!;
    const from = at * 4 + (meta & 0x3ff);
    const end = writeEntry(bytes, from, distance, place, fields);
    words[at + META] = meta + (1 << 10) + (end - from);
    words[at + LAST] = document;
  }

  #becomesPaged(count: number): boolean {
    return count >= MIN_PAGED && count <= MAX_TURNED && count * PAGED_FROM > this.#documents.live;
  }

  /** Keeps a list of chunks by pages from now on. */
  #turnPaged(termWords: Uint32Array, termAt: number): void {
    const list = this.#paged.create();
    const { base } = this.#documents;
    const tail = termWords[termAt + 1]!;
    let chunk = tail;
    do {
      chunk = this.#next(chunk);
      const live = this.#readLive(chunk, () => true);
      for (let i = 0; i < live; i++)
        this.#paged.add(list, (this.#scratch.documents[i]! - base) >>> 0, this.#scratch.infos[i]!);
    } while (chunk !== tail);
    this.#freeChunks(tail);
    termWords[termAt] = PAGED | termWords[termAt]!;
    termWords[termAt + 1] = list;
  }

  /** Keeps a list of pages as chunks from now on. */
  #turnSparse(term: number): void {
    const termWords = this.#dictionary.wordPages[term >>> PAGE_SHIFT]!;
    const termAt = term & PAGE_MASK;
    const list = termWords[termAt + 1]!;
    const { base } = this.#documents;
    const read = new PostingBuffer();
    this.#paged.read(list, read);
    this.#paged.drop(list);
    termWords[termAt] = 0;
    termWords[termAt + 1] = 0;
    this.total -= read.count;
    for (let i = 0; i < read.count; i++)
      this.add(term, (read.documents[i]! + base) >>> 0, read.infos[i]! >> 7, read.infos[i]! & 127);
  }

  #freeChunks(tail: number): void {
    let chunk = tail;
    do {
      const next = this.#next(chunk);
      this.#slab.free(chunk, this.#page(chunk)[(chunk & PAGE_MASK) + META]! >>> 20);
      chunk = next;
    } while (chunk !== tail);
  }

  #grow(chunk: number, size: number): number {
    const larger = Slab.sizeFor(Math.min(MAX_CHUNK_WORDS, Math.max(size + 1, Math.ceil(size * GROWTH))));
    return this.#resize(chunk, size, larger);
  }

  /** Moves a chunk into another piece; it is its own successor then. */
  #resize(chunk: number, size: number, wanted: number): number {
    const slab = this.#slab;
    const moved = slab.alloc(wanted);
    const from = this.#page(chunk);
    const to = this.#page(moved);
    const fromAt = chunk & PAGE_MASK;
    const toAt = moved & PAGE_MASK;
    const words = ((from[fromAt + META]! & 0x3ff) + 3) >> 2;
    for (let i = 0; i < words; i++) to[toAt + i] = from[fromAt + i]!;
    to[toAt + NEXT] = moved;
    to[toAt + META] = (wanted << 20) | (from[fromAt + META]! & 0xfffff);
    slab.free(chunk, size);
    return moved;
  }

  /**
   * Reads a list into the buffer, documents relative to the base.
   *
   * @param most - of longer lists, whole chunks spread evenly over the list are read, about so many postings
   * @param pages - of lists by pages ({@link isPaged}) only these are read
   * @returns the share of the whole list that was read, 0 to 1
   */
  read(term: number, into: PostingBuffer, most = Infinity, pages = ALL): number {
    into.count = 0;
    const { base } = this.#documents;
    const slab = this.#slab;
    const termWords = this.#dictionary.wordPages[term >>> PAGE_SHIFT]!;
    const count = termWords[term & PAGE_MASK]!;
    const tail = termWords[(term & PAGE_MASK) + 1]!;
    if (count === 0) return 1;
    if (count >= SINGLE) {
      into.documents[0] = (tail - base) >>> 0;
      into.infos[0] = count & 0x7ff;
      into.count = 1;
      return 1;
    }
    if (count >= PAGED) {
      this.#paged.read(tail, into, pages, Math.min(1, most / (count & ~PAGED)));
      return into.count / (count & ~PAGED);
    }
    into.reserve(count);
    const { documents, infos } = into;
    const share = Math.min(1, most / count);
    let owed = 1;
    let n = 0;
    let chunk = this.#page(tail)[(tail & PAGE_MASK) + NEXT]!;
    for (;;) {
      const words = slab.wordPages[chunk >>> PAGE_SHIFT]!;
      const at = chunk & PAGE_MASK;
      owed += share;
      if (share === 1 || owed >= 1) {
        owed -= 1;
        const bytes = slab.bytePages[chunk >>> PAGE_SHIFT]!;
        let p = at * 4 + HEAD_BYTES;
        const end = at * 4 + (words[at + META]! & 0x3ff);
        let document = (words[at + FIRST]! - base) >>> 0;
        while (p < end) {
          let byte = bytes[p++]!;
          let value = byte & 127;
          if (byte >= 128) {
            byte = bytes[p++]!;
            value |= (byte & 127) << 7;
            if (byte >= 128) {
              byte = bytes[p++]!;
              value |= (byte & 127) << 14;
              if (byte >= 128) {
                byte = bytes[p++]!;
                value |= (byte & 127) << 21;
                if (byte >= 128) {
                  document += bytes[p++]! * 0x80_0000;
                }
              }
            }
          }
          document += value >>> 5;
          documents[n] = document;
          infos[n++] = ((value & 30) << 6) | ((value & 1) === 0 ? PLAIN_FIELDS : bytes[p++]!);
        }
      }
      if (chunk === tail) break;
      chunk = words[at + NEXT]!;
    }
    into.count = n;
    return share === 1 ? 1 : Math.min(1, n / count);
  }

  /**
   * Which of the given documents the list has.
   *
   * @param documents - relative to the base, ascending
   * @param infos - for each one: what is said of the term there, or {@link NOT_THERE}
   */
  look(term: number, documents: Uint32Array, count: number, infos: Uint16Array): void {
    const { base } = this.#documents;
    const slab = this.#slab;
    const termWords = this.#dictionary.wordPages[term >>> PAGE_SHIFT]!;
    const held = termWords[term & PAGE_MASK]!;
    const tail = termWords[(term & PAGE_MASK) + 1]!;
    if (held >= PAGED && held < SINGLE) {
      this.#paged.look(tail, documents, count, infos);
      return;
    }
    if (held === 0 || held >= SINGLE) {
      const only = held === 0 ? -1 : (tail - base) >>> 0;
      for (let i = 0; i < count; i++) infos[i] = documents[i] === only ? held & 0x7ff : NOT_THERE;
      return;
    }
    let chunk = this.#page(tail)[(tail & PAGE_MASK) + NEXT]!;
    let words = slab.wordPages[chunk >>> PAGE_SHIFT]!;
    let bytes = slab.bytePages[chunk >>> PAGE_SHIFT]!;
    let at = chunk & PAGE_MASK;
    let last = (words[at + LAST]! - base) >>> 0;
    let p = at * 4 + HEAD_BYTES;
    /** Document before the next entry, and the entry that was read last. */
    let document = (words[at + FIRST]! - base) >>> 0;
    let info = NOT_THERE;
    let i = 0;
    for (; i < count; i++) {
      const wanted = documents[i]!;
      if (wanted > last) {
        do {
          if (chunk === tail) {
            for (; i < count; i++) infos[i] = NOT_THERE;
            return;
          }
          chunk = words[at + NEXT]!;
          words = slab.wordPages[chunk >>> PAGE_SHIFT]!;
          at = chunk & PAGE_MASK;
          last = (words[at + LAST]! - base) >>> 0;
        } while (wanted > last);
        bytes = slab.bytePages[chunk >>> PAGE_SHIFT]!;
        p = at * 4 + HEAD_BYTES;
        document = (words[at + FIRST]! - base) >>> 0;
        info = NOT_THERE;
      }
      // The chunk has this document or a later one: the walk ends inside of it.
      while (document < wanted || info === NOT_THERE) {
        if (info === NOT_THERE && document > wanted) break;
        let byte = bytes[p++]!;
        let value = byte & 127;
        if (byte >= 128) {
          byte = bytes[p++]!;
          value |= (byte & 127) << 7;
          if (byte >= 128) {
            byte = bytes[p++]!;
            value |= (byte & 127) << 14;
            if (byte >= 128) {
              byte = bytes[p++]!;
              value |= (byte & 127) << 21;
              if (byte >= 128) {
                document += bytes[p++]! * 0x80_0000;
              }
            }
          }
        }
        document += value >>> 5;
        info = ((value & 30) << 6) | ((value & 1) === 0 ? PLAIN_FIELDS : bytes[p++]!);
      }
      infos[i] = document === wanted ? info : NOT_THERE;
    }
  }

  /**
   * The documents that two terms have in common, for terms that very many have: much faster than reading one list.
   *
   * @param into - the documents, with what is said of `a` in them
   * @param others - room for what is said of `b`, as many as the rarer one's postings
   * @returns false: these lists are kept otherwise, nothing was done
   */
  both(a: number, b: number, into: PostingBuffer, others: Uint16Array, pages = ALL): boolean {
    const wordsA = this.#dictionary.wordPages[a >>> PAGE_SHIFT]!;
    const wordsB = this.#dictionary.wordPages[b >>> PAGE_SHIFT]!;
    const countA = wordsA[a & PAGE_MASK]!;
    const countB = wordsB[b & PAGE_MASK]!;
    if (countA < PAGED || countA >= SINGLE || countB < PAGED || countB >= SINGLE) return false;
    this.#paged.both(wordsA[(a & PAGE_MASK) + 1]!, wordsB[(b & PAGE_MASK) + 1]!, into, others, pages);
    return true;
  }

  /**
   * Drops the dead documents of a term.
   *
   * @param cursor - where to begin and, afterwards, where to go on
   * @param budget - postings to look at of a list by pages, at least one page's; others are looked at whole
   * @returns postings looked at; the list is done when the cursor is at page 0 again
   */
  purge(term: number, isLive: (document: number) => boolean, cursor: PurgeCursor, budget: number): number {
    const termWords = this.#dictionary.wordPages[term >>> PAGE_SHIFT]!;
    const termAt = term & PAGE_MASK;
    const count = termWords[termAt]!;
    if (count === 0) return 0;
    if (count >= PAGED && count < SINGLE) return this.#purgePaged(term, isLive, cursor, budget);
    if (count >= SINGLE) {
      if (isLive(termWords[termAt + 1]!)) return 1;
      termWords[termAt] = 0;
      termWords[termAt + 1] = 0;
      this.total--;
      return 1;
    }
    return this.#purgeChunks(termWords, termAt, isLive);
  }

  /** All at once, since publishing in between may move chunks; lists that would take long are kept by pages. */
  #purgeChunks(termWords: Uint32Array, termAt: number, isLive: (document: number) => boolean): number {
    let tail = termWords[termAt + 1]!;
    let chunk = this.#next(tail);
    let before = 0;
    let looked = 0;
    for (;;) {
      const next = this.#next(chunk);
      const isTail = chunk === tail;
      const held = this.#countIn(chunk);
      looked += held;
      const live = this.#readLive(chunk, isLive);
      this.total -= held - live;
      termWords[termAt] = termWords[termAt]! - (held - live);
      const poured = before === 0 ? 0 : this.#pour(before);
      if (poured < live) {
        if (live < held || poured > 0) this.#rewrite(chunk, poured);
        const size = this.#page(chunk)[(chunk & PAGE_MASK) + META]! >>> 20;
        // An only chunk is looked at below.
        if (next !== chunk && this.#slab.isSparse(chunk, size)) {
          const moved = this.#resize(chunk, size, size);
          const prior = before === 0 ? tail : before;
          this.#page(moved)[(moved & PAGE_MASK) + NEXT] = next;
          this.#page(prior)[(prior & PAGE_MASK) + NEXT] = moved;
          if (isTail) {
            tail = moved;
            termWords[termAt + 1] = tail;
          }
          before = moved;
        } else before = chunk;
      } else {
        // An empty head has nobody before it but the tail.
        const prior = before === 0 ? tail : before;
        this.#page(prior)[(prior & PAGE_MASK) + NEXT] = next;
        if (isTail) {
          tail = before;
          termWords[termAt + 1] = tail;
        }
        this.#slab.free(chunk, this.#page(chunk)[(chunk & PAGE_MASK) + META]! >>> 20);
      }
      if (isTail) break;
      chunk = next;
    }
    if (tail !== 0 && this.#next(tail) === tail) this.#shrink(termWords, termAt, tail);
    return looked;
  }

  #purgePaged(
    term: number,
    isLive: (document: number) => boolean,
    cursor: PurgeCursor,
    budget: number,
  ): number {
    const termWords = this.#dictionary.wordPages[term >>> PAGE_SHIFT]!;
    const termAt = term & PAGE_MASK;
    const list = termWords[termAt + 1]!;
    const { base } = this.#documents;
    const before = this.#paged.count(list);
    let looked = 0;
    let at = cursor.page;
    const pages = this.#paged.pageCount(list);
    for (; at < pages && looked < budget; at++) {
      const first = base + at * PAGE_ROWS;
      looked += 1 + this.#paged.purgePage(list, at, (row) => isLive((first + row) >>> 0));
    }
    const left = this.#paged.count(list);
    this.total -= before - left;
    termWords[termAt] = PAGED | left;
    cursor.page = at < pages ? at : 0;
    if (
      cursor.page === 0 &&
      (left < MIN_PAGED / 2 || left * PAGED_TO < this.#documents.live) &&
      left <= MAX_TURNED
    )
      this.#turnSparse(term);
    return looked;
  }

  /** The base of the documents moves on by so many pages; called just before it does. */
  advance(pages: number): void {
    this.#paged.advance(pages);
  }

  #next(chunk: number): number {
    return this.#page(chunk)[(chunk & PAGE_MASK) + NEXT]!;
  }

  #countIn(chunk: number): number {
    return (this.#page(chunk)[(chunk & PAGE_MASK) + META]! >>> 10) & 0x3ff;
  }

  /** The live entries of a chunk, into the scratch buffer. */
  #readLive(chunk: number, isLive: (document: number) => boolean): number {
    const bytes = this.#slab.bytePages[chunk >>> PAGE_SHIFT]!;
    const words = this.#page(chunk);
    const at = chunk & PAGE_MASK;
    const { documents, infos } = this.#scratch;
    const place = { at: at * 4 + HEAD_BYTES };
    const end = at * 4 + (words[at + META]! & 0x3ff);
    let document = words[at + FIRST]!;
    let live = 0;
    while (place.at < end) {
      const value = readVarint(bytes, place);
      document = (document + Math.floor(value / 32)) >>> 0;
      const low = value % 32;
      const info = ((low & 30) << 6) | ((low & 1) === 0 ? PLAIN_FIELDS : bytes[place.at++]!);
      if (!isLive(document)) continue;
      documents[live] = document;
      infos[live++] = info;
    }
    this.#scratch.count = live;
    return live;
  }

  /**
   * Puts scratch entries behind those of a chunk: as many as fit when it has much room, else all or none, since what
   * lies behind has to be written again.
   *
   * @returns how many
   */
  #pour(chunk: number): number {
    const words = this.#page(chunk);
    const at = chunk & PAGE_MASK;
    const meta = words[at + META]!;
    let end = meta & 0x3ff;
    const most = (meta >>> 20) * 4;
    const { documents, infos, count } = this.#scratch;
    const much = (most - end) * POURED_FROM > most;
    let last = words[at + LAST]!;
    let fitting = 0;
    for (; fitting < count; fitting++) {
      end +=
        varintBytes((documents[fitting]! - last) >>> 0) + ((infos[fitting]! & 127) === PLAIN_FIELDS ? 0 : 1);
      if (end > most) break;
      last = documents[fitting]!;
    }
    if (!much && fitting < count) return 0;
    this.#appendAll(chunk, 0, fitting);
    return fitting;
  }

  /** Puts scratch entries behind those of a chunk that has room for them. */
  #appendAll(chunk: number, from: number, to: number): void {
    const words = this.#page(chunk);
    const at = chunk & PAGE_MASK;
    const bytes = this.#slab.bytePages[chunk >>> PAGE_SHIFT]!;
    const { documents, infos } = this.#scratch;
    let meta = words[at + META]!;
    let last = words[at + LAST]!;
    for (let i = from; i < to; i++) {
      const begin = at * 4 + (meta & 0x3ff);
      const end = writeEntry(bytes, begin, (documents[i]! - last) >>> 0, infos[i]! >> 7, infos[i]! & 127);
      meta += (1 << 10) + (end - begin);
      last = documents[i]!;
    }
    words[at + META] = meta;
    words[at + LAST] = last;
  }

  /** Writes the scratch entries from one on over those of their chunk; fewer never take more room. */
  #rewrite(chunk: number, from: number): void {
    const words = this.#page(chunk);
    const at = chunk & PAGE_MASK;
    words[at + META] = ((words[at + META]! >>> 20) << 20) | HEAD_BYTES;
    words[at + FIRST] = this.#scratch.documents[from]!;
    words[at + LAST] = this.#scratch.documents[from]!;
    this.#appendAll(chunk, from, this.#scratch.count);
  }

  /** A list of one chunk in a piece that fits and stands close to others; a single posting in none. */
  #shrink(termWords: Uint32Array, termAt: number, chunk: number): void {
    const words = this.#page(chunk);
    const at = chunk & PAGE_MASK;
    const meta = words[at + META]!;
    const size = meta >>> 20;
    if (((meta >>> 10) & 0x3ff) === 1) {
      this.#readLive(chunk, () => true);
      termWords[termAt] = SINGLE | this.#scratch.infos[0]!;
      termWords[termAt + 1] = this.#scratch.documents[0]!;
      this.#slab.free(chunk, size);
      return;
    }
    const wanted = Slab.sizeFor(Math.max(MIN_CHUNK_WORDS, ((meta & 0x3ff) + 3) >> 2));
    if (wanted < size || this.#slab.isSparse(chunk, size))
      termWords[termAt + 1] = this.#resize(chunk, size, wanted);
  }
}

function varintBytes(distance: number): number {
  return distance < 4 ? 1 : distance < 0x200 ? 2 : distance < 0x1_0000 ? 3 : distance < 0x80_0000 ? 4 : 5;
}

function writeEntry(bytes: Uint8Array, at: number, distance: number, place: number, fields: number): number {
  const low = (place << 1) | (fields === PLAIN_FIELDS ? 0 : 1);
  if (distance < 4) bytes[at++] = (distance << 5) | low;
  else {
    bytes[at++] = 128 | ((distance & 3) << 5) | low;
    distance >>>= 2;
    while (distance >= 128) {
      bytes[at++] = (distance & 127) | 128;
      distance >>>= 7;
    }
    bytes[at++] = distance;
  }
  if (fields !== PLAIN_FIELDS) bytes[at++] = fields;
  return at;
}

/** The whole varint: up to 36 bits, so without bit operations. */
function readVarint(bytes: Uint8Array, place: { at: number }): number {
  let value = 0;
  let scale = 1;
  for (;;) {
    const byte = bytes[place.at++]!;
    value += (byte & 127) * scale;
    if (byte < 128) return value;
    scale *= 128;
  }
}
