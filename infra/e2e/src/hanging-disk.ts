/** A disk that answers no more when it is told so: a file system of its own, that can be frozen. */
import { execFileSync } from 'node:child_process';
import { mkdir, truncate, writeFile } from 'node:fs/promises';

export interface HangingDisk {
  readonly path: string;
  /** From now on nothing that writes returns. */
  freeze(): void;
  /** Everything goes on. */
  thaw(): void;
  /** Takes it away, thawed: nothing that waits for it could be ended otherwise. */
  unmount(): void;
}

/**
 * Mounts one (ext4 on a loop device, `fsfreeze`).
 *
 * @returns undefined where none can be mounted
 */
export async function mountHangingDisk(path: string, bytes: number): Promise<HangingDisk | undefined> {
  const image = `${path}.img`;
  await mkdir(path);
  await writeFile(image, '');
  await truncate(image, bytes);
  try {
    execFileSync('mkfs.ext4', ['-q', '-F', image], { stdio: 'ignore' });
    execFileSync('mount', ['-o', 'loop', image, path], { stdio: 'ignore' });
  } catch {
    console.warn('SKIPPED: a disk that hangs; it takes ext4, a loop device, and the right to mount it.');
    return undefined;
  }
  let isFrozen = false;
  const thaw = (): void => {
    if (isFrozen) execFileSync('fsfreeze', ['--unfreeze', path]);
    isFrozen = false;
  };
  return {
    path,
    freeze() {
      execFileSync('fsfreeze', ['--freeze', path]);
      isFrozen = true;
    },
    thaw,
    unmount() {
      thaw();
      execFileSync('umount', ['-l', path]);
    },
  };
}
