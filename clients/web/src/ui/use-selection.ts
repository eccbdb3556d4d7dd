import { useCallback, useState } from 'react';

export interface Selection<T> {
  /** In the order in which they were selected, wherever they stand by now. */
  readonly rows: readonly T[];
  has(row: T): boolean;
  toggle(row: T): void;
  clear(): void;
}

/**
 * Which rows are selected; they are kept whole, since they may not be in the window any more.
 *
 * @param keyOf - the same function at each call
 */
export function useSelection<T>(keyOf: (row: T) => string): Selection<T> {
  const [selected, setSelected] = useState<ReadonlyMap<string, T>>(new Map());
  const toggle = useCallback(
    (row: T) => {
      setSelected((before) => {
        const next = new Map(before);
        const key = keyOf(row);
        if (!next.delete(key)) next.set(key, row);
        return next;
      });
    },
    [keyOf],
  );
  const clear = useCallback(() => {
    setSelected(new Map());
  }, []);
  return { rows: [...selected.values()], has: (row) => selected.has(keyOf(row)), toggle, clear };
}
