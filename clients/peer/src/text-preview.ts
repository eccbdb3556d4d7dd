/** The beginning of a text file, as text. */
import { BanyanError, CHUNK_BYTES, type ContentId, type TextPreview } from '@banyan/proto';
import { openReadable, type ReadableComponents } from './open-readable.ts';

/** So much is shown: hundreds of pages; the rest is for a program that can. It lies in the first chunk. */
const MAX_TEXT_BYTES = Math.min(256 * 1024, CHUNK_BYTES);

/**
 * Reads the beginning of a content of which there is at least a download, waiting for it while it arrives.
 *
 * @throws BanyanError as {@link openReadable}; `invalid_request`: it is no text; why it does not come; `aborted`
 */
export async function previewText(
  components: ReadableComponents,
  content: ContentId,
  signal: AbortSignal,
): Promise<TextPreview> {
  const bytes = new Uint8Array(Math.min(content.length, MAX_TEXT_BYTES));
  const source = await openReadable(components, content);
  try {
    if (bytes.length > 0) {
      const hindrance = source.hindrance();
      if (hindrance !== undefined && !source.isHere(0)) throw hindrance;
      await source.arrival(0, signal);
      await source.read(bytes, 0);
    }
  } finally {
    await source.close();
  }
  const isWhole = bytes.length === content.length;
  return { text: decode(bytes, isWhole), isWhole };
}

/** UTF-8, UTF-16 where it says so, else Western European: what old text files mostly are. */
function decode(bytes: Uint8Array, isWhole: boolean): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes.includes(0))
    throw new BanyanError('invalid_request', 'This file is no text, whatever its name says.');
  try {
    // Of a part, the last character may be cut.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !isWhole });
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
