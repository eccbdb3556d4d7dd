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
  first: number;
  count: number;
  paused: boolean;
  seq: number;
  last: string;
}

export async function createFakeDaemon(init: WorldInit & { readonly appDir: string }): Promise<FakeDaemon> {
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
    else if (path === '/volunteer') {
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
    } else if (resource === 'searches' && method === 'DELETE') {
      world.searches.delete(id ?? '');
      json(response, 204);
    } else if (path === '/downloads' && typeof body['link'] === 'string') {
      json(response, 201, world.startLink(body['link']));
    } else if (path === '/metalinks') {
      json(response, 201, world.startMetalink(String(body['document'])));
    } else if (path === '/downloads') {
      json(response, 201, world.startDownload(String(body['content']), String(body['name'])));
    } else if (resource === 'downloads' && method === 'POST')
      json(response, 200, world.act(id ?? '', action ?? ''));
    else if (resource === 'downloads' && method === 'DELETE') {
      world.downloads.splice(
        world.downloads.findIndex((one) => one.id === id),
        1,
      );
      json(response, 204);
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

  const rowsOf = (view: OpenView): { rows: readonly ViewRows[ViewTopic][]; extra?: object } | undefined => {
    switch (view.topic) {
      case 'status':
        return { rows: [world.status()] };
      case 'downloads':
        return { rows: world.downloads };
      case 'uploads':
        return { rows: world.uploads };
      case 'shares':
        return { rows: world.shares };
      case 'volunteer':
        return { rows: [world.volunteer] };
      case 'files':
        return { rows: world.files };
      case 'supernodes':
        return { rows: world.supernodes };
      case 'searches':
        return { rows: [...world.searches.values()].map((search) => search.view) };
      case 'search': {
        const search = world.searches.get(view.id ?? '');
        return search === undefined ? undefined : { rows: search.hits, extra: { search: search.view } };
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
    }, FRAME_MS);
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
    }, FRAME_MS);
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
