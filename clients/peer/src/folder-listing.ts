/**
 * The folders of this machine, for the page's chooser: a browser shows a page no paths. Names of folders alone are told,
 * never of files, and nothing is changed.
 */
import { opendir, readdir, stat } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { posix, win32 } from 'node:path';
import {
  BanyanError,
  isBanyanError,
  type FolderListing,
  type FolderPlace,
  type Problem,
} from '@banyan/proto';
import { abortable, type Clock } from '@banyan/kit';
import type { FoldersRoom } from './local-api/rooms.ts';

/** Folders told of one folder; whoever wants another one types its path. */
const MAX_FOLDERS = 1_000;
/** Entries looked at of one folder, files too: a mail folder may have millions. */
const MAX_ENTRIES = 50_000;
/** Links of one folder that are followed to see whether they lead to a folder. */
const MAX_LINKS = 500;
/** Disks beside the home folder and the root. */
const MAX_DISKS = 30;
/** The share of a server that is away may never answer. */
const WAIT_MS = 5_000;
/** … and must not keep the other disks from being shown. */
const DISK_WAIT_MS = 1_000;
const DRIVES = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ', (letter) => `${letter}:\\`);

export interface FolderListingComponents {
  readonly clock: Pick<Clock, 'setTimeout'>;
}

export interface FolderListingInit {
  /** Default: the system's. */
  readonly homeDir?: string;
  /** Default: this one. */
  readonly platform?: NodeJS.Platform;
  /** Whether a folder is there; default: as the disk says. */
  readonly isFolder?: (path: string) => Promise<boolean>;
}

export function createFolderListing(
  { clock }: FolderListingComponents,
  init: FolderListingInit = {},
): FoldersRoom {
  const { homeDir = homedir(), platform = process.platform, isFolder = isFolderThere } = init;
  const { basename, dirname, isAbsolute, join, normalize } = platform === 'win32' ? win32 : posix;

  /** What `work` gives, or `timeout` when it has not given it by then. */
  async function within<T>(
    ms: number,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const late = new AbortController();
    const timer = clock.setTimeout(() => late.abort(), ms);
    const either = AbortSignal.any([signal, late.signal]);
    try {
      return await abortable(work(either), either);
    } catch (cause) {
      if (signal.aborted || !late.signal.aborted) throw cause;
      throw new BanyanError('timeout', `The disk did not answer within ${ms / 1000} s.`, { cause });
    } finally {
      timer.cancel();
    }
  }

  /** The folder itself; of one that is not there the nearest above it that is. */
  async function nearest(path: string | undefined): Promise<string> {
    if (path === undefined || path.includes('\0') || !isAbsolute(path)) return homeDir;
    let at = normalize(path);
    while (!(await isFolder(at))) {
      const above = dirname(at);
      if (above === at) return homeDir;
      at = above;
    }
    return at;
  }

  async function placesOf(signal: AbortSignal): Promise<FolderPlace[]> {
    const disks = platform === 'win32' ? DRIVES : await mountPoints();
    const there = await Promise.all(
      disks.map((path) => within(DISK_WAIT_MS, signal, () => isFolder(path)).catch(() => false)),
    );
    return [
      { kind: 'home', name: basename(homeDir), path: homeDir },
      ...(platform === 'win32' ? [] : [{ kind: 'root' as const, name: '/', path: '/' }]),
      ...disks
        .filter((_, i) => there[i])
        .slice(0, MAX_DISKS)
        .map((path) => ({ kind: 'disk' as const, name: basename(path) || path, path })),
    ];
  }

  /** Where a desktop shows disks that were plugged in. */
  async function mountPoints(): Promise<string[]> {
    const { username } = userInfo();
    const under = platform === 'darwin' ? ['/Volumes'] : [`/media/${username}`, `/run/media/${username}`];
    const names = await Promise.all(under.map((folder) => readdir(folder).catch(() => [])));
    return names
      .flatMap((found, i) => found.map((name) => join(under[i]!, name)))
      .filter((path) => !isLeftOut(basename(path)));
  }

  /** Hidden ones; and names that are no text, whose paths would lead nowhere. */
  function isLeftOut(name: string): boolean {
    return name.startsWith('.') || name.includes('\ufffd') || (platform === 'win32' && name.startsWith('$'));
  }

  async function read(path: string, signal: AbortSignal): Promise<Pick<FolderListing, 'folders' | 'isCut'>> {
    const names: string[] = [];
    const links: string[] = [];
    let seen = 0;
    for await (const entry of await opendir(path, { bufferSize: 512 })) {
      signal.throwIfAborted();
      seen += 1;
      if (seen > MAX_ENTRIES) break;
      if (isLeftOut(entry.name)) continue;
      if (entry.isDirectory()) names.push(entry.name);
      else if (entry.isSymbolicLink() && links.length < MAX_LINKS) links.push(entry.name);
    }
    const leads = await Promise.all(links.map((name) => isFolder(join(path, name))));
    const sorted = [...names, ...links.filter((_, i) => leads[i])].sort(
      new Intl.Collator(undefined, { numeric: true }).compare,
    );
    return {
      folders: sorted.slice(0, MAX_FOLDERS).map((name) => ({ name, path: join(path, name) })),
      isCut: seen > MAX_ENTRIES || sorted.length > MAX_FOLDERS,
    };
  }

  return {
    async list(path, signal) {
      const places = await placesOf(signal);
      let at = homeDir;
      const listing = (): Omit<FolderListing, 'folders' | 'isCut'> => {
        const above = dirname(at);
        return { path: at, parent: above === at ? null : above, places };
      };
      try {
        at = await within(WAIT_MS, signal, () => nearest(path));
        return { ...listing(), ...(await within(WAIT_MS, signal, (either) => read(at, either))) };
      } catch (error) {
        if (signal.aborted) throw error;
        return { ...listing(), folders: [], isCut: false, problem: problemOf(at, error) };
      }
    },
  };
}

function isFolderThere(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}

function problemOf(path: string, error: unknown): Problem {
  if (isBanyanError(error)) return { code: error.code, message: error.message };
  const { code } = error as NodeJS.ErrnoException;
  return {
    code: 'folder_unreadable',
    message: `The folder ${path} cannot be read (${String(code)}). Check its permissions.`,
  };
}
