import { BanyanError, timeText, type RevocationEntry } from '@banyan/proto';

/** What somebody is told who is banned: until when, and why. */
export function bannedError({ kind, until, reason }: RevocationEntry): BanyanError {
  const end = until === null ? '' : ` until ${timeText(until * 1000)}`;
  const why = reason === '' ? '' : `: ${reason.replace(/[.\s]+$/, '')}`;
  return new BanyanError(
    'token_revoked',
    `This ${kind === 'account' ? 'account' : 'device'} has been banned${end}${why}. Ask an operator of your network.`,
    { details: { kind, reason, until } },
  );
}
