/** Finds out what the chunks of a run are to be checked against, before they are asked for. */
import type { Clock } from '@banyan/kit';
import { ASK_PEERS_AGAIN_MS, PROOF_PATIENCE_MS } from './constants.ts';
import type { LayerFetcher } from './layer-fetcher.ts';
import type { Proof } from './proof.ts';
import type { RequestsComponents } from './requests.ts';
import type { SourceBook } from './source-book.ts';

/** What is needed for it. */
export interface CheckRunComponents {
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>;
  readonly book: SourceBook;
  readonly proof: Proof;
  /** Undefined: the root is not known, so that there is no layer. */
  readonly layers: LayerFetcher | undefined;
}

/**
 * A peer proves its own chunks by the layer. A mirror's are proved by what some peer says, if there is one; it waits for
 * that no longer than {@link PROOF_PATIENCE_MS}.
 */
export function createCheckRun(components: CheckRunComponents): RequestsComponents['prepare'] {
  const { clock, book, proof, layers } = components;
  let askAgainAt = -Infinity;

  const askPeers = async (first: number, count: number, isOver: () => boolean): Promise<void> => {
    const peer = [...book.all()].find(({ mirror, drop }) => mirror === undefined && drop === undefined);
    if (layers === undefined || peer === undefined || clock.monotonic() < askAgainAt) return;
    const asked = layers.ensure(first, count, peer, isOver).then(
      () => true,
      () => false,
    );
    const isKnown = await Promise.race([asked, clock.sleep(PROOF_PATIENCE_MS).then(() => false)]);
    // No mirror waits twice for a peer that does not answer.
    if (!isKnown) askAgainAt = clock.monotonic() + ASK_PEERS_AGAIN_MS;
  };

  return async ({ first, count }, source, isOver) => {
    if (source.mirror === undefined) await layers?.ensure(first, count, source, isOver);
    else if (proof.checkFor(first, count).kind === 'later') await askPeers(first, count, isOver);
    return proof.checkFor(first, count);
  };
}
