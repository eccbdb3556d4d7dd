import { describe, expect, it } from '@jest/globals';
import { decodeEnvelope, encodeEnvelope, toHex } from '../src/index.ts';
import { goldenVersions } from './compat/golden.ts';
import { FRAMES } from './frames.ts';

/** Of all versions: a frame that one wrote is written the same by those after it. */
const frames = goldenVersions().flatMap(({ version, frames: of }) =>
  [...of].map(([name, frame]) => [`${version} ${name}`, name, frame] as const),
);

describe('golden frames', () => {
  it('are there for every kind, and each belongs to one', () => {
    expect([...new Set(frames.map(([, name]) => name))].sort()).toEqual(Object.keys(FRAMES).sort());
    expect(frames.length).toBeGreaterThanOrEqual(23);
  });

  it.each(frames)('%s is written and read', (_title, name, frame) => {
    const envelope = FRAMES[name]!;
    expect(toHex(encodeEnvelope(envelope))).toBe(toHex(frame));
    const decoded = decodeEnvelope(frame);
    expect(decoded).toMatchObject(envelope);
    // Nothing got lost on the way: what was read is written the same again.
    expect(toHex(encodeEnvelope(decoded))).toBe(toHex(frame));
  });
});
