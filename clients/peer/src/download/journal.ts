/**
 * What a download knows, kept so that neither `kill -9` nor a power cut costs a proved chunk more than must be.
 *
 * A log per download that only grows, beside its header in the book of all:
 *
 * ```
 *   u32 payload bytes │ u8 kind │ payload │ first 8 bytes of SHA-256 over kind and payload
 *   kind 1: chunks that were proved and written (u32 each)
 *   kind 2: a proved part of the chunk layer (u32 first, u32 count, u32 hash bytes, hashes, uncles)
 *   kind 3: everything claimed before log offset f64 is on the disk itself; f64 bytes fetched so far
 *   kind 4: chunks that are missing after all (u32 each)
 *   kind 5: f64 bytes fetched so far
 *   kind 6: a chunk that was written and not proved (u32 chunk, the 32 bytes of its hash); a kind 1 after it proves it
 * ```
 *
 * Claims are appended at once, before the part file is synced, and count only when they are written: a killed process
 * loses nothing that it has shown, as the system still has its pages. After a power cut a claim may have outlived its bytes; therefore claims that no kind 3 covers
 * are read back and compared with their hashes before they count. A torn record ends the log.
 */
import { open, readFile, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { HASH_BYTES } from '@banyan/proto';
import { makeFolder } from '@banyan/kit/make-folder';
import type { LayerPart } from './layer-store.ts';
import { writeFully } from './lane-files.ts';
import { sha256 } from '../sha256.ts';

/** What the log says. */
export interface JournalState {
  readonly layers: readonly LayerPart[];
  /** Claims that are surely on the disk. */
  readonly synced: readonly number[];
  /** Claims to be read back first. */
  readonly unsynced: readonly number[];
  readonly fetchedBytes: number;
  /** Of chunks that were claimed without proof, their hashes. */
  readonly hashes: ReadonlyMap<number, Uint8Array>;
  /** Those of them that were not proved since. */
  readonly unproved: ReadonlySet<number>;
}

/** The log of one download. */
export interface Journal {
  /**
   * Claims chunks that are written in the part file. `onWritten` is called when the claim outlives the process; never
   * when it cannot be written.
   */
  claim(chunks: readonly number[], fetchedBytes: number, onWritten?: () => void): void;
  /** As {@link claim}, of one chunk with its hash; without `isProved` a later `claim` proves it. */
  keep(chunk: number, hash: Uint8Array, isProved: boolean, fetchedBytes: number, onWritten: () => void): void;
  /** Adds records; they are written in order, soon. */
  lost(chunks: readonly number[]): void;
  layer(part: LayerPart): void;
  /** Syncs the part file by `sync`, then the log, and says in it what is safe now. */
  barrier(sync: () => Promise<void>, fetchedBytes: number): Promise<void>;
  /** Resolves when everything added is written; throws what writing threw. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const KIND = { chunks: 1, layer: 2, barrier: 3, lost: 4, fetched: 5, kept: 6 } as const;
const HEAD_BYTES = 5;
const CHECK_BYTES = 8;

/**
 * Opens a log, making it when it is new; what follows a damaged record is cut off.
 *
 * @param onError - told when records could not be written; they are kept and written with the next ones
 */
export async function openJournal(
  path: string,
  onError: (error: unknown) => void,
): Promise<{ journal: Journal; state: JournalState }> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  const { state, end } = readLog(bytes);
  const handle = await open(path, bytes.length === 0 ? 'a+' : 'r+', 0o600);
  // 'a+' made it; positions count only without the append flag.
  const writable = bytes.length === 0 ? await reopen(handle, path) : handle;
  await writable.truncate(end);
  return { journal: new LogJournal(writable, end, onError), state };
}

async function reopen(handle: FileHandle, path: string): Promise<FileHandle> {
  await handle.close();
  return await open(path, 'r+');
}

function readLog(bytes: Buffer): { state: JournalState; end: number } {
  const claims = new Map<number, number>();
  const layers: LayerPart[] = [];
  const hashes = new Map<number, Uint8Array>();
  const unproved = new Set<number>();
  let covered = 0;
  let fetchedBytes = 0;
  let at = 0;
  while (at + HEAD_BYTES <= bytes.length) {
    const size = bytes.readUInt32LE(at);
    const next = at + HEAD_BYTES + size + CHECK_BYTES;
    if (next > bytes.length) break;
    const body = bytes.subarray(at + 4, at + HEAD_BYTES + size);
    if (!checkOf(body).equals(bytes.subarray(next - CHECK_BYTES, next))) break;
    const payload = body.subarray(1);
    switch (body[0]) {
      case KIND.chunks:
        for (let i = 0; i + 4 <= payload.length; i += 4) {
          const chunk = payload.readUInt32LE(i);
          // Proved later than written: what was synced stays so.
          if (!unproved.delete(chunk)) claims.set(chunk, at);
        }
        break;
      case KIND.lost:
        for (let i = 0; i + 4 <= payload.length; i += 4) {
          const chunk = payload.readUInt32LE(i);
          claims.delete(chunk);
          hashes.delete(chunk);
          unproved.delete(chunk);
        }
        break;
      case KIND.kept: {
        const chunk = payload.readUInt32LE(0);
        claims.set(chunk, at);
        hashes.set(chunk, Uint8Array.from(payload.subarray(4, 4 + HASH_BYTES)));
        unproved.add(chunk);
        break;
      }
      case KIND.layer: {
        const first = payload.readUInt32LE(0);
        const count = payload.readUInt32LE(4);
        const split = 8 + count * HASH_BYTES;
        layers.push({
          first,
          count,
          hashes: Uint8Array.from(payload.subarray(8, split)),
          uncles: Uint8Array.from(payload.subarray(split)),
        });
        break;
      }
      case KIND.barrier:
        covered = payload.readDoubleLE(0);
        fetchedBytes = payload.readDoubleLE(8);
        break;
      case KIND.fetched:
        fetchedBytes = payload.readDoubleLE(0);
        break;
      default:
        // Of a newer version: it says nothing that we need.
        break;
    }
    at = next;
  }
  const synced: number[] = [];
  const unsynced: number[] = [];
  for (const [chunk, offset] of claims) (offset < covered ? synced : unsynced).push(chunk);
  return { state: { layers, synced, unsynced, fetchedBytes, hashes, unproved }, end: at };
}

function checkOf(body: Uint8Array): Buffer {
  return Buffer.from(sha256(body)).subarray(0, CHECK_BYTES);
}

function record(kind: number, payload: Buffer): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES + payload.length + CHECK_BYTES);
  bytes.writeUInt32LE(payload.length, 0);
  bytes[4] = kind;
  payload.copy(bytes, HEAD_BYTES);
  checkOf(bytes.subarray(4, HEAD_BYTES + payload.length)).copy(bytes, HEAD_BYTES + payload.length);
  return bytes;
}

function chunkList(chunks: readonly number[]): Buffer {
  const payload = Buffer.alloc(chunks.length * 4);
  chunks.forEach((chunk, index) => payload.writeUInt32LE(chunk, index * 4));
  return payload;
}

function fetched(bytes: number): Buffer {
  const payload = Buffer.alloc(8);
  payload.writeDoubleLE(bytes, 0);
  return record(KIND.fetched, payload);
}

class LogJournal implements Journal {
  readonly #handle: FileHandle;
  readonly #onError: (error: unknown) => void;
  #pending: { readonly bytes: Buffer; readonly onWritten?: () => void }[] = [];
  /** Bytes written. */
  #end: number;
  /** Bytes written and pending. */
  #tail: number;
  #writing: Promise<void> | undefined;

  constructor(handle: FileHandle, end: number, onError: (error: unknown) => void) {
    this.#handle = handle;
    this.#end = end;
    this.#tail = end;
    this.#onError = onError;
  }

  claim(chunks: readonly number[], fetchedBytes: number, onWritten?: () => void): void {
    this.#add(Buffer.concat([record(KIND.chunks, chunkList(chunks)), fetched(fetchedBytes)]), onWritten);
  }

  keep(
    chunk: number,
    hash: Uint8Array,
    isProved: boolean,
    fetchedBytes: number,
    onWritten: () => void,
  ): void {
    const kept = record(KIND.kept, Buffer.concat([chunkList([chunk]), hash]));
    const proved = isProved ? [record(KIND.chunks, chunkList([chunk]))] : [];
    this.#add(Buffer.concat([kept, ...proved, fetched(fetchedBytes)]), onWritten);
  }

  lost(chunks: readonly number[]): void {
    this.#add(record(KIND.lost, chunkList(chunks)));
  }

  layer(part: LayerPart): void {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(part.first, 0);
    head.writeUInt32LE(part.count, 4);
    this.#add(record(KIND.layer, Buffer.concat([head, part.hashes, part.uncles])));
  }

  async barrier(sync: () => Promise<void>, fetchedBytes: number): Promise<void> {
    // Only what is in the log now: claims that come while the file is synced may be of later bytes.
    const covered = this.#tail;
    await sync();
    const payload = Buffer.alloc(16);
    payload.writeDoubleLE(covered, 0);
    payload.writeDoubleLE(fetchedBytes, 8);
    this.#add(record(KIND.barrier, payload));
    await this.flush();
    await this.#handle.datasync();
  }

  async flush(): Promise<void> {
    while (this.#pending.length > 0 || this.#writing !== undefined) {
      await (this.#writing ?? this.#write());
    }
  }

  async close(): Promise<void> {
    await this.flush().catch(this.#onError);
    await this.#handle.close();
  }

  #add(bytes: Buffer, onWritten?: () => void): void {
    this.#pending.push(onWritten === undefined ? { bytes } : { bytes, onWritten });
    this.#tail += bytes.length;
    if (this.#writing === undefined) this.#write().catch(this.#onError);
  }

  #write(): Promise<void> {
    const batch = Buffer.concat(this.#pending.map(({ bytes }) => bytes));
    const records = this.#pending.length;
    this.#writing = writeFully(this.#handle, batch, this.#end)
      .then(() => {
        this.#end += batch.length;
        for (const { onWritten } of this.#pending.splice(0, records)) onWritten?.();
      })
      .finally(() => (this.#writing = undefined));
    const written = this.#writing;
    // What was added meanwhile goes out at once; after a failure it waits for the next record or flush.
    written.then(
      () => {
        if (this.#pending.length > 0 && this.#writing === undefined) this.#write().catch(this.#onError);
      },
      () => undefined,
    );
    return written;
  }
}

/** Where the files of a download are, beside its header in the book of all. */
export interface JournalPaths {
  readonly log: string;
  /** Hashes of the pieces, of a file whose root is not known. */
  readonly pieces: string;
}

export function journalPaths(stateDir: string, id: string): JournalPaths {
  return {
    log: join(stateDir, `${id}.log`),
    pieces: join(stateDir, `${id}.pieces`),
  };
}

/** Makes the folder of all journals. */
export async function prepareStateDir(stateDir: string): Promise<void> {
  await makeFolder(stateDir, { mode: 0o700 });
}

/** Removes a download's files. */
export async function removeJournal(paths: JournalPaths): Promise<void> {
  await rm(paths.log, { force: true });
  await rm(paths.pieces, { force: true });
}
