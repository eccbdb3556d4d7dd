import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { contentIdText } from '@banyan/proto';
import type { DownloadHeader } from '../../src/download/header.ts';
import { openHeaderBook, type HeaderBook } from '../../src/download/header-book.ts';

let dir: string;
let book: HeaderBook;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'banyan-book-'));
  book = openHeaderBook(dir);
});
afterEach(async () => {
  await book.close();
  await rm(dir, { recursive: true, force: true });
});

const header = (n: number, more: Partial<DownloadHeader> = {}): DownloadHeader => ({
  version: 1,
  id: `d${String(99 - n).padStart(16, '0')}`,
  content: contentIdText({ root: new Uint8Array(32).fill(n), length: 1000 + n }),
  name: `file ${n} — ünïcode\n`,
  folder: '/somewhere',
  ownFolder: true,
  addedAt: n,
  state: 'active',
  ...more,
});

async function kept(damaged: string[] = []): Promise<DownloadHeader[]> {
  await book.close();
  book = openHeaderBook(dir);
  return (await book.read((file) => damaged.push(file))).map((one) => one.header);
}

describe('the book of headers', () => {
  it('keeps what was said last of each, oldest first, and forgets what was removed', async () => {
    await Promise.all(Array.from({ length: 5 }, (_, n) => book.save(header(n))));
    const changed = header(3, { state: 'paused', order: 7 });
    await Promise.all([book.save(changed), book.remove(header(1).id)]);
    expect(await kept()).toEqual([header(0), header(2), changed, header(4)]);
  });

  it('puts aside what is damaged, and keeps the others', async () => {
    await Promise.all([0, 1, 2].map((n) => book.save(header(n))));
    await book.close();
    const store = open<string, string>({
      path: join(dir, 'headers.lmdb'),
      noSubdir: true,
      encoding: 'string',
    });
    await store.put(header(1).id, '{"version":1');
    await store.put(header(2).id, JSON.stringify(header(7)));
    await store.close();
    const told: string[] = [];
    expect(await kept(told)).toEqual([header(0)]);
    expect(told).toEqual([join(dir, 'headers.damaged'), join(dir, 'headers.damaged')]);
    const aside = (await readFile(told[0]!, 'utf8')).trim().split('\n');
    expect(aside.sort()).toEqual(['{"version":1', JSON.stringify(header(7))].sort());
    expect(await kept()).toEqual([header(0)]);
  });
});
