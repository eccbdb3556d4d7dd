/**
 * The records of the leaves, and the texts and postings that follow from them.
 *
 * ```
 *  term ──postings──▶ document ──▶ content        a document is one text (name, folder, tags) of a content;
 *                       │   ▲                     leaves that say the same of a content share its document,
 *                       ▼   │                     so a further copy costs a record and no postings
 *                      records ──▶ shelf ──▶ leaf
 * ```
 */
import {
  fromHex,
  HASH_BYTES,
  toHex,
  utf8Into,
  utf8Text,
  VISIBILITY,
  type ContentId,
  type Tags,
} from '@banyan/proto';
import { sizeClass } from './facets.ts';
import { FIELD } from './field.ts';
import type { Shelf } from './leaf.ts';
import { RecordText, tagsText, textLength, textParts, readTags } from './record-text.ts';
import { ContentTable } from './store/content-table.ts';
import {
  DEAD,
  DocumentStore,
  HAS_EXTENSION,
  HAS_TITLE,
  MANY_TEXTS,
  ROW_MASK,
  SECONDS_PER_QUARTER,
  SIZE_SHIFT,
  WORDS_MASK,
  halvesAt,
  saidAt,
  wordsAt,
  type DocumentPage,
  CONTENT,
  COUNT,
  HEAD,
  QUARTER,
  TEXT,
  TIE,
  KIND,
  WORDS,
} from './store/document-store.ts';
import { MAX_LIST_LENGTH, NumberList } from './store/number-list.ts';
import { Postings } from './store/postings.ts';
import { MANY, RecordLists } from './store/record-lists.ts';
import { NO_RECORD, RecordStore } from './store/record-store.ts';
import { Slab } from './store/slab.ts';
import { SortedTerms } from './store/sorted-terms.ts';
import { StringTable } from './store/string-table.ts';
import { MAX_TEXT_TERMS, TermCollector } from './term-collector.ts';
import type { IndexTables } from './types.ts';

const MAX_QUARTER = 255;
const ROOT_WORDS = HASH_BYTES / 4;

/** Terms that are found fast: nine of ten words of a text are among so many, and with them a second-level cache is far from full. */
const NEAR_TERMS = 8192;
/** Texts of one content that a new record is compared with. */
const MAX_COMPARED_TEXTS = 64;
/** Contents that eight digits of a root stand for at most; honest roots share so many only by billions. */
const MAX_OF_ROOT = 64;

/** What a record says of its content. */
export interface RecordSaid {
  readonly name: string;
  readonly folder: string;
  /** Number of the media type, below 8. */
  readonly type: number;
  readonly tags: Tags | undefined;
}

export interface CatalogInit {
  /** Uniform in [0, 1): keys of the hash tables. */
  readonly random: () => number;
  /** The first document's number, for tests of what happens when numbers wrap. */
  readonly firstDocument?: number | undefined;
}

export class Catalog {
  readonly slab = new Slab();
  readonly #lists = new NumberList(this.slab);
  readonly #recordLists = new RecordLists(this.slab, this.#lists);
  readonly dictionary: StringTable;
  readonly sorted: SortedTerms;
  readonly documents: DocumentStore;
  readonly postings: Postings;
  readonly contents: ContentTable;
  readonly records: RecordStore;
  readonly collector: TermCollector;
  /** Records on shelves that are not gone. */
  held = 0;
  /** Records of shelves that are gone. */
  pending = 0;
  /** Records that not every member may see. */
  restricted = 0;
  /** Leaves that are hidden. */
  hidden = 0;
  /** Documents that died since postings were last purged of all of them. */
  died = 0;
  readonly #folders: StringTable;
  readonly #blocked = new Map<string, ContentId>();
  readonly #discarded: Shelf[] = [];
  readonly #text = new RecordText();
  readonly #folderBytes = new Uint8Array(4096);
  #folderCache = { folder: '', entry: 0 };
  /** The terms of one folder: a leaf publishes folder by folder. */
  #folderTerms = { entry: 0, terms: [] as number[] };

  constructor(init: CatalogInit) {
    const seed = (): number => Math.floor(init.random() * 2 ** 32);
    this.dictionary = new StringTable(seed(), NEAR_TERMS);
    this.sorted = new SortedTerms(this.dictionary);
    this.#folders = new StringTable(seed());
    this.documents = new DocumentStore(init.firstDocument);
    this.postings = new Postings(this.slab, this.dictionary, this.documents);
    this.contents = new ContentTable(this.#lists, seed());
    this.records = new RecordStore((from, to) => this.#renumber(from, to));
    this.collector = new TermCollector(this.dictionary, (term) => this.sorted.add(term));
  }

  /** Every member sees every record. */
  get isAllVisible(): boolean {
    return this.restricted === 0 && this.pending === 0 && this.hidden === 0;
  }

  /** A table has no numbers left. */
  get isFull(): boolean {
    return this.dictionary.isFull || this.#folders.isFull || this.contents.isFull;
  }

  /** Bytes of all tables, slack included. */
  get bytes(): number {
    let sum = 0;
    for (const bytes of Object.values(this.tables)) sum += bytes;
    return sum;
  }

  /** Bytes of the tables, slack included, by what they hold. */
  get tables(): IndexTables {
    return {
      terms: this.dictionary.bytes + this.sorted.bytes,
      postings: this.slab.bytes + this.postings.bytes,
      texts: this.documents.bytes + this.#folders.bytes,
      contents: this.contents.bytes,
      records: this.records.bytes,
    };
  }

  /**
   * Puts a record on a shelf, in the place of the one that has its id.
   *
   * @param roots - words of roots; the record's begin at `rootAt`
   */
  put(
    shelf: Shelf,
    id: number,
    roots: Uint32Array,
    rootAt: number,
    length: number,
    said: RecordSaid,
    modifiedS: number,
    visibility: number,
  ): void {
    const text = this.#text;
    const folder = said.folder === '' ? 0 : this.#folderEntry(said.folder);
    text.write(said.name, folder, said.tags === undefined ? '' : tagsText(said.tags));

    const before = this.records.find(shelf, id);
    let content = this.contents.find(roots, rootAt, length);
    let document = content === 0 ? -1 : this.#findText(content, said.type);
    if (before !== NO_RECORD) {
      if (document >= 0 && this.records.document(before) === document) {
        this.#restrict(this.records.visibility(before), -1);
        this.#restrict(visibility, 1);
        this.records.setSaid(before, modifiedS, visibility);
        this.#freshen(document, modifiedS);
        return;
      }
      // The old record may be the last of its content, text or folder, which are looked for again or held.
      if (folder !== 0) this.#countFolder(folder, 1);
      this.#drop(before);
      if (folder !== 0) this.#holdFolder(folder);
      content = this.contents.find(roots, rootAt, length);
      document = content === 0 ? -1 : this.#findText(content, said.type);
    }
    if (content === 0) {
      content = this.contents.add(roots, rootAt, length, this.#isBlocked(roots, rootAt, length));
    }
    const record = this.records.add(shelf, id);
    this.records.setSaid(record, modifiedS, visibility);
    this.held++;
    this.#restrict(visibility, 1);
    if (document >= 0) this.#addRecord(document, record);
    else {
      document = this.#addDocument(content, roots[rootAt]!, length, said.type, folder);
      const page = this.documents.page(document)!;
      page.words[wordsAt(document & ROW_MASK) + HEAD] = record;
      page.said[saidAt(document & ROW_MASK) + COUNT] = 1;
    }
    this.records.setDocument(record, document);
    this.#freshen(document, modifiedS);
  }

  /** Whether a content has as many texts as can be listed. */
  hasAllTexts(roots: Uint32Array, rootAt: number, length: number): boolean {
    const content = this.contents.find(roots, rootAt, length);
    return content !== 0 && this.contents.textCount(content) >= MAX_LIST_LENGTH;
  }

  has(shelf: Shelf, id: number): boolean {
    return this.records.find(shelf, id) !== NO_RECORD;
  }

  remove(shelf: Shelf, id: number): void {
    const record = this.records.find(shelf, id);
    if (record !== NO_RECORD) this.#drop(record);
  }

  /** Takes a whole shelf out of all answers; its records are freed by {@link reclaim}. */
  discard(shelf: Shelf): void {
    if (shelf.gone) return;
    shelf.gone = true;
    this.records.mark(shelf);
    if (shelf.records === 0) return;
    this.held -= shelf.records;
    this.pending += shelf.records;
    this.#discarded.push(shelf);
  }

  /**
   * Frees records of discarded shelves, a block of records at a time.
   *
   * @returns records that were freed
   */
  reclaim(budget: number): number {
    let freed = 0;
    while (freed < budget) {
      const shelf = this.#discarded.at(-1);
      if (shelf === undefined) break;
      const last = this.records.lastRecords(shelf);
      if (last.length === 0) {
        this.#discarded.pop();
        continue;
      }
      const part = last.slice(0, budget - freed);
      for (const record of part) {
        this.#restrict(this.records.visibility(record), -1);
        this.#unlink(record);
        this.records.release(record);
      }
      freed += part.length;
      this.pending -= part.length;
      if (shelf.records === 0) this.#discarded.pop();
    }
    return freed;
  }

  /** Moves up to so many documents of a page to the end of the log, so that the page can go. */
  move(page: DocumentPage, first: number, most: number): number {
    let moved = 0;
    for (let row = 0; row < page.used && moved < most; row++) {
      if (page.words[wordsAt(row) + HEAD] === DEAD) continue;
      this.#moveDocument(page, row, (first + row) >>> 0);
      moved++;
    }
    return moved;
  }

  setBlocked(content: ContentId, blocked: boolean): void {
    const roots = rootWords(content.root);
    const key = blockKey(roots, 0, content.length);
    if (blocked) this.#blocked.set(key, content);
    else this.#blocked.delete(key);
    const held = this.contents.find(roots, 0, content.length);
    if (held !== 0) this.contents.setBlocked(held, blocked);
  }

  /** Whether some content is blocked at all. */
  get hasBlocked(): boolean {
    return this.#blocked.size > 0;
  }

  /** Forgets what is remembered of the dictionary between records: terms may be gone. */
  forgetFolderTerms(): void {
    this.#folderTerms = { entry: 0, terms: [] };
  }

  // ---- reading ----

  /** Records of a document. */
  countRecords(document: number): number {
    const page = this.documents.page(document)!;
    const row = document & ROW_MASK;
    return this.#recordLists.length(page.words[wordsAt(row) + HEAD]!, page.said[saidAt(row) + COUNT]!);
  }

  /** The n-th record of a document. */
  recordAt(document: number, n: number): number {
    const page = this.documents.page(document)!;
    const row = document & ROW_MASK;
    const count = page.said[saidAt(row) + COUNT]!;
    return count === 1
      ? page.words[wordsAt(row) + HEAD]!
      : this.#recordLists.get(page.words[wordsAt(row) + HEAD]!, count, n);
  }

  /** What a document's records say. */
  text(document: number): {
    readonly name: string;
    readonly folder: string;
    readonly tags: Tags | undefined;
  } {
    const page = this.documents.page(document)!;
    const row = document & ROW_MASK;
    const bytes = this.documents.textBlock(page, row);
    const parts = textParts(bytes, this.documents.textOffset(page, row));
    const { folder } = parts;
    const name = utf8Text(bytes.subarray(parts.nameFrom, parts.nameEnd));
    const tags = readTags(bytes, parts);
    if (folder === 0) return { name, folder: '', tags };
    const place = this.#folders.place(folder);
    return { name, folder: utf8Text(place.bytes.subarray(place.from, place.from + place.length)), tags };
  }

  /** Whether a name ends in these bytes (ASCII in lower case) and has something before them. */
  nameEndsIn(document: number, ending: Uint8Array): boolean {
    const page = this.documents.page(document)!;
    const row = document & ROW_MASK;
    const bytes = this.documents.textBlock(page, row);
    const { nameFrom, nameEnd } = textParts(bytes, this.documents.textOffset(page, row));
    const from = nameEnd - ending.length;
    if (from <= nameFrom) return false;
    for (let i = 0; i < ending.length; i++) {
      const byte = bytes[from + i]!;
      if ((byte >= 65 && byte <= 90 ? byte | 32 : byte) !== ending[i]) return false;
    }
    return true;
  }

  /** The tags alone; `undefined` when the file says nothing of itself. */
  tags(document: number): Tags | undefined {
    const page = this.documents.page(document)!;
    const row = document & ROW_MASK;
    const bytes = this.documents.textBlock(page, row);
    return readTags(bytes, textParts(bytes, this.documents.textOffset(page, row)));
  }

  /**
   * Words of a document's name in their order, the extension's last. Valid until the next call.
   *
   * @param terms - only these are wanted; every other word is 0
   */
  nameWords(document: number, terms: readonly number[]): Uint32Array {
    const page = this.documents.page(document)!;
    const row = document & ROW_MASK;
    const bytes = this.documents.textBlock(page, row);
    const { nameFrom, nameEnd, isAscii } = textParts(bytes, this.documents.textOffset(page, row));
    this.collector.beginProbe(terms);
    this.#addName(bytes, nameFrom, nameEnd, isAscii);
    return this.collector.sequence.subarray(0, this.collector.length);
  }

  /** The same of any text. */
  wordsOf(text: string, terms: readonly number[]): Uint32Array {
    this.collector.beginProbe(terms);
    this.collector.addText(text, FIELD.other);
    return this.collector.sequence.subarray(0, this.collector.length);
  }

  /** Contents whose root begins with these hex digits (8 to 64), at most {@link MAX_OF_ROOT}. */
  contentsBeginning(root: string): number[] {
    const whole = fromHex(root.slice(0, root.length & ~1));
    if (whole === undefined || whole.length < 2) return [];
    if (whole.length === HASH_BYTES) return this.contents.ofRoot(rootWords(whole));
    const tie = (whole[0]! << 8) | whole[1]!;
    const found = new Set<number>();
    for (const page of this.documents.pages) {
      if (page === undefined) continue;
      for (let row = 0; row < page.used; row++) {
        if (page.halves[halvesAt(row) + TIE] !== tie || page.words[wordsAt(row) + HEAD] === DEAD) continue;
        const content = page.words[wordsAt(row) + CONTENT]!;
        if (found.size < MAX_OF_ROOT && toHex(this.contents.root(content)).startsWith(root))
          found.add(content);
      }
    }
    return [...found];
  }

  // ---- records ----

  #drop(record: number): void {
    this.held--;
    this.#restrict(this.records.visibility(record), -1);
    this.#unlink(record);
    this.records.remove(record);
  }

  #restrict(visibility: number, by: number): void {
    if (visibility !== VISIBILITY.network) this.restricted += by;
  }

  #addRecord(document: number, record: number): void {
    const page = this.documents.page(document)!;
    const row = document & ROW_MASK;
    const count = page.said[saidAt(row) + COUNT]!;
    const head = page.words[wordsAt(row) + HEAD]!;
    page.words[wordsAt(row) + HEAD] =
      count === 1 ? this.#recordLists.of(head, record) : this.#recordLists.push(head, count, record);
    if (count < MANY) page.said[saidAt(row) + COUNT] = count + 1;
  }

  /** Takes a record from its document, which dies with its last one. */
  #unlink(record: number): void {
    const document = this.records.document(record);
    const page = this.documents.page(document)!;
    const row = document & ROW_MASK;
    const count = page.said[saidAt(row) + COUNT]!;
    const head = page.words[wordsAt(row) + HEAD]!;
    if (count === 1) {
      this.#removeDocument(document, page, row);
      return;
    }
    const left = this.#recordLists.length(head, count) - 1;
    page.words[wordsAt(row) + HEAD] =
      count === 2 ? this.#recordLists.other(head, record) : this.#recordLists.remove(head, count, record);
    page.said[saidAt(row) + COUNT] = Math.min(MANY, left);
  }

  #renumber(from: number, to: number): void {
    const document = this.records.document(to);
    const page = this.documents.page(document)!;
    const row = document & ROW_MASK;
    const count = page.said[saidAt(row) + COUNT]!;
    if (count === 1) page.words[wordsAt(row) + HEAD] = to;
    else this.#recordLists.replace(page.words[wordsAt(row) + HEAD]!, count, from, to);
  }

  #freshen(document: number, modifiedS: number): void {
    const page = this.documents.page(document)!;
    const row = document & ROW_MASK;
    // Rounded up: what a date adds to a score is never more than by this quarter.
    const quarter = Math.min(MAX_QUARTER, Math.ceil(modifiedS / SECONDS_PER_QUARTER));
    if (quarter > page.said[saidAt(row) + QUARTER]!) page.said[saidAt(row) + QUARTER] = quarter;
  }

  // ---- documents ----

  /** The document of a content that says what the text at hand says; -1: there is none. */
  #findText(content: number, type: number): number {
    const count = this.contents.textCount(content);
    // An empty file is called by all names there are: a text that is not among the newest gets another document.
    for (let i = count - 1; i >= Math.max(0, count - MAX_COMPARED_TEXTS); i--) {
      const document = this.contents.textAt(content, i);
      const page = this.documents.page(document)!;
      const row = document & ROW_MASK;
      if ((page.said[saidAt(row) + KIND]! & 7) !== type) continue;
      if (!this.#text.equals(this.documents.textBlock(page, row), this.documents.textOffset(page, row)))
        continue;
      // A text that more records have than a list holds gets a second document.
      if (page.said[saidAt(row) + COUNT] === MANY && this.countRecords(document) >= MAX_LIST_LENGTH) continue;
      return document;
    }
    return -1;
  }

  #addDocument(content: number, rootWord: number, length: number, type: number, folder: number): number {
    const { documents } = this;
    const document = documents.add();
    const page = documents.page(document)!;
    const row = document & ROW_MASK;
    page.words[wordsAt(row) + CONTENT] = content;
    page.words[wordsAt(row) + TEXT] = documents.addText(page, this.#text.bytes, this.#text.length);
    page.said[saidAt(row) + QUARTER] = 0;
    page.halves[halvesAt(row) + TIE] = tieOf(rootWord);
    page.said[saidAt(row) + KIND] = type | (sizeClass(length) << SIZE_SHIFT);
    page.said[saidAt(row) + WORDS] = 0;
    page.words[wordsAt(row) + HEAD] = 0;
    this.#index(document, page, row, this.#text.bytes, 0);
    if (this.contents.addText(content, document) > 1) this.#markMany(content);
    if (folder !== 0) this.#countFolder(folder, 1);
    return document;
  }

  /** Puts the terms of a text into the postings, and what the name is like into the columns. */
  #index(document: number, page: DocumentPage, row: number, bytes: Uint8Array, from: number): void {
    const { collector } = this;
    const parts = textParts(bytes, from);
    const { folder, tagsFrom, tagsEnd } = parts;
    collector.begin();
    const hasExtension = this.#addName(bytes, parts.nameFrom, parts.nameEnd, parts.isAscii);
    let kind = page.said[saidAt(row) + KIND]!;
    if (hasExtension) kind |= HAS_EXTENSION;
    const words = Math.min(WORDS_MASK, collector.length);
    if (tagsFrom < tagsEnd) {
      const tags = readTags(bytes, parts)!;
      if (tags.title !== '') kind |= HAS_TITLE;
      collector.addText(tags.title, FIELD.title);
      collector.addText(tags.artist, FIELD.artist);
      collector.addText(tags.album, FIELD.album);
      collector.addText(tags.genre, FIELD.other);
      if (tags.year > 0) collector.addText(String(tags.year), FIELD.other);
      for (const value of Object.values(tags.more)) collector.addText(value, FIELD.other);
    }
    if (folder !== 0) this.#addFolder(folder);
    collector.end();
    page.said[saidAt(row) + KIND] = kind;
    page.said[saidAt(row) + WORDS] = (page.said[saidAt(row) + WORDS]! & MANY_TEXTS) | words;
    const { terms, places, fields, count } = collector;
    for (let i = 0; i < count; i++) this.postings.add(terms[i]!, document, places[i]!, fields[i]!);
  }

  /** Adds a name's words; returns whether it has an extension. */
  #addName(bytes: Uint8Array, from: number, to: number, isAscii: boolean): boolean {
    const dot = extensionDot(bytes, from, to);
    if (dot < 0) {
      this.collector.add(bytes, from, to, isAscii, FIELD.name, true);
      return false;
    }
    this.collector.add(bytes, from, dot, isAscii, FIELD.name, true);
    this.collector.add(bytes, dot + 1, to, isAscii, FIELD.extension, true);
    return true;
  }

  #addFolder(folder: number): void {
    const known = this.#folderTerms;
    if (known.entry === folder) {
      for (const term of known.terms) this.collector.addTerm(term, FIELD.folder);
      return;
    }
    const { collector } = this;
    const { bytes, from, length } = this.#folders.place(folder);
    const before = collector.count;
    collector.add(bytes, from, from + length, isAscii(bytes, from, length), FIELD.folder, false);
    // Terms that the name has too are not behind `before`: only a folder of its own words is remembered.
    const terms = [...collector.terms.subarray(before, collector.count)];
    const shared = collector.fields.subarray(0, before).some((fields) => (fields & FIELD.folder) !== 0);
    if (!shared && collector.count < MAX_TEXT_TERMS) this.#folderTerms = { entry: folder, terms };
  }

  #removeDocument(document: number, page: DocumentPage, row: number): void {
    const content = page.words[wordsAt(row) + CONTENT]!;
    const { folder } = textParts(this.documents.textBlock(page, row), this.documents.textOffset(page, row));
    this.documents.kill(document);
    this.died++;
    if (folder !== 0) this.#countFolder(folder, -1);
    const left = this.contents.removeText(content, document);
    if (left === 0) this.contents.remove(content);
    else if (left === 1) {
      const only = this.contents.textAt(content, 0);
      this.documents.page(only)!.said[saidAt(only & ROW_MASK) + WORDS]! &= ~MANY_TEXTS;
    }
  }

  #markMany(content: number): void {
    const count = this.contents.textCount(content);
    // From the third on only the newest is not marked yet.
    for (let i = count === 2 ? 0 : count - 1; i < count; i++) {
      const document = this.contents.textAt(content, i);
      this.documents.page(document)!.said[saidAt(document & ROW_MASK) + WORDS]! |= MANY_TEXTS;
    }
  }

  #moveDocument(from: DocumentPage, row: number, document: number): void {
    const { documents } = this;
    const oldBytes = documents.textBlock(from, row);
    const oldFrom = documents.textOffset(from, row);
    const length = textLength(oldBytes, oldFrom);
    const text = this.#text;
    text.bytes.set(oldBytes.subarray(oldFrom, oldFrom + length));
    text.length = length;

    const moved = documents.add();
    const page = documents.page(moved)!;
    const to = moved & ROW_MASK;
    const content = from.words[wordsAt(row) + CONTENT]!;
    page.words[wordsAt(to) + CONTENT] = content;
    page.words[wordsAt(to) + HEAD] = from.words[wordsAt(row) + HEAD]!;
    page.words[wordsAt(to) + TEXT] = documents.addText(page, text.bytes, length);
    page.said[saidAt(to) + QUARTER] = from.said[saidAt(row) + QUARTER]!;
    page.halves[halvesAt(to) + TIE] = from.halves[halvesAt(row) + TIE]!;
    page.said[saidAt(to) + WORDS] = from.said[saidAt(row) + WORDS]!;
    page.said[saidAt(to) + KIND] = from.said[saidAt(row) + KIND]!;
    page.said[saidAt(to) + COUNT] = from.said[saidAt(row) + COUNT]!;
    this.#index(moved, page, to, text.bytes, 0);
    this.contents.moveText(content, document, moved);
    const count = this.countRecords(moved);
    for (let i = 0; i < count; i++) this.records.setDocument(this.recordAt(moved, i), moved);
    documents.kill(document);
    this.died++;
  }

  // ---- folders ----

  #folderEntry(folder: string): number {
    // A leaf publishes folder by folder.
    if (this.#folderCache.folder === folder && this.#folderCache.entry !== 0) return this.#folderCache.entry;
    const bytes = this.#folderBytes;
    const written = utf8Into(folder, bytes);
    const entry = this.#folders.intern(bytes, 0, written, this.#folders.hash(bytes, 0, written));
    this.#folderCache = { folder, entry };
    return entry;
  }

  /** Takes a count away that was added to keep a folder; it gets a document in a moment. */
  #holdFolder(folder: number): void {
    this.#folders.wordPages[folder >>> 18]![folder & 0x3ffff]!--;
  }

  /** Counts the documents of a folder; one without any is forgotten. */
  #countFolder(folder: number, by: number): void {
    const words = this.#folders.wordPages[folder >>> 18]!;
    const at = folder & 0x3ffff;
    words[at] = words[at]! + by;
    if (words[at] !== 0) return;
    this.#folders.remove(folder);
    if (this.#folderCache.entry === folder) this.#folderCache = { folder: '', entry: 0 };
    if (this.#folderTerms.entry === folder) this.forgetFolderTerms();
  }

  #isBlocked(roots: Uint32Array, rootAt: number, length: number): boolean {
    return this.#blocked.size > 0 && this.#blocked.has(blockKey(roots, rootAt, length));
  }
}

/** Parts of a name before and after the last dot; the second is empty when what follows is no extension. */
export function splitName(name: string): readonly [stem: string, extension: string] {
  const match = /^(.+)\.([a-z0-9]{1,10})$/is.exec(name);
  const extension = match?.[2] ?? '';
  return /[a-z]/i.test(extension) ? [match?.[1] ?? name, extension] : [name, ''];
}

const MAX_EXTENSION = 10;

/**
 * Where the dot before a name's extension stands; -1: it has none. The same as {@link splitName}, on bytes: UTF-8 keeps
 * ASCII bytes to ASCII characters.
 */
function extensionDot(bytes: Uint8Array, from: number, to: number): number {
  let hasLetter = false;
  const least = Math.max(from + 1, to - MAX_EXTENSION - 1);
  for (let at = to - 1; at >= least; at--) {
    const byte = bytes[at]!;
    if (byte === 46) return hasLetter ? at : -1;
    const low = byte | 32;
    if (low >= 97 && low <= 122) hasLetter = true;
    else if (byte < 48 || byte > 57) return -1;
  }
  return -1;
}

function isAscii(bytes: Uint8Array, from: number, length: number): boolean {
  for (let i = from; i < from + length; i++) if (bytes[i]! >= 128) return false;
  return true;
}

function tieOf(rootWord: number): number {
  // Words are little-endian: the first byte of the root is the lowest.
  return ((rootWord & 255) << 8) | ((rootWord >>> 8) & 255);
}

/** Roots as words, as the tables keep them; a view of the bytes where they lie so that there can be one. */
export function rootWords(bytes: Uint8Array): Uint32Array {
  const words = bytes.length >>> 2;
  if (bytes.byteOffset % 4 === 0) return new Uint32Array(bytes.buffer, bytes.byteOffset, words);
  return new Uint32Array(new Uint8Array(bytes.subarray(0, 4 * words)).buffer);
}

function blockKey(roots: Uint32Array, at: number, length: number): string {
  return `${roots.subarray(at, at + ROOT_WORDS).join(' ')} ${length}`;
}
