import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLog, systemClock } from '@banyan/kit';
import { NO_TAGS } from '@banyan/proto';
import {
  createHashPool,
  type HashPool,
  type HashPoolInit,
  type HashTask,
} from '../../src/library/hash-pool.ts';
import { stampOf } from '../../src/library/stamp.ts';
import { wav } from './media.ts';
import { createWorld, sharedNames, until } from './fixture.ts';

let dir: string;
let pool: HashPool | undefined;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'banyan-pool-'));
});
afterEach(async () => {
  await pool?.close();
  await rm(dir, { recursive: true });
});

const open = (init: HashPoolInit = {}): HashPool =>
  (pool = createHashPool({ clock: systemClock, log: silentLog() }, { workers: 1, ...init }));
const { signal } = new AbortController();

async function task(name: string, bytes: Uint8Array): Promise<HashTask> {
  const path = join(dir, name);
  await writeFile(path, bytes);
  const info = await stat(path, { bigint: true });
  return { path, size: bytes.length, stamp: stampOf(info), hash: true };
}

/** A worker that does with each job what its path says. */
async function strangeWorker(): Promise<URL> {
  const path = join(dir, 'strange-worker.mjs');
  await writeFile(
    path,
    `import { appendFileSync } from 'node:fs';
     import { parentPort } from 'node:worker_threads';
     let poisoned = false;
     const seen = new Set();
     const hashed = (job) => parentPort.postMessage({ type: 'hashed', job, hashes: { root: new Uint8Array(32).fill(7), chunkHashes: new Uint8Array(32) } });
     parentPort.on('message', (jobs) => jobs.forEach(({ job, path, hash }) => {
       appendFileSync(${JSON.stringify(join(dir, 'asked'))}, path + '\\n');
       if (path.includes('poison')) { hashed(job); parentPort.postMessage({ type: 'done', job, tags: {} }); poisoned = true; return; }
       if (poisoned) throw new Error('a parser that was left behind');
       if (path.includes('throws')) { hashed(job); throw new Error('a bug of a parser'); }
       if (path.includes('glutton')) { if (hash) hashed(job); const all = []; for (;;) all.push(new Array(1e6).fill({})); }
       if (path.includes('endless')) { if (hash) hashed(job); for (;;); }
       if (path.includes('dies')) throw new Error('a bug');
       if (path.includes('eats')) { const all = []; for (;;) all.push(new Array(1e6).fill({})); }
       if (path.includes('restless') && seen.size < seen.add(path).size) { parentPort.postMessage({ type: 'failed', job, fault: 'changed', message: '' }); return; }
       if (path.includes('unreadable')) { parentPort.postMessage({ type: 'failed', job, fault: 'unreadable', message: 'EACCES' }); return; }
       hashed(job);
       parentPort.postMessage({ type: 'done', job, tags: { title: 'fine' } });
     }));`,
  );
  return pathToFileURL(path);
}

const strange = (path: string): HashTask => ({ path, size: 10, stamp: '', hash: true });

describe('the hash pool', () => {
  it('hashes many files of all sizes, in any order, and tells how far it is', async () => {
    const { run } = open({ workers: 2 });
    let read = 0;
    const sizes = [0, 1, 16_384, 1_048_576, 1_048_577, 9_000_000];
    const results = await Promise.all(
      sizes.map(async (size) =>
        run(await task(`f${size}`, Buffer.alloc(size, 1)), { signal, onProgress: (n) => (read += n) }),
      ),
    );
    expect(results.map(({ content }) => content!.length)).toEqual(sizes);
    expect(results[1]!.content!.root).toEqual(
      new Uint8Array(
        createHash('sha256')
          .update(Buffer.from([1]))
          .digest(),
      ),
    );
    expect(results[5]!.chunkHashes).toHaveLength(9 * 32);
    // Small files are not reported piece by piece.
    expect(read).toBe(9_000_000);
  });

  it('refuses a file that is not the one expected', async () => {
    const { run } = open();
    const good = await task('f', Buffer.from('good'));
    await expect(run({ ...good, size: 5 }, { signal })).rejects.toMatchObject({ fault: 'changed' });
    await expect(run({ ...good, stamp: '1-1' }, { signal })).rejects.toMatchObject({ fault: 'changed' });
    await expect(run({ ...good, path: join(dir, 'none') }, { signal })).rejects.toMatchObject({
      fault: 'gone',
    });
    await expect(run({ ...good, path: dir }, { signal })).rejects.toMatchObject({ fault: 'changed' });
  });

  it('ends a worker whose parser never ends: the file keeps its hashes, the next ones are done', async () => {
    const { run } = open({ worker: await strangeWorker(), tagTimeoutMs: 100 });
    const [endless, tagsOnly, next] = await Promise.all([
      run(strange('endless'), { signal }),
      run({ ...strange('endless'), hash: false }, { signal }),
      run(strange('next'), { signal }),
    ]);
    expect(endless).toMatchObject({ content: { length: 10 }, tags: NO_TAGS });
    expect(tagsOnly).toMatchObject({ content: undefined, tags: NO_TAGS });
    expect(next.tags.title).toBe('fine');
  });

  it('outlives workers that die or eat all memory', async () => {
    const { run } = open({ worker: await strangeWorker() });
    await expect(run(strange('dies'), { signal })).rejects.toMatchObject({ code: 'internal' });
    await expect(run(strange('eats'), { signal })).rejects.toMatchObject({ code: 'internal' });
    expect((await run(strange('next'), { signal })).tags.title).toBe('fine');
  });

  it('takes a parser that throws, or eats all memory, for the end of those tags alone', async () => {
    const { run } = open({ worker: await strangeWorker() });
    // Many, since an error and the answer before it come on different ways.
    const throwing = Array.from({ length: 4 }, (_, i) => run(strange(`throws ${i}`), { signal }));
    const results = await Promise.all([
      ...throwing,
      run(strange('glutton'), { signal }),
      run({ ...strange('glutton'), hash: false }, { signal }),
      run(strange('next'), { signal }),
    ]);
    for (const result of results.slice(0, 5))
      expect(result).toMatchObject({ content: { length: 10 }, tags: NO_TAGS });
    expect(results[5]).toMatchObject({ content: undefined, tags: NO_TAGS });
    expect(results[6]!.tags.title).toBe('fine');
  });

  it('ends a worker over a picture whose tables all point at each other, and reads the next one', async () => {
    const reasons: unknown[] = [];
    const log = Object.assign(silentLog(), { debug: (fields: unknown) => reasons.push(fields) });
    pool = createHashPool({ clock: systemClock, log }, { workers: 1, tagTimeoutMs: 2_000 });
    // Its entries are 43,000 texts of 64 KiB, all the same ones.
    const picture = Buffer.alloc(512 * 1024);
    const head = picture.write('II*\0\x08\0\0\0\xff\xff', 'latin1');
    picture.fill('\x0f\x01\x02\0\xff\xff\0\0\0\0\0\0', head, 'latin1');
    const [hostile, next] = await Promise.all([
      pool.run(await task('hostile.tif', picture), { signal }),
      pool.run(await task('next.wav', wav(0, { INAM: 'Next' })), { signal }),
    ]);
    expect(hostile).toMatchObject({ content: { length: picture.length }, tags: NO_TAGS });
    expect(next.tags.title).toBe('Next');
    expect(reasons).toEqual([{ path: join(dir, 'hostile.tif'), reason: 'reading tags took too long' }]);
  });

  it('does not blame a file for what the one before it left behind', async () => {
    const { run } = open({ worker: await strangeWorker() });
    const both = [run(strange('poison'), { signal }), run(strange('innocent'), { signal })];
    expect((await Promise.all(both)).map(({ tags }) => tags.title)).toEqual(['', 'fine']);
  });

  it('gives up a file nobody waits for any more', async () => {
    const { run } = open();
    const large = await task('large', Buffer.alloc(60_000_000));
    const abort = new AbortController();
    const work = run(large, { signal: abort.signal, onProgress: () => abort.abort() });
    const behind = run(await task('behind', Buffer.from('x')), { signal });
    await expect(work).rejects.toMatchObject({ code: 'aborted' });
    expect((await behind).content!.length).toBe(1);
    await expect(run(large, { signal: abort.signal })).rejects.toMatchObject({ code: 'aborted' });
  });

  it('answers everybody when it is closed', async () => {
    const { run, close } = open();
    const large = await task('large', Buffer.alloc(30_000_000));
    const all = Promise.allSettled(Array.from({ length: 10 }, () => run(large, { signal })));
    await close();
    for (const outcome of await all)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'aborted' } });
  });
});

describe('a file whose tags are the end of its worker', () => {
  it('is shared without them, as are the others with theirs, and not tried again until it changes', async () => {
    const init = { hashing: { workers: 1, worker: await strangeWorker(), tagTimeoutMs: 100 } };
    const world = await createWorld(init);
    const hostile = ['endless.mp3', 'glutton.pdf', 'throws.jpg'];
    const askedFor = async (name: string): Promise<number> =>
      (await readFile(join(dir, 'asked'), 'utf8')).split('\n').filter((line) => line.endsWith(name)).length;
    try {
      for (const name of ['before.mp3', ...hostile, 'zuletzt.mp3']) await world.put(name, 'ten bytes.');
      const { id } = await world.library.addShare({ path: world.share });
      await world.library.settled();
      const titles = (): unknown =>
        Object.fromEntries(
          world.library.files({ limit: 9 }).files.map(({ name, tags }) => [name, tags.title]),
        );
      expect(titles()).toEqual({
        'before.mp3': 'fine',
        'zuletzt.mp3': 'fine',
        'endless.mp3': undefined,
        'glutton.pdf': undefined,
        'throws.jpg': undefined,
      });
      expect(world.library.stats()).toMatchObject({ files: 5, errors: 0 });
      const times = await Promise.all(hostile.map(askedFor));

      await world.restart();
      world.library.rescanShare(id);
      await world.library.settled();
      expect(world.library.stats()).toMatchObject({ files: 5, hashedFiles: 0 });
      expect(await Promise.all(hostile.map(askedFor))).toEqual(times);

      await world.put('throws.jpg', 'ten others');
      world.library.rescanShare(id);
      await until(world.library, () => world.library.stats().hashedFiles === 1);
      expect(await askedFor('throws.jpg')).toBe(times[2]! + 1);
    } finally {
      await world.end();
    }
  });
});

describe('a file that changes while it is hashed', () => {
  it('is looked at again when it has come to rest', async () => {
    const world = await createWorld({ hashing: { workers: 1, worker: await strangeWorker() } });
    try {
      await world.put('restless.txt', 'ten bytes.');
      await world.library.addShare({ path: world.share });
      await world.library.settled();
      expect(sharedNames(world.library)).toEqual(['restless.txt']);
      expect(world.library.stats()).toMatchObject({ hashedFiles: 1, errors: 0 });
    } finally {
      await world.end();
    }
  });
});

describe('a file that cannot be read', () => {
  it('is an error of that file, said in words; the others are shared, and it is tried again', async () => {
    const world = await createWorld({ hashing: { workers: 1, worker: await strangeWorker() } });
    try {
      await world.put('good.txt', 'good bytes');
      await world.put('unreadable.txt', 'some bytes');
      const { id } = await world.library.addShare({ path: world.share });
      await world.library.settled();
      expect(sharedNames(world.library)).toEqual(['good.txt']);
      expect(world.library.shares()[0]!.errors).toEqual([
        {
          path: join(world.share, 'unreadable.txt'),
          code: 'disk_failed',
          message: 'The file cannot be read (EACCES). Check its permissions and the disk.',
        },
      ]);
      await world.restart({ hashing: { workers: 1 } });
      world.library.rescanShare(id);
      await world.library.settled();
      expect(sharedNames(world.library)).toEqual(['good.txt', 'unreadable.txt']);
      expect(world.library.stats().errors).toBe(0);
    } finally {
      await world.end();
    }
  });

  // Root reads everything; elsewhere the system's own refusal is tried too.
  if (process.getuid?.() === 0) return;
  it('is refused by the system itself, as is a folder', async () => {
    const world = await createWorld();
    try {
      await chmod(await world.put('closed.txt', 'x'), 0);
      await mkdir(join(world.share, 'closed'), { mode: 0 });
      await world.library.addShare({ path: world.share });
      await world.library.settled();
      expect(
        world.library
          .shares()[0]!
          .errors.map(({ code }) => code)
          .sort(),
      ).toEqual(['disk_failed', 'folder_unreadable']);
      await chmod(join(world.share, 'closed'), 0o700);
    } finally {
      await world.end();
    }
  });
});
