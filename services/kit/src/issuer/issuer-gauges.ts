import type { Metrics } from '../metrics.ts';
import type { Issuer } from './issuer.ts';

/** Shows what a process knows of its network's auth service: whether it answers, and how far revocations are known. */
export function addIssuerGauges(
  metrics: Metrics,
  issuer: {
    readonly reachable: Issuer['reachable'];
    readonly revocations: Pick<Issuer['revocations'], 'seq'>;
  },
): void {
  metrics.gauge({
    name: 'banyan_issuer_reachable',
    help: '1 when auth answered the last time it was asked, else 0.',
    collect: () => (issuer.reachable ? 1 : 0),
  });
  metrics.gauge({
    name: 'banyan_issuer_revocation_seq',
    help: 'Sequence of the newest signed revocation delta that is known here; behind that of auth, bans are not heeded yet.',
    collect: () => issuer.revocations.seq,
  });
}
