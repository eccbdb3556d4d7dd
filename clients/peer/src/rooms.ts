/** The rooms of the running peer as the local API sees them. */
import { isAbsolute } from 'node:path';
import {
  BanyanError,
  contentIdText,
  type ContentId,
  type OwnedMark,
  type PeerStatus,
  type UploadView,
} from '@banyan/proto';
import type { Clock, Log, Startable } from '@banyan/kit';
import type { Downloads } from './download/index.ts';
import type { Limits } from './bandwidth/limits.ts';
import { createStreams, type Gateway } from './gateway/index.ts';
import type { Library } from './library/index.ts';
import type { Link } from './link/link.ts';
import { downloadsRoom, wantedOf } from './downloads-room.ts';
import type { ChangeListener, Rooms } from './local-api/rooms.ts';
import { createLinks } from './metalink/index.ts';
import { createLibraryPhrases } from './searches/library-phrases.ts';
import { createSearchHistory } from './searches/search-history.ts';
import { createSearches, type SearchesComponents } from './searches/searches.ts';
import { createSuggest } from './searches/suggestions.ts';
import type { Volunteer } from './volunteer/index.ts';

export interface PeerRoomsComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly link: Link;
  readonly library: Library;
  readonly downloads: Downloads;
  readonly gateway: Gateway;
  readonly limits: Limits;
  readonly volunteer: Volunteer;
  readonly uploads: () => readonly UploadView[];
  readonly onUploads: (listener: () => void) => void;
  readonly status: () => PeerStatus;
  /** Told of each search that ended. */
  readonly onSearchEnded?: NonNullable<SearchesComponents['onEnded']>;
}

export interface PeerRoomsInit {
  /** File of the search history. */
  readonly historyFile: string;
}

export interface PeerRooms extends Rooms {
  /** Searches, their history and suggestions. */
  readonly searching: Startable;
}

/** Older news of auth and list is refreshed when somebody asks for the status. */
const STATUS_FRESH_MS = 10_000;
/** While a page shows it. */
const STATUS_WATCHED_MS = 30_000;
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
    ask: (query, options) => link.search(query, options),
    entrance: () => link.entrance,
    ready: (signal) => link.askable(signal),
    owned,
    network: () => link.status.issuer,
    onChange: (id) => {
      changed('search', id);
      changed('searches');
    },
    onQuery: (query) => history.add(query),
    ...(components.onSearchEnded === undefined ? {} : { onEnded: components.onSearchEnded }),
  });

  const streams = createStreams({ gateway, library, downloads });

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
  downloads.onChange(() => {
    changed('downloads');
    changed('status');
    changed('search');
  });
  components.limits.onChange(() => changed('status'));
  components.volunteer.onChange(() => changed('volunteer'));
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
    supernodes: () => link.supernodes(),
    shares: {
      list: () => library.shares(),
      add: ({ path, name, confirm }) => {
        if (!isAbsolute(path))
          throw new BanyanError('invalid_request', `"${path}" is no absolute path. Give the whole path.`);
        return library.addShare({
          path,
          ...(name === undefined ? {} : { name }),
          ...(confirm === undefined ? {} : { confirm }),
        });
      },
      remove: (id) => library.removeShare(id),
      rescan: async (id) => library.rescanShare(id),
    },
    files: {
      window: (first, count) => {
        const { files, total } = library.files({ offset: first, limit: Math.max(1, count) });
        return { total, rows: files.slice(0, count) };
      },
      page: (after, limit) => library.files({ limit, ...(after === undefined ? {} : { after }) }),
    },
    searches,
    suggestions: { suggest, forget: (query) => history.forget(query) },
    searching: {
      name: 'searches',
      start: () => history.start(),
      stop: async () => {
        searches.stop();
        phrases.stop();
        await history.stop();
      },
    },
    downloads: downloadsRoom(downloads),
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
    limits: components.limits,
    volunteer: components.volunteer,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
