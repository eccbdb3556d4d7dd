/** Reads what people search by out of audio, video, pictures and documents. A broken file costs its tags, never the scan. */
import type { Tags } from '@banyan/proto';
import { MAX_TAG_READ_BYTES, TAG_TIMEOUT_MS } from '../limits.ts';
import { containerTags } from './container-tags.ts';
import { FileBytes } from './file-bytes.ts';
import { imageTags } from './image-tags.ts';
import { markupTags } from './markup-tags.ts';
import { mediaTags } from './media-tags.ts';
import { mobiTags } from './mobi-tags.ts';
import { pdfTags } from './pdf-tags.ts';
import { rtfTags } from './rtf-tags.ts';
import { SNIFF_BYTES, sniffDocument, sniffMedia, type DocumentFormat } from './sniff.ts';

/** Looks into a file for tags; resolves with none when it has none, or is broken. */
export type TagReader = () => Promise<Partial<Tags>>;

const READERS: Readonly<
  Record<DocumentFormat, (bytes: FileBytes) => Partial<Tags> | Promise<Partial<Tags>>>
> = { pdf: pdfTags, zip: containerTags, mobi: mobiTags, rtf: rtfTags, markup: markupTags };

/**
 * What reads the tags of an open file, by its first bytes; undefined when it has none. Never throws, and takes
 * no time: a parser that never ends begins with the call of what it returns.
 */
export function tagReader(fd: number, size: number, name: string): TagReader | undefined {
  try {
    const bytes = new FileBytes(fd, size, MAX_TAG_READ_BYTES);
    const head = bytes.read(0, SNIFF_BYTES);
    const format = size === 0 ? undefined : sniffDocument(head, name);
    if (format === undefined) return undefined;
    const read = async (): Promise<Partial<Tags>> => {
      if (format !== 'other') return READERS[format](bytes);
      const found = await sniffMedia(head, name);
      if (found?.format === 'image') return imageTags(bytes, found.mime);
      return found === undefined ? {} : mediaTags(bytes);
    };
    return () =>
      within(read)
        .catch(() => ({}))
        .finally(() => bytes.close());
  } catch {
    return undefined;
  }
}

/** A parser that waits for ever is left; one that computes for ever ends with its worker (hash-pool). */
async function within<T>(work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('took too long')), TAG_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
