/** Tags of PDF: its XMP packet and its information dictionary, whichever says something. */
import { isUtf8 } from 'node:buffer';
import type { Tags } from '@banyan/proto';
import type { FileBytes } from './file-bytes.ts';
import { documentTags } from './found-tags.ts';
import { FoundTexts } from './found-texts.ts';
import { decodeMarkup } from './markup.ts';
import { PdfFile } from './pdf-file.ts';
import type { PdfDict, PdfValue } from './pdf-syntax.ts';
import { readXmp } from './xmp.ts';

/** What programs write when they were told nothing. */
const NO_TITLE = /^(?:untitled(?:[\s-]?\d+)?|document\d*|title)$/i;
const PROGRAM_BEFORE_TITLE = /^Microsoft (?:Office )?(?:Word|PowerPoint|Excel) - /;

/** @throws Error when it has no readable trailer */
export function pdfTags(bytes: FileBytes): Partial<Tags> {
  const file = new PdfFile(bytes);
  const catalog = attempt(() => file.dict(file.trailer.get('Root')));
  // Texts of an encrypted file are noise; numbers are not encrypted.
  const isReadable = !file.trailer.has('Encrypt');
  const info = isReadable ? attempt(() => file.dict(file.trailer.get('Info'))) : undefined;
  const xmp = attempt(() => xmpOf(file, catalog)) ?? new FoundTexts();
  const pages = attempt(() => file.get(file.dict(catalog?.get('Pages'))?.get('Count')));
  const of = (key: string): string => attempt(() => pdfText(file.get(info?.get(key)))) ?? '';
  const titles = [xmp.first('title') ?? '', of('Title')].map((title) =>
    title.trim().replace(PROGRAM_BEFORE_TITLE, ''),
  );
  const authors = xmp.all('creator');
  return documentTags({
    title: titles.find((title) => title !== '' && !NO_TITLE.test(title)),
    authors: authors.length > 0 ? authors : of('Author'),
    series: xmp.first('publicationname'),
    date: xmp.first('coverdate', 'createdate') ?? of('CreationDate').replace(/^(?:D:)?(\d{4}).*/s, '$1'),
    subject: of('Subject') || xmp.first('description'),
    keywords: of('Keywords') || (xmp.first('keywords') ?? xmp.all('subject')),
    language:
      xmp.first('language') ?? (isReadable ? attempt(() => pdfText(file.get(catalog?.get('Lang')))) : ''),
    publisher: xmp.first('publisher'),
    pages,
  });
}

/** A part that cannot be read costs itself. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function xmpOf(file: PdfFile, catalog: PdfDict | undefined): FoundTexts | undefined {
  const metadata = catalog?.get('Metadata');
  const packet = metadata === undefined ? undefined : file.stream(metadata)?.data;
  return packet === undefined ? undefined : readXmp(decodeMarkup(packet));
}

/**
 * A text string (ISO 32000-2, section 7.9.2.2). What has no byte order mark should be PDFDocEncoding; many programs
 * write UTF-8, which is told by its form.
 */
function pdfText(value: PdfValue): string {
  if (!Buffer.isBuffer(value)) return '';
  const [a, b] = value;
  if (a === 0xfe && b === 0xff) return withoutLanguage(new TextDecoder('utf-16be').decode(value));
  if (a === 0xff && b === 0xfe) return withoutLanguage(new TextDecoder('utf-16le').decode(value));
  if (isUtf8(value)) return new TextDecoder().decode(value);
  return [...value]
    .map((byte) => DOC_ENCODING[byte - DOC_ENCODING_FROM] ?? String.fromCharCode(byte))
    .join('');
}

/** A language code stands between two escapes. */
function withoutLanguage(text: string): string {
  return text.replace(/\u001b[^\u001b]{0,16}\u001b/g, '');
}

/** Where PDFDocEncoding is not Latin-1 (ISO 32000-2, annex D.2). */
const DOC_ENCODING_FROM = 0x80;
const DOC_ENCODING = '•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž\ufffd€';
