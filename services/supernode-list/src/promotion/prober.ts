/** Tries a supernode as a leaf would: dials it where it says it is, with its key as pin, and searches. */
import { toBanyanError, type SupernodeEntry } from '@banyan/proto';
import type { Clock, Identity, Log } from '@banyan/kit';
import { openSupernodeSession, type Network } from '@banyan/sdk';

export interface ProbeResult {
  readonly ok: boolean;
  readonly code: string;
  readonly message: string;
}

export type Probe = (entry: SupernodeEntry, signal: AbortSignal) => Promise<ProbeResult>;

/** Dialling, welcome and answer together; a leaf would have gone elsewhere by then. */
const PROBE_TIMEOUT_MS = 8_000;
const QUERY_TIMEOUT_MS = 2_000;
/** Asks for nothing in particular: that it answers is what counts. */
const PROBE_QUERY = 'banyan probe';

export function createProbe(components: {
  readonly clock: Clock;
  readonly log: Log;
  readonly identity: Identity;
  readonly network: Network;
  readonly software: string;
}): Probe {
  const { clock, log, identity, network, software } = components;
  return async (entry, outer) => {
    const signal = AbortSignal.any([outer, AbortSignal.timeout(PROBE_TIMEOUT_MS)]);
    try {
      const session = await openSupernodeSession(
        { clock, log, identity, tokens: network.tokens },
        {
          supernode: entry,
          relation: 'probe',
          software,
          listen: [],
          revocationsKnown: network.issuer.revocations.seq,
          signal,
          timeoutMs: PROBE_TIMEOUT_MS,
        },
      );
      try {
        await session.search(PROBE_QUERY, { limit: 1, timeoutMs: QUERY_TIMEOUT_MS, signal });
      } finally {
        session.close();
      }
      return { ok: true, code: '', message: '' };
    } catch (error) {
      const { code, message } = toBanyanError(error, 'unreachable');
      return code === 'aborted' && !outer.aborted
        ? {
            ok: false,
            code: 'timeout',
            message: `The supernode ${entry.name} did not answer a probe in time.`,
          }
        : { ok: false, code, message };
    }
  };
}
