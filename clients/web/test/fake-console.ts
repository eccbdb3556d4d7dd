/**
 * The auth service as the console's page sees it, over real sockets, with a network of any size behind it. It sends the policy that
 * the service sends and asks for cookie, Origin and CSRF header; who is let in and what is true of a network is tested at the service.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import {
  DEFAULT_POLICY,
  type AccountRow,
  type ConsoleAsOf,
  type ConsoleCommand,
  type ConsoleRows,
  type ConsoleTopic,
  type HostDetails,
  type HostRow,
  type HostState,
  type NetworkGlance,
} from '@banyan/proto';
import { WebSocketServer, type WebSocket } from 'ws';
import {
  AUDIT,
  BAN_LINES,
  BROKEN,
  candidate,
  CHECK,
  deviceIdOf,
  NOW,
  REPORTS,
  rowOf,
  supernode,
} from './fake-network.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.map': 'application/json',
};

export interface FakeConsoleInit {
  readonly appDir: string;
  readonly supernodes?: number;
  readonly candidates?: number;
  readonly accounts?: number;
  readonly alerts?: NetworkGlance['alerts'];
  readonly role?: 'viewer' | 'operator';
  /** Names as people give them; default: those that somebody gives who means harm. */
  readonly names?: readonly string[];
  /** Of supernodes in turn; default: all there are, of more than three. */
  readonly states?: readonly HostState[];
  /** Default: the account has one. */
  readonly hasPassword?: boolean;
  /** Of the organisation's provider; default: there is none. */
  readonly signInName?: string;
}

export interface FakeConsole {
  readonly url: string;
  /** Calls as `METHOD path`, with the body of writes. */
  readonly calls: { readonly call: string; readonly body: unknown }[];
  /** Whether the sign-in is fresh; grave acts are refused while it is not. */
  isFresh: boolean;
  /** Frames sent. */
  frames: number;
  /** How old what the list said is; with `at` 0 it has said nothing. */
  asOf: ConsoleAsOf;
  /** Supernodes that a policy wants and nobody is fit to become. */
  lacking: number;
  /** Whether what is asked of its calls is answered; the page itself is. */
  isAway: boolean;
  alerts: NetworkGlance['alerts'];
  /** Hosts that are known no more. */
  readonly gone: Set<string>;
  /** Sends every view as it is now. */
  push(): void;
  stop(): Promise<void>;
  start(): Promise<void>;
}

const NOT_GRAVE: ReadonlySet<string> = new Set(['/invites', '/console/policy/plan', '/operator/bans/plan']);

const sum = (hosts: readonly HostDetails[], of: (host: HostDetails) => number): number =>
  hosts.reduce((total, host) => total + of(host), 0);

export async function startFakeConsole(init: FakeConsoleInit): Promise<FakeConsole> {
  const { supernodes = 7, candidates = 4, accounts = 2, alerts = [], role = 'operator' } = init;
  const nodes = Array.from({ length: supernodes }, (_, i) =>
    supernode(i, supernodes > 3 ? init.states : ['serving'], init.names),
  );
  const volunteers = Array.from({ length: candidates }, (_, i) => candidate(i));
  const people = Array.from({ length: accounts }, (_, i): AccountRow => ({
    ...{ accountId: `id-${i}`, account: i < 2 ? ['olga', 'mallory'][i]! : `member-${i}`, createdAt: NOW },
    ...{ role: i === 0 ? 'operator' : 'member', devices: 1 + (i % 3) },
  }));
  const secret = randomBytes(8).toString('hex');
  const calls: { call: string; body: unknown }[] = [];
  const pushes = new Set<() => void>();
  let port = 0;
  let running: { close(): Promise<void> } | undefined;
  const origin = (): string => `http://localhost:${port}`;
  const policy = { version: 3, policy: DEFAULT_POLICY, at: NOW, reason: 'small hosts', by: { kind: 'list' } };

  const rowsOf = ({
    topic,
    params = {},
  }: Extract<ConsoleCommand, { type: 'view.open' }>): readonly unknown[] => {
    const serving = nodes.filter(({ handedOut }) => handedOut);
    const glance: NetworkGlance = {
      ...{
        at: fake.asOf.at,
        leaves: sum(nodes, ({ leaves }) => leaves),
        capacity: sum(serving, ({ capacity }) => capacity),
        records: sum(nodes, ({ load }) => load?.records ?? 0),
        supernodes: serving.length,
        draining: nodes.filter(({ state }) => state === 'draining').length,
      },
      ...{
        starting: nodes.filter(({ state }) => state === 'starting').length,
        volunteers: candidates,
        fit: Math.ceil(candidates / 2),
        mode: 'manual',
        alerts: fake.alerts,
      },
      rates: { searches: 87.5, hits: 2_100, refused: 0.2, bytes: 8_400_000 },
      answers: { searches: 5_250, found: 4_725, firstHitP95: { ms: 84, isMore: false } },
    };
    const matching = (hosts: readonly HostDetails[]): HostRow[] =>
      hosts.filter(({ name }) => name.includes(params.filter ?? '')).map(rowOf);
    const rows: { readonly [T in ConsoleTopic]: () => readonly ConsoleRows[T][] } = {
      glance: () => [glance],
      map: () => [
        {
          total: nodes.length,
          nodes: nodes.map(({ deviceId, name, state, leaves, capacity }) => ({
            ...{ deviceId, name, state, leaves, capacity },
          })),
        },
      ],
      supernodes: () => matching(nodes),
      candidates: () => matching(volunteers),
      reports: () => [{ open: REPORTS.length - 1 }],
      host: () =>
        [...nodes, ...volunteers].filter(
          ({ deviceId }) => deviceId === params.id && !fake.gone.has(deviceId),
        ),
      accounts: () => people.filter(({ account }) => account.includes(params.filter ?? '')),
    };
    return rows[topic]();
  };

  class Refusal extends Error {
    readonly status: number;
    readonly code: string;
    readonly details: unknown;
    constructor(status: number, code: string, message: string, details?: unknown) {
      super(message);
      this.status = status;
      this.code = code;
      this.details = details;
    }
  }

  const isSignedIn = (request: IncomingMessage): boolean =>
    request.headers.cookie?.includes(`console=${secret}`) === true;

  const decide = (id: string, action: string, body: Record<string, unknown>): unknown => {
    const host = [...nodes, ...volunteers].find(({ deviceId }) => deviceId === id)!;
    if (action === 'promote' && !host.fit && body['force'] !== true)
      throw new Refusal(
        409,
        'conflict',
        'This host does not meet the policy: memory 1 B, at least 2.0 MB required.',
        {
          failing: 'memory',
        },
      );
    const { drainMs, force, dryRun, maxLeaves = host.order.maxLeaves } = body;
    const done = dryRun !== true;
    if (action === 'cordon' || action === 'uncordon') {
      const after = { ...host, cordoned: action === 'cordon' };
      if (done) nodes[nodes.indexOf(host)] = after;
      fake.push();
      return { done, host: after };
    }
    const isEnd = action === 'cancel' || force === true;
    const to = action === 'promote' ? 'promoting' : isEnd ? 'leaf' : 'draining';
    const timed = typeof drainMs === 'number' ? { drainMs, endsAt: NOW + drainMs } : {};
    return { done, host: { ...host, order: { ...host.order, ...timed, maxLeaves, role: to } } };
  };

  const answer = (method: string, url: URL, body: Record<string, unknown>): unknown => {
    const path = url.pathname.slice('/v1'.length);
    const [, , what, id = '', action = ''] = path.split('/');
    const isGrave = method !== 'GET' && !NOT_GRAVE.has(path) && action !== 'resolve';
    if (isGrave && body['dryRun'] !== true && !path.startsWith('/console/session') && !fake.isFresh)
      throw new Refusal(403, 'stale_login', 'This act needs a fresh sign-in.');
    if (what === 'hosts') return decide(id, action, body);
    switch (`${method} ${path}`) {
      case 'GET /console/policy':
        return policy;
      case 'PUT /console/policy':
        return { ...policy, version: 4, policy: body['policy'] };
      case 'GET /console/policy/history':
        return {
          versions: [
            {
              ...policy,
              version: 2,
              policy: { ...DEFAULT_POLICY, targetLeaves: 500 },
              reason: 'a first guess',
            },
            policy,
          ],
        };
      case 'POST /console/policy/plan':
        return {
          mode: 'manual',
          lacking: fake.lacking,
          decisions: [{ action: 'promote', deviceId: 'c', name: 'bob', reason: '1 of 2', figures: {} }],
        };
      case 'GET /console/audit':
        return { entries: AUDIT, from: NOW - 86_400_000, isComplete: true, problem: null };
      case 'GET /console/audit/check':
        return { checks: [CHECK, { ...CHECK, ...BROKEN }], problem: null };
      case 'GET /console/bans':
        return {
          bans: [
            {
              ...{ kind: 'device', id: deviceIdOf('d', 1), name: 'laptop', until: null },
              ...{ reason: 'spreads poison', by: 'olga', at: NOW },
              evidence: [
                '<img src=x onerror=alert(1)> \u202Egpj',
                'javascript:alert(1)',
                'https://\u0435vil.example.org/12',
              ],
            },
            {
              ...{ kind: 'content', id: `${'ab'.repeat(32)}-1048576`, name: '', until: NOW / 1000 },
              ...{ reason: 'a court order', by: 'olga', at: NOW },
            },
          ],
        };
      case 'GET /console/bans/impact':
        if (url.searchParams.get('id') === 'nobody')
          throw new Refusal(404, 'not_found', 'There is no such account.');
        return {
          ...{
            kind: url.searchParams.get('kind'),
            id: 'x',
            account: 'mallory',
            areHostsKnown: fake.asOf.problem === null,
            isSelf: false,
            isBanned: true,
          },
          devices: [{ deviceId: deviceIdOf('d', 2), name: 'phone' }],
          supernodes: fake.asOf.at === 0 ? [] : [{ deviceId: deviceIdOf('n', 1), name: 'elm', leaves: 37 }],
        };
      case 'POST /invites':
        return {
          code: 'x',
          link: `banyan-invite:${'x'.repeat(40)}?issuer=${origin()}`,
          expiresAt: NOW,
          uses: 1,
        };
      case 'GET /operator/reports': {
        const state = url.searchParams.get('state');
        return { reports: REPORTS.filter((one) => state === null || one.state === state) };
      }
      case 'POST /operator/bans/plan':
        if (!String(body['text']).startsWith('kind,'))
          throw new Refusal(400, 'invalid_request', 'The first line must name the columns.');
        return { lines: BAN_LINES, isDone: false };
      case 'POST /operator/bans/import':
        return { lines: BAN_LINES, isDone: body['skipWrong'] === true };
      case 'POST /operator/revocations':
        return { seq: 1 };
    }
    if (what === 'accounts' && method === 'GET')
      return { account: account(decodeURIComponent(id), 'member'), bans: [] };
    if (what === 'reports' && action === 'resolve') return REPORTS.find((one) => one.id === id);
    if (what === 'accounts' && action === 'role') return account('mallory', 'viewer');
    throw new Refusal(404, 'not_found', `There is no ${method} ${path} here.`);
  };
  const account = (name: string, of: string): unknown => ({
    ...{ accountId: `id-${name}`, account: name, role: of, grants: [], createdAt: NOW, hasPassword: true },
    devices: [{ deviceId: deviceIdOf('d', 3), name: 'desk', enrolledAt: NOW, grants: [], lastSeenAt: NOW }],
  });

  let who = 'olga';
  let freshUntil = 0;
  const session = (): unknown => ({
    ...{
      instance: 'test',
      csrfHeader: 'x-csrf-test',
      csrfToken: 'token',
      accountId: `id-${who}`,
      account: who,
    },
    ...{ role, hasPassword: init.hasPassword ?? true, freshUntil, expiresAt: NOW, network: 'Grove' },
    ...{ hasList: true, signInName: init.signInName },
  });

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', origin());
    const method = request.method ?? 'GET';
    if (url.pathname.startsWith('/console/')) {
      serveFile(url.pathname.slice('/console'.length), response);
      return;
    }
    if (url.pathname.startsWith('/.well-known/')) {
      json(response, 200, { banyan_network_name: 'Grove', banyan_sign_in_name: 'Example University' });
      return;
    }
    if (fake.isAway) {
      request.socket.destroy();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    if (method !== 'GET') calls.push({ call: `${method} ${url.pathname}`, body });
    if (method !== 'GET' && request.headers.origin !== origin())
      throw new Refusal(403, 'origin_refused', 'Another site tried to use this page.');
    if (method === 'POST' && url.pathname === '/v1/console/session') {
      if (body['password'] !== 'right' && body['code'] !== 'good' && body['code'] !== 'others')
        throw new Refusal(401, 'bad_credentials', 'Name or password is wrong.');
      const name = body['code'] === 'others' ? 'mallory' : 'olga';
      if (![undefined, `id-${name}`].includes(body['accountId'] as string | undefined))
        throw new Refusal(409, 'conflict', 'This sign-in link is of another account.');
      who = name;
      freshUntil++;
      fake.isFresh = true;
      response.setHeader('set-cookie', `console=${secret}; HttpOnly; SameSite=Strict; Path=/`);
      json(response, 200, session());
      return;
    }
    if (!isSignedIn(request)) throw new Refusal(401, 'login_required', 'Sign in to the console.');
    if (method !== 'GET' && request.headers['x-csrf-test'] !== 'token')
      throw new Refusal(403, 'origin_refused', 'The header is missing.');
    if (url.pathname === '/v1/console/session') {
      json(response, method === 'DELETE' ? 204 : 200, method === 'DELETE' ? undefined : session());
      return;
    }
    if (url.pathname === '/v1/console/session/fresh') {
      if (body['password'] !== 'right')
        throw new Refusal(401, 'bad_credentials', 'Name or password is wrong.');
      fake.isFresh = true;
      json(response, 200, session());
      return;
    }
    json(response, 200, answer(method, url, body));
  };

  const json = (response: ServerResponse, status: number, body?: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(body === undefined ? '' : JSON.stringify(body));
  };
  const serveFile = (path: string, response: ServerResponse): void => {
    const file = join(init.appDir, normalize(path === '/' ? '/index.html' : path));
    if (!file.startsWith(init.appDir) || statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self' ws://localhost:${port}; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    });
    response.end(readFileSync(file));
  };

  const speak = (socket: WebSocket): void => {
    const seqs = new Map<number, number>();
    const views = new Map<number, Extract<ConsoleCommand, { type: 'view.open' }>>();
    const send = (number: number): void => {
      const view = views.get(number);
      if (view === undefined) return;
      const isUnknown = fake.asOf.at === 0 && view.topic !== 'glance';
      const all = isUnknown ? [] : rowsOf(view);
      if (view.topic === 'host' && !isUnknown && all.length === 0) {
        const message = 'This host is not known (any more).';
        socket.send(JSON.stringify({ type: 'view.error', view: number, code: 'not_found', message }));
        return;
      }
      const seq = (seqs.get(number) ?? -1) + 1;
      seqs.set(number, seq);
      fake.frames += 1;
      const rows = all.slice(view.first, view.first + view.count);
      const { topic, first } = view;
      socket.send(
        JSON.stringify({
          ...{ type: 'view.rows', view: number, topic, seq, total: all.length, first, rows },
          ...fake.asOf,
        }),
      );
    };
    const pushAll = (): void => {
      for (const number of views.keys()) send(number);
    };
    pushes.add(pushAll);
    socket.on('close', () => pushes.delete(pushAll));
    socket.on('message', (data) => {
      const command = JSON.parse((data as Buffer).toString()) as ConsoleCommand;
      if (command.type === 'view.open') views.set(command.view, command);
      if (command.type === 'view.close') views.delete(command.view);
      if (command.type === 'view.range') {
        const view = views.get(command.view);
        if (view !== undefined) views.set(command.view, { ...view, ...command, type: 'view.open' });
      }
      send(command.view);
    });
  };

  const fake: FakeConsole = {
    get url() {
      return origin();
    },
    calls,
    isFresh: true,
    frames: 0,
    isAway: false,
    asOf: { at: NOW, problem: null },
    lacking: 0,
    alerts,
    gone: new Set(),
    push() {
      for (const push of pushes) push();
    },
    async start() {
      const server = createServer((request, response) => {
        handle(request, response).catch((error: unknown) => {
          // Anything else is a slip of this double, and the test is to fail by it.
          const refusal = error instanceof Refusal ? error : new Refusal(500, 'internal', String(error));
          const { status, code, message, details } = refusal;
          json(response, status, {
            error: { code, message, retryable: false, ...(details === undefined ? {} : { details }) },
          });
        });
      });
      const sockets = new WebSocketServer({ noServer: true });
      server.on('upgrade', (request, socket, head) => {
        if (!isSignedIn(request)) {
          socket.destroy();
          return;
        }
        sockets.handleUpgrade(request, socket, head, speak);
      });
      await new Promise<void>((resolve) => {
        server.listen(port, 'localhost', resolve);
      });
      ({ port } = server.address() as AddressInfo);
      running = {
        close: () =>
          new Promise((resolve) => {
            for (const socket of sockets.clients) socket.terminate();
            server.close(() => resolve());
            server.closeAllConnections();
          }),
      };
    },
    async stop() {
      await running?.close();
    },
  };
  await fake.start();
  return fake;
}
