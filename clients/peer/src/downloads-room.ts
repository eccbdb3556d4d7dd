/** The downloads as the local API shows them. */
import { isAbsolute } from 'node:path';
import {
  BanyanError,
  parseContentId,
  parseLink,
  toBanyanError,
  type DownloadRequest,
  type DownloadsActRequest,
  type DownloadsActResponse,
  type DownloadView,
  type MetalinkRequest,
  type StreamRequest,
} from '@banyan/proto';
import { createNameFilter } from '@banyan/core';
import type { Clock, Timer } from '@banyan/kit';
import type { Downloads, NewDownload } from './download/index.ts';
import type { NewStream } from './gateway/index.ts';
import type { DownloadAction, DownloadsRoom } from './local-api/rooms.ts';
import { parseMetalink, probeLength, requireFit } from './metalink/index.ts';

const isUnfinished = ({ state }: DownloadView): boolean => state !== 'done' && state !== 'failed';

/** What a call without ids means. A retry of all is for what failed: what waits looks for sources by itself. */
export const APPLIES: Readonly<Record<DownloadsActRequest['action'], (view: DownloadView) => boolean>> = {
  pause: (view) => isUnfinished(view) && view.state !== 'paused' && view.state !== 'finishing',
  resume: ({ state }) => state === 'paused',
  retry: ({ state }) => state === 'failed',
  cancel: ({ state }) => state !== 'done',
  remove: ({ state }) => state === 'done' || state === 'failed',
};

/** What is unfinished by its place, then the others, newest first. */
function inOrder(views: readonly DownloadView[]): DownloadView[] {
  const inLine = views.filter(({ place }) => typeof place === 'number');
  const others = views.filter(({ place }) => typeof place !== 'number').toReversed();
  return [...inLine.sort((a, b) => a.place! - b.place!), ...others];
}

/** A file by its content id or its link. */
type WantedFile = NewStream & { readonly mirrors: readonly string[] };

/** The room, and how its cancels that wait end with the peer. */
export interface StoppableDownloadsRoom extends DownloadsRoom {
  /** What waits to be cancelled stays, paused: nothing that may be wanted back is thrown away. */
  stop(): Promise<void>;
}

/** A cancel that waits. */
interface Ending {
  /** Unix ms. */
  readonly at: number;
  readonly timer: Timer;
}

/** Makes the room. */
export function downloadsRoom(
  downloads: Downloads,
  clock: Pick<Clock, 'now' | 'setTimeout'>,
): StoppableDownloadsRoom {
  /** Cancelled, and paused until that is done. */
  const ending = new Map<string, Ending>();
  /** The last thing that is done to each download. */
  const doing = new Map<string, Promise<unknown>>();
  let isStopped = false;

  /**
   * What is done to one download is done in the order in which it was asked for: a resume that comes while a cancel still
   * pauses the download finds that cancel, and takes it back.
   */
  const inTurn = <T>(id: string, work: () => T | Promise<T>): Promise<T> => {
    const result = (doing.get(id) ?? Promise.resolve()).then(work);
    const last = result
      .catch(() => undefined)
      .finally(() => {
        if (doing.get(id) === last) doing.delete(id);
      });
    doing.set(id, last);
    return result;
  };
  const spare = (id: string): void => {
    ending.get(id)?.timer.cancel();
    ending.delete(id);
  };
  const withEnd = (view: DownloadView): DownloadView => {
    const end = view.state === 'done' ? undefined : ending.get(view.id);
    return end === undefined ? view : { ...view, cancelAt: end.at };
  };
  const cancelAfter = async (id: string, seconds: number): Promise<void> => {
    const view = get(id);
    if (view.state === 'done' || ending.has(id)) return;
    // At the end nothing is left to pause, and what failed stands still anyway.
    if (isUnfinished(view) && view.state !== 'finishing') await downloads.pause(id);
    if (isStopped) return;
    const timer = clock.setTimeout(() => void inTurn(id, () => end(id, timer)), seconds * 1_000, {
      keepAlive: false,
    });
    ending.set(id, { at: clock.now() + seconds * 1_000, timer });
  };
  /** The wait is over; never rejects. */
  const end = async (id: string, timer: Timer): Promise<void> => {
    // It was taken back while something else was done to the download.
    if (ending.get(id)?.timer !== timer) return;
    ending.delete(id);
    // Its last bytes came meanwhile: the file is there, and stays in the list.
    if (downloads.get(id)?.state === 'done') return;
    await downloads.cancel(id).catch(() => undefined); // It is still in the list then, and says why.
  };
  const get = (id: string): DownloadView => {
    const view = downloads.get(id);
    if (view === undefined)
      throw new BanyanError('not_found', 'There is no such download. It may have been taken off the list.');
    return view;
  };
  const act = (id: string, action: DownloadAction): Promise<DownloadView> =>
    inTurn(id, async () => {
      spare(id);
      if (action !== 'cancel') return downloads[action](id);
      const before = get(id);
      await downloads.cancel(id);
      return (
        downloads.get(id) ?? {
          ...before,
          state: before.state === 'done' ? 'done' : 'failed',
          bytesPerSecond: 0,
          etaMs: null,
          problem:
            before.state === 'done'
              ? null
              : { code: 'aborted', message: 'The download was cancelled; what had arrived was removed.' },
        }
      );
    });
  const remove = (id: string): Promise<void> =>
    inTurn(id, () => {
      spare(id);
      return downloads.remove(get(id).id);
    });
  const add = async (download: NewDownload, traceparent?: string): Promise<DownloadView> => {
    const view = await downloads.add(download, traceparent);
    return await inTurn(view.id, () => {
      if (!ending.has(view.id)) return view;
      // Whoever wants it again takes the cancel back.
      spare(view.id);
      return downloads.resume(view.id);
    });
  };
  return {
    get count() {
      return downloads.list().length;
    },
    find: (filter) => {
      const hasWords = createNameFilter(filter);
      /** A list is looked at every second, and folding a name costs more than to remember it. */
      let known = new Map<string, boolean>();
      return {
        window: (first, count) => {
          const now = new Map<string, boolean>();
          const rows = inOrder(downloads.list()).filter(({ name }) => {
            const isWanted = known.get(name) ?? hasWords(name);
            now.set(name, isWanted);
            return isWanted;
          });
          known = now;
          return { total: rows.length, rows: rows.slice(first, first + count).map(withEnd) };
        },
        close: () => known.clear(),
      };
    },
    window: (first, count) =>
      inOrder(downloads.list())
        .slice(first, first + count)
        .map(withEnd),
    get: (id) => withEnd(get(id)),
    add: async (request, traceparent) => add(newDownload(request), traceparent),
    addAll: async ({ downloads: requests }, traceparent) => ({
      results: await Promise.all(
        requests.map(async (request) => {
          try {
            return { download: await add(newDownload(request), traceparent) };
          } catch (error) {
            const { code, message } = toBanyanError(error);
            return { problem: { code, message } };
          }
        }),
      ),
    }),
    addMetalink: async (request, traceparent) => {
      const views: DownloadView[] = [];
      for (const download of await newDownloads(request)) views.push(await add(download, traceparent));
      return views;
    },
    act,
    chunkMap: (id) => downloads.chunkMap(id),
    actOnSource: (id, { source, action }) => downloads.actOnSource(id, source, action),
    arrange: (id, patch) => downloads.arrange(id, patch),
    async actAll({ action, ids, after = 0 }) {
      const chosen =
        ids ??
        downloads
          .list()
          .filter((view) => APPLIES[action](view))
          .map(({ id }) => id);
      const done: string[] = [];
      const failed: DownloadsActResponse['failed'] = [];
      for (const id of new Set(chosen)) {
        try {
          if (action === 'cancel' && after > 0) await inTurn(id, () => cancelAfter(id, after));
          else if (action === 'remove') await remove(id);
          else await act(id, action);
          done.push(id);
        } catch (error) {
          const { code, message } = toBanyanError(error);
          failed.push({ id, problem: { code, message } });
        }
      }
      return { done, failed };
    },
    remove,
    async stop() {
      isStopped = true;
      for (const id of ending.keys()) spare(id);
      await Promise.all(doing.values());
    },
  };
}

/** @throws BanyanError `link_invalid`, `invalid_request` */
function newDownload({ folder, subfolder, priority, ...request }: DownloadRequest): NewDownload {
  requireAbsolute(folder);
  const { content, name, mirrors } = wantedOf(request);
  if (name === undefined || name.trim() === '')
    throw new BanyanError('invalid_request', 'A name for the file is needed with a bare content id.');
  return {
    content,
    name,
    mirrors,
    ...(folder === undefined ? {} : { folder }),
    ...(subfolder === undefined ? {} : { subfolder: subfolder.split('/') }),
    ...(priority === undefined ? {} : { priority }),
  };
}

/**
 * Which file a request names.
 *
 * @throws BanyanError `link_invalid`, `invalid_request`
 */
export function wantedOf({ content, link, name }: StreamRequest): WantedFile {
  if ((content === undefined) === (link === undefined))
    throw new BanyanError('invalid_request', 'Say which file: either its content id or its link.');
  const named = link === undefined ? undefined : parseLink(link);
  const called = name ?? named?.name;
  return {
    content: named?.content ?? parseContentId(content ?? ''),
    mirrors: named?.mirrors ?? [],
    ...(called === undefined ? {} : { name: called }),
  };
}

/** @throws BanyanError `metalink_invalid`, `name_unsafe`, `limit_exceeded`, `invalid_request`, `unreachable` */
async function newDownloads({ document, folder, priority }: MetalinkRequest): Promise<NewDownload[]> {
  requireAbsolute(folder);
  const downloads: NewDownload[] = [];
  for (const file of parseMetalink(document)) {
    const { name, proof, mirrors } = file;
    const length = file.length ?? (await probeLength(name, mirrors));
    requireFit(name, proof, length);
    downloads.push({
      content: { length, root: undefined },
      name,
      proof,
      mirrors,
      ...(folder === undefined ? {} : { folder }),
      ...(priority === undefined ? {} : { priority }),
    });
  }
  return downloads;
}

function requireAbsolute(folder: string | undefined): void {
  if (folder !== undefined && !isAbsolute(folder))
    throw new BanyanError('invalid_request', `"${folder}" is no absolute path. Give the whole path.`);
}
