/** The built web page, served from the peer itself. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BanyanError, displayText } from '@banyan/proto';
import type { HttpApp } from '@banyan/kit';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Guard } from './guard.ts';

/** Where `@banyan/web` is built to, seen from `src/` or `dist/` of this workspace. */
export const BUILT_PAGE = fileURLToPath(new URL('../../../web/dist/app/', import.meta.url));

/** Files that the build names by their content. */
const HASHED = /^\/assets\//;
const ASSET_MAX_AGE_MS = 365 * 24 * 3600 * 1000;

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
    .type('text/html; charset=utf-8')
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
export async function addPage(app: HttpApp, init: PageInit): Promise<void> {
  await app.register(fastifyStatic, {
    root: init.webRoot,
    serve: false,
    cacheControl: false,
    etag: true,
    lastModified: true,
  });
  app.get('/*', { schema: { hide: true }, config: { rateLimit: false } }, (request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    if (path.startsWith('/api/')) return reply.callNotFound();
    reply.header('content-security-policy', pagePolicy(init.port()));
    const last = path.slice(path.lastIndexOf('/') + 1);
    if (last.includes('.')) {
      let file: string;
      try {
        file = decodeURIComponent(path);
      } catch (cause) {
        throw new BanyanError('invalid_request', 'The path is not a valid URL path.', { cause });
      }
      return HASHED.test(path)
        ? reply.sendFile(file, { cacheControl: true, immutable: true, maxAge: ASSET_MAX_AGE_MS })
        : reply.header('cache-control', 'no-cache').sendFile(file);
    }
    reply.header('cache-control', 'no-cache');
    if (existsSync(join(init.webRoot, 'index.html'))) return reply.sendFile('index.html');
    return reply
      .code(503)
      .type('text/html; charset=utf-8')
      .send(
        plainPage('The page is not built', [
          'This peer runs, but its web page has not been built. Run `npm run build` in the clone, then reload.',
          'The command line does the same: banyan --help',
        ]),
      );
  });
}
