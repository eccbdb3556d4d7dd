import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Permissions of what is made, the process's mask applied; default as of `mkdir`. */
export interface MakeFolderInit {
  readonly mode?: number;
}

/**
 * Makes a folder and those above it that are missing; one that is there is fine. Node's own recursive `mkdir` never ends where a system
 * says of a folder that is there that it has no place for another (ENOENT: `/proc`, some mounts).
 *
 * @throws the system's error, such as `ENOENT`, `EACCES`, `ENOTDIR`, `EEXIST` when a file has the name
 */
export async function makeFolder(path: string, init: MakeFolderInit = {}): Promise<void> {
  try {
    await makeOne(path, init);
  } catch (error) {
    const above = dirname(path);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === path) throw error;
    await makeFolder(above, init);
    await makeOne(path, init);
  }
}

async function makeOne(path: string, init: MakeFolderInit): Promise<void> {
  try {
    await mkdir(path, init);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
  }
}
