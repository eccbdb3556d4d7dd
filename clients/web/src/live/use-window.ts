import { VIEW_WINDOW_ROWS, type View, type ViewFailure, type ViewListener } from '@banyan/sdk/browser';
import { startTransition, useCallback, useEffect, useRef, useState } from 'react';
import { useArrival } from './arriving.tsx';
import { keepSameRows, type WindowFrame } from './same-rows.ts';

/** Rows around the visible ones that are asked for as well, so that slow scrolling meets no holes. */
const MARGIN_ROWS = 40;

/** Which rows a view shows. */
export interface Rows {
  readonly first: number;
  readonly count: number;
}

export interface LiveWindow<Frame extends WindowFrame> {
  /** The window as the service last said; stays while the line is lost. */
  readonly frame: Frame | undefined;
  readonly failure: ViewFailure | undefined;
  /** Whether the frame is of the view that is open now, not of one before it about the same. */
  readonly isCurrent: boolean;
  /** Unix ms of the last frame. */
  readonly receivedAt: number | undefined;
  rowAt(index: number): Frame['rows'][number] | undefined;
  /** Says which rows are visible; moves the window when it does not cover them. */
  show(first: number, last: number): void;
}

interface Held<Frame> {
  readonly subject: string;
  /** What opened the view that the frame came from. */
  readonly of?: unknown;
  readonly frame?: Frame;
  readonly failure?: ViewFailure;
  readonly receivedAt?: number;
}

/**
 * A window on live rows, for as long as the component stands. The face around it waits for its first frame.
 *
 * @param subject - what the rows are about: those of another subject are gone at once, of the same they stay until new ones come
 * @param open - opens the view; another one (see `useCallback`) begins it anew, undefined asks for nothing
 * @param count - rows asked for at first
 */
export function useWindow<Frame extends WindowFrame>(
  subject: string,
  open: ((rows: Rows, listener: ViewListener<Frame>) => View) | undefined,
  count: number,
): LiveWindow<Frame> {
  const [held, setHeld] = useState<Held<Frame>>({ subject });
  const view = useRef<View | undefined>(undefined);
  const window = useRef<Rows>({ first: 0, count });

  useEffect(() => {
    if (open === undefined) return;
    window.current = { first: 0, count };
    let isFirst = true;
    const opened = open(window.current, {
      onFrame(frame) {
        const receivedAt = Date.now();
        const hold = () => {
          setHeld((before) => ({
            subject,
            of: open,
            frame: keepSameRows(before.subject === subject ? before.frame : undefined, frame),
            receivedAt,
          }));
        };
        // The first brings all rows there are to see: they are drawn in pieces. What follows is little, and comes at once.
        if (isFirst) startTransition(hold);
        else hold();
        isFirst = false;
      },
      onError(failure) {
        setHeld((before) => ({ ...(before.subject === subject ? before : { subject }), failure }));
      },
    });
    view.current = opened;
    return () => {
      view.current = undefined;
      opened.close();
    };
  }, [subject, open, count]);

  const show = useCallback((first: number, last: number) => {
    const { current } = window;
    if (first >= current.first && last < current.first + current.count) return;
    const start = Math.max(0, first - MARGIN_ROWS);
    const rows = Math.min(VIEW_WINDOW_ROWS, last + 1 + MARGIN_ROWS - start);
    window.current = { first: start, count: rows };
    view.current?.range(start, rows);
  }, []);

  const mine: Held<Frame> = held.subject === subject ? held : { subject };
  const { frame, failure, receivedAt } = mine;
  useArrival(open === undefined || frame !== undefined || failure !== undefined);
  const rowAt = useCallback((index: number) => frame?.rows[index - frame.first], [frame]);
  return { frame, failure, isCurrent: mine.of === open, receivedAt, rowAt, show };
}
