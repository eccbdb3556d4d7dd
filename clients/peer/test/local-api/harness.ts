/** A local API over fake rooms, on real sockets, and callers that can say anything. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile, mkdir } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BanyanError,
  DEFAULT_CAPS,
  NO_LIMIT,
  type DownloadView,
  type HitView,
  type LimitsView,
  type LiveMessage,
  type LocalApiFile,
  type PeerStatus,
  type SavedSearchView,
  type SearchView,
  type SettingsView,
  type SetupView,
  type SharedFile,
  type ShareView,
  type SignInView,
  type SuggestionView,
  type UploadView,
  type ViewCommand,
  type ViewTopic,
  type VolunteerView,
} from '@banyan/proto';
import { createHealth, createMetrics, silentLog, systemClock, type Clock } from '@banyan/kit';
import { WebSocket } from 'ws';
import { createLocalApi, type LocalApi } from '../../src/local-api/local-api.ts';
import type { ChunkMapState } from '../../src/local-api/chunk-frames.ts';
import type { ChangeListener, Rooms } from '../../src/local-api/rooms.ts';

const CONTENT = `${'ab'.repeat(32)}-1048577`;

export const STATUS: PeerStatus = {
  name: 'alice',
  account: 'alice',
  deviceId: 'x'.repeat(43),
  version: '0.1.0',
  startedAt: 1,
  network: { issuer: 'http://localhost:1', name: 'Test' },
  downloadFolder: '/tmp/downloads',
  auth: { state: 'connected', problem: null },
  list: { state: 'waiting', problem: { code: 'unreachable', message: 'The list is away.' } },
  home: null,
  secondHome: null,
  reach: { state: 'unknown', address: null, problem: null },
  library: { files: 1, bytes: 2, hashing: null, errors: 0, published: 1 },
  transfers: {
    downloading: 0,
    downloadBytesPerSecond: 0,
    uploading: 0,
    uploadBytesPerSecond: 0,
    uploadQueue: 0,
  },
};

const SIGN_IN: SignInView = {
  provider: 'Example University',
  needed: true,
  waiting: false,
  account: null,
  problem: null,
};

const SEARCH: SearchView = {
  id: 's1',
  query: 'oak',
  state: 'searching',
  startedAt: 1,
  tookMs: null,
  hits: 0,
  totalEstimate: 0,
  asked: 0,
  answered: 0,
  timedOut: 0,
  answers: [],
  hints: [],
  searchedFor: null,
  facets: [],
  more: false,
  held: false,
  waiting: 0,
  problem: null,
};

const savedSearch = (query: string): SavedSearchView => ({
  id: 'w1',
  query,
  addedAt: 1,
  askedAt: null,
  nextAt: 2,
  fresh: 0,
  names: [],
  problem: null,
});

export const hit = (name: string): HitView => ({
  content: CONTENT,
  name,
  names: [],
  folder: '',
  size: 1_048_577,
  type: 'audio',
  tags: { artist: 'A' },
  sources: 1,
  reachableSources: 1,
  score: 1,
  modified: 1,
  own: 'none',
  link: `banyan:${CONTENT}`,
  explain: [],
});

export const download = (id: string): DownloadView => ({
  id,
  content: CONTENT,
  name: 'song.ogg',
  path: '/tmp/downloads/song.ogg',
  size: 1_048_577,
  state: 'downloading',
  bytes: 1,
  bytesPerSecond: 2.5,
  etaMs: null,
  addedAt: 1,
  finishedAt: null,
  fetchedBytes: 1,
  sources: [
    {
      deviceId: 'y'.repeat(43),
      account: 'bob',
      address: '127.0.0.1:1',
      state: 'dropped',
      bytesPerSecond: 0,
      bytes: 1,
      chunks: 1,
      badChunks: 1,
      queuePosition: null,
      problem: { code: 'bad_chunk', message: 'Wrong bytes.' },
      since: 1,
    },
  ],
  chunks: [
    [2, 1],
    [0, 1],
  ],
  problem: null,
});

/** Rooms whose contents a test sets by hand. */
/** A host that nobody has offered. */
const NO_VOLUNTEER: VolunteerView = {
  offered: false,
  caps: DEFAULT_CAPS,
  force: { maxLeaves: 'enforced', memoryBytes: 'enforced', cpu: 'enforced', bytesPerSecond: 'enforced' },
  region: null,
  hours: [],
  withinHours: true,
  hoursUntil: null,
  order: null,
  criteria: [],
  judgedAt: null,
  problem: null,
  supernode: {
    state: 'none',
    problem: null,
    leaves: null,
    capacity: null,
    records: null,
    port: null,
    logFile: null,
  },
};

const SETUP: SetupView = { state: 'needed', name: 'laptop', downloadFolder: '/tmp/d', folders: [] };
const SETTINGS: SettingsView = { name: 'laptop', downloadFolder: '/tmp/d', given: [] };

export interface FakeRooms extends Rooms {
  changed: ChangeListener;
  current: PeerStatus;
  hits: HitView[];
  search: SearchView;
  /** Undefined: suggestions never come. */
  suggested: SuggestionView[] | undefined;
  /** Told when somebody stopped waiting for suggestions. */
  onAborted: () => void;
  all: DownloadView[];
  /** Chunk maps by download. */
  readonly maps: Map<string, ChunkMapState>;
  shared: ShareView[];
  serving: UploadView[];
  library: SharedFile[];
  /** What a filter leaves of it; undefined: it is still being looked for. */
  found: SharedFile[] | undefined;
  /** Tells the last view with a filter on the files that there is more to be seen. */
  onFound: () => void;
  limited: LimitsView;
  volunteering: VolunteerView;
  /** Where the browser was to come back to; undefined: by a code. */
  readonly signInsBegun: (string | undefined)[];
  readonly calls: string[];
}

function createFakeRooms(): FakeRooms {
  const listeners = new Set<ChangeListener>();
  const gone = (): never => {
    throw new BanyanError('not_found');
  };
  const rooms: FakeRooms = {
    calls: [],
    current: STATUS,
    hits: [],
    search: SEARCH,
    suggested: [],
    onAborted: () => undefined,
    all: [download('d1')],
    maps: new Map(),
    shared: [],
    serving: [],
    library: [],
    found: undefined,
    onFound: () => undefined,
    limited: {
      limits: NO_LIMIT,
      schedule: [],
      downloadsAtOnce: 5,
      now: { limits: NO_LIMIT, rule: null, until: null },
    },
    volunteering: NO_VOLUNTEER,
    signInsBegun: [],
    changed: (topic: ViewTopic, id?: string) => {
      for (const listener of listeners) listener(topic, id);
    },
    setup: {
      view: () => Promise.resolve(SETUP),
      wait: () => Promise.resolve(SETUP),
      look: (network) => {
        rooms.calls.push(`look ${network}`);
        return Promise.reject(new BanyanError('unreachable'));
      },
      join: (request) => {
        rooms.calls.push(`join ${JSON.stringify(request)}`);
        return Promise.resolve({ ...SETUP, state: 'joined' });
      },
    },
    settings: {
      view: () => SETTINGS,
      change: (patch) => {
        rooms.calls.push(`settings ${JSON.stringify(patch)}`);
        return Promise.resolve({ ...SETTINGS, ...patch });
      },
    },
    folders: {
      list: (path) => {
        rooms.calls.push(`folders ${path ?? ''}`);
        return Promise.resolve({
          path: path ?? '/home/ann',
          parent: '/',
          places: [],
          folders: [],
          isCut: false,
        });
      },
    },
    status: { now: () => rooms.current, checked: () => Promise.resolve(rooms.current) },
    supernodes: () => [],
    shares: {
      list: () => rooms.shared,
      add: (request) => {
        rooms.calls.push(`share ${request.path}`);
        return Promise.reject(new BanyanError('folder_missing'));
      },
      remove: () => Promise.resolve(),
      rescan: gone,
      change: (id, patch) => {
        rooms.calls.push(`change ${id} ${JSON.stringify(patch)}`);
        return Promise.resolve(rooms.shared[0] ?? gone());
      },
      preview: (question) => {
        rooms.calls.push(`preview ${JSON.stringify(question)}`);
        return Promise.resolve({
          files: 2,
          bytes: 2,
          leftOut: { files: 1, bytes: 1 },
          examples: ['a'],
          complete: true,
        });
      },
      setPace: (patch) => {
        rooms.calls.push(`pace ${JSON.stringify(patch)}`);
        return Promise.resolve({ paused: patch.paused ?? false, gentle: patch.gentle ?? false });
      },
    },
    files: {
      window: (first, count) => ({
        total: rooms.library.length,
        rows: rooms.library.slice(first, first + count),
      }),
      find: (filter, onChange) => {
        rooms.calls.push(`find files ${filter}`);
        rooms.onFound = onChange;
        return {
          window: (first, count) =>
            rooms.found === undefined
              ? undefined
              : { total: rooms.found.length, rows: rooms.found.slice(first, first + count) },
          close: () => void rooms.calls.push(`found enough of ${filter}`),
        };
      },
      page: (_after, limit) => ({
        files: rooms.library.slice(0, limit),
        total: rooms.library.length,
        next: null,
      }),
    },
    searches: {
      start: (request) => {
        rooms.calls.push(`search ${request.query}`);
        return rooms.search;
      },
      list: () => [rooms.search],
      result: (id) => (id === 's1' ? { search: rooms.search, results: rooms.hits } : gone()),
      wait: (id) => Promise.resolve(rooms.searches.result(id)),
      window: (id, first, count) =>
        id === 's1'
          ? { total: rooms.hits.length, rows: rooms.hits.slice(first, first + count), search: rooms.search }
          : gone(),
      more: (id) => {
        rooms.calls.push(`more ${id}`);
        return id === 's1' ? rooms.search : gone();
      },
      deeper: (id) => {
        rooms.calls.push(`deeper ${id}`);
        return id === 's1' ? rooms.search : gone();
      },
      hold: (id, held) => {
        rooms.calls.push(`${held ? 'hold' : 'let go'} ${id}`);
        return id === 's1' ? { ...rooms.search, held } : gone();
      },
      remove: () => undefined,
    },
    saved: {
      list: () => [savedSearch('oak')],
      add: (query) => Promise.resolve(savedSearch(query)),
      seen: (id) => Promise.resolve({ ...savedSearch('oak'), id }),
      remove: (id) => {
        rooms.calls.push(`unsave ${id}`);
        return Promise.resolve();
      },
    },
    contents: {
      sources: () =>
        Promise.resolve({
          sources: [{ deviceId: 'd', account: 'ann', address: '127.0.0.1:1', partial: false }],
        }),
      text: (content) => Promise.resolve({ text: content, isWhole: true }),
    },
    suggestions: {
      suggest: (query, limit, signal) => {
        rooms.calls.push(`suggest ${limit} ${query}`);
        if (rooms.suggested !== undefined) return Promise.resolve(rooms.suggested);
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            rooms.calls.push('suggest aborted');
            rooms.onAborted();
            reject(new BanyanError('aborted'));
          });
        });
      },
      forget: (query) => {
        rooms.calls.push(query === undefined ? 'forget all' : `forget ${query}`);
        return Promise.resolve();
      },
    },
    downloads: {
      get count() {
        return rooms.all.length;
      },
      window: (first, count) => rooms.all.slice(first, first + count),
      find: (filter) => ({
        window: (first, count) => {
          const left = rooms.all.filter(({ name }) => name.includes(filter));
          return { total: left.length, rows: left.slice(first, first + count) };
        },
        close: () => undefined,
      }),
      get: (id) => rooms.all.find((one) => one.id === id) ?? gone(),
      add: (request) => {
        rooms.calls.push(`download ${String(request.content)}`);
        return Promise.resolve(download('d2'));
      },
      addAll: ({ downloads }) => {
        rooms.calls.push(`downloads ${downloads.map(({ content }) => content).join()}`);
        return Promise.resolve({ results: downloads.map(() => ({ download: download('d2') })) });
      },
      addMetalink: ({ document }) => {
        rooms.calls.push(`metalink of ${document.length}`);
        return Promise.resolve([download('d3'), download('d4')]);
      },
      chunkMap: (id) => rooms.maps.get(id) ?? gone(),
      actOnSource: (id, { source, action }) => {
        rooms.calls.push(`${action} ${source} of ${id}`);
        return download(id);
      },
      act: (id, action) => {
        rooms.calls.push(`${action} ${id}`);
        return Promise.resolve(download(id));
      },
      arrange: (id, patch) => {
        rooms.calls.push(`arrange ${id} ${JSON.stringify(patch)}`);
        return Promise.resolve(download(id));
      },
      actAll: ({ action, ids }) => {
        rooms.calls.push(`${action} ${ids?.join() ?? 'all'}`);
        return Promise.resolve({ done: [...(ids ?? [])], failed: [] });
      },
      remove: () => Promise.resolve(),
    },
    links: {
      make: ({ content }) => Promise.resolve({ content, name: 'a', size: 1, link: `banyan:${content}` }),
    },
    streams: {
      open: (request) => {
        rooms.calls.push(`stream ${String(request.content)}`);
        return Promise.resolve({
          url: 'http://127.0.0.1:9/stream/x',
          expiresAt: 1,
          content: CONTENT,
          name: 'film.mkv',
          type: 'video/x-matroska',
          download: 'd1',
        });
      },
    },
    uploads: () => rooms.serving,
    fetched: () => [],
    testReach: () => Promise.resolve({ at: 1, listen: { host: '127.0.0.1', port: 1 }, steps: [] }),
    limits: {
      view: () => rooms.limited,
      change: (patch) => {
        rooms.calls.push(`limits ${JSON.stringify(patch)}`);
        return Promise.resolve(rooms.limited);
      },
    },
    signIn: {
      view: () => SIGN_IN,
      begin: (redirectUri) => {
        rooms.signInsBegun.push(redirectUri);
        return Promise.resolve({
          url: 'https://auth.example/sign-in',
          expiresAt: 1,
          ...(redirectUri === undefined ? { userCode: 'BCDF-GHJK' } : {}),
        });
      },
      finish: ({ code }) =>
        code === 'right'
          ? Promise.resolve({ ...SIGN_IN, needed: false, account: 'ada' })
          : Promise.reject(new BanyanError('sign_in_expired')),
    },
    volunteer: {
      view: () => rooms.volunteering,
      offer: (offer) => {
        rooms.calls.push(`offer ${JSON.stringify(offer)}`);
        rooms.volunteering = { ...rooms.volunteering, offered: true };
        return Promise.resolve(rooms.volunteering);
      },
      withdraw: () => {
        rooms.calls.push('withdraw');
        rooms.volunteering = { ...rooms.volunteering, offered: false };
        return Promise.resolve(rooms.volunteering);
      },
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return rooms;
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  /** `error.code` of the body. */
  readonly code: string | undefined;
  readonly json: unknown;
}

export interface Call {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** Default 127.0.0.1. */
  readonly connectTo?: string;
}

/** A raw request: fetch would refuse to send a Host or Origin of one's own. */
export function call(
  port: number,
  { method = 'GET', path, headers = {}, body, connectTo }: Call,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const request = httpRequest(
      {
        host: connectTo ?? '127.0.0.1',
        port,
        method,
        path,
        agent: false,
        headers: {
          host: `localhost:${port}`,
          ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          let json: unknown;
          try {
            json = JSON.parse(text);
          } catch {
            json = undefined;
          }
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json,
            code: (json as { error?: { code?: string } } | undefined)?.error?.code,
          });
        });
      },
    );
    request.on('error', reject);
    request.end(payload);
  });
}

export interface SignedIn {
  readonly cookie: string;
  readonly csrf: Record<string, string>;
}

export interface Daemon {
  readonly api: LocalApi;
  readonly rooms: FakeRooms;
  readonly port: number;
  readonly origin: string;
  readonly dataDir: string;
  readonly stops: number;
  readonly token: string;
  call(request: Call): Promise<Answer>;
  /** A browser with a session. */
  signIn(code?: string): Promise<SignedIn>;
  code(): Promise<string>;
  stop(): Promise<void>;
}

export interface DaemonInit {
  readonly dataDir?: string;
  readonly port?: number;
  readonly clock?: Clock;
}

const daemons: Daemon[] = [];
const folders: string[] = [];

export async function startDaemon(init: DaemonInit = {}): Promise<Daemon> {
  const dataDir = init.dataDir ?? (await mkdtemp(join(tmpdir(), 'banyan-local-api-')));
  folders.push(dataDir);
  const webRoot = join(dataDir, 'web');
  await mkdir(join(webRoot, 'assets'), { recursive: true });
  await writeFile(join(webRoot, 'index.html'), '<!doctype html><title>Banyan</title>');
  await writeFile(join(webRoot, 'assets', 'index-1234.js'), 'export {};');
  await writeFile(join(dataDir, 'secret.txt'), 'not for the page');
  const rooms = createFakeRooms();
  let stops = 0;
  const api = await createLocalApi(
    {
      clock: init.clock ?? systemClock,
      log: silentLog(),
      metrics: createMetrics({ service: 'peer', processMetrics: false }),
      health: createHealth(),
      rooms,
      mediaOrigin: () => 'http://127.0.0.1:9',
      onStop: () => {
        stops += 1;
      },
    },
    { port: init.port ?? 0, dataDir, webRoot },
  );
  await api.start();
  const file = JSON.parse(await readFile(join(dataDir, 'local-api.json'), 'utf8')) as LocalApiFile;
  let running = true;
  const daemon: Daemon = {
    api,
    rooms,
    dataDir,
    port: api.port,
    origin: `http://localhost:${api.port}`,
    token: file.token,
    get stops() {
      return stops;
    },
    call: (request) => call(api.port, request),
    code: async () => (await api.makeLoginLink()).url.split('#login=')[1] ?? '',
    async signIn(code) {
      const answer = await daemon.call({
        method: 'POST',
        path: '/api/v1/session',
        headers: { origin: daemon.origin },
        body: { code: code ?? (await daemon.code()) },
      });
      if (answer.status !== 200) throw new Error(`sign-in: ${answer.status} ${answer.text}`);
      const session = answer.json as { csrfHeader: string; csrfToken: string };
      return {
        cookie: String(answer.headers['set-cookie']).split(';')[0] ?? '',
        csrf: { [session.csrfHeader]: session.csrfToken },
      };
    },
    async stop() {
      if (!running) return;
      running = false;
      await api.stop();
    },
  };
  daemons.push(daemon);
  return daemon;
}

export async function stopAll(): Promise<void> {
  await Promise.all(daemons.splice(0).map((daemon) => daemon.stop()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
}

export interface Page {
  readonly messages: LiveMessage[];
  send(command: ViewCommand | string | Uint8Array): void;
  /** The next message that passes `wanted`; those before are skipped. */
  next(wanted?: (message: LiveMessage) => boolean): Promise<LiveMessage>;
  /** Close code, once closed. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly socket: WebSocket;
  close(): void;
}

/** Opens the live socket; rejects with the HTTP status when the upgrade is refused. */
export function openLive(
  daemon: Daemon,
  headers: Record<string, string>,
  init: { readonly protocol?: string; readonly host?: string; readonly path?: string } = {},
): Promise<Page> {
  const socket = new WebSocket(
    `ws://127.0.0.1:${daemon.port}${init.path ?? '/api/v1/live'}`,
    init.protocol ?? 'banyan-live.v1',
    { headers: { host: init.host ?? `localhost:${daemon.port}`, ...headers } },
  );
  const messages: LiveMessage[] = [];
  const waiting = new Set<() => void>();
  let read = 0;
  socket.on('message', (data) => {
    messages.push(JSON.parse((data as Buffer).toString()) as LiveMessage);
    for (const wake of [...waiting]) wake();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      reject(new Error(`HTTP ${String(response.statusCode)}`));
    });
    socket.on('open', () =>
      resolve({
        messages,
        socket,
        closed,
        send: (command) =>
          socket.send(
            typeof command === 'string' || command instanceof Uint8Array ? command : JSON.stringify(command),
          ),
        next: (wanted = () => true) =>
          new Promise((found, failed) => {
            const look = (): void => {
              for (; read < messages.length; read += 1) {
                const message = messages[read];
                if (message === undefined || !wanted(message)) continue;
                read += 1;
                waiting.delete(look);
                found(message);
                return;
              }
            };
            waiting.add(look);
            void closed.then(() => failed(new Error('closed')));
            look();
          }),
        close: () => socket.terminate(),
      }),
    );
  });
}

export const randomSecret = (): string => randomBytes(32).toString('base64url');
