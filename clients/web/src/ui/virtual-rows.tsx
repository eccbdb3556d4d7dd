import { useWindowVirtualizer } from '@tanstack/react-virtual';
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
  // What stands above the list may grow or shrink with each rendering of the page.
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
    getItemKey: (index) => {
      const row = rowAt(index);
      return row === undefined ? `row ${index}` : keyOf(row);
    },
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index;
  const last = items.at(-1)?.index;
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
    for (let to = Number(from) + step; to >= (first ?? 0) && to <= (last ?? -1); to += step) {
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
