/** A scripted network for tests of the page: what a daemon would know, moving by its own clock. */

import {
  chunksPerCell,
  DEFAULT_CAPS,
  MINE_CELL,
  parseQuery,
  SOURCE_CELL,
  type ChunkMapView,
  type DownloadSourceView,
  type DownloadState,
  type DownloadView,
  type FacetView,
  type HitView,
  type PeerStatus,
  type SavedSearchView,
  type SearchResult,
  type SearchView,
  type SharedFile,
  type ShareView,
  type SignInView,
  type SuggestionView,
  type SupernodeAnswerView,
  type SupernodeView,
  type UploadView,
  type VolunteerView,
} from '@banyan/proto';
import { createOwner } from './fake-owner.ts';

const MIB = 1024 * 1024;

/** Names as hostile peers would choose them. */
const HOSTILE_NAMES = {
  html: '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>.mp3',
  bidi: 'holiday \u202egnp.exe\u202c photo',
  escape: '\u001b[31mred\u001b[0m alert\u0007.txt',
  long: `${'very long name without an end '.repeat(7)}.flac`,
  unbroken: `${'x'.repeat(250)}.iso`,
  emoji: '🌳🌳 family 👩‍👩‍👧‍👦 at the banyan 🎉.jpg',
} as const;

/** An owner who offers a host that fails one criterion. */
const VOLUNTEER: VolunteerView = {
  offered: true,
  caps: DEFAULT_CAPS,
  force: { maxLeaves: 'enforced', memoryBytes: 'enforced', cpu: 'enforced', bytesPerSecond: 'enforced' },
  region: null,
  hours: [],
  withinHours: true,
  hoursUntil: null,
  order: {
    role: 'leaf',
    since: 1,
    by: { kind: 'list' },
    reason: 'it was offered by its owner',
    maxLeaves: 2_000,
    drainMs: 60_000,
  },
  criteria: (
    [
      ['cores', 4, 2, 'at least', 'host'],
      ['memory', 8e9, 1e9, 'at least', 'host'],
      ['reachable', 1, 1, 'at least', 'home'],
      ['round_trip', 12.5, 300, 'at most', 'home'],
      ['session', 600_000, 3_600_000, 'at least', 'home'],
    ] as const
  ).map(([name, value, threshold, bound, origin]) => ({
    name,
    value,
    threshold,
    bound,
    origin,
    passed: name !== 'session',
    at: 1,
  })),
  judgedAt: 1,
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

let counter = 0;
const root = () => (++counter).toString(16).padStart(64, '0');

function hit(over: Partial<HitView> & { name: string }): HitView {
  const size = over.size ?? 4 * MIB;
  const content = over.content ?? `${root()}-${size}`;
  return {
    content,
    names: [],
    folder: '',
    size,
    type: 'other',
    tags: {},
    sources: 1,
    reachableSources: 1,
    score: 8.339,
    modified: 1_700_000_000_000,
    own: 'none',
    link: `banyan:${content}?dn=${encodeURIComponent(over.name)}`,
    explain: [
      { name: 'words', value: 6.214 },
      { name: 'order', value: 1.5 },
      { name: 'sources', value: 0.75 },
      { name: 'freshness', value: 0.125 },
      { name: 'moonlight', value: -0.25 },
    ],
    ...over,
  };
}

const BIG = 64 * MIB + 7;

function library(): HitView[] {
  return [
    hit({
      name: 'Banyan Field Recordings, Volume 1.flac',
      folder: 'Music/Field Recordings',
      size: BIG,
      type: 'audio',
      tags: {
        artist: 'Lin Mei',
        title: 'Night in the banyan',
        durationMs: 421_000,
        bitrateKbps: 912,
        year: 2021,
      },
      sources: 3,
      reachableSources: 3,
      expectedBytesPerSecond: 12_300_000,
      names: ['banyan_vol1.flac'],
    }),
    hit({
      name: '榕樹下的故事.pdf',
      folder: '文件/故事',
      size: 2_480_113,
      type: 'document',
      sources: 2,
      reachableSources: 2,
      allBusy: true,
      tags: { artist: '王小明', year: 2019 },
    }),
    hit({
      name: 'banyan-tree-at-dawn.jpg',
      folder: 'Pictures/2023 Taiwan',
      size: 5_812_332,
      type: 'image',
      tags: { width: 6000, height: 4000 },
      sources: 5,
      reachableSources: 4,
      own: 'have',
    }),
    hit({
      name: 'How a banyan grows.mp4',
      folder: 'Video',
      size: 734_003_200,
      type: 'video',
      tags: { durationMs: 3_724_000, width: 1920, height: 1080 },
      sources: 2,
      reachableSources: 0,
    }),
    hit({ name: 'banyan-notes.zip', folder: 'Archive', size: 88_120, type: 'archive', own: 'shared' }),
    hit({
      name: 'banyan-0.1.0-linux-x64.tar.gz',
      folder: '',
      size: 48_112_004,
      type: 'software',
      sources: 12,
      reachableSources: 11,
      expectedBytesPerSecond: 48_000_000,
    }),
    hit({ name: 'README banyan', folder: 'misc', size: 912, type: 'other' }),
  ];
}

const SOURCES = [
  { deviceId: 'dev-maple', account: 'maple', address: '127.0.0.1:41001', share: 0.42 },
  { deviceId: 'dev-birch', account: 'birch', address: '127.0.0.1:41002', share: 0.36 },
  { deviceId: 'dev-cedar', account: 'cedar', address: '127.0.0.1:41003', share: 0.22 },
] as const;

interface RunningSearch {
  view: SearchView;
  readonly found: HitView[];
  hits: HitView[];
  /** Hits asked for so far. */
  limit: number;
  /** A trickle shows this many hits until `letRestCome`. */
  readonly atOnce: number | undefined;
  startedAt: number;
  readonly durationMs: number;
  answers: SupernodeAnswerView[];
}

/** Runs of chunks as runs of the cells that they are told in; what is less than half a cell goes under. */
function inCells(runs: readonly (readonly [number, number])[], chunks: number): number[] {
  const perCell = chunksPerCell(chunks);
  let at = 0;
  let cells = 0;
  return runs.flatMap(([state, count], i) => {
    at += count;
    const end = i === runs.length - 1 ? Math.ceil(chunks / perCell) : Math.round(at / perCell);
    const run = [state, end - cells];
    cells = end;
    return run;
  });
}

export interface WorldInit {
  /** The daemon is in no network yet. */
  readonly isUnjoined?: boolean;
  /** How long a 64 MiB download takes. */
  readonly downloadMs?: number;
  /** How long a search takes. */
  readonly searchMs?: number;
  readonly now?: () => number;
  readonly sharedFiles?: number;
  /** The device is outside its network, and its owner may sign in. */
  readonly mustSignIn?: true;
  /** The account is banned, in these words. */
  readonly ban?: string;
  /** Whoever comes back from the provider is refused with these words. */
  readonly signInRefusal?: string;
}

/** Hits of one page. */
const PAGE = 50;

/** Counts as a supernode makes them, in the words of the query language. */
function facetsOf(hits: readonly HitView[]): FacetView[] {
  const counts = new Map<string, FacetView>();
  for (const { type, size, name, reachableSources } of hits) {
    const range = size < 1e6 ? '<1mb' : size < 1e7 ? '1mb..10mb' : size < 1e8 ? '10mb..100mb' : '100mb..1gb';
    for (const [facet, value] of [
      ['type', type],
      ['size', range],
      ...(/\.(\w+)$/.test(name) ? [['ext', /\.(\w+)$/.exec(name)![1]!] as const] : []),
      ...(reachableSources > 1 ? [['sources', '>1'] as const] : []),
    ] as const) {
      const key = `${facet} ${value}`;
      counts.set(key, { facet, value, count: (counts.get(key)?.count ?? 0) + 1 });
    }
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}

/** Whether a hit meets the types and sizes that a query demands, and none of its excluded words. */
function meets(query: string): (hit: HitView) => boolean {
  const { clauses, excluded } = parseQuery(query);
  return (one) =>
    clauses.every(({ anyOf }) =>
      anyOf.some((term) =>
        term.kind === 'type'
          ? one.type === term.type
          : term.kind === 'number' && term.field === 'size'
            ? one.size >= term.min && one.size <= term.max
            : true,
      ),
    ) && !excluded.some((term) => term.kind === 'text' && one.name.toLowerCase().includes(term.text));
}

/** A refusal with a code of the error table. */
export class Refusal extends Error {
  readonly code: string;
  readonly http: number;
  readonly retryAfterMs: number | undefined;
  constructor(http: number, code: string, message: string, retryAfterMs?: number) {
    super(message);
    this.http = http;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

export type World = ReturnType<typeof createWorld>;

export function createWorld(init: WorldInit = {}) {
  const { downloadMs = 2500, searchMs = 350, now = Date.now, sharedFiles = 60 } = init;
  const startedAt = now();
  let lastTick = now();
  let ids = 0;

  const oak: SupernodeView = {
    deviceId: 'super-oak',
    name: 'Oak',
    relation: 'home',
    state: 'connected',
    addresses: [{ host: '127.0.0.1', port: 4501 }],
    roundTripMs: 1.2,
    leaves: 3,
    capacity: 1000,
    records: 412,
    since: startedAt,
    problem: null,
  };
  const elm: SupernodeView = { ...oak, deviceId: 'super-elm', name: 'Elm', relation: 'second' };

  const shares: ShareView[] = [
    {
      id: 'share-1',
      path: '/home/lin/Music',
      name: 'Music',
      state: 'ready',
      files: 248,
      bytes: 3_912_000_000,
      skipped: 12,
      errors: [],
      addedAt: startedAt,
    },
    {
      id: 'share-2',
      path: '/home/lin/文件',
      name: '文件',
      state: 'hashing',
      files: 64,
      bytes: 210_400_000,
      skipped: 3,
      errors: [
        { path: '文件/locked.pdf', code: 'folder_unreadable', message: 'Permission denied (EACCES).' },
        {
          path: '文件/draft.odt',
          code: 'file_changed',
          message: 'It was written to while it was read; it is read again.',
        },
      ],
      addedAt: startedAt,
    },
  ];

  const owner = createOwner({
    isUnjoined: init.isUnjoined ?? false,
    now,
    shares,
    refuse: (code) => new Refusal(400, code, `Refused: ${code}.`),
  });

  const files: SharedFile[] = Array.from({ length: sharedFiles }, (_, i) => {
    const size = 3_100_000 + i * 17_311;
    const content = `${root()}-${size}`;
    const name =
      i % 5 === 4 ? `榕樹之歌 第${i + 1}首.mp3` : `${String(i + 1).padStart(2, '0')} Song of the banyan.mp3`;
    return {
      id: i + 1,
      content,
      name,
      folder: 'Music/Songs',
      size,
      type: 'audio',
      modified: startedAt,
      tags: { artist: 'Lin Mei', title: `Song ${i + 1}`, durationMs: 180_000 + i * 1000 },
      link: `banyan:${content}?dn=song`,
    };
  });

  const uploads: UploadView[] = [
    {
      deviceId: 'dev-maple',
      account: 'maple',
      content: files[0]?.content ?? '',
      name: '01 Song of the banyan.mp3',
      state: 'active',
      bytes: 1_200_000,
      bytesPerSecond: 820_000,
      queuePosition: null,
      since: startedAt,
    },
    {
      deviceId: 'dev-cedar',
      account: 'cedar',
      content: files[1]?.content ?? '',
      name: '02 Song of the banyan.mp3',
      state: 'queued',
      bytes: 0,
      bytesPerSecond: 0,
      queuePosition: 3,
      since: startedAt,
    },
  ];

  const downloads: DownloadView[] = [];
  const searches = new Map<string, RunningSearch>();
  const hits = new Map<string, HitView>();
  const history = ['banyan type:audio', 'banana bread'];
  let restMayCome = false;

  const answer = (
    deviceId: string,
    name: string,
    count: number,
    problem: SupernodeAnswerView['problem'] = null,
  ) => ({
    deviceId,
    name,
    tookMs: problem === null ? 83 + name.length * 21 : 2000,
    hits: count,
    problem,
  });

  function findAll(query: string): HitView[] {
    const words = query.toLowerCase();
    if (words.includes('hostile'))
      return Object.values(HOSTILE_NAMES).map((name) => hit({ name, folder: name, tags: { artist: name } }));
    if (words.includes('many')) {
      return Array.from({ length: 200 }, (_, i) =>
        hit({ name: `many things, part ${i + 1}.txt`, type: 'document' }),
      );
    }
    if (words.startsWith('folder:'))
      return ['CD1/track 10.ogg', 'CD1/track 2.ogg', 'cover.jpg', '../Elsewhere/no.ogg'].map((path) => {
        const at = path.lastIndexOf('/');
        const below = path.slice(0, Math.max(0, at));
        const folder = `Music/Field Recordings${below === '' ? '' : `/${below}`}`;
        return hit({
          name: path.slice(at + 1),
          folder: below.startsWith('..') ? 'Music/Field Recordings 2' : folder,
          own: path === 'cover.jpg' ? 'have' : 'none',
        });
      });
    if (words.includes('vol1')) return library().slice(0, 1);
    if (words.includes('banyan') || words.includes('榕樹')) return library();
    return [];
  }

  /** Own earlier queries first, then the library, then the network's words. */
  function suggest(typed: string, limit: number): SuggestionView[] {
    const begins = (query: string) => query.startsWith(typed.toLowerCase());
    const from = (origin: SuggestionView['from'], queries: readonly string[]) =>
      queries.filter(begins).map((query): SuggestionView => ({ query, from: origin }));
    return [
      ...from('history', history),
      ...(typed === '' ? [] : from('library', ['banyan songs'])),
      ...(typed === '' ? [] : from('network', ['banyan tree', 'banyan grows', 'bank holiday pictures'])),
    ].slice(0, limit);
  }

  function forget(query: string | undefined): void {
    if (query === undefined) history.length = 0;
    else if (history.includes(query)) history.splice(history.indexOf(query), 1);
  }

  function searchOf(id: string): RunningSearch {
    const search = searches.get(id);
    if (search === undefined) throw new Refusal(404, 'not_found', 'There is no such search.');
    return search;
  }

  function more(id: string): SearchView {
    const search = searchOf(id);
    search.limit += PAGE;
    search.view = { ...search.view, state: 'searching', more: false };
    return search.view;
  }

  /** Elm answers the second time. */
  function deeper(id: string): SearchView {
    const search = searchOf(id);
    search.answers = search.answers.map((one) => ({ ...one, problem: null, tookMs: 120 }));
    search.startedAt = now();
    search.view = { ...search.view, state: 'searching' };
    return search.view;
  }

  function result(id: string): SearchResult {
    const search = searchOf(id);
    return { search: search.view, results: search.hits };
  }

  const saved: SavedSearchView[] = [];
  function save(query: string): SavedSearchView {
    const one: SavedSearchView = {
      id: `saved-${++ids}`,
      query,
      addedAt: now(),
      askedAt: now(),
      nextAt: now() + 600_000,
      fresh: 0,
      names: [],
      problem: null,
    };
    saved.unshift(one);
    return one;
  }
  function seen(id: string): SavedSearchView {
    return foundNew(id, []);
  }
  /** A saved search has found these. */
  function foundNew(id: string, names: string[]): SavedSearchView {
    const place = saved.findIndex((one) => one.id === id);
    const one = saved[place];
    if (one === undefined) throw new Refusal(404, 'not_found', 'There is no such saved search.');
    return (saved[place] = { ...one, fresh: names.length, names });
  }
  function unsave(id: string): void {
    saved.splice(
      saved.findIndex((one) => one.id === id),
      1,
    );
  }

  function hold(id: string, held: boolean): SearchView {
    const search = searchOf(id);
    search.view = { ...search.view, held };
    return search.view;
  }

  function startSearch(query: string, asTyped = false): SearchView {
    if (query.includes('signed out'))
      throw new Refusal(403, 'token_revoked', 'This account was banned until Friday.');
    if (query.includes('no supernode'))
      throw new Refusal(503, 'no_supernode', 'No supernode is reachable just now.');
    if (query.includes('too fast')) throw new Refusal(429, 'rate_limited', 'Too many searches.', 5000);
    if (query.includes('strange'))
      throw new Refusal(500, 'internal', 'The index of this peer is being rebuilt.');
    const searchedFor = !asTyped && query.includes('bannyan') ? query.replace('bannyan', 'banyan') : null;
    const found = findAll(searchedFor ?? query).filter(meets(searchedFor ?? query));
    for (const one of found) hits.set(one.content, one);
    const elmAway = query.includes('elm away');
    const id = `search-${++ids}`;
    const view: SearchView = {
      id,
      query,
      state: 'searching',
      startedAt: now(),
      tookMs: null,
      hits: 0,
      totalEstimate: found.length,
      asked: 2,
      answered: 0,
      timedOut: 0,
      answers: [],
      hints: [],
      searchedFor,
      facets: [],
      more: false,
      held: false,
      waiting: 0,
      problem: null,
    };
    searches.set(id, {
      view,
      found,
      hits: [],
      limit: PAGE,
      atOnce: query.includes('trickle') ? 3 : undefined,
      startedAt: now(),
      durationMs: query.includes('forever') ? Infinity : searchMs,
      answers: [
        answer('super-oak', 'Oak', Math.ceil(found.length * 0.6)),
        elmAway
          ? answer('super-elm', 'Elm', 0, { code: 'timeout', message: 'No answer within 2 s.' })
          : answer('super-elm', 'Elm', Math.floor(found.length * 0.4)),
      ],
    });
    return view;
  }

  function source(i: number, over: Partial<DownloadSourceView> = {}): DownloadSourceView {
    const s = SOURCES[i] ?? SOURCES[0];
    return {
      deviceId: s.deviceId,
      account: s.account,
      address: s.address,
      state: 'connecting',
      bytesPerSecond: 0,
      bytes: 0,
      chunks: 0,
      badChunks: 0,
      queuePosition: null,
      problem: null,
      since: now(),
      ...over,
    };
  }

  function download(
    name: string,
    size: number,
    state: DownloadState,
    over: Partial<DownloadView> = {},
  ): DownloadView {
    const view: DownloadView = {
      id: `download-${++ids}`,
      content: `${root()}-${size}`,
      name,
      path: `/home/lin/Downloads/${name}`,
      size,
      state,
      bytes: 0,
      bytesPerSecond: 0,
      etaMs: null,
      addedAt: now(),
      finishedAt: null,
      fetchedBytes: 0,
      sources: [],
      chunks: [[0, Math.ceil(size / MIB)]],
      problem: null,
      place:
        state === 'done' || state === 'failed'
          ? null
          : downloads.filter((one) => typeof one.place === 'number').length + 1,
      priority: 'normal',
      waiting: null,
      ...over,
    };
    downloads.unshift(view);
    return view;
  }

  function startDownload(content: string, name: string): DownloadView {
    const running = downloads.find((one) => one.content === content);
    if (running !== undefined) return running;
    const size = Number(content.split('-')[1] ?? 0);
    return download(name, size, 'downloading', {
      content,
      sources: [source(0), source(1), source(2)],
    });
  }

  function startLink(link: string): DownloadView {
    const [, content, name] = /^banyan:([0-9a-f]{64}-\d+)\?dn=([^&]+)/.exec(link) ?? [];
    if (content === undefined || name === undefined)
      throw new Refusal(400, 'link_invalid', 'This is not a banyan: link. Copy the whole link.');
    return startDownload(content, decodeURIComponent(name));
  }

  function startMetalink(document: string): DownloadView[] {
    const names = [...document.matchAll(/<file name="([^"]+)"/g)].map(([, name]) => name!);
    if (names.length === 0) throw new Refusal(400, 'metalink_invalid', 'This is not a Metalink 4 document.');
    return names.map((name) => download(name, 3 * MIB, 'queued'));
  }

  /** The third source lies at 30 % and is dropped with its reason; the others take over. */
  function advance(one: DownloadView, ms: number): DownloadView {
    const share = Math.min(1, one.bytes / one.size + ms / downloadMs);
    const bytes = Math.round(share * one.size);
    const gained = bytes - one.bytes;
    const chunks = Math.max(1, Math.ceil(one.size / MIB));
    const proved = Math.min(chunks, Math.floor(share * chunks));
    const liarGone = share > 0.3;
    const rate = one.size / (downloadMs / 1000);
    const sources = one.sources.map((s, i): DownloadSourceView => {
      const weight = SOURCES[i]?.share ?? 0;
      const grows = i === 2 ? (liarGone ? 0 : weight) : liarGone ? weight / 0.78 : weight;
      const given = s.bytes + Math.round(gained * grows);
      const dropped = i === 2 && liarGone;
      return {
        ...s,
        state: share >= 1 ? (dropped ? 'dropped' : 'idle') : dropped ? 'dropped' : 'active',
        bytes: given,
        chunks: Math.floor(given / MIB),
        bytesPerSecond: share >= 1 || dropped ? 0 : rate * grows,
        badChunks: dropped ? 1 : 0,
        problem: dropped
          ? { code: 'bad_chunk', message: 'Chunk 17 did not match its proof, at 20 % of the file.' }
          : null,
      };
    });
    const whole = share >= 1;
    return {
      ...one,
      state: whole ? 'done' : 'downloading',
      place: whole ? null : (one.place ?? null),
      bytes,
      fetchedBytes: bytes + (liarGone ? MIB : 0),
      bytesPerSecond: whole ? 0 : rate,
      etaMs: whole ? 0 : ((one.size - bytes) / rate) * 1000,
      finishedAt: whole ? now() : null,
      sources,
      chunks: whole
        ? [[2, chunks]]
        : [
            [2, Math.floor(proved * 0.7)],
            [1, Math.min(3, chunks - proved)],
            [2, proved - Math.floor(proved * 0.7)],
            [0, Math.max(0, chunks - proved - Math.min(3, chunks - proved))],
          ],
    };
  }

  /** Always the whole map: the daemon's own tests are about its changes. */
  function chunkMap(id: string): ChunkMapView | undefined {
    const one = downloads.find((other) => other.id === id);
    if (one === undefined) return undefined;
    const chunks = Math.max(1, Math.ceil(one.size / MIB));
    const proved = Math.min(chunks, Math.floor((one.bytes / one.size) * chunks));
    const asked = Math.min(4, chunks - proved);
    const left = chunks - proved - asked;
    const nowhere = Math.min(3, left);
    const mine: [number, number][] = [
      [MINE_CELL.verified, proved],
      [MINE_CELL.checking, Math.min(1, asked)],
      [MINE_CELL.requested, Math.max(0, Math.min(2, asked - 1))],
      [MINE_CELL.raced, Math.max(0, asked - 3)],
      [MINE_CELL.available, left - nowhere],
      [MINE_CELL.nowhere, nowhere],
    ];
    return {
      base: null,
      chunks,
      perCell: chunksPerCell(chunks),
      counts: {
        verified: proved,
        checking: Math.min(1, asked),
        requested: Math.max(0, Math.min(2, asked - 1)),
        raced: Math.max(0, asked - 3),
        available: left - nowhere,
        nowhere,
      },
      lanes: [
        { source: null, account: '', runs: inCells(mine, chunks) },
        // As the daemon does: those that are of use come first.
        ...[
          ...one.sources.filter(({ state }) => state !== 'dropped'),
          ...one.sources.filter(({ state }) => state === 'dropped'),
        ].map(({ deviceId, account, chunks: gave }) => ({
          source: deviceId,
          account,
          runs: inCells(
            [
              [SOURCE_CELL.gave, gave],
              [SOURCE_CELL.has, chunks - gave],
            ],
            chunks,
          ),
        })),
      ],
    };
  }

  function act(id: string, action: string): DownloadView {
    const index = downloads.findIndex((one) => one.id === id);
    const one = downloads[index];
    if (one === undefined) throw new Refusal(404, 'not_found', 'There is no such download.');
    const { cancelAt: _, ...rest } = one;
    const next: DownloadView = {
      ...rest,
      state: action === 'pause' ? 'paused' : 'downloading',
      problem: null,
    };
    if (action === 'cancel') downloads.splice(index, 1);
    else downloads[index] = next;
    return next;
  }

  /** A cancel leaves time to undo it, as the page asks. */
  function actAll(action: string, chosen?: readonly string[]) {
    const ids = chosen ?? downloads.map(({ id }) => id);
    for (const id of ids) {
      const index = downloads.findIndex((one) => one.id === id);
      const one = downloads[index];
      if (one === undefined) continue;
      if (action === 'cancel') downloads[index] = { ...one, state: 'paused', cancelAt: now() + 10_000 };
      else if (action === 'remove') downloads.splice(index, 1);
      else act(id, action);
    }
    return { done: ids, failed: [] };
  }

  function addShare(path: string, confirm: boolean): ShareView {
    if (!path.startsWith('/'))
      throw new Refusal(400, 'folder_missing', `The folder ${path} does not exist. Check the path.`);
    if (shares.some((share) => share.path === path))
      throw new Refusal(409, 'folder_overlaps', 'This folder is shared already.');
    if (/^\/(?:home\/[^/]+|etc)?\/?$/.test(path) && !confirm) {
      throw new Refusal(
        409,
        'folder_unsafe',
        `${path} is a home folder: 18,204 files, mail and browser data among them. Choose a folder inside it, or confirm.`,
      );
    }
    const share: ShareView = {
      id: `share-${++ids}`,
      path,
      name: path.split('/').at(-1) ?? path,
      state: 'scanning',
      files: 0,
      bytes: 0,
      skipped: 0,
      errors: [],
      addedAt: now(),
    };
    shares.push(share);
    return share;
  }

  function tick() {
    const ms = now() - lastTick;
    lastTick = now();
    for (const search of searches.values()) {
      if (search.view.state !== 'searching') {
        // What waited flows in when it is let.
        if (!search.view.held && search.view.waiting > 0) {
          search.hits = search.found.slice(0, search.view.hits);
          search.view = { ...search.view, waiting: 0 };
        }
        continue;
      }
      const waits = search.atOnce !== undefined && !restMayCome;
      const share = waits ? 0.4 : Math.min(1, (now() - search.startedAt) / search.durationMs);
      const whole = share >= 1;
      const wanted = Math.min(search.found.length, search.limit);
      const come = waits ? (search.atOnce ?? 0) : Math.floor(share * wanted);
      if (!search.view.held || search.hits.length >= PAGE) search.hits = search.found.slice(0, come);
      const { answers } = search;
      const answered = answers.filter((one) => one.problem === null).length;
      search.view = {
        ...search.view,
        hits: come,
        waiting: come - search.hits.length,
        facets: facetsOf(search.found.slice(0, come)),
        more: whole && wanted < search.found.length,
        state: whole ? 'done' : 'searching',
        tookMs: whole ? Math.round(now() - search.startedAt) : null,
        answered: whole ? answered : share > 0.5 ? 1 : 0,
        timedOut: whole ? answers.length - answered : 0,
        answers: whole ? answers : share > 0.5 ? answers.slice(0, 1) : [],
      };
    }
    downloads.forEach((one, i) => {
      if (one.state === 'downloading' && one.sources.length > 0) downloads[i] = advance(one, ms);
    });
  }

  const signIn: SignInView | undefined =
    init.mustSignIn === undefined
      ? undefined
      : { provider: 'Example University', needed: true, waiting: false, account: null, problem: null };

  const banned = (message: string) => {
    const problem = { code: 'token_revoked', message };
    const offline = { state: 'offline', problem } as const;
    return { auth: offline, list: offline, home: null, secondHome: null, homeProblem: problem };
  };

  function status(): PeerStatus {
    const running = downloads.filter((one) => one.state === 'downloading');
    return {
      ...(signIn === undefined ? {} : { signIn: { ...signIn } }),
      name: 'lin-laptop',
      account: 'lin',
      deviceId: 'dev-lin',
      version: '0.1.0',
      startedAt,
      network: { issuer: 'http://localhost:4000', name: 'Home' },
      downloadFolder: '/home/lin/Downloads',
      downloadsShared: true,
      auth: { state: 'connected', problem: null },
      list: { state: 'connected', problem: null },
      ...(init.ban === undefined ? { home: oak, secondHome: elm } : banned(init.ban)),
      reach: { state: 'reachable', address: '127.0.0.1:4601', problem: null },
      library: {
        files: 312,
        bytes: 4_122_400_000,
        hashing: {
          file: '文件/photos of the banyan.zip',
          filesLeft: 12,
          bytesLeft: 1_410_000_000,
          bytesPerSecond: 790_000_000,
        },
        pace: owner.pace,
        errors: 2,
        published: 300,
      },
      transfers: {
        downloading: running.length,
        pausable: downloads.filter(({ state }) => !['done', 'failed', 'paused', 'finishing'].includes(state))
          .length,
        resumable: downloads.filter(({ state }) => state === 'paused').length,
        downloadBytesPerSecond: running.reduce((sum, one) => sum + one.bytesPerSecond, 0),
        uploading: 1,
        uploadBytesPerSecond: 820_000,
        uploadQueue: 1,
      },
      limits: {
        limits: { up: 2_000_000, down: null, upEach: null, downEach: null },
        schedule: [
          { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '18:00', limits: { up: 500_000 } },
        ],
        downloadsAtOnce: 5,
        now: {
          limits: { up: 500_000, down: null, upEach: null, downEach: null },
          rule: 0,
          until: now() + 3_600_000,
        },
      },
    };
  }

  /** One download of each state, for looking at. */
  function showEveryState() {
    download('Banyan Field Recordings, Volume 2.flac', BIG, 'waiting', {
      bytes: 20 * MIB,
      priority: 'high',
      chunks: [
        [2, 20],
        [0, 45],
      ],
      problem: {
        code: 'disk_full',
        message:
          'The disk of /home/lin/Downloads is full: 12.1 MB are free, and 46.1 MB are still to come. Make room; the download then goes on by itself.',
      },
    });
    const part = (i: number, share: number, over: Partial<DownloadSourceView> = {}) =>
      source(i, { bytes: Math.round(share * 40 * MIB), chunks: Math.round(share * 40), ...over });
    download('banyan-0.1.0-linux-x64.tar.gz', 48_112_004, 'done', {
      bytes: 48_112_004,
      fetchedBytes: 49_160_580,
      finishedAt: now() - 60_000,
      chunks: [[2, 46]],
      sources: [
        part(0, 0.5, { state: 'idle' }),
        part(1, 0.6, { state: 'idle' }),
        part(2, 0.05, {
          state: 'dropped',
          badChunks: 1,
          problem: { code: 'bad_chunk', message: 'Chunk 12 did not match its proof.' },
        }),
      ],
    });
    download('Old tape.wav', 80 * MIB, 'failed', {
      bytes: 8 * MIB,
      chunks: [
        [2, 8],
        [0, 72],
      ],
      sources: [part(0, 0.2, { state: 'idle' })],
      problem: {
        code: 'disk_full',
        message: 'The disk of /home/lin/Downloads has 2 MB left; 72 MB are needed.',
      },
    });
    download('How a banyan grows.mp4', 734_003_200, 'waiting', {
      bytes: 120 * MIB,
      chunks: [
        [2, 60],
        [0, 300],
        [2, 60],
        [0, 280],
      ],
      sources: [
        part(0, 1, {
          state: 'dropped',
          problem: { code: 'source_stalled', message: 'It sent nothing for 15 s.' },
        }),
      ],
      problem: {
        code: 'no_sources',
        message:
          'The only known source gives nothing just now. It is tried again by itself, and others are looked for.',
      },
      waiting: { since: now() - 300_000, asked: 12, nextAt: now() + 25_000 },
    });
    download('banyan-tree-at-dawn.jpg', 5_812_332, 'queued');
    download('榕樹下的故事.pdf', 2_480_113, 'paused', {
      bytes: MIB,
      chunks: [
        [2, 1],
        [0, 2],
      ],
      sources: [part(1, 0.025, { state: 'idle' })],
    });
  }

  return Object.assign(owner, {
    downloads,
    shares,
    files,
    uploads,
    searches,
    hits,
    supernodes: [oak, elm],
    volunteer: VOLUNTEER,
    /** What the browser came back with from the provider. */
    finishSignIn(code: unknown): SignInView | undefined {
      if (signIn?.needed !== true || code !== 'a-code' || init.signInRefusal !== undefined) return undefined;
      signIn.needed = false;
      return signIn;
    },
    signInRefusal: init.signInRefusal ?? 'This sign-in is over.',
    tick,
    status,
    history,
    startSearch,
    suggest,
    forget,
    more,
    hold,
    deeper,
    result,
    saved,
    save,
    seen,
    foundNew,
    unsave,
    /** Who has any content. */
    hosts: [
      {
        deviceId: 'dev-maple',
        account: 'maple',
        address: '127.0.0.1:41001',
        partial: false,
        offer: { freeSlots: 3, queued: 0, bytesPerSecond: 12_300_000 },
      },
      { deviceId: 'dev-birch', account: 'birch', address: '127.0.0.1:41002', partial: true },
      {
        deviceId: 'dev-cedar',
        account: 'cedar',
        address: '127.0.0.1:41003',
        partial: false,
        offer: { freeSlots: 0, queued: 2, bytesPerSecond: null },
      },
    ],
    /** What several downloads were asked for in one call. */
    batches: [] as { content: string; name: string; subfolder?: string }[][],
    /** Ends the trickle of searches for `trickle`. */
    letRestCome() {
      restMayCome = true;
    },
    holdRestBack() {
      restMayCome = false;
    },
    startDownload,
    startLink,
    startMetalink,
    download,
    source,
    act,
    actAll,
    chunkMap,
    /** What was to be done with sources. */
    sourceActs: [] as { source: string; action: string }[],
    addShare,
    showEveryState,
  });
}
