import { isDeviceId, type AccountRef, type AuditEntry } from '@banyan/proto';
import type { Accounts } from './accounts.ts';
import { isAccountId } from './subjects.ts';

/**
 * Names for the ids that are kept in reports and in the audit: of now, and none for who is gone. One answer asks for each once.
 */
export interface People {
  account(accountId: string): Promise<AccountRef>;
  device(deviceId: string): Promise<{ readonly name: string; readonly account?: AccountRef }>;
  /** An entry of the audit with the names of its author and its subject. */
  named(entry: AuditEntry): Promise<AuditEntry>;
}

/** Makes the names of one answer. */
export function createPeople(accounts: Pick<Accounts, 'get' | 'device'>): People {
  const nameOf = remembered(async (accountId) => (await accounts.get(accountId))?.name ?? '');
  const device = remembered(async (deviceId) => {
    const found = await accounts.device(deviceId);
    if (found === undefined) return { name: '' };
    const { accountId, name } = found.account;
    return { name: found.device.name, account: { accountId, name } };
  });

  return {
    account: async (accountId) => ({ accountId, name: await nameOf(accountId) }),
    device,
    async named(entry) {
      const { by, subject } = entry;
      const name = isAccountId(subject)
        ? await nameOf(subject)
        : isDeviceId(subject)
          ? (await device(subject)).name
          : entry.name;
      if (!('account' in by)) return { ...entry, name };
      return { ...entry, name, by: { ...by, name: await nameOf(by.account) } };
    },
  };
}

/** Asks once for each id, also when it is asked for again before there is an answer. */
function remembered<T>(ask: (id: string) => Promise<T>): (id: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (id) => {
    let answer = answers.get(id);
    if (answer === undefined) {
      answer = ask(id);
      answers.set(id, answer);
    }
    return answer;
  };
}
