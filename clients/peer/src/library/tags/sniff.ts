/** Tells from a file's first bytes who reads its tags. The name decides nothing that the bytes tell otherwise. */
import { fileTypeFromBuffer } from 'file-type';
import { mediaTypeOf } from '@banyan/proto/base';

/** Documents that tell what they are at once. */
export type DocumentFormat = 'pdf' | 'zip' | 'mobi' | 'rtf' | 'markup';

/** What is looked at; file-type needs 4,100 bytes. */
export const SNIFF_BYTES = 4100;

/** Some producers, and mail, leave a line before the mark; Acrobat searches the first 1,024 bytes for it. */
const PDF_MARK_BYTES = 1024;
/** So much text without a control character is text: media have zeros in their heads. */
const TEXT_BYTES = 512;

/** What the bytes say at once; `other` when a closer look is due, undefined when there are no tags. */
export function sniffDocument(head: Buffer, name: string): DocumentFormat | 'other' | undefined {
  const start = head.toString('latin1', 0, PDF_MARK_BYTES);
  if (start.startsWith('%PDF-')) return 'pdf';
  // An archive is what it says it is, and has no tags; books of the FictionBook kind travel in one.
  if (start.startsWith('PK\u0003\u0004')) return mayHoldDocument(name) ? 'zip' : undefined;
  if (start.startsWith('{\\rtf')) return 'rtf';
  if (start.startsWith('BOOKMOBI', 60)) return 'mobi';
  // Byte order marks of UTF-8 and UTF-16, and the zeros of the latter.
  if (/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<[\0]?[?!a-z]/i.test(start)) return 'markup';
  if (/\.pdf$/i.test(name) && start.includes('%PDF-')) return 'pdf';
  return isText(start.slice(0, TEXT_BYTES)) ? undefined : 'other';
}

/** The closer look at what {@link sniffDocument} left open. */
export async function sniffMedia(
  head: Buffer,
  name: string,
): Promise<{ readonly format: 'image' | 'media'; readonly mime: string } | undefined> {
  const mime = await mimeOf(head);
  if (mime?.startsWith('image/') === true) return { format: 'image', mime };
  if (mime !== undefined && (/^(?:audio|video)\//.test(mime) || mime === 'application/ogg'))
    return { format: 'media', mime };
  // Sound without a mark of its own, such as MPEG after a large cover, is found by its parser.
  const type = mediaTypeOf(name);
  if (mime === undefined && (type === 'audio' || type === 'video')) return { format: 'media', mime: '' };
  return undefined;
}

function mayHoldDocument(name: string): boolean {
  const type = mediaTypeOf(name);
  return (type !== 'archive' && type !== 'software') || /\.fb2\.zip$/i.test(name);
}

/** Of any encoding that has ASCII: control characters, and bytes that UTF-8 has not, are not text. */
function isText(start: string): boolean {
  return !/[\0-\x08\x0e-\x1a\x1c-\x1f\x7f\xc0\xc1\xf5-\xff]/.test(start);
}

async function mimeOf(head: Buffer): Promise<string | undefined> {
  try {
    return (await fileTypeFromBuffer(head))?.mime;
  } catch {
    return undefined;
  }
}
