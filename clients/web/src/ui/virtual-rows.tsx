import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isComposing, takesText } from './keys.ts';

/** Rows kept mounted beyond the visible ones on each side. */
const OVERSCAN_ROWS = 8;

export interface VirtualRowsProps<Row> {
  /** Rows there are in all. */
  readonly total: number;
  /** The row, or undefined when its window has not come yet. */
  readonly rowAt: (index: number) => Row | undefined;
  readonly keyOf: (row: Row) => string | number;
  readonly render: (row: Row, index: number) => ReactNode;
  /** Height before a row is measured, CSS px. */
  readonly estimate: number;
  readonly onShow?: (first: number, last: number) => void;
  /** What the list is, for screen readers. */
  readonly label: string;
  readonly className?: string;
}

/**
 * A list of which only what is in sight is in the document; it scrolls with the page. ↑ and ↓ move between the
 * rows' first controls.
 */
export function VirtualRows<Row>({
  total,
  rowAt,
  keyOf,
  render,
  estimate,
  onShow,
  label,
  className = '',
}: VirtualRowsProps<Row>) {
  const { t } = useI18n();
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  const [focused, setFocused] = useState<number | undefined>(undefined);
  // What stands above the list may grow or shrink with each rendering of the page.
  // eslint-disable-next-line react-hooks/exhaustive-deps -- measured after each of them; an equal number ends it
  useLayoutEffect(() => {
    const box = list.current?.getBoundingClientRect();
    if (box !== undefined) setTop(Math.round(box.top + window.scrollY));
  });

  const virtual = useWindowVirtualizer<HTMLLIElement>({
    count: total,
    estimateSize: () => estimate,
    overscan: OVERSCAN_ROWS,
    scrollMargin: top,
    useFlushSync: false,
    // The row with the focus stays, however far one scrolls: else the focus would fall to the document.
    rangeExtractor: (range) => {
      const indexes = defaultRangeExtractor(range);
      if (focused === undefined || focused >= range.count || indexes.includes(focused)) return indexes;
      return [...indexes, focused].sort((a, b) => a - b);
    },
    getItemKey: (index) => {
      const row = rowAt(index);
      return row === undefined ? `row ${index}` : keyOf(row);
    },
  });
  const items = virtual.getVirtualItems();
  const inSight = items.filter((item) => item.index !== focused);
  const first = (inSight[0] ?? items[0])?.index;
  const last = (inSight.at(-1) ?? items.at(-1))?.index;
  useEffect(() => {
    if (first !== undefined && last !== undefined) onShow?.(first, last);
  }, [first, last, onShow]);

  const focusRow = (index: number) => {
    const control = list.current?.querySelector<HTMLElement>(
      `[data-index="${index}"] :is(button, a[href], summary):not([disabled])`,
    );
    control?.focus();
    return control !== null && control !== undefined;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event) || takesText(event.target)) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const from = (event.target as HTMLElement).closest<HTMLElement>('[data-index]')?.dataset['index'];
    if (step === 0 || from === undefined) return;
    // Rows that offer nothing to press are passed over, within what is mounted.
    for (let to = Number(from) + step; to >= 0 && to < total; to += step) {
      if (list.current?.querySelector(`[data-index="${to}"]`) === null) return;
      if (!focusRow(to)) continue;
      event.preventDefault();
      return;
    }
  };

  return (
    <ul
      ref={list}
      role="list"
      aria-label={label}
      className={`rows ${className}`}
      style={{ height: virtual.getTotalSize() }}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        const index = event.target.closest<HTMLElement>('[data-index]')?.dataset['index'];
        setFocused(index === undefined ? undefined : Number(index));
      }}
      onBlur={() => {
        setFocused(undefined);
      }}
    >
      {items.map((item) => {
        const row = rowAt(item.index);
        return (
          <li
            key={item.key}
            ref={virtual.measureElement}
            data-index={item.index}
            aria-setsize={total}
            aria-posinset={item.index + 1}
            style={{ transform: `translateY(${item.start - top}px)` }}
          >
            {row === undefined ? <p className="row-loading">{t('row.loading')}</p> : render(row, item.index)}
          </li>
        );
      })}
    </ul>
  );
}
