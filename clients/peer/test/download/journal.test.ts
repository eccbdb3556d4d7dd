import { readFileSync } from 'node:fs';
import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openJournal, type Journal } from '../../src/download/journal.ts';
import { createStage, type Stage } from '../swarm.ts';

/** One chunk, and the bytes fetched until then. */
const CLAIM_BYTES = 5 + 4 + 8 + (5 + 8 + 8);
let stage: Stage;
let path: string;
beforeEach(async () => {
  stage = createStage();
  path = join(await stage.folder(), 'x.log');
});
afterEach(() => stage.end());

const fail = (error: unknown): never => {
  throw error;
};

async function written(write: (journal: Journal) => Promise<void> | void): Promise<void> {
  const { journal } = await openJournal(path, fail);
  await write(journal);
  await journal.close();
}

describe('the journal', () => {
  it('tells claims that are surely on the disk from those that were made after the last sync', async () => {
    const layer = {
      first: 0,
      count: 1,
      hashes: new Uint8Array(32).fill(7),
      uncles: new Uint8Array(64).fill(8),
    };
    await written(async (journal) => {
      journal.layer(layer);
      journal.claim([1, 2], 0);
      await journal.barrier(async () => {
        // Claimed while the file is being synced: its bytes may have come too late for that.
        journal.claim([3], 11000);
        await journal.flush();
      }, 12345);
      journal.claim([4], 23456);
      journal.lost([2]);
    });
    const { journal, state } = await openJournal(path, fail);
    await journal.close();
    expect(state).toMatchObject({ layers: [layer], synced: [1], unsynced: [3, 4], fetchedBytes: 23456 });
  });

  it('ends at a record that was torn, and goes on from there', async () => {
    await written((journal) => {
      journal.claim([1], 0);
      journal.claim([2], 0);
    });
    const whole = await readFile(path);
    // Of the second claim the record of its chunk is the first.
    for (let size = whole.length / 2 + 16; size > whole.length / 2; size--) {
      await writeFile(path, whole);
      await truncate(path, size);
      await written((journal) => journal.claim([9], 0));
      const { journal, state } = await openJournal(path, fail);
      await journal.close();
      expect(state.unsynced).toEqual([1, 9]);
    }
  });

  it('believes no damaged record nor what follows it', async () => {
    await written((journal) => {
      journal.claim([1], 0);
      journal.claim([2], 0);
      journal.claim([3], 11000);
    });
    const bytes = await readFile(path);
    bytes[bytes.length / 3 + 6]! ^= 1;
    await writeFile(path, bytes);
    await appendFile(path, 'and some noise');
    const { journal, state } = await openJournal(path, fail);
    await journal.close();
    expect(state.unsynced).toEqual([1]);
  });

  it('says that a claim is written when it is, and not before', async () => {
    const { journal } = await openJournal(path, fail);
    const said: number[] = [];
    for (const chunk of [1, 2, 3])
      journal.claim([chunk], chunk * 100, () => {
        const left = readFileSync(path);
        expect(left.readUInt32LE(5 + (chunk - 1) * CLAIM_BYTES)).toBe(chunk);
        said.push(chunk);
      });
    expect(said).toEqual([]);
    await journal.flush();
    expect(said).toEqual([1, 2, 3]);
    await journal.close();
    const { journal: again, state } = await openJournal(path, fail);
    await again.close();
    expect(state).toMatchObject({ unsynced: [1, 2, 3], fetchedBytes: 300 });
  });
});
