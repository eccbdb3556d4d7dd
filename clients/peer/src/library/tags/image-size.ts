/** Width and height of a picture from its first bytes, for the formats that people share. */

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/**
 * @param head - the first bytes of the file, some 256 KiB for JPEG with a preview inside
 * @param mime - as the bytes themselves tell it
 * @returns undefined when the bytes do not tell
 */
export function imageSize(head: Buffer, mime: string): ImageSize | undefined {
  try {
    const size = read(head, mime);
    return size !== undefined && size.width > 0 && size.height > 0 ? size : undefined;
  } catch {
    // Cut off in the middle of a header.
    return undefined;
  }
}

function read(b: Buffer, mime: string): ImageSize | undefined {
  switch (mime) {
    case 'image/png':
    case 'image/apng':
      return { width: b.readUInt32BE(16), height: b.readUInt32BE(20) };
    case 'image/gif':
      return { width: b.readUInt16LE(6), height: b.readUInt16LE(8) };
    case 'image/bmp':
      return { width: Math.abs(b.readInt32LE(18)), height: Math.abs(b.readInt32LE(22)) };
    case 'image/webp':
      return webp(b);
    case 'image/jpeg':
      return jpeg(b);
    default:
      return undefined;
  }
}

function webp(b: Buffer): ImageSize | undefined {
  switch (b.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { width: b.readUInt16LE(26) & 0x3fff, height: b.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const bits = b.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: b.readUIntLE(24, 3) + 1, height: b.readUIntLE(27, 3) + 1 };
    default:
      return undefined;
  }
}

/** Walks the segments up to the frame header (ITU T.81, B.2.2). */
function jpeg(b: Buffer): ImageSize | undefined {
  let at = 2;
  while (at + 9 <= b.length) {
    if (b[at] !== 0xff) return undefined;
    const marker = b[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: b.readUInt16BE(at + 5), width: b.readUInt16BE(at + 7) };
    at += 2 + b.readUInt16BE(at + 2);
  }
  return undefined;
}
