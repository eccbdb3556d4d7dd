import { describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BanyanError, type DownloadRequest, type DownloadView } from '@banyan/proto';
import { createStyle } from '../../src/format/style.ts';
import { batchLines } from '../../src/format/transfer.ts';
import { downloadView, hitView, ROOT, searchView } from '../views.ts';
import { useFakePeer } from '../use-fake-peer.ts';

const fake = useFakePeer();

/** What an earlier search found. */
async function found(hits: readonly ReturnType<typeof hitView>[]): Promise<void> {
  const path = join(fake.folder, 'local', 'alice', 'peer', 'last-search.json');
  await writeFile(path, JSON.stringify({ query: 'x', hits }));
}

const hit = (n: number, folder = '') =>
  hitView({ content: `${ROOT}-${n}`, name: `${n}.ogg`, link: `banyan:${ROOT}-${n}?dn=${n}.ogg`, folder });

/** Answers requests with one download each, all done at once. */
function answerDownloads(): DownloadRequest[] {
  const asked: DownloadRequest[] = [];
  fake.peer.on('POST /downloads', ({ body }) => {
    asked.push(body as DownloadRequest);
    const path = `/d/${asked.length}`;
    return downloadView({ id: String(asked.length), state: 'done', path });
  });
  return asked;
}

describe('banyan get of several', () => {
  it('takes ranges of hits, and a priority', async () => {
    await found([1, 2, 3, 4, 5].map((n) => hit(n)));
    const asked = answerDownloads();
    const { code, ctx } = await fake.run(['get', '2-3', '5', '--priority', 'low']);
    expect(code).toBe(0);
    expect(asked.map(({ link, priority }) => [link?.slice(-5), priority])).toEqual([
      ['2.ogg', 'low'],
      ['3.ogg', 'low'],
      ['5.ogg', 'low'],
    ]);
    expect(ctx.stdout()).toBe('/d/1\n/d/2\n/d/3\n');
  });

  it('begins what can be begun, and says what cannot', async () => {
    await found([1, 2, 3].map((n) => hit(n)));
    fake.peer.on('POST /downloads', ({ body }) => {
      const { link } = body as DownloadRequest;
      if (link!.endsWith('2.ogg')) throw new BanyanError('blocked_content');
      return downloadView({ id: link!.slice(-5), state: 'done', path: `/d/${link!.slice(-5)}` });
    });
    const { code, ctx } = await fake.run(['get', '1-3']);
    expect(code).not.toBe(0);
    expect(ctx.stdout()).toBe('/d/1.ogg\n/d/3.ogg\n');
    expect(ctx.stderr()).toContain('1 of 3 could not be begun. The first: ');
  });

  it.each([['3-2'], ['1-900']])('refuses the range %s', async (range) => {
    const { code, ctx } = await fake.run(['get', range]);
    expect(code).toBe(2);
    expect(ctx.stderr()).toContain('is no range of hits');
  });

  it('takes the whole folder of a hit, with its folders, and nothing beside it', async () => {
    await found([hit(1, 'Music/Album "Live"')]);
    const search = searchView({ id: 's1' });
    fake.peer.on('POST /searches', () => search);
    fake.peer.on('GET /searches/s1', () => ({
      search,
      results: [
        hit(1, 'Music/Album "Live"'),
        hit(2, 'Music/Album "Live"/CD 2'),
        hit(3, 'Music/Album "Live" (bonus)'),
      ],
    }));
    fake.peer.on('DELETE /searches/s1', () => undefined);
    const asked = answerDownloads();
    const { code, ctx } = await fake.run(['get', '1', '--folder']);
    expect(code).toBe(0);
    expect(asked.map(({ link, subfolder }) => [link?.slice(-5), subfolder])).toEqual([
      ['1.ogg', 'Album "Live"'],
      ['2.ogg', 'Album "Live"/CD 2'],
    ]);
    expect(ctx.stderr()).toContain('2 files');
    const query = fake.peer.calls.find(({ path }) => path === '/searches')!.body as { query: string };
    expect(query.query).toBe('folder:"Music/Album  Live "');
  });

  it('draws many as one block: those at work, and a line for all', () => {
    const views = Array.from({ length: 9 }, (_, i) =>
      downloadView({
        id: String(i),
        name: `f${i}`,
        state: i < 2 ? 'done' : i === 8 ? 'downloading' : 'queued',
        size: 1_000_000,
        bytes: i < 2 ? 1_000_000 : 0,
        bytesPerSecond: i === 8 ? 500_000 : 0,
        sources: [],
      }),
    );
    const lines = batchLines(views, { style: createStyle(false), width: 100, now: 0 });
    expect(lines).toHaveLength(7);
    expect(lines[0]).toMatch(/^f8 /);
    expect(lines.at(-1)).toBe('2 of 9 files done  2.0 MB of 9.0 MB, 22 %  500 KB/s');
  });

  it('says what --folder cannot do', async () => {
    await found([hit(1)]);
    const alone = await fake.run(['get', '1', '--folder']);
    expect(alone.code).toBe(1);
    expect(alone.ctx.stderr()).toContain('lies in no folder');
    expect((await fake.run(['get', `${ROOT}-1`, '--folder'])).code).toBe(2);
    expect((await fake.run(['get', '1', '--folder', '--name', 'x'])).code).toBe(2);
  });
});

describe('banyan downloads of several', () => {
  const rows = (...parts: Partial<DownloadView>[]) => {
    const views = parts.map((part, i) => downloadView({ id: `d${i}`, name: `f${i}`, ...part }));
    fake.peer.on('GET /downloads', () => views);
    return views;
  };

  it('does one thing to several in one call, and says what failed', async () => {
    rows({}, {}, {});
    fake.peer.on('POST /downloads/act', () => ({
      done: ['d0'],
      failed: [{ id: 'd2', problem: { code: 'not_found', message: 'It is gone.' } }],
    }));
    const { code, ctx } = await fake.run(['downloads', 'retry', 'd0', 'd2']);
    expect(fake.peer.calls.at(-1)!.body).toEqual({ action: 'retry', ids: ['d0', 'd2'] });
    expect(ctx.stdout()).toBe('Tried again: f0\n');
    expect(ctx.stderr()).toContain('d2: It is gone.');
    expect(code).toBe(1);
  });

  it('does it to all, and asks before all is given up', async () => {
    rows({});
    fake.peer.on('POST /downloads/act', () => ({ done: ['d0'], failed: [] }));
    expect((await fake.run(['downloads', 'pause', 'all'])).ctx.stdout()).toBe('Paused: 1 download\n');
    expect(fake.peer.calls.at(-1)!.body).toEqual({ action: 'pause' });
    const before = fake.peer.calls.filter(({ path }) => path === '/downloads/act').length;
    await fake.run(['downloads', 'cancel', 'all'], { terminal: { width: 80 }, answers: ['n'] });
    expect(fake.peer.calls.filter(({ path }) => path === '/downloads/act').length).toBe(before);
    expect((await fake.run(['downloads', 'top', 'all'])).code).toBe(2);
  });

  it('moves and ranks them, several in their own order', async () => {
    const views = rows({}, {});
    for (const view of views) fake.peer.on(`PATCH /downloads/${view.id}`, () => view);
    const { ctx } = await fake.run(['downloads', 'top', 'd0', 'd1']);
    expect(ctx.stdout()).toContain('First among those of its priority: f0');
    await fake.run(['downloads', 'high', 'd1']);
    const patches = fake.peer.calls.filter(({ method }) => method === 'PATCH');
    expect(patches.map(({ path, body }) => [path, body])).toEqual([
      ['/downloads/d1', { move: 'top' }],
      ['/downloads/d0', { move: 'top' }],
      ['/downloads/d1', { priority: 'high' }],
    ]);
  });

  it('shows the line, and how a wish waits', async () => {
    rows(
      { place: 1, priority: 'high', state: 'queued' },
      {
        place: 2,
        state: 'waiting',
        problem: { code: 'no_sources', message: 'Nobody who is online has it.' },
        waiting: { since: 0, asked: 3, nextAt: 72_000 },
      },
    );
    const { ctx } = await fake.run(['downloads']);
    expect(ctx.stdout()).toMatch(/d0 +1 high +f0/);
    expect(ctx.stdout()).toContain(
      'Nobody who is online has it. It has waited for 1 min 00 s and looked 3 times for sources, again in 12 s.',
    );
  });
});
