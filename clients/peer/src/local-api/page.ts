/** The built web page, served from the peer itself. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { displayText } from '@banyan/proto';
import type { HttpApp } from '@banyan/kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Guard } from './guard.ts';

/** Where `@banyan/web` is built to, seen from `src/` or `dist/` of this workspace. */
export const BUILT_PAGE = fileURLToPath(new URL('../../../web/dist/app/', import.meta.url));

/** Files that the build names by their content. */
const HASHED = 'assets/';
/** The page itself. */
const INDEX = 'index.html';
/** What a build names its files: no hidden ones, no escapes, so no way out of the folder. */
const PLAIN_PATH = /^(?:\/[\w-][\w.-]*)+$/;
const HTML = 'text/html; charset=utf-8';
/** Nothing inline, nothing from elsewhere but what the gateway plays, nobody's frame. */
function pagePolicy({ port, mediaOrigin }: PageInit): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    `connect-src 'self' ws://localhost:${port()}`,
    `media-src ${mediaOrigin()}`,
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
  /** The only place from which the page plays anything: the gateway. */
  readonly mediaOrigin: () => string;
}

/** Serves the page: hashed files for ever, `index.html` fresh each time and for every path of the page. */
export async function addPage(app: HttpApp, init: PageInit): Promise<void> {
  const assets = join(init.webRoot, HASHED);
  await app.register(fastifyStatic, {
    root: init.webRoot,
    serve: false,
    index: false,
    dotfiles: 'ignore',
    cacheControl: false,
    // Of files that are there only: an answer that something is missing must not be kept.
    setHeaders: (reply, path) => {
      reply.setHeader('content-security-policy', pagePolicy(init));
      reply.setHeader(
        'cache-control',
        path.startsWith(assets) ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
  app.get('/*', { schema: { hide: true }, config: { rateLimit: false } }, async (request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    const isFile = path.slice(path.lastIndexOf('/') + 1).includes('.');
    if (path.startsWith('/api/') || (isFile && !PLAIN_PATH.test(path))) {
      reply.callNotFound();
      return reply;
    }
    if (isFile) return reply.sendFile(path.slice(1));
    if (await isThere(join(init.webRoot, INDEX))) return reply.sendFile(INDEX);
    return reply
      .code(503)
      .type(HTML)
      .send(
        plainPage('The page is not built', [
          'This peer runs, but its web page has not been built. Run `npm run build` in the clone, then reload.',
          'The command line does the same: banyan --help',
        ]),
      );
  });
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
