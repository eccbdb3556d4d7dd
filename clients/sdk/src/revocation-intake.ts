/** Takes relayed revocations in; what cannot be proved by them is fetched from auth itself. */
import { toBanyanError } from '@banyan/proto';
import type { Clock, Issuer, Log } from '@banyan/kit';

export interface RevocationIntakeComponents {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Log;
  readonly issuer: Pick<Issuer, 'revocations' | 'fetchRevocations'>;
}

/** Takes deltas that a supernode relayed; resolves when they are dealt with, and never rejects. */
export type RevocationIntake = (signed: readonly string[]) => Promise<void>;

/** Whoever relays rubbish must not make us ask auth more often than this. */
const FETCH_COOLDOWN_MS = 10_000;

/**
 * Makes the intake. A relay keeps deltas as auth once signed them; when that key was retired since, they prove
 * nothing any more, and auth has the same deltas signed afresh. Gaps are filled there too.
 */
export function createRevocationIntake(components: RevocationIntakeComponents): RevocationIntake {
  const { clock, log, issuer } = components;
  let fetchedAt = -Infinity;
  let fetching: Promise<void> | undefined;

  const fetch = async (): Promise<void> => {
    try {
      await issuer.fetchRevocations();
    } catch (error) {
      log.debug({ code: toBanyanError(error).code }, 'missing revocations could not be fetched from auth');
    }
  };

  return async (signed) => {
    try {
      const { gap } = await issuer.revocations.apply(signed);
      if (!gap) return;
    } catch (error) {
      log.debug({ code: toBanyanError(error).code }, 'relayed revocations prove nothing; asking auth');
    }
    if (fetching === undefined && clock.monotonic() - fetchedAt >= FETCH_COOLDOWN_MS) {
      fetchedAt = clock.monotonic();
      fetching = fetch().finally(() => {
        fetching = undefined;
      });
    }
    await fetching;
  };
}
