import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentIdText } from '@banyan/proto';
import type { DownloadHeader } from '../../src/download/header.ts';
import { createHeaderBook, type HeaderBook } from '../../src/download/header-book.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'banyan-book-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const header = (n: number, more: Partial<DownloadHeader> = {}): DownloadHeader => ({
  version: 1,
  id: `d${String(n).padStart(16, '0')}`,
  content: contentIdText({ root: new Uint8Array(32).fill(n), length: 1000 + n }),
  name: `file ${n} — ünïcode\n`,
  folder: '/somewhere',
  ownFolder: true,
  addedAt: n,
  state: 'active',
  ...more,
});

/** A book over a set of headers, as the room has them. */
function bookOf(live: Map<string, DownloadHeader>): HeaderBook {
  return createHeaderBook(dir, () => live.values());
}

async function kept(): Promise<DownloadHeader[]> {
  const damaged: string[] = [];
  const all = await createHeaderBook(dir, () => []).open((file) => damaged.push(file));
  expect(damaged).toEqual([]);
  return all.map((one) => one.header);
}

async function filled(count: number): Promise<{ book: HeaderBook; live: Map<string, DownloadHeader> }> {
  const live = new Map<string, DownloadHeader>();
  const book = bookOf(live);
  await book.open(() => undefined);
  for (let n = 0; n < count; n++) live.set(header(n).id, header(n));
  await Promise.all([...live.values()].map((one) => book.save(one)));
  return { book, live };
}

describe('the book of headers', () => {
  it('keeps what was said last of each, oldest first, and forgets what was removed', async () => {
    const { book, live } = await filled(5);
    const changed = header(3, { state: 'paused', order: 7 });
    live.set(changed.id, changed);
    live.delete(header(1).id);
    await Promise.all([book.save(changed), book.remove(header(1).id)]);
    await book.close();
    expect(await kept()).toEqual([header(0), header(2), changed, header(4)]);
  });

  it('has on the disk what it said was kept, at whatever instant it is looked at', async () => {
    const live = new Map<string, DownloadHeader>();
    const book = bookOf(live);
    await book.open(() => undefined);
    let saved = 0;
    const saves = Array.from({ length: 200 }, async (_, n) => {
      live.set(header(n).id, header(n));
      await book.save(header(n));
      saved += 1;
    });
    for (let looks = 0; looks < 20; looks++) {
      const before = saved;
      expect((await kept()).length).toBeGreaterThanOrEqual(before);
    }
    await Promise.all(saves);
    await book.close();
    expect(await kept()).toHaveLength(200);
  });

  it('drops a torn last line, and goes on', async () => {
    const { book, live } = await filled(3);
    await book.close();
    await appendFile(join(dir, 'headers.ndjson'), '0123abcd {"version":1,"id":"d00');
    expect(await kept()).toHaveLength(3);
    const again = bookOf(live);
    await again.open(() => undefined);
    live.set(header(9).id, header(9));
    await again.save(header(9));
    await again.save(header(9, { state: 'failed' }));
    await again.close();
    expect((await kept()).map(({ state }) => state)).toEqual(['active', 'active', 'active', 'failed']);
  });

  it('puts a damaged line aside and keeps the others', async () => {
    const { book } = await filled(3);
    await book.close();
    const path = join(dir, 'headers.ndjson');
    const lines = (await readFile(path, 'utf8')).split('\n').slice(0, 3);
    const damaged = lines[1]!.replace('somewhere', 'elsewhere');
    await writeFile(path, `${[lines[0], damaged, lines[2]].join('\n')}\n`);
    const told: string[] = [];
    const all = await createHeaderBook(dir, () => []).open((file) => told.push(file));
    expect(all.map((one) => one.header)).toEqual([header(0), header(2)]);
    expect(told).toEqual([join(dir, 'headers.damaged')]);
    expect(await readFile(told[0]!, 'utf8')).toBe(`${damaged}\n`);
  });

  it('does not grow for ever', async () => {
    const { book, live } = await filled(10);
    const [first] = live.values();
    for (let n = 0; n < 60; n++) await Promise.all(Array.from({ length: 100 }, () => book.save(first!)));
    await book.close();
    const lines = (await readFile(join(dir, 'headers.ndjson'), 'utf8')).split('\n');
    expect(lines.length).toBeLessThan(1_300);
    expect(await kept()).toHaveLength(10);
    expect(await readdir(dir)).toEqual(['headers.ndjson']);
  });

  it('says so when nothing can be written, and writes everything once it can', async () => {
    const { book, live } = await filled(2);
    await book.close();
    await rm(dir, { recursive: true });
    const again = bookOf(live);
    live.set(header(7).id, header(7));
    await expect(again.save(header(7))).rejects.toMatchObject({ code: 'ENOENT' });
    await mkdir(dir);
    live.set(header(8).id, header(8));
    await again.save(header(8));
    await again.close();
    expect(await kept()).toEqual([header(0), header(1), header(7), header(8)]);
  });
});
