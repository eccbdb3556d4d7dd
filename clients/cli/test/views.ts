/** Rows of the local API as a peer would send them. */
import type {
  DownloadSourceView,
  DownloadView,
  HitView,
  PeerStatus,
  SearchView,
  ShareView,
  SupernodeView,
} from '@banyan/proto';

export const ROOT = 'ab'.repeat(32);

export function hitView(part: Partial<HitView> = {}): HitView {
  const content = part.content ?? `${ROOT}-1200000`;
  const name = part.name ?? 'Banyan at dawn.png';
  return {
    content,
    name,
    names: [name],
    folder: 'Pictures',
    size: 1_200_000,
    type: 'image',
    tags: {},
    sources: 2,
    reachableSources: 2,
    score: 1,
    modified: 0,
    own: 'none',
    link: `banyan:${content}?dn=${encodeURIComponent(name)}`,
    explain: [],
    ...part,
  };
}

export function searchView(part: Partial<SearchView> = {}): SearchView {
  return {
    id: 's1',
    query: 'banyan',
    state: 'done',
    startedAt: 0,
    tookMs: 210,
    hits: 2,
    totalEstimate: 2,
    asked: 2,
    answered: 2,
    timedOut: 0,
    answers: [],
    hints: [],
    searchedFor: null,
    facets: [],
    more: false,
    held: false,
    waiting: 0,
    problem: null,
    ...part,
  };
}

export function sourceView(part: Partial<DownloadSourceView> = {}): DownloadSourceView {
  return {
    deviceId: 'd'.repeat(43),
    account: 'bob',
    address: '127.0.0.1:7741',
    state: 'active',
    bytesPerSecond: 2_000_000,
    bytes: 40_000_000,
    chunks: 38,
    badChunks: 0,
    queuePosition: null,
    problem: null,
    since: 0,
    ...part,
  };
}

export function downloadView(part: Partial<DownloadView> = {}): DownloadView {
  return {
    id: '3f2a9c00-0000-4000-8000-000000000001',
    content: `${ROOT}-100000000`,
    name: 'recordings.bin',
    path: '/home/ada/Downloads/recordings.bin',
    size: 100_000_000,
    state: 'downloading',
    bytes: 50_000_000,
    bytesPerSecond: 5_000_000,
    etaMs: 10_000,
    addedAt: 0,
    finishedAt: null,
    fetchedBytes: 50_000_000,
    sources: [sourceView()],
    chunks: [],
    problem: null,
    ...part,
  };
}

export function shareView(part: Partial<ShareView> = {}): ShareView {
  return {
    id: 'sh1',
    path: '/home/ada/Music',
    name: 'Music',
    state: 'ready',
    files: 12,
    bytes: 48_000_000,
    skipped: 0,
    errors: [],
    addedAt: 0,
    ...part,
  };
}

export function supernodeView(part: Partial<SupernodeView> = {}): SupernodeView {
  return {
    deviceId: 'n'.repeat(43),
    name: 'oak',
    relation: 'home',
    state: 'connected',
    addresses: [{ host: '127.0.0.1', port: 7710 }],
    roundTripMs: 1.4,
    leaves: 3,
    capacity: 5000,
    records: 40,
    since: 0,
    problem: null,
    ...part,
  };
}

export function peerStatus(part: Partial<PeerStatus> = {}): PeerStatus {
  return {
    name: 'alice',
    account: 'alice',
    deviceId: 'a'.repeat(43),
    version: '0.1.0',
    startedAt: 1_000,
    network: { issuer: 'http://localhost:7700', name: 'Banyan on oak' },
    downloadFolder: '/home/ada/Downloads',
    auth: { state: 'connected', problem: null },
    list: { state: 'connected', problem: null },
    home: supernodeView(),
    secondHome: supernodeView({ name: 'elm', relation: 'second' }),
    reach: { state: 'reachable', address: '127.0.0.1:7740', problem: null },
    library: { files: 10, bytes: 100_000_000, hashing: null, errors: 0, published: 10 },
    transfers: {
      downloading: 0,
      downloadBytesPerSecond: 0,
      uploading: 0,
      uploadBytesPerSecond: 0,
      uploadQueue: 0,
    },
    ...part,
  };
}
