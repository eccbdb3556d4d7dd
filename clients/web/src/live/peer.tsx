/** The daemon as the components see it: the client, the line to it, its status, and the newest downloads. */

import type { DownloadView, PeerStatus } from '@banyan/proto';
import type { BrowserClient, LinkState } from '@banyan/sdk/browser';
import {
  createContext,
  use,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import { useView } from './use-view.ts';

const ClientContext = createContext<BrowserClient | undefined>(undefined);

interface PeerState {
  readonly status: PeerStatus | undefined;
  /** When the last news came, unix ms. */
  readonly asOf: number | undefined;
}
const StatusContext = createContext<PeerState>({ status: undefined, asOf: undefined });
const DownloadsContext = createContext<ReadonlyMap<string, DownloadView>>(new Map());

/** Downloads that result rows know of; older ones are marked by the daemon itself. */
const NEWEST_DOWNLOADS = 50;

export function ClientProvider({ client, children }: { client: BrowserClient; children: ReactNode }) {
  useEffect(() => {
    const onVisibility = () => {
      client.setHidden(document.visibilityState === 'hidden');
    };
    const onOnline = () => {
      client.connect();
    };
    document.addEventListener('visibilitychange', onVisibility);
    window.addEventListener('online', onOnline);
    onVisibility();
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      window.removeEventListener('online', onOnline);
    };
  }, [client]);
  return <ClientContext value={client}>{children}</ClientContext>;
}

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

export function useClient(): BrowserClient {
  const client = use(ClientContext);
  if (client === undefined) throw new Error('useClient outside ClientProvider');
  return client;
}

export function useLinkState(): LinkState {
  const client = useClient();
  return useSyncExternalStore(
    (listener) => client.onLinkState(listener),
    () => client.linkState,
  );
}

/** Whether the daemon can be told anything just now; else what acts on it is disabled. */
export function useCanAct(): boolean {
  return useLinkState() === 'open';
}

export function usePeerStatus(): PeerState {
  return use(StatusContext);
}

/** The newest downloads by content id. */
export function useNewestDownloads(): ReadonlyMap<string, DownloadView> {
  return use(DownloadsContext);
}

/** The time now, renewed every second while `running`: for words like "4 s left". */
export function useNow(running: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => {
      setNow(Date.now());
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, [running]);
  return now;
}
