import { randomUUID } from 'node:crypto';
import { BanyanError, isBanyanError, type Grant, type Role } from '@banyan/proto';
import type { Clock, PublicJwk, Store } from '@banyan/kit';
import type { AccountName } from './account-name.ts';
import { confirm, create, read, update } from './compare-and-set.ts';
import { CLAIM_ABANDONED_MS, MAX_DEVICES, MAX_DEVICES_LOAD } from './constants.ts';
import {
  KEY,
  type AccountDevice,
  type AccountRecord,
  type DeviceRecord,
  type NameRecord,
} from './records.ts';

/** A device that asks to be enrolled. */
export interface NewDevice {
  readonly deviceId: string;
  readonly publicJwk: PublicJwk;
  readonly name: string;
  readonly grants: readonly Grant[];
}

/** An enrolled device with its account. */
export interface EnrolledDevice {
  readonly deviceId: string;
  readonly publicJwk: PublicJwk;
  readonly device: AccountDevice;
  readonly account: AccountRecord;
}

/** Accounts and their devices over the store. */
export interface Accounts {
  get(accountId: string): Promise<AccountRecord | undefined>;
  byName(nameKey: string): Promise<AccountRecord | undefined>;
  /** The device and its account, or undefined when it is not enrolled. */
  device(deviceId: string): Promise<EnrolledDevice | undefined>;
  /** Makes sure that an account as it can be read has been acknowledged, before it is answered with as a fact. */
  confirm(accountId: string): Promise<void>;
  /**
   * Creates an account with its first device; nothing is left of it when the name or device is taken.
   *
   * @throws BanyanError `name_taken`; `conflict` when the device belongs to an account
   */
  create(
    name: AccountName,
    device: NewDevice,
    init: { passwordHash?: string; grants: readonly Grant[] },
  ): Promise<EnrolledDevice>;
  /**
   * Adds a device to an account, and `accountGrants` to the account.
   *
   * @throws BanyanError `device_limit`; `conflict` when the device belongs to another account; `not_found`
   */
  addDevice(accountId: string, device: NewDevice, accountGrants: readonly Grant[]): Promise<EnrolledDevice>;
  /** @throws BanyanError `not_found` when the account has no such device */
  removeDevice(accountId: string, deviceId: string): Promise<void>;
  /** Changes role or grants of an account. @throws BanyanError `not_found` */
  change(accountId: string, change: { role?: Role; grants?: readonly Grant[] }): Promise<AccountRecord>;
  /** Replaces the grants of one device. @throws BanyanError `not_found` */
  setDeviceGrants(deviceId: string, grants: readonly Grant[]): Promise<EnrolledDevice>;
  /** Gives a device one grant, or takes it; its others stay. @throws BanyanError `not_found` */
  changeDeviceGrant(deviceId: string, grant: Grant, isOn: boolean): Promise<EnrolledDevice>;
  /** A page of accounts in the order of their ids, from after `after` on. */
  list(init: { after?: string; limit: number }): Promise<AccountRecord[]>;
}

/** What a device may claim: its own grants and those of its account. */
export function grantsOf(account: AccountRecord, device: AccountDevice): Grant[] {
  return [...new Set([...device.grants, ...account.grants])];
}

const merged = (a: readonly Grant[], b: readonly Grant[]): Grant[] => [...new Set([...a, ...b])];

/** Makes the accounts over a store. */
export function createAccounts(components: { readonly store: Store; readonly clock: Clock }): Accounts {
  const { store, clock } = components;

  const get = (accountId: string): Promise<AccountRecord | undefined> => read(store, KEY.account(accountId));

  const noAccount = (): BanyanError =>
    new BanyanError('not_found', 'There is no such account. Check the spelling of its name.');

  /** Reserves a device id for an account; the same account may do it again. */
  async function claimDevice(device: NewDevice, accountId: string): Promise<void> {
    const record: DeviceRecord = { accountId, publicJwk: device.publicJwk, at: clock.now() };
    const key = KEY.device(device.deviceId);
    if (await create(store, key, record)) return;
    const owner = await read<DeviceRecord>(store, key);
    const held = owner === undefined ? undefined : (await get(owner.accountId))?.devices[device.deviceId];
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
  }

  async function releaseDevice(deviceId: string, accountId: string): Promise<void> {
    const entry = await store.get<DeviceRecord>(KEY.device(deviceId));
    if (entry?.value.accountId !== accountId) return;
    try {
      await store.delete(KEY.device(deviceId), { expect: entry.version });
    } catch (error) {
      // Somebody else has claimed it meanwhile.
      if (!isBanyanError(error) || error.code !== 'conflict') throw error;
    }
  }

  async function claimName(nameKey: string, accountId: string): Promise<boolean> {
    const record: NameRecord = { accountId, at: clock.now() };
    const key = KEY.name(nameKey);
    if (await create(store, key, record)) return true;
    const holder = await read<NameRecord>(store, key);
    if (holder !== undefined) {
      if (clock.now() - holder.at < CLAIM_ABANDONED_MS) return false;
      if ((await get(holder.accountId)) !== undefined) return false;
    }
    let won = false;
    await update<NameRecord>(store, key, (now) => {
      won = now === undefined || now.accountId === holder?.accountId;
      return won ? record : undefined;
    });
    return won;
  }

  async function changeGrants(
    deviceId: string,
    change: (held: readonly Grant[]) => readonly Grant[],
  ): Promise<EnrolledDevice> {
    const found = await device(deviceId);
    if (found === undefined) throw unknownDevice();
    const account = await update<AccountRecord>(store, KEY.account(found.account.accountId), (now) => {
      const held = now?.devices[deviceId];
      if (now === undefined || held === undefined) throw unknownDevice();
      return { ...now, devices: { ...now.devices, [deviceId]: { ...held, grants: change(held.grants) } } };
    });
    const held = account?.devices[deviceId];
    if (account === undefined || held === undefined) throw unknownDevice();
    return { ...found, account, device: held };
  }

  async function device(deviceId: string): Promise<EnrolledDevice | undefined> {
    const found = await read<DeviceRecord>(store, KEY.device(deviceId));
    if (found === undefined) return undefined;
    const account = await get(found.accountId);
    const held = account?.devices[deviceId];
    if (account === undefined || held === undefined) return undefined;
    return { deviceId, publicJwk: found.publicJwk, device: held, account };
  }

  return {
    get,
    async byName(nameKey) {
      const found = await read<NameRecord>(store, KEY.name(nameKey));
      return found === undefined ? undefined : get(found.accountId);
    },
    device,
    async confirm(accountId) {
      await confirm(store, KEY.account(accountId));
    },
    async create({ name, nameKey }, newDevice, { passwordHash, grants }) {
      const accountId = randomUUID();
      const now = clock.now();
      await claimDevice(newDevice, accountId);
      if (!(await claimName(nameKey, accountId))) {
        await releaseDevice(newDevice.deviceId, accountId);
        throw new BanyanError('name_taken');
      }
      const held: AccountDevice = { name: newDevice.name, enrolledAt: now, grants: newDevice.grants };
      const account: AccountRecord = {
        accountId,
        name,
        nameKey,
        ...(passwordHash === undefined ? {} : { passwordHash }),
        role: 'member',
        grants,
        createdAt: now,
        devices: { [newDevice.deviceId]: held },
      };
      // The record comes last: with it the enrolment is done, without it both claims lapse by themselves.
      await store.put(KEY.account(accountId), account, { expect: null });
      return { deviceId: newDevice.deviceId, publicJwk: newDevice.publicJwk, device: held, account };
    },
    async addDevice(accountId, newDevice, accountGrants) {
      await claimDevice(newDevice, accountId);
      try {
        const account = await update<AccountRecord>(store, KEY.account(accountId), (now) => {
          if (now === undefined) throw noAccount();
          const grants = merged(now.grants, accountGrants);
          const before = now.devices[newDevice.deviceId];
          const limit = grants.includes('load') ? MAX_DEVICES_LOAD : MAX_DEVICES;
          if (before === undefined && Object.keys(now.devices).length >= limit) {
            throw new BanyanError(
              'device_limit',
              `This account has ${limit} devices, as many as it may have. Remove one first.`,
            );
          }
          const held: AccountDevice = {
            name: newDevice.name,
            enrolledAt: before?.enrolledAt ?? clock.now(),
            grants: merged(before?.grants ?? [], newDevice.grants),
          };
          return { ...now, grants, devices: { ...now.devices, [newDevice.deviceId]: held } };
        });
        const held = account?.devices[newDevice.deviceId];
        if (account === undefined || held === undefined) throw noAccount();
        return { deviceId: newDevice.deviceId, publicJwk: newDevice.publicJwk, device: held, account };
      } catch (error) {
        // A device that the account held before keeps its claim.
        if ((await get(accountId))?.devices[newDevice.deviceId] === undefined)
          await releaseDevice(newDevice.deviceId, accountId);
        throw error;
      }
    },
    async removeDevice(accountId, deviceId) {
      await update<AccountRecord>(store, KEY.account(accountId), (now) => {
        if (now?.devices[deviceId] === undefined)
          throw new BanyanError('not_found', 'This account has no such device. Check its id.');
        return {
          ...now,
          devices: Object.fromEntries(Object.entries(now.devices).filter(([id]) => id !== deviceId)),
        };
      });
      await releaseDevice(deviceId, accountId);
    },
    async change(accountId, { role, grants }) {
      const account = await update<AccountRecord>(store, KEY.account(accountId), (now) => {
        if (now === undefined) throw noAccount();
        return { ...now, role: role ?? now.role, grants: grants ?? now.grants };
      });
      if (account === undefined) throw noAccount();
      return account;
    },
    setDeviceGrants: (deviceId, grants) => changeGrants(deviceId, () => grants),
    changeDeviceGrant: (deviceId, grant, isOn) =>
      changeGrants(deviceId, (held) => [...held.filter((one) => one !== grant), ...(isOn ? [grant] : [])]),
    async list({ after, limit }) {
      const page: AccountRecord[] = [];
      const options = { limit, ...(after === undefined ? {} : { after: KEY.account(after) }) };
      for await (const [, entry] of store.list(KEY.accounts, options))
        page.push(entry.value as AccountRecord);
      return page;
    },
  };
}

/** A device that somebody names but nobody enrolled is no failed sign-in: 404, not 401. */
function unknownDevice(): BanyanError {
  return new BanyanError('not_found', 'There is no device with that id. Check it with the list of devices.');
}
