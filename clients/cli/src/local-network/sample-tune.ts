/** Composes the sample music: a few bars of plucked strings, as WAV with tags. */
import { seeded } from './sample-picture.ts';

export interface Tune {
  readonly title: string;
  readonly artist: string;
  readonly album: string;
  readonly year: number;
  readonly track: number;
  readonly seed: number;
  readonly seconds: number;
}

const RATE = 22_050;
/** A pentatonic scale sounds well in any order. */
const SCALE = [0, 2, 4, 7, 9, 12, 14, 16];
const A3_HZ = 220;

/** A WAV file (16 bits, mono) with an ID3v2.4 chunk, whose texts may be in any script. */
export function composeTune(tune: Tune): Uint8Array {
  const random = seeded(tune.seed);
  const samples = new Float32Array(tune.seconds * RATE);
  for (let at = 0; at < samples.length - RATE / 2; at += Math.round(RATE * (random() < 0.3 ? 0.25 : 0.5))) {
    pluck(samples, at, A3_HZ * 2 ** ((SCALE[Math.floor(random() * SCALE.length)] ?? 0) / 12), 0.5, random);
    if (random() < 0.35)
      pluck(samples, at, (A3_HZ / 2) * 2 ** ((SCALE[Math.floor(random() * 4)] ?? 0) / 12), 0.4, random);
  }
  const pcm = Buffer.alloc(samples.length * 2);
  samples.forEach((s, i) => pcm.writeInt16LE(Math.round(Math.max(-1, Math.min(1, s)) * 32_000), i * 2));
  const format = Buffer.alloc(16);
  format.writeUInt16LE(1, 0);
  format.writeUInt16LE(1, 2);
  format.writeUInt32LE(RATE, 4);
  format.writeUInt32LE(RATE * 2, 8);
  format.writeUInt16LE(2, 12);
  format.writeUInt16LE(16, 14);
  const body = Buffer.concat([
    Buffer.from('WAVE', 'latin1'),
    riff('fmt ', format),
    riff('id3 ', id3(tune)),
    riff('data', pcm),
  ]);
  return riff('RIFF', body);
}

/** Karplus and Strong's string: a burst of noise in a delay line that forgets its edges. */
function pluck(out: Float32Array, at: number, hz: number, gain: number, random: () => number): void {
  const line = Float32Array.from({ length: Math.round(RATE / hz) }, () => random() * 2 - 1);
  for (let i = 0; i < RATE * 1.6 && at + i < out.length; i += 1) {
    const here = i % line.length;
    const value = line[here] ?? 0;
    line[here] = 0.496 * (value + (line[(here + 1) % line.length] ?? 0));
    out[at + i] = (out[at + i] ?? 0) + value * gain * 0.5;
  }
}

function riff(type: string, data: Uint8Array): Buffer {
  const out = Buffer.alloc(8 + data.length + (data.length % 2));
  out.write(type, 0, 'latin1');
  out.writeUInt32LE(data.length, 4);
  out.set(data, 8);
  return out;
}

function id3(tune: Tune): Buffer {
  const frame = (id: string, value: string): Buffer => {
    const data = Buffer.concat([Buffer.from([3]), Buffer.from(value, 'utf8')]); // 3: UTF-8
    return Buffer.concat([Buffer.from(id, 'latin1'), syncSafe(data.length), Buffer.alloc(2), data]);
  };
  const frames = Buffer.concat([
    frame('TIT2', tune.title),
    frame('TPE1', tune.artist),
    frame('TALB', tune.album),
    frame('TDRC', String(tune.year)),
    frame('TRCK', String(tune.track)),
  ]);
  return Buffer.concat([
    Buffer.from('ID3', 'latin1'),
    Buffer.from([4, 0, 0]),
    syncSafe(frames.length),
    frames,
  ]);
}

function syncSafe(n: number): Buffer {
  return Buffer.from([(n >> 21) & 0x7f, (n >> 14) & 0x7f, (n >> 7) & 0x7f, n & 0x7f]);
}
