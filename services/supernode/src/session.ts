/** What a supernode remembers of one leaf's session; small, since there are thousands. */
import type { UploadOffer } from '@banyan/proto';
import type { VerifiedToken } from '@banyan/kit';
import type { Channel } from '@banyan/sdk';
import type { RateLimits } from './rate-limiter.ts';

/** What a leaf asks for and may ask for so often. */
export type LimitedRequest = 'searches' | 'lookups' | 'suggests' | 'reports' | 'reachChecks' | 'offers';

/** What is kept of the token that the other side showed last; its other claims were looked at when it came. */
export type SessionCaller = Pick<VerifiedToken, 'deviceId' | 'accountId' | 'account' | 'expiresAt'>;

export function sessionCaller({ deviceId, accountId, account, expiresAt }: VerifiedToken): SessionCaller {
  return { deviceId, accountId, account, expiresAt };
}

export interface Session {
  readonly deviceId: string;
  readonly relation: 'home' | 'second' | 'probe';
  /** As last authenticated. */
  caller: SessionCaller;
  readonly channel: Channel;
  /** Monotonic milliseconds. */
  readonly openedAt: number;
  readonly limits: RateLimits<LimitedRequest>;
  /** Ports that it claims to listen on. Numbers alone: the hello would keep its whole frame in memory. */
  readonly listenPorts: readonly number[];
  readonly remoteHost: string;
  /** Its catalog is here. */
  publishes: boolean;
  /** What it can give whoever downloads from it, as it said last. */
  offer: UploadOffer | undefined;
  /** Batches that wait for their turn. */
  queued: number;
  readonly life: AbortController;
}
