/** A peer's local API with scripted answers, over real HTTP and a real WebSocket. */
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  BanyanError,
  isBanyanError,
  type DownloadsRequest,
  type DownloadView,
  type ViewCommand,
  type ViewRows,
  type ViewTopic,
} from '@banyan/proto';
import { WebSocketServer, type WebSocket } from 'ws';

export interface FakeCall {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

export interface FakePeer {
  readonly url: string;
  readonly token: string;
  readonly calls: FakeCall[];
  /** Answers `METHOD /path`; throw a BanyanError to refuse. */
  on(call: string, answer: (request: FakeCall) => unknown): void;
  /** The rows of a live view from now on; sent to whoever has it open. */
  show<T extends ViewTopic>(topic: T, rows: readonly ViewRows[T][]): void;
  /** Resolves when somebody has opened a view of this topic. */
  opened(topic: ViewTopic): Promise<void>;
  /** Writes local-api.json into a peer's data folder. */
  announce(folder: string): Promise<void>;
  close(): Promise<void>;
}

export async function startFakePeer(): Promise<FakePeer> {
  const token = 'token-of-the-fake-peer';
  const calls: FakeCall[] = [];
  const answers = new Map<string, (request: FakeCall) => unknown>();
  const rows = new Map<ViewTopic, readonly unknown[]>();
  const open = new Map<ViewTopic, { view: number; socket: WebSocket; seq: number }[]>();
  const waiting = new Map<ViewTopic, (() => void)[]>();

  const server = createServer((request, response) => {
    void (async () => {
      const method = request.method ?? '';
      const path = (request.url ?? '').replace(/^\/api\/v1/, '');
      const call: FakeCall = { method, path, body: await bodyOf(request) };
      const reply = (status: number, value?: unknown): void => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(value === undefined ? undefined : JSON.stringify(value));
      };
      try {
        if (request.headers.authorization !== `Bearer ${token}`) throw new BanyanError('unauthenticated');
        calls.push(call);
        const answer =
          answers.get(`${method} ${path}`) ?? answers.get(`${method} ${path.split('?')[0] ?? ''}`);
        if (answer === undefined)
          throw new BanyanError('not_found', `nothing scripted for ${method} ${path}`);
        const value = await answer(call);
        if (value === undefined) reply(204);
        else reply(200, value);
      } catch (error) {
        if (!isBanyanError(error)) throw error;
        reply(error.http, error.toBody());
      }
    })();
  });
  const sockets = new WebSocketServer({ server, path: '/api/v1/live' });
  const frame = (topic: ViewTopic, to: { view: number; socket: WebSocket; seq: number }): void => {
    const shown = rows.get(topic) ?? [];
    to.seq += 1;
    to.socket.send(
      JSON.stringify({
        type: 'view.rows',
        view: to.view,
        topic,
        seq: to.seq,
        total: shown.length,
        first: 0,
        rows: shown,
      }),
    );
  };
  sockets.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const command = JSON.parse(data.toString('utf8')) as ViewCommand;
      if (command.type !== 'view.open') return;
      const view = { view: command.view, socket, seq: 0 };
      open.set(command.topic, [...(open.get(command.topic) ?? []), view]);
      frame(command.topic, view);
      for (const resolve of waiting.get(command.topic) ?? []) resolve();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const peer: FakePeer = {
    url,
    token,
    calls,
    on: (call, answer) => void answers.set(call, answer),
    show(topic, shown) {
      rows.set(topic, shown);
      for (const view of open.get(topic) ?? []) frame(topic, view);
    },
    opened: (topic) =>
      (open.get(topic) ?? []).length > 0
        ? Promise.resolve()
        : new Promise((resolve) => waiting.set(topic, [...(waiting.get(topic) ?? []), resolve])),
    async announce(folder) {
      await mkdir(folder, { recursive: true });
      await writeFile(
        join(folder, 'local-api.json'),
        JSON.stringify({ url, token, instance: 'fake', pid: process.pid }),
      );
    },
    async close() {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  peer.on('POST /downloads/batch', async (call) => {
    const one = answers.get('POST /downloads')!;
    const results: unknown[] = [];
    for (const body of (call.body as DownloadsRequest).downloads) {
      try {
        results.push({ download: await one({ ...call, body }) });
      } catch (error) {
        if (!isBanyanError(error)) throw error;
        results.push({ problem: { code: error.code, message: error.message } });
      }
    }
    return { results };
  });
  // What the live client asks before it opens its socket.
  peer.on('GET /status', () => ({}));
  return peer;
}

/** Scripts a download that is begun by POST and then asked for. */
export function scriptDownload(peer: FakePeer, view: DownloadView): void {
  peer.on('POST /downloads', () => view);
  peer.on(`GET /downloads/${view.id}`, () => view);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}
