/** `banyan search` against a peer with scripted answers, over real HTTP. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { QUERY_HELP } from '@banyan/proto';
import { runCli } from '../../src/program.ts';
import type { FakePeer } from '../fake-peer.ts';
import { textWidth } from '../../src/format/width.ts';
import { testContext } from '../test-context.ts';
import { until, useFakePeer } from '../use-fake-peer.ts';
import { hitView, searchView } from '../views.ts';

const fake = useFakePeer();
const { run } = fake;
let peer: FakePeer;
let folder: string;
beforeEach(() => {
  ({ peer, folder } = fake);
});

describe('banyan search', () => {
  beforeEach(() => {
    peer.on('POST /searches', () => searchView({ state: 'searching' }));
    peer.on('DELETE /searches/s1', () => undefined);
    peer.on('GET /searches/s1', () => ({
      search: searchView(),
      results: [
        hitView({ own: 'shared' }),
        hitView({
          name: '榕樹下.wav',
          type: 'audio',
          size: 440_000,
          tags: { title: '榕樹下', artist: '葉子樂團', album: '獨木成林', year: 2023, durationMs: 10_000 },
        }),
      ],
    }));
  });

  it('prints numbered hits that line up, and what was asked', async () => {
    const { code, ctx } = await run(['search', 'banyan', 'tree', '--limit', '5']);
    expect(code).toBe(0);
    expect(ctx.stdout().split('\n')).toEqual([
      '#  Name                  Size  Type   Sources  Here     About',
      '1  Banyan at dawn.png  1.2 MB  image        2  have it',
      '2  榕樹下.wav          440 KB  audio        2           榕樹下 · 葉子樂團 · 獨木成林 (2023) · 0:10',
      '2 hits · asked 2 of 2 supernodes · 0.2 s',
      '',
    ]);
    expect(peer.calls.find(({ method }) => method === 'POST')?.body).toEqual({
      query: 'banyan tree',
      limit: 5,
    });
    expect(peer.calls.some(({ method }) => method === 'DELETE')).toBe(true);
  });

  it('says how fast a file can be expected to come, where somebody knows and a line has room', async () => {
    peer.on('GET /searches/s1', () => ({
      search: searchView({ hits: 3 }),
      results: [
        hitView({ name: 'a.png', expectedBytesPerSecond: 12_300_000 }),
        hitView({ name: 'b.png', allBusy: true }),
        hitView({ name: 'c.png' }),
      ],
    }));
    const { ctx } = await run(['search', 'banyan']);
    expect(ctx.stdout().split('\n').slice(0, 4)).toEqual([
      '#  Name     Size  Type   Sources      Speed',
      '1  a.png  1.2 MB  image        2  12.3 MB/s',
      '2  b.png  1.2 MB  image        2   all busy',
      '3  c.png  1.2 MB  image        2',
    ]);
    const { json } = await run(['search', 'banyan', '--json']);
    expect(json()).toMatchObject({
      results: [{ expectedBytesPerSecond: 12_300_000 }, { allBusy: true }, {}],
    });
  });

  it('prints one JSON document', async () => {
    const { code, json, ctx } = await run(['search', 'banyan', '--json']);
    expect(code).toBe(0);
    expect(json()).toMatchObject({
      search: { state: 'done' },
      results: [{ type: 'image' }, { type: 'audio' }],
    });
    expect(ctx.stderr()).toBe('');
  });

  it('passes -word on as part of the query, also when it begins like an option', async () => {
    await run(['search', 'banyan', '-tree', '-hello']);
    expect(peer.calls.find(({ method }) => method === 'POST')?.body).toMatchObject({
      query: 'banyan -tree -hello',
    });
  });

  it('explains the whole query language in its help, and how a shell takes it', async () => {
    const { code, ctx } = await run(['search', '--help']);
    expect(code).toBe(0);
    expect(ctx.stdout()).toContain('All words must match.');
    expect(QUERY_HELP.length).toBeGreaterThan(5);
    for (const { example, meaning } of QUERY_HELP) {
      expect(ctx.stdout()).toContain(`  ${example}`);
      expect(ctx.stdout().replaceAll(/\s+/g, ' ')).toContain(meaning);
    }
    expect(ctx.stdout()).toContain(`banyan search '"night sounds"' -live`);
    expect(Math.max(...ctx.stdout().split('\n').map(textWidth))).toBeLessThanOrEqual(100);
  });

  it('joins what it is given with blanks and leaves quotes as they come', async () => {
    await run(['search', '"blue moon" -live', 'type:audio', 'size:>5mb', 'full album']);
    expect(peer.calls.find(({ method }) => method === 'POST')?.body).toMatchObject({
      query: '"blue moon" -live type:audio size:>5mb full album',
    });
  });

  it('points at the place that it cannot read, and says that only once', async () => {
    const { code, ctx } = await run(['search', '榕樹', 'size:huge', '--json']);
    expect(code).toBe(0);
    expect(ctx.stderr()).toBe('');
    const plain = await run(['search', '榕樹', 'size:huge']);
    const [query, carets, message] = plain.ctx.stderr().split('\n');
    expect(query).toBe('  榕樹 size:huge');
    // Each Chinese character takes two cells.
    expect(carets).toMatch(/^ {7,12}\^{4,9}$/);
    peer.on('GET /searches/s1', () => ({
      search: searchView({ hints: [message!.trim(), 'Only the first 32 words were used.'] }),
      results: [hitView()],
    }));
    const { ctx: again } = await run(['search', '榕樹', 'size:huge']);
    expect(again.stdout()).not.toContain(message!.trim());
    expect(again.stdout()).toContain('Only the first 32 words were used.');
  });

  it('says what it searched for instead, and can be told not to', async () => {
    peer.on('GET /searches/s1', () => ({
      search: searchView({ query: 'bannyan tree', searchedFor: 'banyan tree' }),
      results: [hitView()],
    }));
    const { ctx } = await run(['search', 'bannyan', 'tree']);
    expect(ctx.stdout().split('\n')[0]).toBe(
      'Searched for banyan tree instead; --as-typed searches for what was typed.',
    );
    await run(['search', 'bannyan', 'tree', '--as-typed']);
    expect(peer.calls.findLast(({ method }) => method === 'POST')?.body).toEqual({
      query: 'bannyan tree',
      limit: 20,
      asTyped: true,
    });
  });

  it('counts types and sizes at the end, in words that can be added to the query', async () => {
    peer.on('GET /searches/s1', () => ({
      search: searchView({
        totalEstimate: 1234,
        facets: [
          { facet: 'size', value: '1mb..10mb', count: 1234 },
          { facet: 'type', value: 'audio', count: 1200 },
          { facet: 'type', value: 'video', count: 34 },
        ],
      }),
      results: [hitView(), hitView({ name: 'two' })],
    }));
    const { ctx } = await run(['search', 'banyan']);
    expect(ctx.stdout().trimEnd().split('\n').slice(-2)).toEqual([
      '2 of about 1,234 hits · asked 2 of 2 supernodes · 0.2 s',
      'type: audio 1,200, video 34 · size: 1mb..10mb 1,234',
    ]);
  });

  it('explains each hit when asked to', async () => {
    const explain = [
      { name: 'words', value: 6.214 },
      { name: 'order', value: 1.5 },
    ];
    peer.on('GET /searches/s1', () => ({
      search: searchView(),
      results: [hitView({ score: 7.714, explain }), hitView({ name: 'two', score: 1 })],
    }));
    const { ctx } = await run(['search', 'banyan', '--explain']);
    const lines = ctx.stdout().split('\n');
    expect(lines[2]).toBe('   score 7.71 = words 6.21 + order 1.50');
    expect(lines[4]).toBe('   score 1.00');
    expect(peer.calls.find(({ method }) => method === 'POST')?.body).toMatchObject({ explain: true });
    const { json } = await run(['search', 'banyan', '--explain', '--json']);
    expect(json().results[0].explain).toEqual(explain);
  });

  it('asks for page after page until there is enough', async () => {
    let pages = 1;
    peer.on('POST /searches/s1/more', () => {
      pages += 1;
      return searchView({ state: 'searching' });
    });
    peer.on('GET /searches/s1', () => ({
      search: searchView({ more: pages < 4, totalEstimate: 190 }),
      results: Array.from({ length: Math.min(190, pages * 50) }, (_, i) => hitView({ name: `hit ${i + 1}` })),
    }));
    const { json } = await run(['search', 'banyan', '--limit', '120', '--json']);
    expect(json().results).toHaveLength(120);
    expect(json().results[119].name).toBe('hit 120');
    expect(pages).toBe(3);
    expect(peer.calls.find(({ method }) => method === 'POST')?.body).toMatchObject({ limit: 50 });
    expect((await run(['search', 'banyan', '--limit', '500', '--json'])).json().results).toHaveLength(190);
    expect(pages).toBe(4);
  });

  it('stops asking when a page brings nothing new', async () => {
    let asked = 0;
    peer.on('POST /searches/s1/more', () => {
      asked += 1;
      return searchView();
    });
    peer.on('GET /searches/s1', () => ({ search: searchView({ more: true }), results: [hitView()] }));
    expect((await run(['search', 'banyan'])).code).toBe(0);
    expect(asked).toBe(1);
  });

  it('forgets one earlier search, or all of them', async () => {
    peer.on('DELETE /search-history', () => undefined);
    expect((await run(['search', '--forget', 'blue', 'moon'])).ctx.stdout()).toBe(
      'blue moon is forgotten.\n',
    );
    expect((await run(['search', '--forget'])).ctx.stdout()).toBe('All earlier searches are forgotten.\n');
    expect(peer.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'DELETE /search-history?query=blue+moon',
      'DELETE /search-history',
    ]);
  });

  it.each([[['']], [[' ', '']]])('asks for a word when there is none: %j', async (words) => {
    const { code, ctx } = await run(['search', ...words]);
    expect(code).toBe(2);
    expect(ctx.stderr()).toBe(
      'banyan: banyan search needs <words...>: what to look for. For example: banyan search banyan tree\n',
    );
    expect(peer.calls.some(({ method }) => method === 'POST')).toBe(false);
  });

  it('refuses an option that it does not know', async () => {
    const { code, ctx } = await run(['search', 'banyan', '--limt', '3']);
    expect(code).toBe(2);
    expect(ctx.stderr()).toContain('--limt');
  });

  it('cannot be made to send escapes to the terminal by a name', async () => {
    peer.on('GET /searches/s1', () => ({
      search: searchView({ hits: 1, totalEstimate: 1, hints: ['\u001b[31mhint'] }),
      results: [
        hitView({
          name: 'a\u001b]0;pwned\u0007b\u202egpj.exe\r\nroot',
          tags: { title: '\u001b[2J', artist: 'x\u0000y' },
        }),
      ],
    }));
    const { ctx } = await run(['search', 'banyan']);

    expect(ctx.stdout().replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u202e\u009b]/);
    expect(ctx.stdout()).toContain('abgpj.exe root');
  });

  it('says when nobody has it, and whom it did not hear', async () => {
    peer.on('GET /searches/s1', () => ({
      search: searchView({ hits: 0, totalEstimate: 0, answered: 1, timedOut: 1 }),
      results: [],
    }));
    const { code, ctx } = await run(['search', 'nothing']);
    expect(code).toBe(0);
    expect(ctx.stdout()).toContain('Nobody shares anything');
    expect(ctx.stdout()).toContain('asked 1 of 2 supernodes · 1 did not answer in time');
  });

  it('fails with the reason when no supernode could be asked', async () => {
    peer.on('GET /searches/s1', () => ({
      search: searchView({
        state: 'failed',
        hits: 0,
        totalEstimate: 0,
        problem: { code: 'no_supernode', message: 'No supernode is reachable just now.' },
      }),
      results: [],
    }));
    const { code, ctx } = await run(['search', 'banyan']);
    expect(code).toBe(69);
    expect(ctx.stdout()).toContain('No supernode is reachable just now.');
  });

  it('shows hits as they come on a terminal', async () => {
    let answer: () => void = () => undefined;
    peer.on('GET /searches/s1', async () => {
      await new Promise<void>((resolve) => (answer = resolve));
      return { search: searchView(), results: [hitView({ name: 'final.png' })] };
    });
    peer.show('search', [hitView({ name: 'first-of-all.png' })]);
    const ctx = testContext({ env: { BANYAN_DATA_DIR: folder }, terminal: { width: 80 } });
    const done = runCli(['search', 'banyan'], ctx);
    await until(() => ctx.stdout().includes('first-of-all.png'));
    answer();
    expect(await done).toBe(0);
    expect(ctx.stdout()).toContain('final.png');
  });

  it('ends at Ctrl-C with 130, and tells the peer', async () => {
    peer.on('GET /searches/s1', () => new Promise(() => undefined));
    const ctx = testContext({ env: { BANYAN_DATA_DIR: folder } });
    const done = runCli(['search', 'banyan'], ctx);
    await until(() => peer.calls.some(({ path }) => path.startsWith('/searches/s1')));
    ctx.signal('SIGINT');
    expect(await done).toBe(130);
    expect(peer.calls.at(-1)).toMatchObject({ method: 'DELETE', path: '/searches/s1' });
  });
});
