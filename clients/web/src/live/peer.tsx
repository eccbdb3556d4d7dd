/** The daemon as the components see it: its status and the newest downloads. */

import type { DownloadView, PeerStatus } from '@banyan/proto';
import { createContext, use, useMemo, type ReactNode } from 'react';
import { useView } from './use-view.ts';

interface PeerState {
  readonly status: PeerStatus | undefined;
  /** When the last news came, unix ms. */
  readonly asOf: number | undefined;
}
const StatusContext = createContext<PeerState>({ status: undefined, asOf: undefined });
const DownloadsContext = createContext<ReadonlyMap<string, DownloadView>>(new Map());

/** Downloads that result rows know of; older ones are marked by the daemon itself. */
const NEWEST_DOWNLOADS = 50;

/** One view of the status and one of the newest downloads, shared by all faces. */
export function PeerProvider({ children }: { children: ReactNode }) {
  const statusView = useView('status', { count: 1 });
  const downloadsView = useView('downloads', { count: NEWEST_DOWNLOADS });
  const state = useMemo(
    () => ({ status: statusView.frame?.rows[0], asOf: statusView.receivedAt }),
    [statusView.frame, statusView.receivedAt],
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
      <DownloadsContext value={downloads}>{children}</DownloadsContext>
    </StatusContext>
  );
}

export function usePeerStatus(): PeerState {
  return use(StatusContext);
}

/** The newest downloads by content id. */
export function useNewestDownloads(): ReadonlyMap<string, DownloadView> {
  return use(DownloadsContext);
}
