/** Gets the text of a Metalink document: a file of this machine, or what a web server has. */
import { open } from 'node:fs/promises';
import { BanyanError, displayText, MAX_METALINK_BYTES, webUrlFault } from '@banyan/proto';
import type { Cli } from '../cli.ts';
import { resolvePath } from '../context.ts';
import { bytesText } from '../format/units.ts';

/** As the peer follows them. */
const MAX_REDIRECTS = 5;
/** A document of the largest size over a slow line. */
const FETCH_TIMEOUT_MS = 120_000;

/** Whether a word of `banyan get` means a Metalink: by its ending, or as an address of one. */
export function looksLikeMetalink(word: string): boolean {
  return /^https?:\/\//i.test(word) || /\.(?:meta4|metalink)$/i.test(word);
}

/**
 * Reads the document.
 *
 * @throws BanyanError `not_found`, `limit_exceeded`, `metalink_invalid`, `unreachable`
 */
export async function readMetalink(cli: Cli, word: string, signal: AbortSignal): Promise<string> {
  const bytes = /^https?:\/\//i.test(word)
    ? await fetchDocument(word, signal)
    : await readDocument(resolvePath(cli.ctx, word));
  return new TextDecoder().decode(bytes);
}

async function readDocument(path: string): Promise<Uint8Array> {
  try {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      if (size > MAX_METALINK_BYTES) throw tooLarge();
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof BanyanError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new BanyanError(
      'not_found',
      `The Metalink ${displayText(path, 200)} cannot be read (${code ?? 'unknown reason'}). Check the path.`,
      { cause: error },
    );
  }
}

async function fetchDocument(address: string, signal: AbortSignal): Promise<Uint8Array> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(FETCH_TIMEOUT_MS)]);
  let url = address;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const fault = webUrlFault(url);
    if (fault !== undefined)
      throw new BanyanError('invalid_request', `The address of the Metalink ${fault}.`);
    const answer = await fetch(url, { redirect: 'manual', signal: limit }).catch((cause: unknown) => {
      signal.throwIfAborted();
      throw new BanyanError('unreachable', `${new URL(url).host} cannot be reached. Check the address.`, {
        cause,
      });
    });
    const to = answer.headers.get('location');
    if (answer.status >= 300 && answer.status < 400 && to !== null && URL.canParse(to, url)) {
      await answer.body?.cancel();
      const next = new URL(to, url);
      if (url.startsWith('https:') && next.protocol !== 'https:')
        throw new BanyanError(
          'invalid_request',
          'The server redirects from https to http, which is not followed.',
        );
      next.hash = '';
      url = next.href;
      continue;
    }
    if (!answer.ok)
      throw new BanyanError('not_found', `${new URL(url).host} has no Metalink there (${answer.status}).`);
    return await readBody(answer);
  }
  throw new BanyanError('invalid_request', `The server redirects more than ${MAX_REDIRECTS} times.`);
}

async function readBody(answer: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > MAX_METALINK_BYTES) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function tooLarge(): BanyanError {
  return new BanyanError(
    'limit_exceeded',
    `That is larger than a Metalink may be (${bytesText(MAX_METALINK_BYTES)}): is it the file itself? Give a .meta4 that names the file, its hashes and its mirrors.`,
  );
}
