/** What another supernode may ask and tell over a link, whichever side dialled it. */
import type { Cancellation } from '@banyan/kit';
import { BanyanError, type Envelope } from '@banyan/proto';
import type { Reply, RevocationIntake } from '@banyan/sdk';
import type { Overlay } from './overlay.ts';
import type { QueryRouter } from './query-router.ts';

export interface LinkRequestsComponents {
  readonly router: QueryRouter;
  readonly overlay: Pick<Overlay, 'noteState'>;
  /** Takes in what a link relays. */
  readonly intake: RevocationIntake;
}

export interface LinkRequests {
  /** @throws BanyanError what is sent as the answer */
  handle(
    from: { readonly deviceId: string },
    envelope: Envelope,
    reply: Reply,
    cancel: Cancellation,
  ): Promise<void>;
}

export function createLinkRequests({ router, overlay, intake }: LinkRequestsComponents): LinkRequests {
  return {
    async handle(from, envelope, reply, cancel) {
      // Another supernode's query stops here and sees what every member may see.
      const asker = { deviceId: '', viewer: undefined, cancel };
      switch (envelope.kind) {
        case 'search':
          return router.search({ ...envelope.search, hops: 0 }, asker, reply, envelope.traceparent);
        case 'findSources':
          return router.findSources({ ...envelope.findSources, hops: 0 }, asker, reply, envelope.traceparent);
        case 'linkState':
          overlay.noteState(from.deviceId, envelope.linkState);
          return;
        case 'revocations':
          return intake(envelope.revocations.signed);
        case 'draining':
        case 'error':
          return;
        default:
          throw new BanyanError('unknown_message', `A link does not carry "${envelope.kind}".`);
      }
    },
  };
}
