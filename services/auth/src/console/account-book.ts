/**
 * All accounts as the console lists them, held in memory from the first look on: the store knows their order of ids alone, and people
 * look by name. While somebody looks they are read anew every few seconds, and after what operators change here.
 */
import { compareNames, createWordFilter } from '@banyan/core';
import { BanyanError, MAX_LISTED_ACCOUNTS, type AccountOrder, type AccountRow } from '@banyan/proto';
import type { Clock } from '@banyan/kit';
import { eachAccount, type Accounts } from '../accounts.ts';

/** Newcomers are seen within this. */
const READ_MS = 5_000;
/** Reading takes no more than this part of the time, however many accounts there are. */
const READ_PART = 0.05;

export interface AccountsSnapshot {
  /** In no order. */
  readonly rows: readonly AccountRow[];
  /** Unix ms of the reading. */
  readonly at: number;
}

export interface AccountBook {
  /** @throws BanyanError `limit_exceeded` when there are more than can be listed */
  snapshot(): Promise<AccountsSnapshot>;
  /** Something was changed: the next look reads anew. */
  changed(): void;
}

export function createAccountBook({
  accounts,
  clock,
}: {
  readonly accounts: Pick<Accounts, 'list'>;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
}): AccountBook {
  let held: AccountsSnapshot | BanyanError = { rows: [], at: 0 };
  let nextAt = -Infinity;
  /** Something was changed since the last reading began. */
  let isStale = false;
  let reading: Promise<void> | undefined;

  const read = async (): Promise<void> => {
    const started = clock.monotonic();
    isStale = false;
    const rows: AccountRow[] = [];
    for await (const { accountId, name, role, devices, createdAt } of eachAccount(accounts)) {
      rows.push({ accountId, account: name, role, devices: Object.keys(devices).length, createdAt });
      if (rows.length > MAX_LISTED_ACCOUNTS) break;
    }
    const now = clock.monotonic();
    nextAt = now + Math.max(READ_MS, (now - started) / READ_PART);
    held = rows.length > MAX_LISTED_ACCOUNTS ? tooMany() : { rows, at: clock.now() };
  };

  return {
    async snapshot() {
      if (reading !== undefined || isStale || clock.monotonic() >= nextAt) {
        reading ??= read().finally(() => (reading = undefined));
        await reading;
      }
      if (held instanceof BanyanError) throw held;
      return held;
    },
    changed() {
      isStale = true;
    },
  };
}

function tooMany(): BanyanError {
  return new BanyanError(
    'limit_exceeded',
    `This network has more than ${MAX_LISTED_ACCOUNTS} accounts, too many for a list. Open one by its name, or go through them with \`banyan operator accounts\`.`,
  );
}

/** Accounts that match all words, in order: the newest or those with most devices first, names alphabetically. */
export function accountRows(rows: readonly AccountRow[], filter: string, order: AccountOrder): AccountRow[] {
  const matches = createWordFilter(filter);
  const compare: Record<AccountOrder, (a: AccountRow, b: AccountRow) => number> = {
    name: () => 0,
    newest: (a, b) => b.createdAt - a.createdAt,
    devices: (a, b) => b.devices - a.devices,
  };
  return rows
    .filter(({ account, role }) => matches(`${account} ${role}`))
    .sort((a, b) => compare[order](a, b) || compareNames(a.account, b.account));
}
