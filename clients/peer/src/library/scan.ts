/** Compares folders on the disk with the index, one at a time, with memory bounded by the largest folder's file names. */
import { lstat, opendir, realpath } from 'node:fs/promises';
import type { BigIntStats, Dirent } from 'node:fs';
import { join } from 'node:path';
import { displayText, MAX_FOLDER_BYTES, MAX_NAME_BYTES, utf8Length } from '@banyan/proto';
import type { LibraryIndex } from './index-db.ts';
import type { ShareRow } from './index-rows.ts';
import type { Upsert } from './index-writer.ts';
import { leftOutByName } from './left-out.ts';
import { REMOVE_BATCH, SCAN_BATCH } from './limits.ts';
import type { ShareErrors } from './share-errors.ts';
import { seenOf, type Seen } from './stamp.ts';

export interface ScanContext {
  readonly share: ShareRow;
  readonly index: LibraryIndex;
  readonly errors: ShareErrors;
  readonly signal: AbortSignal;
  /** Files and folders that are not shared although nothing in their names says so, by path. */
  readonly isExcluded: (path: string) => boolean;
  /** Whether a file that is new or changed may be hashed; otherwise it is looked at again by and by. */
  readonly isSettled: (folder: string, name: string, seen: Seen) => boolean;
}

/** What came of one folder. */
export interface FolderScan {
  /** Paths inside the share. */
  readonly subfolders: readonly string[];
  /** `gone`: there is none; `unreadable`: its files cannot be served either. */
  readonly state: 'read' | 'gone' | 'unreadable';
  readonly entries: number;
}

interface Found {
  readonly name: string;
  readonly seen: Seen;
}

const child = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);
const absolute = (share: ShareRow, folder: string): string => join(share.path, ...folder.split('/'));

/** Reads one folder without those below it. Files that went are forgotten, new and changed ones noted. */
export async function scanFolder(context: ScanContext, folder: string): Promise<FolderScan> {
  const { share, index, errors, signal, isExcluded } = context;
  const path = absolute(share, folder);
  const subfolders: string[] = [];
  const ids = new Set<number>();
  let skipped = 0;
  let entries = 0;
  let folderNo = index.folderNo(share.no, folder);
  let batch: string[] = [];

  const flush = async (): Promise<void> => {
    const found = await lookAt(context, folder, batch, { onSkipped: () => (skipped += 1) });
    batch = [];
    folderNo = (await note(context, folder, found, ids)) ?? folderNo;
  };
  try {
    const dir = await opendir(path, { bufferSize: SCAN_BATCH });
    // Replaced by a link since its parent was read: what lies behind it is not shared.
    if ((await realpath(path)) !== path) {
      await dir.close();
      return { subfolders: [], state: 'gone', entries: 0 };
    }
    for await (const entry of dir) {
      if (signal.aborted) return { subfolders: [], state: 'read', entries };
      entries += 1;
      const kind = kindOf(entry);
      const inside = child(folder, entry.name);
      if (leftOutByName(entry.name) !== undefined || kind === 'other' || isExcluded(join(path, entry.name)))
        skipped += 1;
      else if (kind === 'folder') {
        if (utf8Length(inside) <= MAX_FOLDER_BYTES) subfolders.push(inside);
        else
          errors.set(join(path, entry.name), {
            code: 'name_unsafe',
            message: `The path of this folder inside the share is longer than ${MAX_FOLDER_BYTES} bytes. Shorten the folder names; nothing in it is shared until then.`,
          });
      } else {
        batch.push(entry.name);
        if (batch.length >= SCAN_BATCH) await flush();
      }
    }
    if (batch.length > 0) await flush();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { subfolders: [], state: 'gone', entries };
    errors.set(path, {
      code: 'folder_unreadable',
      message: `The folder cannot be read (${code ?? (error as Error).message}). Check its permissions; nothing in it is shared until then.`,
    });
    return { subfolders: [], state: 'unreadable', entries };
  }
  errors.clear(path);
  if (folderNo !== undefined || skipped > 0) {
    const no = folderNo;
    if (no === undefined || index.folder(no)?.skipped !== skipped)
      await index.write((tx) => tx.setSkipped(tx.ensureFolder(share.no, folder), skipped));
    if (no !== undefined) await removeOthers(context, no, ids);
  }
  return { subfolders, state: 'read', entries };
}

/**
 * Looks at single files of a folder, after an event or a wait.
 *
 * @returns paths inside the share that are to be read as folders: those names that are some or were, and the folder
 *   itself when it went
 */
export async function scanNames(
  context: ScanContext,
  folder: string,
  names: readonly string[],
): Promise<readonly string[]> {
  const { share, index } = context;
  const path = absolute(share, folder);
  const wanted = names.filter(
    (name) => leftOutByName(name) === undefined && !isPath(name) && !context.isExcluded(join(path, name)),
  );
  // The folder itself went, or became a link; it tells that under its own name.
  if ((await realpath(path).catch(() => undefined)) !== path) return [folder];
  const folders: string[] = [];
  const onFolder = (name: string): void => void folders.push(child(folder, name));
  const found = await lookAt(context, folder, wanted, { onSkipped: () => undefined, onFolder });
  for (const name of wanted) if (wasFolder(index, share.no, child(folder, name))) onFolder(name);
  const ids = new Set<number>();
  const folderNo = (await note(context, folder, found, ids)) ?? index.folderNo(share.no, folder);
  if (folderNo === undefined) return folders;
  const gone = wanted
    .map((name) => index.fileByName(folderNo, name)?.id)
    .filter((id) => id !== undefined)
    .filter((id) => !ids.has(id));
  if (gone.length > 0) await index.write((tx) => gone.forEach((id) => tx.removeFile(id)));
  return [...new Set(folders)];
}

function wasFolder(index: LibraryIndex, share: number, path: string): boolean {
  return (
    index.folderNo(share, path) !== undefined ||
    index.foldersOf(share, `${path}/`, 1)[0]?.path.startsWith(`${path}/`) === true
  );
}

/** Forgets a folder of the share with all that is below it. */
export async function forgetFolder(
  index: LibraryIndex,
  share: number,
  folder: string,
  signal?: AbortSignal,
): Promise<void> {
  const below = `${folder}/`;
  for (;;) {
    const no = index.folderNo(share, folder);
    if (no !== undefined) await forgetOne(index, no, signal);
    // A folder and those below it need not be neighbours: "a", "a b", "a/c".
    const page = index.foldersOf(share, below, REMOVE_BATCH).filter(({ path }) => path.startsWith(below));
    for (const entry of page) await forgetOne(index, entry.no, signal);
    if (page.length < REMOVE_BATCH || signal?.aborted === true) return;
  }
}

/** Forgets one folder's files and itself. */
export async function forgetOne(index: LibraryIndex, no: number, signal?: AbortSignal): Promise<void> {
  for (;;) {
    if (signal?.aborted === true) return;
    const files = index.filesIn(no, '', REMOVE_BATCH);
    await index.write((tx) => {
      for (const { id } of files) tx.removeFile(id);
      if (files.length < REMOVE_BATCH) tx.removeFolder(no);
    });
    if (files.length < REMOVE_BATCH) return;
  }
}

async function removeOthers(context: ScanContext, folder: number, ids: ReadonlySet<number>): Promise<void> {
  const { index, signal } = context;
  let after = '';
  for (;;) {
    const page = index.filesIn(folder, after, REMOVE_BATCH);
    const gone = page.filter(({ id }) => !ids.has(id));
    if (signal.aborted) return;
    if (gone.length > 0) await index.write((tx) => gone.forEach(({ id }) => tx.removeFile(id)));
    const last = page.at(-1);
    if (last === undefined || page.length < REMOVE_BATCH) return;
    after = last.name;
  }
}

/** Stats of those names that are regular files; errors are noted, what is no file is counted. */
async function lookAt(
  context: ScanContext,
  folder: string,
  names: readonly string[],
  on: { readonly onSkipped: () => void; readonly onFolder?: (name: string) => void },
): Promise<Found[]> {
  const { share, errors } = context;
  const path = absolute(share, folder);
  const found: Found[] = [];
  const look = async (name: string): Promise<void> => {
    const whole = join(path, name);
    const fault = nameFault(name);
    if (fault !== undefined) {
      errors.set(whole, { code: 'name_unsafe', message: fault });
      return;
    }
    let stat: BigIntStats;
    try {
      stat = await lstat(whole, { bigint: true });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') {
        // Node gives the sign for undecodable bytes, under which there is no file.
        if (name.includes('\ufffd')) errors.set(whole, { code: 'name_unsafe', message: NOT_UTF8 });
        else errors.clear(whole);
        return;
      }
      errors.set(whole, {
        code: 'disk_failed',
        message: `The file cannot be looked at (${String(code)}). Check its permissions and the disk.`,
      });
      return;
    }
    if (stat.isFile()) found.push({ name, seen: seenOf(stat) });
    else if (stat.isDirectory()) on.onFolder?.(name);
    else on.onSkipped();
  };
  await Promise.all(names.map(look));
  return found;
}

const NOT_UTF8 = 'The name of this file is not valid UTF-8 text, so it cannot be shared. Rename the file.';

function nameFault(name: string): string | undefined {
  if (!name.isWellFormed()) return NOT_UTF8;
  return utf8Length(name) > MAX_NAME_BYTES
    ? `The name of this file is longer than ${MAX_NAME_BYTES} bytes, so it cannot be shared. Shorten it: ${displayText(name, 40)}`
    : undefined;
}

/** Writes what is new or changed; returns the folder's number when it has one. */
async function note(
  context: ScanContext,
  folder: string,
  found: readonly Found[],
  ids: Set<number>,
): Promise<number | undefined> {
  const { share, index, errors, isSettled } = context;
  const known = index.folderNo(share.no, folder);
  const news = found.filter(({ name, seen }) => {
    const old = known === undefined ? undefined : index.fileByName(known, name);
    if (old === undefined) return true;
    ids.add(old.id);
    const { row } = old;
    return (
      row.stamp !== seen.stamp ||
      row.size !== seen.size ||
      row.state !== 'hashed' ||
      !index.isPublished(old.id)
    );
  });
  if (news.length === 0) return known;
  const settled = news.map(({ name, seen }) => isSettled(folder, name, seen));
  return index.write((tx) => {
    const no = tx.ensureFolder(share.no, folder);
    news.forEach(({ name, seen }, i) => {
      const outcome: Upsert = tx.upsertFile(no, name, seen, settled[i]!);
      if (outcome === 'reused' || outcome === 'pending') errors.clear(join(absolute(share, folder), name));
      const file = index.fileByName(no, name);
      if (file !== undefined) ids.add(file.id);
    });
    return no;
  });
}

function kindOf(entry: Dirent): 'file' | 'folder' | 'other' {
  if (entry.isDirectory()) return 'folder';
  // Some file systems do not say in the listing; lstat decides then.
  const isKnown =
    entry.isSymbolicLink() ||
    entry.isFIFO() ||
    entry.isSocket() ||
    entry.isBlockDevice() ||
    entry.isCharacterDevice();
  return isKnown ? 'other' : 'file';
}

/** Names of events come from the system, and still: a name is one part of a path. */
function isPath(name: string): boolean {
  return (
    name === '' ||
    name === '.' ||
    name === '..' ||
    /[/\0]/.test(name) ||
    (process.platform === 'win32' && name.includes('\\'))
  );
}
