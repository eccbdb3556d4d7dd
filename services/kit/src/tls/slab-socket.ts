/**
 * A connection that reads into memory used over and over.
 *
 * Node makes a buffer of each TLS record of 16 KiB; at hundreds of megabytes a second, making, collecting and passing on
 * those costs more than deciphering them. Here the records of one turn of the event loop are gathered in a slab, which is
 * read as one chunk; whoever has used up all of a chunk says so, and its slab takes the next bytes.
 *
 * ```
 *   record ─▶ (one buffer per connection) ─▶ slab ─▶ read() ─▶ the HTTP client ─▶ its user ─▶ slabs.give(chunk)
 * ```
 */
import type { OnReadOpts } from 'node:net';
import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';

/** What one read of a TLS record brings at most. */
const RECORD_BYTES = 16 * 1024;
/** Two reads of libuv; more would no longer lie in a core's cache when it is used. */
const SLAB_BYTES = 128 * 1024;
/** One read of libuv may come after it, and still has room. */
const GATHER_BYTES = SLAB_BYTES / 2;
/** Free slabs kept; one is on its way per connection that brings something just now. */
const FREE_SLABS = 16;

/** Slabs that the connections of one thread share. */
export interface Slabs {
  /** From so many bytes on a connection reads no further before they are passed on. */
  readonly gatherBytes: number;
  /** Whether what is read is paid for byte by byte: then as little as can be is gathered. */
  setSparing(isOn: boolean): void;
  take(): Buffer;
  /** Notes that the first `bytes` of a slab are passed on. */
  passOn(slab: Buffer, bytes: number): Buffer;
  /**
   * Says that nobody uses `chunk` any more. Only a chunk that is all of what its slab held makes that free; of any other
   * somebody may still have the rest, and it is left to the garbage collector. Not to call it is safe always.
   */
  give(chunk: Uint8Array): void;
}

/** Makes an empty stock of slabs. */
export function createSlabs(): Slabs {
  const free: Buffer[] = [];
  const passed = new WeakMap<ArrayBufferLike, number>();
  let gatherBytes = GATHER_BYTES;
  return {
    get gatherBytes() {
      return gatherBytes;
    },
    setSparing: (isOn) => void (gatherBytes = isOn ? 0 : GATHER_BYTES),
    take: () => free.pop() ?? Buffer.allocUnsafeSlow(SLAB_BYTES),
    passOn(slab, bytes) {
      passed.set(slab.buffer, bytes);
      return slab.subarray(0, bytes);
    },
    give(chunk) {
      if (passed.get(chunk.buffer) !== chunk.length) return;
      passed.delete(chunk.buffer);
      if (free.length < FREE_SLABS) free.push(Buffer.from(chunk.buffer as ArrayBuffer));
    },
  };
}

/** A stream over a TLS connection that was dialled with its {@link SlabSocket.onread}. */
export class SlabSocket extends Duplex {
  readonly #slabs: Slabs;
  #socket: TLSSocket | undefined;
  #slab: Buffer | undefined;
  #fill = 0;
  #isWanted = false;
  #isScheduled = false;
  #isPaused = false;

  constructor(slabs: Slabs) {
    // With one byte as its mark the stream asks for more only when it holds nothing: no two chunks are ever joined.
    super({ readableHighWaterMark: 1, allowHalfOpen: false });
    this.#slabs = slabs;
  }

  /** Option of the dial. */
  readonly onread: OnReadOpts = {
    buffer: Buffer.allocUnsafeSlow(RECORD_BYTES),
    callback: (bytes, record) => this.#take(record.subarray(0, bytes)),
  };

  /** Takes the connection over, once it is checked. */
  attach(socket: TLSSocket): this {
    this.#socket = socket;
    socket.once('end', () => {
      this.#isWanted = true;
      this.#pass();
      this.push(null);
    });
    socket.once('error', (error: Error) => this.destroy(error));
    socket.once('close', () => this.destroy());
    if (socket.destroyed) this.destroy();
    return this;
  }

  ref(): this {
    this.#socket?.ref();
    return this;
  }

  unref(): this {
    this.#socket?.unref();
    return this;
  }

  override _read(): void {
    this.#isWanted = true;
    if (this.#fill > 0) this.#schedule();
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket?.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket!.write(chunk, encoding, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket!.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#slab = undefined;
    this.#fill = 0;
    this.#socket?.destroy();
    done(error);
  }

  /** Whether the connection may go on reading. */
  #take(record: Uint8Array): boolean {
    if (this.destroyed) return false;
    if (this.#fill + record.length > SLAB_BYTES) this.#pass();
    this.#slab ??= this.#slabs.take();
    this.#slab.set(record, this.#fill);
    this.#fill += record.length;
    if (this.#isWanted) this.#schedule();
    // What libuv has read already still comes.
    if (!this.#isWanted || this.#fill >= this.#slabs.gatherBytes) this.#isPaused = true;
    return !this.#isPaused;
  }

  /** Passes on what came once this turn's records are all there. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (this.#isWanted) this.#pass();
    });
  }

  #pass(): void {
    const slab = this.#slab;
    if (slab === undefined || this.#fill === 0 || this.destroyed) return;
    const chunk = this.#slabs.passOn(slab, this.#fill);
    this.#slab = undefined;
    this.#fill = 0;
    this.#isWanted = false;
    this.push(chunk);
  }
}
