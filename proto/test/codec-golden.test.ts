import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { decodeEnvelope, encodeEnvelope, fromHex, toHex } from '../src/index.ts';
import { FRAMES } from './frames.ts';

const folder = new URL('./golden/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.hex'));

describe('golden frames', () => {
  it('are there for every kind, and each belongs to one', () => {
    expect(files.map((name) => name.slice(0, -4)).sort()).toEqual(Object.keys(FRAMES).sort());
    expect(files.length).toBeGreaterThanOrEqual(23);
  });

  it.each(files)('%s is written and read', (file) => {
    const golden = readFileSync(new URL(file, folder), 'utf8').replace(/\s/g, '');
    const envelope = FRAMES[file.slice(0, -4)]!;
    expect(toHex(encodeEnvelope(envelope))).toBe(golden);
    const decoded = decodeEnvelope(fromHex(golden)!);
    expect(decoded).toMatchObject(envelope);
    // Nothing got lost on the way: what was read is written the same again.
    expect(toHex(encodeEnvelope(decoded))).toBe(golden);
  });
});
