/** The files that a lane writes into. */
import { constants, write } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { BanyanError } from '@banyan/proto/base';
import { WRITE_BYTES } from './constants.ts';

/** A part file as a lane uses it. */
export interface LaneFile {
  /** Writes all of `bytes` at `position`. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Fills `bytes` from `position`. */
  read(bytes: Uint8Array, position: number): Promise<void>;
  /** Makes what was written survive a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Opens part files; `mayMake`: also one that does not exist. */
export type OpenLaneFile = (path: string, mayMake: boolean) => Promise<LaneFile>;

/**
 * Opens a part file on the real file system; never follows a link that somebody put in its place. Its writes go one
 * after the other: a file system lets one in at a time anyway, and the others would spin for their turn (four at once
 * into one file cost ten times the processor time of one).
 */
export const openLaneFile: OpenLaneFile = async (path, mayMake) => {
  const make = mayMake ? constants.O_CREAT : 0;
  const handle = await open(path, constants.O_RDWR | constants.O_NOFOLLOW | make, 0o644);
  let last: Promise<void> = Promise.resolve();
  return {
    write(bytes, position) {
      const written = last.then(() => writeFully(handle, bytes, position));
      last = written.catch(() => undefined);
      return written;
    },
    read: (bytes, position) => readFully(handle, bytes, position),
    sync: () => handle.datasync(),
    close: () => handle.close(),
  };
};

/** Writes everything, in pieces of {@link WRITE_BYTES} at most. */
export async function writeFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length;)
    at += await writePiece(handle, bytes, at, Math.min(bytes.length - at, WRITE_BYTES), position + at);
}

/** `handle.write()` does the same, with several objects and promises for each call. */
function writePiece(
  handle: FileHandle,
  bytes: Uint8Array,
  at: number,
  length: number,
  position: number,
): Promise<number> {
  return new Promise((resolve, reject) =>
    write(handle.fd, bytes, at, length, position, (error, written) =>
      error === null ? resolve(written) : reject(error),
    ),
  );
}

/** Fills `bytes`. Throws BanyanError `disk_failed` when the file is shorter. */
export async function readFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const { bytesRead } = await handle.read(bytes, at, bytes.length - at, position + at);
    if (bytesRead === 0)
      throw new BanyanError('disk_failed', 'The part file is shorter than it was. Somebody else changed it.');
    at += bytesRead;
  }
}
