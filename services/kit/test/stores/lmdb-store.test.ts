import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { acquireOwnerLock, createLmdbStore, createManualClock, openStore } from '../../src/index.ts';
import { SWEEP_INTERVAL_MS, SWEPT_PER_COMMIT } from '../../src/stores/lmdb-store.ts';
import { storeSuite } from './store-suite.ts';

const folders: string[] = [];
async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'banyan-lmdb-'));
  folders.push(path);
  return path;
}
afterEach(async () => {
  await Promise.all(folders.splice(0).map((path) => rm(path, { recursive: true, force: true })));
});

storeSuite('The LMDB store', async () => {
  const path = await mkdtemp(join(tmpdir(), 'banyan-lmdb-'));
  const clock = createManualClock();
  const store = await createLmdbStore({ path, clock });
  return {
    store,
    shortMs: 1000,
    pass: (ms) => clock.advance(ms),
    async stop() {
      await store.close();
      await rm(path, { recursive: true, force: true });
    },
  };
});

describe('LMDB store', () => {
  it('finds everything again after it was closed', async () => {
    const path = await folder();
    const first = await createLmdbStore({ path });
    const version = await first.put('a', { b: 1 });
    await first.close();
    const second = await openStore({ location: path, prefix: 'unused:' });
    expect(await second.get('a')).toEqual({ value: { b: 1 }, version });
    await second.close();
  });

  it('lists one moment when it is asked to, whatever is written meanwhile', async () => {
    const store = await createLmdbStore({ path: await folder() });
    const keys = Array.from({ length: 600 }, (_, i) => `k/${String(i).padStart(3, '0')}`);
    await Promise.all(keys.map((key) => store.put(key, 'then')));
    const seen: [string, unknown][] = [];
    for await (const [key, { value }] of store.list('', { isSnapshot: true })) {
      if (seen.length === 0) {
        await store.put('k/599', 'now');
        await store.delete('k/400');
        await store.put('k/new', 'now');
      }
      seen.push([key, value]);
    }
    expect(seen).toEqual(keys.map((key) => [key, 'then']));
    const now: string[] = [];
    for await (const [key] of store.list('')) now.push(key);
    expect(now).toHaveLength(600);
    // One that is given up half way lets go, and so does the end of the store.
    const given = store.list('', { isSnapshot: true })[Symbol.asyncIterator]();
    await given.next();
    await given.return?.();
    const listing = store.list('', { isSnapshot: true })[Symbol.asyncIterator]();
    await listing.next();
    await store.close();
    for (;;) if ((await listing.next().catch(() => ({ done: true }))).done === true) break;
  });

  it('belongs to one owner at a time, and says who has it', async () => {
    const path = await folder();
    const first = await createLmdbStore({ path });
    await expect(createLmdbStore({ path })).rejects.toMatchObject({
      code: 'store_in_use',
      message: expect.stringContaining('this process itself'),
    });
    expect(await readdir(path)).not.toContainEqual(expect.stringMatching(/owner\.lock\./));
    await first.close();
    const second = await createLmdbStore({ path });
    await second.close();
  });

  it('refuses calls after it was closed', async () => {
    const store = await createLmdbStore({ path: await folder() });
    await store.close();
    await store.close();
    for (const call of [store.get('a'), store.put('a', 1), store.delete('a'), store.ping()]) {
      await expect(call).rejects.toMatchObject({ code: 'store_unavailable' });
    }
  });

  it('removes expired entries from the disk by itself, many with one commit', async () => {
    const path = await folder();
    const begin = Date.now();
    const gone = Array.from({ length: 2 * SWEPT_PER_COMMIT + 1 }, (_, i) => `gone-${i}`);
    const store = await createLmdbStore({ path, clock: createManualClock(begin) });
    await Promise.all(gone.map((key) => store.put(key, 1, { ttlMs: 1000 })));
    await store.put('gone-1-stays', 2, { ttlMs: SWEEP_INTERVAL_MS * 10 });
    await store.put('stays', 2);
    await store.close();
    /** A clock at the very beginning shows what is still on the disk. */
    const onDisk = async (): Promise<string[]> => {
      const early = await createLmdbStore({ path, clock: createManualClock(1) });
      const found: string[] = [];
      for await (const [key] of early.list('')) found.push(key);
      await early.close();
      return found;
    };
    const left = [(await onDisk()).length - 2];
    while (left.at(-1)! > 0 && left.length < 10) {
      const clock = createManualClock(begin + 1000);
      const swept = await createLmdbStore({ path, clock });
      await clock.advance(SWEEP_INTERVAL_MS);
      // Closing ends a sweep behind the commit that it is at, or before its first.
      await swept.close();
      left.push((await onDisk()).length - 2);
    }
    expect([...new Set(left)]).toEqual([gone.length, gone.length - SWEPT_PER_COMMIT, 1, 0]);
    expect(await onDisk()).toEqual(['gone-1-stays', 'stays']);
  });

  it('has everything that was acknowledged when its process was killed, and is free again', async () => {
    const path = await folder();
    // A child runs compiled files: Node 20 reads no TypeScript.
    const door = new URL('../../dist/index.js', import.meta.url).href;
    const script = `
      import { createLmdbStore } from ${JSON.stringify(door)};
      const store = await createLmdbStore({ path: ${JSON.stringify(path)} });
      for (let i = 0; ; i += 1) {
        await store.put('k' + i, i);
        console.log(i);
      }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    const ended = once(child, 'exit');
    const drained = once(child.stdout, 'end');
    child.stdout.on('data', (bytes: Buffer) => {
      output += bytes.toString();
      if (output.split('\n').length > 20) child.kill('SIGKILL');
    });
    await ended;
    await drained;
    const acknowledged = output.split('\n').slice(0, -1).map(Number);
    expect(acknowledged.length).toBeGreaterThanOrEqual(20);
    const store = await createLmdbStore({ path });
    for (const i of acknowledged) expect((await store.get(`k${i}`))?.value).toBe(i);
    await store.close();
  });

  it('says which folder cannot be made', async () => {
    const path = await folder();
    await writeFile(join(path, 'file'), '');
    await expect(createLmdbStore({ path: join(path, 'file', 'store') })).rejects.toMatchObject({
      code: 'disk_failed',
      message: expect.stringContaining(join(path, 'file', 'store')),
    });
  });
});

describe('owner lock', () => {
  /** A process that lives until it is killed. */
  async function other(): Promise<{ pid: number; kill(): Promise<void> }> {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log("up")'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    return {
      pid: child.pid as number,
      async kill() {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      },
    };
  }

  it('of another living process is respected, and taken over once that was killed', async () => {
    const path = join(await folder(), 'owner.lock');
    const mine = await acquireOwnerLock(path);
    const { host } = JSON.parse(await readFile(path, 'utf8')) as { host: string };
    await mine.release();
    const process2 = await other();
    try {
      await writeFile(path, JSON.stringify({ pid: process2.pid, host, nonce: 'theirs' }));
      await expect(acquireOwnerLock(path)).rejects.toMatchObject({
        code: 'store_in_use',
        message: expect.stringContaining(`process ${process2.pid}`),
      });
    } finally {
      await process2.kill();
    }
    const taken = await acquireOwnerLock(path);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
    await taken.release();
    expect(await readdir(join(path, '..'))).toEqual([]);
  });

  it('of a pid that was given to another program since is taken over', async () => {
    const path = join(await folder(), 'owner.lock');
    const mine = await acquireOwnerLock(path);
    const owner = JSON.parse(await readFile(path, 'utf8')) as { host: string; started?: string };
    await mine.release();
    // Only Linux tells when a process started.
    expect(process.platform !== 'linux' || owner.started !== undefined).toBe(true);
    await writeFile(path, JSON.stringify({ ...owner, started: 'another-boot/1', nonce: 'theirs' }));
    const taken = await acquireOwnerLock(path);
    await taken.release();
  });

  it('that was cut off while it was written is taken over', async () => {
    const path = join(await folder(), 'owner.lock');
    await writeFile(path, '{"pid":');
    const taken = await acquireOwnerLock(path);
    await taken.release();
  });

  it('of a successor that died before it took its place is taken over too', async () => {
    const path = join(await folder(), 'owner.lock');
    const mine = await acquireOwnerLock(path);
    const owner = JSON.parse(await readFile(path, 'utf8')) as object;
    await mine.release();
    await writeFile(path, JSON.stringify({ ...owner, started: 'another-boot/1', nonce: 'first' }));
    await writeFile(
      `${path}.first`,
      JSON.stringify({ ...owner, started: 'another-boot/2', nonce: 'second' }),
    );
    const taken = await acquireOwnerLock(path);
    expect(await readdir(join(path, '..'))).toEqual(['owner.lock']);
    await expect(acquireOwnerLock(path)).rejects.toMatchObject({ code: 'store_in_use' });
    await taken.release();
  });

  it('is given to exactly one of many that find the same dead owner', async () => {
    for (let round = 0; round < 25; round += 1) {
      const path = join(await folder(), 'owner.lock');
      await writeFile(path, '{"pid":');
      const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => acquireOwnerLock(path)));
      const winners = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      expect(winners).toHaveLength(1);
      const losers = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [outcome.reason as { code: string }] : [],
      );
      expect(losers.map(({ code }) => code)).toEqual(Array.from({ length: 11 }, () => 'store_in_use'));
      await winners[0]?.release();
      expect(await readdir(join(path, '..'))).toEqual([]);
    }
  });
});
