/**
 * Measures leaves that volunteer to be supernodes, as the list asks with the answer to a beat (proto/spec/promotion.md):
 * what a host could say wrongly of itself. One leaf at a time, so that one line's measurement does not disturb another's.
 */
import {
  BanyanError,
  MAX_JSON_BODY_BYTES,
  MAX_MEASURED_AT_ONCE,
  MAX_SPEED_BYTES,
  SPEED_PAUSE_MS,
  toBanyanError,
  type MeasurementReport,
} from '@banyan/proto';
import type { AnswerController, Clock, Log, PinnedClient, Startable } from '@banyan/kit';
import type { ListClient } from '@banyan/sdk';
import type { DialBack } from './dial-back.ts';
import type { Session } from './session.ts';

export interface MeasureComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly dialBack: Pick<DialBack, 'visit'>;
  readonly list: Pick<ListClient, 'measurement'>;
  /** The session of a leaf that is at home here. */
  readonly leafAt: (deviceId: string) => Session | undefined;
  /** Of this supernode: it does not measure the host that it runs on. */
  readonly self: string;
}

/** Measures in the background. */
export interface Measure extends Startable {
  /** Wants these measured; those that wait already are not wanted twice, and those that are not at home here are left out. */
  want(deviceIds: readonly string[]): void;
}

/** Before each measurement a wait of at most so long, by chance: supernodes are asked for them at the same moment. */
const JITTER_MS = 2_000;
/** Round trips of which the median counts. */
const PINGS = 3;
const PING_TIMEOUT_MS = 5_000;
/** A slow line is measured by what comes in this time. */
const SPEED_TIMEOUT_MS = 8_000;
const REPORT_TIMEOUT_MS = 10_000;

interface Speed {
  readonly at: number;
  readonly bytesPerSecond: number;
}

export function createMeasure(components: MeasureComponents): Measure {
  const { clock, log, random, dialBack, list, leafAt, self } = components;
  const stop = new AbortController();
  const wanted = new Set<string>();
  /** What was measured within the time in which a peer does not answer again. */
  const speeds = new WeakMap<Session, Speed>();
  let working: Promise<void> | undefined;
  const begin = (): void => {
    if (stop.signal.aborted || wanted.size === 0) return;
    working ??= work().finally(() => {
      working = undefined;
      // Wanted while the last report was told.
      begin();
    });
  };

  const speedOf = async (
    session: Session,
    client: PinnedClient,
    signal: AbortSignal,
  ): Promise<number | undefined> => {
    const known = speeds.get(session);
    if (known !== undefined && clock.monotonic() - known.at < SPEED_PAUSE_MS) return known.bytesPerSecond;
    const bytesPerSecond = await measureSpeed(client, clock, signal);
    if (bytesPerSecond !== undefined) speeds.set(session, { at: clock.monotonic(), bytesPerSecond });
    return bytesPerSecond;
  };

  const measure = async (session: Session): Promise<MeasurementReport> => {
    const signal = AbortSignal.any([stop.signal, session.life.signal]);
    let found: Pick<MeasurementReport, 'roundTripMs' | 'bytesPerSecond' | 'clockSkewMs'> = {};
    const check = await dialBack.visit(
      { deviceId: session.deviceId, observedHost: session.remoteHost, ports: session.listenPorts },
      async (client) => {
        const pings = await measurePings(client, clock, signal);
        const bytesPerSecond = await speedOf(session, client, signal).catch((error: unknown) => {
          const { code, message } = toBanyanError(error, 'unreachable');
          log.debug({ device: session.deviceId.slice(0, 8), code }, `a line was not measured: ${message}`);
          return undefined;
        });
        found = { ...pings, ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }) };
      },
      signal,
    );
    return {
      reachable: check?.reachable === true,
      code: check === undefined ? 'no_address' : check.code,
      message: check === undefined ? 'It names no port on which it takes transfers.' : check.message,
      sessionMs: Math.round(clock.monotonic() - session.openedAt),
      ...found,
    };
  };

  const work = async (): Promise<void> => {
    for (const deviceId of wanted) {
      await clock.sleep(random() * JITTER_MS, stop.signal).catch(() => undefined);
      if (stop.signal.aborted) return;
      wanted.delete(deviceId);
      const session = leafAt(deviceId);
      if (session?.publishes !== true) continue;
      try {
        const report = await measure(session);
        if (session.life.signal.aborted) continue;
        await list.measurement(
          deviceId,
          report,
          AbortSignal.any([stop.signal, AbortSignal.timeout(REPORT_TIMEOUT_MS)]),
        );
      } catch (error) {
        const { code, message } = toBanyanError(error);
        // The list asks again.
        if (code !== 'aborted')
          log.warn(
            { device: deviceId.slice(0, 8), code },
            `a measurement was not told to the list: ${message}`,
          );
      }
    }
  };

  return {
    name: 'measurements',
    start: () => Promise.resolve(),
    want(deviceIds) {
      if (stop.signal.aborted) return;
      for (const deviceId of deviceIds.slice(0, MAX_MEASURED_AT_ONCE))
        if (deviceId !== self && leafAt(deviceId)?.publishes === true) wanted.add(deviceId);
      begin();
    },
    async stop() {
      stop.abort();
      wanted.clear();
      await working;
    },
  };
}

/** The median of some round trips, and how far the other clock is ahead of ours by the quickest of them. */
async function measurePings(
  client: PinnedClient,
  clock: Clock,
  signal: AbortSignal,
): Promise<Pick<MeasurementReport, 'roundTripMs' | 'clockSkewMs'>> {
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
 * Bytes per second from the first byte on; undefined when too few came to tell, or the peer does not let its line be
 * measured.
 *
 * @throws what the connection failed with; `bad_proof` when more bytes came than were asked for
 */
function measureSpeed(client: PinnedClient, clock: Clock, signal: AbortSignal): Promise<number | undefined> {
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

/** To a tenth of a millisecond: more is noise. */
function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
