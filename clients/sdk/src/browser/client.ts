import type {
  DownloadPatch,
  DownloadRequest,
  DownloadsActRequest,
  DownloadsActResponse,
  DownloadView,
  FilesResponse,
  LimitsPatch,
  LimitsView,
  VolunteerOffer,
  VolunteerView,
  MetalinkRequest,
  PeerStatus,
  SearchRequest,
  SearchResult,
  SearchView,
  SessionResponse,
  ShareRequest,
  ShareView,
  StreamRequest,
  StreamView,
  SuggestionsResponse,
  SuggestionView,
  ViewTopic,
} from '@banyan/proto';
import {
  browserFetch,
  browserSocket,
  browserTimers,
  pageOrigin,
  type FetchLike,
  type SocketConstructor,
  type Timers,
} from './environment.ts';
import { createLive, type LinkState, type View, type ViewInit, type ViewListener } from './live.ts';
import { createRest } from './rest.ts';

export interface BrowserClientInit {
  /** Origin of the daemon; default: the page's own. */
  readonly baseUrl?: string;
  readonly fetch?: FetchLike;
  readonly WebSocket?: SocketConstructor;
  readonly timers?: Timers;
  readonly random?: () => number;
}

/** What one can do to a download that is in the list. */
export type DownloadAction = 'pause' | 'resume' | 'retry' | 'cancel';

/**
 * The peer's local API as a page uses it: typed calls, and row windows over one WebSocket that comes back
 * by itself. Calls throw BanyanError: the daemon's own, or `peer_not_running` when nothing answers.
 */
export interface BrowserClient {
  /** How the line to the daemon is; `signed-out` waits for {@link login}. */
  readonly linkState: LinkState;
  onLinkState(listener: () => void): () => void;
  /** Connects; while disconnected, tries again at once. */
  connect(): void;
  /** The window on rows of `topic` as it is now, and again with each change, until closed. */
  openView<T extends ViewTopic>(topic: T, init: ViewInit, listener: ViewListener<T>): View;
  /** No frames while the page is hidden. */
  setHidden(hidden: boolean): void;
  close(): void;

  /** Swaps the one-time code of a login link for the session cookie, then connects. */
  login(code: string, signal?: AbortSignal): Promise<SessionResponse>;
  session(signal?: AbortSignal): Promise<SessionResponse>;
  status(signal?: AbortSignal): Promise<PeerStatus>;
  files(range: { after?: number; limit?: number }, signal?: AbortSignal): Promise<FilesResponse>;
  /** Answers as soon as the search is under way; its hits come over view `search`. */
  startSearch(request: SearchRequest, signal?: AbortSignal): Promise<SearchView>;
  searchResult(id: string, signal?: AbortSignal): Promise<SearchResult>;
  /** Asks for the next hits; they come behind those that are there. Throws `not_found` when the search is not kept. */
  moreHits(id: string, signal?: AbortSignal): Promise<SearchView>;
  /** Keeps the rows of a search where they are, or lets what came since flow in. */
  holdSearch(id: string, held: boolean, signal?: AbortSignal): Promise<SearchView>;
  endSearch(id: string, signal?: AbortSignal): Promise<void>;
  /** What somebody who typed `query` may want to search for, best first; never an error because of the network. */
  suggestions(query: string, limit?: number, signal?: AbortSignal): Promise<SuggestionView[]>;
  /** Forgets one earlier query, or all of them without `query`. */
  forgetSearches(query?: string, signal?: AbortSignal): Promise<void>;
  startDownload(request: DownloadRequest, signal?: AbortSignal): Promise<DownloadView>;
  /** Begins a download of every file of a Metalink document. */
  startMetalink(request: MetalinkRequest, signal?: AbortSignal): Promise<DownloadView[]>;
  actOnDownload(id: string, action: DownloadAction, signal?: AbortSignal): Promise<DownloadView>;
  /** Changes priority, or place among those of its priority. */
  arrangeDownload(id: string, patch: DownloadPatch, signal?: AbortSignal): Promise<DownloadView>;
  /** One thing to several downloads, or without `ids` to all that it can be done to. */
  actOnDownloads(request: DownloadsActRequest, signal?: AbortSignal): Promise<DownloadsActResponse>;
  /** Takes a download off the list; a finished file stays where it is. */
  forgetDownload(id: string, signal?: AbortSignal): Promise<void>;
  /** A link that the page may play; begins the download when the file is not here. */
  stream(request: StreamRequest, signal?: AbortSignal): Promise<StreamView>;
  /** Offers this host as a supernode; what is left out stays as it was, or has its default. */
  offer(offer: VolunteerOffer, signal?: AbortSignal): Promise<VolunteerView>;
  /** Takes the offer back; a supernode that runs there stops. */
  withdraw(signal?: AbortSignal): Promise<VolunteerView>;
  /** Limits of transfers: what is set, and what holds now; also in every status. */
  limits(signal?: AbortSignal): Promise<LimitsView>;
  /** Changes what is named; the rest stays. Throws `invalid_request` for a rule that makes no sense. */
  changeLimits(patch: LimitsPatch, signal?: AbortSignal): Promise<LimitsView>;
  /** Throws `folder_unsafe` unless confirmed when the folder looks private. */
  addShare(request: ShareRequest, signal?: AbortSignal): Promise<ShareView>;
  rescanShare(id: string, signal?: AbortSignal): Promise<ShareView>;
  /** Stops sharing; the folder itself is not touched. */
  removeShare(id: string, signal?: AbortSignal): Promise<void>;
}

/**
 * Makes the client; nothing is sent before `connect` or a call.
 *
 * @throws TypeError without `baseUrl` outside a page
 */
export function createBrowserClient(init: BrowserClientInit = {}): BrowserClient {
  const origin = init.baseUrl ?? pageOrigin();
  if (origin === undefined) throw new TypeError('baseUrl is needed outside a page');
  const baseUrl = origin.replace(/\/+$/, '');
  const rest = createRest({ baseUrl, fetch: init.fetch ?? browserFetch });
  const live = createLive({
    url: `${baseUrl.replace(/^http/, 'ws')}/api/v1/live`,
    checkSession: () => rest.session(),
    WebSocket: () => init.WebSocket ?? browserSocket(),
    timers: init.timers ?? browserTimers,
    random: init.random ?? Math.random,
  });
  const seg = encodeURIComponent;

  return {
    get linkState() {
      return live.state;
    },
    onLinkState: (listener) => live.onState(listener),
    connect() {
      live.start();
    },
    openView: (topic, view, listener) => live.openView(topic, view, listener),
    setHidden(hidden) {
      live.pauseAll(hidden);
      if (!hidden && live.state === 'lost') live.start();
    },
    close() {
      live.close();
    },

    async login(code, signal) {
      const session = await rest.login(code, signal);
      live.start();
      return session;
    },
    session: (signal) => rest.session(signal),
    status: async (signal) => (await rest.get('/status', signal)) as PeerStatus,
    files: async ({ after, limit }, signal) => {
      const query = new URLSearchParams();
      if (after !== undefined) query.set('after', String(after));
      if (limit !== undefined) query.set('limit', String(limit));
      return (await rest.get(`/files?${query.toString()}`, signal)) as FilesResponse;
    },
    startSearch: async (request, signal) =>
      (await rest.write('POST', '/searches', request, signal)) as SearchView,
    searchResult: async (id, signal) => (await rest.get(`/searches/${seg(id)}`, signal)) as SearchResult,
    moreHits: async (id, signal) =>
      (await rest.write('POST', `/searches/${seg(id)}/more`, undefined, signal)) as SearchView,
    holdSearch: async (id, held, signal) =>
      (await rest.write('PUT', `/searches/${seg(id)}/hold`, { held }, signal)) as SearchView,
    endSearch: async (id, signal) => {
      await rest.write('DELETE', `/searches/${seg(id)}`, undefined, signal);
    },
    suggestions: async (typed, limit, signal) => {
      const query = new URLSearchParams({ query: typed });
      if (limit !== undefined) query.set('limit', String(limit));
      return ((await rest.get(`/suggestions?${query.toString()}`, signal)) as SuggestionsResponse)
        .suggestions;
    },
    forgetSearches: async (old, signal) => {
      const query = old === undefined ? '' : `?${new URLSearchParams({ query: old }).toString()}`;
      await rest.write('DELETE', `/search-history${query}`, undefined, signal);
    },
    startMetalink: async (request, signal) =>
      (await rest.write('POST', '/metalinks', request, signal)) as DownloadView[],
    startDownload: async (request, signal) =>
      (await rest.write('POST', '/downloads', request, signal)) as DownloadView,
    actOnDownload: async (id, action, signal) =>
      (await rest.write('POST', `/downloads/${seg(id)}/${action}`, undefined, signal)) as DownloadView,
    arrangeDownload: async (id, patch, signal) =>
      (await rest.write('PATCH', `/downloads/${seg(id)}`, patch, signal)) as DownloadView,
    actOnDownloads: async (request, signal) =>
      (await rest.write('POST', '/downloads/act', request, signal)) as DownloadsActResponse,
    forgetDownload: async (id, signal) => {
      await rest.write('DELETE', `/downloads/${seg(id)}`, undefined, signal);
    },
    stream: async (request, signal) => (await rest.write('POST', '/streams', request, signal)) as StreamView,
    offer: async (offer, signal) => (await rest.write('PUT', '/volunteer', offer, signal)) as VolunteerView,
    withdraw: async (signal) =>
      (await rest.write('DELETE', '/volunteer', undefined, signal)) as VolunteerView,
    limits: async (signal) => (await rest.get('/limits', signal)) as LimitsView,
    changeLimits: async (patch, signal) =>
      (await rest.write('PATCH', '/limits', patch, signal)) as LimitsView,
    addShare: async (request, signal) => (await rest.write('POST', '/shares', request, signal)) as ShareView,
    rescanShare: async (id, signal) =>
      (await rest.write('POST', `/shares/${seg(id)}/rescan`, undefined, signal)) as ShareView,
    removeShare: async (id, signal) => {
      await rest.write('DELETE', `/shares/${seg(id)}`, undefined, signal);
    },
  };
}
