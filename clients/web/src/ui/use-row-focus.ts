import { defaultRangeExtractor, type Range, type VirtualItem } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';

/** How the focus goes through a list of which only the rows in sight are in the document. */
export interface RowFocus {
  /** The row that has the focus, or a control in it. */
  readonly focused: number | undefined;
  /** The row that the Tab key comes to. */
  readonly tabStop: number;
  /** The row that stays in the document: the one with the focus, else that of the Tab key. */
  readonly kept: number;
  /** The rows in sight, and the one with the focus, however far one scrolls: else the focus would fall to the document. */
  readonly rangeExtractor: (range: Range) => number[];
  /** Gives a row the focus, as soon as it is in the document. */
  readonly focusRow: (index: number, scrollTo: (index: number) => void) => void;
  readonly onFocus: (target: Element) => number | undefined;
  readonly onBlur: () => void;
}

/**
 * @param list - holds the rows, each with its `data-index`
 * @param target - selects what in a row takes the focus
 */
export function useRowFocus(list: RefObject<HTMLElement | null>, target: string, total: number): RowFocus {
  const [focused, setFocused] = useState<number | undefined>(undefined);
  const [active, setActive] = useState(0);
  /** A row that is to have the focus as soon as it is in the document. */
  const wanted = useRef<number | undefined>(undefined);
  const tabStop = Math.min(active, Math.max(0, total - 1));
  const kept = focused ?? tabStop;

  const targetAt = (index: number) =>
    list.current?.querySelector<HTMLElement>(`[data-index="${index}"] ${target}`) ?? undefined;
  useEffect(() => {
    if (wanted.current === undefined) return;
    const element = targetAt(wanted.current);
    if (element === undefined) return;
    wanted.current = undefined;
    element.focus();
  });

  return {
    focused,
    tabStop,
    kept,
    rangeExtractor: (range) => {
      const indexes = defaultRangeExtractor(range);
      if (kept >= range.count || indexes.includes(kept)) return indexes;
      return [...indexes, kept].sort((a, b) => a - b);
    },
    focusRow: (index, scrollTo) => {
      const element = targetAt(index);
      if (element !== undefined) {
        element.focus();
        return;
      }
      wanted.current = index;
      scrollTo(index);
    },
    onFocus: (element) => {
      const index = rowIndexOf(element);
      setFocused(index);
      if (index !== undefined) setActive(index);
      return index;
    },
    onBlur: () => {
      setFocused(undefined);
    },
  };
}

/** Tells which rows are in sight; the one that is there for its focus alone is not. */
export function useShownRows(
  items: readonly VirtualItem[],
  { kept }: Pick<RowFocus, 'kept'>,
  onShow: ((first: number, last: number) => void) | undefined,
): void {
  const inSight = items.filter(({ index }) => index !== kept);
  const first = (inSight[0] ?? items[0])?.index;
  const last = (inSight.at(-1) ?? items.at(-1))?.index;
  useEffect(() => {
    if (first !== undefined && last !== undefined) onShow?.(first, last);
  }, [first, last, onShow]);
}

/** Which row an element of a list is in. */
export function rowIndexOf(element: Element): number | undefined {
  const index = element.closest<HTMLElement>('[data-index]')?.dataset['index'];
  return index === undefined ? undefined : Number(index);
}

/**
 * Where a key leads from a row: ↑ and ↓, Ctrl+Home and Ctrl+End; undefined: nowhere.
 *
 * @param letters - K and J are ↑ and ↓ as well
 */
export function rowAfter(
  { key, ctrlKey, metaKey }: KeyboardEvent,
  from: number,
  total: number,
  letters = false,
): number | undefined {
  if (ctrlKey || metaKey) return key === 'Home' ? 0 : key === 'End' ? total - 1 : undefined;
  const letter = letters ? key.toLowerCase() : '';
  const step = key === 'ArrowDown' || letter === 'j' ? 1 : key === 'ArrowUp' || letter === 'k' ? -1 : 0;
  const to = from + step;
  return step === 0 || to < 0 || to >= total ? undefined : to;
}
