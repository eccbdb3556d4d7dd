/** Whom or what a ban is of, as its operator names it. */
import { contentIdText, parseContentId, type BanSubject } from '@banyan/proto';
import type { Accounts } from '../accounts.ts';
import { parseDeviceId } from '../subjects.ts';
import { createFinder, refuseSelf } from './find-account.ts';
import type { Caller } from './guard.ts';

export interface FoundSubject {
  /** In the one form in which it is kept. */
  readonly id: string;
  /** Of account or device, for people; empty when nobody has it. */
  readonly name: string;
  /** Devices that a ban cuts off. */
  readonly devices: number;
}

/**
 * Makes what finds them.
 *
 * @returns throws BanyanError `not_found`, `name_invalid`, `invalid_request`, `link_invalid`; `conflict` for the caller's own account or device
 */
export function createBanSubjects(
  accounts: Accounts,
): (kind: BanSubject, id: string, caller: Caller) => Promise<FoundSubject> {
  const find = createFinder(accounts);
  return async (kind, id, caller) => {
    switch (kind) {
      case 'account': {
        const account = await find(id);
        refuseSelf(caller, account);
        return { id: account.accountId, name: account.name, devices: Object.keys(account.devices).length };
      }
      case 'device': {
        const deviceId = parseDeviceId(id);
        const found = await accounts.device(deviceId);
        if (found !== undefined && deviceId === caller.deviceId) refuseSelf(caller, found.account);
        // Also one that is not enrolled (any more): its owner may come back with it.
        return { id: deviceId, name: found?.device.name ?? '', devices: 1 };
      }
      case 'content':
        return { id: contentIdText(parseContentId(id)), name: '', devices: 0 };
    }
  };
}
