import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BanyanError, isBanyanError } from '@banyan/proto';
import { makeFolder } from '../make-folder.ts';
import { nameNewFile } from '../new-file.ts';
import type { BackupManifest } from './backup-format.ts';
import { openBackup } from './read-backup.ts';

/** Only whoever runs Banyan reads its keys. */
const PRIVATE = 0o600;

/**
 * Writes the bytes of a backup to a file that appears whole or not at all: under another name until it is on the disk and
 * was read through once. Nothing that is there is replaced.
 *
 * @returns what it says of itself
 * @throws BanyanError `conflict` when there is something at `path`; `backup_invalid` when the stream was cut; `disk_full`,
 *   `disk_failed`, `aborted`; what the stream ends with
 */
export async function saveBackup(
  bytes: Readable,
  path: string,
  init: { readonly signal?: AbortSignal } = {},
): Promise<BackupManifest> {
  const draft = `${path}.${randomUUID()}.part`;
  try {
    await makeFolder(dirname(path), { mode: 0o700 });
    await pipeline(bytes, createWriteStream(draft, { flags: 'wx', mode: PRIVATE, flush: true }), {
      ...(init.signal === undefined ? {} : { signal: init.signal }),
    });
    const { manifest } = await openBackup(draft);
    if (await nameNewFile(draft, path)) return manifest;
    throw new BanyanError('conflict', `There is something at ${path} already. Choose another name.`);
  } catch (cause) {
    throw saidFor(path, cause);
  } finally {
    bytes.destroy();
    await rm(draft, { force: true });
  }
}

function saidFor(path: string, cause: unknown): BanyanError {
  if (isBanyanError(cause))
    return cause.code === 'backup_invalid'
      ? new BanyanError(
          'backup_invalid',
          'The backup ended before it was whole, and was not kept. See the log of the service, and repeat it.',
          { cause },
        )
      : cause;
  const { code, name } = cause as NodeJS.ErrnoException;
  if (name === 'AbortError') return new BanyanError('aborted', undefined, { cause });
  if (code === 'ENOSPC' || code === 'EDQUOT') return new BanyanError('disk_full', undefined, { cause });
  return new BanyanError(
    'disk_failed',
    `The backup ${path} cannot be written (${String(code)}). Check the disk and its permissions.`,
    { cause },
  );
}
