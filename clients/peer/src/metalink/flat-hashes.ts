/** The hashes that Metalinks have, of a file that is here: computed when somebody asks, on a thread of its own. */
import { Worker } from 'node:worker_threads';
import { workerUrl } from '@banyan/kit';
import { BanyanError, CHUNK_BYTES, displayText, sameContent, type ContentId } from '@banyan/proto';
import { MAX_WRITTEN_PIECES } from './limits.ts';

/** What the worker is started with. */
export interface FlatHashJob {
  readonly path: string;
  readonly pieceLength: number;
}

/** Of a file, all of it read. */
export interface FlatHashes {
  readonly content: ContentId;
  /** SHA-256 of the whole. */
  readonly hash: Uint8Array;
  /** SHA-256 of each piece, concatenated. */
  readonly pieces: Uint8Array;
}

/** `code`: the system's, when the file could not be read. */
export type FlatHashAnswer = FlatHashes | { readonly code: string };

/** Piece length for a file: that of chunks, as long as the document does not become too large for its readers. */
export function pieceLengthFor(length: number): number {
  let pieceLength = CHUNK_BYTES;
  while (length / pieceLength > MAX_WRITTEN_PIECES) pieceLength *= 2;
  return pieceLength;
}

/**
 * Reads a file and hashes it.
 *
 * @throws BanyanError `file_changed` when it is another content, `disk_failed`, `aborted`
 */
export async function flatHashes(content: ContentId, path: string, signal: AbortSignal): Promise<FlatHashes> {
  const job: FlatHashJob = { path, pieceLength: pieceLengthFor(content.length) };
  const worker = new Worker(workerUrl(import.meta.url, './flat-hash-worker.js'), { workerData: job });
  const stop = (): void => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const answer = await new Promise<FlatHashAnswer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new BanyanError(signal.aborted ? 'aborted' : 'internal')));
    });
    if ('code' in answer)
      throw new BanyanError(
        'disk_failed',
        `${displayText(path, 200)} cannot be read (${answer.code}). Check the disk and the file.`,
      );
    if (!sameContent(answer.content, content)) throw new BanyanError('file_changed');
    return answer;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
