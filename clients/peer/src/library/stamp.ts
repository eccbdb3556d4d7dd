import type { BigIntStats } from 'node:fs';

/**
 * What tells that a file is the one that was hashed: inode and modification time in nanoseconds. Together
 * with path and size; the device is left out, since a drive may get another number each time it is put in.
 */
export function stampOf(stat: Pick<BigIntStats, 'ino' | 'mtimeNs'>): string {
  return `${stat.ino}-${stat.mtimeNs}`;
}

/** What tells a file wherever it was moved to on its device. */
export function travelStamp(file: {
  readonly dev: string;
  readonly stamp: string;
  readonly size: number;
}): string {
  return `${file.dev}-${file.stamp}-${file.size}`;
}

/** A file as `lstat` saw it. */
export interface Seen {
  readonly size: number;
  /** Device number, decimal. */
  readonly dev: string;
  readonly stamp: string;
  readonly modifiedMs: number;
}

export function seenOf(stat: BigIntStats): Seen {
  return {
    size: Number(stat.size),
    dev: String(stat.dev),
    stamp: stampOf(stat),
    modifiedMs: Number(stat.mtimeNs / 1_000_000n),
  };
}
