/** The rooms of the running peer as the local API sees them. */
import { isAbsolute } from 'node:path';
import {
  BanyanError,
  contentIdText,
  displayText,
  parseContentId,
  type ContentId,
  type OwnedMark,
  type PeerStatus,
  type SharedFile,
  type UploadView,
} from '@banyan/proto';
import { formatHostPort, type Clock, type Log, type Startable, type Tracer } from '@banyan/kit';
import type { Downloads } from './download/index.ts';
import type { Limits } from './bandwidth/limits.ts';
import { createStreams, type Gateway } from './gateway/index.ts';
import type { Library } from './library/index.ts';
import type { Link } from './link/link.ts';
import { createReachTest } from './link/reach-test.ts';
import { downloadsRoom, wantedOf } from './downloads-room.ts';
import type { JoinedRooms } from './local-api/late-rooms.ts';
import type { ChangeListener } from './local-api/rooms.ts';
import { createLinks } from './metalink/index.ts';
import { offerView } from './searches/hit-view.ts';
import { createLibraryPhrases } from './searches/library-phrases.ts';
import { createSearchHistory } from './searches/search-history.ts';
import { createSavedSearches } from './searches/saved-searches.ts';
import { createSearches, type SearchesComponents } from './searches/searches.ts';
import { createSuggest } from './searches/suggestions.ts';
import { previewText } from './text-preview.ts';
import type { Fetched } from './upload/index.ts';
import type { Volunteer } from './volunteer/index.ts';

export interface PeerRoomsComponents {
  readonly clock: Clock;
  readonly log: Log;
  /** Default: no spans. */
  readonly tracer?: Tracer;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly link: Link;
  readonly library: Library;
  readonly downloads: Downloads;
  readonly gateway: Gateway;
  readonly limits: Limits;
  readonly volunteer: Volunteer;
  readonly uploads: () => readonly UploadView[];
  readonly fetched: Fetched;
  /** Where transfers are listened for. */
  readonly listen: () => { readonly host: string; readonly port: number };
  readonly onUploads: (listener: () => void) => void;
  readonly status: () => PeerStatus;
  /** Told of each search that ended. */
  readonly onSearchEnded?: NonNullable<SearchesComponents['onEnded']>;
}

export interface PeerRoomsInit {
  /** File of the search history. */
  readonly historyFile: string;
  /** File of the saved searches. */
  readonly savedFile: string;
}

export interface PeerRooms extends JoinedRooms {
  /** Searches, their history and suggestions; also ends the cancels of downloads that wait. */
  readonly searching: Startable;
}

/** Longest account name that is shown. */
const MAX_ACCOUNT_CHARS = 64;
/** Older news of auth and list is refreshed when somebody asks for the status. */
const STATUS_FRESH_MS = 10_000;
/** While a page shows it. */
const STATUS_WATCHED_MS = 30_000;
/** Files that the reach test may ask for. */
const NEWEST_FILES = 3;
/** Somebody who asks for the status waits so long for that. */
const STATUS_WAIT_MS = 1_500;

export function createPeerRooms(components: PeerRoomsComponents, init: PeerRoomsInit): PeerRooms {
  const { clock, log, link, library, downloads, gateway } = components;
  const listeners = new Set<ChangeListener>();
  const changed: ChangeListener = (topic, id) => {
    for (const listener of listeners) listener(topic, id);
  };

  const owned = (content: ContentId): OwnedMark => {
    const held = library.owns(content);
    return held === 'none' && downloads.isDownloading(content) ? 'downloading' : held;
  };
  const history = createSearchHistory({ clock, log }, init.historyFile);
  const phrases = createLibraryPhrases({ clock, log, files: (range) => library.files(range) });
  const suggest = createSuggest({
    clock,
    log,
    history,
    phrases,
    ask: (query, limit, signal) => link.suggest(query, limit, signal),
  });
  const searches = createSearches({
    clock,
    log,
    ...(components.tracer === undefined ? {} : { tracer: components.tracer }),
    ask: (query, options) => link.search(query, options),
    entrance: () => link.entrance,
    ready: (signal) => link.askable(signal),
    owned,
    downloadLimit: () => {
      const { down, downEach } = components.limits.view().now.limits;
      return Math.min(down ?? Infinity, downEach ?? Infinity);
    },
    network: () => link.status.issuer,
    onChange: (id) => {
      changed('search', id);
      changed('searches');
    },
    onQuery: (query) => history.add(query),
    ...(components.onSearchEnded === undefined ? {} : { onEnded: components.onSearchEnded }),
  });

  const saved = createSavedSearches(
    {
      clock,
      log,
      random: components.random,
      ask: (query, options) => link.search(query, options),
      ready: (signal) => link.askable(signal),
      owned,
      onChange: () => changed('saved'),
    },
    init.savedFile,
  );

  const list = downloadsRoom(downloads, clock);
  const streams = createStreams({
    gateway,
    library,
    downloads: {
      add: (download) => downloads.add(download),
      of: (content) => downloads.of(content),
      read: (content) => downloads.read(content),
      // Through the list: what is played is not cancelled a moment later.
      resume: (id) => list.act(id, 'resume'),
      retry: (id) => list.act(id, 'retry'),
    },
  });

  link.onChange(() => {
    changed('status');
    changed('supernodes');
  });
  library.onChange(() => {
    phrases.changed();
    changed('shares');
    changed('files');
    changed('status');
    changed('search');
  });
  downloads.onChange((id) => {
    changed('downloads');
    changed('chunks', id);
    changed('status');
    changed('search');
  });
  components.limits.onChange(() => changed('status'));
  components.volunteer.onChange(() => changed('volunteer'));
  components.fetched.onChange(() => changed('fetched'));
  components.onUploads(() => {
    changed('uploads');
    changed('status');
  });

  return {
    status: {
      now: () => {
        // Whoever looks at a page sees soon that auth or list went away; they are asked in the background.
        void link.check(STATUS_WATCHED_MS);
        return components.status();
      },
      checked: async (signal) => {
        const late = AbortSignal.any([signal, AbortSignal.timeout(STATUS_WAIT_MS)]);
        await Promise.race([link.check(STATUS_FRESH_MS), aborted(late)]);
        return components.status();
      },
    },
    signIn: {
      view: () => link.signIn.view,
      begin: (redirectUri) => link.signIn.begin(redirectUri),
      finish: (answer) => link.signIn.finish(answer),
    },
    supernodes: () => link.supernodes(),
    shares: {
      list: () => library.shares(),
      add: ({ path, name, confirm, exclude }) => {
        if (!isAbsolute(path))
          throw new BanyanError('invalid_request', `"${path}" is no absolute path. Give the whole path.`);
        return library.addShare({
          path,
          ...(name === undefined ? {} : { name }),
          ...(confirm === undefined ? {} : { confirm }),
          ...(exclude === undefined ? {} : { exclude }),
        });
      },
      remove: (id) => library.removeShare(id),
      rescan: async (id) => library.rescanShare(id),
      change: (id, { exclude }) => library.setExclusions(id, exclude),
      preview: async ({ id, path, exclude }, signal) => {
        if ((id === undefined) === (path === undefined))
          throw new BanyanError('invalid_request', 'Give either the id of a share or the path of a folder.');
        return library.previewExclusions(
          id === undefined ? { path: path as string } : { id },
          exclude,
          signal,
        );
      },
      setPace: (patch) => library.setPace(patch),
    },
    files: {
      window: (first, count) => {
        const { files, total } = library.files({ offset: first, limit: Math.max(1, count) });
        return { total, rows: files.slice(0, count) };
      },
      find: (filter, onChange) => library.find(filter, onChange),
      page: (after, limit) => library.files({ limit, ...(after === undefined ? {} : { after }) }),
    },
    searches,
    saved,
    contents: {
      text: async (content, signal) => previewText({ library, downloads }, parseContentId(content), signal),
      sources: async (content, signal) => {
        const found = await link.findSources(parseContentId(content), { signal });
        return {
          sources: found.map(({ deviceId, account, addresses: [first], partial, offer }) => ({
            deviceId,
            account: displayText(account, MAX_ACCOUNT_CHARS),
            address: first === undefined ? '' : formatHostPort(first.host, first.port),
            partial,
            ...(offer === null ? {} : { offer: offerView(offer) }),
          })),
        };
      },
    },
    suggestions: { suggest, forget: (query) => history.forget(query) },
    searching: {
      name: 'searches',
      start: async () => {
        await history.start();
        await saved.start();
      },
      stop: async () => {
        searches.stop();
        phrases.stop();
        await saved.stop();
        await history.stop();
        await list.stop();
      },
    },
    downloads: list,
    links: createLinks({
      pathOf: async (content) => {
        const text = contentIdText(content);
        return (
          (await library.pathOf(content)) ??
          downloads.list().find((one) => one.state === 'done' && one.content === text)?.path
        );
      },
      network: () => link.status.issuer,
    }),
    streams: { open: async (request) => streams.open(wantedOf(request)) },
    uploads: components.uploads,
    fetched: () => components.fetched.list(),
    testReach: createReachTest({
      clock,
      dialled: () => link.dialled,
      checkReach: (content, signal) => link.checkReach(content, signal),
      files: () => newestFiles(library),
      search: (query, options) => link.search(query, options),
      fetched: () => components.fetched.list(),
      listen: components.listen,
    }),
    limits: components.limits,
    volunteer: components.volunteer,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Those that came last; enough for one of them to be published. */
function newestFiles(library: Library): SharedFile[] {
  const { total } = library.files({ limit: 1 });
  return library.files({ offset: Math.max(0, total - NEWEST_FILES), limit: NEWEST_FILES }).files.reverse();
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
