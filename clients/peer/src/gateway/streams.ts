/** How a link for a player comes about: from the library, else from a download, which is begun if need be. */
import { BanyanError, contentIdText, displayText, type ContentId, type StreamView } from '@banyan/proto';
import type { ContentProvider } from '../content.ts';
import type { Downloads } from '../download/index.ts';
import { contentTypeOf } from './content-types.ts';
import type { Gateway } from './gateway.ts';

/** What {@link createStreams} works with. */
export interface StreamsComponents {
  readonly gateway: Pick<Gateway, 'linkTo'>;
  readonly library: ContentProvider;
  readonly downloads: Pick<Downloads, 'add' | 'of' | 'read' | 'resume' | 'retry'>;
}

/** What is to be played. */
export interface NewStream {
  readonly content: ContentId;
  /** Needed unless the file is here or arriving; may be hostile. */
  readonly name?: string;
  /** Plain HTTP(S) servers that have it, as a link names them. */
  readonly mirrors?: readonly string[];
}

/** Makes links for players. */
export interface Streams {
  /**
   * Gives the link of a content. One that is not here is downloaded from now on; a paused download is resumed, a failed
   * one retried: who wants to play it wants it to come.
   *
   * @throws BanyanError `invalid_request` without a name that is needed, and what adding a download throws
   */
  open(stream: NewStream): Promise<StreamView>;
}

export function createStreams({ gateway, library, downloads }: StreamsComponents): Streams {
  const nameInLibrary = async (content: ContentId): Promise<string | undefined> => {
    // A file that was changed is as good as none.
    const file = await library.open(content).catch(() => undefined);
    await file?.close();
    return file?.name;
  };
  const known = async (content: ContentId) => {
    const view = downloads.of(content);
    if (view?.state !== 'done') return view;
    const file = await downloads.read(content).catch(() => undefined);
    await file?.close();
    return file === undefined ? undefined : view;
  };
  const begin = async ({ content, name, mirrors = [] }: NewStream) => {
    if (name === undefined || name.trim() === '')
      throw new BanyanError(
        'invalid_request',
        'Nothing is here of this content yet: a name for the file is needed with a bare content id.',
      );
    return await downloads.add({ content, name, mirrors });
  };
  const download = async (stream: NewStream) => {
    const view = (await known(stream.content)) ?? (await begin(stream));
    if (view.state === 'paused') return await downloads.resume(view.id);
    return view.state === 'failed' ? await downloads.retry(view.id) : view;
  };

  return {
    async open(stream) {
      const { content } = stream;
      const held = await nameInLibrary(content);
      const view = held === undefined ? await download(stream) : undefined;
      const name = displayText(stream.name ?? held ?? view?.name ?? '');
      return {
        ...gateway.linkTo(content, name),
        content: contentIdText(content),
        name,
        type: contentTypeOf(name),
        download: view?.id ?? null,
        isWhole: view === undefined || view.state === 'done',
      };
    },
  };
}
