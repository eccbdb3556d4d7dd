/** Worker thread: reads one file and answers with its flat hashes; ends by itself. */
import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { createRootBuilder } from '@banyan/proto/base';
import { sha256 } from '../sha256.ts';
import type { FlatHashAnswer, FlatHashJob } from './flat-hashes.ts';

/** A piece is a whole number of them. */
const READ_BYTES = 1024 * 1024;

const port = parentPort;
if (port === null) throw new Error('this file is for a worker thread');

function hashFile({ path, pieceLength }: FlatHashJob): FlatHashAnswer {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    const whole = createHash('sha256');
    const root = createRootBuilder(sha256);
    const pieces: Buffer[] = [];
    let piece = createHash('sha256');
    let inPiece = 0;
    for (;;) {
      let fill = 0;
      for (let read = -1; fill < buffer.length && read !== 0; fill += read)
        read = readSync(fd, buffer, fill, buffer.length - fill, null);
      if (fill === 0) break;
      const bytes = buffer.subarray(0, fill);
      whole.update(bytes);
      root.update(bytes);
      piece.update(bytes);
      inPiece += fill;
      if (inPiece < pieceLength) continue;
      pieces.push(piece.digest());
      piece = createHash('sha256');
      inPiece = 0;
    }
    if (inPiece > 0) pieces.push(piece.digest());
    return {
      content: root.digest().id,
      hash: Uint8Array.from(whole.digest()),
      pieces: Uint8Array.from(Buffer.concat(pieces)),
    };
  } finally {
    closeSync(fd);
  }
}

try {
  port.postMessage(hashFile(workerData as FlatHashJob));
} catch (error) {
  port.postMessage({ code: (error as NodeJS.ErrnoException).code ?? 'unknown reason' });
}
