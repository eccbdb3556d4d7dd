/** Watches the folders of a share. Files are not watched one by one: their folder tells of them. */
import { join, relative, sep } from 'node:path';
import type { Clock, Log, Timer } from '@banyan/kit';
import { watch as chokidarWatch, type FSWatcher } from 'chokidar';
import { leftOutByName } from './left-out.ts';
import { MAX_WATCHED_FOLDERS, WATCH_READY_MS } from './limits.ts';

export interface WatchInit {
  /** Real path. */
  readonly root: string;
  /** Folders that are left out although nothing in their names says so. */
  readonly isExcluded: (path: string) => boolean;
  /** Something happened in `folder` ('' or a path inside the share), to `name`, or to who knows what. */
  readonly onEvent: (folder: string, name: string | undefined) => void;
  /** Watching goes on from here: what changed before was not seen. */
  readonly onReady: () => void;
  /** Watching has ended; the reason as a clause for a person. */
  readonly onFailed: (reason: string) => void;
  readonly maxFolders?: number;
}

export interface Watch {
  close(): Promise<void>;
}

/** The events of chokidar itself name only folders; what happens to files comes as the raw events of theirs. */
interface RawDetails {
  readonly watchedPath?: string;
}

export function watchFolders(
  components: { readonly clock: Clock; readonly log: Log },
  init: WatchInit,
): Watch {
  const { root, isExcluded, onEvent, onReady, onFailed } = init;
  const maxFolders = init.maxFolders ?? MAX_WATCHED_FOLDERS;
  let folders = 0;
  let ready = false;
  let closing: Promise<void> | undefined;
  const watcher: FSWatcher = chokidarWatch(root, {
    // The folders that are there already are counted too.
    ignoreInitial: false,
    followSymlinks: false,
    ignorePermissionErrors: true,
    // Asked twice, first without stats: then only names can decide.
    ignored: (path, stats) => {
      if (path === root) return false;
      if (stats !== undefined && !stats.isDirectory()) return true;
      return leftOutByName(path.slice(path.lastIndexOf(sep) + 1)) !== undefined || isExcluded(path);
    },
  });
  const close = (): Promise<void> => {
    timer.cancel();
    closing ??= watcher.close();
    return closing;
  };
  const fail = (reason: string): void => {
    if (closing !== undefined) return;
    void close().then(() => onFailed(reason));
  };
  const inside = (path: string): string => relative(root, path).split(sep).join('/');
  const timer: Timer = components.clock.setTimeout(
    () => fail('the system did not get ready for it in time'),
    WATCH_READY_MS,
    {
      keepAlive: false,
    },
  );

  watcher.on('ready', () => {
    timer.cancel();
    ready = true;
    if (closing === undefined) onReady();
  });
  watcher.on('addDir', (path) => {
    folders += 1;
    if (folders > maxFolders) fail(`it has more than ${maxFolders} folders`);
    // A folder that comes may have had files before it was watched.
    else if (ready && path !== root && closing === undefined) onEvent(inside(path), undefined);
  });
  watcher.on('unlinkDir', (path) => {
    folders -= 1;
    if (closing === undefined) onEvent(path === root ? '' : inside(join(path, '..')), undefined);
  });
  watcher.on('raw', (_event: string, name: string | null, details: unknown) => {
    if (closing !== undefined) return;
    const folder = (details as RawDetails).watchedPath;
    if (folder === undefined) return;
    onEvent(inside(folder), name ?? undefined);
  });
  watcher.on('error', (error) => {
    const code = (error as NodeJS.ErrnoException).code;
    components.log.debug({ err: error, root }, 'a watcher reported an error');
    if (code === 'ENOSPC' || code === 'EMFILE' || code === 'ENFILE')
      fail("the system's limit of watched folders is reached (on Linux: fs.inotify.max_user_watches)");
  });
  return { close };
}
