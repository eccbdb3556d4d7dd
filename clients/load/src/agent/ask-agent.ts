/** Asks an agent what it has to offer, before workers are spread over it and others. */
import { BanyanError, errorFromBody } from '@banyan/proto';
import { createServiceFetch, formatHostPort, readJson } from '@banyan/kit';
import type { AgentLink } from './agent-link.ts';
import { AGENT_PATH, readOffer, type AgentOffer } from './agent-messages.ts';

/**
 * @throws BanyanError `unreachable`, `key_mismatch` (another key than that of the link), `unauthenticated`,
 *   `invalid_request` (an agent of another version)
 */
export async function askAgent(
  { host, port, deviceId, token }: AgentLink,
  signal: AbortSignal,
): Promise<AgentOffer> {
  const fetch = createServiceFetch({ pins: [deviceId] });
  try {
    const response = await fetch(`https://${formatHostPort(host, port)}${AGENT_PATH}`, {
      headers: { authorization: `Bearer ${token}` },
      signal,
    });
    if (response.status === 404)
      throw new BanyanError(
        'invalid_request',
        `The load agent at ${formatHostPort(host, port)} does not say what it can take. Update the older side.`,
      );
    const body = await readJson(response);
    if (!response.ok) throw errorFromBody(body, 'unavailable');
    return readOffer(body);
  } finally {
    await fetch.close();
  }
}
