import { BanyanError, isBanyanError, toBanyanError, type EnrolRequest } from '@banyan/proto';
import { isUndecided, type Log } from '@banyan/kit';
import { parseAccountName } from '../account-name.ts';
import type { Accounts, EnrolledDevice, NewDevice } from '../accounts.ts';
import type { Bans } from '../bans.ts';
import { deviceName, type Enrollee, type Enrolment } from '../enrolment.ts';
import type { SignedInPerson } from '../records.ts';
import type { SignIns } from './sign-ins.ts';

/** What {@link withSignIns} needs. */
export interface SignInEnrolmentComponents {
  readonly signIns: SignIns;
  readonly accounts: Accounts;
  readonly bans: Bans;
  readonly log: Log;
}

/**
 * An enrolment that also admits devices by a sign-in with the provider, in every mode. Issuer and subject find the
 * account, never a name: who signs in for the first time gets a new one, whose name is as near as can be to theirs. A
 * device that is enrolled already stays in its account, which from then on belongs to the person who signed in.
 *
 * Its `enrol` throws besides `sign_in_pending`, `sign_in_expired`, `sign_in_refused`, `sign_in_unavailable`.
 */
export function withSignIns(enrolment: Enrolment, components: SignInEnrolmentComponents): Enrolment {
  const { signIns, accounts, bans, log } = components;

  async function newAccount(
    device: NewDevice,
    { names, ...identity }: SignedInPerson,
  ): Promise<EnrolledDevice> {
    for (const name of names) {
      try {
        return await accounts.create(parseAccountName(name), device, { grants: [], identity });
      } catch (error) {
        if (!isBanyanError(error) || error.code !== 'name_taken') throw error;
      }
    }
    throw new BanyanError(
      'conflict',
      'All names that fit you are being taken just now. Sign in again in a moment.',
      { retryable: true },
    );
  }

  async function admit(
    request: EnrolRequest,
    enrollee: Enrollee,
    person: SignedInPerson,
    before: EnrolledDevice | undefined,
  ): Promise<EnrolledDevice> {
    const { deviceId, publicJwk } = enrollee;
    const { names: _, ...identity } = person;
    const owner = await accounts.byIdentity(identity);
    await bans.refuseBanned(owner?.accountId ?? before?.account.accountId ?? '', deviceId);
    if (before !== undefined) {
      if (owner !== undefined && owner.accountId !== before.account.accountId)
        throw new BanyanError(
          'conflict',
          `You are ${owner.name} here, and this device is enrolled with the account ${before.account.name}. Remove it there first, or start it with a data folder of its own.`,
        );
      return { ...before, account: await accounts.signedIn(before.account.accountId, identity) };
    }
    const device: NewDevice = { deviceId, publicJwk, name: deviceName(request.deviceName), grants: [] };
    if (owner === undefined) return newAccount(device, person);
    await accounts.signedIn(owner.accountId, identity);
    return accounts.addDevice(owner.accountId, device, []);
  }

  /** An answer that was lost is given again: the proof of the key is proof enough for what the key holds. */
  async function answeredBefore(
    id: string,
    deviceId: string,
    error: unknown,
  ): Promise<EnrolledDevice | undefined> {
    if (!isBanyanError(error) || error.code !== 'sign_in_expired') return undefined;
    if (!(await signIns.wasRedeemed(id, deviceId))) return undefined;
    const before = await accounts.device(deviceId);
    if (before === undefined) return undefined;
    await bans.refuseBanned(before.account.accountId, deviceId);
    await bans.deviceReturned(deviceId, before.device.enrolledAt);
    await accounts.confirm(before.account.accountId);
    return before;
  }

  return {
    async enrol(request, enrollee) {
      const { signIn } = request;
      if (signIn === undefined) return enrolment.enrol(request, enrollee);
      let person: SignedInPerson;
      try {
        person = await signIns.redeem(signIn, enrollee.deviceId);
      } catch (error) {
        const before = await answeredBefore(signIn.id, enrollee.deviceId, error);
        if (before === undefined) throw error;
        return before;
      }
      let before: EnrolledDevice | undefined;
      let enrolled: EnrolledDevice;
      try {
        before = await accounts.device(enrollee.deviceId);
        enrolled = await admit(request, enrollee, person, before);
      } catch (error) {
        // What may work in a moment must not cost the person another sign-in.
        if (toBanyanError(error).retryable && !isUndecided(error))
          await signIns
            .giveBack(signIn, person)
            .catch((err: unknown) => log.warn({ err }, 'a sign-in was lost: it has to be begun again'));
        throw error;
      }
      // Also one that is in its account still: a removal that was cut off may have revoked it.
      await bans.deviceReturned(enrolled.deviceId);
      log.info(
        { deviceId: enrolled.deviceId, accountId: enrolled.account.accountId, by: 'sign-in' },
        before === undefined ? 'a device was enrolled' : 'the person of an enrolled device has signed in',
      );
      return enrolled;
    },
  };
}
