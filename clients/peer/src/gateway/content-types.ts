/** What a file is called towards browsers: media by its type, everything else a download of bytes. */
import { extensionOf } from '@banyan/proto';

export const PDF = 'application/pdf';

/**
 * Types that a browser may show in place: audio, video, pictures of pixels, and PDF, which browsers open in a viewer that
 * shares nothing with any site. Nothing that could run as a page of ours (HTML, SVG, XML) is among them, whatever it
 * claims to be.
 */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  aac: 'audio/aac',
  aif: 'audio/aiff',
  aiff: 'audio/aiff',
  flac: 'audio/flac',
  m4a: 'audio/mp4',
  m4b: 'audio/mp4',
  mka: 'audio/x-matroska',
  mp3: 'audio/mpeg',
  oga: 'audio/ogg',
  ogg: 'audio/ogg',
  opus: 'audio/ogg',
  wav: 'audio/wav',
  weba: 'audio/webm',
  wma: 'audio/x-ms-wma',
  '3gp': 'video/3gpp',
  avi: 'video/x-msvideo',
  flv: 'video/x-flv',
  m2ts: 'video/mp2t',
  m4v: 'video/mp4',
  mkv: 'video/x-matroska',
  mov: 'video/quicktime',
  mp4: 'video/mp4',
  mpeg: 'video/mpeg',
  mpg: 'video/mpeg',
  ogv: 'video/ogg',
  ts: 'video/mp2t',
  webm: 'video/webm',
  wmv: 'video/x-ms-wmv',
  avif: 'image/avif',
  bmp: 'image/bmp',
  gif: 'image/gif',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  pdf: PDF,
};

/** `Content-Type` of everything else. */
const BYTES = 'application/octet-stream';

/** The `Content-Type` under which a file of this name is served. */
export function contentTypeOf(name: string): string {
  const extension = extensionOf(name);
  return Object.hasOwn(MEDIA_TYPES, extension) ? MEDIA_TYPES[extension]! : BYTES;
}

/** `Content-Disposition` (RFC 6266): media in place, everything else to the download folder; the name as RFC 8187 text. */
export function dispositionOf(name: string): string {
  const kind = contentTypeOf(name) === BYTES ? 'attachment' : 'inline';
  const text = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename*=UTF-8''${text}`;
}
