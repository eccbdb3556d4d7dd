/** Which folders may be shared: the checks before a share is made. */
import { constants } from 'node:fs';
import { access, lstat, opendir, readdir, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, normalize, parse, relative, sep } from 'node:path';
import { BanyanError } from '@banyan/proto';

/** A folder that may be shared. */
export interface CheckedFolder {
  /** Real path. */
  readonly path: string;
  /** Device and inode. */
  readonly rootStamp: string;
}

/** What {@link checkShareFolder} goes by. */
export interface ShareSafety {
  /** Folders of Banyan itself (keys, state): never shared, neither they nor anything in them. */
  readonly privateFolders: readonly string[];
  /** Folders in a private one that may be shared all the same: downloads, a sample library. Elsewhere they mean nothing. */
  readonly openFolders?: readonly string[];
  /**
   * Folder of everything of Banyan on this machine. Inside, only what holds no key or store of any of its processes may
   * be shared, once that is confirmed.
   */
  readonly commonFolder?: string;
  /** Default: the system's. */
  readonly homeDir?: string;
  /** Folders shared already, as real paths. */
  readonly shared: readonly string[];
  /** Default: this one. */
  readonly platform?: NodeJS.Platform;
  /** The user has said that the folder is to be shared although it looks private. */
  readonly confirmed?: boolean;
}

/** Folders that hold secrets, as the end of a path, lower case; never shared, confirmed or not. */
const SECRET_FOLDERS = [
  '.ssh',
  '.gnupg',
  '.aws',
  '.azure',
  '.kube',
  '.docker',
  '.password-store',
  '.mozilla',
  '.thunderbird',
  '.bitcoin',
  '.electrum',
  '.config/google-chrome',
  '.config/chromium',
  '.config/bravesoftware',
  '.config/gcloud',
  '.local/share/keyrings',
  'library/keychains',
  'library/application support/firefox',
  'library/application support/google/chrome',
  'appdata/local/google/chrome',
  'appdata/local/microsoft/edge',
  'appdata/roaming/mozilla',
  'appdata/roaming/microsoft/protect',
].map((path) => path.split('/'));

/** Not files at all: reading them hangs or changes the machine. */
const PSEUDO_FOLDERS = ['/proc', '/sys', '/dev', '/run'];
/** … but for where some desktops mount the disks that are plugged in. */
const MOUNT_FOLDER = '/run/media';

const SYSTEM_FOLDERS = [
  '/bin',
  '/boot',
  '/etc',
  '/lib',
  '/lib32',
  '/lib64',
  '/opt',
  '/sbin',
  '/usr',
  '/var',
  '/private/etc',
  '/private/var',
  '/System',
  '/Library',
  '/Applications',
];

/** Below a system folder, but made for users. */
const SYSTEM_EXCEPTIONS = [
  '/var/tmp',
  '/var/folders',
  '/private/var/folders',
  '/private/var/tmp',
  '/usr/local/share',
  '/var/www',
];

function windowsSystemFolders(env: NodeJS.ProcessEnv): string[] {
  return ['SystemRoot', 'ProgramFiles', 'ProgramFiles(x86)', 'ProgramData'].flatMap(
    (name) => env[name] ?? [],
  );
}

/** Whether `path` is `folder` or lies in it; both absolute and normal. */
export function isInside(path: string, folder: string): boolean {
  const between = relative(folder, path);
  return between === '' || (between !== '..' && !between.startsWith(`..${sep}`) && !isAbsolute(between));
}

/**
 * Whether a path belongs to a private folder: of all folders around it, private and open, the innermost decides.
 * So an open folder that holds a private one opens nothing of it.
 */
export function isPrivate(path: string, kept: readonly string[], open: readonly string[]): boolean {
  const innermost = (folders: readonly string[]): number =>
    Math.max(-1, ...folders.filter((folder) => isInside(path, folder)).map((folder) => folder.length));
  const deepest = innermost(kept);
  return deepest >= 0 && deepest >= innermost(open);
}

/** Names by which a folder of a process of Banyan is known: keys, stores and locks. */
const STATE_MARKS = [
  'device-key.pem',
  'data.mdb',
  'owner.lock',
  'peer.lock',
  'logins.json',
  'invite-key.json',
];
/** Folders below a folder that are looked into for such names. */
const STATE_DEPTH = 3;
const MAX_STATE_FOLDERS = 10_000;

/** Whether a folder inside `common` belongs to a process's state, or holds some. */
async function isState(real: string, common: string, open: readonly string[]): Promise<boolean> {
  const isMarked = async (folder: string): Promise<boolean> => {
    for (const mark of STATE_MARKS) {
      const found = await lstat(join(folder, mark)).catch(() => undefined);
      if (found !== undefined) return true;
    }
    return false;
  };
  const isOpen = open.some((folder) => isInside(real, folder));
  for (let above = real; !isOpen && above !== common; above = dirname(above))
    if (await isMarked(above)) return true;
  let level = [real];
  let seen = 0;
  for (let depth = 0; depth <= STATE_DEPTH && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      seen += 1;
      // Too many to look into: not what Banyan makes.
      if (seen > MAX_STATE_FOLDERS) return false;
      if (await isMarked(folder)) return true;
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      for (const entry of entries) if (entry.isDirectory()) next.push(join(folder, entry.name));
    }
    level = next;
  }
  return false;
}

/** A folder that is not there yet has no links to resolve. */
export async function realOrSame(path: string): Promise<string> {
  return realpath(path).catch(() => normalize(path));
}

/**
 * Checks that a folder exists, can be read, is not shared yet and is no place of secrets.
 *
 * @returns its real path, and its device and inode
 * @throws BanyanError `folder_missing`, `folder_unreadable`, `folder_overlaps`, `folder_unsafe`; the last with
 *   `details.confirmable`, which tells whether the user may insist
 */
export async function checkShareFolder(path: string, safety: ShareSafety): Promise<CheckedFolder> {
  if (path.includes('\0') || !isAbsolute(path)) {
    throw new BanyanError(
      'folder_missing',
      'The folder must be given with its whole path, from the root of the disk. Check the path.',
    );
  }
  const real = await realFolder(path);
  const overlap = safety.shared.find((other) => isInside(real, other) || isInside(other, real));
  if (overlap !== undefined) {
    throw new BanyanError(
      'folder_overlaps',
      overlap === real
        ? `The folder ${real} is shared already. Nothing needs to be done.`
        : `The folder ${real} overlaps ${overlap}, which is shared already. Remove that share first, or choose another folder.`,
    );
  }
  await checkSafe(real, safety);
  const info = await stat(real, { bigint: true });
  return { path: real, rootStamp: `${info.dev}-${info.ino}` };
}

async function realFolder(path: string): Promise<string> {
  try {
    const real = await realpath(path);
    if (!(await stat(real)).isDirectory()) {
      throw new BanyanError('folder_missing', `${real} is a file, not a folder. Share the folder it is in.`);
    }
    await access(real, constants.R_OK | constants.X_OK);
    // Some systems let access() pass and refuse to list all the same.
    await (await opendir(real)).close();
    return real;
  } catch (cause) {
    if (cause instanceof BanyanError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'ELOOP') {
      throw new BanyanError('folder_missing', `There is no folder ${path}. Check the path.`, { cause });
    }
    throw new BanyanError(
      'folder_unreadable',
      `The folder ${path} cannot be read (${String(code)}). Check its permissions.`,
      { cause },
    );
  }
}

async function checkSafe(real: string, safety: ShareSafety): Promise<void> {
  const never = (why: string): BanyanError =>
    new BanyanError('folder_unsafe', `${real} ${why}. It is never shared; choose another folder.`, {
      details: { confirmable: false },
    });
  const parts = real
    .toLowerCase()
    .split(sep)
    .filter((part) => part !== '');
  for (const secret of SECRET_FOLDERS) {
    for (let at = 0; at + secret.length <= parts.length; at++) {
      if (secret.every((part, i) => parts[at + i] === part)) throw never('holds keys or passwords');
    }
  }
  if (!isInside(real, MOUNT_FOLDER) && PSEUDO_FOLDERS.some((folder) => isInside(real, folder)))
    throw never('belongs to the running system');
  const common = safety.commonFolder === undefined ? undefined : await realOrSame(safety.commonFolder);
  const kept = await Promise.all(safety.privateFolders.map(realOrSame));
  const open = await Promise.all((safety.openFolders ?? []).map(realOrSame));
  const isKept = isPrivate(real, kept, open);
  const isInCommon = common !== undefined && isInside(real, common);
  if (isKept || real === common || (isInCommon && (await isState(real, common, open))))
    throw never('is where Banyan keeps keys and state');
  // Made for sharing, in the middle of what is not.
  if (open.some((folder) => isInside(real, folder)) && kept.some((folder) => isInside(real, folder))) return;
  if (safety.confirmed === true) return;

  const ask = (why: string): BanyanError =>
    new BanyanError(
      'folder_unsafe',
      `${real} ${why}. Choose a folder inside it, or confirm that you want to share all of it.`,
      { details: { confirmable: true } },
    );
  const home = await realOrSame(safety.homeDir ?? homedir());
  if (real === parse(real).root) throw ask('is the whole disk');
  if (real === home) throw ask('is your home folder, with private files of many programs');
  if (isInside(home, real)) throw ask('holds the home folders of this machine');
  const inHome = isInside(real, home);
  const system = [...SYSTEM_FOLDERS, ...windowsSystemFolders(process.env)];
  if (
    !inHome &&
    system.some((folder) => isInside(real, folder)) &&
    !SYSTEM_EXCEPTIONS.some((folder) => isInside(real, folder) && real !== dirname(folder))
  ) {
    throw ask('belongs to the system');
  }
  const below = inHome ? relative(home, real) : real;
  const first = below.split(sep)[0]?.toLowerCase();
  const platform: string = safety.platform ?? process.platform;
  const programs = { win32: 'appdata', darwin: 'library' }[platform];
  if (inHome && first === programs) throw ask('holds private files of programs');
  if (below.split(sep).some((part) => part.startsWith('.'))) throw ask('is hidden, as private folders are');
}
