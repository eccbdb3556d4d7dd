import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { isBanyanError, SignInRequest, SignInResponse, toBanyanError } from '@banyan/proto';
import { addressBucket, toHttpError, type HttpServer } from '@banyan/kit';
import { createPages, PAGE_POLICY, pageLanguage } from '../oidc/pages.ts';
import {
  CALLBACK_PATH,
  CONSOLE_SIGN_IN_PATH,
  GO_PATH,
  SIGN_IN_PATH,
  SignInFailure,
  type SignInDesk,
} from '../oidc/sign-in-desk.ts';
import type { SignedInPerson } from '../records.ts';
import type { Guard } from './guard.ts';

/** What {@link addOidcRoutes} needs. */
export interface OidcRoutesComponents {
  readonly server: HttpServer;
  readonly guard: Guard;
  readonly desk: SignInDesk;
  readonly issuer: () => string;
  /** Signs a browser in to the operator console. @returns the `Set-Cookie` value */
  readonly enterConsole: (person: SignedInPerson) => Promise<string>;
}

const HTML = 'text/html; charset=utf-8';
const COOKIE = /^[A-Za-z0-9_-]{43}$/;
/** A provider's code and state; browsers send no longer ones either. */
const MAX_QUERY_CHARS = 8_192;

/** The sign-in with the provider: one call of devices, and the pages that a browser is led through. */
export function addOidcRoutes(
  components: OidcRoutesComponents,
  init: { readonly networkName: string },
): void {
  const { guard, desk, issuer, enterConsole } = components;
  const { app } = components.server;
  const pages = createPages({ network: init.networkName, provider: desk.name });
  const languageOf = (request: FastifyRequest) => pageLanguage(request.headers['accept-language']);

  /** With __Host- no other name of the domain can plant it; that needs https, which a loopback network does not have. */
  const cookieName = (): string =>
    issuer().startsWith('https:') ? '__Host-banyan-sign-in' : 'banyan-sign-in';

  /** What makes this browser the one that began; two sign-ins side by side share it. */
  function cookieOf(request: FastifyRequest): string | undefined {
    const prefix = `${cookieName()}=`;
    const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
    const value = pairs.find((pair) => pair.startsWith(prefix))?.slice(prefix.length);
    return value !== undefined && COOKIE.test(value) ? value : undefined;
  }

  function keptCookie(request: FastifyRequest, reply: FastifyReply): string {
    const held = cookieOf(request);
    if (held !== undefined) return held;
    const cookie = randomBytes(32).toString('base64url');
    // Lax: it has to come along when the provider sends the browser back.
    const secure = issuer().startsWith('https:') ? '; Secure' : '';
    void reply.header('set-cookie', `${cookieName()}=${cookie}; Path=/; HttpOnly; SameSite=Lax${secure}`);
    return cookie;
  }

  const send = (reply: FastifyReply, html: string, status = 200): FastifyReply =>
    reply.code(status).type(HTML).header('content-security-policy', PAGE_POLICY).send(html);

  /** People get pages, not JSON. */
  const errorHandler = (caught: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const { reason, back } = caught instanceof SignInFailure ? caught : { reason: caught, back: undefined };
    const error = isBanyanError(reason) ? reason : toHttpError(reason);
    if (error.code === 'internal') request.log.error({ err: reason }, 'a sign-in failed');
    send(reply, pages.failed(languageOf(request), error, back), error.http);
  };
  const page = { errorHandler, schema: { hide: true } };

  app.post(
    '/v1/sign-ins',
    {
      onRequest: guard.proved,
      schema: {
        summary:
          'Begin a sign-in with the organisation’s provider, for the device that signed the DPoP proof',
        tags: ['account'],
        body: SignInRequest,
        response: { 201: SignInResponse },
      },
    },
    async (request, reply) => {
      const { jkt: deviceId, publicJwk } = guard.prover(request);
      const address = addressBucket(request.ip);
      return reply.code(201).send(await desk.begin(request.body, { deviceId, publicJwk, address }));
    },
  );

  app.get(SIGN_IN_PATH, page, async (request, reply) => send(reply, pages.code(languageOf(request))));

  app.post(
    SIGN_IN_PATH,
    {
      ...page,
      schema: { hide: true, body: Type.Object({ user_code: Type.String({ maxLength: 64 }) }) },
    },
    async (request, reply) => {
      const cookie = keptCookie(request, reply);
      const found = await desk.confirm(request.body.user_code, {
        cookie,
        address: addressBucket(request.ip),
      });
      return send(reply, pages.confirm(languageOf(request), found));
    },
  );

  app.get(
    GO_PATH,
    { ...page, schema: { hide: true, querystring: Type.Object({ ref: Type.String({ maxLength: 64 }) }) } },
    async (request, reply) => {
      const cookie = keptCookie(request, reply);
      return reply.redirect((await desk.go(request.query.ref, cookie)).href, 303);
    },
  );

  app.get(CONSOLE_SIGN_IN_PATH, page, async (request, reply) => {
    const cookie = keptCookie(request, reply);
    const url = await desk.goToConsole({ cookie, address: addressBucket(request.ip) });
    return reply.redirect(url.href, 303);
  });

  app.get(CALLBACK_PATH, page, async (request, reply) => {
    const at = request.url.indexOf('?');
    const query = at === -1 ? '' : request.url.slice(at, at + MAX_QUERY_CHARS);
    const end = await desk.callback(query, cookieOf(request) ?? '');
    if (end.kind === 'console') {
      const back = `${issuer()}/console/`;
      const setCookie = await enterConsole(end.person).catch((error: unknown) => {
        throw new SignInFailure(toBanyanError(error), back);
      });
      return reply.header('set-cookie', setCookie).redirect(back, 303);
    }
    if (end.kind === 'redirect') return reply.redirect(end.url.href, 303);
    return send(reply, pages.done(languageOf(request)));
  });
}
