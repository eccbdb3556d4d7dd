import type { ViewFrame, ViewTopic } from '@banyan/proto';
import type { View, ViewListener } from '@banyan/sdk/browser';
import { useCallback } from 'react';
import { useClient } from './client.tsx';
import { openTogether } from './together.ts';
import { useWindow, type LiveWindow, type Rows } from './use-window.ts';

export type LiveView<T extends ViewTopic> = LiveWindow<ViewFrame<T>>;

/**
 * Hits are looked for, and a list that is scrolled has holes until its rows come: these wait for no others. Nor does what is told
 * to a page that is out of sight, whose timers browsers let wait for up to a minute.
 */
const AT_ONCE: ReadonlySet<ViewTopic> = new Set(['search', 'files']);

/**
 * A window on live rows of the daemon.
 *
 * @param init.id - the subject (search id); without `enabled` nothing is asked for
 */
export function useView<T extends ViewTopic>(
  topic: T,
  init: {
    readonly id?: string;
    readonly notMine?: boolean;
    /** Words that the names must have; what was there before them stays until new rows come. */
    readonly filter?: string;
    readonly count: number;
    readonly enabled?: boolean;
    /** Also while the page is out of sight: for what notifies. */
    readonly isAlways?: boolean;
  },
): LiveView<T> {
  const client = useClient();
  const { id, notMine = false, filter = '', count, enabled = true, isAlways = false } = init;
  const open = useCallback(
    (rows: Rows, listener: ViewListener<ViewFrame<T>>): View => {
      const params = {
        ...(id === undefined ? {} : { id }),
        ...(notMine ? { notMine } : {}),
        ...(filter === '' ? {} : { filter }),
      };
      const openFor = (heard: ViewListener<ViewFrame<T>>): View =>
        client.openView(topic, { ...rows, isAlways, params }, heard);
      return isAlways || AT_ONCE.has(topic) ? openFor(listener) : openTogether(openFor, listener);
    },
    [client, topic, id, notMine, filter, isAlways],
  );
  return useWindow(`${topic} ${id ?? ''} ${notMine ? 'not mine' : ''}`, enabled ? open : undefined, count);
}
