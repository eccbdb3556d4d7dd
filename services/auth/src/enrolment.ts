import {
  BanyanError,
  displayText,
  MAX_DISPLAY_NAME_BYTES,
  utf8Length,
  type EnrolmentMode,
  type EnrolRequest,
  type Grant,
} from '@banyan/proto';
import { isUndecided, type Log, type PublicJwk } from '@banyan/kit';
import { parseAccountName, type AccountName } from './account-name.ts';
import { grantsOf, type Accounts, type EnrolledDevice, type NewDevice } from './accounts.ts';
import type { AttemptLimit, Attempts } from './attempts.ts';
import type { Bans } from './bans.ts';
import type { FirstOperator } from './first-operator.ts';
import type { Invites } from './invites.ts';
import { checkPasswordRules, type Passwords } from './passwords.ts';
import type { InviteRecord } from './records.ts';
import type { SignIn } from './sign-in.ts';

/** Who asks, as proved by DPoP and seen by the server. */
export interface Enrollee {
  readonly deviceId: string;
  readonly publicJwk: PublicJwk;
  /** For the limits. */
  readonly address: string;
}

/** How often may be tried. */
export interface EnrolmentLimits {
  /** Enrolments of one address that no invite paid for, failed ones included. */
  readonly perAddress: AttemptLimit;
}

/** What {@link createEnrolment} needs. */
export interface EnrolmentComponents {
  readonly accounts: Accounts;
  readonly invites: Invites;
  readonly passwords: Passwords;
  readonly signIn: SignIn;
  readonly attempts: Attempts;
  readonly bans: Bans;
  readonly firstOperator: Pick<FirstOperator, 'admits'>;
  readonly log: Log;
}

/** Admits devices. */
export interface Enrolment {
  /**
   * Enrols a device by the rules of the network's mode; again by the same account: answers what there is.
   *
   * @throws BanyanError `enrolment_closed`, `invite_required`, `invite_invalid`, `invite_expired`,
   *   `invite_used`, `name_invalid`, `name_taken`, `password_weak`, `bad_credentials`, `device_limit`,
   *   `conflict`, `token_revoked`, `rate_limited`
   */
  enrol(request: EnrolRequest, enrollee: Enrollee): Promise<EnrolledDevice>;
}

/** What a shown invite is worth. */
type Ticket =
  | { readonly kind: 'none' }
  /** The first operator's code: opens any mode, is not used up, brings no grants. */
  | { readonly kind: 'first-operator' }
  | { readonly kind: 'invite'; readonly code: string; readonly record: InviteRecord };

/** Makes the enrolment for one mode. */
export function createEnrolment(
  components: EnrolmentComponents,
  init: { readonly mode: EnrolmentMode; readonly limits: EnrolmentLimits },
): Enrolment {
  const { accounts, invites, passwords, signIn: byPassword, attempts, bans, firstOperator, log } = components;
  const { mode, limits } = init;

  async function ticketOf(code: string | undefined, name: AccountName): Promise<Ticket> {
    if (code === undefined) return { kind: 'none' };
    if (await firstOperator.admits(code)) return { kind: 'first-operator' };
    if (mode === 'closed') throw new BanyanError('enrolment_closed');
    const record = await invites.check(code);
    // Names are no secrets here: the invite says to its holder whom it is for.
    if (record.boundTo !== undefined && record.boundTo.nameKey !== name.nameKey)
      throw new BanyanError(
        'invite_invalid',
        'This invite is for another account name. Use that one, or ask for a new invite.',
      );
    // What a banned member promised before is void.
    if (record.createdBy !== null && (await bans.isBanned('account', record.createdBy)))
      throw new BanyanError('invite_invalid');
    // And of one who is gone.
    if (record.createdBy !== null && (await accounts.get(record.createdBy)) === undefined)
      throw new BanyanError('invite_invalid');
    return { kind: 'invite', code, record };
  }

  /** Runs `work` with one use of the invite taken, which comes back when the work fails. */
  async function withUse<T>(ticket: Ticket, work: () => Promise<T>): Promise<T> {
    if (ticket.kind !== 'invite') return work();
    await invites.take(ticket.code);
    try {
      return await work();
    } catch (error) {
      // Lost with the process, or with nobody knowing whether the account holds, a use stays used: never one admission
      // too many.
      if (isUndecided(error))
        log.warn('an invite use was lost: it is not known whether it admitted somebody');
      else
        await invites
          .giveBack(ticket.code)
          .catch((err: unknown) => log.warn({ err }, 'an invite use was lost'));
      throw error;
    }
  }

  const grantsIn = (ticket: Ticket, which: Grant): Grant[] =>
    ticket.kind === 'invite' && ticket.record.grants.includes(which) ? [which] : [];

  function newDevice(request: EnrolRequest, enrollee: Enrollee, ticket: Ticket): NewDevice {
    const { deviceId, publicJwk } = enrollee;
    return {
      deviceId,
      publicJwk,
      name: deviceName(request.deviceName),
      grants: [...grantsIn(ticket, 'supernode'), ...grantsIn(ticket, 'promote')],
    };
  }

  async function createAccount(request: EnrolRequest, name: AccountName, enrollee: Enrollee, ticket: Ticket) {
    if (ticket.kind === 'none' && mode !== 'open') throw new BanyanError('invite_required');
    if (ticket.kind === 'invite' && typeof ticket.record.boundTo?.accountId === 'string')
      throw new BanyanError(
        'name_taken',
        'This invite adds a device to an account that exists. Sign in without creating one.',
      );
    if (request.password === undefined && ticket.kind === 'none')
      throw new BanyanError('password_weak', 'A new account needs a password of at least ten characters.');
    if (request.password !== undefined) checkPasswordRules(request.password, name.nameKey);
    // Asked before the costly hash; the claim of the name decides in the end.
    if ((await accounts.byName(name.nameKey)) !== undefined) throw new BanyanError('name_taken');
    const passwordHash = request.password === undefined ? undefined : await passwords.hash(request.password);
    return withUse(ticket, () =>
      accounts.create(name, newDevice(request, enrollee, ticket), {
        ...(passwordHash === undefined ? {} : { passwordHash }),
        grants: grantsIn(ticket, 'load'),
      }),
    );
  }

  /** The account that the password or a bound invite opens. The answer is the same for unknown accounts. */
  async function signIn(
    request: EnrolRequest,
    name: AccountName,
    enrollee: Enrollee,
    ticket: Ticket,
  ): Promise<string> {
    if (ticket.kind === 'invite' && ticket.record.boundTo !== undefined) {
      const { accountId } = ticket.record.boundTo;
      if (accountId === null)
        throw new BanyanError(
          'not_found',
          `The account ${name.name} does not exist yet. Enrol with a new account.`,
        );
      return accountId;
    }
    if (request.password === undefined) {
      if (ticket.kind === 'none' && mode === 'invite') throw new BanyanError('invite_required');
      throw new BanyanError(
        'bad_credentials',
        'An existing account needs its password. For a new one, say that it is to be created.',
      );
    }
    return (await byPassword.account(name, request.password, enrollee.address)).accountId;
  }

  return {
    async enrol(request, enrollee) {
      if (request.account === undefined)
        throw new BanyanError('invalid_request', 'An account name is needed. Give one, or sign in.');
      const name = parseAccountName(request.account);
      const bucket = `enrol:${enrollee.address}`;
      const before = await accounts.device(enrollee.deviceId);
      if (before !== undefined && before.account.nameKey !== name.nameKey) {
        throw new BanyanError(
          'conflict',
          'This device is enrolled with another account. Remove it there first, or start it with a data folder of its own.',
        );
      }
      await bans.refuseBanned(before?.account.accountId ?? '', enrollee.deviceId);
      // The proof of the key is proof enough for what the key holds already: an answer that was lost is given again.
      if (before !== undefined && request.invite === undefined) {
        await bans.deviceReturned(enrollee.deviceId, before.device.enrolledAt);
        await accounts.confirm(before.account.accountId);
        return before;
      }
      if (before === undefined && mode === 'closed' && request.invite === undefined)
        throw new BanyanError('enrolment_closed');

      await attempts.spend(bucket, limits.perAddress);
      const ticket = await ticketOf(request.invite, name);
      let enrolled: EnrolledDevice;
      if (before !== undefined) {
        const wanted = ticket.kind === 'invite' ? ticket.record.grants : [];
        const held = grantsOf(before.account, before.device);
        const has = wanted.every((grant) => held.includes(grant));
        if (has) await accounts.confirm(before.account.accountId);
        enrolled = has
          ? before
          : await withUse(ticket, () =>
              accounts.addDevice(
                before.account.accountId,
                newDevice(request, enrollee, ticket),
                grantsIn(ticket, 'load'),
              ),
            );
      } else if (request.createAccount === true) {
        enrolled = await createAccount(request, name, enrollee, ticket);
      } else {
        const accountId = await signIn(request, name, enrollee, ticket);
        await bans.refuseBanned(accountId, enrollee.deviceId);
        enrolled = await withUse(ticket, () =>
          accounts.addDevice(accountId, newDevice(request, enrollee, ticket), grantsIn(ticket, 'load')),
        );
      }
      if (before === undefined) await bans.deviceReturned(enrollee.deviceId);
      // Invites are counted by themselves; a club that enrols behind one address must not run into the limit.
      if (ticket.kind === 'invite' || request.createAccount !== true) await attempts.refund(bucket);
      log.info(
        { deviceId: enrolled.deviceId, accountId: enrolled.account.accountId, by: ticket.kind },
        'a device was enrolled',
      );
      return enrolled;
    },
  };
}

/** A device's name is shown to people: one clean line. */
export function deviceName(text: string): string {
  const name = displayText(text.normalize('NFC')).trim();
  if (name === '' || utf8Length(name) > MAX_DISPLAY_NAME_BYTES)
    throw new BanyanError(
      'invalid_request',
      `A device name has 1 to ${MAX_DISPLAY_NAME_BYTES} bytes of text. Choose another.`,
    );
  return name;
}
