/** The smallest documents that carry tags, and what reads them. */
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync, deflateSync } from 'node:zlib';
import type { Tags } from '@banyan/proto';
import { tagReader } from '../../src/library/tags/read-tags.ts';

/** One temporary file, filled with one content after the other. */
export interface TagFile {
  /** The tags of these bytes under this name. */
  read(bytes: Uint8Array | string, name: string): Promise<Partial<Tags>>;
  end(): void;
}

export function createTagFile(): TagFile {
  const dir = mkdtempSync(join(tmpdir(), 'banyan-tags-'));
  const fd = openSync(join(dir, 'file'), 'w+');
  return {
    async read(content, name) {
      const bytes = Buffer.from(content);
      ftruncateSync(fd, 0);
      writeSync(fd, bytes, 0, bytes.length, 0);
      return (await tagReader(fd, bytes.length, name)?.()) ?? {};
    },
    end() {
      closeSync(fd);
      rmSync(dir, { recursive: true });
    },
  };
}

const u16 = (n: number): Buffer => Buffer.from([n & 255, (n >> 8) & 255]);
const u32 = (n: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(n >>> 0);
  return bytes;
};

/** A zip file; entries are deflated, the one called `mimetype` stored. */
export function zip(entries: Readonly<Record<string, string | Buffer>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(entries)) {
    const bytes = Buffer.from(content);
    const method = name === 'mimetype' ? 0 : 8;
    const stored = method === 0 ? bytes : deflateRawSync(bytes);
    const shared = [u16(method), u32(0), u32(crc32(bytes)), u32(stored.length), u32(bytes.length)];
    const file = Buffer.from(name);
    const local = Buffer.concat([
      Buffer.from('PK\u0003\u0004', 'latin1'),
      u16(20),
      u16(0),
      ...shared,
      u16(file.length),
      u16(0),
      file,
      stored,
    ]);
    directory.push(
      Buffer.concat([
        Buffer.from('PK\u0001\u0002', 'latin1'),
        u16(20),
        u16(20),
        u16(0),
        ...shared,
        u16(file.length),
        Buffer.alloc(12),
        u32(at),
        file,
      ]),
    );
    parts.push(local);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.concat([
    Buffer.from('PK\u0005\u0006\0\0\0\0', 'latin1'),
    u16(directory.length),
    u16(directory.length),
    u32(central.length),
    u32(at),
    u16(0),
  ]);
  return Buffer.concat([...parts, central, end]);
}

export function epub(metadata: string): Buffer {
  return zip({
    mimetype: 'application/epub+zip',
    'META-INF/container.xml':
      '<?xml version="1.0"?><container><rootfiles><rootfile full-path="OEBPS/content.opf"/></rootfiles></container>',
    'OEBPS/content.opf': `<?xml version="1.0" encoding="utf-8"?><package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>${metadata}</metadata><manifest/></package>`,
  });
}

export function officeOpen(core: string, app = ''): Buffer {
  return zip({
    '[Content_Types].xml': '<Types/>',
    'docProps/core.xml': `<?xml version="1.0" encoding="UTF-8"?><cp:coreProperties>${core}</cp:coreProperties>`,
    'docProps/app.xml': `<Properties>${app}</Properties>`,
  });
}

export const META_XML = (meta: string): string =>
  `<?xml version="1.0"?><office:document-meta><office:meta>${meta}</office:meta></office:document-meta>`;

export function openDocument(meta: string): Buffer {
  return zip({ mimetype: 'application/vnd.oasis.opendocument.text', 'meta.xml': META_XML(meta) });
}

export function fictionBook(titleInfo: string, publishInfo = ''): string {
  return `<?xml version="1.0" encoding="utf-8"?><FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0"><description><title-info>${titleInfo}</title-info><publish-info>${publishInfo}</publish-info></description><body><p>text</p></body></FictionBook>`;
}

/** Objects of a PDF by number, each as it stands between `obj` and `endobj`. */
type PdfObjects = Readonly<Record<number, string | Buffer>>;

/** A PDF with a cross-reference table; object 1 is its catalog. */
export function pdf(objects: PdfObjects, trailer = ''): Buffer {
  const { bytes, offsets, size } = body(objects);
  const lines = Array.from({ length: size }, (_, n) =>
    offsets[n] === undefined ? '0000000000 65535 f \n' : `${String(offsets[n]).padStart(10, '0')} 00000 n \n`,
  );
  return Buffer.concat([
    bytes,
    Buffer.from(
      `xref\n0 ${size}\n${lines.join('')}trailer\n<</Size ${size}/Root 1 0 R ${trailer}>>\nstartxref\n${bytes.length}\n%%EOF\n`,
    ),
  ]);
}

/** The same with all but streams inside a stream of objects, and a cross-reference stream with predictors. */
export function modernPdf(objects: PdfObjects, trailer = ''): Buffer {
  const inside = Object.entries(objects).filter(([, object]) => typeof object === 'string');
  const outside = Object.entries(objects).filter(([, object]) => typeof object !== 'string');
  const next = Math.max(...Object.keys(objects).map(Number)) + 1;
  let text = '';
  const pairs = inside.map(([number, object]) => {
    const pair = `${number} ${text.length}`;
    text += `${object as string} `;
    return pair;
  });
  const head = `${pairs.join(' ')} `;
  const { bytes, offsets } = body({
    ...Object.fromEntries(outside),
    [next]: pdfStream(
      `/Type/ObjStm/N ${inside.length}/First ${head.length}/Filter/FlateDecode`,
      deflateSync(head + text),
    ),
  });
  const size = next + 2;
  let above = Buffer.alloc(5);
  const rows = Array.from({ length: size }, (_, n) => {
    const offset = n === next + 1 ? bytes.length : offsets[n];
    const index = inside.findIndex(([number]) => Number(number) === n);
    const row =
      index >= 0
        ? Buffer.from([2, 0, 0, next, index])
        : offset === undefined
          ? Buffer.alloc(5)
          : Buffer.from([1, offset >> 16, (offset >> 8) & 255, offset & 255, 0]);
    const up = Buffer.from(row.map((byte, i) => (byte - above[i]!) & 255));
    above = row;
    return Buffer.concat([Buffer.from([2]), up]);
  });
  const xref = pdfStream(
    `/Type/XRef/W[1 3 1]/Size ${size}/Root 1 0 R ${trailer}/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 5>>`,
    deflateSync(Buffer.concat(rows)),
  );
  return Buffer.concat([
    bytes,
    Buffer.from(`${next + 1} 0 obj\n`),
    xref,
    Buffer.from(`\nendobj\nstartxref\n${bytes.length}\n%%EOF\n`),
  ]);
}

export function pdfStream(dict: string, data: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`<<${dict}/Length ${data.length}>>\nstream\r\n`),
    data,
    Buffer.from('\nendstream'),
  ]);
}

export function xmp(properties: string): Buffer {
  return pdfStream(
    '/Type/Metadata/Subtype/XML',
    Buffer.from(
      `<?xpacket begin="\ufeff"?><x:xmpmeta><rdf:RDF><rdf:Description rdf:about="">${properties}</rdf:Description></rdf:RDF></x:xmpmeta>`,
    ),
  );
}

function body(objects: PdfObjects): { bytes: Buffer; offsets: Record<number, number>; size: number } {
  let bytes = Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1');
  const offsets: Record<number, number> = {};
  for (const [number, object] of Object.entries(objects)) {
    offsets[Number(number)] = bytes.length;
    bytes = Buffer.concat([
      bytes,
      Buffer.from(`${number} 0 obj\n`),
      Buffer.from(object),
      Buffer.from('\nendobj\n'),
    ]);
  }
  return { bytes, offsets, size: Math.max(...Object.keys(objects).map(Number)) + 1 };
}

export function mobi(name: string, extended: Readonly<Record<number, string>>): Buffer {
  const be = (n: number): Buffer => u32(n).reverse();
  const records = Object.entries(extended).map(([kind, text]) => {
    const bytes = Buffer.from(text);
    return Buffer.concat([be(Number(kind)), be(bytes.length + 8), bytes]);
  });
  const exth = Buffer.concat([Buffer.from('EXTH'), be(0), be(records.length), ...records]);
  const header = Buffer.alloc(16 + 232);
  header.write('MOBI', 16);
  header.writeUInt32BE(232, 20);
  header.writeUInt32BE(65001, 28);
  header.writeUInt32BE(header.length + exth.length, 84);
  header.writeUInt32BE(Buffer.byteLength(name), 88);
  header.writeUInt32BE(0x40, 128);
  const palm = Buffer.alloc(88);
  palm.write('name');
  palm.write('BOOKMOBI', 60);
  palm.writeUInt16BE(1, 76);
  palm.writeUInt32BE(palm.length, 78);
  return Buffer.concat([palm, header, exth, Buffer.from(name)]);
}
