import { randomBytes } from 'node:crypto';
import {
  BanyanError,
  formatResetLink,
  timeText,
  type AuditAction,
  type OtherDevices,
  type ResetLinkResponse,
} from '@banyan/proto';
import { sameSecret, type Clock, type Log } from '@banyan/kit';
import { parseAccountName } from './account-name.ts';
import type { Accounts } from './accounts.ts';
import type { Bans } from './bans.ts';
import { RESET_CODE_BYTES, RESET_TTL_S } from './constants.ts';
import { byMember, entryOf, type Decision } from './decision.ts';
import { digestOf } from './digests.ts';
import { checkPasswordRules, type Passwords } from './passwords.ts';
import type { AccountRecord } from './records.ts';
import { noSuchDevice } from './subjects.ts';

/** A device that is taken out of its account. */
export interface DeviceRemoval {
  /** Its key is known to others: it is banned for good as well. */
  readonly stolen: boolean;
}

/** A new password. */
export interface NewPassword {
  readonly newPassword: string;
  readonly otherDevices: OtherDevices;
}

/** What happens to accounts between enrolment and deletion. */
export interface AccountLife {
  /**
   * Takes a device out of its account; what its tokens allow ends in the whole network.
   *
   * @throws BanyanError `not_found`
   */
  removeDevice(
    accountId: string,
    deviceId: string,
    removal: DeviceRemoval,
    decision: Decision,
  ): Promise<AccountRecord>;
  /**
   * Sets another password; a reset link that is on its way is void then.
   *
   * @param account - as it was when its owner proved to be that
   * @param deviceId - the device that stays
   * @throws BanyanError `password_weak`; `conflict` when the password has changed meanwhile
   */
  changePassword(account: AccountRecord, deviceId: string, change: NewPassword): Promise<AccountRecord>;
  /** Makes the one reset link of an account, which voids the one before. */
  makeResetLink(
    accountId: string,
    init: { readonly ttlSeconds: number | undefined },
    decision: Decision,
  ): Promise<ResetLinkResponse>;
  /**
   * Sets a new password by the code of a reset link. Of all who bring it at once, one succeeds.
   *
   * @throws BanyanError `reset_invalid`, `password_weak`, `token_revoked`
   */
  reset(code: string, change: NewPassword): Promise<AccountRecord>;
  /**
   * Deletes an account; what its tokens allow ends in the whole network.
   *
   * @param typed - the account's name, typed again
   * @throws BanyanError `conflict` for another name, and for operators
   */
  delete(account: AccountRecord, typed: string, decision: Decision): Promise<void>;
}

/** What {@link createAccountLife} needs. */
export interface AccountLifeComponents {
  readonly accounts: Accounts;
  readonly bans: Bans;
  readonly passwords: Passwords;
  readonly clock: Clock;
  readonly log: Log;
  readonly issuer: () => string;
  /** Signs all browsers of an account out of the console, or those alone that the links of these devices signed in. */
  readonly signOutOfConsole: (accountId: string, deviceIds?: readonly string[]) => Promise<void>;
}

/** Between the account and the secret in the code of a reset link; an id has none. */
const CODE_MARK = '_';

/** Makes the life of accounts. */
export function createAccountLife(
  components: AccountLifeComponents,
  init: { readonly pins: () => readonly string[] },
): AccountLife {
  const { accounts, bans, passwords, clock, log, issuer, signOutOfConsole } = components;

  /** Leaves one device, or none, and says which go. */
  function withoutOthers(account: AccountRecord, deviceId: string | undefined) {
    const ids = Object.keys(account.devices).filter((id) => id !== deviceId);
    const kept = Object.entries(account.devices).filter(([id]) => id === deviceId);
    return { devices: Object.fromEntries(kept), ids };
  }

  /** Sets a password where `admits` lets it; the same write takes the devices out that are to go. */
  async function setPassword(
    account: AccountRecord,
    deviceId: string | undefined,
    { newPassword, otherDevices }: NewPassword,
    how: {
      readonly action: AuditAction;
      readonly decision: Decision;
      readonly admits: (now: AccountRecord) => void;
    },
  ): Promise<AccountRecord> {
    const { accountId } = account;
    checkPasswordRules(newPassword, account.nameKey);
    const passwordHash = await passwords.hash(newPassword);
    // Asked before anything is revoked; the write below asks again.
    how.admits((await accounts.get(accountId)) ?? account);
    const isRemoved = otherDevices === 'remove';
    // Revoked before they are taken out: cut off in between, the owner finds them still there, and repeats.
    if (isRemoved) {
      const { ids } = withoutOthers(account, deviceId);
      await bans.devicesRemoved(ids);
      await signOutOfConsole(accountId, ids);
    }
    return accounts.rewrite(accountId, (now) => {
      how.admits(now);
      const { reset: _, ...rest } = now;
      const { devices, ids } = withoutOthers(now, deviceId);
      return {
        value: { ...rest, passwordHash, ...(isRemoved ? { devices } : {}) },
        entry: entryOf(how.action, accountId, how.decision, {
          from: now.passwordHash === undefined ? 'no password' : 'a password',
          to: 'another password',
          devicesRemoved: isRemoved ? ids.length : 0,
        }),
      };
    });
  }

  return {
    async removeDevice(accountId, deviceId, { stolen }, decision) {
      // Nobody's device is revoked but one's own.
      if ((await accounts.get(accountId))?.devices[deviceId] === undefined) throw noSuchDevice();
      if (stolen) await bans.deviceStolen(deviceId, decision.by);
      await bans.devicesRemoved([deviceId]);
      // Before it is taken out, so that what is cut off in between can be repeated. Browsers on a stolen machine may as well have
      // come in by password.
      await signOutOfConsole(accountId, stolen ? undefined : [deviceId]);
      const account = await accounts.removeDevice(accountId, deviceId, decision);
      log.info({ accountId, deviceId, stolen }, 'a device was removed from its account');
      return account;
    },
    async changePassword(account, deviceId, change) {
      const changed = await setPassword(account, deviceId, change, {
        action: 'account.password',
        decision: byMember(account, 'changed the password'),
        admits: (now) => {
          if (now.passwordHash !== account.passwordHash)
            throw new BanyanError('conflict', 'The password was changed meanwhile. Try again with that one.');
        },
      });
      log.info({ accountId: account.accountId, otherDevices: change.otherDevices }, 'a password was changed');
      return changed;
    },
    async makeResetLink(accountId, { ttlSeconds = RESET_TTL_S }, decision) {
      const secret = randomBytes(RESET_CODE_BYTES).toString('base64url');
      const expiresAt = clock.now() + ttlSeconds * 1000;
      await accounts.rewrite(accountId, (now) => ({
        value: { ...now, reset: { digest: digestOf(secret), expiresAt } },
        entry: entryOf('account.reset-link', accountId, decision, {
          expiresAt: timeText(expiresAt),
        }),
      }));
      const code = `${accountId}${CODE_MARK}${secret}`;
      const link = formatResetLink({
        issuer: issuer(),
        code,
        pins: init.pins(),
      });
      return { code, link, expiresAt };
    },
    async reset(code, change) {
      const mark = code.indexOf(CODE_MARK);
      const accountId = code.slice(0, Math.max(0, mark));
      const digest = digestOf(code.slice(mark + 1));
      const admits = ({ reset }: AccountRecord): void => {
        if (reset === undefined || !sameSecret(reset.digest, digest) || reset.expiresAt <= clock.now())
          throw new BanyanError('reset_invalid');
      };
      const account = accountId === '' ? undefined : await accounts.get(accountId);
      if (account === undefined) throw new BanyanError('reset_invalid');
      admits(account);
      await bans.refuseBanned(accountId);
      const decision = byMember(account, 'brought a reset link');
      const changed = await setPassword(account, undefined, change, {
        action: 'account.reset',
        decision,
        admits,
      });
      log.info({ accountId, otherDevices: change.otherDevices }, 'a password was reset by link');
      return changed;
    },
    async delete(account, typed, decision) {
      const { accountId } = account;
      if (parseAccountName(typed).nameKey !== account.nameKey)
        throw new BanyanError(
          'conflict',
          'That is not the name of the account that would be deleted. Type its name to confirm.',
        );
      // Whoever deletes the last operator leaves a network that nobody can administer.
      if (account.role === 'operator')
        throw new BanyanError(
          'conflict',
          'The account of an operator is not deleted. Let another operator make it a member first.',
        );
      // Revoked first: cut off in between, the account is still there, and its deletion is repeated.
      await bans.accountDeleted(accountId);
      await signOutOfConsole(accountId);
      await accounts.remove(accountId, decision);
      log.info({ accountId }, 'an account was deleted');
    },
  };
}
