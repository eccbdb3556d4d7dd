/**
 * The local API as the page sees it, over real sockets, with a scripted network behind it ({@link createWorld}).
 * It guards itself as the peer does (cookie, CSRF header, Origin, content security policy), so that the page is
 * tested under the same rules.
 */

import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { LiveMessage, ViewCommand, ViewRows, ViewTopic } from '@banyan/proto';
import { WebSocketServer, type WebSocket } from 'ws';
import { createWorld, Refusal, type World, type WorldInit } from './fake-world.ts';

const PAGE_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
  '.map': 'application/json',
};

const FRAME_MS = 50;

export interface FakeDaemon {
  readonly url: string;
  readonly world: World;
  /** A login link, good once. */
  loginUrl(): string;
  /** Requests for the API, as `METHOD path`. */
  readonly calls: string[];
  /** Stops listening and drops everybody; `start` brings it back on the same port, sessions kept. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

interface OpenView {
  readonly topic: ViewTopic;
  readonly id: string | undefined;
  readonly notMine: boolean;
  readonly filter: string;
  first: number;
  count: number;
  paused: boolean;
  seq: number;
  last: string;
}

export interface FakeDaemonInit extends WorldInit {
  readonly appDir: string;
  /** Between frames of a view; default 50. A day is told in seconds with less. */
  readonly frameMs?: number;
}

export async function createFakeDaemon(init: FakeDaemonInit): Promise<FakeDaemon> {
  const { frameMs = FRAME_MS } = init;
  const world = createWorld(init);
  const codes = new Set<string>();
  const cookies = new Set<string>();
  const calls: string[] = [];
  const session = {
    instance: 'test',
    csrfHeader: 'x-banyan-csrf-test',
    csrfToken: randomBytes(12).toString('hex'),
  };
  let port = 0;
  let running: { close(): Promise<void> } | undefined;

  const origin = () => `http://localhost:${port}`;
  const signedIn = (request: IncomingMessage) =>
    [...cookies].some((cookie) => request.headers.cookie?.includes(`banyan-test=${cookie}`) === true);

  const json = (response: ServerResponse, status: number, body?: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(body === undefined ? '' : JSON.stringify(body));
  };

  const serveFile = (path: string, response: ServerResponse) => {
    const file = join(init.appDir, normalize(path === '/' ? '/index.html' : path));
    if (!file.startsWith(init.appDir) || statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': PAGE_CSP,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    response.end(readFileSync(file));
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', origin());
    if (!url.pathname.startsWith('/api/v1')) {
      serveFile(url.pathname, response);
      return;
    }
    const path = url.pathname.slice('/api/v1'.length);
    const method = request.method ?? 'GET';
    calls.push(`${method} ${path}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    if (method !== 'GET' && request.headers.origin !== origin()) {
      throw new Refusal(403, 'origin_refused', 'Another site tried to use this page.');
    }
    if (path === '/session' && method === 'POST') {
      if (!codes.delete(String(body['code'])))
        throw new Refusal(401, 'login_used', 'This login link was used.');
      const cookie = randomBytes(12).toString('hex');
      cookies.add(cookie);
      response.setHeader('set-cookie', `banyan-test=${cookie}; HttpOnly; SameSite=Strict; Path=/`);
      json(response, 200, session);
      return;
    }
    if (!signedIn(request)) throw new Refusal(401, 'login_required', 'Open this page with `banyan open`.');
    if (method !== 'GET' && request.headers[session.csrfHeader] !== session.csrfToken) {
      throw new Refusal(403, 'origin_refused', 'The CSRF header is missing.');
    }
    const [, resource, id, action] = path.split('/').map(decodeURIComponent);
    if (path === '/session') json(response, 200, session);
    else if (path === '/sign-in') {
      // As far as the provider: a page of its own, which sends the browser back.
      json(response, 200, { url: `${origin()}/?code=a-code&state=a-state`, expiresAt: Date.now() + 60_000 });
    } else if (path === '/sign-in/finish') {
      const view = world.finishSignIn(body['code']);
      if (view === undefined) throw new Refusal(403, 'sign_in_refused', world.signInRefusal);
      json(response, 200, view);
    } else if (path === '/volunteer') {
      world.volunteer = { ...world.volunteer, offered: method === 'PUT' };
      json(response, 200, world.volunteer);
    } else if (path === '/status') json(response, 200, world.status());
    else if (path === '/searches')
      json(response, 201, world.startSearch(String(body['query']), body['asTyped'] === true));
    else if (path === '/suggestions') {
      json(response, 200, {
        suggestions: world.suggest(
          url.searchParams.get('query') ?? '',
          Number(url.searchParams.get('limit') ?? 8),
        ),
      });
    } else if (path === '/search-history' && method === 'DELETE') {
      world.forget(url.searchParams.get('query') ?? undefined);
      json(response, 204);
    } else if (resource === 'searches' && action === 'more') json(response, 200, world.more(id ?? ''));
    else if (resource === 'searches' && action === 'hold') {
      json(response, 200, world.hold(id ?? '', body['held'] === true));
    } else if (resource === 'searches' && action === 'deeper') {
      json(response, 200, world.deeper(id ?? ''));
    } else if (resource === 'searches' && method === 'GET') {
      json(response, 200, world.result(id ?? ''));
    } else if (resource === 'contents' && action === 'text') {
      json(response, 200, { text: 'One banyan.\n\u202eTwo \u0007banyans.\n', isWhole: false });
    } else if (path === '/downloads/act') {
      const { action: what, ids } = body as { action: string; ids?: string[] };
      json(response, 200, world.actAll(what, ids));
    } else if (path === '/streams') {
      const [content, name] = [String(body['content']), String(body['name'])];
      const { id: download } = world.startDownload(content, name);
      json(response, 201, { url: `${origin()}/no-gateway`, expiresAt: 0, content, name, type: '', download });
    } else if (resource === 'contents') json(response, 200, { sources: world.hosts });
    else if (path === '/saved-searches' && method === 'POST') {
      json(response, 201, world.save(String(body['query'])));
    } else if (resource === 'saved-searches') {
      if (method === 'DELETE') {
        world.unsave(id ?? '');
        json(response, 204);
      } else json(response, 200, world.seen(id ?? ''));
    } else if (resource === 'searches' && method === 'DELETE') {
      world.searches.delete(id ?? '');
      json(response, 204);
    } else if (path === '/downloads' && typeof body['link'] === 'string') {
      json(response, 201, world.startLink(body['link']));
    } else if (path === '/metalinks') {
      json(response, 201, world.startMetalink(String(body['document'])));
    } else if (path === '/downloads/batch') {
      const wanted = body['downloads'] as { content: string; name: string; subfolder?: string }[];
      world.batches.push(wanted);
      json(response, 201, {
        results: wanted.map(({ content, name }) => ({ download: world.startDownload(content, name) })),
      });
    } else if (path === '/downloads') {
      json(response, 201, world.startDownload(String(body['content']), String(body['name'])));
    } else if (resource === 'downloads' && action === 'sources') {
      world.sourceActs.push(body as { source: string; action: string });
      json(response, 200, world.downloads[0]);
    } else if (resource === 'downloads' && method === 'POST')
      json(response, 200, world.act(id ?? '', action ?? ''));
    else if (resource === 'downloads' && method === 'DELETE') {
      world.downloads.splice(
        world.downloads.findIndex((one) => one.id === id),
        1,
      );
      json(response, 204);
    } else if (path === '/setup' || path === '/setup/network' || path === '/settings') {
      json(response, 200, world.setUp(`${method} ${path}`, body));
    } else if (path === '/folders') {
      json(response, 200, world.listFolder(body['path'] as string | undefined));
    } else if (path === '/hashing') {
      world.pace = { ...world.pace, ...body };
      json(response, 200, world.pace);
    } else if (path === '/shares/preview') {
      json(response, 200, world.preview(body['exclude'] as string[]));
    } else if (path === '/reach-test') json(response, 200, world.reachTest);
    else if (resource === 'shares' && method === 'PATCH') {
      json(response, 200, world.exclude(id ?? '', body['exclude'] as string[]));
    } else if (path === '/shares') {
      json(response, 201, world.addShare(String(body['path']), body['confirm'] === true));
    } else if (resource === 'shares' && method === 'DELETE') {
      world.shares.splice(
        world.shares.findIndex((one) => one.id === id),
        1,
      );
      json(response, 204);
    } else if (resource === 'shares') json(response, 200, world.shares[0]);
    else throw new Refusal(404, 'not_found', 'There is nothing under that name.');
  };

  const named = <T extends { readonly name: string }>(rows: readonly T[], filter: string): readonly T[] => {
    const words = filter.toLowerCase().split(' ');
    return rows.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
  };
  const rowsOf = (view: OpenView): { rows: readonly ViewRows[ViewTopic][]; extra?: object } | undefined => {
    switch (view.topic) {
      case 'fetched':
        return { rows: world.fetched };
      case 'status':
        return { rows: [world.status()] };
      case 'saved':
        return { rows: world.saved };
      case 'downloads':
        return { rows: named(world.downloads, view.filter) };
      case 'chunks': {
        const map = world.chunkMap(view.id ?? '');
        return map === undefined ? undefined : { rows: [map] };
      }
      case 'uploads':
        return { rows: world.uploads };
      case 'shares':
        return { rows: world.shares };
      case 'volunteer':
        return { rows: [world.volunteer] };
      case 'files':
        return { rows: named(world.files, view.filter) };
      case 'supernodes':
        return { rows: world.supernodes };
      case 'searches':
        return { rows: [...world.searches.values()].map((search) => search.view) };
      case 'search': {
        const search = world.searches.get(view.id ?? '');
        if (search === undefined) return undefined;
        const rows = view.notMine ? search.hits.filter(({ own }) => own === 'none') : search.hits;
        return { rows, extra: { search: search.view } };
      }
    }
  };

  const serveLive = (socket: WebSocket) => {
    const views = new Map<number, OpenView>();
    const say = (message: LiveMessage) => {
      socket.send(JSON.stringify(message));
    };
    const push = (id: number, view: OpenView) => {
      if (view.paused) return;
      if (world.setup.state === 'needed') {
        say({ type: 'view.error', view: id, code: 'not_joined', message: 'It is in no network yet.' });
        views.delete(id);
        return;
      }
      const found = rowsOf(view);
      if (found === undefined) {
        say({ type: 'view.error', view: id, code: 'not_found', message: 'There is no such search.' });
        views.delete(id);
        return;
      }
      const frame = {
        total: found.rows.length,
        first: view.first,
        rows: found.rows.slice(view.first, view.first + view.count),
        ...found.extra,
      };
      const text = JSON.stringify(frame);
      if (text === view.last) return;
      view.last = text;
      say({ type: 'view.rows', view: id, topic: view.topic, seq: view.seq++, ...frame });
    };
    socket.on('message', (data: Buffer) => {
      const command = JSON.parse(data.toString()) as ViewCommand;
      if (command.type === 'view.open') {
        const view: OpenView = {
          topic: command.topic,
          id: command.params?.id,
          notMine: command.params?.notMine === true,
          filter: command.params?.filter ?? '',
          first: command.first,
          count: command.count,
          paused: false,
          seq: 0,
          last: '',
        };
        views.set(command.view, view);
        push(command.view, view);
        return;
      }
      const view = views.get(command.view);
      if (view === undefined) return;
      if (command.type === 'view.close') views.delete(command.view);
      else if (command.type === 'view.pause') view.paused = command.paused;
      else {
        view.first = command.first;
        view.count = command.count;
        push(command.view, view);
      }
    });
    const timer = setInterval(() => {
      for (const [id, view] of views) push(id, view);
    }, frameMs);
    socket.on('close', () => {
      clearInterval(timer);
    });
  };

  const start = async () => {
    const server = createServer((request, response) => {
      handle(request, response).catch((error: unknown) => {
        const refusal = error instanceof Refusal ? error : new Refusal(500, 'internal', String(error));
        json(response, refusal.http, {
          error: {
            code: refusal.code,
            message: refusal.message,
            retryable: false,
            ...(refusal.retryAfterMs === undefined ? {} : { retryAfterMs: refusal.retryAfterMs }),
          },
        });
      });
    });
    const live = new WebSocketServer({
      noServer: true,
      handleProtocols: (offered) => (offered.has('banyan-live.v1') ? 'banyan-live.v1' : false),
    });
    server.on('upgrade', (request, socket, head) => {
      if (request.headers.origin !== origin() || !signedIn(request)) {
        socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
        return;
      }
      live.handleUpgrade(request, socket, head, serveLive);
    });
    const ticker = setInterval(() => {
      world.tick();
    }, frameMs);
    await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve));
    ({ port } = server.address() as AddressInfo);
    running = {
      async close() {
        clearInterval(ticker);
        for (const socket of live.clients) socket.terminate();
        live.close();
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  };

  await start();
  return {
    get url() {
      return origin();
    },
    world,
    calls,
    loginUrl() {
      const code = randomBytes(12).toString('hex');
      codes.add(code);
      return `${origin()}/#login=${code}`;
    },
    start,
    async stop() {
      await running?.close();
      running = undefined;
    },
  };
}
