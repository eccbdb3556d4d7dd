import type { PeerStatus, Problem } from './api/local.ts';

/**
 * Why a peer is shut out of its network, if it is: whatever else it says of supernodes and services then follows from that.
 *
 * @returns what auth said, else what the supernodes or the list did
 */
export function banOfStatus({
  auth,
  list,
  home,
  homeProblem,
}: Pick<PeerStatus, 'auth' | 'list' | 'home' | 'homeProblem'>): Problem | undefined {
  for (const problem of [auth.problem, homeProblem, home?.problem, list.problem])
    if (problem?.code === 'token_revoked') return problem;
  return undefined;
}
