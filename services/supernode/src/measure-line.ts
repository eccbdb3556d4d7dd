/** Measures a peer's line over a connection to its transfer port (proto/spec/promotion.md): round trips, clock, and both directions. */
import { randomFill } from 'node:crypto';
import { promisify } from 'node:util';
import { BanyanError, MAX_JSON_BODY_BYTES, MAX_SPEED_BYTES } from '@banyan/proto';
import type { AnswerController, Clock, PinnedClient } from '@banyan/kit';

const fill = promisify<Buffer, Buffer>(randomFill);

/** Round trips of which the median counts. */
const PINGS = 3;
const PING_TIMEOUT_MS = 5_000;
/** For one direction; a slow line is measured by what comes, or was taken whole, in this time. */
const SPEED_TIMEOUT_MS = 8_000;
const KIB = 1024;
/** Bodies by which it is measured what a peer takes: the first tells a line of 8 kB/s. All of them stay below MAX_SPEED_BYTES. */
const DOWNLOAD_BYTES = [64 * KIB, 512 * KIB, 4_096 * KIB] as const;
/** A transfer that lasted so long has found its pace; a larger one would take the line for longer and tell no more. */
const SETTLED_MS = 500;

/** The median of some round trips, and how far the other clock is ahead of ours by the quickest of them. */
export async function measurePings(
  client: PinnedClient,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ readonly roundTripMs: number; readonly clockSkewMs?: number }> {
  const trips: { readonly ms: number; readonly skewMs: number | undefined }[] = [];
  for (let i = 0; i < PINGS; i++) {
    const sent = clock.monotonic();
    const answer = await client.request(
      { method: 'GET', path: '/v1/ping' },
      {
        maxBytes: () => MAX_JSON_BODY_BYTES,
        signal: AbortSignal.any([signal, AbortSignal.timeout(PING_TIMEOUT_MS)]),
      },
    );
    const ms = clock.monotonic() - sent;
    const receivedAt = clock.now();
    const said = /^\d{1,15}$/.exec(String(answer.headers['banyan-time']))?.[0];
    trips.push({ ms, skewMs: said === undefined ? undefined : Number(said) - (receivedAt - ms / 2) });
  }
  trips.sort((a, b) => a.ms - b.ms);
  const skewMs = trips.find((trip) => trip.skewMs !== undefined)?.skewMs;
  return {
    roundTripMs: rounded(trips[Math.floor(trips.length / 2)]!.ms),
    ...(skewMs === undefined ? {} : { clockSkewMs: rounded(skewMs) }),
  };
}

/**
 * What a peer sends: bytes per second from the first byte on; undefined when too few came to tell, or the peer does not let its line be
 * measured.
 *
 * @throws what the connection failed with; `bad_proof` when more bytes came than were asked for
 */
export function measureUpload(
  client: PinnedClient,
  clock: Clock,
  signal: AbortSignal,
): Promise<number | undefined> {
  let first: number | undefined;
  let last = 0;
  let bytes = 0;
  const pace = (): number | undefined =>
    first === undefined || bytes === 0 ? undefined : Math.round((bytes * 1000) / Math.max(1, last - first));
  return new Promise((resolve, reject) => {
    const late = AbortSignal.timeout(SPEED_TIMEOUT_MS);
    const until = AbortSignal.any([signal, late]);
    let controller: AnswerController | undefined;
    const onAbort = (): void => controller?.abort(new BanyanError('aborted'));
    const settle = (error?: Error): void => {
      until.removeEventListener('abort', onAbort);
      // What came in time says how fast a slow line is.
      if (error === undefined || (late.aborted && !signal.aborted)) resolve(pace());
      else reject(error);
    };
    until.addEventListener('abort', onAbort, { once: true });
    client.dispatch(
      { method: 'GET', path: `/v1/speed?bytes=${MAX_SPEED_BYTES}` },
      {
        onRequestStart(given) {
          controller = given;
          if (until.aborted) onAbort();
        },
        onResponseStart(given, status) {
          if (status === 200) return;
          settle();
          given.abort(new BanyanError('aborted'));
        },
        onResponseData(given, part) {
          last = clock.monotonic();
          // What came with the first part was under way before it.
          if (first === undefined) first = last;
          else bytes += part.length;
          if (bytes > MAX_SPEED_BYTES)
            given.abort(new BanyanError('bad_proof', 'The peer sent more than was asked for.'));
        },
        onResponseEnd: () => settle(),
        onResponseError: (_given, error) => settle(error),
      },
    );
  });
}

/**
 * What a peer takes: bodies of growing size, of which each is timed until it was taken whole. What the systems on the way hold
 * back would say nothing of a slow line, so that of bodies which are not taken in time nothing counts.
 *
 * @param roundTripMs - of a request without a body: it is no part of the transfer
 * @returns bytes per second; undefined when not even the first was taken in time, or the peer does not let its line be measured
 *   so (as those of 0.1.0)
 * @throws what the connection failed with
 */
export async function measureDownload(
  client: PinnedClient,
  clock: Clock,
  roundTripMs: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const late = AbortSignal.timeout(SPEED_TIMEOUT_MS);
  const until = AbortSignal.any([signal, late]);
  let pace: number | undefined;
  for (const bytes of DOWNLOAD_BYTES) {
    // Random, so that nothing on the way can make them fewer.
    const body = await fill(Buffer.allocUnsafe(bytes));
    const began = clock.monotonic();
    try {
      const { status } = await client.request(
        { method: 'PUT', path: '/v1/speed', body },
        { maxBytes: () => MAX_JSON_BODY_BYTES, signal: until },
      );
      if (status !== 204) return pace;
    } catch (error) {
      // A larger one may come too late, or be more than the peer takes: what was timed before holds.
      if (pace !== undefined || (late.aborted && !signal.aborted)) return pace;
      throw error;
    }
    const ms = clock.monotonic() - began;
    pace = Math.round((bytes * 1000) / Math.max(1, ms - roundTripMs));
    if (ms >= SETTLED_MS) return pace;
  }
  return pace;
}

/** To a tenth of a millisecond: more is noise. */
function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
