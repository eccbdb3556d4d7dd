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
import type { Downloads, NewDownload } from './download/index.ts';
import type { NewStream } from './gateway/index.ts';
import type { DownloadAction, DownloadsRoom } from './local-api/rooms.ts';
import { parseMetalink, probeLength, requireFit } from './metalink/index.ts';

const isUnfinished = ({ state }: DownloadView): boolean => state !== 'done' && state !== 'failed';

/** What a call without ids means. A retry of all is for what failed: what waits looks for sources by itself. */
const APPLIES: Readonly<Record<DownloadsActRequest['action'], (view: DownloadView) => boolean>> = {
  pause: (view) => isUnfinished(view) && view.state !== 'paused',
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

/** Makes the room. */
export function downloadsRoom(downloads: Downloads): DownloadsRoom {
  const get = (id: string): DownloadView => {
    const view = downloads.get(id);
    if (view === undefined)
      throw new BanyanError('not_found', 'There is no such download. It may have been taken off the list.');
    return view;
  };
  const act = async (id: string, action: DownloadAction): Promise<DownloadView> => {
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
  };
  return {
    get count() {
      return downloads.list().length;
    },
    window: (first, count) => inOrder(downloads.list()).slice(first, first + count),
    get,
    add: (request, traceparent) => downloads.add(newDownload(request), traceparent),
    addAll: async ({ downloads: requests }, traceparent) => ({
      results: await Promise.all(
        requests.map(async (request) => {
          try {
            return { download: await downloads.add(newDownload(request), traceparent) };
          } catch (error) {
            const { code, message } = toBanyanError(error);
            return { problem: { code, message } };
          }
        }),
      ),
    }),
    addMetalink: async (request, traceparent) => {
      const views: DownloadView[] = [];
      for (const download of await newDownloads(request))
        views.push(await downloads.add(download, traceparent));
      return views;
    },
    act,
    arrange: (id, patch) => downloads.arrange(id, patch),
    async actAll({ action, ids }) {
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
          if (action === 'remove') await downloads.remove(get(id).id);
          else await act(id, action);
          done.push(id);
        } catch (error) {
          const { code, message } = toBanyanError(error);
          failed.push({ id, problem: { code, message } });
        }
      }
      return { done, failed };
    },
    remove: (id) => downloads.remove(id),
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
