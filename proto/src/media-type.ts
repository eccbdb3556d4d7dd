/** What kind of thing a file is; the order is that of the wire numbers (`MediaType` of banyan.proto). */
export const MEDIA_TYPES = ['other', 'audio', 'video', 'image', 'document', 'archive', 'software'] as const;

/** One of {@link MEDIA_TYPES}. */
export type MediaType = (typeof MEDIA_TYPES)[number];

const EXTENSIONS: Readonly<Record<Exclude<MediaType, 'other'>, string>> = {
  audio:
    'aac ac3 aif aifc aiff alac amr ape au caf dsf dts flac it kar m3u m3u8 m4a m4b m4r mid midi mka mod mp2 mp3 mpc oga ogg opus pls ra s3m spx tta voc wav wma wv xm',
  video:
    '3g2 3gp asf ass avi divx f4v flv h264 hevc m2ts m2v m4v mkv mov mp4 mpe mpeg mpg mts mxf ogm ogv qt rm rmvb srt ssa sub swf ts vob vtt webm wmv',
  image:
    'apng arw avif bmp cr2 cr3 dds dng emf eps exr gif heic heif ico jfif jp2 jpe jpeg jpg jxl nef orf pbm pcx pgm png pnm ppm psd raf raw rw2 svg tga tif tiff webp wmf xcf xpm',
  document:
    'azw azw3 bib chm csv djv djvu doc docm docx epub fb2 htm html ics key log markdown md mobi numbers odg odp ods odt org pages pdf pps ppsx ppt pptm pptx ps rst rtf tex tsv txt vcf wpd wps xhtml xls xlsm xlsx xml xps',
  archive:
    '7z ace alz ar arj bz bz2 cab cbr cbz cpio gz lha lz lz4 lzh lzma lzo rar sit sitx tar tbz tbz2 tgz tlz txz tzst xar xz z zip zipx zst',
  software:
    'apk appimage app bat bin cmd com crx deb dmg elf exe flatpak img ipa iso jar msi msix msp pkg ps1 rpm run sh snap vdi vhd vhdx vmdk war wasm xpi',
};

const TYPE_OF_EXTENSION: ReadonlyMap<string, MediaType> = new Map(
  Object.entries(EXTENSIONS).flatMap(([type, list]) =>
    list.split(' ').map((ext) => [ext, type as MediaType] as const),
  ),
);

/**
 * The lower-case extension of a file name without its dot; '' when there is none. A leading dot starts a
 * hidden name, not an extension.
 */
export function extensionOf(fileName: string): string {
  const dot = fileName.lastIndexOf('.');
  return dot <= 0 ? '' : fileName.slice(dot + 1).toLowerCase();
}

/** The media type that a file name's extension tells; 'other' when it tells none. */
export function mediaTypeOf(fileName: string): MediaType {
  return TYPE_OF_EXTENSION.get(extensionOf(fileName)) ?? 'other';
}

/** Whether `value` is a media type's name. */
export function isMediaType(value: unknown): value is MediaType {
  return typeof value === 'string' && (MEDIA_TYPES as readonly string[]).includes(value);
}

/** The wire number of a media type. */
export function mediaTypeToWire(type: MediaType): number {
  return MEDIA_TYPES.indexOf(type);
}

/** The media type of a wire number; one that a newer peer invented is 'other'. */
export function mediaTypeFromWire(value: number): MediaType {
  return MEDIA_TYPES[value] ?? 'other';
}
