/** Links and Metalinks of files that are here, for people elsewhere. */
import { basename } from 'node:path';
import {
  BanyanError,
  formatLink,
  MAX_LINK_CHARS,
  parseContentId,
  webUrlFault,
  type ContentId,
  type ContentLink,
  type ContentLinkRequest,
} from '@banyan/proto';
import { SOFTWARE } from '../version.ts';
import { flatHashes, pieceLengthFor } from './flat-hashes.ts';
import { writeMetalink } from './write-metalink.ts';

/** What the making of links needs. */
export interface LinksComponents {
  /** Path of a whole file of a content. */
  readonly pathOf: (content: ContentId) => Promise<string | undefined>;
  /** Issuer of the network, for links. */
  readonly network: () => string;
}

/** Makes links. */
interface Links {
  /**
   * A link to a content, and a Metalink when it is asked for.
   *
   * @throws BanyanError `unknown_content` when the file is not here, `file_changed`, `disk_failed`, `invalid_request`,
   *   `aborted`
   */
  make(request: ContentLinkRequest, signal: AbortSignal): Promise<ContentLink>;
}

export function createLinks({ pathOf, network }: LinksComponents): Links {
  // Reading whole files is for one at a time, or the disk would serve nobody.
  let last: Promise<unknown> = Promise.resolve();
  return {
    async make({ content: text, mirrors: given = [], metalink = false }, signal) {
      const content = parseContentId(text);
      const path = await pathOf(content);
      if (path === undefined)
        throw new BanyanError(
          'unknown_content',
          'This file is not in your library, so nothing can be said of it. Download or share it first.',
        );
      const name = basename(path);
      const mirrors = given.map((url) => mirrorOf(url, name));
      const withMirrors = formatLink({ content, name, network: network(), mirrors });
      const isTooLong = withMirrors.length > MAX_LINK_CHARS;
      if (isTooLong && !metalink)
        throw new BanyanError(
          'limit_exceeded',
          `With these mirrors the link would be longer than ${MAX_LINK_CHARS} characters. Name fewer, or make a Metalink.`,
        );
      const link = isTooLong ? formatLink({ content, name, network: network(), mirrors: [] }) : withMirrors;
      if (!metalink) return { content: text, name, size: content.length, link };
      if (mirrors.length === 0)
        throw new BanyanError(
          'invalid_request',
          'A Metalink names mirrors: give one with --mirror at least.',
        );
      const run = last.then(() => flatHashes(content, path, signal));
      last = run.catch(() => undefined);
      const { hash, pieces } = await run;
      const { length } = content;
      const pieceLength = pieceLengthFor(length);
      const document = writeMetalink({
        name,
        length,
        hash,
        pieceLength,
        pieces,
        mirrors,
        generator: SOFTWARE,
      });
      return { content: text, name, size: length, link, metalink: document };
    },
  };
}

/** A mirror's URL of the file; of a folder (ending in a slash) that of the file in it. */
function mirrorOf(url: string, name: string): string {
  const fault = webUrlFault(url);
  if (fault !== undefined)
    throw new BanyanError(
      'invalid_request',
      `A mirror's address ${fault}. It is where the file can be fetched.`,
    );
  return url.endsWith('/') ? url + encodeURIComponent(name) : url;
}
