/** The client of the daemon, and the line to it, for every component below. */

import type { BrowserClient, LinkState } from '@banyan/sdk/browser';
import { createContext, use, useEffect, useSyncExternalStore, type ReactNode } from 'react';

const ClientContext = createContext<BrowserClient | undefined>(undefined);

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
