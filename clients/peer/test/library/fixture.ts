/** A library over real temporary folders, with waits short enough for tests. */
import { mkdir, mkdtemp, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { silentLog, systemClock } from '@banyan/kit';
import { createLibrary, type Library, type LibraryInit } from '../../src/library/index.ts';

export interface World {
  /** Real path of a folder of this test alone. */
  readonly dir: string;
  /** The folder that is shared. */
  readonly share: string;
  library: Library;
  /** Stops the library and starts another on the same state. */
  restart(init?: Partial<LibraryInit>): Promise<Library>;
  /** Writes a file of the share, last changed an hour ago. */
  put(path: string, bytes: string | Uint8Array): Promise<string>;
  end(): Promise<void>;
}

const HOUR_S = 3600;

export async function createWorld(init: Partial<LibraryInit> = {}): Promise<World> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'banyan-library-')));
  const share = join(dir, 'share');
  await mkdir(share);
  const open = async (more: Partial<LibraryInit>): Promise<Library> => {
    const library = createLibrary(
      { clock: systemClock, log: silentLog() },
      {
        stateDir: join(dir, 'state'),
        settleMs: 50,
        homeDir: join(dir, 'home'),
        hashing: { workers: 1 },
        ...init,
        ...more,
      },
    );
    await library.start();
    return library;
  };
  const world: World = {
    dir,
    share,
    library: await open({}),
    async restart(more = {}) {
      await world.library.stop();
      world.library = await open(more);
      return world.library;
    },
    async put(path, bytes) {
      const whole = join(share, path);
      await mkdir(dirname(whole), { recursive: true });
      await writeFile(whole, bytes);
      const then = Date.now() / 1000 - HOUR_S;
      await utimes(whole, then, then);
      return whole;
    },
    async end() {
      await world.library.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
  return world;
}

/** Names of everything that is shared, with folders, in order. */
export function sharedNames(library: Library): string[] {
  return library
    .files({ limit: 1000 })
    .files.map(({ folder, name }) => (folder === '' ? name : `${folder}/${name}`))
    .sort();
}

/** Resolves when `check` holds; the library tells of changes, so nothing is slept for. */
export async function until(library: Library, check: () => boolean, timeoutMs = 10_000): Promise<void> {
  if (check()) return;
  await new Promise<void>((resolve, reject) => {
    const off = library.onChange(() => {
      if (!check()) return;
      clearTimeout(timer);
      off();
      resolve();
    });
    const timer = setTimeout(() => {
      off();
      reject(new Error(`not so within ${timeoutMs} ms`));
    }, timeoutMs);
  });
}
