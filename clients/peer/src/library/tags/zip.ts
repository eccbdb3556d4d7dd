/** Single entries of a zip file by random access; what they inflate to is bounded before it is there. */
import { constants, inflateRawSync } from 'node:zlib';
import { fromRandomAccessReaderPromise, RandomAccessReader, type Entry, type ZipFile } from 'yauzl';
import type { FileBytes } from './file-bytes.ts';

/** Listed of one file: books have hundreds, each costs two reads. */
const MAX_ENTRIES = 5_000;
/** Of names and central directory: a name may have 64 KiB, times the entries. */
const MAX_NAMES_CHARS = 1024 * 1024;
/** What one entry may inflate to. Metadata have kilobytes. */
const MAX_INFLATED_BYTES = 4 * 1024 * 1024;
const STORED = 0;
const DEFLATED = 8;

class BytesReader extends RandomAccessReader {
  readonly #bytes: FileBytes;

  constructor(bytes: FileBytes) {
    super();
    this.#bytes = bytes;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    let error: Error | null = null;
    try {
      const n = this.#bytes.read(position, position + length).copy(buffer, offset);
      if (n < length) error = new Error('it ends too early');
    } catch (cause) {
      error = cause as Error;
    }
    callback(error);
  }
}

/** An open zip file. */
export class Zip {
  /** Names of its entries, in their order. */
  readonly names: readonly string[];
  readonly #bytes: FileBytes;
  readonly #file: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(bytes: FileBytes, file: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.#bytes = bytes;
    this.#file = file;
    this.#entries = entries;
    this.names = [...entries.keys()];
  }

  /** @throws Error when it is none */
  static async open(bytes: FileBytes): Promise<Zip> {
    // Sizes are ours to check; nothing is to be closed.
    const options = { autoClose: false, validateEntrySizes: false };
    const file = await fromRandomAccessReaderPromise(new BytesReader(bytes), bytes.size, options);
    const entries = new Map<string, Entry>();
    let chars = 0;
    for await (const entry of file.eachEntry()) {
      chars += entry.fileName.length;
      if (entries.size >= MAX_ENTRIES || chars > MAX_NAMES_CHARS) break;
      if (!entries.has(entry.fileName)) entries.set(entry.fileName, entry);
    }
    return new Zip(bytes, file, entries);
  }

  /**
   * An entry's bytes.
   *
   * @param headBytes - read at most so much of what is stored: a cut off entry gives what it has
   * @returns undefined when there is none of that name
   * @throws Error when it cannot be read, or inflates to more than a few MiB
   */
  async read(name: string, headBytes = Infinity): Promise<Buffer | undefined> {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    if (entry.isEncrypted()) throw new Error('it is encrypted');
    const { fileDataStart } = await this.#file.readLocalFileHeaderPromise(entry, { minimal: true });
    const stored = this.#bytes.read(fileDataStart, fileDataStart + Math.min(entry.compressedSize, headBytes));
    switch (entry.compressionMethod) {
      case STORED:
        return stored;
      case DEFLATED:
        return inflateRawSync(stored, {
          maxOutputLength: MAX_INFLATED_BYTES,
          finishFlush: constants.Z_SYNC_FLUSH,
        });
      default:
        throw new Error('it is compressed in a way that nobody uses here');
    }
  }
}
