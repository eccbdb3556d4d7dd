import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createManualClock, silentLog, type Log } from '@banyan/kit';
import { createSearchHistory, type SearchHistory } from '../../src/searches/search-history.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-history-'));
  file = join(folder, 'search-history.json');
});
afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true, force: true });
});

const clock = createManualClock();
const warnings: string[] = [];
const log: Log = Object.assign(Object.create(silentLog()) as Log, {
  warn: (_fields: unknown, message: string) => void warnings.push(message),
});

async function open(): Promise<SearchHistory> {
  warnings.length = 0;
  const history = createSearchHistory({ clock, log }, file);
  await history.start();
  return history;
}
const kept = async (): Promise<unknown> =>
  (JSON.parse(await readFile(file, 'utf8')) as { queries: unknown }).queries;

describe('the search history', () => {
  it('gives queries that begin with what is typed, newest first, whatever case, accents and blanks', async () => {
    const history = await open();
    for (const query of ['Éric Satie', 'oak song', 'hash:12345678', 'Oak  Tree']) history.add(query);
    expect(history.startingWith('OAK', 8)).toEqual(['Oak  Tree', 'oak song']);
    expect(history.startingWith('  oak   t', 8)).toEqual(['Oak  Tree']);
    expect(history.startingWith('oak ', 1)).toEqual(['Oak  Tree']);
    expect(history.startingWith('eric', 8)).toEqual(['Éric Satie']);
    expect(history.startingWith('song', 8)).toEqual([]);
    expect(history.startingWith('', 2)).toEqual(['Oak  Tree', 'hash:12345678']);
    await history.stop();
  });

  it('has each query once, in the spelling and at the place of the last time', async () => {
    const history = await open();
    for (const query of ['oak', 'elm', ' OAK ', '', '   ']) history.add(query);
    expect(history.startingWith('', 8)).toEqual(['OAK', 'elm']);
    await history.stop();
  });

  it('keeps two hundred', async () => {
    const history = await open();
    for (let n = 0; n < 250; n += 1) history.add(`query ${n}`);
    expect(history.startingWith('', 1_000)).toHaveLength(200);
    expect(history.startingWith('query 49', 8)).toEqual([]);
    expect(history.startingWith('query 50', 8)).toEqual(['query 50']);
    await history.stop();
  });

  it('is written a second after the first of several, for its owner only, and is there after a restart', async () => {
    const history = await open();
    history.add('oak');
    await clock.advance(999);
    history.add('elm');
    await expect(stat(file)).rejects.toThrow('ENOENT');
    await clock.advance(1);
    await history.stop();
    expect(await kept()).toEqual(['elm', 'oak']);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const again = await open();
    expect(again.startingWith('', 8)).toEqual(['elm', 'oak']);
    expect(warnings).toEqual([]);
  });

  it('is written when the peer stops, and not when nothing was searched for', async () => {
    const idle = await open();
    await idle.stop();
    await expect(stat(file)).rejects.toThrow('ENOENT');
    const history = await open();
    history.add('oak');
    await history.stop();
    expect(await kept()).toEqual(['oak']);
  });

  it('forgets one query or all, on the disk before it says so', async () => {
    const history = await open();
    for (const query of ['oak', 'elm', 'ash']) history.add(query);
    await history.forget(' ELM ');
    expect(await kept()).toEqual(['ash', 'oak']);
    await history.forget('never searched');
    expect(history.startingWith('', 8)).toEqual(['ash', 'oak']);
    await history.forget();
    expect(await kept()).toEqual([]);
    expect(history.startingWith('', 8)).toEqual([]);
    await history.stop();
  });

  it('says that forgetting failed when the disk fails, and goes on', async () => {
    file = join(folder, 'gone', 'search-history.json');
    const history = await open();
    history.add('oak');
    await clock.advance(1_000);
    await expect(history.forget('oak')).rejects.toMatchObject({ code: 'disk_failed' });
    history.add('elm');
    expect(history.startingWith('', 8)).toEqual(['elm']);
    await history.stop();
    expect(warnings).toContain('the search history was not kept');
  });

  it('begins anew, and says so, with a file that is broken or another’s', async () => {
    for (const text of ['{"queries": [', '[]', 'null', '{"queries": {"0": "oak"}}']) {
      await writeFile(file, text);
      const history = await open();
      expect([text, history.startingWith('', 8), warnings]).toEqual([
        text,
        [],
        ['the search history cannot be read: it begins anew'],
      ]);
      history.add('oak');
      await history.stop();
      expect(await kept()).toEqual(['oak']);
    }
    await writeFile(file, JSON.stringify({ queries: [1, 'x'.repeat(600), null, 'elm', 'oak', '  '] }));
    const history = await open();
    expect(history.startingWith('', 8)).toEqual(['elm', 'oak']);
  });
});
