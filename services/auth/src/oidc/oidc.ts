/** The sign-in with the organisation's provider as one part of auth. */
import type { Clock, Health, Log, Metrics, Store } from '@banyan/kit';
import type { Accounts } from '../accounts.ts';
import type { AttemptLimit, Attempts } from '../attempts.ts';
import type { Bans } from '../bans.ts';
import type { Enrolment } from '../enrolment.ts';
import { createProvider } from './provider.ts';
import type { OidcConfig } from './settings.ts';
import { createSignInDesk, type SignInDesk } from './sign-in-desk.ts';
import { withSignIns } from './sign-in-enrolment.ts';
import { createSignIns } from './sign-ins.ts';

export interface Oidc {
  readonly desk: SignInDesk;
  /** `enrolment`, which also admits by a sign-in from then on. */
  admitting(enrolment: Enrolment): Enrolment;
  /** Looks for the provider; auth starts whether it is there or not. */
  start(): void;
  stop(): void;
}

/** What {@link createOidc} needs. */
export interface OidcComponents {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly accounts: Accounts;
  readonly attempts: Attempts;
  readonly bans: Bans;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly issuer: () => string;
}

/** Makes the sign-in with one provider, and shows in health, and so in metrics, whether it answers. */
export function createOidc(
  components: OidcComponents,
  init: { readonly config: OidcConfig; readonly perAddress: AttemptLimit },
): Oidc {
  const { store, clock, log, random, accounts, bans, health } = components;
  const provider = createProvider({ clock, log, random }, init.config);
  const signIns = createSignIns({ store, clock });
  const desk = createSignInDesk({ ...components, provider, signIns }, init);
  // Advisory: every other way to sign in goes on, and no other replica could do better.
  health.add(
    'provider',
    () => {
      if (provider.problem !== undefined) throw provider.problem;
    },
    { advisory: true },
  );
  return {
    desk,
    admitting: (enrolment) => withSignIns(enrolment, { signIns, accounts, bans, log }),
    start: () => provider.start(),
    stop: () => provider.stop(),
  };
}
