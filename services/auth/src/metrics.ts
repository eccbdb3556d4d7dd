/** What auth measures of itself beside its HTTP server and its store, under the names that dashboards and alerts use. */
import { toBanyanError } from '@banyan/proto';
import type { Metrics } from '@banyan/kit';
import type { Enrolment } from './enrolment.ts';
import type { Revocations } from './revocations.ts';
import type { SigningKeys } from './signing-keys.ts';

/** Counts what becomes of enrolments. */
export function countEnrolments(enrolment: Enrolment, metrics: Metrics): Enrolment {
  const enrolments = metrics.counter({
    name: 'banyan_auth_enrolments_total',
    help: 'Enrolments of devices: ok, or why not.',
    labels: ['result'],
  });
  return {
    async enrol(...args) {
      try {
        const enrolled = await enrolment.enrol(...args);
        enrolments.inc({ result: 'ok' });
        return enrolled;
      } catch (error) {
        enrolments.inc({ result: toBanyanError(error).code });
        throw error;
      }
    },
  };
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
