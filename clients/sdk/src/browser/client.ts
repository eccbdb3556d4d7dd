import type {
  ContentSources,
  DownloadPatch,
  DownloadRequest,
  DownloadsActRequest,
  DownloadsActResponse,
  DownloadsRequest,
  DownloadsResponse,
  DownloadView,
  ExclusionPreview,
  ExclusionQuestion,
  FilesResponse,
  FolderListing,
  HashPacePatch,
  HashPaceView,
  JoinRequest,
  LimitsPatch,
  LimitsView,
  VolunteerOffer,
  VolunteerView,
  MetalinkRequest,
  NetworkPreview,
  PeerStatus,
  SavedSearchView,
  ReachTest,
  SearchRequest,
  SearchResult,
  SearchView,
  SessionResponse,
  SettingsPatch,
  SettingsView,
  SetupView,
  ShareRequest,
  ShareView,
  SignInAnswer,
  SignInStep,
  SignInView,
  SourceActRequest,
  StreamRequest,
  StreamView,
  SuggestionsResponse,
  SuggestionView,
  TextPreview,
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
import {
  createLive,
  type LinkState,
  type PeerFrames,
  type View,
  type ViewInit,
  type ViewListener,
  type ViewParams,
} from './live.ts';
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
  openView<T extends ViewTopic>(topic: T, init: ViewInit, listener: ViewListener<PeerFrames[T]>): View;
  /** No frames while the page is hidden. */
  setHidden(hidden: boolean): void;
  close(): void;

  /** Swaps the one-time code of a login link for the session cookie, then connects. */
  login(code: string, signal?: AbortSignal): Promise<SessionResponse>;
  session(signal?: AbortSignal): Promise<SessionResponse>;
  /** How far this peer is on its way into a network, and what it proposes. */
  /** @param wait - seconds to wait for a join that is under way to end; default: none */
  setup(signal?: AbortSignal, wait?: number): Promise<SetupView>;
  /** Looks at a network before it is joined. */
  lookAtNetwork(network: string, signal?: AbortSignal): Promise<NetworkPreview>;
  /** Joins a network; the answer comes when everything runs. */
  join(request: JoinRequest, signal?: AbortSignal): Promise<SetupView>;
  settings(signal?: AbortSignal): Promise<SettingsView>;
  /** Changes name or download folder, at once and for later starts. */
  changeSettings(patch: SettingsPatch, signal?: AbortSignal): Promise<SettingsView>;
  /** The folders in a folder of this machine; without `path` in the home folder. */
  folders(path?: string, signal?: AbortSignal): Promise<FolderListing>;
  /** Signs this browser out. */
  logout(signal?: AbortSignal): Promise<void>;
  status(signal?: AbortSignal): Promise<PeerStatus>;
  files(range: { after?: number; limit?: number }, signal?: AbortSignal): Promise<FilesResponse>;
  /** Answers as soon as the search is under way; its hits come over view `search`. */
  startSearch(request: SearchRequest, signal?: AbortSignal): Promise<SearchView>;
  /** @param wait - seconds to wait for the search to be done; default: none */
  searchResult(id: string, signal?: AbortSignal, wait?: number): Promise<SearchResult>;
  /** Asks everybody again; what is there stays. */
  deepenSearch(id: string, signal?: AbortSignal): Promise<SearchView>;
  /** Who has a content now. */
  contentSources(content: string, signal?: AbortSignal): Promise<ContentSources>;
  /** The beginning of a text file that is here, or arrives. */
  contentText(content: string, signal?: AbortSignal): Promise<TextPreview>;
  /** Has the daemon repeat a query by itself; what is new comes over view `saved`. */
  saveSearch(query: string, signal?: AbortSignal): Promise<SavedSearchView>;
  /** What is new of a saved search has been looked at. */
  seeSavedSearch(id: string, signal?: AbortSignal): Promise<SavedSearchView>;
  removeSavedSearch(id: string, signal?: AbortSignal): Promise<void>;
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
  /** Several at once; one that cannot be begun keeps no other from it. */
  startDownloads(request: DownloadsRequest, signal?: AbortSignal): Promise<DownloadsResponse>;
  /** Begins a download of every file of a Metalink document. */
  startMetalink(request: MetalinkRequest, signal?: AbortSignal): Promise<DownloadView[]>;
  actOnDownload(id: string, action: DownloadAction, signal?: AbortSignal): Promise<DownloadView>;
  /** Changes priority, or place among those of its priority. */
  arrangeDownload(id: string, patch: DownloadPatch, signal?: AbortSignal): Promise<DownloadView>;
  /** Gives a dropped source of a download a new chance, or uses one no longer. */
  actOnSource(id: string, request: SourceActRequest, signal?: AbortSignal): Promise<DownloadView>;
  /** One thing to several downloads, or without `ids` to all that it can be done to. */
  actOnDownloads(request: DownloadsActRequest, signal?: AbortSignal): Promise<DownloadsActResponse>;
  /** Takes a download off the list; a finished file stays where it is. */
  forgetDownload(id: string, signal?: AbortSignal): Promise<void>;
  /** A link that the page may play; begins the download when the file is not here. */
  stream(request: StreamRequest, signal?: AbortSignal): Promise<StreamView>;
  /** Begins a sign-in with the provider of the network; this browser is to go to its URL, and comes back to the page. */
  beginSignIn(signal?: AbortSignal): Promise<SignInStep>;
  /** Ends it, with what the browser came back with. Throws `sign_in_expired`, `sign_in_refused`, `conflict` … */
  finishSignIn(answer: SignInAnswer, signal?: AbortSignal): Promise<SignInView>;
  /** Offers this host as a supernode; what is left out stays as it was, or has its default. */
  offer(offer: VolunteerOffer, signal?: AbortSignal): Promise<VolunteerView>;
  /** Takes the offer back; a supernode that runs there stops. */
  withdraw(signal?: AbortSignal): Promise<VolunteerView>;
  /** Whether others can reach this peer, step by step. */
  testReach(signal?: AbortSignal): Promise<ReachTest>;
  /** Limits of transfers: what is set, and what holds now; also in every status. */
  limits(signal?: AbortSignal): Promise<LimitsView>;
  /** Changes what is named; the rest stays. Throws `invalid_request` for a rule that makes no sense. */
  changeLimits(patch: LimitsPatch, signal?: AbortSignal): Promise<LimitsView>;
  /** Throws `folder_unsafe` unless confirmed when the folder looks private. */
  addShare(request: ShareRequest, signal?: AbortSignal): Promise<ShareView>;
  /** Leaves out of a share what matches, from now on. */
  setExclusions(id: string, exclude: readonly string[], signal?: AbortSignal): Promise<ShareView>;
  /** What patterns would leave out of a share, or of a folder that may become one. */
  previewExclusions(question: ExclusionQuestion, signal?: AbortSignal): Promise<ExclusionPreview>;
  /** Pauses hashing, makes it gentle, or lets it run. */
  setHashPace(patch: HashPacePatch, signal?: AbortSignal): Promise<HashPaceView>;
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
  const live = createLive<PeerFrames, ViewParams>({
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
    setup: async (signal, wait = 0) =>
      (await rest.get(wait === 0 ? '/setup' : `/setup?wait=${wait}`, signal)) as SetupView,
    lookAtNetwork: async (network, signal) =>
      (await rest.write('POST', '/setup/network', { network }, signal)) as NetworkPreview,
    join: async (request, signal) => (await rest.write('POST', '/setup', request, signal)) as SetupView,
    settings: async (signal) => (await rest.get('/settings', signal)) as SettingsView,
    changeSettings: async (patch, signal) =>
      (await rest.write('PATCH', '/settings', patch, signal)) as SettingsView,
    folders: async (path, signal) =>
      (await rest.write('POST', '/folders', path === undefined ? {} : { path }, signal)) as FolderListing,
    logout: async (signal) => {
      await rest.write('DELETE', '/session', undefined, signal);
    },
    status: async (signal) => (await rest.get('/status', signal)) as PeerStatus,
    files: async ({ after, limit }, signal) => {
      const query = new URLSearchParams();
      if (after !== undefined) query.set('after', String(after));
      if (limit !== undefined) query.set('limit', String(limit));
      return (await rest.get(`/files?${query.toString()}`, signal)) as FilesResponse;
    },
    startSearch: async (request, signal) =>
      (await rest.write('POST', '/searches', request, signal)) as SearchView,
    searchResult: async (id, signal, wait = 0) =>
      (await rest.get(`/searches/${seg(id)}?wait=${wait}`, signal)) as SearchResult,
    deepenSearch: async (id, signal) =>
      (await rest.write('POST', `/searches/${seg(id)}/deeper`, undefined, signal)) as SearchView,
    contentSources: async (content, signal) =>
      (await rest.get(`/contents/${seg(content)}/sources`, signal)) as ContentSources,
    contentText: async (content, signal) =>
      (await rest.get(`/contents/${seg(content)}/text`, signal)) as TextPreview,
    saveSearch: async (query, signal) =>
      (await rest.write('POST', '/saved-searches', { query }, signal)) as SavedSearchView,
    seeSavedSearch: async (id, signal) =>
      (await rest.write('POST', `/saved-searches/${seg(id)}/seen`, undefined, signal)) as SavedSearchView,
    removeSavedSearch: async (id, signal) => {
      await rest.write('DELETE', `/saved-searches/${seg(id)}`, undefined, signal);
    },
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
    startDownloads: async (request, signal) =>
      (await rest.write('POST', '/downloads/batch', request, signal)) as DownloadsResponse,
    startDownload: async (request, signal) =>
      (await rest.write('POST', '/downloads', request, signal)) as DownloadView,
    actOnDownload: async (id, action, signal) =>
      (await rest.write('POST', `/downloads/${seg(id)}/${action}`, undefined, signal)) as DownloadView,
    arrangeDownload: async (id, patch, signal) =>
      (await rest.write('PATCH', `/downloads/${seg(id)}`, patch, signal)) as DownloadView,
    actOnSource: async (id, request, signal) =>
      (await rest.write('POST', `/downloads/${seg(id)}/sources`, request, signal)) as DownloadView,
    actOnDownloads: async (request, signal) =>
      (await rest.write('POST', '/downloads/act', request, signal)) as DownloadsActResponse,
    forgetDownload: async (id, signal) => {
      await rest.write('DELETE', `/downloads/${seg(id)}`, undefined, signal);
    },
    stream: async (request, signal) => (await rest.write('POST', '/streams', request, signal)) as StreamView,
    beginSignIn: async (signal) =>
      (await rest.write('POST', '/sign-in', { here: true }, signal)) as SignInStep,
    finishSignIn: async (answer, signal) =>
      (await rest.write('POST', '/sign-in/finish', answer, signal)) as SignInView,
    offer: async (offer, signal) => (await rest.write('PUT', '/volunteer', offer, signal)) as VolunteerView,
    withdraw: async (signal) =>
      (await rest.write('DELETE', '/volunteer', undefined, signal)) as VolunteerView,
    testReach: async (signal) => (await rest.write('POST', '/reach-test', undefined, signal)) as ReachTest,
    limits: async (signal) => (await rest.get('/limits', signal)) as LimitsView,
    changeLimits: async (patch, signal) =>
      (await rest.write('PATCH', '/limits', patch, signal)) as LimitsView,
    addShare: async (request, signal) => (await rest.write('POST', '/shares', request, signal)) as ShareView,
    setExclusions: async (id, exclude, signal) =>
      (await rest.write('PATCH', `/shares/${seg(id)}`, { exclude }, signal)) as ShareView,
    previewExclusions: async (question, signal) =>
      (await rest.write('POST', '/shares/preview', question, signal)) as ExclusionPreview,
    setHashPace: async (patch, signal) =>
      (await rest.write('PATCH', '/hashing', patch, signal)) as HashPaceView,
    rescanShare: async (id, signal) =>
      (await rest.write('POST', `/shares/${seg(id)}/rescan`, undefined, signal)) as ShareView,
    removeShare: async (id, signal) => {
      await rest.write('DELETE', `/shares/${seg(id)}`, undefined, signal);
    },
  };
}
