import type { LinkState } from '@banyan/sdk/browser';
import { startTransition, useEffect, useState } from 'react';

/** A client as far as its line to the service goes. */
interface Lined {
  readonly linkState: LinkState;
  connect(): void;
  setHidden(isHidden: boolean): void;
  /** @returns ends it */
  onLinkState(listener: () => void): () => void;
}

/**
 * The line of a client, which follows whether anybody sees the page and whether there is a network. Most of the page changes
 * with it, so that a change is drawn in pieces.
 */
export function useLine(client: Lined): LinkState {
  const [state, setState] = useState(client.linkState);
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
  useEffect(() => {
    const follow = () => {
      startTransition(() => {
        setState(client.linkState);
      });
    };
    // It may have changed since it was drawn.
    follow();
    return client.onLinkState(follow);
  }, [client]);
  return state;
}
