import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WRITE_BYTES } from '../../src/download/constants.ts';
import { laneFiles, type LaneFile } from '../../src/download/lane-files.ts';
import { createMarkMemory, WriteMark, WriteWatch } from '../../src/download/write-mark.ts';

/** More pieces than a disk could be slow at all of; a test that needs them all fails. */
const MAX_PIECES = 4_000;
let folder: string;
let path: string;
let file: LaneFile;
let turns: Int32Array;
let watch: WriteWatch;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lane-files-'));
  path = join(folder, 'part');
  const memory = createMarkMemory();
  turns = new Int32Array(memory);
  watch = new WriteWatch(memory);
  file = await laneFiles(new WriteMark(memory))(path, true);
});
afterEach(async () => {
  await file.close();
  await rm(folder, { recursive: true });
});

/** Writes the same piece over and over until the lane does it by itself. */
const warmUp = async (piece: Uint8Array): Promise<void> => {
  for (let i = 0; turns[0] === 0; i++) {
    if (i === MAX_PIECES) throw new Error('it never writes by itself');
    await file.write(piece, 0);
  }
};

describe('the part file of a lane', () => {
  it('takes pieces from the lane itself as from another thread', async () => {
    await warmUp(randomBytes(WRITE_BYTES));
    const chunks = Array.from({ length: 4 }, () => randomBytes(4 * WRITE_BYTES + 17));
    await Promise.all(chunks.map((chunk, i) => file.write(chunk, i * chunk.length)));
    expect((await readFile(path)).equals(Buffer.concat(chunks))).toBe(true);
    expect(watch.isWriting).toBe(false);
  });

  it('gets nothing more of a lane that was given up in the middle', async () => {
    await warmUp(randomBytes(WRITE_BYTES));
    // As the main loop does when the lane does not get on.
    turns[0] = -1;
    for (let i = 0; i < MAX_PIECES; i++) {
      const error = await file.write(randomBytes(16), 0).catch((cause: unknown) => cause);
      if (error === undefined) continue;
      expect(error).toMatchObject({ code: 'aborted' });
      return;
    }
    throw new Error('it was never refused');
  });

  it('says what stands in the way', async () => {
    await warmUp(randomBytes(WRITE_BYTES));
    await file.close();
    const before = turns[0];
    await expect(file.write(randomBytes(16), 0)).rejects.toThrow();
    expect(turns[0]).toBeGreaterThanOrEqual(before!);
    expect(watch.isWriting).toBe(false);
    expect((await readFile(path)).length).toBe(WRITE_BYTES);
  });
});
