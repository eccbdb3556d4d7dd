/** The files that a lane writes into. */
import { constants, write, writeSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { BanyanError } from '@banyan/proto/base';
import { WRITE_BYTES } from './constants.ts';
import { OwnWrites } from './own-writes.ts';
import type { WriteMark } from './write-mark.ts';

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
 * Opens part files on the real file system; never follows a link that somebody put in their place. The writes of a file go
 * one after the other: a file system lets one in at a time anyway, and the others would spin for their turn (four at once
 * into one file cost ten times the processor time of one).
 *
 * @param mark - of the thread, which then also writes by itself; absent: another thread always waits for the disk
 */
export function laneFiles(mark?: WriteMark): OpenLaneFile {
  return async (path, mayMake) => {
    const make = mayMake ? constants.O_CREAT : 0;
    const handle = await open(path, constants.O_RDWR | constants.O_NOFOLLOW | make, 0o644);
    const writer = new PieceWriter(handle, mark);
    let last: Promise<void> = Promise.resolve();
    let waiting = 0;
    const end = (): void => void (waiting -= 1);
    return {
      write(bytes, position) {
        const written =
          waiting === 0
            ? writer.writeFully(bytes, position)
            : last.then(() => writer.writeFully(bytes, position));
        waiting += 1;
        last = written.then(end, end);
        return written;
      },
      read: (bytes, position) => readFully(handle, bytes, position),
      sync: () => handle.datasync(),
      close: () => handle.close(),
    };
  };
}

/** Writes everything; another thread waits for the disk. */
export async function writeFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  await new PieceWriter(handle, undefined).writeFully(bytes, position);
}

class PieceWriter {
  /** Its number is asked for at each write: once closed, it may be that of another file. */
  readonly #handle: FileHandle;
  readonly #mark: WriteMark | undefined;
  readonly #own = new OwnWrites();

  constructor(handle: FileHandle, mark: WriteMark | undefined) {
    this.#handle = handle;
    this.#mark = mark;
  }

  /** Writes everything, in pieces of {@link WRITE_BYTES} at most. */
  async writeFully(bytes: Uint8Array, position: number): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const length = Math.min(bytes.length - at, WRITE_BYTES);
      const beganAt = performance.now();
      try {
        at +=
          this.#mark !== undefined && this.#own.mayWrite(beganAt)
            ? this.#writeHere(this.#mark, bytes, at, length, position + at)
            : await this.#handOver(bytes, at, length, position + at);
      } catch (error) {
        this.#own.failed();
        throw error;
      }
      this.#own.note(beganAt, performance.now());
    }
  }

  #writeHere(mark: WriteMark, bytes: Uint8Array, at: number, length: number, position: number): number {
    mark.enter();
    try {
      return writeSync(this.#handle.fd, bytes, at, length, position);
    } finally {
      mark.leave();
    }
  }

  /** `handle.write()` does the same, with several objects and promises for each call. */
  #handOver(bytes: Uint8Array, at: number, length: number, position: number): Promise<number> {
    return new Promise((resolve, reject) =>
      write(this.#handle.fd, bytes, at, length, position, (error, written) =>
        error === null ? resolve(written) : reject(error),
      ),
    );
  }
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
