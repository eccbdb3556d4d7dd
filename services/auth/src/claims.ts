/**
 * What finds an account and belongs to one at most: devices, its name, its person. Each is a record of its own, which is claimed
 * before the account holds it. The account's record is the truth: a claim that no account makes true lapses by itself.
 */
import { BanyanError, isBanyanError } from '@banyan/proto';
import type { Clock, PublicJwk, Store } from '@banyan/kit';
import { create, read, update } from './compare-and-set.ts';
import { CLAIM_ABANDONED_MS } from './constants.ts';
import { digestOf } from './digests.ts';
import {
  KEY,
  type AccountIdentity,
  type AccountRecord,
  type DeviceRecord,
  type IdentityRecord,
  type NameRecord,
} from './records.ts';

/** A person of the organisation's provider. */
export type Person = Pick<AccountIdentity, 'issuer' | 'subject'>;

/** Claims of accounts; the same account may claim again what it has. */
export interface Claims {
  /** @throws BanyanError `conflict` when the device belongs to another account, or is just being enrolled there */
  device(
    device: { readonly deviceId: string; readonly publicJwk: PublicJwk },
    accountId: string,
  ): Promise<void>;
  /** @throws BanyanError `name_taken` */
  name(nameKey: string, accountId: string): Promise<void>;
  /** @throws BanyanError `conflict` when the person has another account */
  person(person: Person, accountId: string): Promise<void>;
  /** Takes claims of an account away; what is claimed by another stays. */
  releaseDevice(deviceId: string, accountId: string): Promise<void>;
  releaseName(nameKey: string, accountId: string): Promise<void>;
  releasePerson(person: Person, accountId: string): Promise<void>;
  /** Which account has claimed it; whether that holds it is for its record to say. */
  holderOfName(nameKey: string): Promise<string | undefined>;
  holderOfPerson(person: Person): Promise<string | undefined>;
}

/** Both parts are the provider's own text, so that only their digest becomes a key. */
const personKey = ({ issuer, subject }: Person): string =>
  KEY.identity(digestOf(JSON.stringify([issuer, subject])));

/** Whether that is the person of an account. */
export function samePerson(a: AccountIdentity | undefined, b: Person): boolean {
  return a?.issuer === b.issuer && a.subject === b.subject;
}

/** Makes the claims over a store. */
export function createClaims(components: {
  readonly store: Store;
  readonly clock: Clock;
  /** An account that is not deleted. */
  readonly accountOf: (accountId: string) => Promise<AccountRecord | undefined>;
}): Claims {
  const { store, clock, accountOf } = components;

  /** Claims what finds an account, unless a living one has it by the word of `holds`. @returns whether it is claimed */
  async function claim(
    key: string,
    accountId: string,
    holds: (account: AccountRecord) => boolean,
  ): Promise<boolean> {
    const record: NameRecord = { accountId, at: clock.now() };
    if (await create(store, key, record)) return true;
    const holder = await read<NameRecord>(store, key);
    if (holder !== undefined) {
      if (holder.accountId === accountId) return true;
      if (clock.now() - holder.at < CLAIM_ABANDONED_MS) return false;
      const account = await accountOf(holder.accountId);
      if (account !== undefined && holds(account)) return false;
    }
    let won = false;
    await update<NameRecord>(store, key, (now) => {
      won = now === undefined || now.accountId === holder?.accountId;
      return won ? record : undefined;
    });
    return won;
  }

  async function release(key: string, accountId: string): Promise<void> {
    const entry = await store.get<DeviceRecord | NameRecord>(key);
    if (entry?.value.accountId !== accountId) return;
    try {
      await store.delete(key, { expect: entry.version });
    } catch (error) {
      // Somebody else has claimed it meanwhile.
      if (!isBanyanError(error) || error.code !== 'conflict') throw error;
    }
  }

  return {
    async device({ deviceId, publicJwk }, accountId) {
      const record: DeviceRecord = { accountId, publicJwk, at: clock.now() };
      const key = KEY.device(deviceId);
      if (await create(store, key, record)) return;
      const owner = await read<DeviceRecord>(store, key);
      const held = owner === undefined ? undefined : (await accountOf(owner.accountId))?.devices[deviceId];
      if (owner !== undefined && owner.accountId !== accountId && held !== undefined) {
        throw new BanyanError(
          'conflict',
          'This device is enrolled with another account. Remove it there first, or start it with a data folder of its own.',
        );
      }
      await update<DeviceRecord>(store, key, (now) => {
        if (now !== undefined && now.accountId !== accountId) {
          if (now.accountId !== owner?.accountId || clock.now() - now.at < CLAIM_ABANDONED_MS) {
            throw new BanyanError('conflict', 'This device is being enrolled just now. Repeat in a minute.', {
              retryable: true,
              retryAfterMs: CLAIM_ABANDONED_MS,
            });
          }
        }
        return record;
      });
    },
    async name(nameKey, accountId) {
      if (!(await claim(KEY.name(nameKey), accountId, () => true))) throw new BanyanError('name_taken');
    },
    async person(person, accountId) {
      if (await claim(personKey(person), accountId, ({ identity }) => samePerson(identity, person))) return;
      throw new BanyanError(
        'conflict',
        'This person has just been signed in to another account. Repeat in a minute.',
        { retryable: true, retryAfterMs: CLAIM_ABANDONED_MS },
      );
    },
    releaseDevice: (deviceId, accountId) => release(KEY.device(deviceId), accountId),
    releaseName: (nameKey, accountId) => release(KEY.name(nameKey), accountId),
    releasePerson: (person, accountId) => release(personKey(person), accountId),
    async holderOfName(nameKey) {
      return (await read<NameRecord>(store, KEY.name(nameKey)))?.accountId;
    },
    async holderOfPerson(person) {
      return (await read<IdentityRecord>(store, personKey(person)))?.accountId;
    },
  };
}
