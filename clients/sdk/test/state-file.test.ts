import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createMemoryLog, silentLog } from '@banyan/kit';
import { createStateFile } from '../src/index.ts';

describe('a state file', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'banyan-state-'));
    path = join(folder, 'state.json');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('keeps the newest of many changes without writing each of them', async () => {
    const file = createStateFile(path, silentLog(), 'the state');
    let written = 0;
    for (let n = 1; n <= 1_000; n += 1) file.save({ toJSON: () => ((written += 1), { n }) });
    await file.flush();
    expect(written).toBeLessThanOrEqual(2);
    expect(await file.read()).toEqual({ n: 1_000 });
    expect((await stat(path)).mode & 0o077).toBe(0);
  });

  it('reads nothing from a file that is not there or damaged', async () => {
    const file = createStateFile(path, silentLog(), 'the state');
    expect(await file.read()).toBeUndefined();
    await writeFile(path, '{"half":');
    expect(await file.read()).toBeUndefined();
  });

  it('says so when it cannot be written, keeps what was there, and goes on', async () => {
    const log = createMemoryLog();
    const file = createStateFile(path, log, 'the state');
    file.save({ n: 1 });
    await file.flush();
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    file.save(circular);
    await file.flush();
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ n: 1 });
    expect(log.entries.some((entry) => JSON.stringify(entry).includes('could not be kept'))).toBe(true);
    file.save({ n: 2 });
    await file.flush();
    expect(await file.read()).toEqual({ n: 2 });
  });
});
