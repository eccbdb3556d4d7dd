import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState, type ReactNode } from 'react';
import { isComposing } from '../../ui/keys.ts';
import { rowAfter, rowIndexOf, useRowFocus, useShownRows } from '../../ui/use-row-focus.ts';
import { useWords } from '../i18n/words.tsx';

/** Rows kept mounted beyond the visible ones on each side. */
const OVERSCAN_ROWS = 6;
/** Of each row, CSS px: two to four short lines; what is longer is cut, and the page of its subject has it all. As in tables.css. */
const ROW_PX = 68;
/** Room that the head takes at the top of the box, CSS px: a row that is scrolled to must not lie under it. */
const HEAD_PX = 44;

export interface Column {
  readonly head: string;
  /** Its part of the width. */
  readonly share: number;
  readonly isNumber?: boolean;
}

/** What in a row takes the focus: its link or button. */
const CONTROL = ':is(a[href], button)';

/**
 * A table (WAI-ARIA APG grid) in a box of its own of which only the rows in sight are in the document. One row is in the order of the Tab
 * key; ↑ and ↓ go from row to row, Ctrl+Home and Ctrl+End to the first and the last.
 */
export function VirtualTable<Row>({
  label,
  columns,
  total,
  rowAt,
  keyOf,
  cells,
  onShow,
}: {
  /** What the table is, for screen readers. */
  label: string;
  columns: readonly Column[];
  /** Rows there are in all. */
  total: number;
  /** The row, or undefined when its window has not come yet. */
  rowAt: (index: number) => Row | undefined;
  keyOf: (row: Row) => string;
  /** The cells of a row, the first a `th`, whose control takes `tabIndex`. */
  cells: (row: Row, tabIndex: 0 | -1) => ReactNode;
  onShow?: (first: number, last: number) => void;
}) {
  const { t } = useWords();
  const box = useRef<HTMLDivElement>(null);
  const focus = useRowFocus(box, CONTROL, total);
  const { focused, tabStop } = focus;
  /** The row that has the focus, as it was when it got it: its window may move away. */
  const [kept, setKept] = useState<Row | undefined>(undefined);
  const shownAt = (index: number) => rowAt(index) ?? (focused === index ? kept : undefined);
  // eslint-disable-next-line react-hooks/incompatible-library -- what it gives is used here alone, and is not memoized
  const virtual = useVirtualizer<HTMLDivElement, HTMLTableRowElement>({
    count: total,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN_ROWS,
    scrollPaddingStart: HEAD_PX,
    useFlushSync: false,
    rangeExtractor: focus.rangeExtractor,
  });
  const items = virtual.getVirtualItems();
  useShownRows(items, focus, onShow);

  const spacer = (key: string, height: number) => (
    <tr key={key} role="presentation">
      <td colSpan={columns.length} role="presentation" className="table-gap" style={{ height }} />
    </tr>
  );
  const body: ReactNode[] = [];
  let end = 0;
  for (const item of items) {
    if (item.start > end) body.push(spacer(`before ${item.index}`, item.start - end));
    end = item.end;
    const row = shownAt(item.index);
    body.push(
      <tr
        key={row === undefined ? `row ${item.index}` : keyOf(row)}
        data-index={item.index}
        aria-rowindex={item.index + 2}
      >
        {row === undefined ? (
          <td colSpan={columns.length} className="muted">
            {t('loading')}
          </td>
        ) : (
          cells(row, item.index === tabStop ? 0 : -1)
        )}
      </tr>,
    );
  }
  if (virtual.getTotalSize() > end) body.push(spacer('after', virtual.getTotalSize() - end));
  const whole = columns.reduce((sum, { share }) => sum + share, 0);

  return (
    <div ref={box} className="table-scroll virtual-table" tabIndex={0} role="region" aria-label={label}>
      <table role="grid" aria-label={label} aria-rowcount={total + 1}>
        <colgroup>
          {columns.map(({ head, share }) => (
            <col key={head} style={{ width: `${(share / whole) * 100}%` }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ head, isNumber = false }) => (
              <th key={head} scope="col" className={isNumber ? 'number' : undefined}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody
          onKeyDown={(event) => {
            const from = rowIndexOf(event.target as Element);
            if (from === undefined || event.altKey || event.defaultPrevented || isComposing(event)) return;
            const to = rowAfter(event, from, total);
            if (to === undefined) return;
            event.preventDefault();
            focus.focusRow(to, virtual.scrollToIndex);
          }}
          onFocus={(event) => {
            const index = focus.onFocus(event.target);
            setKept(index === undefined ? undefined : shownAt(index));
          }}
          onBlur={focus.onBlur}
        >
          {body}
        </tbody>
      </table>
    </div>
  );
}
