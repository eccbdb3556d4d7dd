import { useEffect, useRef } from 'react';

/**
 * Whoever goes elsewhere in the page begins at its top. Where it is opened, the browser knows best.
 *
 * @param place - another one begins at the top
 */
export function useTop(place: string): void {
  const shown = useRef(place);
  useEffect(() => {
    if (shown.current === place) return;
    shown.current = place;
    window.scrollTo(0, 0);
  }, [place]);
}
