/** Who is let in to the console, and how far: exact Host and Origin, session cookie with CSRF header, role, freshness. */
import type { IncomingHttpHeaders } from 'node:http';
import { BanyanError } from '@banyan/proto';
import type { FastifyRequest } from 'fastify';
import { sameSecret, type Clock, type PageHost } from '@banyan/kit';
import type { Bans } from '../bans.ts';
import type { AccountRecord } from '../records.ts';
import type { ConsoleLogin, ConsoleSessions } from './sessions.ts';

/** What of a request is looked at. */
export interface ConsoleCall {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/** What is looked at of a request. */
export function callOf({ method, headers }: FastifyRequest): ConsoleCall {
  return { method, headers };
}

/** Who calls, once let in. */
export interface ConsoleCaller {
  readonly account: AccountRecord;
  readonly login: ConsoleLogin;
}

/** `console`: to look; `operator`: to act. */
export interface ConsoleRule {
  readonly scope: 'console' | 'operator';
  /** A grave act when it changes something: the sign-in must be fresh. */
  readonly isGrave?: boolean;
}

export interface Admission {
  readonly page: PageHost;
  /** Refuses calls by another name or from another page; for the sign-in itself. */
  checkPage(call: ConsoleCall): void;
  /**
   * Lets a call in, or throws.
   *
   * @throws BanyanError `host_refused`, `origin_refused`, `login_required`, `forbidden`, `token_revoked`, `stale_login`
   */
  admit(call: ConsoleCall, rule: ConsoleRule): Promise<ConsoleCaller>;
  /** As {@link admit}, for the upgrade to a WebSocket: its Origin is what tells our page from others. */
  admitUpgrade(call: ConsoleCall): Promise<ConsoleCaller>;
  /** Whether a session still holds; for sockets that stay open. */
  isAlive(caller: ConsoleCaller, headers: IncomingHttpHeaders): Promise<boolean>;
  /** @throws BanyanError `stale_login` */
  assertFresh(caller: ConsoleCaller): void;
  /**
   * @param deviceId - the device whose link signs in
   * @throws BanyanError `forbidden` unless the account may look, `token_revoked`
   */
  assertMayLook(account: AccountRecord, deviceId?: string): Promise<void>;
  /** Whether the call brings a session and no token. */
  isPage(call: Pick<ConsoleCall, 'headers'>): boolean;
}

export interface AdmissionComponents {
  readonly page: PageHost;
  readonly sessions: ConsoleSessions;
  readonly bans: Bans;
  readonly clock: Pick<Clock, 'now'>;
}

const READS = new Set(['GET', 'HEAD']);
const NO_ORIGIN = 'The call does not say from which page it comes (Origin). Nothing was done.';

export function createAdmission({ page, sessions, bans, clock }: AdmissionComponents): Admission {
  const checkPage = ({ method, headers }: ConsoleCall, writes = !READS.has(method)): void => {
    // The name itself, not X-Forwarded-Host: that one a page may write.
    const { host } = headers;
    if (page.hostKind(host) !== 'canonical') throw page.hostRefused(host);
    page.checkOrigin(headers, writes ? NO_ORIGIN : undefined);
  };

  const assertMayLook = async (
    { accountId, role }: AccountRecord,
    deviceId: string | undefined,
  ): Promise<void> => {
    await bans.refuseBanned(accountId, deviceId);
    if (role === 'member')
      throw new BanyanError(
        'forbidden',
        'This account is a member, and administers nothing. Ask an operator for the role viewer or operator.',
      );
  };

  const find = async (headers: IncomingHttpHeaders): Promise<ConsoleCaller> => {
    const caller = await sessions.find(headers.cookie);
    if (caller === undefined)
      throw new BanyanError(
        'login_required',
        'Sign in to the console, with your password or with `banyan operator console`.',
      );
    await assertMayLook(caller.account, caller.login.deviceId);
    return caller;
  };

  const assertFresh = ({ login }: ConsoleCaller): void => {
    if (login.freshUntil <= clock.now()) throw new BanyanError('stale_login');
  };

  return {
    page,
    checkPage: (call) => checkPage(call),
    assertMayLook: (account, deviceId) => assertMayLook(account, deviceId),
    assertFresh,
    isPage: ({ headers }) => headers.authorization === undefined && sessions.hasCookie(headers.cookie),
    async admit(call, { scope, isGrave = false }) {
      checkPage(call);
      const caller = await find(call.headers);
      if (!READS.has(call.method)) {
        const given = call.headers[sessions.csrfHeader];
        if (typeof given !== 'string' || !sameSecret(given, caller.login.csrfToken))
          throw new BanyanError(
            'origin_refused',
            `The header ${sessions.csrfHeader} is missing or wrong, so nothing was done. Reload the page.`,
          );
      }
      if (scope === 'operator' && caller.account.role !== 'operator')
        throw new BanyanError('forbidden', 'Viewers look; only operators act. Ask one of them.');
      if (isGrave && !READS.has(call.method)) assertFresh(caller);
      return caller;
    },
    async admitUpgrade(call) {
      checkPage(call, true);
      return find(call.headers);
    },
    isAlive: async ({ login, account }, headers) =>
      find(headers).then(
        // Another role is another right: what is open was opened with the old one.
        (found) => found.login.id === login.id && found.account.role === account.role,
        () => false,
      ),
  };
}
