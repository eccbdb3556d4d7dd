/**
 * Lets the home supernode measure this peer's line by a short transfer (proto/spec/promotion.md). The bytes are random:
 * nothing on the way can make them fewer.
 */
import { randomFill } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { BanyanError, SPEED_PAUSE_MS } from '@banyan/proto';
import type { Clock } from '@banyan/kit';
import { streamRange, type BufferPool, type Pace } from './byte-stream.ts';

const fill = promisify<NodeJS.ArrayBufferView, NodeJS.ArrayBufferView>(randomFill);

export interface SpeedAnswersComponents {
  readonly clock: Pick<Clock, 'monotonic' | 'setTimeout'>;
  /** Whether this device is the home, or the second home, just now. */
  readonly isHome: (deviceId: string) => boolean;
  readonly pool: BufferPool;
  readonly stalledMs?: number;
  /** Told of bytes that were taken. */
  readonly onBytes: (bytes: number) => void;
}

/** Who may measure, and when. */
export interface SpeedAnswers {
  /**
   * Sends `bytes` random bytes to `asker`, as fast as `pace` lets it.
   *
   * @throws BanyanError `forbidden` to anybody but the homes; `rate_limited` sooner than SPEED_PAUSE_MS after the last
   *   time; `source_closed`, `slow_reader`
   */
  answer(asker: string | undefined, bytes: number, response: ServerResponse, pace: Pace): Promise<void>;
}

export function createSpeedAnswers(components: SpeedAnswersComponents): SpeedAnswers {
  const { clock, isHome, pool, stalledMs, onBytes } = components;
  /** Device id of a home → when it measured last. */
  const answered = new Map<string, number>();
  return {
    async answer(asker, bytes, response, pace) {
      if (asker === undefined || !isHome(asker))
        throw new BanyanError(
          'forbidden',
          'Only the home supernode of this peer may measure its line, and you are not it just now.',
        );
      const now = clock.monotonic();
      for (const [deviceId, at] of answered) if (now - at >= SPEED_PAUSE_MS) answered.delete(deviceId);
      const last = answered.get(asker);
      if (last !== undefined)
        throw new BanyanError(
          'rate_limited',
          `This line was measured just now. It may be again in ${Math.ceil((last + SPEED_PAUSE_MS - now) / 1000)} s.`,
          { retryAfterMs: last + SPEED_PAUSE_MS - now },
        );
      answered.set(asker, now);
      await streamRange({
        source: {
          read: async (buffer) => {
            await fill(buffer);
          },
        },
        range: { start: 0, end: bytes },
        response,
        pool,
        clock,
        pace,
        ...(stalledMs === undefined ? {} : { stalledMs }),
        onReady: () =>
          void response.writeHead(200, {
            'Content-Type': 'application/octet-stream',
            'Content-Length': bytes,
            'Cache-Control': 'no-store',
          }),
        onBytes,
      });
      response.end();
    },
  };
}
