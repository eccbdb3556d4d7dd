/** XML and HTML as their elements come, within bounds; nothing is ever fetched, and no entity of a document's own is expanded. */
import { Parser } from 'htmlparser2';

/** An element that has ended, with the text that stands directly in it. */
export interface MarkupElement {
  /** Without prefix, in lower case. */
  readonly name: string;
  /** Names of the elements around it, the outermost first. */
  readonly parents: readonly string[];
  /** Names without prefix, in lower case. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface MarkupOptions {
  /** HTML, where `<title>` is text and `<meta>` needs no end; default XML. */
  readonly html?: boolean;
  /** Told of each element as it ends; true ends the reading. */
  readonly onElement: (element: MarkupElement) => boolean;
}

/** Metadata lie flat; the parser's own work grows with the depth. */
const MAX_DEPTH = 64;
/** More than any tag may have. */
const MAX_ELEMENT_TEXT = 4096;
/** Read of one document: metadata stand in front. A megabyte of empty elements takes the parser a second. */
const MAX_CHARS = 1024 * 1024;
/** Between two looks whether there is more to be read. */
const SLICE_CHARS = 4096;

interface OpenElement {
  readonly name: string;
  readonly attributes: Record<string, string>;
  text: string;
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1).toLowerCase();

/** Reads `markup` until its end or a megabyte, until it is nested too deep, or until `onElement` has seen enough. */
export function readMarkup(markup: string, { html = false, onElement }: MarkupOptions): void {
  const open: OpenElement[] = [];
  let done = false;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        open.push({
          name: localName(name),
          attributes: Object.fromEntries(
            Object.entries(attributes).map(([key, value]) => [localName(key), value]),
          ),
          text: '',
        });
        if (open.length > MAX_DEPTH) done = true;
      },
      ontext(text) {
        const element = open.at(-1);
        if (element !== undefined && element.text.length < MAX_ELEMENT_TEXT) element.text += text;
      },
      onclosetag() {
        const element = open.pop();
        if (element !== undefined && !done)
          done = onElement({ ...element, parents: open.map(({ name }) => name) });
      },
    },
    { xmlMode: !html, decodeEntities: true },
  );
  const end = Math.min(markup.length, MAX_CHARS);
  for (let at = 0; at < end && !done; at += SLICE_CHARS) parser.write(markup.slice(at, at + SLICE_CHARS));
}

/**
 * The text of markup in the encoding that it declares: by byte order mark, XML declaration or `<meta charset>`.
 * Without one it is UTF-8, or Windows-1252 where it cannot be that.
 */
export function decodeMarkup(bytes: Buffer): string {
  const declared = declaredEncoding(bytes);
  if (declared !== undefined) {
    try {
      return new TextDecoder(declared).decode(bytes);
    } catch {
      // An encoding nobody knows.
    }
  }
  const text = new TextDecoder('utf-8').decode(bytes);
  // The last character may be cut off.
  return text.slice(0, -4).includes('\ufffd') ? new TextDecoder('windows-1252').decode(bytes) : text;
}

function declaredEncoding(bytes: Buffer): string | undefined {
  const [a, b] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)) return 'utf-16le';
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)) return 'utf-16be';
  const head = bytes.toString('latin1', 0, 1024);
  if (head.startsWith('\xef\xbb\xbf')) return 'utf-8';
  return /(?:<\?xml[^>]{0,200}\sencoding=|<meta[^>]{0,200}charset=)\s*["']?\s*([\w-]{1,40})/i.exec(head)?.[1];
}
