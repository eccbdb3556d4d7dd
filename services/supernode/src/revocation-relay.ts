/**
 * Hands signed revocations on, unchanged, over every session and link: each side gets what it does not know yet, in
 * order, in pieces that fit a frame and a slow line.
 */
import { MAX_REVOCATION_DELTAS } from '@banyan/proto';
import type { Clock, RevocationList, Startable } from '@banyan/kit';
import type { Channel } from '@banyan/sdk';

export interface RevocationRelayComponents {
  readonly clock: Clock;
  readonly revocations: Pick<RevocationList, 'seq' | 'since' | 'onChange'>;
}

export interface RevocationRelay extends Startable {
  /** Serves a channel until it ends. @param known - highest sequence that the other side has */
  add(channel: Channel, known: number): void;
}

/** Characters of deltas in one message: far below a frame. */
const MESSAGE_CHARS = 256 * 1024;
/** With so much unread at the other side the next piece waits: a long history must not make it a slow reader. */
const MAX_UNREAD_BYTES = 512 * 1024;
const UNREAD_POLL_MS = 50;

export function createRevocationRelay({ clock, revocations }: RevocationRelayComponents): RevocationRelay {
  /** Channel → highest sequence that was sent to it. */
  const sent = new Map<Channel, number>();
  const busy = new Set<Channel>();
  let unsubscribe: (() => void) | undefined;

  const pump = async (channel: Channel): Promise<void> => {
    if (busy.has(channel)) return;
    busy.add(channel);
    try {
      for (;;) {
        const from = sent.get(channel);
        if (from === undefined || from >= revocations.seq) return;
        for (const signed of pieces(revocations.since(from))) {
          while (channel.open && channel.bufferedBytes > MAX_UNREAD_BYTES) await clock.sleep(UNREAD_POLL_MS);
          const at = sent.get(channel);
          if (at === undefined || !channel.open) return;
          channel.send({ kind: 'revocations', revocations: { signed } });
          sent.set(channel, at + signed.length);
        }
      }
    } finally {
      busy.delete(channel);
    }
  };

  return {
    name: 'revocation relay',
    start() {
      unsubscribe = revocations.onChange(() => {
        for (const channel of sent.keys()) void pump(channel);
      });
      return Promise.resolve();
    },
    stop() {
      unsubscribe?.();
      return Promise.resolve();
    },
    add(channel, known) {
      sent.set(channel, known);
      void channel.closed.then(() => sent.delete(channel));
      void pump(channel);
    },
  };
}

function* pieces(signed: readonly string[]): Generator<string[]> {
  let piece: string[] = [];
  let chars = 0;
  for (const delta of signed) {
    if (piece.length > 0 && (piece.length >= MAX_REVOCATION_DELTAS || chars + delta.length > MESSAGE_CHARS)) {
      yield piece;
      piece = [];
      chars = 0;
    }
    piece.push(delta);
    chars += delta.length;
  }
  if (piece.length > 0) yield piece;
}
