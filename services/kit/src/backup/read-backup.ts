import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { BanyanError, isBanyanError } from '@banyan/proto';
import type { EntrySource } from '../stores/copy-store.ts';
import type { Entry } from '../stores/store.ts';
import {
  BACKUP_FORMAT,
  BackupHead,
  BackupTail,
  kindOfKey,
  manifestOf,
  MAX_BACKUP_LINE_BYTES,
  readLine,
  readRow,
  type BackupManifest,
} from './backup-format.ts';

/** A backup that was read through and found whole. */
export interface Backup extends EntrySource {
  readonly manifest: BackupManifest;
  /** Name in the data folder → content. */
  readonly files: ReadonlyMap<string, Buffer>;
}

const NEWLINE = 0x0a;

/**
 * Opens a backup. All of it is read and checked before anything is given out; listing reads it again, in pieces.
 *
 * @throws BanyanError `backup_invalid` when it is cut, damaged or none; `unsupported_version` when a newer release wrote
 *   it; `folder_unreadable` when there is no such file or it may not be read
 */
export async function openBackup(path: string): Promise<Backup> {
  const files = new Map<string, Buffer>();
  const hash = createHash('sha256');
  const found = { entries: 0, counts: {} as Record<string, number> };
  let head: BackupHead | undefined;
  // The last line is the one that none comes after.
  let last: Buffer | undefined;
  for await (const line of linesOf(path)) {
    if (last !== undefined) {
      hash.update(last).update('\n');
      const text = last.toString('utf8');
      if (head === undefined) head = readHead(text);
      else {
        const row = readRow(text);
        if ('file' in row) files.set(row.file, Buffer.from(row.data, 'base64'));
        else {
          found.entries += 1;
          const kind = kindOfKey(row.key);
          found.counts[kind] = (found.counts[kind] ?? 0) + 1;
        }
      }
    }
    last = line;
  }
  if (head === undefined || last === undefined) throw invalid(path, 'it is cut short');
  const tail = readTail(last, path);
  if (tail.sha256 !== hash.digest('hex')) throw invalid(path, 'its SHA-256 is not what it says');
  if (tail.entries !== found.entries || tail.files !== files.size)
    throw invalid(path, 'it holds another number of entries than it says');

  return {
    manifest: manifestOf(head, { ...tail, counts: found.counts }),
    files,
    async *list<T>(prefix: string) {
      for await (const line of linesOf(path)) {
        const row: unknown = JSON.parse(line.toString('utf8'));
        if (!isEntry(row) || !row.key.startsWith(prefix)) continue;
        const { key, value, expiresAt } = row;
        // Versions are a store's own; nobody compares those of a backup.
        const entry: Entry<T> = {
          value: value as T,
          version: '',
          ...(expiresAt === undefined ? {} : { expiresAtMs: expiresAt }),
        };
        yield [key, entry] as const;
      }
    },
  };
}

function isEntry(row: unknown): row is { key: string; value: unknown; expiresAt?: number } {
  return typeof (row as { key?: unknown }).key === 'string';
}

function readHead(text: string): BackupHead {
  const head = readLine(BackupHead, text);
  if (head.banyanBackup > BACKUP_FORMAT)
    throw new BanyanError(
      'unsupported_version',
      `This backup has format ${head.banyanBackup}, written by Banyan ${head.software}; this is an older one, which reads formats up to ${BACKUP_FORMAT}. Restore it with that release.`,
    );
  return head;
}

function readTail(line: Buffer, path: string): BackupTail {
  try {
    return readLine(BackupTail, line.toString('utf8'));
  } catch (cause) {
    throw invalid(path, 'it is cut short', cause);
  }
}

function invalid(path: string, why: string, cause?: unknown): BanyanError {
  return new BanyanError(
    'backup_invalid',
    `${path} is no whole backup: ${why}. Take another one; nothing was changed.`,
    { cause },
  );
}

/** The lines of a backup without their ends. Memory is bounded whatever the file is. */
async function* linesOf(path: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path);
  const gunzip = createGunzip();
  file.on('error', (error) => gunzip.destroy(error));
  let parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of file.pipe(gunzip) as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
        parts.push(chunk.subarray(start, end));
        yield Buffer.concat(parts);
        parts = [];
        length = 0;
        start = end + 1;
      }
      const rest = chunk.subarray(start);
      length += rest.length;
      if (length > MAX_BACKUP_LINE_BYTES) throw invalid(path, 'a line of it is longer than any can be');
      if (rest.length > 0) parts.push(rest);
    }
    if (length > 0) throw invalid(path, 'it is cut short');
  } catch (cause) {
    if (isBanyanError(cause)) throw cause;
    const { code = '', message } = cause as NodeJS.ErrnoException;
    if (code.startsWith('Z_')) throw invalid(path, 'it is damaged or cut short', cause);
    throw new BanyanError('folder_unreadable', `${path} cannot be read (${code || message}).`, { cause });
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}
