import { BanyanError } from '@banyan/proto';
import Type from 'typebox';
import { parseAccountName } from '../account-name.ts';
import type { Accounts } from '../accounts.ts';
import type { AccountRecord } from '../records.ts';
import { isAccountId, noSuchAccount } from '../subjects.ts';
import type { Caller } from './guard.ts';

export const AccountParams = Type.Object({
  account: Type.String({ minLength: 1, maxLength: 64, description: 'Account name or id' }),
});

/** Finds the account that an operator names. */
export function createFinder(accounts: Accounts): (nameOrId: string) => Promise<AccountRecord> {
  return async (nameOrId) => {
    const found = isAccountId(nameOrId)
      ? await accounts.get(nameOrId)
      : await accounts.byName(parseAccountName(nameOrId).nameKey);
    if (found === undefined) throw noSuchAccount();
    return found;
  };
}

/** Operators cannot lock themselves, and with that perhaps everybody, out. */
export function refuseSelf(caller: Caller, account: AccountRecord): void {
  if (caller.account.accountId === account.accountId)
    throw new BanyanError('conflict', 'Operators cannot do this to themselves. Ask another operator.');
}
