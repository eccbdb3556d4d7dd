/**
 * The searches that are open beside each other. One is known by what it asks for; the page's address says which is looked at.
 * They last as long as the browser's tab, reloads included.
 */
import { useSyncExternalStore } from 'react';
import type { Route } from '../route.ts';

export interface SearchTab {
  readonly query: string;
  readonly asTyped: boolean;
}

/** More do not fit a row, and the daemon keeps no more than fifty searches of all pages together. */
export const MAX_TABS = 12;

const STORAGE_KEY = 'banyan.searches';

export const tabKey = ({ query, asTyped }: SearchTab): string => `${asTyped} ${query}`;

export const tabRoute = ({ query, asTyped }: SearchTab): Route => ({
  face: 'search',
  query,
  ...(asTyped ? { asTyped } : {}),
});

export interface SearchTabs {
  readonly open: readonly SearchTab[];
  /** The one that was looked at last; after a reload the newest. Undefined: none is open. */
  readonly last: SearchTab | undefined;
  subscribe(listener: () => void): () => void;
  /** A search is looked at: it takes the place of the one looked at before, unless it is open or another was asked for. */
  show(tab: SearchTab): void;
  /** The next search gets a place of its own. */
  another(): void;
  /** Returns what to look at instead; undefined: nothing is open any more. */
  close(tab: SearchTab): SearchTab | undefined;
}

/** @param storage - where they survive a reload; undefined: nowhere */
export function createSearchTabs(storage: Pick<Storage, 'getItem' | 'setItem'> | undefined): SearchTabs {
  let open = read(storage);
  let current = -1;
  let isAnother = false;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const change = (next: readonly SearchTab[]) => {
    open = next;
    try {
      storage?.setItem(STORAGE_KEY, JSON.stringify(open));
    } catch {
      // Storage is full or refused: they last until the reload.
    }
    tell();
  };
  const placeOf = (tab: SearchTab) => open.findIndex((one) => tabKey(one) === tabKey(tab));
  return {
    get open() {
      return open;
    },
    get last() {
      return open[current] ?? open.at(-1);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    show(tab) {
      const place = placeOf(tab);
      if (place !== -1) {
        current = place;
        isAnother = false;
        tell();
        return;
      }
      if (current === -1 || current >= open.length || isAnother) {
        // The oldest makes room.
        const kept = open.slice(Math.max(0, open.length + 1 - MAX_TABS));
        current = kept.length;
        isAnother = false;
        change([...kept, tab]);
      } else change(open.map((one, i) => (i === current ? tab : one)));
    },
    another() {
      isAnother = true;
    },
    close(tab) {
      const place = placeOf(tab);
      if (place === -1) return undefined;
      const left = open.filter((_, i) => i !== place);
      if (current > place) current -= 1;
      else if (current === place) current = Math.min(place, left.length - 1);
      change(left);
      return left[current] ?? left[0];
    },
  };
}

function read(storage: Pick<Storage, 'getItem'> | undefined): readonly SearchTab[] {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(STORAGE_KEY) ?? '[]');
    if (!Array.isArray(kept)) return [];
    return (kept as unknown[]).slice(0, MAX_TABS).flatMap((one) => {
      const { query, asTyped } = (one ?? {}) as Partial<Record<keyof SearchTab, unknown>>;
      return typeof query === 'string' && query !== '' ? [{ query, asTyped: asTyped === true }] : [];
    });
  } catch {
    return [];
  }
}

const sessionStore = (): Storage | undefined => {
  try {
    return sessionStorage;
  } catch {
    return undefined; // Refused in some private windows.
  }
};

/** Those of this page. */
export const searchTabs = createSearchTabs(sessionStore());

export function useSearchTabs(): readonly SearchTab[] {
  return useSyncExternalStore(searchTabs.subscribe, () => searchTabs.open);
}

/** The search that was looked at last. */
export function useLastSearch(): SearchTab | undefined {
  return useSyncExternalStore(searchTabs.subscribe, () => searchTabs.last);
}
