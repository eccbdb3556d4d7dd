/**
 * Lets the home supernode measure this peer's line by short transfers, one each way (proto/spec/promotion.md). The bytes are
 * random: nothing on the way can make them fewer.
 */
import { randomFill } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { BanyanError, MAX_SPEED_BYTES, SPEED_PAUSE_MS } from '@banyan/proto';
import type { Clock } from '@banyan/kit';
import { streamRange, type BufferPool, type Pace } from './byte-stream.ts';

const fill = promisify<NodeJS.ArrayBufferView, NodeJS.ArrayBufferView>(randomFill);

export interface SpeedAnswersComponents {
  readonly clock: Pick<Clock, 'monotonic' | 'setTimeout'>;
  /** Whether this device is the home, or the second home, just now. */
  readonly isHome: (deviceId: string) => boolean;
  readonly pool: BufferPool;
  readonly stalledMs?: number;
  /** Told of bytes that were sent, or taken. */
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
  /**
   * Takes the `bytes` of a request's body from `asker`, as fast as `pace` lets it, and says so when it has them.
   *
   * @throws BanyanError `forbidden` to anybody but the homes; `invalid_request` without a body; `rate_limited` beyond
   *   MAX_SPEED_BYTES in SPEED_PAUSE_MS; `source_closed`
   */
  take(asker: string | undefined, bytes: number, exchange: TakenExchange): Promise<void>;
}

export interface TakenExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly pace: Pace;
}

export function createSpeedAnswers(components: SpeedAnswersComponents): SpeedAnswers {
  const { clock, isHome, pool, stalledMs, onBytes } = components;
  /** Device id of a home → when it measured last. */
  const answered = new Map<string, number>();
  /** Device id of a home → since when it sends, and how much that was. */
  const taken = new Map<string, { readonly since: number; readonly bytes: number }>();
  const requireHome = (asker: string | undefined): string => {
    if (asker !== undefined && isHome(asker)) return asker;
    throw new BanyanError(
      'forbidden',
      'Only the home supernode of this peer may measure its line, and you are not it just now.',
    );
  };
  const tooSoon = (waitMs: number): BanyanError =>
    new BanyanError(
      'rate_limited',
      `This line was measured just now. It may be again in ${Math.ceil(waitMs / 1000)} s.`,
      { retryAfterMs: waitMs },
    );
  return {
    async answer(caller, bytes, response, pace) {
      const asker = requireHome(caller);
      const now = clock.monotonic();
      for (const [deviceId, at] of answered) if (now - at >= SPEED_PAUSE_MS) answered.delete(deviceId);
      const last = answered.get(asker);
      if (last !== undefined) throw tooSoon(last + SPEED_PAUSE_MS - now);
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
    async take(caller, bytes, { request, response, pace }) {
      const asker = requireHome(caller);
      if (!Number.isInteger(bytes) || bytes < 1)
        throw new BanyanError(
          'invalid_request',
          'The line is measured with PUT and a body of at least one byte.',
        );
      if (bytes > MAX_SPEED_BYTES)
        throw new BanyanError(
          'limit_exceeded',
          `The line is measured with at most ${MAX_SPEED_BYTES} bytes.`,
        );
      const now = clock.monotonic();
      for (const [deviceId, { since }] of taken) if (now - since >= SPEED_PAUSE_MS) taken.delete(deviceId);
      const { since, bytes: before } = taken.get(asker) ?? { since: now, bytes: 0 };
      if (before + bytes > MAX_SPEED_BYTES) throw tooSoon(since + SPEED_PAUSE_MS - now);
      taken.set(asker, { since, bytes: before + bytes });
      try {
        for await (const part of request) {
          for (let left = (part as Buffer).length; left > 0;) left -= await pace.take(left);
          onBytes((part as Buffer).length);
        }
      } catch (cause) {
        throw new BanyanError('source_closed', 'The supernode closed the connection.', { cause });
      }
      response.writeHead(204).end();
    },
  };
}
