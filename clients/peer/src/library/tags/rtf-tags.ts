/** Tags of RTF: its information group (RTF 1.9.1, "Information Group"). */
import type { Tags } from '@banyan/proto';
import type { FileBytes } from './file-bytes.ts';
import { documentTags } from './found-tags.ts';

/** Fonts, colours and styles stand before it. */
const RTF_HEAD_BYTES = 512 * 1024;
/** Of the group itself; a text of more is none that is searched. */
const MAX_INFO_CHARS = 64 * 1024;

/** A control word with its number and the space that ends it, a coded byte, a control symbol, a brace, or text. */
const TOKEN = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|([^\\{}]+)/giy;

/** Control symbols that stand for a character. */
const SYMBOLS: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ['{', '{'],
  ['}', '}'],
  ['~', ' '],
]);

export function rtfTags(bytes: FileBytes): Partial<Tags> {
  const rtf = bytes.read(0, RTF_HEAD_BYTES).toString('latin1');
  const start = rtf.search(/\{\\info\b/);
  if (start < 0) return {};
  const codePage = Number(/\\ansicpg(\d{3,5})/.exec(rtf.slice(0, start))?.[1] ?? 1252);
  const found = readInfo(rtf.slice(start, start + MAX_INFO_CHARS), decoderOf(codePage));
  return documentTags({
    title: found.get('title'),
    authors: found.get('author'),
    date: found.get('creatim'),
    subject: found.get('subject'),
    keywords: found.get('keywords'),
    publisher: found.get('company'),
    pages: found.get('nofpages'),
  });
}

/** Texts of the groups directly inside the information group, by their first control word. */
function readInfo(rtf: string, decode: (bytes: Buffer) => string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let depth = 0;
  let group = '';
  let text = '';
  let coded: number[] = [];
  /** Characters that stand for the last \u where Unicode is not known. */
  let skip = 0;
  let skipEach = 1;
  const flush = (): void => {
    if (coded.length > 0) text += decode(Buffer.from(coded));
    coded = [];
  };
  for (const [, word, number, byte, symbol, brace, plain] of rtf.matchAll(TOKEN)) {
    if (byte !== undefined) {
      if (skip > 0) skip -= 1;
      else coded.push(parseInt(byte, 16));
      continue;
    }
    flush();
    if (brace === '{') {
      depth += 1;
      if (depth === 2) [group, text] = ['', ''];
    } else if (brace === '}') {
      if (depth === 2 && group !== '' && text !== '') found.set(group, text);
      depth -= 1;
      if (depth <= 0) break;
    } else if (word === 'u' && number !== undefined) {
      text += String.fromCharCode(Number(number) & 0xffff);
      skip = skipEach;
    } else if (word === 'uc') skipEach = Math.max(0, Math.min(Number(number ?? 1), 8));
    else if (word === 'yr' && group === 'creatim') text = number ?? '';
    else if (word !== undefined && depth === 2 && group === '') {
      group = word.toLowerCase();
      if (number !== undefined) found.set(group, number);
    } else if (word === undefined) {
      // Lines end where the writer's lines did, which is nowhere in the text.
      const kept = plain?.replace(/[\r\n]/g, '') ?? SYMBOLS.get(symbol ?? '') ?? '';
      text += kept.slice(skip);
      skip = Math.max(0, skip - kept.length);
    }
  }
  return found;
}

function decoderOf(codePage: number): (bytes: Buffer) => string {
  const label = { 932: 'shift_jis', 936: 'gbk', 949: 'euc-kr', 950: 'big5', 65001: 'utf-8' }[codePage];
  try {
    const decoder = new TextDecoder(label ?? `windows-${codePage}`);
    return (bytes) => decoder.decode(bytes);
  } catch {
    return (bytes) => bytes.toString('latin1');
  }
}
