import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { createRootBuilder, type ContentId } from '@banyan/proto/base';
import { READ_BYTES } from './limits.ts';
import {
  faultOf,
  isExpected,
  isOpenedAtSync,
  OPEN_FLAGS,
  type Expected,
  type FileFault,
} from './open-safely.ts';
import { sha256 } from '../sha256.ts';

/** A file that could not be read, or is not the one that was expected. */
export class FileReadError extends Error {
  readonly fault: FileFault;
  constructor(fault: FileFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** Of a system's error the name is enough; the rest repeats the path. */
function wrap(error: unknown): FileReadError {
  if (error instanceof FileReadError) return error;
  return new FileReadError(faultOf(error), String((error as NodeJS.ErrnoException).code ?? error));
}

/**
 * Opens a file of a share for reading, synchronously: for worker threads.
 *
 * @param path - below the share's real path, without links in it
 * @throws FileReadError when it is another file than expected, or lies behind a link by now
 */
export function openExpected(path: string, expected: Expected): number {
  let fd: number | undefined;
  try {
    fd = openSync(path, OPEN_FLAGS);
    if (!isExpected(fstatSync(fd, { bigint: true }), expected))
      throw new FileReadError('changed', 'it was changed or replaced');
    if (!isOpenedAtSync(fd, path)) throw new FileReadError('changed', 'its folder became a link');
    return fd;
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    throw wrap(error);
  }
}

let buffer: Buffer | undefined;

/**
 * Hashes an open file: its content id and the layer of chunk hashes. Synchronous.
 *
 * @param onProgress - told of the bytes of each read; true ends the work
 * @throws FileReadError `changed` when the file is not the expected one any more at the end
 */
export function hashOpenFile(
  fd: number,
  expected: Expected,
  onProgress: (bytes: number) => boolean,
): { readonly id: ContentId; readonly chunkHashes: Uint8Array } {
  buffer ??= Buffer.allocUnsafeSlow(READ_BYTES);
  try {
    const builder = createRootBuilder(sha256);
    for (let at = 0; at < expected.size;) {
      const n = readSync(fd, buffer, 0, Math.min(buffer.length, expected.size - at), at);
      if (n === 0) throw new FileReadError('changed', 'it became shorter while it was read');
      builder.update(buffer.subarray(0, n));
      at += n;
      if (onProgress(n)) throw new FileReadError('changed', 'it is not shared any more');
    }
    if (!isExpected(fstatSync(fd, { bigint: true }), expected))
      throw new FileReadError('changed', 'it was changed while it was read');
    return builder.digest();
  } catch (error) {
    throw wrap(error);
  }
}
