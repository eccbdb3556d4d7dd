/** What a leaf may ask and tell, and within which limits. */
import { boundedOffer, type Viewer } from '@banyan/core';
import {
  BanyanError,
  MAX_SUGGESTIONS,
  type Envelope,
  type ErrorCode,
  type CheckReach,
  type Suggest,
  type Suggestion,
  type UploadOffer,
} from '@banyan/proto';
import { requireScope, type Cancellation, type Clock, type Log, type TokenVerifier } from '@banyan/kit';
import type { Reply } from '@banyan/sdk';
import type { Asker } from './asker.ts';
import type { Catalogs } from './catalogs.ts';
import type { ChunkFetcher } from './chunk-fetch.ts';
import type { QueryRouter } from './query-router.ts';
import type { Reach } from './reach.ts';
import { sessionCaller, type LimitedRequest, type Session } from './session.ts';
import type { WorkQueue } from './work-queue.ts';

export interface LeafRequestsComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly catalogs: Catalogs;
  readonly router: QueryRouter;
  /** How a query that is being typed may go on, best first. */
  readonly suggest: (text: string, limit: number) => readonly Suggestion[];
  readonly reach: Reach;
  readonly chunks: ChunkFetcher;
  readonly work: WorkQueue;
  readonly verifier: TokenVerifier;
  /** A second home becomes the home. */
  readonly moveIn: (session: Session) => void;
  /** Whether the session is still the one of its device. */
  readonly isCurrent: (session: Session) => boolean;
  readonly leafAt: (deviceId: string) => Session | undefined;
  /** Told of each batch that was applied: records taken, and the codes of those refused. */
  readonly onPublished?: (accepted: number, refused: readonly ErrorCode[]) => void;
}

export interface LeafRequests {
  /** @throws BanyanError what is sent as the answer */
  handle(session: Session, envelope: Envelope, reply: Reply, cancel: Cancellation): Promise<void>;
}

/** With so many batches waiting nothing more is read from that leaf: its own socket holds it back. */
const MAX_QUEUED_BATCHES = 2;

export function createLeafRequests(components: LeafRequestsComponents): LeafRequests {
  const { clock, log, catalogs, suggest, router, reach, chunks, work, verifier } = components;

  const limit = ({ limits }: Session, kind: LimitedRequest, what: string): void => {
    const waitMs = limits.take(kind, clock.monotonic());
    if (waitMs === 0) return;
    throw new BanyanError(
      'rate_limited',
      `Too many ${what}: ${limits.perMinute(kind)} a minute are allowed. Wait ${Math.ceil(waitMs / 1000)} s, then go on.`,
      { retryAfterMs: waitMs },
    );
  };
  const asker = (session: Session, cancel: Cancellation): Asker & { viewer: Viewer } => ({
    deviceId: session.deviceId,
    isProbe: session.relation === 'probe',
    viewer: { account: session.caller.accountId },
    cancel,
  });

  /** From the words of the leaves here alone; it is not passed on. */
  const suggestTo = (session: Session, { query, limit: wanted }: Suggest, reply: Reply): void => {
    if (session.relation === 'probe') throw new BanyanError('forbidden', 'A probe gets no suggestions.');
    limit(session, 'suggests', 'suggestions');
    const most = wanted === 0 ? MAX_SUGGESTIONS : Math.min(wanted, MAX_SUGGESTIONS);
    reply({ kind: 'suggestions', suggestions: { suggestions: suggest(query, most) } });
  };

  /** Only the home names a leaf as a source, so only it looks where the leaf can be reached. */
  const checkReach = async (
    session: Session,
    { root, length }: CheckReach,
    reply: Reply,
    signal: AbortSignal,
  ): Promise<void> => {
    if (!session.publishes)
      throw new BanyanError('forbidden', 'Only the home supernode dials back. Ask it instead.');
    limit(session, 'reachChecks', 'checks of who can reach you');
    const checks = await reach.check(session);
    const fetch = root.length === 0 ? null : await chunks.fetch(session, { root, length }, checks, signal);
    reply({ kind: 'reachChecked', reachChecked: { checks, fetch } });
  };

  const publish = async (
    session: Session,
    { publish: batch }: Extract<Envelope, { kind: 'publish' }>,
    reply: Reply,
  ): Promise<void> => {
    if (session.relation === 'probe') throw new BanyanError('forbidden', 'A probe publishes nothing.');
    session.queued += 1;
    if (session.queued >= MAX_QUEUED_BATCHES) session.channel.pause();
    try {
      const { accepted, refused, records } = await work.run(session.deviceId, function* () {
        if (!components.isCurrent(session)) throw new BanyanError('session_replaced');
        // A second home becomes the home with its first publication.
        if (!session.publishes) components.moveIn(session);
        return yield* catalogs.publish(session.deviceId, batch);
      });
      components.onPublished?.(
        accepted,
        refused.map(({ code }) => code),
      );
      reply({ kind: 'publishAck', publishAck: { accepted, refused, records } });
    } finally {
      session.queued -= 1;
      if (session.queued < MAX_QUEUED_BATCHES) session.channel.resume();
    }
  };

  const reauth = async (session: Session, token: string, reply: Reply): Promise<void> => {
    const caller = await verifier.verify(token, { jkt: session.deviceId });
    requireScope(caller, 'session');
    if (caller.accountId !== session.caller.accountId)
      throw new BanyanError('forbidden', 'The device belongs to another account now. Open a new session.');
    session.caller = sessionCaller(caller);
    reply({ kind: 'reauthDone', reauthDone: { expiresAtMs: caller.expiresAt } });
  };

  const reported = (session: Session, envelope: Extract<Envelope, { kind: 'badSource' }>): void => {
    if (session.limits.take('reports', clock.monotonic()) > 0) return;
    const { deviceId, code, chunk } = envelope.badSource;
    log.info({ reporter: session.deviceId, source: deviceId, code, chunk }, 'a downloader reports a source');
    const source = components.leafAt(deviceId);
    // Its word alone takes nobody out: it is looked at.
    if (source?.publishes === true && (code === 'unreachable' || code === 'key_mismatch'))
      reach.doubt(source);
  };

  /** Kept with the session until the leaf is at home here: it may come before the first publication. */
  const offered = (session: Session, offer: UploadOffer): void => {
    if (session.limits.take('offers', clock.monotonic()) > 0) return;
    session.offer = boundedOffer(offer);
    if (session.publishes) catalogs.setOffer(session.deviceId, session.offer);
  };

  return {
    async handle(session, envelope, reply, cancel) {
      switch (envelope.kind) {
        case 'publish':
          return publish(session, envelope, reply);
        case 'search':
          limit(session, 'searches', 'searches');
          return router.search(envelope.search, asker(session, cancel), reply, envelope.traceparent);
        case 'findSources':
          limit(session, 'lookups', 'look-ups of sources');
          return router.findSources(
            envelope.findSources,
            asker(session, cancel),
            reply,
            envelope.traceparent,
          );
        case 'suggest':
          suggestTo(session, envelope.suggest, reply);
          return;
        case 'checkReach':
          return checkReach(session, envelope.checkReach, reply, cancel.signal);
        case 'reauth':
          return reauth(session, envelope.reauth.token, reply);
        case 'badSource':
          reported(session, envelope);
          return;
        case 'uploadOffer':
          offered(session, envelope.uploadOffer);
          return;
        case 'error':
          return;
        case 'hello':
          throw new BanyanError('out_of_order', 'Hello came a second time.');
        default:
          throw new BanyanError(
            'unknown_message',
            `A supernode does not take "${envelope.kind}" from a leaf.`,
          );
      }
    },
  };
}
