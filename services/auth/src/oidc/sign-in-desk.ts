import { BanyanError, toBanyanError, type SignInRequest, type SignInResponse } from '@banyan/proto';
import type { Log, Metrics } from '@banyan/kit';
import type { Accounts } from '../accounts.ts';
import type { AttemptLimit, Attempts } from '../attempts.ts';
import type { Bans } from '../bans.ts';
import { SIGN_IN_INTERVAL_S, SIGN_IN_TTL_S, USER_CODES_PER_ADDRESS } from '../constants.ts';
import { deviceName, type Enrollee } from '../enrolment.ts';
import type { SignedInPerson } from '../records.ts';
import { groupsIn, isSubject, namesFrom, roleOf, type Claims } from './person.ts';
import type { Provider } from './provider.ts';
import type { OidcConfig } from './settings.ts';
import type { OpenSignIn, SignInEnd, SignIns } from './sign-ins.ts';

/** Where people sign in; what the browser is led through. */
export const SIGN_IN_PATH = '/sign-in';
/** Begins a sign-in to the operator console. */
export const CONSOLE_SIGN_IN_PATH = `${SIGN_IN_PATH}/console`;
export const GO_PATH = `${SIGN_IN_PATH}/go`;
/** The redirect URI to register at the provider, behind the issuer. */
export const CALLBACK_PATH = `${SIGN_IN_PATH}/callback`;

/** What a person is asked to confirm before a device of theirs joins. */
export interface SignInToConfirm {
  readonly ref: string;
  readonly deviceName: string;
  readonly address: string;
  /** Name of the account that the device belongs to already, and that this sign-in will open from then on. */
  readonly account: string | undefined;
}

/** Leads a person and their browser through a sign-in with the provider. */
export interface SignInDesk {
  /** What people call the provider. */
  readonly name: string;
  /** @throws BanyanError `sign_in_unavailable`, `invalid_request`, `rate_limited`, `token_revoked` */
  begin(request: SignInRequest, enrollee: Enrollee): Promise<SignInResponse>;
  /** The sign-in with the code that somebody typed, from then on that of the browser with `cookie`. */
  confirm(
    userCode: string,
    browser: { readonly cookie: string; readonly address: string },
  ): Promise<SignInToConfirm>;
  /** Where the browser signs in. @throws BanyanError `sign_in_expired`, `sign_in_unavailable` */
  go(ref: string, cookie: string): Promise<URL>;
  /** Where a browser signs in that wants to enter the operator console. @throws BanyanError `sign_in_unavailable`, `rate_limited` */
  goToConsole(browser: { readonly cookie: string; readonly address: string }): Promise<URL>;
  /**
   * Works on what the browser brought back from the provider.
   *
   * @param query - as it came, with the `?`
   * @throws SignInFailure
   */
  callback(query: string, cookie: string): Promise<SignInEnd>;
}

/** A sign-in that came to nothing, with the way back for the browser. */
export class SignInFailure extends Error {
  readonly reason: BanyanError;
  /** The page that the sign-in was begun from. */
  readonly back: string | undefined;
  constructor(reason: BanyanError, back?: string) {
    super(reason.message, { cause: reason });
    this.reason = reason;
    this.back = back;
  }
}

/** What {@link createSignInDesk} needs. */
export interface SignInDeskComponents {
  readonly provider: Provider;
  readonly signIns: SignIns;
  readonly accounts: Accounts;
  readonly attempts: Attempts;
  readonly bans: Bans;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly random: () => number;
  readonly issuer: () => string;
}

/** Makes the desk. */
export function createSignInDesk(
  components: SignInDeskComponents,
  init: { readonly config: OidcConfig; readonly perAddress: AttemptLimit },
): SignInDesk {
  const { provider, signIns, accounts, attempts, bans, log, issuer } = components;
  const { config } = init;
  const ended = components.metrics.counter({
    name: 'banyan_auth_sign_ins_total',
    help: 'Sign-ins with the provider that a browser came back from: ok, or why not.',
    labels: ['result'],
  });

  /** @throws BanyanError `sign_in_refused` for who is in no group that is admitted, and takes what groups once gave */
  async function personOf(claims: Claims): Promise<SignedInPerson> {
    const { iss, sub } = claims;
    if (typeof iss !== 'string' || !isSubject(sub))
      throw new BanyanError(
        'sign_in_refused',
        `${provider.name} did not say who you are. Tell an operator of your network.`,
      );
    const identity = { issuer: iss, subject: sub };
    const role = roleOf(groupsIn(claims[config.groupsClaim]), config);
    if (role === undefined) {
      const account = await accounts.byIdentity(identity);
      // An operator who left the groups must not go on as one because a device of theirs does.
      if (account !== undefined) await accounts.signedIn(account.accountId, { ...identity, role: 'member' });
      throw new BanyanError(
        'sign_in_refused',
        `${provider.name} signed you in, but you are in none of the groups that this network admits. Ask an operator of your network.`,
      );
    }
    return { ...identity, role, names: namesFrom(claims[config.nameClaim], components.random) };
  }

  async function exchanged(
    { ref, record, checks }: Awaited<ReturnType<SignIns['arrive']>>,
    query: string,
  ): Promise<SignInEnd> {
    try {
      // Made of what is configured, never of the request's Host: the provider compares it with what it knows.
      const answer = new URL(`${issuer()}${CALLBACK_PATH}${query}`);
      const end = await signIns.finish(ref, await personOf(await provider.exchange(answer, checks)));
      ended.inc({ result: 'ok' });
      if (end.kind === 'redirect') end.url.searchParams.set('iss', issuer());
      return end;
    } catch (error) {
      const reason = toBanyanError(error);
      ended.inc({ result: reason.code });
      // The device that waits is told; the browser is told in any case.
      await signIns
        .fail(ref, reason)
        .catch((err: unknown) => log.warn({ err }, 'a failed sign-in was not noted'));
      throw new SignInFailure(reason, record.isConsole === true ? `${issuer()}/console/` : backOf(record));
    }
  }

  return {
    name: provider.name,
    async begin(request, { deviceId, address }) {
      const before = await accounts.device(deviceId);
      await bans.refuseBanned(before?.account.accountId ?? '', deviceId);
      await attempts.spend(`sign-in:${address}`, init.perAddress);
      await provider.ready();
      const { id, ref, userCode } = await signIns.begin(request, {
        deviceId,
        deviceName: deviceName(request.deviceName),
        address,
      });
      return {
        id,
        url: `${issuer()}${userCode === undefined ? `${GO_PATH}?ref=${ref}` : SIGN_IN_PATH}`,
        ...(userCode === undefined ? {} : { userCode }),
        expiresIn: SIGN_IN_TTL_S,
        interval: SIGN_IN_INTERVAL_S,
      };
    },
    async confirm(userCode, { cookie, address }) {
      const bucket = `user-code:${address}`;
      await attempts.spend(bucket, USER_CODES_PER_ADDRESS);
      const { ref, record } = await signIns.byUserCode(userCode);
      await attempts.refund(bucket);
      await signIns.takeToBrowser(ref, cookie);
      const before = await accounts.device(record.deviceId);
      return {
        ref,
        deviceName: record.deviceName,
        address: record.address,
        account: before?.account.name,
      };
    },
    async go(ref, cookie) {
      const { record } = await signIns.open(ref);
      // One with a code is the browser's in which the code was typed: whoever is sent a link by somebody else has not
      // seen what they would confirm. One with a redirect ends on the machine of whatever browser follows it.
      if (record.redirect !== undefined) await signIns.takeToBrowser(ref, cookie);
      return provider.authorizationUrl(`${issuer()}${CALLBACK_PATH}`, await signIns.leave(ref, cookie));
    },
    async goToConsole({ cookie, address }) {
      await attempts.spend(`sign-in:${address}`, init.perAddress);
      await provider.ready();
      const { ref } = await signIns.beginConsole(address);
      await signIns.takeToBrowser(ref, cookie);
      return provider.authorizationUrl(`${issuer()}${CALLBACK_PATH}`, await signIns.leave(ref, cookie));
    },
    async callback(query, cookie) {
      const state = new URLSearchParams(query).get('state') ?? '';
      return exchanged(await signIns.arrive(state, cookie), query);
    },
  };
}

/** Back to the page that began it, without anything of the sign-in. */
function backOf({ redirect }: OpenSignIn['record']): string | undefined {
  return redirect === undefined ? undefined : new URL('/', redirect.uri).href;
}
