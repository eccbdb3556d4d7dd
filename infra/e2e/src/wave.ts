/** Sound that every browser plays, made here. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const RATE = 44_100;
const CHANNELS = 2;
const SAMPLE_BYTES = 2;
/** Each second has a tone of its own, so that no two chunks are alike. */
const LOWEST_HZ = 220;

/** Bytes of a second of {@link writeWave}'s sound. */
export const WAVE_BYTES_PER_SECOND = RATE * CHANNELS * SAMPLE_BYTES;

/** Writes a WAV file (PCM, 16 bits, stereo) of so many seconds, folders included. */
export async function writeWave(path: string, seconds: number): Promise<void> {
  const sine = Int16Array.from({ length: RATE }, (_, i) => 8_000 * Math.sin((2 * Math.PI * i) / RATE));
  const samples = new Int16Array(seconds * RATE * CHANNELS);
  for (let second = 0; second < seconds; second++) {
    const hz = LOWEST_HZ + second;
    for (let i = 0; i < RATE; i++) {
      const at = (second * RATE + i) * CHANNELS;
      samples[at] = samples[at + 1] = sine[(hz * i) % RATE]!;
    }
  }
  const pcm = Buffer.from(samples.buffer);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + pcm.length, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(CHANNELS, 22);
  head.writeUInt32LE(RATE, 24);
  head.writeUInt32LE(WAVE_BYTES_PER_SECOND, 28);
  head.writeUInt16LE(CHANNELS * SAMPLE_BYTES, 32);
  head.writeUInt16LE(SAMPLE_BYTES * 8, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(pcm.length, 40);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, Buffer.concat([head, pcm]));
}
