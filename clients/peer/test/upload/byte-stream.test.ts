import { EventEmitter } from 'node:events';
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '@banyan/kit';
import { createBufferPool, streamRange, type BufferPool } from '../../src/upload/byte-stream.ts';
import { LARGE_READ_BYTES, LARGE_STREAMS, READ_BYTES } from '../../src/upload/constants.ts';

const BYTES = randomBytes(8 * LARGE_READ_BYTES + 1000);
const QUICK_MS = 1;
/** Too long for a large piece, and for a small one. */
const SLOW_MS = 1_000;

/** A reader that takes each piece in so many ms of a clock of its own. */
class Reader extends EventEmitter {
  readonly parts: Buffer[] = [];
  readonly reads: number[] = [];
  readonly destroyed = false;
  readonly socket = {};
  now = 0;

  readonly #msOf: (piece: number) => number;

  constructor(msOf: (piece: number) => number) {
    super();
    this.#msOf = msOf;
  }

  write(part: Buffer, done: () => void): void {
    this.now += this.#msOf(this.parts.length);
    this.parts.push(Buffer.from(part));
    setImmediate(done);
  }

  async stream(pool: BufferPool, start = 0, end = BYTES.length): Promise<void> {
    await streamRange({
      source: {
        read: async (bytes, at) => {
          this.reads.push(bytes.length);
          bytes.set(BYTES.subarray(at, at + bytes.length));
        },
      },
      range: { start, end },
      response: this as unknown as ServerResponse,
      pool,
      clock: { setTimeout: (fn, ms) => systemClock.setTimeout(fn, ms), monotonic: () => this.now },
      onReady: () => undefined,
      onBytes: () => undefined,
    });
    expect(Buffer.concat(this.parts).equals(BYTES.subarray(start, end))).toBe(true);
  }
}

describe('the pieces in which content is sent', () => {
  it('are as long as a chunk for a reader who is quick, and never lie across two', async () => {
    const reader = new Reader(() => QUICK_MS);
    await reader.stream(createBufferPool(), 100);
    expect(reader.reads).toEqual([
      READ_BYTES - 100,
      READ_BYTES,
      2 * READ_BYTES,
      ...Array<number>(7).fill(LARGE_READ_BYTES),
      1000,
    ]);
  });

  it('stay short for one who is slow', async () => {
    const reader = new Reader(() => SLOW_MS);
    await reader.stream(createBufferPool());
    expect(new Set(reader.reads)).toEqual(new Set([READ_BYTES, 1000]));
  });

  it('become short again for one who becomes slow', async () => {
    const reader = new Reader((piece) => (piece < 4 ? QUICK_MS : SLOW_MS));
    await reader.stream(createBufferPool());
    expect(reader.reads).toContain(LARGE_READ_BYTES);
    expect(reader.reads.slice(6, -1)).toEqual(Array<number>(reader.reads.length - 7).fill(READ_BYTES));
  });

  it('are the same for everybody where many read at once', async () => {
    const pool = createBufferPool();
    const readers = Array.from({ length: LARGE_STREAMS + 1 }, () => new Reader(() => QUICK_MS));
    await Promise.all(readers.map((reader) => reader.stream(pool)));
    // The last ones of them may be few.
    for (const reader of readers.slice(1))
      expect(reader.reads.slice(0, 24)).toEqual(readers[0]!.reads.slice(0, 24));
    expect(Math.max(...readers[0]!.reads.slice(0, 24))).toBe(READ_BYTES);
    const alone = new Reader(() => QUICK_MS);
    await alone.stream(pool);
    expect(alone.reads).toContain(LARGE_READ_BYTES);
  });
});
