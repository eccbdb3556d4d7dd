/** Tags of documents that are zip files: EPUB, OpenDocument, Office Open XML, zipped FictionBook. */
import { posix } from 'node:path';
import type { Tags } from '@banyan/proto';
import { epubTags } from './epub-tags.ts';
import { fictionBookTags } from './fiction-book-tags.ts';
import type { FileBytes } from './file-bytes.ts';
import { decodeMarkup, readMarkup } from './markup.ts';
import { officeTags } from './office-tags.ts';
import { openDocumentTags } from './open-document-tags.ts';
import { Zip } from './zip.ts';

/** What stands before a book's text, compressed: its description, and no more of its pictures. */
const FICTION_BOOK_HEAD_BYTES = 64 * 1024;

/** @throws Error when it is no zip file, or the part with its metadata is broken */
export async function containerTags(bytes: FileBytes): Promise<Partial<Tags>> {
  const zip = await Zip.open(bytes);
  const markup = async (pattern: RegExp, headBytes?: number): Promise<string | undefined> => {
    const name = zip.names.find((candidate) => pattern.test(candidate));
    const read = name === undefined ? undefined : await zip.read(name, headBytes);
    return read === undefined ? undefined : decodeMarkup(read);
  };
  const container = await markup(/^META-INF\/container\.xml$/i);
  const packageFile = container === undefined ? undefined : rootFileOf(container);
  const packaged = packageFile === undefined ? undefined : await zip.read(packageFile);
  if (packaged !== undefined) return epubTags(decodeMarkup(packaged));
  const core = await markup(/^docProps\/core\d*\.xml$/i);
  const extended = await markup(/^docProps\/app\.xml$/i);
  if (core !== undefined || extended !== undefined) return officeTags(core ?? '', extended ?? '');
  const meta = await markup(/^meta\.xml$/);
  if (meta !== undefined) return openDocumentTags(meta);
  return fictionBookTags((await markup(/\.fb2$/i, FICTION_BOOK_HEAD_BYTES)) ?? '');
}

/** The package document that an EPUB's container names (EPUB OCF, section 4.2.6.3.1). */
function rootFileOf(container: string): string | undefined {
  let path: string | undefined;
  readMarkup(container, {
    onElement({ name, attributes }) {
      path ??= name === 'rootfile' ? attributes['full-path'] : undefined;
      return path !== undefined;
    },
  });
  return path === undefined ? undefined : posix.normalize(path);
}
