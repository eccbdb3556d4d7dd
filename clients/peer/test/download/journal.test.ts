import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openJournal, type Journal } from '../../src/download/journal.ts';
import { createStage, type Stage } from '../swarm.ts';

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
      journal.chunks([1, 2]);
      await journal.barrier(async () => {
        // Claimed while the file is being synced: its bytes may have come too late for that.
        journal.chunks([3]);
        await journal.flush();
      }, 12345);
      journal.chunks([4]);
      journal.lost([2]);
    });
    const { journal, state } = await openJournal(path, fail);
    await journal.close();
    expect(state).toEqual({ layers: [layer], synced: [1], unsynced: [3, 4], fetchedBytes: 12345 });
  });

  it('ends at a record that was torn, and goes on from there', async () => {
    await written((journal) => {
      journal.chunks([1]);
      journal.chunks([2]);
    });
    const whole = await readFile(path);
    for (let size = whole.length - 1; size > whole.length / 2; size--) {
      await writeFile(path, whole);
      await truncate(path, size);
      await written((journal) => journal.chunks([9]));
      const { journal, state } = await openJournal(path, fail);
      await journal.close();
      expect(state.unsynced).toEqual([1, 9]);
    }
  });

  it('believes no damaged record nor what follows it', async () => {
    await written((journal) => {
      journal.chunks([1]);
      journal.chunks([2]);
      journal.chunks([3]);
    });
    const bytes = await readFile(path);
    bytes[bytes.length / 3 + 6]! ^= 1;
    await writeFile(path, bytes);
    await appendFile(path, 'and some noise');
    const { journal, state } = await openJournal(path, fail);
    await journal.close();
    expect(state.unsynced).toEqual([1]);
  });
});
