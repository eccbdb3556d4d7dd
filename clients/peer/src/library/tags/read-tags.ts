/** Reads what people search by out of audio, video and pictures. A broken file costs its tags, never the scan. */
import exifr from 'exifr';
import { fileTypeFromBuffer } from 'file-type';
import { parseBlob } from 'music-metadata';
import { cutBytes, MAX_TAG_BYTES, mediaTypeOf, utf8Length, type Tags } from '@banyan/proto';
import { MAX_TAG_READ_BYTES, TAG_TIMEOUT_MS } from '../limits.ts';
import { FileBytes } from './file-bytes.ts';
import { imageSize } from './image-size.ts';

/** What file-type looks at. */
const TYPE_BYTES = 4100;
/** Headers of a picture, its EXIF block (64 KiB at most) and an embedded preview. */
const IMAGE_HEAD_BYTES = 512 * 1024;

/** Whether a file of this name is looked into for tags. */
export function mayHaveTags(name: string, size: number): boolean {
  return size > 0 && ['audio', 'video', 'image'].includes(mediaTypeOf(name));
}

/** Tags of an open file; empty when it has none, is of another kind, or is broken. */
export async function readTags(fd: number, size: number, name: string): Promise<Partial<Tags>> {
  try {
    const bytes = new FileBytes(fd, size, MAX_TAG_READ_BYTES);
    switch (mediaTypeOf(name)) {
      case 'audio':
      case 'video':
        return await within(mediaTags(bytes));
      case 'image':
        return await within(imageTags(bytes));
      default:
        return {};
    }
  } catch {
    return {};
  }
}

/** A parser that waits for ever is left; one that computes for ever ends with its worker (hash-pool). */
async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('took too long')), TAG_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function mediaTags(bytes: FileBytes): Promise<Partial<Tags>> {
  const { common, format } = await parseBlob(bytes.asBlob(), { duration: false, skipCovers: true });
  const video = format.trackInfo.find((track) => track.video !== undefined)?.video;
  return tags({
    title: common.title,
    artist: common.artist ?? common.albumartist,
    album: common.album,
    year: common.year,
    genre: common.genre?.join(', '),
    track: common.track.no,
    durationMs: format.duration === undefined ? undefined : format.duration * 1000,
    bitrateKbps: format.bitrate === undefined ? undefined : format.bitrate / 1000,
    width: video?.pixelWidth,
    height: video?.pixelHeight,
  });
}

async function imageTags(bytes: FileBytes): Promise<Partial<Tags>> {
  const head = bytes.read(0, IMAGE_HEAD_BYTES);
  // The bytes decide: a picture is often called by another format's extension.
  const mime = (await fileTypeFromBuffer(head.subarray(0, TYPE_BYTES)))?.mime;
  if (mime?.startsWith('image/') !== true) return {};
  const exif = await readExif(head);
  const taken = exif['DateTimeOriginal'] ?? exif['CreateDate'];
  const size = imageSize(head, mime);
  const camera = [exif['Make'], exif['Model']].filter((part) => typeof part === 'string').join(' ');
  return tags({
    title: exif['title'] ?? exif['ObjectName'] ?? exif['ImageDescription'],
    artist: exif['Artist'] ?? exif['creator'] ?? exif['Byline'],
    year: taken instanceof Date ? taken.getFullYear() : undefined,
    width: size?.width ?? exif['ExifImageWidth'] ?? exif['ImageWidth'],
    height: size?.height ?? exif['ExifImageHeight'] ?? exif['ImageHeight'],
    more: camera === '' ? {} : { camera },
  });
}

/** Where the picture was taken is never read: a share must not tell where its owner lives. */
async function readExif(head: Buffer): Promise<Record<string, unknown>> {
  try {
    const options = { gps: false, xmp: true, iptc: true, icc: false, makerNote: false, userComment: false };
    return ((await exifr.parse(head, options)) as Record<string, unknown> | undefined) ?? {};
  } catch {
    return {};
  }
}

/** What the parsers found, in the form of {@link Tags}; whatever has the wrong form is left out. */
function tags(found: Record<Exclude<keyof Tags, 'more'>, unknown> | Record<string, unknown>): Partial<Tags> {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(found)) {
    if (key === 'more') {
      const more = Object.entries(value as Record<string, string>).map(([k, v]) => [k, text(v)] as const);
      if (more.length > 0) result['more'] = Object.fromEntries(more);
    } else if (TEXTS.has(key)) {
      const clean = text(value);
      if (clean !== '') result[key] = clean;
    } else {
      const n = Math.round(Number(value));
      if (Number.isSafeInteger(n) && n > 0 && n <= 0xffff_ffff) result[key] = n;
    }
  }
  return result;
}

const TEXTS: ReadonlySet<string> = new Set(['title', 'artist', 'album', 'genre']);

function text(value: unknown): string {
  const plain = Array.isArray(value) ? value.filter((v) => typeof v === 'string').join(', ') : value;
  // XMP gives texts with a language as objects.
  const raw = typeof plain === 'object' && plain !== null ? (plain as { value?: unknown }).value : plain;
  if (typeof raw !== 'string') return '';
  const clean = raw
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .trim();
  return utf8Length(clean) > MAX_TAG_BYTES ? cutBytes(clean, MAX_TAG_BYTES) : clean;
}
