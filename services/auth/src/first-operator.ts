import { randomInt } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BanyanError } from '@banyan/proto';
import { sameSecret, type Clock, type Log, type Store } from '@banyan/kit';
import type { Accounts } from './accounts.ts';
import type { AttemptLimit, Attempts } from './attempts.ts';
import { read, update } from './compare-and-set.ts';
import { MAX_OPERATOR_CODES, OPERATOR_CODE_SYMBOLS } from './constants.ts';
import { byMember } from './decision.ts';
import { digestOf } from './digests.ts';
import { KEY, type AccountRecord, type FirstOperatorRecord } from './records.ts';

/** Holds the code until it was used; mode 0600, in the data folder. */
export const FIRST_OPERATOR_FILE = 'first-operator-code';

/** The way to the first operator: a one-time code that only who runs the service can read. */
export interface FirstOperator {
  /**
   * While there is no operator: makes a code, writes it to {@link FIRST_OPERATOR_FILE} and gives it to
   * `announce`. Codes of earlier starts go on working.
   */
  start(): Promise<void>;
  /** Whether `code` may enrol a device though the network is closed: somebody has to be the first. */
  admits(code: string): Promise<boolean>;
  /**
   * Makes the account an operator; each network does this once.
   *
   * @throws BanyanError `code_invalid`, `rate_limited`
   */
  claim(accountId: string, code: string): Promise<AccountRecord>;
}

/** What {@link createFirstOperator} needs. */
export interface FirstOperatorComponents {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly accounts: Accounts;
  readonly attempts: Attempts;
}

/** Options of {@link createFirstOperator}. */
export interface FirstOperatorInit {
  readonly dataDir: string;
  /** Shows the code to whoever runs the service; never through the log, which may be collected. */
  readonly announce: (code: string) => void;
  readonly perAccount: AttemptLimit;
}

/** Crockford's symbols: none is taken for another. */
const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function newCode(): string {
  const symbols = Array.from({ length: OPERATOR_CODE_SYMBOLS }, () =>
    SYMBOLS.charAt(randomInt(SYMBOLS.length)),
  );
  return symbols.join('').replace(/(.{5})(?=.)/g, '$1-');
}

/** What was typed, as it was printed: case, dashes and look-alikes do not matter. */
function normalCode(text: string): string {
  return text
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
}

/** Makes the way to the first operator. */
export function createFirstOperator(
  components: FirstOperatorComponents,
  init: FirstOperatorInit,
): FirstOperator {
  const { store, log, accounts, attempts } = components;
  const file = join(init.dataDir, FIRST_OPERATOR_FILE);

  const matches = (record: FirstOperatorRecord | undefined, code: string): boolean => {
    const digest = digestOf(normalCode(code));
    return record?.codes.some((known) => sameSecret(known, digest)) ?? false;
  };

  async function forget(): Promise<void> {
    await rm(file, { force: true }).catch((err: unknown) =>
      log.warn({ err, file }, 'the file of the used operator code could not be removed'),
    );
  }

  async function write(code: string): Promise<void> {
    const temporary = `${file}.tmp`;
    await rm(temporary, { force: true });
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(`${code}\n`);
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  }

  return {
    async start() {
      const code = newCode();
      const digest = digestOf(normalCode(code));
      const record = await update<FirstOperatorRecord>(store, KEY.firstOperator, (now) =>
        now?.claimedBy !== undefined
          ? undefined
          : { codes: [...(now?.codes ?? []), digest].slice(-MAX_OPERATOR_CODES) },
      );
      if (record?.claimedBy !== undefined) {
        await forget();
        return;
      }
      await write(code);
      init.announce(code);
    },
    async admits(code) {
      const record = await read<FirstOperatorRecord>(store, KEY.firstOperator);
      return record?.claimedBy === undefined && matches(record, code);
    },
    async claim(accountId, code) {
      await attempts.spend(`operator-claim:${accountId}`, init.perAccount);
      await update<FirstOperatorRecord>(store, KEY.firstOperator, (now) => {
        if (now === undefined || !matches(now, code)) throw new BanyanError('code_invalid');
        // A crash may have come before the steps below: then, and only then, the same account may come again.
        if (now.claimedBy === accountId) return undefined;
        if (now.claimedBy !== undefined) throw new BanyanError('code_invalid');
        return { ...now, claimedBy: accountId };
      });
      const account = await accounts.setRole(
        accountId,
        'operator',
        byMember({ accountId }, 'brought the code of the first operator'),
      );
      // From here on no code is left that could undo what later operators decide.
      await store.put(KEY.firstOperator, { codes: [], claimedBy: accountId });
      await forget();
      log.info({ accountId, account: account.name }, 'the first operator has claimed the network');
      return account;
    },
  };
}
