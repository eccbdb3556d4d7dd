/** A film that Chromium plays, made of pictures: WebM (EBML, RFC 8794 and 9559) with VP8, in which every picture is a key frame. */
import { writeFile } from 'node:fs/promises';

const TRACK = 1;
/** Ticks of 1 ms. */
const TIMECODE_SCALE = 1_000_000;

export interface FilmInit {
  /** Each a lossy WebP without transparency, all of one size; they are shown in turn. */
  readonly pictures: readonly Buffer[];
  readonly width: number;
  readonly height: number;
  readonly picturesPerSecond: number;
  readonly seconds: number;
}

/** Writes it, with an index in front, so that a player can jump anywhere at once. */
export async function writeFilm(path: string, init: FilmInit): Promise<void> {
  const { pictures, picturesPerSecond, seconds } = init;
  const frames = pictures.map(vp8Of);
  const clusters = Array.from({ length: seconds }, (_, second) =>
    element(
      0x1f43b675,
      element(0xe7, whole(second * 1000)),
      ...Array.from({ length: picturesPerSecond }, (__, i) => {
        const head = Buffer.from([0x80 | TRACK, 0, 0, 0x80]);
        head.writeInt16BE(Math.round((i * 1000) / picturesPerSecond), 1);
        return element(0xa3, head, frames[(second * picturesPerSecond + i) % frames.length]!);
      }),
    ),
  );
  const about = Buffer.concat([
    element(
      0x1549a966,
      element(0x2ad7b1, whole(TIMECODE_SCALE)),
      element(0x4489, float(seconds * 1000)),
      element(0x4d80, Buffer.from('banyan')),
      element(0x5741, Buffer.from('banyan')),
    ),
    element(
      0x1654ae6b,
      element(
        0xae,
        element(0xd7, whole(TRACK)),
        element(0x73c5, whole(TRACK)),
        element(0x9c, whole(0)),
        element(0x86, Buffer.from('V_VP8')),
        element(0x83, whole(1)),
        element(0xe0, element(0xb0, whole(init.width)), element(0xba, whole(init.height))),
      ),
    ),
  ]);
  const index = (places: readonly number[]): Buffer =>
    element(
      0x1c53bb6b,
      ...places.map((place, second) =>
        element(
          0xbb,
          element(0xb3, whole(second * 1000)),
          element(0xb7, element(0xf7, whole(TRACK)), element(0xf1, whole(place))),
        ),
      ),
    );
  // Its numbers have a fixed length, so its own length is known before its places are.
  let place = about.length + index(clusters.map(() => 0)).length;
  const places = clusters.map((cluster) => {
    const here = place;
    place += cluster.length;
    return here;
  });
  const head = element(
    0x1a45dfa3,
    element(0x4286, whole(1)),
    element(0x42f7, whole(1)),
    element(0x42f2, whole(4)),
    element(0x42f3, whole(8)),
    element(0x4282, Buffer.from('webm')),
    element(0x4287, whole(4)),
    element(0x4285, whole(2)),
  );
  await writeFile(path, Buffer.concat([head, element(0x18538067, about, index(places), ...clusters)]));
}

/** An element: its id as it stands in the standard, its length in eight bytes. */
function element(id: number, ...parts: readonly Buffer[]): Buffer {
  const name = Buffer.from(id.toString(16).padStart(2, '0'), 'hex');
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(parts.reduce((sum, part) => sum + part.length, 0)));
  length[0] = 0x01;
  return Buffer.concat([name, length, ...parts]);
}

function whole(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

function float(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
}

/** The VP8 key frame in a WebP (RIFF with a chunk `VP8 `). */
function vp8Of(webp: Buffer): Buffer {
  for (let at = 12; at + 8 <= webp.length;) {
    const size = webp.readUInt32LE(at + 4);
    if (webp.toString('latin1', at, at + 4) === 'VP8 ') return webp.subarray(at + 8, at + 8 + size);
    at += 8 + size + (size % 2);
  }
  throw new Error('The picture is no lossy WebP.');
}
