import { randomBytes } from 'node:crypto';
import { BanyanError, timeText, type Grant } from '@banyan/proto';
import type { AuditedChanges, Clock, Store } from '@banyan/kit';
import { read, update } from './compare-and-set.ts';
import { INVITE_CODE_BYTES, INVITE_MEMORY_S } from './constants.ts';
import { entryOf, wordsFigure, type Decision } from './decision.ts';
import { digestOf } from './digests.ts';
import { KEY, type InviteRecord } from './records.ts';

/** What an invite admits. */
export interface InviteTerms {
  readonly uses: number;
  readonly ttlSeconds: number;
  readonly grants: readonly Grant[];
  readonly boundTo?: InviteRecord['boundTo'];
  readonly createdBy: string | null;
}

/** Invites over the store; codes are stored as digests only. */
export interface Invites {
  /** @returns the secret code, which is shown once, and its end in Unix ms */
  make(terms: InviteTerms, decision: Decision): Promise<{ code: string; expiresAt: number }>;
  /**
   * Reads an invite without using it.
   *
   * @throws BanyanError `invite_invalid`, `invite_expired`, `invite_used`
   */
  check(code: string): Promise<InviteRecord>;
  /**
   * Takes one use. However many try at once, never more than `uses` succeed.
   *
   * @throws BanyanError as {@link Invites.check}
   */
  take(code: string): Promise<InviteRecord>;
  /** Gives a use back that admitted nobody after all. */
  giveBack(code: string): Promise<void>;
}

/** Of the digest that the audit calls an invite by. */
const INVITE_ID_CHARS = 16;

/** Makes the invites over a store. */
export function createInvites(components: {
  readonly store: Store;
  readonly clock: Clock;
  readonly changes: AuditedChanges;
}): Invites {
  const { store, clock, changes } = components;

  function judged(record: InviteRecord | undefined): InviteRecord {
    if (record === undefined) throw new BanyanError('invite_invalid');
    if (record.expiresAt <= clock.now()) throw new BanyanError('invite_expired');
    if (record.used >= record.uses) throw new BanyanError('invite_used');
    return record;
  }

  const memoryMs = (record: InviteRecord): number =>
    Math.max(0, record.expiresAt - clock.now()) + INVITE_MEMORY_S * 1000;

  async function count(code: string, change: (record: InviteRecord | undefined) => InviteRecord | undefined) {
    const key = KEY.invite(digestOf(code));
    const before = await read<InviteRecord>(store, key);
    const ttl = before === undefined ? {} : { ttlMs: memoryMs(before) };
    return update<InviteRecord>(store, key, change, ttl);
  }

  return {
    async make({ uses, ttlSeconds, grants, boundTo, createdBy }, decision) {
      const code = randomBytes(INVITE_CODE_BYTES).toString('base64url');
      const expiresAt = clock.now() + ttlSeconds * 1000;
      const record: InviteRecord = {
        uses,
        used: 0,
        expiresAt,
        grants,
        ...(boundTo === undefined ? {} : { boundTo }),
        createdBy,
      };
      const digest = digestOf(code);
      // Whom it is for is told by id: a name is somebody's.
      const account = boundTo === undefined ? {} : { account: boundTo.accountId ?? 'one that is to be made' };
      await changes.change<InviteRecord>(
        KEY.invite(digest),
        () => ({
          value: record,
          entry: entryOf('invite.made', digest.slice(0, INVITE_ID_CHARS), decision, {
            uses,
            expiresAt: timeText(expiresAt),
            grants: wordsFigure(grants),
            ...account,
          }),
        }),
        { ttlMs: memoryMs(record) },
      );
      return { code, expiresAt };
    },
    async check(code) {
      return judged(await read<InviteRecord>(store, KEY.invite(digestOf(code))));
    },
    async take(code) {
      const record = await count(code, (now) => {
        const fit = judged(now);
        return { ...fit, used: fit.used + 1 };
      });
      if (record === undefined) throw new BanyanError('invite_invalid');
      return record;
    },
    async giveBack(code) {
      await count(code, (now) =>
        now === undefined || now.used === 0 ? undefined : { ...now, used: now.used - 1 },
      );
    },
  };
}
