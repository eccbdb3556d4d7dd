/**
 * Which texts have a term: for each term a list of document numbers that ascend, each with where the term stands.
 *
 * ```
 *   term (entry of the dictionary)
 *     word 0: how many            word 1: tail ─▶ chunk ─next─▶ chunk (the head) ─▶ … ─▶ tail
 *     of a single one:            chunk: next | first | last | size, count, end | entries
 *     word 0: mark, where         entry: varint (distance from the one before) << 4 | place << 1 | more, [fields]
 *     word 1: the document
 * ```
 *
 * Half of all terms occur once and cost no chunk. A list of one chunk grows by a quarter at a time; longer ones add
 * chunks of up to {@link MAX_CHUNK_WORDS}, which are what a search skips by. Nothing is ever taken out of the
 * middle: documents die, and {@link Postings.purge} drops the dead ones of a term, a few chunks at a time.
 */
import { Slab } from './slab.ts';

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
/** Of the chunks after the first; smaller ones would be mostly head. */
const MIN_FURTHER_WORDS = 28;
/** A list's last chunk has room for an eighth of it at most. */
const FURTHER_SHARE = 8;
/** A varint of 35 bits and the byte of fields. */
const MAX_ENTRY_BYTES = 6;

/** Place of a term that stands far behind, more than once, or outside of the name: it says nothing. */
export const NO_PLACE = 7;
/** Fields of an entry without the byte of fields. */
const PLAIN_FIELDS = 1;
const SINGLE = 0x8000_0000;

/** Documents and what is said of a term in them, side by side; grown as needed and used again. */
export class PostingBuffer {
  documents = new Uint32Array(1024);
  /** `place << 7 | fields` */
  infos = new Uint16Array(1024);
  count = 0;

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

/** Where a purge of a long list goes on. */
export interface PurgeCursor {
  /** The chunk before; 0 at the list's head. */
  before: number;
  /** The chunk to look at next; 0: at the head. */
  chunk: number;
}

export class Postings {
  /** In all lists, dead ones included. */
  total = 0;
  readonly #slab: Slab;
  readonly #scratch = new PostingBuffer();

  constructor(slab: Slab) {
    this.#slab = slab;
  }

  /** Postings of a term. */
  count(term: number): number {
    const count = this.#slab.wordPages[term >>> PAGE_SHIFT]![term & PAGE_MASK]!;
    return count >= SINGLE ? 1 : count;
  }

  /**
   * Notes that a document has the term; its number is above all that the list has (modulo 2 ** 32).
   *
   * @param place - 0 to 6 in the words of the name, or {@link NO_PLACE}
   * @param fields - FIELD bits
   */
  add(term: number, document: number, place: number, fields: number): void {
    this.total++;
    const slab = this.#slab;
    const words = slab.wordPages[term >>> PAGE_SHIFT]!;
    const at = term & PAGE_MASK;
    const count = words[at]!;
    if (count === 0) {
      words[at] = SINGLE | (place << 7) | fields;
      words[at + 1] = document;
      return;
    }
    if (count >= SINGLE) {
      const first = words[at + 1]!;
      const chunk = this.#newChunk(MIN_CHUNK_WORDS, first);
      this.#page(chunk)[(chunk & PAGE_MASK) + NEXT] = chunk;
      words[at] = 1;
      words[at + 1] = chunk;
      this.#append(chunk, first, words, at, 0, (count >> 7) & 7, count & 127);
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

  #grow(chunk: number, size: number): number {
    const larger = Slab.sizeFor(Math.min(MAX_CHUNK_WORDS, Math.max(size + 1, Math.ceil(size * 1.25))));
    return this.#resize(chunk, size, larger);
  }

  /** Moves the only chunk of a list into a piece of another size. */
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
   * Reads a list into the buffer, documents relative to `base`.
   *
   * @param most - of longer lists, whole chunks spread evenly over the list are read, about so many postings
   * @returns the share that was read, 0 to 1
   */
  read(term: number, base: number, into: PostingBuffer, most = Infinity): number {
    into.count = 0;
    const slab = this.#slab;
    const termWords = slab.wordPages[term >>> PAGE_SHIFT]!;
    const count = termWords[term & PAGE_MASK]!;
    const tail = termWords[(term & PAGE_MASK) + 1]!;
    if (count === 0) return 1;
    if (count >= SINGLE) {
      into.documents[0] = (tail - base) >>> 0;
      into.infos[0] = count & 0x3ff;
      into.count = 1;
      return 1;
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
                  document += bytes[p++]! * 0x0100_0000;
                }
              }
            }
          }
          document += value >>> 4;
          documents[n] = document;
          infos[n++] = ((value & 14) << 6) | ((value & 1) === 0 ? PLAIN_FIELDS : bytes[p++]!);
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
   * @param documents - relative to `base`, ascending
   * @param infos - for each one: what is said of the term there, or {@link NOT_THERE}
   */
  look(term: number, base: number, documents: Uint32Array, count: number, infos: Uint16Array): void {
    const slab = this.#slab;
    const termWords = slab.wordPages[term >>> PAGE_SHIFT]!;
    const held = termWords[term & PAGE_MASK]!;
    const tail = termWords[(term & PAGE_MASK) + 1]!;
    if (held === 0 || held >= SINGLE) {
      const only = held === 0 ? -1 : (tail - base) >>> 0;
      for (let i = 0; i < count; i++) infos[i] = documents[i] === only ? held & 0x3ff : NOT_THERE;
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
                document += bytes[p++]! * 0x0100_0000;
              }
            }
          }
        }
        document += value >>> 4;
        info = ((value & 14) << 6) | ((value & 1) === 0 ? PLAIN_FIELDS : bytes[p++]!);
      }
      infos[i] = document === wanted ? info : NOT_THERE;
    }
  }

  /**
   * Drops the dead documents of a term.
   *
   * @param cursor - where to begin and, afterwards, where to go on; both 0: from the start
   * @param budget - postings to look at, at least one chunk's
   * @returns postings looked at; the list is done when `cursor.chunk` is 0 again
   */
  purge(term: number, isLive: (document: number) => boolean, cursor: PurgeCursor, budget: number): number {
    const termWords = this.#page(term);
    const termAt = term & PAGE_MASK;
    const count = termWords[termAt]!;
    if (count === 0) return 0;
    if (count >= SINGLE) {
      if (isLive(termWords[termAt + 1]!)) return 1;
      termWords[termAt] = 0;
      termWords[termAt + 1] = 0;
      this.total--;
      return 1;
    }
    let tail = termWords[termAt + 1]!;
    let { before, chunk } = cursor;
    if (chunk === 0) chunk = this.#next(tail);
    let looked = 0;
    while (looked < budget) {
      const next = this.#next(chunk);
      const isTail = chunk === tail;
      const held = this.#countIn(chunk);
      looked += held;
      const live = this.#readLive(chunk, isLive);
      this.total -= held - live;
      termWords[termAt] = termWords[termAt]! - (held - live);
      if (live === held && before === 0) before = chunk;
      else if (live > 0 && (before === 0 || !this.#fits(before))) {
        if (live < held) this.#rewrite(chunk);
        before = chunk;
      } else {
        if (live > 0) this.#appendAll(before);
        // An empty head has nobody before it but the tail.
        const prior = before === 0 ? tail : before;
        this.#page(prior)[(prior & PAGE_MASK) + NEXT] = next;
        if (isTail) {
          tail = before;
          termWords[termAt + 1] = tail;
        }
        this.#slab.free(chunk, this.#page(chunk)[(chunk & PAGE_MASK) + META]! >>> 20);
      }
      if (isTail) {
        cursor.before = 0;
        cursor.chunk = 0;
        if (tail === 0) termWords[termAt + 1] = 0;
        else if (this.#next(tail) === tail) this.#shrink(termWords, termAt, tail);
        return looked;
      }
      chunk = next;
    }
    cursor.before = before;
    cursor.chunk = chunk;
    return looked;
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
      document = (document + Math.floor(value / 16)) >>> 0;
      const low = value % 16;
      const info = ((low & 14) << 6) | ((low & 1) === 0 ? PLAIN_FIELDS : bytes[place.at++]!);
      if (!isLive(document)) continue;
      documents[live] = document;
      infos[live++] = info;
    }
    this.#scratch.count = live;
    return live;
  }

  /** Whether the scratch entries fit behind those of a chunk. */
  #fits(chunk: number): boolean {
    const words = this.#page(chunk);
    const at = chunk & PAGE_MASK;
    const meta = words[at + META]!;
    let end = meta & 0x3ff;
    const most = (meta >>> 20) * 4;
    const { documents, infos, count } = this.#scratch;
    let last = words[at + LAST]!;
    for (let i = 0; i < count && end <= most; i++) {
      end += varintBytes((documents[i]! - last) >>> 0) + ((infos[i]! & 127) === PLAIN_FIELDS ? 0 : 1);
      last = documents[i]!;
    }
    return end <= most;
  }

  #appendAll(chunk: number): void {
    const words = this.#page(chunk);
    const at = chunk & PAGE_MASK;
    const bytes = this.#slab.bytePages[chunk >>> PAGE_SHIFT]!;
    const { documents, infos, count } = this.#scratch;
    let meta = words[at + META]!;
    let last = words[at + LAST]!;
    for (let i = 0; i < count; i++) {
      const from = at * 4 + (meta & 0x3ff);
      const end = writeEntry(bytes, from, (documents[i]! - last) >>> 0, infos[i]! >> 7, infos[i]! & 127);
      meta += (1 << 10) + (end - from);
      last = documents[i]!;
    }
    words[at + META] = meta;
    words[at + LAST] = last;
  }

  /** Writes the scratch entries over those of a chunk; fewer never take more room. */
  #rewrite(chunk: number): void {
    const words = this.#page(chunk);
    const at = chunk & PAGE_MASK;
    words[at + META] = ((words[at + META]! >>> 20) << 20) | HEAD_BYTES;
    words[at + FIRST] = this.#scratch.documents[0]!;
    words[at + LAST] = this.#scratch.documents[0]!;
    this.#appendAll(chunk);
  }

  /** A list of one chunk in a piece that fits; a single posting in none. */
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
    if (wanted * 4 < size * 3) termWords[termAt + 1] = this.#resize(chunk, size, wanted);
  }
}

/** What {@link Postings.look} says of a document that the list does not have. */
export const NOT_THERE = 0xffff;

function varintBytes(distance: number): number {
  return distance < 8 ? 1 : distance < 1024 ? 2 : distance < 0x2_0000 ? 3 : distance < 0x100_0000 ? 4 : 5;
}

function writeEntry(bytes: Uint8Array, at: number, distance: number, place: number, fields: number): number {
  const low = (place << 1) | (fields === PLAIN_FIELDS ? 0 : 1);
  if (distance < 8) bytes[at++] = (distance << 4) | low;
  else {
    bytes[at++] = 128 | ((distance & 7) << 4) | low;
    distance >>>= 3;
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
