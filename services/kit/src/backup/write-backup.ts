import { createHash } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { BanyanError } from '@banyan/proto';
import { systemClock, type Clock } from '../clock.ts';
import { VERSION } from '../software-version.ts';
import type { EntrySource } from '../stores/copy-store.ts';
import {
  BACKUP_FORMAT,
  kindOfKey,
  MAX_BACKUP_FILE_BYTES,
  type BackupEntryLine,
  type BackupFileLine,
  type BackupHead,
  type BackupTail,
} from './backup-format.ts';

/** What is backed up. */
export interface BackupSource {
  /** `auth` or `list`. */
  readonly service: string;
  readonly store: EntrySource;
  /** Whether {@link store} can list all of one moment. */
  readonly isInstant: boolean;
  /** The data folder, for the key files in it; absent: none. */
  readonly folder?: string | undefined;
}

/** Fast: a backup of a running service must cost it little; records compress well at any level. */
const GZIP_LEVEL = 3;
/** Lines are handed on in pieces of about this size. */
const PIECE_CHARS = 64 * 1024;

/**
 * The bytes of a backup, made while they are read. It holds password hashes and private keys: whoever writes it somewhere
 * keeps others from reading it.
 *
 * The stream ends with an error when the store fails; what was read of it till then is no whole backup.
 */
export function writeBackup(
  source: BackupSource,
  components: { readonly clock?: Pick<Clock, 'now'> } = {},
): Readable {
  const { clock = systemClock } = components;
  const lines = Readable.from(pieces(source, clock.now()), { objectMode: false, highWaterMark: PIECE_CHARS });
  const gzip = createGzip({ level: GZIP_LEVEL });
  lines.on('error', (error) => gzip.destroy(error));
  gzip.on('close', () => lines.destroy());
  return lines.pipe(gzip);
}

async function* pieces(source: BackupSource, at: number): AsyncGenerator<string> {
  const hash = createHash('sha256');
  let piece = '';
  const add = (line: BackupHead | BackupFileLine | BackupEntryLine): void => {
    piece += `${JSON.stringify(line)}\n`;
  };
  const give = (): string => {
    hash.update(piece);
    const given = piece;
    piece = '';
    return given;
  };
  add({
    banyanBackup: BACKUP_FORMAT,
    service: source.service,
    software: VERSION,
    at,
    instant: source.isInstant,
  });
  const tail = { entries: 0, files: 0, counts: {} as Record<string, number> };
  for (const file of await keyFiles(source.folder)) {
    add(file);
    tail.files += 1;
  }
  for await (const [key, { value, expiresAtMs }] of source.store.list('', { isSnapshot: source.isInstant })) {
    add({ key, value, ...(expiresAtMs === undefined ? {} : { expiresAt: expiresAtMs }) });
    tail.entries += 1;
    const kind = kindOfKey(key);
    tail.counts[kind] = (tail.counts[kind] ?? 0) + 1;
    if (piece.length >= PIECE_CHARS) yield give();
  }
  yield give();
  yield `${JSON.stringify({ ...tail, sha256: hash.digest('hex') } satisfies BackupTail)}\n`;
}

/** The private keys in a data folder: TLS key (the pin of invites) and device key. All else is made again by itself. */
async function keyFiles(folder: string | undefined): Promise<BackupFileLine[]> {
  if (folder === undefined) return [];
  let names: string[];
  try {
    names = (await readdir(folder)).filter((name) => name.endsWith('-key.pem')).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return Promise.all(
    names.map(async (file) => {
      const path = join(folder, file);
      if ((await stat(path)).size > MAX_BACKUP_FILE_BYTES)
        throw new BanyanError('invalid_config', `${path} is too large for a key. Is it one of Banyan's?`);
      return { file, data: (await readFile(path)).toString('base64') };
    }),
  );
}
