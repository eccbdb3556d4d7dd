/** The records of the leaves, and the texts and postings that follow from them. */
import type { ContentId, Tags } from '@banyan/proto';
import { addPosting, createDictionary, removePosting, type Dictionary } from './dictionary.ts';
import {
  FIELD,
  keyOf,
  type CatalogRecord,
  type Content,
  type Face,
  type Leaf,
  type Shelf,
  type Term,
} from './entities.ts';
import { indexTerms, type TextTerms } from './text.ts';

/** Distinct terms of one text: a long path of CJK characters has about so many; more is stuffing. */
const MAX_TEXT_TERMS = 256;
/** From so many texts of one content on, they are found by a map. */
const MANY_FACES = 16;

/** What a record says of its content. */
export interface RecordText {
  readonly name: string;
  readonly folder: string;
  readonly type: number;
  readonly tags: Tags | undefined;
}

export interface Catalog {
  readonly dictionary: Dictionary;
  readonly contents: ReadonlyMap<string, Content>;
  /** Texts in memory. */
  readonly faces: number;
  readonly postings: number;
  /** Records on shelves that are not gone. */
  readonly records: number;
  readonly pending: number;
  put(
    shelf: Shelf,
    id: number,
    key: string,
    length: number,
    text: RecordText,
    modifiedS: number,
    visibility: number,
  ): void;
  remove(shelf: Shelf, id: number): void;
  /** Takes a whole shelf out of all answers; its records are freed by `reclaim`. */
  discard(shelf: Shelf): void;
  /** Frees up to `budget` records of discarded shelves. */
  reclaim(budget: number): number;
  setBlocked(content: ContentId, blocked: boolean): void;
}

export function createShelf(leaf: Leaf): Shelf {
  return { leaf, records: new Map(), gone: false };
}

export function createCatalog(): Catalog {
  const dictionary = createDictionary();
  const contents = new Map<string, Content>();
  const blocked = new Set<string>();
  /** What is left to free of each discarded shelf. */
  const discarded: Iterator<CatalogRecord, unknown>[] = [];
  let folderTerms = { folder: '', terms: indexTerms('') };
  let faces = 0;
  let postings = 0;
  let records = 0;
  let pending = 0;

  const termsOfFolder = (folder: string): TextTerms => {
    // A leaf publishes folder by folder.
    if (folderTerms.folder !== folder) folderTerms = { folder, terms: indexTerms(folder) };
    return folderTerms.terms;
  };

  const addFace = (content: Content, text: RecordText, tagsKey: string): Face => {
    const face: Face = {
      content,
      place: content.faces.length,
      // The strings of one folder's records are equal but not the same: keep one of them.
      ...text,
      folder: text.folder === folderTerms.folder ? folderTerms.folder : text.folder,
      tagsKey,
      terms: [],
      positions: [],
      fields: [],
      sequence: [],
      stemLength: 0,
      title: [],
      records: [],
      seen: 0,
    };
    const places = new Map<string, number>();
    const add = (field: number, source: string | TextTerms, order?: Term[]): void => {
      if (source === '' || face.terms.length >= MAX_TEXT_TERMS) return;
      const found = typeof source === 'string' ? indexTerms(source) : source;
      for (const termText of found.terms) {
        const place = places.get(termText);
        if (place !== undefined) face.fields[place] = (face.fields[place] ?? 0) | field;
        else if (face.terms.length < MAX_TEXT_TERMS) {
          const n = face.terms.length;
          const term = dictionary.take(termText);
          places.set(termText, n);
          face.terms.push(term);
          face.fields.push(field);
          addPosting(term, face, n);
          postings++;
        }
      }
      if (order === undefined) return;
      for (const termText of found.sequence) {
        const place = places.get(termText);
        if (place !== undefined) order.push(face.terms[place]!);
      }
    };
    const [stem, extension] = splitName(text.name);
    add(FIELD.name, stem, face.sequence);
    face.stemLength = face.sequence.length;
    add(FIELD.extension, extension, face.sequence);
    const tags = text.tags;
    if (tags !== undefined) {
      add(FIELD.title, tags.title, face.title);
      add(FIELD.artist, tags.artist);
      add(FIELD.album, tags.album);
      add(FIELD.other, tags.genre);
      if (tags.year > 0) add(FIELD.other, String(tags.year));
      for (const value of Object.values(tags.more)) add(FIELD.other, value);
    }
    if (text.folder !== '') add(FIELD.folder, termsOfFolder(text.folder));

    content.faces.push(face);
    if (content.byText !== undefined) content.byText.set(textKey(face), face);
    else if (content.faces.length > MANY_FACES) {
      content.byText = new Map(content.faces.map((each) => [textKey(each), each]));
    }
    faces++;
    return face;
  };

  const removeFace = (face: Face): void => {
    for (let n = 0; n < face.terms.length; n++) {
      removePosting(face, n);
      const term = face.terms[n]!;
      if (term.faces.length === 0) dictionary.remove(term);
    }
    postings -= face.terms.length;
    faces--;
    const { content } = face;
    content.byText?.delete(textKey(face));
    const last = content.faces.pop()!;
    if (last !== face) {
      content.faces[face.place] = last;
      last.place = face.place;
    }
    if (content.faces.length === 0) contents.delete(content.key);
  };

  const unlink = (record: CatalogRecord): void => {
    const { face, slot } = record;
    const last = face.records.pop()!;
    if (last !== record) {
      face.records[slot] = last;
      last.slot = slot;
    }
    if (face.records.length === 0) removeFace(face);
  };

  const findFace = (content: Content, text: RecordText, tagsKey: string): Face | undefined =>
    content.byText === undefined
      ? content.faces.find(
          (face) =>
            face.name === text.name &&
            face.folder === text.folder &&
            face.type === text.type &&
            face.tagsKey === tagsKey,
        )
      : content.byText.get(textKey({ ...text, tagsKey }));

  const catalog: Catalog = {
    dictionary,
    contents,
    get faces() {
      return faces;
    },
    get postings() {
      return postings;
    },
    get records() {
      return records;
    },
    get pending() {
      return pending;
    },

    put(shelf, id, key, length, text, modifiedS, visibility) {
      const tagsKey = text.tags === undefined ? '' : JSON.stringify(text.tags);
      let content = contents.get(key);
      const known = content === undefined ? undefined : findFace(content, text, tagsKey);
      const before = shelf.records.get(id);
      if (before !== undefined && before.face === known) {
        before.modifiedS = modifiedS;
        before.visibility = visibility;
        return;
      }
      if (content === undefined) {
        content = {
          key,
          length,
          faces: [],
          byText: undefined,
          blocked: blocked.has(key),
          seen: 0,
          candidate: 0,
        };
        contents.set(key, content);
      }
      const face = known ?? addFace(content, text, tagsKey);
      const record: CatalogRecord = { id, shelf, face, slot: face.records.length, modifiedS, visibility };
      face.records.push(record);
      shelf.records.set(id, record);
      // Last: its content or face may be the same, which must not die in between.
      if (before === undefined) records++;
      else unlink(before);
    },

    remove(shelf, id) {
      const record = shelf.records.get(id);
      if (record === undefined) return;
      shelf.records.delete(id);
      records--;
      unlink(record);
    },

    discard(shelf) {
      if (shelf.gone) return;
      shelf.gone = true;
      if (shelf.records.size === 0) return;
      records -= shelf.records.size;
      pending += shelf.records.size;
      discarded.push(shelf.records.values());
    },

    reclaim(budget) {
      for (let left = budget; left > 0 && discarded.length > 0; left--) {
        const next = discarded[discarded.length - 1]?.next();
        if (next === undefined || next.done === true) discarded.pop();
        else {
          unlink(next.value);
          pending--;
        }
      }
      return pending;
    },

    setBlocked(content, isBlocked) {
      const key = keyOf(content.root, 0, content.length);
      if (isBlocked) blocked.add(key);
      else blocked.delete(key);
      const held = contents.get(key);
      if (held !== undefined) held.blocked = isBlocked;
    },
  };
  return catalog;
}

/** Parts of a name before and after the last dot; the second is empty when what follows is no extension. */
export function splitName(name: string): readonly [stem: string, extension: string] {
  const match = /^(.+)\.([a-z0-9]{1,10})$/isu.exec(name);
  const extension = match?.[2] ?? '';
  return /[a-z]/i.test(extension) ? [match?.[1] ?? name, extension] : [name, ''];
}

function textKey(text: { name: string; folder: string; type: number; tagsKey: string }): string {
  return `${text.name}\0${text.folder}\0${text.type}\0${text.tagsKey}`;
}
