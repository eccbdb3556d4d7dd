import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BanyanError, MAX_SAVED_SEARCHES, type Hit, type OwnedMark } from '@banyan/proto';
import { createManualClock, silentLog } from '@banyan/kit';
import { createSavedSearches, type SavedSearches } from '../../src/searches/saved-searches.ts';
import { done, hit } from './hits.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-saved-'));
  file = join(folder, 'saved-searches.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const MINUTE = 60_000;

/** Saved searches before a network that has these hits; what was asked is noted. */
async function open(clock = createManualClock(), ready: Promise<void> = Promise.resolve()) {
  const world = { hits: [] as Hit[], asked: [] as string[], owned: 'none' as OwnedMark, isAway: false };
  const saved: SavedSearches = createSavedSearches(
    {
      clock,
      log: silentLog(),
      random: () => 0,
      ask: (query, options) => {
        world.asked.push(query);
        if (world.isAway) return Promise.reject(new BanyanError('no_supernode'));
        options.onHits?.(world.hits);
        return Promise.resolve(done());
      },
      ready: () => ready,
      owned: () => world.owned,
      onChange: () => undefined,
    },
    file,
  );
  await saved.start();
  /** Time passes until the network was asked so often in all, and what it answered is known. */
  const until = async (count: number) => {
    const isUnsettled = () =>
      world.asked.length < count || saved.list().some(({ nextAt }) => (nextAt ?? 0) <= clock.now());
    for (let tries = 0; isUnsettled(); tries++) {
      if (tries > 2_000) throw new Error(`asked only ${world.asked.join()}`);
      if (world.asked.length < count) await clock.advance(10_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return { saved, world, clock, until };
}

describe('a saved search', () => {
  it('knows what is there when it is saved, and tells of what comes later until somebody looks', async () => {
    const { saved, world, clock, until } = await open();
    world.hits = [hit(1), hit(2)];
    const { id } = await saved.add(' oak song ');
    await until(1);
    expect(saved.list()).toMatchObject([{ query: 'oak song', fresh: 0, names: [], problem: null }]);
    world.hits = [hit(1), hit(3, { name: 'new\u001b[31m.ogg' })];
    await clock.advance(9 * MINUTE);
    expect(world.asked).toHaveLength(1);
    await until(2);
    expect(saved.list()).toMatchObject([{ fresh: 1, names: ['new.ogg'] }]);
    expect(await saved.seen(id)).toMatchObject({ fresh: 0, names: [] });
    await until(3);
    expect(saved.list()[0]?.fresh).toBe(0);
    await saved.stop();
  });

  it('tells of nothing that is here already, and says why it could not ask', async () => {
    const { saved, world, until } = await open();
    await saved.add('oak');
    await until(1);
    world.hits = [hit(4)];
    world.owned = 'have';
    await until(2);
    expect(saved.list()[0]?.fresh).toBe(0);
    world.isAway = true;
    await until(3);
    expect(saved.list()[0]?.problem?.code).toBe('no_supernode');
    world.isAway = false;
    await until(4);
    expect(saved.list()[0]?.problem).toBeNull();
    await saved.stop();
  });

  it('survives a restart with what it knows, in a file of its owner alone', async () => {
    const first = await open();
    first.world.hits = [hit(1)];
    await first.saved.add('oak');
    await first.until(1);
    first.world.hits = [hit(1), hit(2)];
    await first.until(2);
    await first.saved.stop();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const second = await open(first.clock);
    expect(second.saved.list()).toMatchObject([{ query: 'oak', fresh: 1, names: ['file 2.ogg'] }]);
    // It was asked about just before.
    await second.clock.advance(MINUTE);
    expect(second.world.asked).toEqual([]);
    second.world.hits = [hit(1), hit(2)];
    await second.until(1);
    expect(second.saved.list()[0]?.fresh).toBe(1);
    await second.saved.remove(second.saved.list()[0]!.id);
    await second.saved.stop();
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ saved: [] });
  });

  it('is asked after a start as soon as there is somebody to ask, and not before', async () => {
    const first = await open();
    await first.saved.add('oak');
    await first.saved.stop();
    let join: (() => void) | undefined;
    const second = await open(first.clock, new Promise((resolve) => (join = resolve)));
    await second.clock.advance(5 * MINUTE);
    expect(second.world.asked).toEqual([]);
    join!();
    await second.until(1);
    expect(second.saved.list()).toMatchObject([{ query: 'oak', problem: null }]);
    await second.saved.stop();
  });

  it('that is removed leaves the others their times', async () => {
    const { saved, world, clock, until } = await open();
    const { id } = await saved.add('oak');
    await until(1);
    await clock.advance(5 * MINUTE);
    await saved.add('elm');
    await until(2);
    const [{ nextAt } = { nextAt: null }] = saved.list();
    await saved.remove(id);
    await clock.advance(nextAt! - clock.now() - 1);
    expect(saved.list()).toMatchObject([{ query: 'elm', nextAt }]);
    expect(world.asked).toEqual(['oak', 'elm']);
    await until(3);
    expect(world.asked[2]).toBe('elm');
    await saved.stop();
  });

  it('is one for one query, and one of a bounded number', async () => {
    const { saved } = await open();
    const { id } = await saved.add('Oak  Song');
    expect((await saved.add('oak song')).id).toBe(id);
    for (let i = 1; i < MAX_SAVED_SEARCHES; i++) await saved.add(`oak ${i}`);
    await expect(saved.add('one more')).rejects.toMatchObject({ code: 'limit_exceeded' });
    await expect(saved.add('   ')).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(saved.seen('nobody')).rejects.toMatchObject({ code: 'not_found' });
    await saved.stop();
  });

  it.each([
    '',
    '{"saved":3}',
    '{"saved":[null,{"id":"a"},{"id":"b","query":"oak","known":"x","fresh":[1,["k"]]}]}',
  ])('begins with what it can read of %j', async (text) => {
    await writeFile(file, text);
    const { saved } = await open();
    expect(saved.list().map(({ query, fresh }) => [query, fresh])).toEqual(
      text.includes('"b"') ? [['oak', 0]] : [],
    );
    await saved.stop();
  });
});
