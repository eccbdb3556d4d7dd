import {
  BanyanError,
  formatInviteLink,
  type EnrolmentMode,
  type InviteRequest,
  type InviteResponse,
} from '@banyan/proto';
import { parseAccountName } from './account-name.ts';
import type { Accounts } from './accounts.ts';
import type { Attempts } from './attempts.ts';
import { INVITE_TTL_S, LOAD_INVITE_USES, MEMBER_INVITE_USES, MEMBER_INVITES_PER_DAY } from './constants.ts';
import { byMember, byOperator } from './decision.ts';
import type { Invites } from './invites.ts';
import type { AccountRecord } from './records.ts';

/** Decides who may invite whom to what. */
export interface InviteDesk {
  /**
   * Makes an invite for `maker`. Members invite newcomers, and devices of their own; operators anybody, with grants.
   *
   * @throws BanyanError `forbidden`, `enrolment_closed`, `name_invalid`, `rate_limited`
   */
  make(maker: AccountRecord, request: InviteRequest): Promise<InviteResponse>;
}

/** What {@link createInviteDesk} needs. */
export interface InviteDeskComponents {
  readonly accounts: Accounts;
  readonly invites: Invites;
  readonly attempts: Attempts;
  readonly issuer: () => string;
}

const DAY_MS = 24 * 3600 * 1000;

/** Makes the desk for one mode. */
export function createInviteDesk(
  components: InviteDeskComponents,
  init: { readonly mode: EnrolmentMode; readonly pins: () => readonly string[] },
): InviteDesk {
  const { accounts, invites, attempts, issuer } = components;

  async function boundTo(maker: AccountRecord, account: string | undefined) {
    if (account === undefined) return undefined;
    const { nameKey } = parseAccountName(account);
    if (maker.role !== 'operator' && nameKey !== maker.nameKey)
      throw new BanyanError('forbidden', 'Only operators invite devices to the account of somebody else.');
    // Fixed now: an account that somebody makes under this name later is not the one that was meant.
    return { nameKey, accountId: (await accounts.byName(nameKey))?.accountId ?? null };
  }

  return {
    async make(maker, { uses = 1, ttlSeconds = INVITE_TTL_S, grants = [], account, reason = '' }) {
      const bound = await boundTo(maker, account);
      if (init.mode === 'closed')
        throw new BanyanError(
          'enrolment_closed',
          'This network is closed: invites admit nobody. An operator has to set its enrolment to invite first.',
        );
      if (maker.role !== 'operator') {
        if (grants.length > 0) throw new BanyanError('forbidden', 'Only operators make invites with grants.');
        const isOwnLoad = bound?.accountId === maker.accountId && maker.grants.includes('load');
        const most = isOwnLoad ? LOAD_INVITE_USES : MEMBER_INVITE_USES;
        if (uses > most)
          throw new BanyanError(
            'forbidden',
            `An invite of a member admits at most ${most} devices. Ask an operator for a larger one.`,
          );
        if (ttlSeconds > INVITE_TTL_S)
          throw new BanyanError(
            'forbidden',
            'An invite of a member lives at most 7 days. Ask an operator for a longer one.',
          );
        await attempts.spend(`invite:${maker.accountId}`, { max: MEMBER_INVITES_PER_DAY, windowMs: DAY_MS });
      }
      const { code, expiresAt } = await invites.make(
        {
          uses,
          ttlSeconds,
          grants: [...new Set(grants)],
          ...(bound === undefined ? {} : { boundTo: bound }),
          createdBy: maker.accountId,
        },
        maker.role === 'operator' ? byOperator(maker, reason) : byMember(maker, reason),
      );
      const link = formatInviteLink({
        issuer: issuer(),
        code,
        pins: init.pins(),
      });
      return { code, link, expiresAt, uses };
    },
  };
}
