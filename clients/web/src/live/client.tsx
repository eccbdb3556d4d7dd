/** The client of the daemon, and the line to it, for every component below. */

import type { BrowserClient, LinkState } from '@banyan/sdk/browser';
import { createContext, use, type ReactNode } from 'react';
import { useLine } from './use-line.ts';

const ClientContext = createContext<BrowserClient | undefined>(undefined);
const LinkContext = createContext<LinkState>('idle');

export function ClientProvider({ client, children }: { client: BrowserClient; children: ReactNode }) {
  const link = useLine(client);
  return (
    <ClientContext value={client}>
      <LinkContext value={link}>{children}</LinkContext>
    </ClientContext>
  );
}

export function useClient(): BrowserClient {
  const client = use(ClientContext);
  if (client === undefined) throw new Error('useClient outside ClientProvider');
  return client;
}

export function useLinkState(): LinkState {
  return use(LinkContext);
}

/** Whether the daemon can be told anything just now; else what acts on it is disabled. */
export function useCanAct(): boolean {
  return useLinkState() === 'open';
}
