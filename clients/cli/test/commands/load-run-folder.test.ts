import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseScenario, type RunResults } from '@banyan/load';
import { makeRunFolder } from '../../src/commands/load/run-folder.ts';
import { testContext } from '../test-context.ts';

const PLAN = parseScenario('name: evening one\nstages: [ { for: 1s, leaves: 1 } ]', 'evening.yaml');
const RESULTS = { plan: PLAN } as unknown as RunResults;

describe('the folder of a load run', () => {
  let cwd: string;
  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'banyan-run-folder-'));
  });
  afterEach(() => rm(cwd, { recursive: true, force: true }));

  const make = (out?: string): ReturnType<typeof makeRunFolder> =>
    makeRunFolder(testContext({ cwd }), PLAN, out);

  it('is there before the run, named after scenario and time', async () => {
    const { path } = await make();
    expect(path).toBe(join(cwd, 'load-results', 'evening_one-19700101-000100'));
    expect(await readdir(join(cwd, 'load-results'))).toHaveLength(1);
  });

  it.each(['plain', 'plain/below'])('is refused where it cannot be: %s', async (out) => {
    await writeFile(join(cwd, 'plain'), '');
    await expect(make(out)).rejects.toMatchObject({
      code: 'invalid_request',
      message: `The results cannot be kept: ${join(cwd, out)} is not a folder, or lies in what is none. Choose another folder by --out.`,
    });
  });

  it('goes when nothing came of the run, but for one that was asked for', async () => {
    const [own, asked] = [await make(), await make('asked')];
    await own.giveUp();
    await asked.giveUp();
    expect(await readdir(join(cwd, 'load-results'))).toEqual([]);
    expect(await readdir(cwd)).toContain('asked');
  });

  it('stays with what is in it', async () => {
    const folder = await make();
    await writeFile(join(folder.path, 'results.json'), '{}');
    await folder.giveUp();
    expect(await readdir(folder.path)).toEqual(['results.json']);
  });

  it('that is gone at the end of the run is told with its reason', async () => {
    const folder = await make('away');
    await rm(folder.path, { recursive: true });
    await expect(folder.keep(RESULTS)).rejects.toMatchObject({
      code: 'disk_failed',
      message: `The run is over, but its results could not be written to ${join(cwd, 'away')} (ENOENT).`,
    });
  });
});
