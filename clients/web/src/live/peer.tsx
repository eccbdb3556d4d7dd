/** The daemon as the components see it: its status and the newest downloads. */

import { MAX_SAVED_SEARCHES, type DownloadView, type PeerStatus, type SavedSearchView } from '@banyan/proto';
import { createContext, use, useMemo, type ReactNode } from 'react';
import { useView } from './use-view.ts';

interface PeerState {
  readonly status: PeerStatus | undefined;
  /** When the last news came, unix ms. */
  readonly asOf: number | undefined;
  /** The daemon is in no network yet. */
  readonly isUnjoined: boolean;
}
const StatusContext = createContext<PeerState>({ status: undefined, asOf: undefined, isUnjoined: false });
const SavedContext = createContext<readonly SavedSearchView[] | undefined>(undefined);
const DownloadsContext = createContext<ReadonlyMap<string, DownloadView>>(new Map());

/** Downloads that result rows know of; older ones are marked by the daemon itself. */
const NEWEST_DOWNLOADS = 50;

/** One view of the status and one of the newest downloads, shared by all faces. */
export function PeerProvider({ children }: { children: ReactNode }) {
  const statusView = useView('status', { count: 1 });
  const downloadsView = useView('downloads', { count: NEWEST_DOWNLOADS });
  // Also while the page is out of sight: it is then that one wants to be told.
  const savedView = useView('saved', { count: MAX_SAVED_SEARCHES, isAlways: true });
  const state = useMemo(
    () => ({
      status: statusView.frame?.rows[0],
      asOf: statusView.receivedAt,
      isUnjoined: statusView.frame === undefined && statusView.failure?.code === 'not_joined',
    }),
    [statusView.frame, statusView.receivedAt, statusView.failure],
  );
  const downloads = useMemo(() => {
    const byContent = new Map<string, DownloadView>();
    for (const row of downloadsView.frame?.rows ?? []) {
      if (!byContent.has(row.content)) byContent.set(row.content, row);
    }
    return byContent;
  }, [downloadsView.frame]);
  return (
    <StatusContext value={state}>
      <SavedContext value={savedView.frame?.rows}>
        <DownloadsContext value={downloads}>{children}</DownloadsContext>
      </SavedContext>
    </StatusContext>
  );
}

export function usePeerStatus(): PeerState {
  return use(StatusContext);
}

/** The saved searches, newest first; undefined until the daemon has told of them. */
export function useSavedSearches(): readonly SavedSearchView[] | undefined {
  return use(SavedContext);
}

/** The newest downloads by content id. */
export function useNewestDownloads(): ReadonlyMap<string, DownloadView> {
  return use(DownloadsContext);
}
