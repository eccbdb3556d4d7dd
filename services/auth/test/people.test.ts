import { describe, expect, it } from '@jest/globals';
import { createDeviceKey, createMemoryStore, systemClock } from '@banyan/kit';
import { createAccounts } from '../src/accounts.ts';
import { byAuth, entryOf } from '../src/decision.ts';
import { createPeople } from '../src/people.ts';
import { changesOver } from './harness.ts';

describe('the names of one answer', () => {
  it('are read once each, however many entries are about an account or a device', async () => {
    const under = createMemoryStore();
    const reads: string[] = [];
    const store = {
      ...under,
      get: (key: string) => {
        reads.push(key);
        return under.get<never>(key);
      },
    };
    const accounts = createAccounts({ store, clock: systemClock, changes: changesOver(store, systemClock) });
    const { deviceId, publicJwk } = createDeviceKey();
    const { account } = await accounts.create(
      { name: 'Ann', nameKey: 'ann' },
      { deviceId, publicJwk, name: 'laptop', grants: [] },
      { grants: [] },
    );
    reads.length = 0;

    const people = createPeople(accounts);
    const subjects = [deviceId, account.accountId, deviceId, account.accountId];
    const entries = subjects.map((subject) => ({
      ...{ id: 'x', at: 1, service: 'auth' as const },
      ...entryOf('account.role', subject, byAuth('a test')),
    }));
    const named = await Promise.all(entries.map((entry) => people.named(entry)));
    expect(named.map(({ name }) => name)).toEqual(['laptop', 'Ann', 'laptop', 'Ann']);
    expect((await people.device(deviceId)).account?.name).toBe('Ann');
    expect(reads.filter((key) => key.startsWith('device/'))).toHaveLength(1);
    // Once for its own name, once for the device's.
    expect(reads.filter((key) => key.startsWith('account/'))).toHaveLength(2);
  });
});
