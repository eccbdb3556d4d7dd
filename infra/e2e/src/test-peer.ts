/** A peer of the network under test: its process, its folders, its local API. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DownloadView, type HitView, type PeerStatus, type SearchResult } from '@banyan/proto';
import { createLocalApiClient, readLocalApiFile, type LocalApiClient } from '@banyan/sdk';
import type { Program } from './program.ts';
import { waitFor } from './wait-for.ts';

export interface TestPeer {
  readonly name: string;
  readonly program: Program;
  readonly dataDir: string;
  readonly sharedFolder: string;
  readonly downloadFolder: string;
  /** Client of the running process; a restart makes a new one. */
  readonly api: LocalApiClient;
  readonly deviceId: string;
  /** Starts the process again and waits for its API. */
  restart(more?: readonly string[], nodeArgs?: readonly string[]): Promise<void>;
  /** Shares its folder and waits until all of it is hashed. */
  share(folder?: string): Promise<void>;
  /** Waits until it has a home that knows its whole catalog and, when it shares, can be reached there. */
  settled(timeoutMs?: number): Promise<PeerStatus>;
  /** Searches and waits for all answers. */
  search(query: string): Promise<SearchResult>;
  /** Searches until somebody has the file: indexes and reachability come about in their own time. */
  find(query: string, accept?: (hit: HitView) => boolean): Promise<HitView>;
  download(id: string): Promise<DownloadView>;
  /** Waits until the download is in one of these states; fails at once when it failed instead. */
  reaches(id: string, states: readonly DownloadView['state'][], timeoutMs?: number): Promise<DownloadView>;
}

export interface TestPeerInit {
  readonly name: string;
  readonly program: Program;
  readonly dataDir: string;
  readonly sharedFolder: string;
  readonly downloadFolder: string;
}

const SEARCH_WAIT_S = 5;

export async function createTestPeer(init: TestPeerInit): Promise<TestPeer> {
  const { name, program, dataDir } = init;
  const connect = async (): Promise<LocalApiClient> => createLocalApiClient(await readLocalApiFile(dataDir));
  let api = await connect();
  const { deviceId } = await api.status();

  const peer: TestPeer = {
    ...init,
    get api() {
      return api;
    },
    deviceId,
    async restart(more, nodeArgs) {
      api.close();
      await program.start(more, nodeArgs);
      api = await connect();
    },
    async share(folder = init.sharedFolder) {
      const share = await api.addShare({ path: folder, confirm: true });
      await waitFor(async () => (await api.shares()).find((s) => s.id === share.id)?.state === 'ready', {
        what: `${name} to have hashed ${folder}`,
        timeoutMs: 60_000,
      });
    },
    settled: (timeoutMs = 30_000) =>
      waitFor(
        async () => {
          const status = await api.status();
          const { home, library, reach } = status;
          const isReady =
            home?.state === 'connected' &&
            library.hashing === null &&
            library.published >= library.files &&
            reach.state === 'reachable';
          return isReady && status;
        },
        { what: `${name} to be published at a home and reachable`, timeoutMs, everyMs: 50 },
      ),
    async search(query) {
      const { id } = await api.startSearch({ query });
      return api.searchResult(id, SEARCH_WAIT_S);
    },
    find: (query, accept = (hit) => hit.reachableSources > 0) =>
      waitFor(async () => (await peer.search(query)).results.find(accept), {
        what: `${name} to find "${query}"`,
        everyMs: 200,
      }),
    download: (id) => api.download(id),
    reaches: (id, states, timeoutMs = 60_000) =>
      waitFor(
        async () => {
          const view = await api.download(id);
          if (states.includes(view.state)) return view;
          if (view.state === 'failed') throw new Error(`${view.name}: ${view.problem?.message ?? 'failed'}`);
          return false;
        },
        { what: `the download ${id} of ${name} to be ${states.join(' or ')}`, timeoutMs },
      ),
  };
  return peer;
}

/** What `GET /files` of a peer calls the file with this name. */
export async function sharedContent(peer: TestPeer, fileName: string): Promise<string> {
  const { files } = await peer.api.files({ limit: 200 });
  const file = files.find((f) => f.name === fileName);
  if (file === undefined) throw new Error(`${peer.name} shares no ${fileName}.`);
  return file.content;
}

/** The token of a peer's local API, as programs of its user find it. */
export async function localApiToken(
  peer: TestPeer,
): Promise<{ readonly url: string; readonly token: string }> {
  return JSON.parse(await readFile(join(peer.dataDir, 'local-api.json'), 'utf8')) as {
    url: string;
    token: string;
  };
}
