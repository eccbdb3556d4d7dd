/**
 * Links of the gateway: a path that nobody can guess, bound to one content and an end in time.
 *
 * ```
 *   /stream/<root>-<length>/<end, seconds in base 36>.<HMAC-SHA256 of both>/<file name>
 * ```
 *
 * The name is for the player and is not signed: players write it in their own way, and nothing is decided by it but
 * which of a few harmless types is named.
 */
import { createHmac } from 'node:crypto';
import { BanyanError, contentIdText, parseContentId, safeFileName, type ContentId } from '@banyan/proto';
import { sameSecret } from '@banyan/kit';
import { LINK_TTL_MS } from './constants.ts';

/** What a link leads to. */
export interface GatewayLink {
  readonly content: ContentId;
  /** As it stands in the link; may be hostile. */
  readonly name: string;
}

const LINK = /^\/stream\/([0-9a-f]{64}-\d{1,16})\/([0-9a-z]{1,12})\.([\w-]{43})\/([^/?#]{1,1024})$/;

/** Path of a new link, and when it ends. */
export function makeLink(
  secret: string,
  content: ContentId,
  name: string,
  now: number,
): { readonly path: string; readonly expiresAt: number } {
  const id = contentIdText(content);
  const seconds = Math.ceil((now + LINK_TTL_MS) / 1000);
  const end = seconds.toString(36);
  const path = `/stream/${id}/${end}.${signature(secret, id, end)}/${encodeURIComponent(safeFileName(name))}`;
  return { path, expiresAt: seconds * 1000 };
}

/**
 * Reads the target of a request.
 *
 * @throws BanyanError `not_found` for another path, `forbidden` when it was not made here or has ended
 */
export function readLink(secret: string, target: string, now: number): GatewayLink {
  const match = LINK.exec(target.split('?')[0] ?? '');
  if (match === null)
    throw new BanyanError(
      'not_found',
      'Files are opened here by links only. `banyan stream` makes one, and so does the page.',
    );
  const [, id = '', end = '', given = '', name = ''] = match;
  if (!sameSecret(given, signature(secret, id, end)))
    throw new BanyanError(
      'forbidden',
      'This link was not made by this peer, or it was changed. Make a new one with `banyan stream`.',
    );
  if (Number.parseInt(end, 36) * 1000 <= now)
    throw new BanyanError('forbidden', 'This link has ended. Make a new one with `banyan stream`.');
  return { content: parseContentId(id), name: decoded(name) };
}

function signature(secret: string, id: string, end: string): string {
  return createHmac('sha256', secret).update(`banyan gateway 1 ${id} ${end}`).digest('base64url');
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
