/**
 * The headers of all downloads in one log that only grows, so that those of many downloads reach the disk together:
 *
 * ```
 *   first 8 hex digits of SHA-256 over what follows │ space │ JSON │ newline
 *   JSON: a header, or {"id":"d…","removed":true}; of one id the last line counts
 * ```
 *
 * It is written anew when most of its lines are out of date. A torn last line was never promised to anybody; a damaged one
 * before it is put aside in a file of its own.
 */
import { constants } from 'node:fs';
import { appendFile, open, readFile, rename, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toHex } from '@banyan/proto';
import { checkHeader, wantedOf, type DownloadHeader, type KeptDownload } from './header.ts';
import { writeFully } from './lane-files.ts';
import { syncFolder } from './part-file.ts';
import { sha256 } from './sha256.ts';

/** All headers on the disk. */
export interface HeaderBook {
  /**
   * Reads what is kept, oldest first.
   *
   * @param onDamaged - told of each line that cannot be read; it was put aside in `file`
   */
  open(onDamaged: (file: string, error: unknown) => void): Promise<KeptDownload[]>;
  /** Keeps a header as it is now; resolves when it survives a power cut. */
  save(header: DownloadHeader): Promise<void>;
  /** Keeps that there is no such download any more. */
  remove(id: string): Promise<void>;
  /** Resolves when everything is written. */
  close(): Promise<void>;
}

/** Makes a book in `stateDir`; `live` gives all headers that there are when it is written anew. */
export function createHeaderBook(stateDir: string, live: () => Iterable<DownloadHeader>): HeaderBook {
  return new LogBook(stateDir, live);
}

const FILE = 'headers.ndjson';
const DAMAGED = 'headers.damaged';
const CHECK_DIGITS = 8;
/** Lines out of date, beyond as many as there are headers, that are not worth writing the log anew. */
const SLACK_LINES = 1_000;

interface Waiting {
  readonly line: string;
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
}

class LogBook implements HeaderBook {
  readonly #path: string;
  readonly #damagedPath: string;
  readonly #live: () => Iterable<DownloadHeader>;
  /** Undefined: the log is to be written anew, as there is none, or nobody knows what is in it. */
  #handle: FileHandle | undefined;
  #end = 0;
  #lines = 0;
  #waiting: Waiting[] = [];
  #isWriting = false;
  #written: Promise<void> = Promise.resolve();

  constructor(stateDir: string, live: () => Iterable<DownloadHeader>) {
    this.#path = join(stateDir, FILE);
    this.#damagedPath = join(stateDir, DAMAGED);
    this.#live = live;
  }

  async open(onDamaged: (file: string, error: unknown) => void): Promise<KeptDownload[]> {
    const text = await readFile(this.#path, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    });
    const kept = new Map<string, DownloadHeader>();
    const damaged: string[] = [];
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    for (const line of whole.split('\n')) {
      if (line === '') continue;
      try {
        const value = readLine(line);
        if ('removed' in value) kept.delete(value.id);
        else kept.set(value.id, value);
      } catch (error) {
        damaged.push(line);
        onDamaged(this.#damagedPath, error);
      }
    }
    if (damaged.length > 0) await appendFile(this.#damagedPath, `${damaged.join('\n')}\n`, { mode: 0o600 });
    return [...kept.values()]
      .map((header) => ({ header, content: wantedOf(header) }))
      .sort((a, b) => a.header.addedAt - b.header.addedAt || a.header.id.localeCompare(b.header.id));
  }

  save(header: DownloadHeader): Promise<void> {
    return this.#add(JSON.stringify(header));
  }

  remove(id: string): Promise<void> {
    return this.#add(JSON.stringify({ id, removed: true }));
  }

  async close(): Promise<void> {
    while (this.#isWriting) await this.#written;
    await this.#handle?.close();
    this.#handle = undefined;
  }

  #add(json: string): Promise<void> {
    return new Promise((done, fail) => {
      this.#waiting.push({ line: lineOf(json), done, fail });
      if (!this.#isWriting) this.#written = this.#writeAll();
    });
  }

  /** What is said while a batch is written goes into the next one. */
  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        if (this.#handle === undefined || this.#isStale()) await this.#rewrite();
        else await this.#append(this.#handle, batch);
        for (const { done } of batch) done();
      } catch (error) {
        await this.#handle?.close().catch(() => undefined);
        this.#handle = undefined;
        for (const { fail } of batch) fail(error);
      }
    }
    this.#isWriting = false;
  }

  async #append(handle: FileHandle, batch: readonly Waiting[]): Promise<void> {
    const bytes = Buffer.from(batch.map(({ line }) => line).join(''));
    await writeFully(handle, bytes, this.#end);
    await handle.datasync();
    this.#end += bytes.length;
    this.#lines += batch.length;
  }

  #isStale(): boolean {
    if (this.#lines < SLACK_LINES) return false;
    let count = 0;
    for (const _ of this.#live()) count += 1;
    return this.#lines > 2 * count + SLACK_LINES;
  }

  /** Replaces the log by what there is now, whole or not at all. */
  async #rewrite(): Promise<void> {
    const lines = [...this.#live()].map((header) => lineOf(JSON.stringify(header)));
    const bytes = Buffer.from(lines.join(''));
    const temporary = `${this.#path}.new`;
    const handle = await open(temporary, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC, 0o600);
    try {
      await writeFully(handle, bytes, 0);
      await handle.datasync();
      await rename(temporary, this.#path);
      await syncFolder(dirname(this.#path));
    } catch (error) {
      await handle.close();
      throw error;
    }
    await this.#handle?.close();
    this.#handle = handle;
    this.#end = bytes.length;
    this.#lines = lines.length;
  }
}

function lineOf(json: string): string {
  return `${checkOf(json)} ${json}\n`;
}

function checkOf(json: string): string {
  return toHex(sha256(Buffer.from(json))).slice(0, CHECK_DIGITS);
}

function readLine(line: string): DownloadHeader | { readonly id: string; readonly removed: true } {
  const json = line.slice(CHECK_DIGITS + 1);
  if (line.slice(0, CHECK_DIGITS) !== checkOf(json)) throw new Error('the line is damaged');
  const value = JSON.parse(json) as { id: string; removed?: true };
  return value.removed === true ? { id: value.id, removed: true } : checkHeader(value);
}
