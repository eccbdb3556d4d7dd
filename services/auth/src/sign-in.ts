import { BanyanError } from '@banyan/proto';
import type { AccountName } from './account-name.ts';
import type { Accounts } from './accounts.ts';
import type { AttemptLimit, Attempts } from './attempts.ts';
import type { Passwords } from './passwords.ts';
import type { AccountRecord } from './records.ts';

/** How often passwords may be tried. */
export interface SignInLimits {
  /** From one address over all names: one common password that is tried with many of them. */
  readonly perAddress: AttemptLimit;
  /** For one name from one address: a person who remembers badly. */
  readonly perNameAndAddress: AttemptLimit;
  /** For one name from everywhere: guessing that is spread out. */
  readonly perName: AttemptLimit;
}

/** The password as proof of who one is. */
export interface SignIn {
  /**
   * The account that name and password open. For a wrong password and for an account that does not exist the answer and the
   * work are the same.
   *
   * @param address - bucket of the caller's address
   * @throws BanyanError `bad_credentials`, `rate_limited`, `unavailable`
   */
  account(name: AccountName, password: string, address: string): Promise<AccountRecord>;
}

/** Makes the check of passwords, with its limits. */
export function createSignIn(
  components: { readonly accounts: Accounts; readonly passwords: Passwords; readonly attempts: Attempts },
  limits: SignInLimits,
): SignIn {
  const { accounts, passwords, attempts } = components;
  return {
    async account({ nameKey }, password, address) {
      // The address first: whoever is refused by it must not use up what the owner of a name may try.
      const buckets = [
        { bucket: `password-from:${address}`, limit: limits.perAddress },
        { bucket: `password:${nameKey}:${address}`, limit: limits.perNameAndAddress },
        { bucket: `password:${nameKey}`, limit: limits.perName },
      ];
      for (const { bucket, limit } of buckets) await attempts.spend(bucket, limit);
      const account = await accounts.byName(nameKey);
      if (!(await passwords.verify(account?.passwordHash, password)) || account === undefined)
        throw new BanyanError('bad_credentials');
      for (const { bucket } of buckets) await attempts.refund(bucket);
      return account;
    },
  };
}
