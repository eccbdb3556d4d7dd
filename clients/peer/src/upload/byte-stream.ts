/** Streams a byte range of an open content into a response, in bounded memory and at the reader's pace. */
import type { ServerResponse } from 'node:http';
import { BanyanError, CHUNK_BYTES } from '@banyan/proto';
import type { Clock } from '@banyan/kit';
import type { OpenContent } from '../content.ts';
import { POOLED_BUFFERS, READ_BYTES, STALLED_READER_MS } from './constants.ts';
import type { ByteRange } from './transfer-request.ts';

/** Buffers of READ_BYTES that streams share. */
export interface BufferPool {
  take(): Buffer;
  give(buffer: Buffer): void;
}

export function createBufferPool(): BufferPool {
  const free: Buffer[] = [];
  return {
    take: () => free.pop() ?? Buffer.allocUnsafeSlow(READ_BYTES),
    give(buffer) {
      if (free.length < POOLED_BUFFERS) free.push(buffer);
    },
  };
}

/** One stream's way to its share of the limit. */
export interface Pace {
  /**
   * Some of `bytes` that may be sent; at once where nothing is limited.
   *
   * @throws BanyanError `source_closed` when the reader went meanwhile
   */
  take(bytes: number): number | Promise<number>;
  /** Gives back what was granted and not sent. */
  giveBack(bytes: number): void;
}

/** What {@link streamRange} works with. */
export interface StreamInit {
  readonly source: Pick<OpenContent, 'read'>;
  readonly range: ByteRange;
  readonly response: ServerResponse;
  readonly pool: BufferPool;
  readonly clock: Pick<Clock, 'setTimeout'>;
  readonly stalledMs?: number;
  /** How many of so many bytes may be sent now; waits while the limit allows none. Default: all of them. */
  readonly pace?: Pace;
  /** Called when the first bytes have been read, before they are sent: until then the answer may be a refusal. */
  readonly onReady: () => void;
  /** Told of bytes that the reader took. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Sends the range; two buffers take turns, so that the disk reads while the network writes. The response is not ended.
 *
 * @throws BanyanError `source_closed` when the reader went, `slow_reader` when it stalled (its connection is cut), and
 *   what reading throws
 */
export async function streamRange(init: StreamInit): Promise<void> {
  const { source, range, pool } = init;
  const buffers = [pool.take(), pool.take()];
  // A write that was given up may still be read by the socket: its buffer is not used again.
  const writing = new Set<Buffer>();
  let turn = 0;
  const read = async (at: number): Promise<Buffer> => {
    const buffer = buffers[turn++ % 2]!;
    // Aligned, so that no read lies across two chunks: what is here of one never waits for the next.
    const part = buffer.subarray(0, Math.min(READ_BYTES - (at % READ_BYTES), range.end - at));
    const end = at + part.length;
    await source.read(part, at, end < range.end && end % CHUNK_BYTES !== 0);
    return part;
  };
  try {
    let next = read(range.start);
    for (let at = range.start; at < range.end;) {
      const part = await next;
      if (at === range.start) init.onReady();
      const buffer = buffers[(turn - 1) % 2]!;
      writing.add(buffer);
      const written = send(part, init);
      at += part.length;
      if (at < range.end) {
        next = read(at);
        // Waited for below, unless the write fails first.
        next.catch(() => undefined);
      }
      await written.catch(async (error: unknown) => {
        await next.catch(() => undefined);
        throw error;
      });
      writing.delete(buffer);
    }
  } finally {
    for (const buffer of buffers) if (!writing.has(buffer)) pool.give(buffer);
  }
}

/** Sends what was read, as fast as the limit allows: in one piece where there is none. */
async function send(part: Buffer, { response, clock, pace, stalledMs, onBytes }: StreamInit): Promise<void> {
  for (let at = 0; at < part.length;) {
    const left = part.length - at;
    const allowed = pace?.take(left) ?? left;
    const bytes = typeof allowed === 'number' ? allowed : await allowed;
    await write(response, part.subarray(at, at + bytes), clock, stalledMs ?? STALLED_READER_MS).catch(
      (error: unknown) => {
        pace?.giveBack(bytes);
        throw error;
      },
    );
    onBytes(bytes);
    at += bytes;
  }
}

function write(
  response: ServerResponse,
  part: Buffer,
  clock: Pick<Clock, 'setTimeout'>,
  stalledMs: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: BanyanError): void => {
      timer.cancel();
      response.off('close', onClose);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onClose = (): void =>
      settle(new BanyanError('source_closed', 'The downloader closed the connection.'));
    const timer = clock.setTimeout(() => {
      settle(new BanyanError('slow_reader'));
      response.destroy();
    }, stalledMs);
    response.once('close', onClose);
    if (response.destroyed || response.socket === null) {
      onClose();
      return;
    }
    response.write(part, (error) => {
      if (error === undefined || error === null) settle();
      else onClose();
    });
  });
}
