import { beforeEach, describe, expect, it } from '@jest/globals';
import { createManualClock, type ManualClock } from '@banyan/kit';
import { MAX_LISTED_ACCOUNTS, type AccountRow } from '@banyan/proto';
import { accountRows, createAccountBook, type AccountBook } from '../src/console/account-book.ts';
import type { AccountRecord } from '../src/records.ts';

const record = (i: number): AccountRecord => ({
  ...{ accountId: String(i).padStart(8, '0'), name: `member-${i}`, nameKey: `member-${i}`, role: 'member' },
  ...{ grants: [], createdAt: i, devices: {} },
});

let clock: ManualClock;
let count: number;
let reads: number;
let book: AccountBook;
beforeEach(() => {
  clock = createManualClock(1_800_000_000_000);
  count = 1_234;
  reads = 0;
  book = createAccountBook({
    clock,
    accounts: {
      list({ after, limit }) {
        if (after === undefined) reads += 1;
        const from = after === undefined ? 0 : Number(after) + 1;
        const page = Array.from({ length: Math.max(0, Math.min(limit, count - from)) }, (_, i) =>
          record(from + i),
        );
        return Promise.resolve(page);
      },
    },
  });
});

describe('the book of accounts', () => {
  it('reads all of them page by page, once for all who look, and anew after some seconds', async () => {
    const [snapshot, same] = await Promise.all([book.snapshot(), book.snapshot()]);
    const { rows } = snapshot;
    expect(rows).toHaveLength(1_234);
    expect(same).toBe(snapshot);
    expect(new Set(rows.map(({ accountId }) => accountId)).size).toBe(1_234);
    expect(await book.snapshot()).toBe(snapshot);
    expect(reads).toBe(1);
    count += 1;
    await clock.advance(5_000);
    expect((await book.snapshot()).rows).toHaveLength(1_235);
  });

  it('reads anew at once what operators changed, also while it reads', async () => {
    await book.snapshot();
    book.changed();
    const reading = book.snapshot();
    book.changed();
    await reading;
    expect(reads).toBe(2);
    await book.snapshot();
    expect(reads).toBe(3);
    await book.snapshot();
    expect(reads).toBe(3);
  });

  it('says so when there are more than can be listed, and does not read on', async () => {
    count = MAX_LISTED_ACCOUNTS + 5_000;
    for (let i = 0; i < 2; i++)
      await expect(book.snapshot()).rejects.toMatchObject({ code: 'limit_exceeded' });
    expect(reads).toBe(1);
  });
});

describe('rows of accounts', () => {
  const row = (account: string, change: Partial<AccountRow> = {}): AccountRow => ({
    ...{ accountId: account, account, role: 'member', devices: 1, createdAt: 1, ...change },
  });
  const all = [row('Zoe', { createdAt: 9 }), row('ada', { devices: 3 }), row('bob', { role: 'operator' })];
  const names = (rows: readonly AccountRow[]): string[] => rows.map(({ account }) => account);

  it('stand in the order that is asked for, names as people order them', () => {
    expect(names(accountRows(all, '', 'name'))).toEqual(['ada', 'bob', 'Zoe']);
    expect(names(accountRows(all, '', 'newest'))).toEqual(['Zoe', 'ada', 'bob']);
    expect(names(accountRows(all, '', 'devices'))).toEqual(['ada', 'bob', 'Zoe']);
  });

  it('are filtered by all words of name and role', () => {
    expect(names(accountRows(all, 'OPERATOR b', 'name'))).toEqual(['bob']);
    expect(names(accountRows(all, 'o', 'name'))).toEqual(['bob', 'Zoe']);
    expect(names(accountRows(all, 'nobody', 'name'))).toEqual([]);
  });
});
