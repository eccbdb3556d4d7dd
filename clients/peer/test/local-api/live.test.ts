import { afterEach, describe, expect, it } from '@jest/globals';
import {
  MAX_VIEW_FILTER_CHARS,
  MAX_VIEWS,
  type LiveMessage,
  type UploadView,
  type ViewFrame,
  type ViewTopic,
} from '@banyan/proto';
import { createManualClock } from '@banyan/kit';
import { createBrowserClient } from '@banyan/sdk/browser';
import { WebSocket } from 'ws';
import { createFramePace } from '../../src/local-api/frame-pace.ts';
import {
  call,
  download,
  hit,
  openLive,
  startDaemon,
  STATUS,
  stopAll,
  type Daemon,
  type Page,
} from './harness.ts';

afterEach(stopAll);

async function openPage(daemon: Daemon): Promise<Page> {
  const { cookie } = await daemon.signIn();
  return openLive(daemon, { cookie, origin: daemon.origin });
}

const upload = (bytes: number): UploadView => ({
  deviceId: 'y'.repeat(43),
  account: 'bob',
  content: download('d1').content,
  name: 'song.ogg',
  state: 'active',
  bytes,
  bytesPerSecond: bytes / 2,
  queuePosition: null,
  since: 1,
});

const frame = (message: LiveMessage): ViewFrame => {
  if (message.type !== 'view.rows') throw new Error(JSON.stringify(message));
  return message;
};
const ofView =
  (view: number) =>
  (message: LiveMessage): boolean =>
    message.view === view;

describe('a view', () => {
  it('gives its window at once, then what changed, with growing sequence numbers', async () => {
    const daemon = await startDaemon();
    const page = await openPage(daemon);
    page.send({ type: 'view.open', view: 1, topic: 'downloads', first: 0, count: 10 });
    expect(await page.next()).toEqual({
      type: 'view.rows',
      view: 1,
      topic: 'downloads',
      seq: 0,
      total: 1,
      first: 0,
      rows: [download('d1')],
    });
    daemon.rooms.all = [download('d2'), download('d1')];
    daemon.rooms.changed('downloads');
    const second = frame(await page.next());
    expect([second.seq, second.total, second.rows]).toEqual([1, 2, [download('d2'), download('d1')]]);
  });

  it('shows rows of the window that the page asks for, also past the end', async () => {
    const daemon = await startDaemon();
    daemon.rooms.all = Array.from({ length: 500 }, (_, i) => download(`d${i}`));
    const page = await openPage(daemon);
    page.send({ type: 'view.open', view: 7, topic: 'downloads', first: 0, count: 2 });
    await page.next();
    page.send({ type: 'view.range', view: 7, first: 300, count: 3 });
    const moved = frame(await page.next());
    expect([moved.total, moved.first]).toEqual([500, 300]);
    expect(moved.rows.map((row) => (row as { id: string }).id)).toEqual(['d300', 'd301', 'd302']);
    page.send({ type: 'view.range', view: 7, first: 499, count: 200 });
    expect(frame(await page.next()).rows).toHaveLength(1);
    page.send({ type: 'view.range', view: 7, first: 10_000, count: 200 });
    expect(frame(await page.next()).rows).toEqual([]);
  });

  it('sends nothing when nothing changed', async () => {
    const daemon = await startDaemon();
    const page = await openPage(daemon);
    page.send({ type: 'view.open', view: 1, topic: 'downloads', first: 0, count: 10 });
    page.send({ type: 'view.open', view: 2, topic: 'shares', first: 0, count: 10 });
    await page.next(ofView(2));
    for (let i = 0; i < 5; i += 1) daemon.rooms.changed('downloads');
    // A change that does change something comes behind them.
    daemon.rooms.all = [];
    daemon.rooms.changed('downloads');
    const changed = frame(await page.next(ofView(1)));
    expect([changed.seq, changed.rows]).toEqual([1, []]);
    expect(page.messages).toHaveLength(3);
  });

  it('streams the hits of its search with the search itself, and leaves other searches alone', async () => {
    const daemon = await startDaemon();
    const page = await openPage(daemon);
    page.send({ type: 'view.open', view: 1, topic: 'search', params: { id: 's1' }, first: 0, count: 50 });
    expect(frame(await page.next())).toMatchObject({ total: 0, search: { id: 's1', state: 'searching' } });
    daemon.rooms.hits = [hit('oak.ogg')];
    daemon.rooms.changed('search', 'another');
    daemon.rooms.changed('search', 's1');
    expect(frame(await page.next())).toMatchObject({ seq: 1, total: 1, rows: [{ name: 'oak.ogg' }] });
    page.send({ type: 'view.open', view: 2, topic: 'search', params: { id: 'gone' }, first: 0, count: 50 });
    expect(await page.next(ofView(2))).toMatchObject({ type: 'view.error', view: 2, code: 'not_found' });
    page.send({ type: 'view.open', view: 3, topic: 'search', first: 0, count: 50 });
    expect(await page.next(ofView(3))).toMatchObject({ type: 'view.error', code: 'invalid_request' });
  });

  it('leaves what a filter wants, and of the topics that have none says so', async () => {
    const daemon = await startDaemon();
    daemon.rooms.all = [download('d1'), { ...download('d2'), name: 'sunrise.flac' }];
    const page = await openPage(daemon);
    const open = (view: number, topic: ViewTopic, filter: string): void =>
      page.send({ type: 'view.open', view, topic, params: { filter }, first: 0, count: 10 });
    open(1, 'downloads', 'sunrise');
    expect(frame(await page.next(ofView(1)))).toMatchObject({ total: 1, rows: [{ id: 'd2' }] });
    daemon.rooms.all = [];
    daemon.rooms.changed('downloads');
    expect(frame(await page.next(ofView(1)))).toMatchObject({ seq: 1, total: 0 });
    open(2, 'shares', 'sunrise');
    expect(await page.next(ofView(2))).toMatchObject({ type: 'view.error', code: 'invalid_request' });
    open(3, 'files', 'x'.repeat(MAX_VIEW_FILTER_CHARS + 1));
    expect(await page.next(ofView(3))).toMatchObject({ type: 'view.error', code: 'invalid_request' });
  });

  it('says nothing while it still looks for what a filter wants, and ends looking when it is closed', async () => {
    const daemon = await startDaemon();
    const page = await openPage(daemon);
    page.send({ type: 'view.open', view: 1, topic: 'files', params: { filter: 'oak' }, first: 0, count: 10 });
    page.send({ type: 'view.open', view: 2, topic: 'shares', first: 0, count: 10 });
    expect((await page.next()).view).toBe(2);
    daemon.rooms.found = [];
    daemon.rooms.onFound();
    expect(frame(await page.next())).toMatchObject({ view: 1, seq: 0, total: 0, rows: [] });
    page.send({ type: 'view.close', view: 1 });
    page.send({ type: 'view.open', view: 3, topic: 'shares', first: 0, count: 10 });
    await page.next(ofView(3));
    expect(daemon.rooms.calls).toEqual(expect.arrayContaining(['find files oak', 'found enough of oak']));
  });

  it('rests while paused, and gives the latest state when it goes on', async () => {
    const daemon = await startDaemon();
    const page = await openPage(daemon);
    page.send({ type: 'view.open', view: 1, topic: 'downloads', first: 0, count: 10 });
    page.send({ type: 'view.pause', view: 1, paused: true });
    page.send({ type: 'view.open', view: 2, topic: 'shares', first: 0, count: 10 });
    await page.next(ofView(2));
    for (const ids of [['a'], ['b'], ['c', 'd']]) {
      daemon.rooms.all = ids.map(download);
      daemon.rooms.changed('downloads');
    }
    // Another view's frame shows that time has passed for all of them.
    daemon.rooms.current = { ...STATUS, name: 'renamed' };
    page.send({ type: 'view.open', view: 3, topic: 'status', first: 0, count: 1 });
    await page.next(ofView(3));
    expect(page.messages.filter(ofView(1))).toHaveLength(1);
    page.send({ type: 'view.pause', view: 1, paused: false });
    expect(frame(await page.next(ofView(1)))).toMatchObject({ seq: 1, total: 2 });
  });

  it('has new figures once a second, together with the others, and new words within a quarter of one', async () => {
    const clock = createManualClock();
    const daemon = await startDaemon({ clock });
    const page = await openPage(daemon);
    page.send({ type: 'view.open', view: 1, topic: 'downloads', first: 0, count: 10 });
    page.send({ type: 'view.open', view: 2, topic: 'uploads', first: 0, count: 10 });
    const seqs = (): string[] =>
      page.messages
        .filter(({ view }) => view !== 9)
        .map((message) => `${message.view}.${frame(message).seq}`);
    /** What was sent before has arrived when this has been answered. */
    const arrived = async (): Promise<void> => {
      page.send({ type: 'view.open', view: 9, topic: 'shares', first: 0, count: 1 });
      await page.next(ofView(9));
    };
    await arrived();
    daemon.rooms.serving = [upload(5)];
    daemon.rooms.changed('uploads');
    await clock.advance(1);
    await arrived();
    expect(seqs()).toEqual(['1.0', '2.0', '2.1']);

    const one = { ...download('d1'), state: 'paused' as const };
    for (const bytes of [10, 20]) {
      daemon.rooms.all = [{ ...download('d1'), bytes }];
      daemon.rooms.serving = [upload(bytes)];
      for (const topic of ['downloads', 'uploads'] as const) daemon.rooms.changed(topic);
      await clock.advance(200);
    }
    await arrived();
    expect(seqs()).toEqual(['1.0', '2.0', '2.1']);
    daemon.rooms.all = [one];
    daemon.rooms.changed('downloads');
    await clock.advance(1);
    await arrived();
    expect(seqs()).toEqual(['1.0', '2.0', '2.1']); // It was looked at a moment ago.
    await clock.advance(250);
    await arrived();
    expect(seqs()).toEqual(['1.0', '2.0', '2.1', '1.1']);
    await clock.advance(1_000);
    await arrived();
    expect(seqs()).toEqual(['1.0', '2.0', '2.1', '1.1', '2.2']);
    daemon.rooms.all = [{ ...one, bytes: 30 }];
    await clock.advance(1_000);
    await arrived();
    expect(seqs()).toEqual(['1.0', '2.0', '2.1', '1.1', '2.2', '1.2']);
    page.close();
    await page.closed;
    await Promise.all([daemon.stop(), clock.advance(60_000)]);
  });

  it('says nothing more once it is closed', async () => {
    const daemon = await startDaemon();
    const page = await openPage(daemon);
    page.send({ type: 'view.open', view: 1, topic: 'downloads', first: 0, count: 10 });
    await page.next();
    page.send({ type: 'view.close', view: 1 });
    page.send({ type: 'view.open', view: 2, topic: 'status', first: 0, count: 1 });
    await page.next(ofView(2));
    daemon.rooms.all = [];
    daemon.rooms.changed('downloads');
    daemon.rooms.current = { ...STATUS, name: 'renamed' };
    daemon.rooms.changed('status');
    await page.next(ofView(2));
    expect(page.messages.filter(ofView(1))).toHaveLength(1);
  });
});

describe('commands of a page that is wrong', () => {
  it('are refused by view where a view is named, and end the socket where none is', async () => {
    const daemon = await startDaemon();
    const page = await openPage(daemon);
    for (const wrong of [
      { type: 'view.open', view: 5, topic: 'secrets', first: 0, count: 1 },
      { type: 'view.open', view: 5, topic: 'status', first: -1, count: 1 },
      { type: 'view.open', view: 5, topic: 'status', first: 0, count: 100_000 },
      { type: 'view.explode', view: 5 },
    ]) {
      page.send(JSON.stringify(wrong));
      expect(await page.next()).toMatchObject({ type: 'view.error', view: 5, code: 'invalid_request' });
    }
    // Commands for views that are not there are late ones, not wrong ones.
    page.send({ type: 'view.range', view: 9, first: 0, count: 1 });
    page.send({ type: 'view.close', view: 9 });
    page.send({ type: 'view.open', view: 1, topic: 'status', first: 0, count: 1 });
    expect(frame(await page.next()).view).toBe(1);

    for (const [wrong, code] of [
      ['not json', 4400],
      ['null', 4400],
      ['{"view":"1"}', 4400],
      [new Uint8Array([1, 2, 3]), 4400],
      [`{"x":"${'a'.repeat(10_000)}"}`, 1009],
    ] as const) {
      const one = await openPage(daemon);
      one.send(wrong);
      expect((await one.closed).code).toBe(code);
    }
    expect((await daemon.call({ path: '/healthz' })).status).toBe(200);
  });

  it('open at most so many views', async () => {
    const daemon = await startDaemon();
    const page = await openPage(daemon);
    for (let view = 1; view <= MAX_VIEWS + 1; view += 1)
      page.send({ type: 'view.open', view, topic: 'shares', first: 0, count: 1 });
    expect(await page.next(ofView(MAX_VIEWS + 1))).toMatchObject({
      type: 'view.error',
      code: 'limit_exceeded',
    });
    page.send({ type: 'view.close', view: 1 });
    page.send({ type: 'view.open', view: MAX_VIEWS + 2, topic: 'shares', first: 0, count: 1 });
    expect(frame(await page.next(ofView(MAX_VIEWS + 2))).seq).toBe(0);
  });

  it('end the socket when they come as a flood', async () => {
    const daemon = await startDaemon();
    const page = await openPage(daemon);
    for (let i = 0; i < 2_000; i += 1) page.send({ type: 'view.close', view: 1 });
    expect((await page.closed).code).toBe(4429);
  });
});

describe('a page that does not read', () => {
  it('has frames skipped, not queued, and gets the latest state when it reads again', async () => {
    const daemon = await startDaemon();
    const page = await openPage(daemon);
    const many = (round: number) =>
      Array.from({ length: 200 }, (_, i) => ({ ...download(`r${round}-${i}`), name: 'x'.repeat(20_000) }));
    daemon.rooms.all = many(0);
    page.socket.pause();
    // Each frame is 4 MB: more than sockets and limit take together after a few.
    for (let view = 1; view <= 12; view += 1)
      page.send({ type: 'view.open', view, topic: 'downloads', first: 0, count: 200 });
    // Answered in order behind the commands before, on another connection's clock.
    for (let round = 1; round <= 20; round += 1) {
      daemon.rooms.all = many(round);
      daemon.rooms.changed('downloads');
      await call(daemon.port, { path: '/healthz' });
    }
    page.socket.resume();
    const last = await page.next((message) => {
      const row = (message as ViewFrame<'downloads'>).rows[0];
      return message.view === 12 && row?.id === 'r20-0';
    });
    expect(frame(last).total).toBe(200);
    expect(page.messages.length).toBeLessThan(40);
  });
});

describe('the pace of frames', () => {
  it('lets two go at once, at most four in any second, and a steady stream at even steps', () => {
    const pace = createFramePace();
    const sent: number[] = [];
    for (let now = 0; now < 10_000; now += 1) {
      if (pace.next(now) > now) continue;
      pace.sent(now);
      sent.push(now);
    }
    expect(sent.slice(0, 2)).toEqual([0, 1]);
    for (const from of sent)
      expect(sent.filter((time) => time > from && time <= from + 999).length).toBeLessThanOrEqual(4);
    const late = sent.filter((time) => time > 5_000);
    expect(new Set(late.slice(1).map((time, i) => time - (late[i] ?? 0)))).toEqual(new Set([250]));
    expect(pace.next(60_000)).toBe(60_000);
  });
});

describe('the client of the page', () => {
  it('signs in, calls and watches through the whole guard', async () => {
    const daemon = await startDaemon();
    let cookie: string | undefined;
    const { origin } = daemon;
    // A browser adds cookie and origin by itself; so does this one.
    const client = createBrowserClient({
      baseUrl: origin,
      fetch: async (url, init) => {
        const { pathname, search } = new URL(url);
        const answer = await daemon.call({
          method: init.method,
          path: pathname + search,
          headers: {
            ...init.headers,
            ...(init.method === 'GET' ? {} : { origin }),
            ...(cookie === undefined ? {} : { cookie }),
          },
          ...(init.body === undefined ? {} : { body: JSON.parse(init.body) as unknown }),
        });
        const set = answer.headers['set-cookie'];
        if (set !== undefined) cookie = String(set).split(';')[0];
        return {
          ok: answer.status < 400,
          status: answer.status,
          headers: { get: (name) => String(answer.headers[name] ?? '') },
          json: async () => answer.json,
        };
      },
      WebSocket: class extends WebSocket {
        constructor(url: string, protocol: string) {
          super(url.replace('localhost', '127.0.0.1'), protocol, {
            headers: { host: `localhost:${daemon.port}`, origin, cookie: cookie ?? '' },
          });
        }
      } as never,
    });
    await expect(client.status()).rejects.toMatchObject({ code: 'login_required' });
    await client.login(await daemon.code());
    const frames: ViewFrame<'status'>[] = [];
    await new Promise<void>((resolve) => {
      client.openView('status', { first: 0, count: 1 }, { onFrame: (one) => resolve(void frames.push(one)) });
    });
    expect(frames[0]?.rows).toEqual([STATUS]);
    expect(await client.startSearch({ query: 'oak' })).toMatchObject({ id: 's1' });
    expect(await client.startDownload({ content: 'x', name: 'y' })).toEqual(download('d2'));
    expect(await client.actOnDownload('d1', 'pause')).toEqual(download('d1'));
    await client.forgetDownload('d1');
    expect(await client.moreHits('s1')).toMatchObject({ id: 's1' });
    expect(await client.holdSearch('s1', true)).toMatchObject({ held: true });
    daemon.rooms.suggested = [{ query: 'oak song', from: 'history' }];
    expect(await client.suggestions('oak', 3)).toEqual(daemon.rooms.suggested);
    await client.forgetSearches('oak song');
    await client.endSearch('s1');
    await expect(client.addShare({ path: '/nowhere' })).rejects.toMatchObject({ code: 'folder_missing' });
    expect(await client.files({ limit: 5 })).toEqual({ files: [], total: 0, next: null });
    client.close();
  });
});

describe('the description of the API', () => {
  it('lists every call of the contract', async () => {
    const daemon = await startDaemon();
    const document = (await daemon.call({ path: '/api/v1/openapi.json' })).json as {
      paths: Record<string, Record<string, unknown>>;
    };
    const calls = Object.entries(document.paths)
      .flatMap(([path, methods]) =>
        Object.keys(methods)
          .filter((method) => method !== 'head')
          .map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
      )
      .sort();
    expect(calls).toEqual(
      [
        'POST /session',
        'GET /session',
        'DELETE /session',
        'POST /login-links',
        'GET /status',
        'GET /supernodes',
        'GET /setup',
        'POST /setup',
        'POST /setup/network',
        'GET /settings',
        'PATCH /settings',
        'PATCH /shares/{id}',
        'POST /shares/preview',
        'PATCH /hashing',
        'POST /reach-test',
        'GET /shares',
        'POST /folders',
        'POST /shares',
        'DELETE /shares/{id}',
        'POST /shares/{id}/rescan',
        'GET /files',
        'POST /searches',
        'GET /searches',
        'GET /searches/{id}',
        'DELETE /searches/{id}',
        'POST /searches/{id}/more',
        'POST /searches/{id}/deeper',
        'PUT /searches/{id}/hold',
        'GET /contents/{content}/sources',
        'GET /contents/{content}/text',
        'GET /saved-searches',
        'POST /saved-searches',
        'POST /saved-searches/{id}/seen',
        'DELETE /saved-searches/{id}',
        'GET /suggestions',
        'DELETE /search-history',
        'GET /downloads',
        'POST /downloads',
        'GET /downloads/{id}',
        'DELETE /downloads/{id}',
        'POST /downloads/{id}/pause',
        'POST /downloads/{id}/resume',
        'POST /downloads/{id}/retry',
        'POST /downloads/{id}/cancel',
        'POST /metalinks',
        'POST /links',
        'POST /streams',
        'PATCH /downloads/{id}',
        'POST /downloads/{id}/sources',
        'POST /downloads/act',
        'POST /downloads/batch',
        'GET /uploads',
        'GET /limits',
        'PATCH /limits',
        'GET /volunteer',
        'GET /sign-in',
        'POST /sign-in',
        'POST /sign-in/finish',
        'PUT /volunteer',
        'DELETE /volunteer',
        'POST /stop',
      ].sort(),
    );
  });

  it('names the wrong field of a request', async () => {
    const daemon = await startDaemon();
    const answer = await daemon.call({
      method: 'POST',
      path: '/api/v1/searches',
      headers: { authorization: `Bearer ${daemon.token}` },
      body: { query: '' },
    });
    expect([answer.status, answer.code]).toEqual([400, 'invalid_request']);
    expect(answer.text).toContain('query');
  });
});
