import { readSync } from 'node:fs';

/**
 * A read counts for at least so much: a parser that follows millions of empty chunks, one read each, would compute for
 * minutes. No real file needs the tens of thousands of reads that are left.
 */
const MIN_READ_BYTES = 256;

/** Bytes of an open file at random places, at most so many in all. */
export class FileBytes {
  readonly size: number;
  readonly #fd: number;
  #left: number;
  #closed = false;

  constructor(fd: number, size: number, budget: number) {
    this.#fd = fd;
    this.size = size;
    this.#left = budget;
  }

  /**
   * Bytes `start` to `end` (exclusive), fewer at the end of the file.
   *
   * @throws RangeError when the budget is used up, or nobody waits for the tags any more
   */
  read(start: number, end: number): Buffer {
    if (this.#closed) throw new RangeError('its tags were given up');
    const length = Math.max(0, Math.min(end, this.size) - start);
    this.#left -= Math.max(length, MIN_READ_BYTES);
    if (this.#left < 0) throw new RangeError('its metadata is larger than what is read for tags');
    const bytes = Buffer.alloc(length);
    const n = length === 0 ? 0 : readSync(this.#fd, bytes, 0, length, start);
    return bytes.subarray(0, n);
  }

  /** The end of reading: a parser that was left waiting must not read another file under the same descriptor. */
  close(): void {
    this.#closed = true;
  }

  /** The same as a Blob, as far as the parsers of tags use one: size, type and slices. */
  asBlob(): Blob {
    const slice = (start: number, end: number): unknown => ({
      arrayBuffer: async () => {
        const bytes = this.read(start, end);
        return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
      },
    });
    return { size: this.size, type: '', slice } as unknown as Blob;
  }
}
