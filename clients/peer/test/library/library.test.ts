import { createHash } from 'node:crypto';
import { appendFile, mkdir, rename, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createManualClock, silentLog } from '@banyan/kit';
import { chunkHash, createRootBuilder, parseContentId, verifyLayer, type ContentId } from '@banyan/proto';
import { createLibrary } from '../../src/library/index.ts';
import { createWorld, sharedNames, until, type World } from './fixture.ts';

const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();

function idOf(bytes: Uint8Array): ContentId {
  const builder = createRootBuilder(sha256);
  builder.update(bytes);
  return builder.digest().id;
}

const idOfText = (text: string): ContentId => idOf(Buffer.from(text));

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.end());

describe('a shared folder', () => {
  it('is hashed as BEP 52 says, and opened for reading', async () => {
    const bytes = Buffer.alloc(3_000_000);
    for (let i = 0; i < bytes.length; i++) bytes[i] = (7 * i + (i >> 8)) & 255;
    await world.put('deep/er/vector.bin', bytes);
    const { library } = world;
    await library.addShare({ path: world.share });
    await library.settled();
    const { files, total } = library.files({ limit: 10 });
    expect(total).toBe(1);
    expect(files[0]).toMatchObject({
      name: 'vector.bin',
      folder: 'deep/er',
      size: 3_000_000,
      content: 'deb354a327bf4dae3668c57991aae14e62ef96a1f759f1dd6ad06c5df3b5f2e5-3000000',
    });
    const content = parseContentId(files[0]!.content);
    expect(library.owns(content)).toBe('shared');
    const open = await library.open(content);
    const part = Buffer.alloc(1000);
    await open!.read(part, 1_999_500);
    expect(part.equals(bytes.subarray(1_999_500, 2_000_500))).toBe(true);
    const { hashes, uncles } = await open!.layer(1, 1);
    expect(verifyLayer(sha256, content, 1, 1, hashes, uncles)).toBe(true);
    expect(
      Buffer.from(hashes).equals(chunkHash(sha256, bytes.subarray(1048576, 2097152), 3_000_000, 1)),
    ).toBe(true);
    await expect(open!.read(part, 2_999_500)).rejects.toMatchObject({ code: 'range_unsatisfiable' });
    await expect(open!.layer(2, 2)).rejects.toMatchObject({ code: 'range_unsatisfiable' });
    await open!.close();
    await open!.close();
  });

  it('finds files by words of their names, and what comes later', async () => {
    for (const name of ['Sunrise over Kyoto.txt', 'Sunset.txt', '漢語課本.txt']) await world.put(name, name);
    const { library } = world;
    await library.addShare({ path: world.share });
    await library.settled();
    const names = (filter: string) => {
      const found = library.find(filter, () => undefined);
      const { total, rows } = found.window(0, 10)!;
      found.close();
      return [total, ...rows.map(({ name }) => name)];
    };
    expect(names('kyoto SUN')).toEqual([1, 'Sunrise over Kyoto.txt']);
    expect(names('汉语')).toEqual([1, '漢語課本.txt']);
    expect(names('kyoto sunset')).toEqual([0]);
    expect(names('.txt')[0]).toBe(3);
  });

  it('gives the same records, fingerprint and ids after a restart, and hashes nothing again', async () => {
    for (let i = 0; i < 50; i++) await world.put(`many/${i % 7}/file ${i}.txt`, `text number ${i}`);
    await world.library.addShare({ path: world.share });
    await world.library.settled();
    expect(world.library.stats()).toMatchObject({ files: 50, hashedFiles: 50, hashing: null, errors: 0 });
    const before = world.library.files({ limit: 100 });
    const fingerprint = world.library.catalog.fingerprint();
    await world.restart();
    // At once, without a scan.
    expect(world.library.files({ limit: 100 })).toEqual(before);
    expect(world.library.catalog.fingerprint()).toEqual(fingerprint);
    await world.library.settled();
    expect(world.library.stats()).toMatchObject({ files: 50, hashedFiles: 0 });
    expect(world.library.files({ limit: 100 })).toEqual(before);
    expect(world.library.catalog.fingerprint()).toEqual(fingerprint);
  });

  it('notices while it was stopped what was changed, added and removed', async () => {
    await world.put('kept.txt', 'kept');
    await world.put('changed.txt', 'before');
    await world.put('folder/gone.txt', 'gone');
    await world.library.addShare({ path: world.share });
    await world.library.settled();
    await world.library.stop();
    await world.put('changed.txt', 'after!');
    await world.put('added.txt', 'added');
    await rm(join(world.share, 'folder'), { recursive: true });
    await world.restart();
    await world.library.settled();
    expect(sharedNames(world.library)).toEqual(['added.txt', 'changed.txt', 'kept.txt']);
    expect(world.library.stats().hashedFiles).toBe(2);
    expect(world.library.owns(idOfText('after!'))).toBe('shared');
    expect(world.library.owns(idOfText('before'))).toBe('none');
    expect(await world.library.open(idOfText('gone'))).toBeUndefined();
  });

  it('follows changes as they happen: new, changed, renamed and deleted files and folders', async () => {
    const { library, share } = world;
    await library.addShare({ path: share });
    await library.settled();
    await mkdir(join(share, 'new/folder'), { recursive: true });
    await writeFile(join(share, 'new/folder/a.txt'), 'first');
    await until(library, () => library.owns(idOfText('first')) === 'shared');
    await writeFile(join(share, 'new/folder/a.txt'), 'second');
    await until(library, () => library.owns(idOfText('second')) === 'shared');
    expect(library.owns(idOfText('first'))).toBe('none');
    await rename(join(share, 'new/folder'), join(share, 'moved'));
    await until(library, () => sharedNames(library).join() === 'moved/a.txt');
    await writeFile(join(share, 'b.txt'), 'b');
    await until(library, () => sharedNames(library).join() === 'b.txt,moved/a.txt');
    await unlink(join(share, 'b.txt'));
    await rm(join(share, 'moved'), { recursive: true });
    await until(library, () => library.files({ limit: 1 }).total === 0);
  });

  it('does not hash a file again that was moved, renamed or linked', async () => {
    const { library, share } = world;
    await world.put('a/one.txt', 'moved about');
    await library.addShare({ path: share });
    await library.settled();
    await mkdir(join(share, 'z'));
    await rename(join(share, 'a/one.txt'), join(share, 'z/two.txt'));
    await until(library, () => sharedNames(library).join() === 'z/two.txt');
    await rename(join(share, 'z'), join(share, '0'));
    await until(library, () => sharedNames(library).join() === '0/two.txt');
    expect(library.stats().hashedFiles).toBe(1);
    expect(await read(world, idOfText('moved about'))).toBe('moved about');
  });

  it('waits for a file that is still growing', async () => {
    const clock = createManualClock(Date.now());
    const library = createLibrary(
      { clock, log: silentLog() },
      { stateDir: join(world.dir, 'slow state'), settleMs: 60_000, hashing: { workers: 1 } },
    );
    await library.start();
    try {
      const path = join(world.share, 'growing.txt');
      const scanned = async (): Promise<void> => {
        while (library.shares()[0]!.state === 'scanning') await nextTurn();
      };
      await writeFile(path, 'line 0');
      const { id } = await library.addShare({ path: world.share });
      await scanned();
      for (let i = 1; i < 4; i++) {
        // Never a whole minute without a change.
        await clock.advance(40_000);
        await appendFile(path, `, line ${i}`);
        library.rescanShare(id);
        await scanned();
        expect(library.shares()[0]).toMatchObject({ state: 'hashing', files: 0 });
      }
      while (library.catalog.records === 0) await clock.advance(10_000);
      expect(library.owns(idOfText('line 0, line 1, line 2, line 3'))).toBe('shared');
      expect(library.stats().hashedFiles).toBe(1);
    } finally {
      await library.stop();
    }
  });

  it('forgets files that went before they came to rest', async () => {
    const { library, share } = world;
    await library.addShare({ path: share });
    await library.settled();
    for (let i = 0; i < 100; i++) await writeFile(join(share, `short-lived ${i}`), 'x');
    await until(library, () => library.shares()[0]!.state !== 'ready' || library.catalog.records > 0);
    for (let i = 0; i < 100; i++) await unlink(join(share, `short-lived ${i}`));
    await until(library, () => library.shares()[0]!.state === 'ready' && library.catalog.records === 0);
    await library.settled();
  });

  it('keeps one record for each file of the same content, and serves from the one that is left', async () => {
    const { library, share } = world;
    await world.put('a.txt', 'twice');
    await world.put('b.txt', 'twice');
    await library.addShare({ path: share });
    await library.settled();
    expect(library.files({ limit: 10 }).total).toBe(2);
    await unlink(join(share, 'a.txt'));
    // At once, before anybody noticed.
    expect(await read(world, idOfText('twice'))).toBe('twice');
    await until(library, () => library.files({ limit: 10 }).total === 1);
    expect(library.owns(idOfText('twice'))).toBe('shared');
  });

  it('withdraws the files of a folder that vanished, and hashes nothing when it is back', async () => {
    const { library, share } = world;
    await world.put('a.txt', 'away');
    const { id } = await library.addShare({ path: share });
    await library.settled();
    await rename(share, `${share}-away`);
    // Nobody asks for a scan: the watcher tells.
    await until(library, () => library.shares()[0]!.state === 'missing');
    await library.settled();
    expect(library.catalog.records).toBe(0);
    expect(library.catalog.fingerprint()).toEqual(new Uint8Array(32));
    expect(await library.open(idOfText('away'))).toBeUndefined();
    await world.restart();
    await world.library.settled();
    expect(world.library.shares()[0]).toMatchObject({ state: 'missing', files: 0 });
    await rename(`${share}-away`, share);
    world.library.rescanShare(id);
    await until(world.library, () => world.library.shares()[0]!.state === 'ready');
    expect(sharedNames(world.library)).toEqual(['a.txt']);
    expect(world.library.stats().hashedFiles).toBe(0);
  });

  it('scans now and then where it cannot be watched, and says so', async () => {
    await world.restart({ maxWatchedFolders: 3 });
    const { library, share } = world;
    for (let i = 0; i < 5; i++) await world.put(`d${i}/f.txt`, `${i}`);
    const { id } = await library.addShare({ path: share });
    await until(library, () => library.shares()[0]!.errors.length > 0);
    await library.settled();
    expect(library.shares()[0]).toMatchObject({ state: 'ready', files: 5 });
    expect(library.shares()[0]!.errors[0]).toMatchObject({ path: share, code: 'limit_exceeded' });
    expect(library.shares()[0]!.errors[0]!.message).toMatch(
      /not watched: it has more than 3 folders.*every 10 minutes/,
    );
    await world.put('d1/new.txt', 'new');
    library.rescanShare(id);
    await until(library, () => library.shares()[0]!.files === 6);
  });

  it('takes an empty folder in the place of a full one for a drive that was pulled', async () => {
    const { library, share } = world;
    await world.put('a.txt', 'on a drive');
    const { id } = await library.addShare({ path: share });
    await library.settled();
    await rename(share, `${share}-away`);
    await mkdir(share);
    library.rescanShare(id);
    await until(library, () => library.shares()[0]!.state === 'missing');
  });

  it('unpublishes everything when it is removed, also over a restart, and costs no hashing when shared again', async () => {
    const { library, share } = world;
    for (let i = 0; i < 20; i++) await world.put(`d${i % 3}/f${i}.txt`, `file ${i}`);
    const { id } = await library.addShare({ path: share });
    await library.settled();
    await library.removeShare(id);
    expect(library.catalog.records).toBe(0);
    expect(library.catalog.fingerprint()).toEqual(new Uint8Array(32));
    expect(library.shares()).toEqual([]);
    expect(library.owns(idOfText('file 3'))).toBe('none');
    await expect(library.removeShare(id)).rejects.toMatchObject({ code: 'not_found' });
    await world.restart();
    expect(world.library.shares()).toEqual([]);
    await world.library.addShare({ path: share });
    await world.library.settled();
    expect(world.library.stats()).toMatchObject({ files: 20, hashedFiles: 0 });
  });

  it('says of the files for which the catalog has no room, and publishes them when there is some', async () => {
    await world.end();
    world = await createWorld({ maxRecords: 3 });
    const { library, share, dir } = world;
    await mkdir(join(dir, 'other'));
    await writeFile(join(dir, 'other', 'first.txt'), 'first');
    const other = await library.addShare({ path: join(dir, 'other') });
    await library.settled();
    for (let i = 0; i < 5; i++) await world.put(`f${i}.txt`, `file ${i}`);
    await library.addShare({ path: share });
    await library.settled();
    const errorsOf = (path: string) => library.shares().find((one) => one.path === path)?.errors;
    expect(library.catalog.records).toBe(3);
    expect(errorsOf(share)).toEqual([expect.objectContaining({ code: 'limit_exceeded', path: share })]);
    expect(library.stats().errors).toBe(1);
    expect(errorsOf(other.path)).toEqual([]);
    await world.restart();
    await world.library.settled();
    expect(world.library.stats()).toMatchObject({ files: 3, errors: 1 });
    await world.library.removeShare(other.id);
    for (const name of ['f0.txt', 'f1.txt']) await rm(join(share, name));
    const [left] = world.library.shares();
    world.library.rescanShare(left!.id);
    await until(
      world.library,
      () => world.library.catalog.records === 3 && world.library.stats().errors === 0,
    );
  });

  it('takes a finished download without hashing it', async () => {
    const { library, share } = world;
    await library.addShare({ path: share });
    await library.settled();
    const path = await world.put('sub/finished.bin', Buffer.alloc(2_500_000, 7));
    const builder = createRootBuilder(sha256);
    builder.update(Buffer.alloc(2_500_000, 7));
    const { id: content, chunkHashes } = builder.digest();
    expect(await library.addFinished({ path, content, chunkHashes })).toBe(true);
    expect(library.owns(content)).toBe('shared');
    await library.settled();
    expect(library.stats()).toMatchObject({ files: 1, hashedFiles: 0 });
    const open = await library.open(content);
    const { hashes, uncles } = await open!.layer(0, 2);
    expect(verifyLayer(sha256, content, 0, 2, hashes, uncles)).toBe(true);
    await open!.close();
    const elsewhere = join(world.dir, 'elsewhere.bin');
    await writeFile(elsewhere, 'x');
    expect(
      await library.addFinished({ path: elsewhere, content: idOfText('x'), chunkHashes: idOfText('x').root }),
    ).toBe(false);
    await truncate(path, 10);
    await expect(library.addFinished({ path, content, chunkHashes })).rejects.toMatchObject({
      code: 'file_changed',
    });
  });

  it('shares an empty file', async () => {
    await world.put('empty.txt', '');
    await world.library.addShare({ path: world.share });
    await world.library.settled();
    const content = { root: new Uint8Array(32), length: 0 };
    expect(world.library.owns(content)).toBe('shared');
    const open = await world.library.open(content);
    await open!.read(new Uint8Array(0), 0);
    await open!.close();
  });

  it('pages over many small files', async () => {
    for (let i = 0; i < 300; i++) await writeFile(join(world.share, `f${i}.txt`), `number ${i}`);
    await world.library.addShare({ path: world.share });
    await world.library.settled();
    const seen: string[] = [];
    for (let after: number | null = 0; after !== null;) {
      const page = world.library.files({ after, limit: 70 });
      expect(page.total).toBe(300);
      seen.push(...page.files.map((file) => file.name));
      after = page.next;
    }
    expect(new Set(seen).size).toBe(300);
    expect(world.library.files({ offset: 290, limit: 20 }).files).toHaveLength(10);
  });
});

async function read(from: World, content: ContentId): Promise<string> {
  const open = await from.library.open(content);
  if (open === undefined) throw new Error('not held');
  const bytes = new Uint8Array(content.length);
  await open.read(bytes, 0);
  await open.close();
  return Buffer.from(bytes).toString();
}
