import { join, resolve } from 'node:path';
import { BanyanError } from '@banyan/proto';
import envPaths from 'env-paths';
import { makeFolder } from './make-folder.ts';

/**
 * The folder that holds everything Banyan keeps: `BANYAN_DATA_DIR`, else the system's own folder for
 * application data (`~/.local/share/banyan`, `~/Library/Application Support/banyan`, `%LOCALAPPDATA%\banyan\Data`).
 *
 * @returns an absolute path; the folder need not exist yet
 */
export function dataDir(env: NodeJS.ProcessEnv = process.env): string {
  const set = env['BANYAN_DATA_DIR'];
  if (set !== undefined && set !== '') return resolve(set);
  return envPaths('banyan', { suffix: '' }).data;
}

/**
 * The folder of one process: what its flag or file says, else a folder of its own in that of all of Banyan.
 *
 * `BANYAN_DATA_DIR` would by its name also be the setting `dataDir` of each process, and then two of them would share a folder; it
 * names that of all of Banyan, and nothing else.
 *
 * @param own - name of the process's folder there, such as `auth`
 * @param configured - its setting `dataDir`, whatever it came from
 */
export function processDir(
  own: string,
  configured: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const isItsOwn = configured !== undefined && configured !== '' && configured !== env['BANYAN_DATA_DIR'];
  return isItsOwn ? resolve(configured) : join(dataDir(env), own);
}

/**
 * Makes a folder (and its parents) that only its owner may enter, and returns its absolute path.
 *
 * @throws BanyanError `folder_unreadable` or `disk_failed` with the path in the message
 */
export async function ensurePrivateDir(...parts: [string, ...string[]]): Promise<string> {
  const path = resolve(join(...parts));
  try {
    await makeFolder(path, { mode: 0o700 });
    return path;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      throw new BanyanError(
        'folder_unreadable',
        `The folder ${path} cannot be made (${code}). Check its permissions, or set BANYAN_DATA_DIR.`,
        { cause },
      );
    }
    throw new BanyanError(
      'disk_failed',
      `The folder ${path} cannot be made (${String(code)}). Check the disk, or set BANYAN_DATA_DIR.`,
      { cause },
    );
  }
}
