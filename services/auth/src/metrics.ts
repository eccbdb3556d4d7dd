/** What auth measures of itself beside its HTTP server and its store, under the names that dashboards and alerts use. */
import { ROLES, toBanyanError, type EnrolRequest, type Role } from '@banyan/proto';
import type { Clock, Metrics } from '@banyan/kit';
import { eachAccount, type Accounts } from './accounts.ts';
import type { Enrolment } from './enrolment.ts';
import type { Revocations } from './revocations.ts';
import type { SigningKeys } from './signing-keys.ts';

/** Accounts are counted anew when the last count is so old: a scrape must not read all of them each time. */
const COUNT_AFTER_MS = 60_000;

/**
 * Counts what becomes of enrolments, which is how somebody signs in with a device. A device that asks whether its person has
 * signed in by now is not counted: it asks every few seconds, and nothing has become of it yet.
 */
export function countEnrolments(enrolment: Enrolment, metrics: Metrics): Enrolment {
  const enrolments = metrics.counter({
    name: 'banyan_auth_enrolments_total',
    help: 'Enrolments of devices: ok, or why not; by what the device brought: a sign-in with the provider, an invite (or the code of the first operator), a password, nothing.',
    labels: ['result', 'by'],
  });
  return {
    async enrol(request, enrollee) {
      const by = broughtBy(request);
      try {
        const enrolled = await enrolment.enrol(request, enrollee);
        enrolments.inc({ result: 'ok', by });
        return enrolled;
      } catch (error) {
        const { code } = toBanyanError(error);
        if (code !== 'sign_in_pending') enrolments.inc({ result: code, by });
        throw error;
      }
    },
  };
}

/** What decides: a sign-in stands in place of the others, and an invite is asked for before a password. */
function broughtBy({
  signIn,
  invite,
  password,
}: EnrolRequest): 'sign-in' | 'invite' | 'password' | 'nothing' {
  if (signIn !== undefined) return 'sign-in';
  if (invite !== undefined) return 'invite';
  return password === undefined ? 'nothing' : 'password';
}

/** Shows how many accounts there are, by role; the same from each replica. */
export function addAccountGauge(
  metrics: Metrics,
  {
    accounts,
    clock,
  }: { readonly accounts: Pick<Accounts, 'list'>; readonly clock: Pick<Clock, 'monotonic'> },
): void {
  let counted: ReadonlyMap<Role, number> | undefined;
  let countedAt = -Infinity;
  const count = async (): Promise<ReadonlyMap<Role, number>> => {
    const byRole = new Map<Role, number>(ROLES.map((role) => [role, 0]));
    for await (const { role } of eachAccount(accounts)) byRole.set(role, (byRole.get(role) ?? 0) + 1);
    return byRole;
  };
  metrics.gauge({
    name: 'banyan_auth_accounts',
    help: 'Accounts by role, counted at most once a minute.',
    labels: ['role'],
    async collect() {
      if (clock.monotonic() - countedAt >= COUNT_AFTER_MS) {
        countedAt = clock.monotonic();
        // With the store away the last count is shown.
        counted = await count().catch(() => counted);
      }
      return [...(counted ?? [])].map(([role, value]) => ({ labels: { role }, value }));
    },
  });
}

/** Shows the feed of revocations and the signing keys, both of which must have been started. */
export function addGauges(
  metrics: Metrics,
  { revocations, keys }: { readonly revocations: Pick<Revocations, 'seq'>; readonly keys: SigningKeys },
): void {
  metrics.gauge({
    name: 'banyan_auth_revocation_seq',
    help: 'Sequence of the newest signed revocation delta.',
    collect: () => revocations.seq,
  });
  metrics.gauge({
    name: 'banyan_auth_signing_keys',
    help: 'Signing keys that are published: next, current and retired.',
    collect: () => keys.published().length,
  });
  metrics.gauge({
    name: 'banyan_auth_signing_key_active_timestamp_seconds',
    help: 'Since when the key that signs now does so.',
    collect: () => keys.currentActiveAt / 1000,
  });
}
