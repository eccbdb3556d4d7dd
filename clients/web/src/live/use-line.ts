import type { LinkState } from '@banyan/sdk/browser';
import { startTransition, useEffect, useState } from 'react';

/** A client as far as its line to the service goes. */
interface Lined {
  readonly linkState: LinkState;
  /** @returns ends it */
  onLinkState(listener: () => void): () => void;
}

/** The line of a client. Most of the page changes with it, so that a change is drawn in pieces. */
export function useLine(client: Lined): LinkState {
  const [state, setState] = useState(client.linkState);
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
