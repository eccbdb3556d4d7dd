import { afterEach, describe, expect, it } from '@jest/globals';
import {
  MAX_VIEW_ROWS,
  type DownloadView,
  type SearchView,
  type ViewCommand,
  type ViewFrame,
} from '@banyan/proto';
import {
  createBrowserClient,
  VIEW_WINDOW_ROWS,
  type BrowserClient,
  type FetchLike,
  type SocketLike,
} from '../../src/browser.ts';

interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

type Answer = { readonly status: number; readonly body?: unknown } | 'down';

const SESSION = { instance: 'i1', csrfHeader: 'x-banyan-csrf-i1', csrfToken: 'secret' };

class FakeSocket implements SocketLike {
  static all: FakeSocket[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: { readonly code: number }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly sent: ViewCommand[] = [];
  readonly url: string;
  readonly protocol: string;
  closed = false;

  constructor(url: string, protocol: string) {
    this.url = url;
    this.protocol = protocol;
    FakeSocket.all.push(this);
  }
  send(data: string) {
    this.sent.push(JSON.parse(data) as ViewCommand);
  }
  close() {
    this.closed = true;
  }
  open() {
    this.onopen?.();
  }
  receive(message: unknown) {
    this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) });
  }
  drop() {
    this.onclose?.({ code: 1006 });
  }
  types() {
    return this.sent.map((command) => command.type);
  }
}

function world() {
  FakeSocket.all = [];
  const calls: Call[] = [];
  const timers: { run: () => void; ms: number; live: boolean }[] = [];
  const answers = new Map<string, Answer>([['GET /session', { status: 200, body: SESSION }]]);
  const fetch: FetchLike = (url, init) => {
    const path = url.replace('http://localhost:4000/api/v1', '');
    calls.push({
      method: init.method,
      url,
      headers: init.headers,
      body: init.body === undefined ? undefined : JSON.parse(init.body),
    });
    const answer = answers.get(`${init.method} ${path}`) ?? { status: 404 };
    if (answer === 'down') return Promise.reject(new TypeError('Failed to fetch'));
    return Promise.resolve({
      ok: answer.status < 400,
      status: answer.status,
      headers: { get: () => null },
      json: () =>
        answer.body === undefined ? Promise.reject(new SyntaxError('empty')) : Promise.resolve(answer.body),
    });
  };
  const client: BrowserClient = createBrowserClient({
    baseUrl: 'http://localhost:4000/',
    fetch,
    WebSocket: FakeSocket,
    random: () => 0.5,
    timers: {
      setTimeout(run, ms) {
        const timer = { run, ms, live: true };
        timers.push(timer);
        return timer;
      },
      clearTimeout(timer) {
        if (timer !== undefined) (timer as { live: boolean }).live = false;
      },
    },
  });
  const settle = async () => {
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  const fire = async () => {
    const due = timers.filter((t) => t.live);
    for (const timer of due) {
      timer.live = false;
      timer.run();
    }
    await settle();
  };
  const socket = () => {
    const last = FakeSocket.all.at(-1);
    if (last === undefined) throw new Error('no socket was opened');
    return last;
  };
  const connected = async () => {
    client.connect();
    await settle();
    socket().open();
    return socket();
  };
  return { client, calls, answers, timers, settle, fire, socket, connected };
}

const frame = (view: number, seq: number, rows: unknown[] = []) => ({
  type: 'view.rows',
  view,
  topic: 'downloads',
  seq,
  total: rows.length,
  first: 0,
  rows,
});

let opened: BrowserClient | undefined;
afterEach(() => {
  opened?.close();
});

describe('the live line of a page', () => {
  it('asks for the session first, then opens one socket with the subprotocol', async () => {
    const w = world();
    opened = w.client;
    const states: string[] = [];
    w.client.onLinkState(() => states.push(w.client.linkState));
    const socket = await w.connected();
    expect(w.calls.map((c) => `${c.method} ${c.url}`)).toEqual(['GET http://localhost:4000/api/v1/session']);
    expect(socket.url).toBe('ws://localhost:4000/api/v1/live');
    expect(socket.protocol).toBe('banyan-live.v1');
    expect(states).toEqual(['connecting', 'open']);
  });

  it('waits, signed out, when there is no session, and connects after login', async () => {
    const w = world();
    opened = w.client;
    w.answers.set('GET /session', {
      status: 401,
      body: { error: { code: 'login_required', message: 'x', retryable: false } },
    });
    w.client.connect();
    await w.settle();
    expect(w.client.linkState).toBe('signed-out');
    expect(FakeSocket.all).toHaveLength(0);
    expect(w.timers.filter((t) => t.live)).toHaveLength(0);

    w.answers.set('POST /session', { status: 200, body: SESSION });
    w.answers.set('GET /session', { status: 200, body: SESSION });
    await w.client.login('one-time');
    await w.settle();
    w.socket().open();
    expect(w.client.linkState).toBe('open');
    expect(w.calls.find((c) => c.method === 'POST')?.body).toEqual({ code: 'one-time' });
  });

  it('tries again with growing, jittered pauses when nothing answers, at most every 8 s', async () => {
    const w = world();
    opened = w.client;
    w.answers.set('GET /session', 'down');
    w.client.connect();
    await w.settle();
    const pauses: number[] = [];
    for (let i = 0; i < 8; i++) {
      expect(w.client.linkState).toBe('lost');
      pauses.push(w.timers.filter((t) => t.live).at(-1)?.ms ?? 0);
      await w.fire();
    }
    expect(pauses.slice(0, 4)).toEqual([300, 600, 1200, 2400]);
    expect(Math.max(...pauses)).toBe(6000);
  });

  it('opens every view again after the daemon was away, and counts frames anew', async () => {
    const w = world();
    opened = w.client;
    const first = await w.connected();
    const frames: ViewFrame[] = [];
    w.client.openView('downloads', { first: 0, count: 20 }, { onFrame: (f) => frames.push(f) });
    expect(first.sent).toEqual([{ type: 'view.open', view: 1, topic: 'downloads', first: 0, count: 20 }]);
    first.receive(frame(1, 7));
    first.drop();
    expect(w.client.linkState).toBe('lost');
    await w.fire();
    const second = w.socket();
    expect(second).not.toBe(first);
    second.open();
    expect(second.types()).toEqual(['view.open']);
    second.receive(frame(1, 0));
    expect(frames.map((f) => f.seq)).toEqual([7, 0]);
    first.receive(frame(1, 9));
    expect(frames).toHaveLength(2);
  });

  it('drops frames that are older than the last one, of closed views, and what it cannot read', async () => {
    const w = world();
    opened = w.client;
    const socket = await w.connected();
    const seen: number[] = [];
    const view = w.client.openView('downloads', { first: 0, count: 5 }, { onFrame: (f) => seen.push(f.seq) });
    socket.receive(frame(1, 0));
    socket.receive(frame(1, 3));
    socket.receive(frame(1, 2));
    socket.receive(frame(99, 4));
    socket.receive('not json');
    expect(seen).toEqual([0, 3]);
    view.close();
    socket.receive(frame(1, 5));
    expect(seen).toEqual([0, 3]);
    expect(socket.types()).toEqual(['view.open', 'view.close']);
  });

  it('moves windows, says nothing when nothing moved, and never asks for more rows than allowed', async () => {
    expect(VIEW_WINDOW_ROWS).toBe(MAX_VIEW_ROWS);
    const w = world();
    opened = w.client;
    const socket = await w.connected();
    const view = w.client.openView('files', { first: 0, count: 1e6 }, { onFrame: () => undefined });
    view.range(0, VIEW_WINDOW_ROWS);
    view.range(40.7, 30);
    view.range(40, 30);
    expect(socket.sent).toEqual([
      { type: 'view.open', view: 1, topic: 'files', first: 0, count: VIEW_WINDOW_ROWS },
      { type: 'view.range', view: 1, first: 40, count: 30 },
    ]);
  });

  it('pauses all views while the page is hidden, also those opened meanwhile', async () => {
    const w = world();
    opened = w.client;
    const socket = await w.connected();
    w.client.openView('downloads', { first: 0, count: 5 }, { onFrame: () => undefined });
    w.client.setHidden(true);
    w.client.openView('uploads', { first: 0, count: 5 }, { onFrame: () => undefined });
    w.client.setHidden(false);
    expect(socket.sent.filter((c) => c.type === 'view.pause')).toEqual([
      { type: 'view.pause', view: 1, paused: true },
      { type: 'view.pause', view: 2, paused: true },
      { type: 'view.pause', view: 1, paused: false },
      { type: 'view.pause', view: 2, paused: false },
    ]);
  });

  it('hands refused views to their listener', async () => {
    const w = world();
    opened = w.client;
    const socket = await w.connected();
    const failures: string[] = [];
    w.client.openView(
      'search',
      { params: { id: 's9' }, first: 0, count: 5 },
      { onFrame: () => undefined, onError: (f) => failures.push(f.code) },
    );
    socket.receive({ type: 'view.error', view: 1, code: 'not_found', message: 'gone' });
    expect(failures).toEqual(['not_found']);
  });

  it('gives up an upgrade that nobody answers', async () => {
    const w = world();
    opened = w.client;
    w.client.connect();
    await w.settle();
    const silent = w.socket();
    await w.fire();
    expect(silent.closed).toBe(true);
    expect(w.client.linkState).toBe('lost');
  });
});

describe('calls of a page', () => {
  const download = { id: 'd1', name: 'a.flac' } as DownloadView;

  it('carry the CSRF header on writes, fetched once', async () => {
    const w = world();
    opened = w.client;
    w.answers.set('POST /downloads', { status: 201, body: download });
    w.answers.set('POST /downloads/d%2F1/pause', { status: 200, body: download });
    expect(await w.client.startDownload({ content: 'c', name: 'a.flac' })).toEqual(download);
    await w.client.actOnDownload('d/1', 'pause');
    expect(w.calls.map((c) => c.method)).toEqual(['GET', 'POST', 'POST']);
    expect(w.calls.slice(1).map((c) => c.headers[SESSION.csrfHeader])).toEqual(['secret', 'secret']);
    expect(w.calls[0]?.headers[SESSION.csrfHeader]).toBeUndefined();
  });

  it('fetch a new token when the daemon refuses the old one, once', async () => {
    const w = world();
    opened = w.client;
    await w.client.session();
    w.answers.set('DELETE /shares/s1', {
      status: 403,
      body: { error: { code: 'origin_refused', message: 'no', retryable: false } },
    });
    await expect(w.client.removeShare('s1')).rejects.toMatchObject({ code: 'origin_refused' });
    expect(w.calls.map((c) => c.method)).toEqual(['GET', 'DELETE', 'GET', 'DELETE']);
  });

  it('throw the daemon’s own error, with its seconds to wait', async () => {
    const w = world();
    opened = w.client;
    w.answers.set('POST /searches', {
      status: 429,
      body: { error: { code: 'rate_limited', message: 'Slow down.', retryable: true, retryAfterMs: 4000 } },
    });
    await expect(w.client.startSearch({ query: 'oak' })).rejects.toMatchObject({
      code: 'rate_limited',
      message: 'Slow down.',
      retryAfterMs: 4000,
    });
  });

  it('say that no peer runs when nothing answers, and that another service answers when it is not ours', async () => {
    const w = world();
    opened = w.client;
    w.answers.set('GET /status', 'down');
    await expect(w.client.status()).rejects.toMatchObject({ code: 'peer_not_running' });
    w.answers.set('GET /status', { status: 200 });
    await expect(w.client.status()).rejects.toMatchObject({ code: 'wrong_service' });
    w.answers.set('GET /session', { status: 200, body: { hello: 1 } });
    await expect(w.client.session()).rejects.toMatchObject({ code: 'wrong_service' });
  });

  it('ask for more hits and hold the rows, each with the CSRF header', async () => {
    const w = world();
    opened = w.client;
    const search = { id: 's/1', held: true } as SearchView;
    w.answers.set('POST /searches/s%2F1/more', { status: 200, body: search });
    w.answers.set('PUT /searches/s%2F1/hold', { status: 200, body: search });
    expect(await w.client.moreHits('s/1')).toEqual(search);
    expect(await w.client.holdSearch('s/1', true)).toEqual(search);
    expect(w.calls.slice(1).map((c) => [c.method, c.headers[SESSION.csrfHeader], c.body])).toEqual([
      ['POST', 'secret', undefined],
      ['PUT', 'secret', { held: true }],
    ]);
  });

  it('read suggestions for whatever is typed, and forget one earlier query or all', async () => {
    const w = world();
    opened = w.client;
    const suggestions = [{ query: 'c++ & "oak"', from: 'history' }];
    w.answers.set('GET /suggestions?query=c%2B%2B+%26&limit=5', { status: 200, body: { suggestions } });
    w.answers.set('DELETE /search-history?query=c%2B%2B+%26+%22oak%22', { status: 204 });
    w.answers.set('DELETE /search-history', { status: 204 });
    expect(await w.client.suggestions('c++ &', 5)).toEqual(suggestions);
    expect(w.calls[0]?.headers[SESSION.csrfHeader]).toBeUndefined();
    await w.client.forgetSearches('c++ & "oak"');
    await w.client.forgetSearches();
    expect(w.calls.slice(2).map((c) => [c.method, c.headers[SESSION.csrfHeader]])).toEqual([
      ['DELETE', 'secret'],
      ['DELETE', 'secret'],
    ]);
  });

  it('answer nothing for 204', async () => {
    const w = world();
    opened = w.client;
    w.answers.set('DELETE /searches/s1', { status: 204 });
    await expect(w.client.endSearch('s1')).resolves.toBeUndefined();
  });
});
