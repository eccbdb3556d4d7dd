/** What each topic of the WebSocket shows of the rooms. */
import {
  BanyanError,
  type DownloadView,
  type SearchView,
  type SharedFile,
  type ViewRows,
  type ViewTopic,
} from '@banyan/proto';
import type { Found, Rooms, Window } from './rooms.ts';

export interface RowsWanted {
  /** A chunk map depends on what was sent of it before: see chunk-frames.ts. */
  readonly topic: Exclude<ViewTopic, 'chunks'>;
  /** Topic `search`: which. */
  readonly id: string | undefined;
  /** Topic `search`: without what is here already. */
  readonly notMine?: boolean | undefined;
  readonly first: number;
  readonly count: number;
}

export interface Rows extends Window<ViewRows[ViewTopic]> {
  readonly search?: SearchView;
}

const cut = <T>(all: readonly T[], first: number, count: number): Window<T> => ({
  total: all.length,
  rows: all.slice(first, first + count),
});

/**
 * What a filter of names leaves of a topic, until it is closed.
 *
 * @throws BanyanError `invalid_request`: this topic has none, or it is no filter
 */
export function findRows(
  rooms: Rooms,
  topic: ViewTopic,
  filter: string,
  onChange: () => void,
): Found<DownloadView | SharedFile> {
  switch (topic) {
    case 'files':
      return rooms.files.find(filter, onChange);
    case 'downloads':
      return rooms.downloads.find(filter);
    default:
      throw new BanyanError(
        'invalid_request',
        'Only downloads and files have a filter. Leave out params.filter.',
      );
  }
}

/**
 * The window as it is now.
 *
 * @throws BanyanError `not_found` when the subject is gone
 */
export function rowsOf(rooms: Rooms, { topic, id, notMine = false, first, count }: RowsWanted): Rows {
  switch (topic) {
    case 'status':
      return cut([rooms.status.now()], first, count);
    case 'supernodes':
      return cut(rooms.supernodes(), first, count);
    case 'search':
      return rooms.searches.window(id ?? '', first, count, { notMine });
    case 'searches':
      return cut(rooms.searches.list(), first, count);
    case 'saved':
      return cut(rooms.saved.list(), first, count);
    case 'downloads':
      return { total: rooms.downloads.count, rows: rooms.downloads.window(first, count) };
    case 'uploads':
      return cut(rooms.uploads(), first, count);
    case 'fetched':
      return cut(rooms.fetched(), first, count);
    case 'volunteer':
      return cut([rooms.volunteer.view()], first, count);
    case 'shares':
      return cut(rooms.shares.list(), first, count);
    case 'files':
      return rooms.files.window(first, count);
  }
}
