import type { ConsoleTopic } from '@banyan/proto';
import type { ConsoleFrame, ConsoleViewParams, View, ViewListener } from '@banyan/sdk/browser';
import { useCallback } from 'react';
import { useWindow, type LiveWindow, type Rows } from '../../live/use-window.ts';
import { useConsole } from '../session.tsx';

export type ConsoleView<T extends ConsoleTopic> = LiveWindow<ConsoleFrame<T>>;

/**
 * A window on live rows of the console. With another filter or order it begins anew; what it showed stays until the first rows come.
 *
 * @param init.count - rows asked for at first; default 1
 */
export function useConsoleView<T extends ConsoleTopic>(
  topic: T,
  init: ConsoleViewParams & { readonly count?: number } = {},
): ConsoleView<T> {
  const { client } = useConsole();
  const { id, filter, order, count = 1 } = init;
  const open = useCallback(
    (rows: Rows, listener: ViewListener<ConsoleFrame<T>>): View =>
      client.openView(
        topic,
        {
          ...rows,
          params: {
            ...(id === undefined ? {} : { id }),
            ...(filter === undefined || filter === '' ? {} : { filter }),
            ...(order === undefined ? {} : { order }),
          },
        },
        listener,
      ),
    [client, topic, id, filter, order],
  );
  return useWindow(`${topic} ${id ?? ''}`, open, count);
}
