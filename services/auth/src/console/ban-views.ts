/** Bans as the console shows them: those that hold, and whom a new one would reach. */
import { contentIdText, parseContentId, type BanImpact, type BansResponse } from '@banyan/proto';
import type { Accounts } from '../accounts.ts';
import type { BanKind, Bans } from '../bans.ts';
import { createPeople } from '../people.ts';
import type { AccountRecord } from '../records.ts';
import { parseDeviceId } from '../subjects.ts';
import type { HostsSnapshot } from './list-desk.ts';

/** A page of the bans that hold, with the names of now. */
export async function bansPage(
  { bans, accounts }: { readonly bans: Bans; readonly accounts: Accounts },
  page: { readonly after?: string; readonly limit: number },
): Promise<BansResponse> {
  const { found, next } = await bans.page(page);
  const people = createPeople(accounts);
  return {
    bans: await Promise.all(
      found.map(async ({ kind, id, ban: { until, reason, evidence, by, at } }) => ({
        kind,
        id,
        until,
        reason,
        ...(evidence === undefined ? {} : { evidence: [...evidence] }),
        at,
        name:
          kind === 'account'
            ? (await people.account(id)).name
            : kind === 'device'
              ? (await people.device(id)).name
              : '',
        by: (await people.account(by)).name,
      })),
    ),
    ...(next === undefined ? {} : { next }),
  };
}

/**
 * Whom a ban would reach, before anybody is banned.
 *
 * @param snapshot - supernodes and volunteers as the list knows them, or knew them last
 * @throws BanyanError `not_found`, `invalid_request`
 */
export async function banImpact(
  components: {
    readonly bans: Bans;
    readonly accounts: Accounts;
    readonly find: (nameOrId: string) => Promise<AccountRecord>;
  },
  { hosts, problem }: Pick<HostsSnapshot, 'hosts' | 'problem'>,
  { kind, id, self }: { readonly kind: BanKind; readonly id: string; readonly self: string },
): Promise<BanImpact> {
  const { bans, accounts, find } = components;
  const reach = async (): Promise<Pick<BanImpact, 'id' | 'account' | 'devices' | 'isSelf'>> => {
    if (kind === 'content')
      return { id: contentIdText(parseContentId(id)), account: null, devices: [], isSelf: false };
    if (kind === 'account') {
      const account = await find(id);
      return {
        id: account.accountId,
        account: account.name,
        devices: Object.entries(account.devices).map(([deviceId, { name }]) => ({ deviceId, name })),
        isSelf: account.accountId === self,
      };
    }
    const deviceId = parseDeviceId(id);
    const found = await accounts.device(deviceId);
    return {
      id: deviceId,
      account: found?.account.name ?? null,
      devices: [{ deviceId, name: found?.device.name ?? '' }],
      isSelf: false,
    };
  };
  const reached = await reach();
  const ids = new Set(reached.devices.map(({ deviceId }) => deviceId));
  return {
    kind,
    ...reached,
    supernodes: hosts
      .filter(({ deviceId, order }) => ids.has(deviceId) && order.role !== 'leaf')
      .map(({ deviceId, name, leaves }) => ({ deviceId, name, leaves })),
    areHostsKnown: problem === undefined,
    isBanned: await bans.isBanned(kind, reached.id),
  };
}
