/** What the local API needs of the other rooms of the peer; tests pass their own. */
import type {
  ContentLink,
  ContentLinkRequest,
  DownloadPatch,
  DownloadRequest,
  DownloadsActRequest,
  DownloadsActResponse,
  DownloadsRequest,
  DownloadsResponse,
  DownloadView,
  MetalinkRequest,
  FilesResponse,
  LimitsPatch,
  LimitsView,
  PeerStatus,
  SearchRequest,
  SearchResult,
  SearchView,
  SharedFile,
  ShareRequest,
  ShareView,
  StreamRequest,
  StreamView,
  SuggestionView,
  SupernodeView,
  UploadView,
  HitView,
  ViewTopic,
  VolunteerOffer,
  VolunteerView,
} from '@banyan/proto';

/** Part of a list, and how long the whole is. */
export interface Window<T> {
  readonly total: number;
  readonly rows: readonly T[];
}

/** What can be done to a download that is in the list. */
export type DownloadAction = 'pause' | 'resume' | 'retry' | 'cancel';

export interface StatusRoom {
  now(): PeerStatus;
  /** As {@link now}, after auth and list were asked when nothing was heard of them lately; bounded in time. */
  checked(signal: AbortSignal): Promise<PeerStatus>;
}

export interface SharesRoom {
  list(): readonly ShareView[];
  /** @throws BanyanError `folder_missing`, `folder_unreadable`, `folder_unsafe`, `folder_overlaps` */
  add(request: ShareRequest): Promise<ShareView>;
  /** @throws BanyanError `not_found` */
  remove(id: string): Promise<void>;
  /** @throws BanyanError `not_found` */
  rescan(id: string): Promise<ShareView>;
}

export interface FilesRoom {
  /** Rows by place. */
  window(first: number, count: number): Window<SharedFile>;
  /** Rows after the file with id `after`. */
  page(after: number | undefined, limit: number): FilesResponse;
}

export interface SearchesRoom {
  /** @param traceparent - the caller's, of which the search becomes a step */
  start(request: SearchRequest, traceparent?: string): SearchView;
  list(): readonly SearchView[];
  /** @throws BanyanError `not_found` */
  result(id: string): SearchResult;
  /** The result when the search is done, at the latest after `waitMs`. */
  wait(id: string, waitMs: number, signal: AbortSignal): Promise<SearchResult>;
  window(id: string, first: number, count: number): Window<HitView> & { readonly search: SearchView };
  /** Asks for the next page, unless there is none or an answer is under way. @throws BanyanError `not_found` */
  more(id: string): SearchView;
  /** Keeps the rows where they are, or lets what came since flow in. @throws BanyanError `not_found` */
  hold(id: string, held: boolean): SearchView;
  /** Cancels and forgets. @throws BanyanError `not_found` */
  remove(id: string): void;
}

export interface SuggestionsRoom {
  /** Best first; only an abort of `signal` is an error. */
  suggest(query: string, limit: number, signal: AbortSignal): Promise<SuggestionView[]>;
  /** Forgets an earlier query, or all. @throws BanyanError `disk_full`, `disk_failed` */
  forget(query?: string): Promise<void>;
}

export interface DownloadsRoom {
  readonly count: number;
  /** What is unfinished in the order of its turns, then the others, newest first. */
  window(first: number, count: number): readonly DownloadView[];
  /** @throws BanyanError `not_found` */
  get(id: string): DownloadView;
  /** @throws BanyanError `link_invalid`, `invalid_request`, `folder_missing`, `blocked_content` … */
  add(request: DownloadRequest, traceparent?: string): Promise<DownloadView>;
  /** Several; one that fails keeps no other from it. */
  addAll(request: DownloadsRequest, traceparent?: string): Promise<DownloadsResponse>;
  /** @throws BanyanError `metalink_invalid`, `name_unsafe`, `limit_exceeded`, `unreachable`, and those of {@link add} */
  addMetalink(request: MetalinkRequest, traceparent?: string): Promise<DownloadView[]>;
  act(id: string, action: DownloadAction): Promise<DownloadView>;
  /** Priority, and place in the line. @throws BanyanError `not_found` */
  arrange(id: string, patch: DownloadPatch): Promise<DownloadView>;
  /** One thing to several, or to all that it can be done to; one that fails keeps no other from it. */
  actAll(request: DownloadsActRequest): Promise<DownloadsActResponse>;
  remove(id: string): Promise<void>;
}

export interface LinksRoom {
  /** @throws BanyanError `unknown_content`, `file_changed`, `disk_failed`, `invalid_request`, `aborted` */
  make(request: ContentLinkRequest, signal: AbortSignal): Promise<ContentLink>;
}

export interface StreamsRoom {
  /** @throws BanyanError `link_invalid`, `invalid_request`, and what adding a download throws */
  open(request: StreamRequest): Promise<StreamView>;
}

export interface LimitsRoom {
  view(): LimitsView;
  /** @throws BanyanError `invalid_request`, `disk_full`, `disk_failed` */
  change(patch: LimitsPatch): Promise<LimitsView>;
}

export interface VolunteerRoom {
  view(): VolunteerView;
  /** @throws BanyanError `invalid_request`, `disk_full`, `disk_failed` */
  offer(offer: VolunteerOffer): Promise<VolunteerView>;
  /** @throws BanyanError `disk_full`, `disk_failed`: it holds all the same */
  withdraw(): Promise<VolunteerView>;
}

/** The topic whose rows changed; `id`: of which search. */
export type ChangeListener = (topic: ViewTopic, id?: string) => void;

export interface Rooms {
  readonly status: StatusRoom;
  readonly supernodes: () => readonly SupernodeView[];
  readonly shares: SharesRoom;
  readonly files: FilesRoom;
  readonly searches: SearchesRoom;
  readonly suggestions: SuggestionsRoom;
  readonly downloads: DownloadsRoom;
  readonly links: LinksRoom;
  readonly streams: StreamsRoom;
  readonly uploads: () => readonly UploadView[];
  readonly limits: LimitsRoom;
  readonly volunteer: VolunteerRoom;
  /** Told after each change; cheap to call often. Returns how to stop that. */
  onChange(listener: ChangeListener): () => void;
}
