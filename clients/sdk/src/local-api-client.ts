/**
 * The peer's local API for programs: the token of `local-api.json` in place of a cookie, otherwise what the page has
 * too, live views included.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BanyanError,
  LocalApiFile,
  errorFromBody,
  toBanyanError,
  type ContentLink,
  type ContentLinkRequest,
  type DownloadPatch,
  type DownloadRequest,
  type DownloadsActRequest,
  type DownloadsActResponse,
  type DownloadsRequest,
  type DownloadsResponse,
  type DownloadView,
  type MetalinkRequest,
  type FilesResponse,
  type LimitsPatch,
  type LimitsView,
  type LoginLinkResponse,
  type PeerStatus,
  type SearchRequest,
  type SearchResult,
  type SearchView,
  type ShareRequest,
  type ShareView,
  type SignInStep,
  type SignInView,
  type StreamRequest,
  type StreamView,
  type SuggestionsResponse,
  type SuggestionView,
  type SupernodeView,
  type UploadView,
  type ViewTopic,
  type VolunteerOffer,
  type VolunteerView,
} from '@banyan/proto';
import Value from 'typebox/value';
import { WebSocket } from 'ws';
import { browserTimers, type SocketConstructor } from './browser/environment.ts';
import {
  createLive,
  type PeerFrames,
  type View,
  type ViewInit,
  type ViewListener,
  type ViewParams,
} from './browser/live.ts';
import type { DownloadAction } from './browser/client.ts';

/** Name of the file in a peer's data folder that says where its local API is. */
export const LOCAL_API_FILE = 'local-api.json';

export interface LocalApiClientInit {
  /** http://localhost:PORT */
  readonly url: string;
  readonly token: string;
  /**
   * Reads both again when they do not do any more: each start of a peer makes a new token. Default: nothing is read, and
   * who outlives the peer is refused.
   */
  readonly reread?: () => Promise<Pick<LocalApiFile, 'url' | 'token'>>;
}

export interface LocalApiClient {
  status(signal?: AbortSignal): Promise<PeerStatus>;
  supernodes(signal?: AbortSignal): Promise<SupernodeView[]>;
  shares(signal?: AbortSignal): Promise<ShareView[]>;
  /** Throws `folder_unsafe` unless confirmed when the folder looks private. */
  addShare(request: ShareRequest, signal?: AbortSignal): Promise<ShareView>;
  removeShare(id: string, signal?: AbortSignal): Promise<void>;
  rescanShare(id: string, signal?: AbortSignal): Promise<ShareView>;
  files(range: { after?: number; limit?: number }, signal?: AbortSignal): Promise<FilesResponse>;
  startSearch(request: SearchRequest, signal?: AbortSignal): Promise<SearchView>;
  /** The search and its hits; with `waitSeconds` the answer comes when it is done. */
  searchResult(id: string, waitSeconds?: number, signal?: AbortSignal): Promise<SearchResult>;
  /** Asks for the next hits; they come behind those that are there. Throws `not_found` when the search is not kept. */
  moreHits(id: string, signal?: AbortSignal): Promise<SearchView>;
  /** Keeps the rows of a search where they are, or lets what came since flow in. */
  holdSearch(id: string, held: boolean, signal?: AbortSignal): Promise<SearchView>;
  endSearch(id: string, signal?: AbortSignal): Promise<void>;
  /** What somebody who typed `query` may want to search for, best first; never an error because of the network. */
  suggestions(query: string, limit?: number, signal?: AbortSignal): Promise<SuggestionView[]>;
  /** Forgets one earlier query, or all of them without `query`. */
  forgetSearches(query?: string, signal?: AbortSignal): Promise<void>;
  downloads(signal?: AbortSignal): Promise<DownloadView[]>;
  download(id: string, signal?: AbortSignal): Promise<DownloadView>;
  startDownload(request: DownloadRequest, signal?: AbortSignal): Promise<DownloadView>;
  /** Begins several downloads; what cannot be begun is said of each. */
  startDownloads(request: DownloadsRequest, signal?: AbortSignal): Promise<DownloadsResponse>;
  /** Begins a download of every file of a Metalink document. */
  startMetalink(request: MetalinkRequest, signal?: AbortSignal): Promise<DownloadView[]>;
  /** A link to a file of this peer; with `metalink` the whole file is read for it. */
  makeLink(request: ContentLinkRequest, signal?: AbortSignal): Promise<ContentLink>;
  actOnDownload(id: string, action: DownloadAction, signal?: AbortSignal): Promise<DownloadView>;
  /** Changes priority, or place among those of its priority. */
  arrangeDownload(id: string, patch: DownloadPatch, signal?: AbortSignal): Promise<DownloadView>;
  /** One thing to several downloads, or without `ids` to all that it can be done to. */
  actOnDownloads(request: DownloadsActRequest, signal?: AbortSignal): Promise<DownloadsActResponse>;
  forgetDownload(id: string, signal?: AbortSignal): Promise<void>;
  /** A link for players of this machine; begins the download when the file is not here. */
  stream(request: StreamRequest, signal?: AbortSignal): Promise<StreamView>;
  uploads(signal?: AbortSignal): Promise<UploadView[]>;
  /** How this device stands with the sign-in of its network. */
  signIn(signal?: AbortSignal): Promise<SignInView>;
  /** Begins a sign-in with the provider of the network, by a code that a person types in any browser. */
  beginSignIn(signal?: AbortSignal): Promise<SignInStep>;
  /** What this host is offered as, and what came of it. */
  volunteer(signal?: AbortSignal): Promise<VolunteerView>;
  /** Offers this host as a supernode; what is left out stays as it was, or has its default. */
  offer(offer: VolunteerOffer, signal?: AbortSignal): Promise<VolunteerView>;
  /** Takes the offer back; a supernode that runs there stops. */
  withdraw(signal?: AbortSignal): Promise<VolunteerView>;
  /** Limits of transfers: what is set, and what holds now. */
  limits(signal?: AbortSignal): Promise<LimitsView>;
  /** Changes what is named; the rest stays. Throws `invalid_request` for a rule that makes no sense. */
  changeLimits(patch: LimitsPatch, signal?: AbortSignal): Promise<LimitsView>;
  /** A one-time link that signs a browser in. */
  loginLink(signal?: AbortSignal): Promise<LoginLinkResponse>;
  /** Asks the daemon to stop. */
  stop(signal?: AbortSignal): Promise<void>;
  /** A window on live rows, again after the daemon was away, until closed. */
  openView<T extends ViewTopic>(topic: T, init: ViewInit, listener: ViewListener<PeerFrames[T]>): View;
  /** Ends the views. */
  close(): void;
}

/**
 * Finds the peer that keeps its data in `folder`.
 *
 * @throws BanyanError `peer_not_running` when there is none or its file cannot be read
 */
export async function readLocalApiFile(folder: string): Promise<LocalApiFile> {
  const path = join(folder, LOCAL_API_FILE);
  try {
    const file: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (Value.Check(LocalApiFile, file)) return file;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EACCES') {
      throw new BanyanError(
        'peer_not_running',
        `${path} cannot be read: it belongs to another user of this machine.`,
        { cause },
      );
    }
    throw new BanyanError('peer_not_running', undefined, { cause });
  }
  throw new BanyanError('peer_not_running', `${path} is not what a peer writes. Start the peer anew.`);
}

/** Makes the client; nothing is sent before the first call. */
export function createLocalApiClient(init: LocalApiClientInit): LocalApiClient {
  let place: Pick<LocalApiFile, 'url' | 'token'> = init;
  const base = (): string => place.url.replace(/\/+$/, '');
  const authorization = (): string => `Bearer ${place.token}`;

  /** Whether the peer was started again since. */
  const renew = async (): Promise<boolean> => {
    const { token } = place;
    const next = await init.reread?.().catch(() => undefined);
    if (next === undefined || next.token === token) return false;
    place = next;
    return true;
  };

  async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const { token } = place;
    try {
      return await callOnce(method, path, body, signal);
    } catch (error) {
      const { code } = toBanyanError(error);
      // A call that was refused has done nothing; one that got no answer may have.
      const mayRepeat = code === 'unauthenticated' || (code === 'peer_not_running' && method === 'GET');
      if (!mayRepeat || !(place.token !== token || (await renew()))) throw error;
      return await callOnce(method, path, body, signal);
    }
  }

  async function callOnce<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    let response: Response;
    try {
      response = await fetch(`${base()}/api/v1${path}`, {
        method,
        headers: {
          authorization: authorization(),
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        redirect: 'error',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (cause) {
      if (signal?.aborted === true) throw new BanyanError('aborted', undefined, { cause });
      throw new BanyanError('peer_not_running', undefined, { cause });
    }
    if (response.status === 204) return undefined as T;
    const answer: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw errorFromBody(answer, response.status === 401 ? 'unauthenticated' : 'internal');
    return answer as T;
  }

  class BearerSocket extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol, { headers: { authorization: authorization() }, perMessageDeflate: false });
      // A close follows each error; one that nobody hears would end the process, as when a client closes while it connects.
      this.on('error', () => undefined);
    }
  }
  const live = createLive<PeerFrames, ViewParams>({
    get url() {
      return `${base().replace(/^http/, 'ws')}/api/v1/live`;
    },
    checkSession: () => call('GET', '/status'),
    WebSocket: () => BearerSocket as unknown as SocketConstructor,
    timers: browserTimers,
    random: Math.random,
  });
  const seg = encodeURIComponent;
  const query = (values: Record<string, string | number | undefined>): string => {
    const set = Object.entries(values).filter(
      (entry): entry is [string, string | number] => entry[1] !== undefined,
    );
    return set.length === 0
      ? ''
      : `?${new URLSearchParams(set.map(([k, v]): [string, string] => [k, String(v)])).toString()}`;
  };

  return {
    status: (signal) => call('GET', '/status', undefined, signal),
    supernodes: (signal) => call('GET', '/supernodes', undefined, signal),
    shares: (signal) => call('GET', '/shares', undefined, signal),
    addShare: (request, signal) => call('POST', '/shares', request, signal),
    removeShare: (id, signal) => call('DELETE', `/shares/${seg(id)}`, undefined, signal),
    rescanShare: (id, signal) => call('POST', `/shares/${seg(id)}/rescan`, undefined, signal),
    files: (range, signal) =>
      call('GET', `/files${query({ after: range.after, limit: range.limit })}`, undefined, signal),
    startSearch: (request, signal) => call('POST', '/searches', request, signal),
    searchResult: (id, waitSeconds, signal) =>
      call('GET', `/searches/${seg(id)}${query({ wait: waitSeconds })}`, undefined, signal),
    moreHits: (id, signal) => call('POST', `/searches/${seg(id)}/more`, undefined, signal),
    holdSearch: (id, held, signal) => call('PUT', `/searches/${seg(id)}/hold`, { held }, signal),
    endSearch: (id, signal) => call('DELETE', `/searches/${seg(id)}`, undefined, signal),
    suggestions: async (typed, limit, signal) => {
      const path = `/suggestions${query({ query: typed, limit })}`;
      return (await call<SuggestionsResponse>('GET', path, undefined, signal)).suggestions;
    },
    forgetSearches: (old, signal) =>
      call('DELETE', `/search-history${query({ query: old })}`, undefined, signal),
    downloads: (signal) => call('GET', '/downloads', undefined, signal),
    download: (id, signal) => call('GET', `/downloads/${seg(id)}`, undefined, signal),
    startDownload: (request, signal) => call('POST', '/downloads', request, signal),
    startDownloads: (request, signal) => call('POST', '/downloads/batch', request, signal),
    startMetalink: (request, signal) => call('POST', '/metalinks', request, signal),
    makeLink: (request, signal) => call('POST', '/links', request, signal),
    actOnDownload: (id, action, signal) => call('POST', `/downloads/${seg(id)}/${action}`, undefined, signal),
    arrangeDownload: (id, patch, signal) => call('PATCH', `/downloads/${seg(id)}`, patch, signal),
    actOnDownloads: (request, signal) => call('POST', '/downloads/act', request, signal),
    forgetDownload: (id, signal) => call('DELETE', `/downloads/${seg(id)}`, undefined, signal),
    stream: (request, signal) => call('POST', '/streams', request, signal),
    uploads: (signal) => call('GET', '/uploads', undefined, signal),
    signIn: (signal) => call('GET', '/sign-in', undefined, signal),
    beginSignIn: (signal) => call('POST', '/sign-in', { here: false }, signal),
    volunteer: (signal) => call('GET', '/volunteer', undefined, signal),
    offer: (offer, signal) => call('PUT', '/volunteer', offer, signal),
    withdraw: (signal) => call('DELETE', '/volunteer', undefined, signal),
    limits: (signal) => call('GET', '/limits', undefined, signal),
    changeLimits: (patch, signal) => call('PATCH', '/limits', patch, signal),
    loginLink: (signal) => call('POST', '/login-links', undefined, signal),
    stop: (signal) => call('POST', '/stop', undefined, signal),
    openView(topic, view, listener) {
      live.start();
      return live.openView(topic, view, listener);
    },
    close: () => live.close(),
  };
}
