import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { dataDir, ensurePrivateDir, processDir } from '../src/index.ts';

describe('data folder', () => {
  it('is the one that BANYAN_DATA_DIR names, as an absolute path', () => {
    expect(dataDir({ BANYAN_DATA_DIR: 'some/where' })).toBe(resolve('some/where'));
  });

  it("is the system's own folder for applications otherwise", () => {
    for (const env of [{}, { BANYAN_DATA_DIR: '' }]) {
      expect(isAbsolute(dataDir(env))).toBe(true);
      expect(dataDir(env)).toMatch(/banyan/);
    }
  });
});

describe('the folder of one process', () => {
  const env = { BANYAN_DATA_DIR: 'some/where' };

  it('lies in that of all of Banyan, which a setting read from BANYAN_DATA_DIR does not change', () => {
    expect(processDir('list', undefined, env)).toBe(resolve('some/where/list'));
    expect(processDir('list', 'some/where', env)).toBe(resolve('some/where/list'));
    expect(processDir('list', '', env)).toBe(resolve('some/where/list'));
  });

  it('is the one that its flag or file names', () => {
    expect(processDir('list', 'elsewhere', env)).toBe(resolve('elsewhere'));
    expect(processDir('list', 'elsewhere', {})).toBe(resolve('elsewhere'));
  });
});

describe('private folder', () => {
  it('is made with its parents, and only its owner may enter', async () => {
    const root = await mkdtemp(join(tmpdir(), 'banyan-paths-'));
    const path = await ensurePrivateDir(root, 'a', 'b');
    expect(path).toBe(join(root, 'a', 'b'));
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect(await ensurePrivateDir(root, 'a', 'b')).toBe(path);
    await rm(root, { recursive: true });
  });

  it('says which path is in the way', async () => {
    const root = await mkdtemp(join(tmpdir(), 'banyan-paths-'));
    await writeFile(join(root, 'file'), '');
    await expect(ensurePrivateDir(root, 'file', 'x')).rejects.toMatchObject({
      code: 'disk_failed',
      message: expect.stringContaining(join(root, 'file', 'x')),
    });
    await rm(root, { recursive: true });
  });
});
