import { useWindowVirtualizer } from '@tanstack/react-virtual';
import {
  memo,
  startTransition,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { isComposing, letterKeys, takesText } from './keys.ts';
import { rowAfter, rowIndexOf, useRowFocus, useShownRows } from './use-row-focus.ts';
import { useUnforcedLayout } from './use-unforced-layout.ts';

/** Rows kept mounted beyond the visible ones on each side: a quick hand on a wheel moves three in a frame. */
const OVERSCAN_ROWS = 5;

/** A page this narrow has its rows in two lines; the style sheets say so too. */
const NARROW = '(max-width: 50rem)';

export interface RowEstimate {
  readonly wide: number;
  readonly narrow: number;
}

export interface VirtualRowsProps<Row> {
  /** Rows there are in all. */
  readonly total: number;
  /** The row, or undefined when its window has not come yet. */
  readonly rowAt: (index: number) => Row | undefined;
  readonly keyOf: (row: Row) => string | number;
  readonly render: (row: Row, index: number) => ReactNode;
  /** Rows can be selected: whether this one is. */
  readonly isSelected?: (row: Row) => boolean;
  /** A key was pressed on a row, or a letter on one of its controls; returns whether it meant something. */
  readonly onRowKey?: (key: string, row: Row, isOnControl: boolean) => boolean;
  /** Height before a row is measured, CSS px: as rows are in most lists, so that as many are drawn at first as will be seen. */
  readonly estimate: RowEstimate;
  /**
   * The style sheet makes all rows equally high: one is measured for all. Whatever has very many rows needs it: a row that is
   * higher than expected moves all below it.
   */
  readonly isEven?: boolean;
  readonly onShow?: (first: number, last: number) => void;
  /** What the list is, for screen readers. */
  readonly label: string;
  readonly className?: string;
}

/** What is in a row. Scrolling draws the list anew, and in it only the rows that came or changed. */
const RowContent = memo(function RowContent<Row>({
  row,
  index,
  render,
}: {
  readonly row: Row;
  readonly index: number;
  readonly render: (row: Row, index: number) => ReactNode;
}) {
  return render(row, index);
}) as <Row>(props: {
  readonly row: Row;
  readonly index: number;
  readonly render: (row: Row, index: number) => ReactNode;
}) => ReactNode;

/** Key of a row of very many: to name each of them would take longer than to draw those in sight. */
const placeOf = (index: number): number => index;

/** What of a row takes the focus. */
const CELL = "[role='gridcell']";
const CONTROLS = ':is(button, a[href], input, select, summary):not([disabled])';

/**
 * A grid of one column (WAI-ARIA APG) of which only what is in sight is in the document; it scrolls with the page. One row
 * is in the order of the Tab key. ↑ and ↓, also K and J, go from row to row, Ctrl+Home and Ctrl+End to the first and the
 * last, → and ← through the controls of a row and back to it.
 */
export function VirtualRows<Row>({
  total,
  rowAt,
  keyOf,
  render,
  isSelected,
  onRowKey,
  estimate,
  isEven = false,
  onShow,
  label,
  className = '',
}: VirtualRowsProps<Row>) {
  const { t } = useI18n();
  const list = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const focus = useRowFocus(list, CELL, total);
  // The layout of all rows is made anew whenever this function is another one.
  const keyAt = useCallback(
    (index: number) => {
      const row = rowAt(index);
      return row === undefined ? `row ${index}` : keyOf(row);
    },
    [rowAt, keyOf],
  );
  const [expected] = useState(() => (window.matchMedia(NARROW).matches ? estimate.narrow : estimate.wide));
  const [height, setHeight] = useState(expected);
  // A list is soonest there with what is in sight; what a scroll will need is drawn row by row when nothing else is to do.
  const [overscan, setOverscan] = useState(0);
  useEffect(() => {
    if (total > 0 && overscan < OVERSCAN_ROWS)
      startTransition(() => {
        setOverscan(overscan + 1);
      });
  }, [total, overscan]);

  const unforced = useUnforcedLayout();
  const virtual = useWindowVirtualizer<HTMLDivElement>({
    count: total,
    estimateSize: () => (isEven ? height : expected),
    ...unforced,
    overscan,
    scrollMargin: top,
    useFlushSync: false,
    rangeExtractor: focus.rangeExtractor,
    getItemKey: isEven ? placeOf : keyAt,
  });
  useEffect(() => {
    const box = list.current;
    if (!isEven || box === null) return;
    // Other widths may bring other heights.
    const observer = new ResizeObserver(() => {
      const row = box.querySelector<HTMLElement>(':scope > [data-index]');
      if (row !== null) setHeight(row.offsetHeight);
    });
    observer.observe(box);
    return () => {
      observer.disconnect();
    };
  }, [isEven]);
  useLayoutEffect(() => {
    if (isEven) virtual.measure();
  }, [virtual, isEven, height]);
  // What stands above the list may grow or shrink with each rendering of the page. Where that leaves the list is asked for with the next
  // frame, which lays the page out anyway. What a scroll draws moves nothing there.
  useEffect(() => {
    if (virtual.isScrolling) return;
    const frame = requestAnimationFrame(() => {
      const box = list.current?.getBoundingClientRect();
      if (box !== undefined) setTop(Math.round(box.top + window.scrollY));
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  });

  const items = virtual.getVirtualItems();
  useShownRows(items, focus, onShow);

  /** From the row to its first control, from there to the next; back again, and to the row. */
  const moveInRow = (target: HTMLElement, step: 1 | -1): boolean => {
    const cell = target.closest<HTMLElement>(CELL);
    if (cell === null) return false;
    const places = [cell, ...cell.querySelectorAll<HTMLElement>(CONTROLS)];
    const next = places[places.indexOf(target) + step];
    next?.focus();
    return next !== undefined;
  };
  const takesKey = (event: KeyboardEvent<HTMLElement>, from: number): boolean => {
    const target = event.target as HTMLElement;
    const letters = letterKeys.areOn();
    const to = rowAfter(event, from, total, letters);
    if (to !== undefined) {
      focus.focusRow(to, virtual.scrollToIndex);
      return true;
    }
    if (event.ctrlKey || event.metaKey) return false;
    if (event.key === 'ArrowRight') return moveInRow(target, 1);
    if (event.key === 'ArrowLeft') return moveInRow(target, -1);
    const row = rowAt(from);
    const isOnControl = target.getAttribute('role') !== 'gridcell';
    const isLetter = event.key.length === 1 && event.key !== ' ';
    if (row === undefined || (isLetter ? !letters : isOnControl)) return false;
    return onRowKey?.(isLetter ? event.key.toLowerCase() : event.key, row, isOnControl) === true;
  };

  return (
    <div
      ref={list}
      role="grid"
      aria-label={label}
      aria-rowcount={total}
      aria-multiselectable={isSelected === undefined ? undefined : true}
      className={`rows ${className}`}
      style={{ height: virtual.getTotalSize() }}
      onKeyDown={(event) => {
        const target = event.target as Element;
        const from = rowIndexOf(target);
        if (from === undefined || event.altKey || event.defaultPrevented || isComposing(event)) return;
        // A dialog that a row opened has its own keys.
        if (takesText(target) || target.closest('dialog') !== null) return;
        if (takesKey(event, from)) event.preventDefault();
      }}
      onFocus={(event) => {
        focus.onFocus(event.target);
      }}
      onBlur={focus.onBlur}
    >
      {items.map((item) => {
        const row = rowAt(item.index);
        return (
          <div
            key={item.key}
            ref={isEven ? undefined : virtual.measureElement}
            role="row"
            data-index={item.index}
            aria-rowindex={item.index + 1}
            aria-selected={row === undefined ? undefined : isSelected?.(row)}
            style={{ transform: `translateY(${item.start - top}px)` }}
          >
            <div role="gridcell" tabIndex={item.index === focus.tabStop ? 0 : -1}>
              {row === undefined ? (
                <p className="row-loading">{t('row.loading')}</p>
              ) : (
                <RowContent row={row} index={item.index} render={render} />
              )}
            </div>
          </div>
        );
      })}
    </div>
  );
}
