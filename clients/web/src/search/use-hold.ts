import type { SearchView } from '@banyan/proto';
import { useCallback, useEffect, useRef } from 'react';
import { useClient } from '../live/client.tsx';

export interface Hold {
  /** Somebody looks at the rows: from now on they stand still. Says it to the daemon once. */
  hold(): void;
  /** Lets what waits flow in. */
  release(): void;
}

/**
 * Keeps the rows of a search where they are once somebody looks at them: scrolls, or calls `hold`. A new search flows,
 * and so does one that was released, until it is looked at again.
 */
export function useHold(search: SearchView | undefined, rows: number): Hold {
  const client = useClient();
  const id = search?.id;
  const said = useRef<string | undefined>(undefined);

  const hold = useCallback(() => {
    if (id === undefined || rows === 0 || said.current === id) return;
    said.current = id;
    client.holdSearch(id, true).catch(() => {
      // Not heard, so it may be said again; rows that flow on harm nobody.
      said.current = undefined;
    });
  }, [client, id, rows]);

  useEffect(() => {
    const onScroll = () => {
      if (window.scrollY > 0) hold();
    };
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      window.removeEventListener('scroll', onScroll);
    };
  }, [hold]);

  const release = useCallback(() => {
    if (id === undefined) return;
    client.holdSearch(id, false).then(
      () => {
        said.current = undefined;
      },
      () => undefined, // The button is still there.
    );
  }, [client, id]);
  return { hold, release };
}
