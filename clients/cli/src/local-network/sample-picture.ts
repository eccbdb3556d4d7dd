/** Draws the sample pictures: a banyan before a sky, as PNG. */
import { crc32, deflateSync } from 'node:zlib';

export type Palette = 'dawn' | 'noon' | 'night';
type Rgb = readonly [number, number, number];

const PALETTES: Record<
  Palette,
  { readonly top: Rgb; readonly bottom: Rgb; readonly ground: Rgb; readonly tree: Rgb; readonly sun: Rgb }
> = {
  dawn: {
    top: [70, 84, 140],
    bottom: [248, 180, 120],
    ground: [92, 70, 60],
    tree: [36, 30, 40],
    sun: [255, 236, 190],
  },
  noon: {
    top: [84, 160, 226],
    bottom: [206, 232, 246],
    ground: [116, 146, 80],
    tree: [44, 70, 42],
    sun: [255, 252, 230],
  },
  night: {
    top: [10, 14, 34],
    bottom: [40, 52, 92],
    ground: [18, 24, 26],
    tree: [6, 10, 14],
    sun: [226, 230, 240],
  },
};

/** A small generator of repeatable numbers in [0, 1) (mulberry32). */
export function seeded(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A PNG of the given size; the same seed gives the same bytes. */
export function drawPicture(width: number, height: number, palette: Palette, seed: number): Uint8Array {
  const colours = PALETTES[palette];
  const random = seeded(seed);
  const pixels = Buffer.alloc(width * height * 3);
  const horizon = Math.round(height * 0.78);
  const put = (x: number, y: number, c: Rgb): void => {
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    const at = (y * width + x) * 3;
    pixels[at] = c[0];
    pixels[at + 1] = c[1];
    pixels[at + 2] = c[2];
  };
  const disc = (cx: number, cy: number, r: number, c: Rgb): void => {
    for (let y = Math.floor(cy - r); y <= cy + r; y += 1) {
      for (let x = Math.floor(cx - r); x <= cx + r; x += 1)
        if ((x - cx) ** 2 + (y - cy) ** 2 <= r * r) put(x, y, c);
    }
  };
  for (let y = 0; y < height; y += 1) {
    const t = Math.min(1, y / horizon);
    const sky = colours.top.map((v, i) =>
      Math.round(v + ((colours.bottom[i] ?? v) - v) * t),
    ) as unknown as Rgb;
    for (let x = 0; x < width; x += 1) put(x, y, y < horizon ? sky : colours.ground);
  }
  disc(width * (0.2 + 0.6 * random()), height * (0.2 + 0.2 * random()), height * 0.06, colours.sun);
  // The crown, then trunks that hang from it to the ground.
  for (let i = 0; i < 140; i += 1) {
    const angle = Math.PI * random();
    const reach = Math.sqrt(random());
    disc(
      width / 2 + Math.cos(angle) * reach * width * 0.36,
      height * 0.5 - Math.sin(angle) * reach * height * 0.26,
      height * (0.03 + 0.05 * random()),
      colours.tree,
    );
  }
  for (let i = 0; i < 22; i += 1) {
    let x = width / 2 + (random() - 0.5) * width * 0.62;
    const thick = 1.5 + random() * (i < 3 ? 18 : 6);
    for (let y = height * 0.45; y < horizon + 6; y += 1) {
      x += (random() - 0.5) * 0.8;
      for (let d = -thick / 2; d <= thick / 2; d += 1) put(Math.round(x + d), Math.round(y), colours.tree);
    }
  }
  return encodePng(width, height, pixels);
}

function encodePng(width: number, height: number, rgb: Buffer): Uint8Array {
  const rows = Buffer.alloc(height * (width * 3 + 1));
  for (let y = 0; y < height; y += 1)
    rgb.copy(rows, y * (width * 3 + 1) + 1, y * width * 3, (y + 1) * width * 3);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits a channel, RGB
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body) >>> 0, body.length + 4);
    return out;
  };
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', new Uint8Array(0)),
  ]);
}
