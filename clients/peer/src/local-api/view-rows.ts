/** What each topic of the WebSocket shows of the rooms. */
import type { SearchView, ViewRows, ViewTopic } from '@banyan/proto';
import type { Rooms, Window } from './rooms.ts';

export interface RowsWanted {
  readonly topic: ViewTopic;
  /** Topic `search`: which. */
  readonly id: string | undefined;
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
 * The window as it is now.
 *
 * @throws BanyanError `not_found` when the subject is gone
 */
export function rowsOf(rooms: Rooms, { topic, id, first, count }: RowsWanted): Rows {
  switch (topic) {
    case 'status':
      return cut([rooms.status.now()], first, count);
    case 'supernodes':
      return cut(rooms.supernodes(), first, count);
    case 'search':
      return rooms.searches.window(id ?? '', first, count);
    case 'searches':
      return cut(rooms.searches.list(), first, count);
    case 'downloads':
      return { total: rooms.downloads.count, rows: rooms.downloads.window(first, count) };
    case 'uploads':
      return cut(rooms.uploads(), first, count);
    case 'volunteer':
      return cut([rooms.volunteer.view()], first, count);
    case 'shares':
      return cut(rooms.shares.list(), first, count);
    case 'files':
      return rooms.files.window(first, count);
  }
}
