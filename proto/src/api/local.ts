/**
 * The peer's local API: REST bodies and the messages of its one WebSocket. Page and CLI use the same.
 *
 * Base path `/api/v1`. A caller is either the page (session cookie; `Origin` must match on writes and on the
 * WebSocket; writes carry the CSRF header) or a program (`Authorization: Bearer <token of local-api.json>`).
 *
 * | call | path |
 * |---|---|
 * | swap a one-time login code for a cookie | POST /session → SessionResponse |
 * | what a page that holds the cookie needs | GET /session → SessionResponse, or 401 login_required |
 * | sign this browser out | DELETE /session → 204 |
 * | make a login link (bearer only) | POST /login-links → LoginLinkResponse |
 * | state of this peer | GET /status |
 * | sign-in with the organisation's provider | GET /sign-in → SignInView; POST /sign-in ← SignInBegin → SignInStep; POST /sign-in/finish ← SignInAnswer → SignInView |
 * | supernodes known, home and second home | GET /supernodes |
 * | shared folders | GET /shares; POST /shares → ShareView; DELETE /shares/{id} → 204; POST /shares/{id}/rescan → ShareView; PATCH /shares/{id} ← SharePatch → ShareView; POST /shares/preview ← ExclusionQuestion → ExclusionPreview |
 * | pause hashing, or make it gentle | PATCH /hashing ← HashPacePatch → HashPaceView |
 * | shared files | GET /files?after=&limit= |
 * | search | POST /searches → SearchView at once; GET /searches/{id}; DELETE /searches/{id} → 204; POST /searches/{id}/more → SearchView (asks for the next hits); POST /searches/{id}/deeper → SearchView (asks everybody again); PUT /searches/{id}/hold → SearchView |
 * | saved searches | GET /saved-searches; POST /saved-searches → SavedSearchView; POST /saved-searches/{id}/seen → SavedSearchView; DELETE /saved-searches/{id} → 204 (saved-searches.ts) |
 * | who has a content | GET /contents/{content}/sources → ContentSources |
 * | the beginning of a text file that is here or arrives | GET /contents/{content}/text → TextPreview |
 * | suggestions | GET /suggestions?query=&limit= → SuggestionsResponse |
 * | history | DELETE /search-history?query= → 204 (one query, or all of them without `query`) |
 * | downloads | GET /downloads; POST /downloads → DownloadView; GET /downloads/{id}; DELETE /downloads/{id} → 204 (leaves the list; a finished file stays); POST /downloads/{id}/{pause,resume,retry,cancel} → DownloadView; PATCH /downloads/{id} ← DownloadPatch → DownloadView; POST /downloads/{id}/sources ← SourceActRequest → DownloadView; POST /downloads/batch ← DownloadsRequest → DownloadsResponse; POST /downloads/act ← DownloadsActRequest → DownloadsActResponse |
 * | a Metalink's files | POST /metalinks → DownloadView[] |
 * | a link, or a Metalink, to a file of ours | POST /links → ContentLink |
 * | link for a player | POST /streams → StreamView (begins the download unless the file is here; resumes or retries one that stands still) |
 * | uploads running and waiting | GET /uploads |
 * | what others have fetched, the latest first | WebSocket topic `fetched` |
 * | can others reach this peer? | POST /reach-test → ReachTest |
 * | limits of transfers | GET /limits; PATCH /limits → LimitsView (bandwidth.ts) |
 * | offer this host as a supernode | GET /volunteer; PUT /volunteer ← VolunteerOffer; DELETE /volunteer → VolunteerView (volunteer.ts) |
 * | first run, name and download folder, folders to choose from | /setup, /settings, /folders (setup.ts) |
 * | stop the daemon (bearer only) | POST /stop |
 * | live rows | WebSocket /live, subprotocol `banyan-live.v1` |
 */
import Type, { type Static } from 'typebox';
import {
  MAX_BATCH_DOWNLOADS,
  MAX_EXCLUSION_CHARS,
  MAX_EXCLUSIONS,
  MAX_LINK_CHARS,
  MAX_LINK_MIRRORS,
  MAX_METALINK_BYTES,
  MAX_MIRROR_URL_CHARS,
  MAX_QUERY_CHARS,
  MAX_UNDO_S,
  MAX_VIEW_FILTER_CHARS,
} from '../limits.ts';
import { LimitsView } from './bandwidth.ts';
import type { ChunkMapView } from './chunk-map.ts';
import { HostPort } from './list.ts';
import type { SavedSearchView } from './saved-searches.ts';
import type { VolunteerView } from './volunteer.ts';
import { oneOf } from './one-of.ts';

const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const SessionRequest = Type.Object(
  { code: Type.String({ maxLength: 256 }) },
  { additionalProperties: false },
);
export type SessionRequest = Static<typeof SessionRequest>;

/** What the page needs to know to call the API. */
export const SessionResponse = Type.Object({
  instance: Type.String({ description: 'id of this installation; part of cookie and CSRF header names' }),
  csrfHeader: Type.String(),
  csrfToken: Type.String(),
});
export type SessionResponse = Static<typeof SessionResponse>;

export const LoginLinkResponse = Type.Object({ url: Type.String(), expiresAt: Type.Integer() });
export type LoginLinkResponse = Static<typeof LoginLinkResponse>;

/** The file `local-api.json` in a peer's data folder (mode 0600). */
export const LocalApiFile = Type.Object({
  url: Type.String({ description: 'http://localhost:PORT' }),
  token: Type.String(),
  instance: Type.String(),
  pid: Type.Integer(),
});
export type LocalApiFile = Static<typeof LocalApiFile>;

/** Every connection to somebody else says how it is in these words. */
export const ConnectionState = Type.Union([
  Type.Literal('offline'),
  Type.Literal('connecting'),
  Type.Literal('connected'),
  Type.Literal('waiting'),
]);
export type ConnectionState = Static<typeof ConnectionState>;

export const Problem = Type.Object({ code: Type.String(), message: Type.String() });
export type Problem = Static<typeof Problem>;

export const SupernodeView = Type.Object({
  deviceId: Type.String(),
  name: Type.String(),
  relation: Type.Union([Type.Literal('home'), Type.Literal('second'), Type.Literal('known')]),
  state: ConnectionState,
  addresses: Type.Array(HostPort),
  roundTripMs: Nullable(Type.Number()),
  leaves: Nullable(Type.Integer()),
  capacity: Nullable(Type.Integer()),
  records: Nullable(Type.Integer()),
  since: Nullable(Type.Integer()),
  problem: Nullable(Problem),
});
export type SupernodeView = Static<typeof SupernodeView>;

/** How this device stands with the sign-in of its network. */
export const SignInView = Type.Object({
  provider: Nullable(Type.String({ description: 'What people call it; null: the network has none' })),
  needed: Type.Boolean({ description: 'The network does not know this device (any more)' }),
  waiting: Type.Boolean({ description: 'A person is signing in' }),
  account: Nullable(Type.String()),
  /** Why the last one came to nothing; null once another began. */
  problem: Nullable(Problem),
});
export type SignInView = Static<typeof SignInView>;

export const SignInBegin = Type.Object(
  {
    /** In the browser that shows the page, to which it comes back with a SignInAnswer; else by a code, in any browser. */
    here: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type SignInBegin = Static<typeof SignInBegin>;

export const SignInStep = Type.Object({
  /** To be opened in a browser. */
  url: Type.String(),
  /** To be typed there. */
  userCode: Type.Optional(Type.String()),
  expiresAt: Type.Integer({ description: 'Unix milliseconds' }),
});
export type SignInStep = Static<typeof SignInStep>;

/** The query with which the browser came back to the page. */
export const SignInAnswer = Type.Object(
  {
    code: Type.String({ minLength: 1, maxLength: 128 }),
    state: Type.String({ minLength: 1, maxLength: 128 }),
  },
  { additionalProperties: false },
);
export type SignInAnswer = Static<typeof SignInAnswer>;

/** How hard hashing drives the machine. */
export const HashPaceView = Type.Object({ paused: Type.Boolean(), gentle: Type.Boolean() });
export type HashPaceView = Static<typeof HashPaceView>;

/** PATCH /hashing: what is left out stays as it is. */
export const HashPacePatch = Type.Partial(HashPaceView, { additionalProperties: false });
export type HashPacePatch = Static<typeof HashPacePatch>;

export const PeerStatus = Type.Object({
  name: Type.String(),
  account: Nullable(Type.String()),
  deviceId: Type.String(),
  version: Type.String(),
  startedAt: Type.Integer(),
  network: Type.Object({ issuer: Type.String(), name: Nullable(Type.String()) }),
  downloadFolder: Type.String(),
  /** Others can fetch what is downloaded, as far as it has arrived. */
  downloadsShared: Type.Optional(Type.Boolean()),
  auth: Type.Object({ state: ConnectionState, problem: Nullable(Problem) }),
  list: Type.Object({
    state: ConnectionState,
    problem: Nullable(Problem),
    /** The list answers with what it knew then (Unix ms), as its own store is away. */
    asOf: Type.Optional(Type.Integer()),
  }),
  home: Nullable(SupernodeView),
  secondHome: Nullable(SupernodeView),
  /** Why there is no home; null while there is one. */
  homeProblem: Type.Optional(Nullable(Problem)),
  /** Can others reach me? As the home supernode's dial-back found. */
  reach: Type.Object({
    state: Type.Union([Type.Literal('unknown'), Type.Literal('reachable'), Type.Literal('unreachable')]),
    address: Nullable(Type.String()),
    problem: Nullable(Problem),
  }),
  library: Type.Object({
    files: Type.Integer(),
    bytes: Type.Integer(),
    hashing: Nullable(
      Type.Object({
        file: Type.String(),
        filesLeft: Type.Integer(),
        bytesLeft: Type.Integer(),
        bytesPerSecond: Type.Number(),
      }),
    ),
    pace: Type.Optional(HashPaceView),
    errors: Type.Integer(),
    published: Type.Integer({ description: 'records acknowledged by the home' }),
  }),
  transfers: Type.Object({
    downloading: Type.Integer(),
    /** Downloads that could be paused now, and that could be resumed. */
    pausable: Type.Optional(Type.Integer()),
    resumable: Type.Optional(Type.Integer()),
    downloadBytesPerSecond: Type.Number(),
    uploading: Type.Integer(),
    uploadBytesPerSecond: Type.Number(),
    uploadQueue: Type.Integer(),
  }),
  /** Of transfers: what is set, and what holds now. */
  limits: Type.Optional(LimitsView),
  signIn: Type.Optional(SignInView),
});
export type PeerStatus = Static<typeof PeerStatus>;

/** What is left out of a shared folder: `*.tmp` a name anywhere in it, `Drafts/old` a path inside it; `*`, `?` and `**`. */
const Exclusions = Type.Array(Type.String({ maxLength: MAX_EXCLUSION_CHARS }), { maxItems: MAX_EXCLUSIONS });

export const ShareRequest = Type.Object(
  {
    path: Type.String({ minLength: 1, maxLength: 4096 }),
    name: Type.Optional(Type.String({ maxLength: 64 })),
    /** Share although the folder looks private (a home folder, a system folder). */
    confirm: Type.Optional(Type.Boolean()),
    exclude: Type.Optional(Exclusions),
  },
  { additionalProperties: false },
);
export type ShareRequest = Static<typeof ShareRequest>;

/** PATCH /shares/{id}. */
export const SharePatch = Type.Object({ exclude: Exclusions }, { additionalProperties: false });
export type SharePatch = Static<typeof SharePatch>;

/** POST /shares/preview: what patterns leave out of a share (`id`), or of a folder that is not shared yet (`path`). */
export const ExclusionQuestion = Type.Object(
  {
    id: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    path: Type.Optional(Type.String({ minLength: 1, maxLength: 4096 })),
    exclude: Exclusions,
  },
  { additionalProperties: false },
);
export type ExclusionQuestion = Static<typeof ExclusionQuestion>;

export const ExclusionPreview = Type.Object({
  files: Type.Integer({ description: 'in the folder, without what is never shared' }),
  bytes: Type.Integer(),
  leftOut: Type.Object({ files: Type.Integer(), bytes: Type.Integer() }),
  /** Paths of some that are left out. */
  examples: Type.Array(Type.String()),
  /** False: the folder holds more than was looked at. */
  complete: Type.Boolean(),
});
export type ExclusionPreview = Static<typeof ExclusionPreview>;

export const FileError = Type.Object({ path: Type.String(), code: Type.String(), message: Type.String() });
export type FileError = Static<typeof FileError>;

export const ShareView = Type.Object({
  id: Type.String(),
  path: Type.String(),
  name: Type.String(),
  state: Type.Union([
    Type.Literal('scanning'),
    Type.Literal('hashing'),
    Type.Literal('ready'),
    Type.Literal('missing'),
  ]),
  files: Type.Integer(),
  bytes: Type.Integer(),
  skipped: Type.Integer({ description: 'left out: hidden, keys, system, links, not regular, by patterns' }),
  /** Counted, and not hashed yet. */
  pending: Type.Optional(Type.Object({ files: Type.Integer(), bytes: Type.Integer() })),
  exclude: Type.Optional(Type.Array(Type.String())),
  errors: Type.Array(FileError),
  addedAt: Type.Integer(),
});
export type ShareView = Static<typeof ShareView>;

export const TagsView = Type.Object({
  title: Type.Optional(Type.String()),
  artist: Type.Optional(Type.String()),
  album: Type.Optional(Type.String()),
  year: Type.Optional(Type.Integer()),
  genre: Type.Optional(Type.String()),
  track: Type.Optional(Type.Integer()),
  durationMs: Type.Optional(Type.Integer()),
  bitrateKbps: Type.Optional(Type.Integer()),
  width: Type.Optional(Type.Integer()),
  height: Type.Optional(Type.Integer()),
  more: Type.Optional(Type.Record(Type.String(), Type.String())),
});
export type TagsView = Static<typeof TagsView>;

export const SharedFile = Type.Object({
  id: Type.Integer(),
  content: Type.String({ description: 'content id, <root>-<length>' }),
  name: Type.String(),
  folder: Type.String(),
  size: Type.Integer(),
  type: Type.String(),
  modified: Type.Integer(),
  tags: TagsView,
  link: Type.String(),
});
export type SharedFile = Static<typeof SharedFile>;

export const FilesResponse = Type.Object({
  files: Type.Array(SharedFile),
  total: Type.Integer(),
  next: Nullable(Type.Integer()),
});
export type FilesResponse = Static<typeof FilesResponse>;

export const SearchRequest = Type.Object(
  {
    query: Type.String({ minLength: 1, maxLength: MAX_QUERY_CHARS }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
    /** Search for the words as they are typed: no correction of spelling. */
    asTyped: Type.Optional(Type.Boolean()),
    /** Tell with each hit what its score is made of. */
    explain: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type SearchRequest = Static<typeof SearchRequest>;

/** What this peer has of a hit's content already. */
export const OwnedMark = Type.Union([
  Type.Literal('none'),
  Type.Literal('downloading'),
  Type.Literal('have'),
  Type.Literal('shared'),
]);
export type OwnedMark = Static<typeof OwnedMark>;

export const ScorePartView = Type.Object({ name: Type.String(), value: Type.Number() });
export type ScorePartView = Static<typeof ScorePartView>;

export const HitView = Type.Object({
  content: Type.String(),
  name: Type.String(),
  /** Others that it is shared under, the commonest first. */
  names: Type.Array(Type.String()),
  folder: Type.String(),
  size: Type.Integer(),
  type: Type.String(),
  tags: TagsView,
  sources: Type.Integer(),
  reachableSources: Type.Integer(),
  score: Type.Number(),
  modified: Type.Integer(),
  own: OwnedMark,
  link: Type.String(),
  explain: Type.Array(ScorePartView, { description: 'what the score is made of, when it was asked for' }),
  expectedBytesPerSecond: Type.Optional(
    Type.Integer({
      description:
        'what a download that begins now can expect, by what reachable sources with a free slot say; absent: nobody knows',
    }),
  ),
  allBusy: Type.Optional(
    Type.Boolean({ description: 'every reachable source says what it can give, and none has a free slot' }),
  ),
});
export type HitView = Static<typeof HitView>;

/** What a source says that whoever comes next can expect of it. */
export const UploadOfferView = Type.Object({
  freeSlots: Type.Integer({ description: 'devices that it would serve at once' }),
  queued: Type.Integer({ description: 'downloads that wait for a slot' }),
  bytesPerSecond: Nullable(Type.Integer({ description: 'for one downloader more; null: nobody knows yet' })),
});
export type UploadOfferView = Static<typeof UploadOfferView>;

/** GET /contents/{content}/sources: who has a content now, as the supernodes know; asked for when somebody looks. */
export const ContentSources = Type.Object({
  sources: Type.Array(
    Type.Object({
      deviceId: Type.String(),
      account: Type.String(),
      address: Type.String({ description: 'the first of its addresses; empty: none is known' }),
      partial: Type.Boolean({ description: 'has a part of it so far' }),
      offer: Type.Optional(UploadOfferView),
    }),
  ),
});
export type ContentSources = Static<typeof ContentSources>;

/** GET /contents/{content}/text: the beginning of a text file; may hold anything, so it is shown as text only. */
export const TextPreview = Type.Object({
  text: Type.String(),
  isWhole: Type.Boolean({ description: 'the file ends there' }),
});
export type TextPreview = Static<typeof TextPreview>;

export const SupernodeAnswerView = Type.Object({
  deviceId: Type.String(),
  name: Type.String(),
  tookMs: Type.Integer(),
  hits: Type.Integer(),
  problem: Nullable(Problem),
});
export type SupernodeAnswerView = Static<typeof SupernodeAnswerView>;

/**
 * How many of a search's hits have a value: facet `type` (a media type), `size` and `sources` (a range, in words of the query
 * language) or `ext`. Types and sizes are counted by the supernodes over all hits, the others over those that are here.
 */
export const FacetView = Type.Object({ facet: Type.String(), value: Type.String(), count: Type.Integer() });
export type FacetView = Static<typeof FacetView>;

export const SearchView = Type.Object({
  id: Type.String(),
  query: Type.String(),
  state: Type.Union([Type.Literal('searching'), Type.Literal('done'), Type.Literal('failed')]),
  startedAt: Type.Integer(),
  tookMs: Nullable(Type.Integer()),
  hits: Type.Integer({ description: 'contents found so far, waiting ones too' }),
  totalEstimate: Type.Integer(),
  asked: Type.Integer(),
  answered: Type.Integer(),
  timedOut: Type.Integer(),
  answers: Type.Array(SupernodeAnswerView),
  hints: Type.Array(Type.String()),
  searchedFor: Nullable(Type.String({ description: 'the corrected query, when it was corrected' })),
  facets: Type.Array(FacetView),
  more: Type.Boolean({ description: 'further hits can be asked for' }),
  /** Order and rows stand still; hits that came since wait (`waiting`). */
  held: Type.Boolean(),
  waiting: Type.Integer(),
  /** With state `done`: asking for further hits failed; they can be asked for again. */
  problem: Nullable(Problem),
});
export type SearchView = Static<typeof SearchView>;

/** GET /searches/{id}: the search and its hits so far, best first. `?wait=SECONDS` answers when it is done. */
export const SearchResult = Type.Object({ search: SearchView, results: Type.Array(HitView) });
export type SearchResult = Static<typeof SearchResult>;

/** PUT /searches/{id}/hold: keep the rows as they are while somebody looks at them, or let them flow again. */
export const HoldRequest = Type.Object({ held: Type.Boolean() }, { additionalProperties: false });
export type HoldRequest = Static<typeof HoldRequest>;

/** Where a suggestion comes from: own earlier searches, the own library, or the words of the home's leaves. */
export const SuggestionView = Type.Object({
  query: Type.String(),
  from: Type.Union([Type.Literal('history'), Type.Literal('library'), Type.Literal('network')]),
});
export type SuggestionView = Static<typeof SuggestionView>;

/** GET /suggestions?query=&limit=: what somebody who typed this may want to search for, best first. */
export const SuggestionsResponse = Type.Object({ suggestions: Type.Array(SuggestionView) });
export type SuggestionsResponse = Static<typeof SuggestionsResponse>;

/** Of several that wait for their turn those of a higher priority come first, and take it from lower ones. */
export const DownloadPriority = Type.Union([
  Type.Literal('high'),
  Type.Literal('normal'),
  Type.Literal('low'),
]);
export type DownloadPriority = Static<typeof DownloadPriority>;

/** By content id or by link; a name is needed with a bare content id. */
export const DownloadRequest = Type.Object(
  {
    content: Type.Optional(Type.String({ maxLength: 128 })),
    /** A `banyan:` link; its mirrors (`ws=`) are sources beside the peers. */
    link: Type.Optional(Type.String({ maxLength: MAX_LINK_CHARS })),
    name: Type.Optional(Type.String({ maxLength: 1024 })),
    /** Absolute folder instead of the download folder. */
    folder: Type.Optional(Type.String({ maxLength: 4096 })),
    /** Folder in the download folder (or in `folder`), with / between its parts; made when it is missing. */
    subfolder: Type.Optional(Type.String({ maxLength: 1024 })),
    priority: Type.Optional(DownloadPriority),
  },
  { additionalProperties: false },
);
export type DownloadRequest = Static<typeof DownloadRequest>;

/** A Metalink 4 document (RFC 5854): each of its files becomes a download; of one that cannot be read, none. */
export const MetalinkRequest = Type.Object(
  {
    document: Type.String({ maxLength: MAX_METALINK_BYTES }),
    /** Absolute folder instead of the download folder. */
    folder: Type.Optional(Type.String({ maxLength: 4096 })),
    priority: Type.Optional(DownloadPriority),
  },
  { additionalProperties: false },
);
export type MetalinkRequest = Static<typeof MetalinkRequest>;

/** A link to a file of ours. */
export const ContentLinkRequest = Type.Object(
  {
    content: Type.String({ maxLength: 128 }),
    /** Plain HTTP(S) servers that have the file; one that ends in a slash has it under its name there. */
    mirrors: Type.Optional(
      Type.Array(Type.String({ maxLength: MAX_MIRROR_URL_CHARS }), { maxItems: MAX_LINK_MIRRORS }),
    ),
    /** A Metalink 4 document as well, for which the whole file is read. */
    metalink: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type ContentLinkRequest = Static<typeof ContentLinkRequest>;

export const ContentLink = Type.Object({
  content: Type.String(),
  name: Type.String(),
  size: Type.Integer(),
  link: Type.String(),
  metalink: Type.Optional(Type.String({ description: 'RFC 5854' })),
});
export type ContentLink = Static<typeof ContentLink>;

export const DownloadState = Type.Union([
  Type.Literal('queued'),
  Type.Literal('finding'), // asking supernodes for sources
  Type.Literal('downloading'),
  Type.Literal('waiting'), // no source now; goes on by itself
  Type.Literal('paused'),
  Type.Literal('finishing'), // root and length are checked, the file gets its name
  Type.Literal('done'),
  Type.Literal('failed'),
]);
export type DownloadState = Static<typeof DownloadState>;

export const SourceState = Type.Union([
  Type.Literal('connecting'),
  Type.Literal('active'),
  Type.Literal('idle'),
  Type.Literal('queued'), // waits for a slot there
  Type.Literal('waiting'), // backs off after a failure
  Type.Literal('dropped'),
]);
export type SourceState = Static<typeof SourceState>;

export const DownloadSourceView = Type.Object({
  deviceId: Type.String({ description: 'of a peer; of a mirror its URL' }),
  account: Type.String({ description: 'of a peer; of a mirror its host' }),
  address: Type.String(),
  kind: Type.Optional(Type.Union([Type.Literal('peer'), Type.Literal('mirror')])),
  state: SourceState,
  bytesPerSecond: Type.Number(),
  bytes: Type.Integer({ description: 'proved bytes it gave' }),
  chunks: Type.Integer({ description: 'proved chunks it gave' }),
  badChunks: Type.Integer(),
  /** From a request to its first byte, smoothed; null: nothing came yet. */
  latencyMs: Type.Optional(Nullable(Type.Number())),
  queuePosition: Nullable(Type.Integer()),
  /** Why it waits or was dropped, with evidence in the message. */
  problem: Nullable(Problem),
  since: Type.Integer(),
});
export type DownloadSourceView = Static<typeof DownloadSourceView>;

/** PATCH /downloads/{id}: priority, and place among those of its priority. */
export const DownloadPatch = Type.Object(
  {
    priority: Type.Optional(DownloadPriority),
    move: Type.Optional(
      Type.Union([Type.Literal('top'), Type.Literal('up'), Type.Literal('down'), Type.Literal('bottom')]),
    ),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type DownloadPatch = Static<typeof DownloadPatch>;

/** POST /downloads/{id}/sources: a source that was dropped gets a new chance, or one is not used for this download any more. */
export const SourceActRequest = Type.Object(
  {
    source: Type.String({ minLength: 1, maxLength: MAX_MIRROR_URL_CHARS, description: 'its `deviceId`' }),
    action: Type.Union([Type.Literal('retry'), Type.Literal('block')]),
  },
  { additionalProperties: false },
);
export type SourceActRequest = Static<typeof SourceActRequest>;

/** POST /downloads/batch: several files in one call, in the order in which they are to come. */
export const DownloadsRequest = Type.Object(
  { downloads: Type.Array(DownloadRequest, { minItems: 1, maxItems: MAX_BATCH_DOWNLOADS }) },
  { additionalProperties: false },
);
export type DownloadsRequest = Static<typeof DownloadsRequest>;

/** POST /downloads/act: one thing to several downloads, or without `ids` to all that it can be done to. */
export const DownloadsActRequest = Type.Object(
  {
    action: Type.Union([
      Type.Literal('pause'),
      Type.Literal('resume'),
      Type.Literal('retry'),
      Type.Literal('cancel'),
      Type.Literal('remove'),
    ]),
    ids: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: MAX_BATCH_DOWNLOADS }),
    ),
    /** With `cancel`: seconds until it is done. Until then it is paused (`cancelAt`), and a resume brings it back. Default 0. */
    after: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_UNDO_S })),
  },
  { additionalProperties: false },
);
export type DownloadsActRequest = Static<typeof DownloadsActRequest>;

/** What became of each; one that is not known any more has failed alone. */
export const DownloadsActResponse = Type.Object({
  done: Type.Array(Type.String(), { description: 'ids' }),
  failed: Type.Array(Type.Object({ id: Type.String(), problem: Problem })),
});
export type DownloadsActResponse = Static<typeof DownloadsActResponse>;

export const DownloadView = Type.Object({
  id: Type.String(),
  content: Type.String({ description: 'content id; empty while a file of a Metalink is not whole' }),
  name: Type.String(),
  path: Type.String({ description: 'where the file is or will be' }),
  size: Type.Integer(),
  state: DownloadState,
  bytes: Type.Integer({ description: 'on disk; proved, but for `unprovedBytes`' }),
  /** Of mirrors, when nobody can prove them one by one: they count once the file, or a piece of it, is whole. */
  unprovedBytes: Type.Optional(Type.Integer()),
  bytesPerSecond: Type.Number(),
  etaMs: Nullable(Type.Integer()),
  addedAt: Type.Integer(),
  finishedAt: Nullable(Type.Integer()),
  /** Bytes that came over the network for it, refetched and refused ones included. */
  fetchedBytes: Type.Integer(),
  sources: Type.Array(DownloadSourceView),
  /** Run-lengths over the chunks: [state, count] with state 0 missing, 1 requested, 2 proved. At most 1,000 runs, coarser for larger files. */
  chunks: Type.Array(Type.Tuple([Type.Integer(), Type.Integer()])),
  problem: Nullable(Problem),
  /** It is cancelled then (Unix ms), unless it is resumed. */
  cancelAt: Type.Optional(Type.Integer()),
  priority: Type.Optional(DownloadPriority),
  /** In the line of what is unfinished, 1 = first; null once it is done or has failed. */
  place: Type.Optional(Nullable(Type.Integer())),
  /** In state `waiting`: how long already, how often sources were looked for, and when they will be again. */
  waiting: Type.Optional(
    Nullable(
      Type.Object({
        since: Type.Integer(),
        asked: Type.Integer(),
        nextAt: Nullable(Type.Integer()),
      }),
    ),
  ),
});
export type DownloadView = Static<typeof DownloadView>;

/** What became of each, in the order of the request; one that cannot be begun keeps no other from it. */
export const DownloadsResponse = Type.Object({
  results: Type.Array(
    Type.Object({ download: Type.Optional(DownloadView), problem: Type.Optional(Problem) }),
  ),
});
export type DownloadsResponse = Static<typeof DownloadsResponse>;

/** By content id or by link; a name is needed with a bare content id of which nothing is here. */
export const StreamRequest = Type.Object(
  {
    content: Type.Optional(Type.String({ maxLength: 128 })),
    link: Type.Optional(Type.String({ maxLength: 4096 })),
    name: Type.Optional(Type.String({ maxLength: 1024 })),
  },
  { additionalProperties: false },
);
export type StreamRequest = Static<typeof StreamRequest>;

/** A link of the local gateway, which gives players of this machine a file while it arrives. */
export const StreamView = Type.Object({
  url: Type.String({
    description: 'http://127.0.0.1:PORT/…; whoever has it can read the file on this machine',
  }),
  expiresAt: Type.Integer(),
  content: Type.String(),
  name: Type.String(),
  type: Type.String({ description: 'Content-Type under which it is served' }),
  download: Nullable(Type.String({ description: 'id of the download; null: the library has the file' })),
  isWhole: Type.Optional(
    Type.Boolean({
      description: 'all of it was here when the link was made; absent: an older peer, which says nothing',
    }),
  ),
});
export type StreamView = Static<typeof StreamView>;

export const UploadView = Type.Object({
  deviceId: Type.String(),
  account: Type.String(),
  content: Type.String(),
  name: Type.String(),
  more: Type.Optional(
    Type.Integer({ minimum: 1, description: 'small files that go in the same answer, beside the named one' }),
  ),
  state: Type.Union([Type.Literal('active'), Type.Literal('queued')]),
  bytes: Type.Integer(),
  bytesPerSecond: Type.Number(),
  queuePosition: Nullable(Type.Integer()),
  since: Type.Integer(),
});
export type UploadView = Static<typeof UploadView>;

/** What others have fetched of one content, since this peer remembers. */
export const FetchedView = Type.Object({
  content: Type.String(),
  name: Type.String(),
  bytes: Type.Integer(),
  accounts: Type.Array(Type.String()),
  /** Others than the named ones too. */
  more: Type.Boolean(),
  lastAccount: Type.String(),
  lastAt: Type.Integer(),
});
export type FetchedView = Static<typeof FetchedView>;

/** One step of POST /reach-test; what was not measured is null. */
export const ReachStep = Type.Object({
  step: Type.Union([
    Type.Literal('port'), // something answers where others dial
    Type.Literal('key'), // it is this Banyan
    Type.Literal('found'), // a supernode finds one of its files
    Type.Literal('fetched'), // a stranger fetches a proved chunk; where none could try, somebody has downloaded
  ]),
  result: Type.Union([Type.Literal('passed'), Type.Literal('failed'), Type.Literal('unknown')]),
  problem: Nullable(Problem),
  by: Nullable(Type.String({ description: 'supernode that dialled or was asked, account that fetched' })),
  address: Nullable(Type.String()),
  ms: Nullable(Type.Number()),
  file: Nullable(Type.String()),
  bytes: Nullable(Type.Integer()),
  at: Nullable(
    Type.Integer({ description: 'when the supernode dialled or fetched, or when somebody last downloaded' }),
  ),
});
export type ReachStep = Static<typeof ReachStep>;

export const ReachTest = Type.Object({
  at: Type.Integer(),
  listen: HostPort,
  steps: Type.Array(ReachStep),
});
export type ReachTest = Static<typeof ReachTest>;

// ---- the WebSocket: row windows ----

/** What a view can show, and what its rows are. */
export interface ViewRows {
  readonly status: PeerStatus; // one row
  readonly supernodes: SupernodeView;
  readonly search: HitView; // params: { id }
  readonly searches: SearchView;
  readonly saved: SavedSearchView;
  readonly downloads: DownloadView;
  readonly chunks: ChunkMapView; // params: { id } of a download; one row, at most two frames a second
  readonly uploads: UploadView;
  readonly fetched: FetchedView;
  readonly shares: ShareView;
  readonly files: SharedFile;
  readonly volunteer: VolunteerView; // one row
}
export type ViewTopic = keyof ViewRows;
export const VIEW_TOPICS = [
  'status',
  'supernodes',
  'search',
  'searches',
  'saved',
  'downloads',
  'chunks',
  'uploads',
  'fetched',
  'shares',
  'files',
  'volunteer',
] as const satisfies readonly ViewTopic[];

/** Most rows of one window: two tall screens of 56 px rows. */
export const MAX_VIEW_ROWS = 200;
/** Most views of one socket: a page shows a handful. */
export const MAX_VIEWS = 32;

/** Page → daemon. `view` is chosen by the page. */
export const ViewCommand = Type.Union([
  Type.Object(
    {
      type: Type.Literal('view.open'),
      view: Type.Integer({ minimum: 1 }),
      topic: oneOf(VIEW_TOPICS),
      params: Type.Optional(
        Type.Object(
          {
            id: Type.Optional(Type.String({ maxLength: 64 })),
            /** Topic `search`: only what this peer has not got and does not fetch. */
            notMine: Type.Optional(Type.Boolean()),
            /** Topics `files` and `downloads`: only names that have every word of it, folded as in a search. */
            filter: Type.Optional(Type.String({ maxLength: MAX_VIEW_FILTER_CHARS })),
          },
          { additionalProperties: false },
        ),
      ),
      first: Type.Integer({ minimum: 0 }),
      count: Type.Integer({ minimum: 0, maximum: MAX_VIEW_ROWS }),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      type: Type.Literal('view.range'),
      view: Type.Integer({ minimum: 1 }),
      first: Type.Integer({ minimum: 0 }),
      count: Type.Integer({ minimum: 0, maximum: MAX_VIEW_ROWS }),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    { type: Type.Literal('view.pause'), view: Type.Integer({ minimum: 1 }), paused: Type.Boolean() },
    { additionalProperties: false },
  ),
  Type.Object(
    { type: Type.Literal('view.close'), view: Type.Integer({ minimum: 1 }) },
    { additionalProperties: false },
  ),
]);
export type ViewCommand = Static<typeof ViewCommand>;

/** Daemon → page: the window as it is now; the latest state wins. At most four a second per view. */
export interface ViewFrame<T extends ViewTopic = ViewTopic> {
  readonly type: 'view.rows';
  readonly view: number;
  readonly topic: T;
  /** Grows by one with each frame of the view. */
  readonly seq: number;
  /** Rows there are in all. */
  readonly total: number;
  readonly first: number;
  readonly rows: readonly ViewRows[T][];
  /** Topic `search`: the search itself. */
  readonly search?: SearchView;
}

/** Daemon → page: a command was refused, or the view's subject is gone. */
export interface ViewError {
  readonly type: 'view.error';
  readonly view: number;
  readonly code: string;
  readonly message: string;
}
export type LiveMessage = ViewFrame | ViewError;
