/** A built web page, served by the service that it belongs to. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { displayText } from '@banyan/proto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpApp } from '../http-server.ts';
import type { PageHost } from './page-host.ts';

/** Files that the build names by their content. */
const HASHED = 'assets/';
/** The page itself. */
const INDEX = 'index.html';
/** What a build names its files: no hidden ones, no escapes, so no way out of the folder. */
const PLAIN_PATH = /^(?:\/[\w-][\w.-]*)+$/;
const HTML = 'text/html; charset=utf-8';

/** What a page may load beside its own scripts, styles, pictures and calls. */
export interface PagePolicyInit {
  /** Origin of its WebSocket: older browsers do not count that as `'self'`. */
  readonly socket: string;
  /** From where it plays audio and video, and shows pictures and documents. */
  readonly media?: string | undefined;
}

/** Content-Security-Policy: nothing inline, nothing from elsewhere, nobody's frame. */
export function pagePolicy({ socket, media }: PagePolicyInit): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data: blob:${media === undefined ? '' : ` ${media}`}`,
    `connect-src 'self' ${socket}`,
    ...(media === undefined ? [] : [`media-src ${media}`, `frame-src ${media}`]),
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

/** A page of a few sentences, for when the built one cannot be shown. */
function plainPage(title: string, sentences: readonly string[]): string {
  const body = sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join('');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeHtml(title)}</title><h1>${escapeHtml(title)}</h1>${body}</html>\n`;
}

/**
 * Answers a page request that came by a name that is not ours: 127.0.0.1 is led on, others are told.
 *
 * @param elsewhere - what else opens the page: "or run: banyan open"
 */
export async function answerWrongHost(
  page: PageHost,
  request: FastifyRequest,
  reply: FastifyReply,
  elsewhere: string,
): Promise<FastifyReply> {
  const { host } = request.headers;
  if (page.hostKind(host) === 'literal' && ['GET', 'HEAD'].includes(request.method))
    // Path and query as they came; only the name changes, so this cannot lead elsewhere.
    return reply.redirect(`${page.origin}${request.url.startsWith('/') ? request.url : '/'}`, 307);
  return reply
    .code(403)
    .type(HTML)
    .send(
      plainPage('This is not the name of this page', [
        `You came here by the name “${displayText(host ?? '', 100)}”. Another site may have led you here, so nothing is shown.`,
        `Open ${page.origin} instead, ${elsewhere}`,
      ]),
    );
}

export interface BuiltPageInit {
  /** Folder of the built page. */
  readonly webRoot: string;
  /** Path below which it is served, without a slash at its end; default: the whole server. */
  readonly prefix?: string;
  readonly policy: () => string;
  /** Paths that are the API's: what is not there is an error, never the page. */
  readonly apiPrefix?: string;
  /** What is said while the page is not built. */
  readonly notBuilt: readonly string[];
}

/** Serves the page: hashed files for ever, `index.html` fresh each time and for every path of the page. */
export async function addBuiltPage(app: HttpApp, init: BuiltPageInit): Promise<void> {
  const { prefix = '', apiPrefix } = init;
  const assets = join(init.webRoot, HASHED);
  await app.register(fastifyStatic, {
    root: init.webRoot,
    serve: false,
    index: false,
    dotfiles: 'ignore',
    cacheControl: false,
    // Of files that are there only: an answer that something is missing must not be kept.
    setHeaders: (reply, path) => {
      reply.setHeader('content-security-policy', init.policy());
      reply.setHeader(
        'cache-control',
        path.startsWith(assets) ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
  app.get(`${prefix}/*`, { schema: { hide: true }, config: { rateLimit: false } }, async (request, reply) => {
    const path = (request.url.split('?')[0] ?? '/').slice(prefix.length);
    const isFile = path.slice(path.lastIndexOf('/') + 1).includes('.');
    const isApi = apiPrefix !== undefined && path.startsWith(apiPrefix);
    if (isApi || (isFile && !PLAIN_PATH.test(path))) {
      reply.callNotFound();
      return reply;
    }
    if (isFile) return reply.sendFile(path.slice(1));
    if (await isThere(join(init.webRoot, INDEX))) return reply.sendFile(INDEX);
    return reply.code(503).type(HTML).send(plainPage('The page is not built', init.notBuilt));
  });
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
