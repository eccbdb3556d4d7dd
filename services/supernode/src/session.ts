/** What a supernode remembers of one leaf's session; small, since there are thousands. */
import type { VerifiedToken } from '@banyan/kit';
import type { Channel } from '@banyan/sdk';
import type { RateLimiter } from './rate-limiter.ts';

export interface Session {
  readonly deviceId: string;
  readonly relation: 'home' | 'second' | 'probe';
  /** As last authenticated. */
  caller: VerifiedToken;
  readonly channel: Channel;
  /** Monotonic milliseconds. */
  readonly openedAt: number;
  readonly searches: RateLimiter;
  readonly lookups: RateLimiter;
  readonly suggests: RateLimiter;
  readonly reports: RateLimiter;
  /** Ports that it claims to listen on. Numbers alone: the hello would keep its whole frame in memory. */
  readonly listenPorts: readonly number[];
  readonly remoteHost: string;
  /** Its catalog is here. */
  publishes: boolean;
  /** Batches that wait for their turn. */
  queued: number;
  readonly life: AbortController;
}
