/** What is here of a file that arrives, by itself: its lanes are none, its clock stands still. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { layerProof } from '@banyan/proto';
import { createManualClock, silentLog, type ManualClock } from '@banyan/kit';
import { SYNC_MS } from '../../src/download/constants.ts';
import { createHolding } from '../../src/download/holding.ts';
import type { Holding } from '../../src/download/holding-types.ts';
import { partPath } from '../../src/download/part-file.ts';
import { createLanes } from '../../src/download/lanes.ts';
import { createThrottle } from '../../src/bandwidth/throttle.ts';
import { createStage, createTestFile, sha256, until, type Stage } from '../swarm.ts';

const CHUNKS = 3;

let stage: Stage;
let folder: string;
let clock: ManualClock;
let troubles: unknown[];
let holding: Holding;
beforeEach(async () => {
  stage = createStage();
  folder = await stage.folder();
  clock = createManualClock();
  troubles = [];
  const { content, chunkHashes } = createTestFile(CHUNKS * 1024 * 1024);
  holding = createHolding(
    {
      lanes: createLanes(
        {
          log: silentLog(),
          open: () => ({ send: () => undefined, close: () => Promise.resolve() }),
          throttle: createThrottle(clock),
        },
        1,
      ),
      clock,
      log: silentLog(),
      freeBytes: () => Promise.resolve(Infinity),
      disk: { heard: () => undefined },
      onTrouble: (error) => troubles.push(error),
    },
    {
      id: 'd1',
      content,
      name: 'a.bin',
      folder,
      mayMakeFolder: true,
      logPath: join(await stage.folder(), 'd1.log'),
      isNew: true,
      placing: undefined,
    },
  );
  await holding.open(new AbortController().signal);
  const { length } = content;
  holding.layers.add({
    first: 0,
    count: CHUNKS,
    ...layerProof(sha256, chunkHashes, length, 0, CHUNKS),
  });
  let counted = 0;
  for (let chunk = 0; chunk < CHUNKS; chunk++) holding.claim(chunk, () => (counted += 1));
  await until(() => counted === CHUNKS, 'all chunks count');
});
afterEach(async () => {
  await holding.close();
  await stage.end();
});

it('a file that has just got its name is not missed where its part file was', async () => {
  const path = await holding.place(() => Promise.resolve());
  // On a slow disk the time for the next sync comes in the middle of it.
  await clock.advance(SYNC_MS);
  await holding.sync();
  expect(troubles).toEqual([]);
  expect(await readFile(path)).toHaveLength(CHUNKS * 1024 * 1024);
});

it('a file that could not get its name is looked after as before', async () => {
  await expect(holding.place(() => Promise.reject(new Error('no room for that')))).rejects.toMatchObject({
    code: 'disk_failed',
  });
  await rm(partPath(folder, 'd1'));
  await holding.sync();
  expect(troubles).toEqual([expect.objectContaining({ code: 'folder_missing' })]);
});
