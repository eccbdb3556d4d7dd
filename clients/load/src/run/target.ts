/** What a run is let loose on. */

import type { LinkProxy } from './link-proxy.ts';

/** A process of the network that the tester itself started: only such are killed, paused and looked into. */
export interface TargetProcess {
  /** As the list names supernodes. */
  readonly name: string;
  readonly pid: number;
  readonly isSupernode: boolean;
  /** Through which everybody dials it; only where the scenario cuts or slows links. */
  readonly link?: Pick<LinkProxy, 'cut' | 'slow' | 'mend'>;
  kill(signal: NodeJS.Signals): void;
  /** Stops it in order; resolves when it has ended. */
  stop(): Promise<void>;
}

export interface LoadTarget {
  /** URL of the auth service. */
  readonly issuer: string;
  /** Of the key of auth, from an invite link; empty: a public authority certifies it, or it is on this machine. */
  readonly pins: readonly string[];
  /** Code of an invite with the grant `load`; not needed where the account exists. */
  readonly invite: string | undefined;
  /** Empty for a network that somebody else runs. */
  readonly processes: readonly TargetProcess[];
}
