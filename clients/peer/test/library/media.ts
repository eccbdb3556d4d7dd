/** The smallest files that carry tags. */
import { crc32 } from 'node:zlib';

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
const u16 = (n: number): Buffer => Buffer.from([n & 255, n >> 8]);
const u32 = (n: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(n);
  return bytes;
};
const u32be = (n: number): Buffer => u32(n).reverse();

/** An ID3v2.3 frame with UTF-16 text. */
function id3Frame(id: string, text: string): Buffer {
  const body = Buffer.concat([Buffer.from([1, 0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
  return Buffer.concat([ascii(id), u32be(body.length), Buffer.alloc(2), body]);
}

export function mp3(tags: Record<string, string>, frames = 100): Buffer {
  const body = Buffer.concat(Object.entries(tags).map(([id, text]) => id3Frame(id, text)));
  const size = Buffer.from([
    (body.length >> 21) & 127,
    (body.length >> 14) & 127,
    (body.length >> 7) & 127,
    body.length & 127,
  ]);
  // MPEG 1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes a frame.
  const frame = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x00]), Buffer.alloc(413)]);
  return Buffer.concat([
    ascii('ID3'),
    Buffer.from([3, 0, 0]),
    size,
    body,
    ...Array.from({ length: frames }, () => frame),
  ]);
}

export function wav(seconds: number, info: Record<string, string>): Buffer {
  const rate = 8000;
  const chunk = (id: string, body: Buffer): Buffer =>
    Buffer.concat([ascii(id), u32(body.length), body, Buffer.alloc(body.length % 2)]);
  const items = Object.entries(info).map(([id, text]) => chunk(id, ascii(`${text}\0`)));
  const body = Buffer.concat([
    ascii('WAVE'),
    chunk('fmt ', Buffer.concat([u16(1), u16(1), u32(rate), u32(rate), u16(1), u16(8)])),
    chunk('LIST', Buffer.concat([ascii('INFO'), ...items])),
    chunk('data', Buffer.alloc(rate * seconds, 128)),
  ]);
  return Buffer.concat([ascii('RIFF'), u32(body.length), body]);
}

export function png(width: number, height: number): Buffer {
  const chunk = (id: string, body: Buffer): Buffer => {
    const named = Buffer.concat([ascii(id), body]);
    return Buffer.concat([u32be(body.length), named, u32be(crc32(named))]);
  };
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', Buffer.concat([u32be(width), u32be(height), Buffer.from([8, 2, 0, 0, 0])])),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A picture with an EXIF block of texts, by tag number of IFD0, and a place where it was taken. */
export function jpeg(width: number, height: number, exif: Record<number, string>): Buffer {
  const texts = Object.entries(exif);
  const entries: Buffer[] = [];
  const values: Buffer[] = [];
  let at = 8 + 2 + texts.length * 12 + 4;
  for (const [tag, text] of texts) {
    const value = ascii(`${text}\0\0\0\0`.slice(0, Math.max(5, text.length + 1)));
    entries.push(Buffer.concat([u16(Number(tag)), u16(2), u32(value.length), u32(at)]));
    values.push(value);
    at += value.length;
  }
  const tiff = Buffer.concat([ascii('II*\0'), u32(8), u16(texts.length), ...entries, u32(0), ...values]);
  const app1 = Buffer.concat([ascii('Exif\0\0'), tiff]);
  const be16 = (n: number): Buffer => Buffer.from([n >> 8, n & 255]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xe1]),
    be16(app1.length + 2),
    app1,
    Buffer.from([0xff, 0xc0]),
    be16(11),
    Buffer.from([8]),
    be16(height),
    be16(width),
    Buffer.from([1, 1, 0x11, 0, 0xff, 0xd9]),
  ]);
}
