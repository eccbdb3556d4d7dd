/** How somebody comes into the console, and out of it. */
import { ConsoleFresh, ConsoleSession, ConsoleSignIn, LoginLinkResponse } from '@banyan/proto';
import { addressBucket, type HttpServer } from '@banyan/kit';
import Type from 'typebox';
import { parseAccountName } from '../account-name.ts';
import type { AccountRecord } from '../records.ts';
import type { Guard } from '../routes/guard.ts';
import type { SignIn } from '../sign-in.ts';
import { callOf, type Admission } from './admission.ts';
import type { ConsoleLogin, ConsoleSessions } from './sessions.ts';

export interface SessionRoutesComponents {
  readonly server: HttpServer;
  readonly guard: Guard;
  readonly admission: Admission;
  readonly sessions: ConsoleSessions;
  readonly signIn: SignIn;
}

export interface SessionRoutesInit {
  readonly networkName: string;
  readonly hasList: boolean;
  readonly signInName: string | undefined;
}

const TAGS = ['console'];

export function addSessionRoutes(components: SessionRoutesComponents, init: SessionRoutesInit): void {
  const { guard, admission, sessions, signIn } = components;
  const { app } = components.server;

  const view = (account: AccountRecord, login: ConsoleLogin): ConsoleSession => ({
    instance: sessions.instance,
    csrfHeader: sessions.csrfHeader,
    csrfToken: login.csrfToken,
    accountId: account.accountId,
    account: account.name,
    role: account.role,
    hasPassword: account.passwordHash !== undefined,
    freshUntil: login.freshUntil,
    expiresAt: login.expiresAt,
    network: init.networkName,
    hasList: init.hasList,
    ...(init.signInName === undefined ? {} : { signInName: init.signInName }),
  });

  app.post(
    '/v1/console/links',
    {
      onRequest: guard.signedIn('console'),
      schema: {
        summary: 'Make a link that signs a browser in to the console, once',
        tags: TAGS,
        response: { 201: LoginLinkResponse },
      },
    },
    async (request, reply) => {
      const caller = guard.caller(request);
      const { code, expiresAt } = await sessions.makeCode(caller.account, caller.deviceId);
      // In the fragment: it reaches neither a server's log nor a Referer.
      return reply.code(201).send({ url: `${admission.page.origin}/console/#login=${code}`, expiresAt });
    },
  );

  app.post(
    '/v1/console/session',
    {
      onRequest: async (request) => admission.checkPage(callOf(request)),
      schema: {
        summary: 'Sign a browser in: by name and password, or by the code of a link',
        tags: TAGS,
        body: ConsoleSignIn,
        response: { 200: ConsoleSession },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const { account, deviceId } =
        'code' in body
          ? await sessions.takeCode(body.code, body.accountId)
          : {
              account: await signIn.account(
                parseAccountName(body.account),
                body.password,
                addressBucket(request.ip),
              ),
              deviceId: undefined,
            };
      await admission.assertMayLook(account, deviceId);
      const before = await sessions.find(request.headers.cookie);
      if (deviceId !== undefined && before?.account.accountId === account.accountId) {
        const renewed = await sessions.renew(request.headers.cookie, deviceId);
        if (renewed !== undefined)
          return reply.header('set-cookie', renewed.setCookie).send(view(account, renewed.login));
      }
      const { setCookie, login } = await sessions.begin(account, deviceId);
      // The browser forgets it now; nobody else shall go on with it.
      if (before !== undefined) await sessions.end(before.login);
      return reply.header('set-cookie', setCookie).send(view(account, login));
    },
  );

  app.get(
    '/v1/console/session',
    { schema: { summary: 'Who is signed in', tags: TAGS, response: { 200: ConsoleSession } } },
    async (request) => {
      const { account, login } = await admission.admit(callOf(request), { scope: 'console' });
      return view(account, login);
    },
  );

  app.post(
    '/v1/console/session/fresh',
    {
      schema: {
        summary: 'Prove once more who one is, before a grave act',
        tags: TAGS,
        body: ConsoleFresh,
        response: { 200: ConsoleSession },
      },
    },
    async (request) => {
      const { account, login } = await admission.admit(callOf(request), { scope: 'console' });
      await signIn.account(parseAccountName(account.name), request.body.password, addressBucket(request.ip));
      return view(account, await sessions.refresh(login));
    },
  );

  app.delete(
    '/v1/console/session',
    { schema: { summary: 'Sign this browser out', tags: TAGS, response: { 204: Type.Null() } } },
    async (request, reply) => {
      const { login } = await admission.admit(callOf(request), { scope: 'console' });
      return reply
        .header('set-cookie', await sessions.end(login))
        .code(204)
        .send(null);
    },
  );

  app.delete(
    '/v1/console/sessions',
    {
      onRequest: guard.signedInOrConsole('console', { isGrave: false }),
      schema: {
        summary: 'Sign all browsers of the own account out',
        tags: TAGS,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await sessions.endAll(guard.caller(request).account.accountId);
      return reply.code(204).send(null);
    },
  );
}
