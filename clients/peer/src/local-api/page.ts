/** The built web page, served from the peer itself. */
import { open, type FileHandle } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { displayText } from '@banyan/proto';
import type { HttpApp } from '@banyan/kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Guard } from './guard.ts';

/** Where `@banyan/web` is built to, seen from `src/` or `dist/` of this workspace. */
export const BUILT_PAGE = fileURLToPath(new URL('../../../web/dist/app/', import.meta.url));

/** Files that the build names by their content. */
const HASHED = '/assets/';
/** What a build names its files: no hidden ones, no escapes, so no way out of the folder. */
const PLAIN_PATH = /^(?:\/[\w-][\w.-]*)+$/;
const HTML = 'text/html; charset=utf-8';
/** What a build holds; nothing else is served. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', HTML],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json; charset=utf-8'],
  ['.map', 'application/json; charset=utf-8'],
  ['.txt', 'text/plain; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.webp', 'image/webp'],
  ['.woff2', 'font/woff2'],
]);

/** Nothing inline, nothing from elsewhere, nobody's frame. */
export function pagePolicy(port: number): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    `connect-src 'self' ws://localhost:${port}`,
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

function plainPage(title: string, sentences: readonly string[]): string {
  const body = sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join('');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeHtml(title)}</title><h1>${escapeHtml(title)}</h1>${body}</html>\n`;
}

/** Answers a page request that came by a name that is not ours: 127.0.0.1 is led on, others are told. */
export async function answerWrongHost(
  guard: Guard,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { host } = request.headers;
  if (guard.hostKind(host) === 'literal' && ['GET', 'HEAD'].includes(request.method))
    // Path and query as they came; only the name changes, so this cannot lead elsewhere.
    return reply.redirect(`${guard.origin}${request.url.startsWith('/') ? request.url : '/'}`, 307);
  return reply
    .code(403)
    .type(HTML)
    .send(
      plainPage('This is not the name of this page', [
        `You came here by the name “${displayText(host ?? '', 100)}”. Another site may have led you to your own machine, so nothing is shown.`,
        `Open ${guard.origin} instead, or run: banyan open`,
      ]),
    );
}

export interface PageInit {
  /** Folder of the built page. */
  readonly webRoot: string;
  readonly port: () => number;
}

/** Serves the page: hashed files for ever, `index.html` fresh each time and for every path of the page. */
export function addPage(app: HttpApp, init: PageInit): void {
  app.get('/*', { schema: { hide: true }, config: { rateLimit: false } }, async (request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    const isFile = path.slice(path.lastIndexOf('/') + 1).includes('.');
    if (path.startsWith('/api/') || (isFile && !PLAIN_PATH.test(path))) return notFound(reply);
    const name = isFile ? path : '/index.html';
    const type = TYPES.get(extname(name));
    const file = type === undefined ? undefined : await openFile(join(init.webRoot, name));
    if (file === undefined || type === undefined) {
      if (isFile) return notFound(reply);
      return reply
        .code(503)
        .type(HTML)
        .send(
          plainPage('The page is not built', [
            'This peer runs, but its web page has not been built. Run `npm run build` in the clone, then reload.',
            'The command line does the same: banyan --help',
          ]),
        );
    }
    reply.header('content-security-policy', pagePolicy(init.port()));
    reply.header(
      'cache-control',
      path.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache',
    );
    reply.header('etag', file.etag);
    if (request.headers['if-none-match'] === file.etag) {
      await file.handle.close();
      return reply.code(304).send();
    }
    reply.type(type).header('content-length', file.size);
    if (request.method === 'HEAD') {
      await file.handle.close();
      return reply.send();
    }
    return reply.send(file.handle.createReadStream());
  });
}

function notFound(reply: FastifyReply): FastifyReply {
  reply.callNotFound();
  return reply;
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly size: number;
  readonly etag: string;
}

/** Opened before it is looked at, so that size and bytes are those of one build. */
async function openFile(path: string): Promise<OpenFile | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch {
    return undefined;
  }
  const stats = await handle.stat();
  if (!stats.isFile()) {
    await handle.close();
    return undefined;
  }
  const etag = `"${stats.size.toString(16)}-${Math.round(stats.mtimeMs).toString(16)}"`;
  return { handle, size: stats.size, etag };
}
