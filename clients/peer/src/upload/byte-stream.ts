/** Streams a byte range of an open content into a response, in bounded memory and at the reader's pace. */
import type { ServerResponse } from 'node:http';
import { BanyanError, CHUNK_BYTES } from '@banyan/proto';
import type { Clock } from '@banyan/kit';
import type { OpenContent } from '../content.ts';
import {
  LARGE_READ_BYTES,
  LARGE_STREAMS,
  POOLED_BUFFERS,
  QUICK_READER_RATE,
  READ_BYTES,
  STALLED_READER_MS,
} from './constants.ts';
import type { ByteRange } from './transfer-request.ts';

/** Buffers that streams share: of READ_BYTES, and of LARGE_READ_BYTES while there are few streams. */
export interface BufferPool {
  /** One more stream. */
  enter(): void;
  leave(): void;
  /** Streams are so few that each may have large buffers. Were it some of many, those would get more than their share. */
  readonly hasLarge: boolean;
  take(isLarge: boolean): Buffer;
  /** Gets one back that nobody reads or writes any more. */
  give(buffer: Buffer): void;
}

export function createBufferPool(): BufferPool {
  const free: Buffer[] = [];
  const freeLarge: Buffer[] = [];
  let streams = 0;
  return {
    enter() {
      streams += 1;
    },
    leave() {
      streams -= 1;
    },
    get hasLarge() {
      return streams <= LARGE_STREAMS;
    },
    take: (isLarge) =>
      isLarge
        ? (freeLarge.pop() ?? Buffer.allocUnsafeSlow(LARGE_READ_BYTES))
        : (free.pop() ?? Buffer.allocUnsafeSlow(READ_BYTES)),
    give(buffer) {
      if (buffer.length === LARGE_READ_BYTES) {
        if (freeLarge.length < 2 * LARGE_STREAMS) freeLarge.push(buffer);
      } else if (free.length < POOLED_BUFFERS) free.push(buffer);
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
  readonly clock: Pick<Clock, 'setTimeout' | 'monotonic'>;
  readonly stalledMs?: number;
  /** How many of so many bytes may be sent now; waits while the limit allows none. Default: all of them. */
  readonly pace?: Pace;
  /** Called when the first bytes have been read, before they are sent: until then the answer may be a refusal. */
  readonly onReady: () => void;
  /** Told of bytes that the reader took. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Sends the range; two buffers take turns, so that the disk reads while the network writes. A reader who is quick gets large
 * ones while others are few: each turn costs the same, whatever it carries. The response is not ended.
 *
 * @throws BanyanError `source_closed` when the reader went, `slow_reader` when it stalled (its connection is cut), and
 *   what reading throws
 */
export async function streamRange(init: StreamInit): Promise<void> {
  const { source, range, pool, clock } = init;
  pool.enter();
  const buffers = [pool.take(false), pool.take(false)];
  // A write that was given up may still be read by the socket: its buffer is not used again.
  const writing = new Set<Buffer>();
  let turn = 0;
  let isQuick = false;
  /** The buffer whose turn it is, of the size that the reader deserves. */
  const nextBuffer = (): Buffer => {
    const place = turn++ % 2;
    const had = buffers[place]!;
    const isLarge = isQuick && pool.hasLarge;
    if ((had.length === LARGE_READ_BYTES) === isLarge) return had;
    pool.give(had);
    return (buffers[place] = pool.take(isLarge));
  };
  const read = async (at: number): Promise<Buffer> => {
    const buffer = nextBuffer();
    // Aligned, so that no read lies across two chunks: what is here of one never waits for the next.
    const part = buffer.subarray(0, Math.min(buffer.length - (at % buffer.length), range.end - at));
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
      const beganAt = clock.monotonic();
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
      isQuick = part.length / (clock.monotonic() - beganAt) >= QUICK_READER_RATE / 1000;
    }
  } finally {
    for (const buffer of buffers) if (!writing.has(buffer)) pool.give(buffer);
    pool.leave();
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
