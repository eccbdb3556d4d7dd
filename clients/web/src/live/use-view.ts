import type { ViewFrame, ViewRows, ViewTopic } from '@banyan/proto';
import { VIEW_WINDOW_ROWS, type View, type ViewFailure } from '@banyan/sdk/browser';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useClient } from './client.tsx';

/** Rows around the visible ones that are asked for as well, so that slow scrolling meets no holes. */
const MARGIN_ROWS = 40;

export interface LiveView<T extends ViewTopic> {
  /** The window as the daemon last said; stays while the line is lost. */
  readonly frame: ViewFrame<T> | undefined;
  readonly failure: ViewFailure | undefined;
  /** Unix ms of the last frame. */
  readonly receivedAt: number | undefined;
  rowAt(index: number): ViewRows[T] | undefined;
  /** Says which rows are visible; moves the window when it does not cover them. */
  show(first: number, last: number): void;
}

interface Held<T extends ViewTopic> {
  readonly key: string;
  readonly frame?: ViewFrame<T>;
  readonly failure?: ViewFailure;
  readonly receivedAt?: number;
}

/**
 * A window on live rows, for as long as the component stands.
 *
 * @param init.id - the subject (search id); without `enabled` nothing is asked for
 */
export function useView<T extends ViewTopic>(
  topic: T,
  init: { readonly id?: string; readonly count: number; readonly enabled?: boolean },
): LiveView<T> {
  const client = useClient();
  const { id, count, enabled = true } = init;
  const key = `${topic} ${id ?? ''}`;
  const [held, setHeld] = useState<Held<T>>({ key });
  const view = useRef<View | undefined>(undefined);
  const window = useRef({ first: 0, count });

  useEffect(() => {
    if (!enabled) return;
    window.current = { first: 0, count };
    const opened = client.openView(
      topic,
      { first: 0, count, ...(id === undefined ? {} : { params: { id } }) },
      {
        onFrame(frame) {
          setHeld({ key, frame, receivedAt: Date.now() });
        },
        onError(failure) {
          setHeld((before) => ({ ...(before.key === key ? before : { key }), failure }));
        },
      },
    );
    view.current = opened;
    return () => {
      view.current = undefined;
      opened.close();
    };
  }, [client, topic, id, count, key, enabled]);

  const show = useCallback((first: number, last: number) => {
    const { current } = window;
    if (first >= current.first && last < current.first + current.count) return;
    const start = Math.max(0, first - MARGIN_ROWS);
    const rows = Math.min(VIEW_WINDOW_ROWS, last + 1 + MARGIN_ROWS - start);
    window.current = { first: start, count: rows };
    view.current?.range(start, rows);
  }, []);

  const mine = held.key === key ? held : { key };
  const { frame } = mine;
  const rowAt = useCallback((index: number) => frame?.rows[index - frame.first], [frame]);
  return { frame, failure: mine.failure, receivedAt: mine.receivedAt, rowAt, show };
}
