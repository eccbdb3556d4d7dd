/** What the local API needs of the other rooms of the peer; tests pass their own. */
import type {
  ContentLink,
  ContentLinkRequest,
  ContentSources,
  DownloadPatch,
  DownloadRequest,
  DownloadsActRequest,
  DownloadsActResponse,
  DownloadsRequest,
  DownloadsResponse,
  DownloadView,
  MetalinkRequest,
  ExclusionPreview,
  ExclusionQuestion,
  FetchedView,
  FilesResponse,
  FolderListing,
  HashPacePatch,
  HashPaceView,
  JoinRequest,
  LimitsPatch,
  LimitsView,
  NetworkPreview,
  PeerStatus,
  SavedSearchView,
  ReachTest,
  SearchRequest,
  SearchResult,
  SearchView,
  SettingsPatch,
  SettingsView,
  SetupView,
  SharedFile,
  SourceActRequest,
  SharePatch,
  ShareRequest,
  ShareView,
  SignInAnswer,
  SignInStep,
  SignInView,
  StreamRequest,
  StreamView,
  SuggestionView,
  TextPreview,
  SupernodeView,
  UploadView,
  HitView,
  ViewTopic,
  VolunteerOffer,
  VolunteerView,
} from '@banyan/proto';
import type { ChunkMapState } from './chunk-frames.ts';

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

export interface SignInRoom {
  view(): SignInView;
  /** @throws BanyanError `not_found`, `sign_in_unavailable`, `rate_limited` … */
  begin(redirectUri?: string): Promise<SignInStep>;
  /** @throws BanyanError `sign_in_expired`, `sign_in_refused`, `conflict` … */
  finish(answer: SignInAnswer): Promise<SignInView>;
}

export interface SharesRoom {
  list(): readonly ShareView[];
  /** @throws BanyanError `folder_missing`, `folder_unreadable`, `folder_unsafe`, `folder_overlaps` */
  add(request: ShareRequest): Promise<ShareView>;
  /** @throws BanyanError `not_found` */
  remove(id: string): Promise<void>;
  /** @throws BanyanError `not_found` */
  rescan(id: string): Promise<ShareView>;
  /** @throws BanyanError `not_found`, `invalid_request`, `limit_exceeded` */
  change(id: string, patch: SharePatch): Promise<ShareView>;
  /** @throws BanyanError `not_found`, `folder_missing`, `invalid_request`, `limit_exceeded` */
  preview(question: ExclusionQuestion, signal: AbortSignal): Promise<ExclusionPreview>;
  /** @throws BanyanError `disk_full`, `disk_failed` */
  setPace(patch: HashPacePatch): Promise<HashPaceView>;
}

/** What a filter leaves of a list, for as long as somebody looks at it. */
export interface Found<Row> {
  /** Rows by place; undefined while the first look is not done: `onChange` tells when it is. */
  window(first: number, count: number): Window<Row> | undefined;
  /** Ends looking. */
  close(): void;
}

export interface FilesRoom {
  /** Rows by place. */
  window(first: number, count: number): Window<SharedFile>;
  /**
   * Those whose names have every word of `filter`.
   *
   * @param onChange - another window can be asked for; also comes when files changed
   */
  find(filter: string, onChange: () => void): Found<SharedFile>;
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
  /** @param only.notMine - leaves out what this peer has or fetches */
  window(
    id: string,
    first: number,
    count: number,
    only?: { readonly notMine?: boolean },
  ): Window<HitView> & { readonly search: SearchView };
  /** Asks for the next page, unless there is none or an answer is under way. @throws BanyanError `not_found` */
  more(id: string): SearchView;
  /** Asks everybody again, unless an answer is under way; what is there stays. @throws BanyanError `not_found` */
  deeper(id: string): SearchView;
  /** Keeps the rows where they are, or lets what came since flow in. @throws BanyanError `not_found` */
  hold(id: string, held: boolean): SearchView;
  /** Cancels and forgets. @throws BanyanError `not_found` */
  remove(id: string): void;
}

export interface ContentsRoom {
  /** @throws BanyanError `link_invalid`, `no_supernode`, `timeout`, `aborted` … */
  sources(content: string, signal: AbortSignal): Promise<ContentSources>;
  /** @throws BanyanError `unknown_content`, `invalid_request`, `aborted`, and why it does not arrive */
  text(content: string, signal: AbortSignal): Promise<TextPreview>;
}

export interface SavedSearchesRoom {
  /** Newest first. */
  list(): readonly SavedSearchView[];
  /** Repeats a query from now on; one that is repeated already stays as it is. @throws BanyanError `invalid_request`, `limit_exceeded`, `disk_full`, `disk_failed` */
  add(query: string): Promise<SavedSearchView>;
  /** What is new has been looked at. @throws BanyanError `not_found`, `disk_full`, `disk_failed` */
  seen(id: string): Promise<SavedSearchView>;
  /** @throws BanyanError `not_found`, `disk_full`, `disk_failed` */
  remove(id: string): Promise<void>;
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
  /** Those whose names have every word of `filter`. */
  find(filter: string): Found<DownloadView>;
  /** @throws BanyanError `not_found` */
  get(id: string): DownloadView;
  /** @throws BanyanError `link_invalid`, `invalid_request`, `folder_missing`, `blocked_content` … */
  add(request: DownloadRequest, traceparent?: string): Promise<DownloadView>;
  /** Where in its file what lies. @throws BanyanError `not_found` */
  chunkMap(id: string): ChunkMapState;
  /** One of its sources. @throws BanyanError `not_found`, `invalid_request` */
  actOnSource(id: string, request: SourceActRequest): DownloadView;
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

export interface SetupRoom {
  view(): Promise<SetupView>;
  /** As {@link view}, once no join is under way, at the latest after `waitMs`. */
  wait(waitMs: number, signal: AbortSignal): Promise<SetupView>;
  /** @throws BanyanError `link_invalid`, `unreachable`, `timeout`, `wrong_service`, `key_mismatch` */
  look(network: string): Promise<NetworkPreview>;
  /** @throws BanyanError those of {@link look}; `conflict`, `port_taken`, `folder_unreadable`; what enrolment answered */
  join(request: JoinRequest): Promise<SetupView>;
}

export interface SettingsRoom {
  view(): SettingsView;
  /** @throws BanyanError `invalid_request`, `folder_missing`, `folder_unreadable`, `disk_full`, `disk_failed` */
  change(patch: SettingsPatch): Promise<SettingsView>;
}

export interface FoldersRoom {
  /**
   * The folders in a folder; without `path` in the home folder.
   *
   * @throws BanyanError `aborted`
   */
  list(path: string | undefined, signal: AbortSignal): Promise<FolderListing>;
}

/** The topic whose rows changed; `id`: of which search. */
export type ChangeListener = (topic: ViewTopic, id?: string) => void;

export interface Rooms {
  readonly setup: SetupRoom;
  readonly settings: SettingsRoom;
  readonly folders: FoldersRoom;
  readonly status: StatusRoom;
  readonly signIn: SignInRoom;
  readonly supernodes: () => readonly SupernodeView[];
  readonly shares: SharesRoom;
  readonly files: FilesRoom;
  readonly searches: SearchesRoom;
  readonly saved: SavedSearchesRoom;
  readonly contents: ContentsRoom;
  readonly suggestions: SuggestionsRoom;
  readonly downloads: DownloadsRoom;
  readonly links: LinksRoom;
  readonly streams: StreamsRoom;
  readonly uploads: () => readonly UploadView[];
  /** The latest first. */
  readonly fetched: () => readonly FetchedView[];
  /** @throws BanyanError `aborted` */
  readonly testReach: (signal: AbortSignal) => Promise<ReachTest>;
  readonly limits: LimitsRoom;
  readonly volunteer: VolunteerRoom;
  /** Told after each change; cheap to call often. Returns how to stop that. */
  onChange(listener: ChangeListener): () => void;
}
