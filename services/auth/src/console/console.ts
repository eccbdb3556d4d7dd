/** The operator console: its page, its sessions, its calls and its live views, at the auth service's own listener. */
import { fileURLToPath } from 'node:url';
import { BanyanError } from '@banyan/proto';
import {
  addBuiltPage,
  answerWrongHost,
  createPageHost,
  pagePolicy,
  type AuditLog,
  type Clock,
  type HttpServer,
  type Log,
  type Startable,
  type Store,
} from '@banyan/kit';
import type { Accounts } from '../accounts.ts';
import type { Attempts } from '../attempts.ts';
import type { Bans } from '../bans.ts';
import type { SignedInPerson } from '../records.ts';
import type { Reports } from '../reports.ts';
import type { Guard } from '../routes/guard.ts';
import type { SignIn } from '../sign-in.ts';
import type { TokenIssuer } from '../token-issuer.ts';
import { createAccountBook } from './account-book.ts';
import { createAdmission, type Admission } from './admission.ts';
import { addConsoleRoutes } from './console-routes.ts';
import { createListDesk } from './list-desk.ts';
import { createConsoleLive } from './live.ts';
import { addSessionRoutes } from './session-routes.ts';
import { createConsoleSessions } from './sessions.ts';

/** Where `@banyan/web` builds the console to, seen from `src/console/` or `dist/console/`. */
const BUILT_CONSOLE = fileURLToPath(new URL('../../../../clients/web/dist/console/', import.meta.url));
const PAGE_PATH = '/console';
/** Calls by which operators change accounts. */
const OPERATORS_PATH = '/v1/operator/';

export interface ConsoleComponents {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly accounts: Accounts;
  readonly attempts: Attempts;
  readonly bans: Bans;
  readonly signIn: SignIn;
  readonly tokens: TokenIssuer;
  readonly audit: AuditLog;
  readonly reports: Reports;
  readonly issuer: () => string;
}

export interface ConsoleInit {
  readonly networkName: string;
  readonly listUrls: readonly string[];
  /** Thumbprints of its TLS keys; none: a public authority certifies it. */
  readonly listPins: readonly string[];
  /** What people call the organisation's provider; undefined: there is none. */
  readonly signInName: string | undefined;
}

export interface Console extends Startable {
  /** Lets operators' sessions in where their tokens are. */
  readonly admission: Admission;
  /**
   * Signs in the browser of a person whom the organisation's provider has just named.
   *
   * @returns the `Set-Cookie` value
   * @throws BanyanError `forbidden` for who has no account here, or may not look
   */
  enter(person: SignedInPerson): Promise<string>;
  /** Signs all browsers of an account out, or those alone that the links of these devices signed in. */
  signOut(accountId: string, deviceIds?: readonly string[]): Promise<void>;
  /** Adds routes and page; before the server starts. */
  serve(server: HttpServer, guard: Guard): Promise<void>;
}

/** Makes the console; `start` needs the issuer's URL to be known soon, not now. */
export function createConsole(components: ConsoleComponents, init: ConsoleInit): Console {
  const { store, clock, log, accounts, attempts, bans, signIn, tokens, audit, reports, issuer } = components;
  const page = createPageHost({ origin: issuer, what: 'The console' });
  const sessions = createConsoleSessions(
    { store, clock, accounts, attempts },
    { isSecure: () => issuer().startsWith('https:') },
  );
  const admission = createAdmission({ page, sessions, bans, clock });
  const desk = createListDesk({ clock, log, tokens }, { urls: init.listUrls, pins: init.listPins });
  const book = createAccountBook({ accounts, clock });
  let live: Startable | undefined;

  return {
    name: 'console',
    admission,
    async enter({ names: _, ...identity }) {
      const known = await accounts.byIdentity(identity);
      if (known === undefined)
        throw new BanyanError(
          'forbidden',
          'You have no account in this network yet. Sign in on your own machine first, then come back.',
        );
      // What the groups make of the person holds from now on, for the console as for devices.
      const account = await accounts.signedIn(known.accountId, identity);
      await admission.assertMayLook(account);
      return (await sessions.begin(account)).setCookie;
    },
    signOut: (accountId, deviceIds) => sessions.endAll(accountId, deviceIds),
    async serve(server, guard) {
      const { app } = server;
      addSessionRoutes(
        { server, guard, admission, sessions, signIn },
        { networkName: init.networkName, hasList: desk.isConfigured, signInName: init.signInName },
      );
      addConsoleRoutes({ server, admission, desk, accounts, bans, audit, clock });
      app.addHook('onRequest', async (request, reply) => {
        const [path = ''] = request.url.split('?');
        if (path !== PAGE_PATH && !path.startsWith(`${PAGE_PATH}/`)) return;
        if (page.hostKind(request.headers.host) === 'canonical') return;
        await answerWrongHost(page, request, reply, 'or run: banyan operator console');
      });
      app.get(PAGE_PATH, { schema: { hide: true } }, async (_request, reply) =>
        reply.redirect(`${PAGE_PATH}/`, 308),
      );
      await addBuiltPage(app, {
        webRoot: BUILT_CONSOLE,
        prefix: PAGE_PATH,
        policy: () => pagePolicy({ socket: issuer().replace(/^http/, 'ws') }),
        notBuilt: [
          'Auth runs, but the console has not been built. Run `npm run build` in the clone, then reload.',
          'The command line does the same: banyan operator --help',
        ],
      });
      app.addHook('onResponse', async ({ method, url }) => {
        if (method !== 'GET' && url.startsWith(OPERATORS_PATH)) book.changed();
      });
      live = createConsoleLive({
        ...{ server: app.server, admission, sessions, desk, book, reports, clock, log },
      });
    },
    async start(signal) {
      await sessions.start();
      await live?.start(signal);
    },
    async stop() {
      await live?.stop();
      await desk.stop();
    },
  };
}
