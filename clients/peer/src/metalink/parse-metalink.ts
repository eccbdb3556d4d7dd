/** Reads Metalink 4 (RFC 5854). The document is hostile until it has been read. */
import { Parser } from 'htmlparser2';
import {
  BanyanError,
  displayText,
  fromHex,
  HASH_BYTES,
  MAX_LINK_MIRRORS,
  MAX_METALINK_BYTES,
  MAX_METALINK_FILES,
  safeFileName,
  utf8Length,
  webUrlFault,
} from '@banyan/proto';
import type { FlatProof } from '../download/types.ts';
import {
  LOWEST_PRIORITY,
  MAX_DEPTH,
  MAX_PIECE_BYTES,
  MAX_PIECES,
  MAX_TEXT_CHARS,
  MAX_URLS,
  MIN_PIECE_BYTES,
} from './limits.ts';

/** A file of a Metalink, as far as we use it. */
export interface MetalinkFile {
  /** Safe to store: no path. */
  readonly name: string;
  /** Undefined: the document does not say. */
  readonly length: number | undefined;
  readonly proof: FlatProof;
  /** http and https, best first. */
  readonly mirrors: readonly string[];
}

const NAMESPACE = 'urn:ietf:params:xml:ns:metalink';
/** Of Metalink 3, which is another format. */
const OLD_NAMESPACE = 'http://www.metalinker.org/';

/** What is gathered of one `<file>`. */
interface Draft {
  name: string;
  size: string | undefined;
  readonly hashes: Map<string, string>;
  readonly pieces: { readonly type: string; readonly length: string; readonly hashes: string[] }[];
  readonly urls: { readonly url: string; readonly priority: number }[];
  readonly passedOver: Set<string>;
}

/**
 * Reads a document; what it does not know, it passes over.
 *
 * @throws BanyanError `metalink_invalid`, `limit_exceeded`, saying what is wrong with which file
 */
export function parseMetalink(document: string): MetalinkFile[] {
  if (utf8Length(document) > MAX_METALINK_BYTES)
    throw new BanyanError('limit_exceeded', `A Metalink has at most ${MAX_METALINK_BYTES} bytes.`);
  const drafts = readDrafts(document);
  if (drafts.length === 0) throw invalid('The Metalink names no file.');
  const files = drafts.map(fileOf);
  const names = new Set<string>();
  for (const { name } of files) {
    if (names.has(name)) throw invalid(`The Metalink names two files ${quote(name)}.`);
    names.add(name);
  }
  return files;
}

function readDrafts(document: string): Draft[] {
  const reader = new Reader();
  const parser = new Parser(
    {
      onprocessinginstruction: (name) => {
        // A document type is where entities are declared; Metalinks have none.
        if (name.toLowerCase() === '!doctype') throw invalid('The Metalink has a document type (DOCTYPE).');
      },
      onopentag: (name, attributes) => reader.open(name, attributes),
      ontext: (text) => reader.text(text),
      onclosetag: (name, isImplied) => {
        if (isImplied) throw invalid('The Metalink ends in the middle, or its tags do not match.');
        reader.close(name);
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.write(document);
  parser.end();
  if (!reader.isMetalink) throw invalid('This is not a Metalink 4 document: its root element is another.');
  return reader.files;
}

class Reader {
  readonly files: Draft[] = [];
  isMetalink = false;
  readonly #open: { readonly name: string; readonly attributes: Readonly<Record<string, string>> }[] = [];
  #text = '';

  open(qualified: string, attributes: Readonly<Record<string, string>>): void {
    const name = localName(qualified);
    if (this.#open.length === 0) this.#root(name, qualified, attributes);
    if (this.#open.length >= MAX_DEPTH) throw invalid('The Metalink is nested too deep.');
    const path = this.#path();
    if (path === 'metalink' && name === 'file') {
      if (this.files.length >= MAX_METALINK_FILES)
        throw new BanyanError('limit_exceeded', `A Metalink has at most ${MAX_METALINK_FILES} files.`);
      this.files.push({
        name: attributes['name'] ?? '',
        size: undefined,
        hashes: new Map(),
        pieces: [],
        urls: [],
        passedOver: new Set(),
      });
    }
    if (path === 'metalink file' && name === 'pieces')
      this.files
        .at(-1)!
        .pieces.push({ type: hashType(attributes), length: attributes['length'] ?? '', hashes: [] });
    this.#open.push({ name, attributes });
    this.#text = '';
  }

  text(text: string): void {
    this.#text += text;
    if (this.#text.length > MAX_TEXT_CHARS) this.#text = this.#text.slice(0, MAX_TEXT_CHARS + 1);
  }

  close(qualified: string): void {
    const element = this.#open.pop();
    if (element?.name !== localName(qualified)) throw invalid("The Metalink's tags do not match.");
    const draft = this.files.at(-1);
    const text = this.#text.trim();
    this.#text = '';
    if (draft !== undefined) take(draft, this.#path(), element, text);
  }

  #root(name: string, qualified: string, attributes: Readonly<Record<string, string>>): void {
    if (this.isMetalink) throw invalid('The Metalink has more than one root element.');
    const prefix = qualified.includes(':') ? `:${qualified.slice(0, qualified.indexOf(':'))}` : '';
    const namespace = attributes[`xmlns${prefix}`];
    if (name === 'metalink' && namespace === OLD_NAMESPACE)
      throw invalid('This is a Metalink of version 3. Ask for one of version 4 (.meta4).');
    this.isMetalink = name === 'metalink' && namespace === NAMESPACE;
    if (!this.isMetalink) throw invalid('This is not a Metalink 4 document: its root element is another.');
  }

  #path(): string {
    return this.#open.map(({ name }) => name).join(' ');
  }
}

function take(
  draft: Draft,
  path: string,
  { name, attributes }: { readonly name: string; readonly attributes: Readonly<Record<string, string>> },
  text: string,
): void {
  if (path === 'metalink file pieces' && name === 'hash') {
    const pieces = draft.pieces.at(-1)!;
    if (pieces.hashes.length >= MAX_PIECES)
      throw new BanyanError('limit_exceeded', `A file of a Metalink has at most ${MAX_PIECES} pieces.`);
    pieces.hashes.push(text);
  }
  if (path !== 'metalink file') return;
  if (name === 'size') draft.size = text;
  else if (name === 'hash') draft.hashes.set(hashType(attributes), text);
  else if (name === 'url' && draft.urls.length < MAX_URLS) {
    const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
    if (webUrlFault(text) !== undefined) draft.passedOver.add(scheme ?? '');
    else draft.urls.push({ url: text, priority: priorityOf(attributes['priority']) });
  }
}

/** @throws BanyanError `metalink_invalid`, `limit_exceeded` */
function fileOf(draft: Draft): MetalinkFile {
  const name = nameOf(draft.name);
  const { size } = draft;
  const length = size === undefined ? undefined : Number(size);
  if (size !== undefined && (!/^\d+$/.test(size) || !Number.isSafeInteger(length) || Number(size) < 1))
    throw invalid(`The size of ${quote(name)} in the Metalink is no length of a file.`);
  const mirrors = draft.urls.sort((a, b) => a.priority - b.priority).map(({ url }) => url);
  if (mirrors.length === 0) {
    const others = [...draft.passedOver]
      .filter((scheme) => scheme !== '')
      .map((scheme) => displayText(scheme, 20));
    throw invalid(
      `The Metalink names no http or https mirror of ${quote(name)}${others.length === 0 ? '' : ` (only ${others.join(', ')})`}.`,
    );
  }
  const proof = proofOf(draft, name);
  if (length !== undefined) requireFit(name, proof, length);
  return { name, length, proof, mirrors: [...new Set(mirrors)].slice(0, MAX_LINK_MIRRORS) };
}

/**
 * Looks whether a file of `length` bytes has as many pieces as there are hashes.
 *
 * @throws BanyanError `metalink_invalid`
 */
export function requireFit(name: string, proof: FlatProof, length: number): void {
  if (proof.kind !== 'pieces') return;
  const count = proof.hashes.length / HASH_BYTES;
  if (count !== Math.ceil(length / proof.pieceLength))
    throw invalid(`The Metalink has ${count} piece hashes of ${quote(name)}, which do not fit its size.`);
}

/** The last part of a name; a path that leads elsewhere is refused (RFC 5854, section 4.1.2.1). */
function nameOf(given: string): string {
  const parts = given.split(/[/\\]/);
  if (given.trim() === '') throw invalid('A file of the Metalink has no name.');
  if (parts.length > 1 && (parts[0] === '' || /^[a-z]:$/i.test(parts[0]!) || parts.includes('..')))
    throw new BanyanError(
      'name_unsafe',
      `The Metalink names a file ${quote(given)}, which leads out of its folder.`,
    );
  return safeFileName(parts.at(-1)!);
}

/** The best proof that the document gives: pieces, else the whole, else its length. */
function proofOf({ pieces, hashes }: Draft, name: string): FlatProof {
  const own = pieces.find(({ type }) => type === SHA_256);
  if (own !== undefined) {
    const pieceLength = Number(own.length);
    if (!Number.isSafeInteger(pieceLength) || pieceLength < MIN_PIECE_BYTES || pieceLength > MAX_PIECE_BYTES)
      throw invalid(
        `The pieces of ${quote(name)} are ${displayText(own.length, 20)} bytes long; from ${MIN_PIECE_BYTES} to ${MAX_PIECE_BYTES} can be used.`,
      );
    const all = new Uint8Array(own.hashes.length * HASH_BYTES);
    own.hashes.forEach((text, index) => all.set(sha256Of(text, name), index * HASH_BYTES));
    return { kind: 'pieces', pieceLength, hashes: all };
  }
  const whole = hashes.get(SHA_256);
  if (whole !== undefined) return { kind: 'whole', hash: sha256Of(whole, name) };
  const others = [...new Set([...pieces.map(({ type }) => type), ...hashes.keys()])];
  if (others.length > 0)
    throw invalid(
      `The Metalink has only ${others.map((type) => displayText(type, 20)).join(', ')} hashes of ${quote(name)}; SHA-256 is needed to trust a mirror.`,
    );
  return { kind: 'size' };
}

const SHA_256 = 'sha-256';

function sha256Of(text: string, name: string): Uint8Array {
  const hash = fromHex(text);
  if (hash?.length !== HASH_BYTES) throw invalid(`A SHA-256 of ${quote(name)} in the Metalink is damaged.`);
  return hash;
}

function hashType(attributes: Readonly<Record<string, string>>): string {
  return (attributes['type'] ?? '').toLowerCase();
}

function priorityOf(text: string | undefined): number {
  const priority = Number(text ?? LOWEST_PRIORITY);
  return Number.isSafeInteger(priority) && priority >= 1
    ? Math.min(priority, LOWEST_PRIORITY)
    : LOWEST_PRIORITY;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function quote(name: string): string {
  return `“${displayText(name, 80)}”`;
}

function invalid(message: string): BanyanError {
  return new BanyanError('metalink_invalid', message);
}
