/** Whether what is still to come fits on its disk. */
import { BanyanError } from '@banyan/proto';
import { sizeText } from './source-words.ts';

/**
 * Looks whether `needed` bytes fit; a file system that does not say passes.
 *
 * @throws BanyanError `disk_full`
 */
export async function requireSpace(
  freeBytes: (folder: string) => Promise<number>,
  folder: string,
  needed: number,
): Promise<void> {
  const free = await freeBytes(folder).catch(() => Infinity);
  if (free >= needed) return;
  throw new BanyanError(
    'disk_full',
    `The disk of ${folder} is full: ${sizeText(free)} are free, and ${sizeText(needed)} are still to come. Make room; the download then goes on by itself.`,
  );
}
