/** Rows of the library's index, and how they lie on the disk. */
import { HASH_BYTES, NO_TAGS, type ContentId, type Tags } from '@banyan/proto';

export interface ShareRow {
  readonly no: number;
  readonly id: string;
  readonly path: string;
  readonly name: string;
  readonly addedAt: number;
  /** Device and inode of the folder, which change when a drive is pulled from under it. */
  readonly rootStamp: string;
  /** The folder is not there: its records are withdrawn, its hashes kept. */
  readonly missing: boolean;
  /** Its files are being forgotten; it is not shared any more. */
  readonly removed: boolean;
  /** Patterns of what its owner leaves out. */
  readonly exclude?: readonly string[];
}

/** Sums over a share, kept with each change so that nothing is counted at start. */
export interface Totals {
  files: number;
  bytes: number;
  pending: number;
  pendingBytes: number;
  skipped: number;
}

export interface FolderRow {
  readonly no: number;
  readonly share: number;
  /** Inside the share, '/' between parts; '' at its top. */
  readonly path: string;
  readonly skipped: number;
}

/** `pending`: to be hashed; `waiting`: it was seen changing or could not be read; `hashed`: it has a root. */
export type FileState = 'pending' | 'waiting' | 'hashed';

export interface FileRow {
  readonly folder: number;
  readonly name: string;
  readonly size: number;
  readonly dev: string;
  readonly stamp: string;
  readonly modifiedMs: number;
  readonly state: FileState;
  readonly root: Uint8Array | undefined;
  readonly tags: Tags;
}

/** Which version of the readers gave the tags of files up to an id; those behind it are older. */
export interface Tagging {
  readonly version: number;
  readonly after: number;
}

const STATES: readonly FileState[] = ['pending', 'waiting', 'hashed'];
const NO_ROOT = new Uint8Array(HASH_BYTES);

type PackedFile = [number, string, number, string, string, number, number, Partial<Tags> | 0];

/** 32 bytes of root, then a JSON array. */
export function encodeFile(row: FileRow): Buffer {
  const packed: PackedFile = [
    row.folder,
    row.name,
    row.size,
    row.dev,
    row.stamp,
    row.modifiedMs,
    STATES.indexOf(row.state),
    row.tags === NO_TAGS ? 0 : sparseTags(row.tags),
  ];
  return Buffer.concat([row.root ?? NO_ROOT, Buffer.from(JSON.stringify(packed))]);
}

export function decodeFile(bytes: Buffer): FileRow {
  const [folder, name, size, dev, stamp, modifiedMs, state, tags] = JSON.parse(
    bytes.toString('utf8', HASH_BYTES),
  ) as PackedFile;
  return {
    folder,
    name,
    size,
    dev,
    stamp,
    modifiedMs,
    state: STATES[state] ?? 'waiting',
    // A copy: the bytes may belong to the store.
    root: STATES[state] === 'hashed' ? Uint8Array.from(bytes.subarray(0, HASH_BYTES)) : undefined,
    tags: tags === 0 ? NO_TAGS : { ...NO_TAGS, ...tags },
  };
}

/** The tags that say something; also what people are shown. */
export function sparseTags(tags: Tags): Partial<Tags> {
  return Object.fromEntries(
    Object.entries(tags).filter(([key, value]) =>
      key === 'more' ? Object.keys(value as object).length > 0 : value !== '' && value !== 0,
    ),
  );
}

/** Hashes of a file that went, for its return. */
export interface KeptHashes {
  readonly root: Uint8Array;
  readonly size: number;
  readonly tags: Tags;
  readonly keptAt: number;
}

type PackedKept = [number, number, Partial<Tags> | 0];

export function encodeKept(kept: KeptHashes): Buffer {
  const packed: PackedKept = [kept.size, kept.keptAt, kept.tags === NO_TAGS ? 0 : sparseTags(kept.tags)];
  return Buffer.concat([kept.root, Buffer.from(JSON.stringify(packed))]);
}

export function decodeKept(bytes: Buffer): KeptHashes {
  const [size, keptAt, tags] = JSON.parse(bytes.toString('utf8', HASH_BYTES)) as PackedKept;
  return {
    root: Uint8Array.from(bytes.subarray(0, HASH_BYTES)),
    size,
    keptAt,
    tags: tags === 0 ? NO_TAGS : { ...NO_TAGS, ...tags },
  };
}

/** Big-endian, so that rows lie in the order of their numbers. */
export function numberKey(n: number): Buffer {
  const key = Buffer.allocUnsafe(4);
  key.writeUInt32BE(n);
  return key;
}

/** A number, then a text: names in their folder, folders in their share. */
export function childKey(parent: number, name: string): Buffer {
  return Buffer.concat([numberKey(parent), Buffer.from(name)]);
}

/** Root and length. */
export function contentKeyBytes(content: ContentId): Buffer {
  const key = Buffer.allocUnsafe(HASH_BYTES + 8);
  key.set(content.root);
  key.writeBigUInt64BE(BigInt(content.length), HASH_BYTES);
  return key;
}
