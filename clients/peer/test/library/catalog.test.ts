import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createFingerprint,
  NO_TAGS,
  publishedRecords,
  type CatalogRecord,
  type Publish,
} from '@banyan/proto';
import { createLibraryCatalog, type LibraryCatalog } from '../../src/library/catalog.ts';
import { openLibraryIndex, type LibraryIndex } from '../../src/library/index-db.ts';

const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();

/** What a supernode holds after the batches it got. */
function createMirror() {
  const records = new Map<number, CatalogRecord>();
  return {
    records,
    apply(batches: Iterable<unknown>) {
      let last: Publish | undefined;
      let count = 0;
      for (const batch of batches as Iterable<Publish>) {
        if (batch.reset) records.clear();
        for (const id of batch.removedIds) records.delete(id);
        for (const record of publishedRecords(batch)) records.set(record.id, record);
        last = batch;
        count += batch.ids.length + batch.removedIds.length;
      }
      const fingerprint = createFingerprint(sha256);
      for (const record of records.values()) fingerprint.add(record);
      return { claimed: Buffer.from(last!.fingerprint), held: Buffer.from(fingerprint.value()), count };
    },
  };
}

let dir: string;
let index: LibraryIndex;
let catalog: LibraryCatalog;
let folder: number;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'banyan-catalog-'));
  index = await openLibraryIndex({ path: dir, now: () => 0, onPublished: (ids) => catalog.push(ids) });
  catalog = createLibraryCatalog(index, 1000);
  folder = await index.write((tx) => {
    const share = tx.addShare({
      id: 's',
      path: '/s',
      name: 's',
      addedAt: 0,
      rootStamp: '',
      missing: false,
      removed: false,
    });
    return tx.ensureFolder(share.no, 'folder');
  });
});
afterEach(async () => {
  await index.close();
  await rm(dir, { recursive: true });
});

async function put(name: string, text: string, tags = NO_TAGS): Promise<number> {
  return index.write((tx) => {
    const stamp = createHash('sha1')
      .update(name + text)
      .digest('hex');
    tx.upsertFile(folder, name, { size: text.length, dev: '1', stamp, modifiedMs: 5000 }, true);
    const { id } = index.fileByName(folder, name)!;
    const root = sha256(Buffer.from(text));
    tx.setHashed(id, { content: { root, length: text.length }, chunkHashes: root, tags, stamp });
    return id;
  });
}

async function remove(id: number): Promise<void> {
  await index.write((tx) => tx.removeFile(id));
}

describe('the catalog', () => {
  it('is sent as a whole to a supernode that has nothing, then as what changed', async () => {
    const mirror = createMirror();
    const ids: number[] = [];
    for (let i = 0; i < 2500; i += 500) {
      // At once: each of them alone would wait for the disk.
      const batch = Array.from({ length: 500 }, (_, j) =>
        put(`file ${i + j}`, `text ${i + j}`, { ...NO_TAGS, title: `t${i + j}`, year: 2000 }),
      );
      ids.push(...(await Promise.all(batch)));
    }
    const full = catalog.changes(undefined);
    let { claimed, held, count } = mirror.apply(full.batches);
    expect(held.equals(claimed)).toBe(true);
    expect([count, mirror.records.size, catalog.records]).toEqual([2500, 2500, 2500]);

    await remove(ids[3]!);
    await remove(ids[4]!);
    await put('file 7', 'another text');
    const back = await put('new', 'new');
    await remove(back);
    await put('newer', 'newer');
    const delta = catalog.changes(full.version);
    ({ claimed, held, count } = mirror.apply(delta.batches));
    expect(held.equals(claimed)).toBe(true);
    expect(held.equals(Buffer.from(catalog.fingerprint()))).toBe(true);
    expect(count).toBe(5);
    expect(mirror.records.get(ids[7]!)).toMatchObject({
      name: 'file 7',
      folder: 'folder',
      modifiedS: 5,
      length: 12,
    });
    expect([...catalog.changes(delta.version).batches]).toHaveLength(1);
  });

  it('begins anew for a version that is too long ago, or of another life of this process', async () => {
    const ids = await Promise.all(Array.from({ length: 600 }, (_, i) => put(`f${i}`, `${i}`)));
    const { version } = catalog.changes(undefined);
    for (const id of ids) await remove(id);
    await put('last', 'last');
    const isReset = (since: number): boolean => [...catalog.changes(since).batches][0]!.reset === true;
    expect(isReset(version)).toBe(false);
    expect(isReset(0)).toBe(true);
    expect(isReset(version + 1e6)).toBe(true);
    expect(isReset(-1)).toBe(true);
  });

  it('repeats with the next delta what changed while a slow supernode was being sent everything', async () => {
    const mirror = createMirror();
    const ids: number[] = [];
    for (let i = 0; i < 1500; i++) ids.push(await put(`f${i}`, `${i}`));
    const { version, batches } = catalog.changes(undefined);
    const all = batches[Symbol.iterator]();
    const first = all.next().value;
    await remove(ids[0]!);
    await remove(ids[1400]!);
    await put('f1', 'changed');
    await put('f1450', 'changed too');
    await put('very new', 'new');
    mirror.apply([first, ...{ [Symbol.iterator]: () => all }]);
    const { claimed, held } = mirror.apply(catalog.changes(version).batches);
    expect(held.equals(claimed)).toBe(true);
    expect(mirror.records.size).toBe(catalog.records);
  });

  it('gives an empty catalog its one batch and a fingerprint of zeros', () => {
    const batches = [...catalog.changes(undefined).batches];
    expect(batches).toMatchObject([{ reset: true, last: true, ids: [] }]);
    expect(catalog.fingerprint()).toEqual(new Uint8Array(32));
  });
});
