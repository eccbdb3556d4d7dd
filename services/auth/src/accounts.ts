import { randomUUID } from 'node:crypto';
import { BanyanError, type Grant, type Role } from '@banyan/proto';
import type { AuditedChange, AuditedChanges, Clock, PublicJwk, Store } from '@banyan/kit';
import type { AccountName } from './account-name.ts';
import { createClaims, samePerson, type Person } from './claims.ts';
import { confirm, read, update } from './compare-and-set.ts';
import { AUDITED_MEMORY_MS, MAX_DEVICES, MAX_DEVICES_LOAD } from './constants.ts';
import { byAuth, byMember, entryOf, wordsFigure, type Decision } from './decision.ts';
import {
  KEY,
  type AccountDevice,
  type AccountIdentity,
  type AccountRecord,
  type DeviceRecord,
} from './records.ts';
import { noSuchAccount, noSuchDevice } from './subjects.ts';

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
  /** The account of a person of the organisation's provider. */
  byIdentity(person: Person): Promise<AccountRecord | undefined>;
  /** The device and its account, or undefined when it is not enrolled. */
  device(deviceId: string): Promise<EnrolledDevice | undefined>;
  /** Makes sure that an account as it can be read has been acknowledged, before it is answered with as a fact. */
  confirm(accountId: string): Promise<void>;
  /**
   * Creates an account with its first device; nothing is left of it when the name, device or identity is taken.
   *
   * @param init - `identity`: that of the organisation's provider, with the role that it brings
   * @throws BanyanError `name_taken`; `conflict` when the device belongs to an account, or the identity
   */
  create(
    name: AccountName,
    device: NewDevice,
    init: { passwordHash?: string; grants: readonly Grant[]; identity?: AccountIdentity },
  ): Promise<EnrolledDevice>;
  /**
   * Ties an account to a person of the organisation's provider, or tells it of that person's next sign-in: the role
   * follows the groups, unless an operator has set another by hand.
   *
   * @throws BanyanError `conflict` when either is tied elsewhere already; `not_found`
   */
  signedIn(accountId: string, identity: AccountIdentity): Promise<AccountRecord>;
  /**
   * Adds a device to an account, and `accountGrants` to the account.
   *
   * @throws BanyanError `device_limit`; `conflict` when the device belongs to another account; `not_found`
   */
  addDevice(accountId: string, device: NewDevice, accountGrants: readonly Grant[]): Promise<EnrolledDevice>;
  /** @throws BanyanError `not_found` when the account has no such device */
  removeDevice(accountId: string, deviceId: string, decision: Decision): Promise<AccountRecord>;
  /** Removes those of the devices that the account has, in one write. */
  removeDevices(accountId: string, deviceIds: readonly string[], decision: Decision): Promise<AccountRecord>;
  /** Sets the role of an account. @throws BanyanError `not_found` */
  setRole(accountId: string, role: Role, decision: Decision): Promise<AccountRecord>;
  /** Replaces the grants of an account; those of its devices stay. @throws BanyanError `not_found` */
  setGrants(accountId: string, grants: readonly Grant[], decision: Decision): Promise<AccountRecord>;
  /** Replaces the grants of one device. @throws BanyanError `not_found` */
  setDeviceGrants(deviceId: string, grants: readonly Grant[], decision: Decision): Promise<EnrolledDevice>;
  /** Gives a device one grant, or takes it; its others stay. @throws BanyanError `not_found` */
  changeDeviceGrant(
    deviceId: string,
    grant: Grant,
    isOn: boolean,
    decision: Decision,
  ): Promise<EnrolledDevice>;
  /**
   * Changes an account in any way, and tells the audit; devices that are not in it any more are free for other accounts.
   *
   * @param change - undefined leaves it as it is; may run several times
   * @throws BanyanError `not_found`; what `change` throws
   */
  rewrite(
    accountId: string,
    change: (now: AccountRecord) => AuditedChange<AccountRecord> | undefined,
  ): Promise<AccountRecord>;
  /** Deletes an account: its name and devices are free. @throws BanyanError `not_found` */
  remove(accountId: string, decision: Decision): Promise<void>;
  /** A page of accounts in the order of their ids, from after `after` on. */
  list(init: { after?: string; limit: number }): Promise<AccountRecord[]>;
}

/** Accounts read at a time; others are served in between. */
const PAGE = 500;

/** All accounts, in the order of their ids. */
export async function* eachAccount(accounts: Pick<Accounts, 'list'>): AsyncGenerator<AccountRecord> {
  let after: string | undefined;
  do {
    const page = await accounts.list({ limit: PAGE, ...(after === undefined ? {} : { after }) });
    yield* page;
    after = page.length === PAGE ? page.at(-1)?.accountId : undefined;
  } while (after !== undefined);
}

/** What a device may claim: its own grants and those of its account. */
export function grantsOf(account: AccountRecord, device: AccountDevice): Grant[] {
  return [...new Set([...device.grants, ...account.grants])];
}

const merged = (a: readonly Grant[], b: readonly Grant[]): Grant[] => [...new Set([...a, ...b])];

/** What is left of a deleted account is no account. */
const live = (account: AccountRecord | undefined): AccountRecord | undefined =>
  account?.deletedAt === undefined ? account : undefined;

/** Makes the accounts over a store. */
export function createAccounts(components: {
  readonly store: Store;
  readonly clock: Clock;
  readonly changes: AuditedChanges;
}): Accounts {
  const { store, clock, changes } = components;

  const get = async (accountId: string): Promise<AccountRecord | undefined> =>
    live(await read(store, KEY.account(accountId)));
  const claims = createClaims({ store, clock, accountOf: get });

  async function rewrite(
    accountId: string,
    change: (now: AccountRecord) => AuditedChange<AccountRecord> | undefined,
  ): Promise<AccountRecord> {
    let gone: string[] = [];
    const account = await changes.change<AccountRecord>(KEY.account(accountId), (now) => {
      const held = live(now);
      if (held === undefined) throw noSuchAccount();
      const next = change(held);
      gone = next === undefined ? [] : Object.keys(held.devices).filter((id) => !(id in next.value.devices));
      return next;
    });
    if (account === undefined) throw noSuchAccount();
    await forgetDevices(gone, accountId);
    return account;
  }

  async function forgetDevices(deviceIds: readonly string[], accountId: string): Promise<void> {
    // At once: a store on disk writes what comes together together.
    await Promise.all(
      deviceIds.map(async (deviceId) => {
        await claims.releaseDevice(deviceId, accountId);
        await store.delete(KEY.seen(deviceId), { durable: false });
      }),
    );
  }

  async function changeGrants(
    deviceId: string,
    change: (held: readonly Grant[]) => readonly Grant[],
    decision: Decision,
  ): Promise<EnrolledDevice> {
    const found = await device(deviceId);
    if (found === undefined) throw noSuchDevice();
    const account = await rewrite(found.account.accountId, (now) => {
      const held = now.devices[deviceId];
      if (held === undefined) throw noSuchDevice();
      const [from, grants] = [wordsFigure(held.grants), change(held.grants)];
      const to = wordsFigure(grants);
      if (from === to) return undefined;
      return {
        value: { ...now, devices: { ...now.devices, [deviceId]: { ...held, grants } } },
        entry: entryOf('device.grants', deviceId, decision, { from, to, account: now.accountId }),
      };
    });
    const held = account.devices[deviceId];
    if (held === undefined) throw noSuchDevice();
    return { ...found, account, device: held };
  }

  /** With grants an enrolment is a decision of whoever made the invite: the audit tells what became of it. */
  function enrolledEntry(
    { deviceId, grants }: NewDevice,
    accountId: string,
    accountGrants: readonly Grant[],
  ) {
    return entryOf('device.enrolled', deviceId, byMember({ accountId }, 'brought an invite with grants'), {
      from: 'none',
      to: wordsFigure([...grants, ...accountGrants]),
    });
  }

  /** What a sign-in with the organisation made of an account. */
  function signedInEntry(
    accountId: string,
    { role: groups }: AccountIdentity,
    { from, to }: { readonly from: Role; readonly to: Role },
  ) {
    return from === to
      ? entryOf('account.identity', accountId, byMember({ accountId }, 'signed in with the organisation'), {
          groups,
        })
      : entryOf('account.role', accountId, byAuth('the groups of this sign-in say so'), { from, to });
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
      const accountId = await claims.holderOfName(nameKey);
      return accountId === undefined ? undefined : get(accountId);
    },
    async byIdentity(identity) {
      const accountId = await claims.holderOfPerson(identity);
      const account = accountId === undefined ? undefined : await get(accountId);
      return samePerson(account?.identity, identity) ? account : undefined;
    },
    device,
    async confirm(accountId) {
      await confirm(store, KEY.account(accountId));
    },
    async create({ name, nameKey }, newDevice, { passwordHash, grants, identity }) {
      const accountId = randomUUID();
      const now = clock.now();
      await claims.device(newDevice, accountId);
      try {
        await claims.name(nameKey, accountId);
        if (identity !== undefined) await claims.person(identity, accountId);
      } catch (error) {
        // What is not this account's stays as it is.
        await claims.releaseName(nameKey, accountId);
        await claims.releaseDevice(newDevice.deviceId, accountId);
        throw error;
      }
      const held: AccountDevice = { name: newDevice.name, enrolledAt: now, grants: newDevice.grants };
      const account: AccountRecord = {
        accountId,
        name,
        nameKey,
        ...(passwordHash === undefined ? {} : { passwordHash }),
        role: identity?.role ?? 'member',
        grants,
        createdAt: now,
        devices: { [newDevice.deviceId]: held },
        ...(identity === undefined ? {} : { identity }),
      };
      // The record comes last: with it the enrolment is done, without it all claims lapse by themselves.
      const entry =
        identity !== undefined
          ? signedInEntry(accountId, identity, { from: 'member', to: account.role })
          : newDevice.grants.length + grants.length === 0
            ? undefined
            : enrolledEntry(newDevice, accountId, grants);
      if (entry === undefined) await store.put(KEY.account(accountId), account, { expect: null });
      else await changes.change<AccountRecord>(KEY.account(accountId), () => ({ value: account, entry }));
      return { deviceId: newDevice.deviceId, publicJwk: newDevice.publicJwk, device: held, account };
    },
    async addDevice(accountId, newDevice, accountGrants) {
      await claims.device(newDevice, accountId);
      try {
        // What the account has already is given to nobody anew: a thousand devices of a load test are no thousand decisions.
        const held = (await get(accountId))?.grants ?? [];
        const given = accountGrants.filter((grant) => !held.includes(grant));
        const add = (found: AccountRecord | undefined): AccountRecord => {
          const now = live(found);
          if (now === undefined) throw noSuchAccount();
          const grants = merged(now.grants, given);
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
        };
        const key = KEY.account(accountId);
        const account =
          newDevice.grants.length + given.length === 0
            ? await update<AccountRecord>(store, key, add)
            : await changes.change<AccountRecord>(key, (now) => ({
                value: add(now),
                entry: enrolledEntry(newDevice, accountId, given),
              }));
        const enrolled = account?.devices[newDevice.deviceId];
        if (account === undefined || enrolled === undefined) throw noSuchAccount();
        return { deviceId: newDevice.deviceId, publicJwk: newDevice.publicJwk, device: enrolled, account };
      } catch (error) {
        // A device that the account held before keeps its claim.
        if ((await get(accountId))?.devices[newDevice.deviceId] === undefined)
          await claims.releaseDevice(newDevice.deviceId, accountId);
        throw error;
      }
    },
    removeDevice: (accountId, deviceId, decision) =>
      rewrite(accountId, (now) => {
        const held = now.devices[deviceId];
        if (held === undefined) throw noSuchDevice();
        return {
          value: {
            ...now,
            devices: Object.fromEntries(Object.entries(now.devices).filter(([id]) => id !== deviceId)),
          },
          entry: entryOf('device.removed', deviceId, decision, {
            account: accountId,
            grants: wordsFigure(held.grants),
          }),
        };
      }),
    setRole: (accountId, role, decision) =>
      rewrite(accountId, (now) =>
        now.role === role
          ? undefined
          : {
              value: { ...now, role },
              entry: entryOf('account.role', accountId, decision, { from: now.role, to: role }),
            },
      ),
    setGrants: (accountId, grants, decision) =>
      rewrite(accountId, (now) => {
        const [from, to] = [wordsFigure(now.grants), wordsFigure(grants)];
        return from === to
          ? undefined
          : {
              value: { ...now, grants },
              entry: entryOf('account.grants', accountId, decision, { from, to }),
            };
      }),
    rewrite,
    async remove(accountId, decision) {
      let before: AccountRecord | undefined;
      await changes.change<AccountRecord>(
        KEY.account(accountId),
        (now) => {
          before = live(now);
          if (before === undefined) throw noSuchAccount();
          const { createdAt } = before;
          const devices = Object.keys(before.devices).length;
          return {
            value: {
              accountId,
              name: '',
              nameKey: '',
              role: 'member',
              grants: [],
              createdAt,
              devices: {},
              deletedAt: clock.now(),
            },
            entry: entryOf('account.deleted', accountId, decision, { role: before.role, devices }),
          };
        },
        { ttlMs: AUDITED_MEMORY_MS },
      );
      if (before === undefined) throw noSuchAccount();
      // Cut off here, what is claimed for an account that is none lapses by itself.
      await forgetDevices(Object.keys(before.devices), accountId);
      await claims.releaseName(before.nameKey, accountId);
      if (before.identity !== undefined) await claims.releasePerson(before.identity, accountId);
    },
    async signedIn(accountId, identity) {
      await claims.person(identity, accountId);
      return rewrite(accountId, (now) => {
        const held = now.identity;
        if (held !== undefined && !samePerson(held, identity))
          throw new BanyanError(
            'conflict',
            `The account ${now.name} belongs to another person of your organisation. Sign in as that person, or use another device.`,
          );
        const role = now.role === (held?.role ?? 'member') ? identity.role : now.role;
        if (held?.role === identity.role && role === now.role) return undefined;
        const value = { ...now, role, identity };
        return { value, entry: signedInEntry(accountId, identity, { from: now.role, to: role }) };
      });
    },
    setDeviceGrants: (deviceId, grants, decision) => changeGrants(deviceId, () => grants, decision),
    changeDeviceGrant: (deviceId, grant, isOn, decision) =>
      changeGrants(
        deviceId,
        (held) => [...held.filter((one) => one !== grant), ...(isOn ? [grant] : [])],
        decision,
      ),
    removeDevices(accountId, deviceIds, decision) {
      const gone = new Set(deviceIds);
      return rewrite(accountId, (now) => {
        const kept = Object.entries(now.devices).filter(([id]) => !gone.has(id));
        const devices = Object.keys(now.devices).length - kept.length;
        if (devices === 0) return undefined;
        return {
          value: { ...now, devices: Object.fromEntries(kept) },
          entry: entryOf('account.devices-retired', accountId, decision, { devices }),
        };
      });
    },
    async list({ after, limit }) {
      const page: AccountRecord[] = [];
      const options = after === undefined ? {} : { after: KEY.account(after) };
      for await (const [, { value }] of store.list<AccountRecord>(KEY.accounts, options)) {
        const account = live(value);
        if (account !== undefined) page.push(account);
        if (page.length === limit) break;
      }
      return page;
    },
  };
}
