/** Tags of pictures. */
import exifr from 'exifr';
import type { Tags } from '@banyan/proto';
import type { FileBytes } from './file-bytes.ts';
import { tagsOf } from './found-tags.ts';
import { imageSize } from './image-size.ts';

/** Headers of a picture, its EXIF block (64 KiB at most) and an embedded preview. */
const IMAGE_HEAD_BYTES = 512 * 1024;

/** @param mime - as the bytes themselves tell it */
export async function imageTags(bytes: FileBytes, mime: string): Promise<Partial<Tags>> {
  const head = bytes.read(0, IMAGE_HEAD_BYTES);
  const exif = await readExif(head);
  const taken = exif['DateTimeOriginal'] ?? exif['CreateDate'];
  const size = imageSize(head, mime);
  const camera = [exif['Make'], exif['Model']].filter((part) => typeof part === 'string').join(' ');
  return tagsOf({
    title: exif['title'] ?? exif['ObjectName'] ?? exif['ImageDescription'],
    artist: exif['Artist'] ?? exif['creator'] ?? exif['Byline'],
    year: taken instanceof Date ? taken.getFullYear() : undefined,
    width: size?.width ?? exif['ExifImageWidth'] ?? exif['ImageWidth'],
    height: size?.height ?? exif['ExifImageHeight'] ?? exif['ImageHeight'],
    more: { camera, lens: exif['LensModel'] ?? exif['Lens'], keywords: exif['subject'] ?? exif['Keywords'] },
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
