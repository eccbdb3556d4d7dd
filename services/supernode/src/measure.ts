/**
 * Measures leaves that volunteer to be supernodes, as the list asks with the answer to a beat (proto/spec/promotion.md):
 * what a host could say wrongly of itself. One leaf at a time, so that one line's measurement does not disturb another's.
 */
import { MAX_MEASURED_AT_ONCE, SPEED_PAUSE_MS, toBanyanError, type MeasurementReport } from '@banyan/proto';
import type { Clock, Log, PinnedClient, Startable } from '@banyan/kit';
import type { ListClient } from '@banyan/sdk';
import type { DialBack } from './dial-back.ts';
import { measureDownload, measurePings, measureUpload } from './measure-line.ts';
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
const REPORT_TIMEOUT_MS = 10_000;

/** Both directions of a line, as far as they could be measured. */
type Pace = Pick<MeasurementReport, 'bytesPerSecond' | 'downloadBytesPerSecond'>;

interface Speed {
  readonly at: number;
  readonly pace: Pace;
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

  /** What cannot be measured of a line is no reason to take its host for unreachable. */
  const orUnknown = async (
    session: Session,
    measuring: Promise<number | undefined>,
  ): Promise<number | undefined> => {
    try {
      return await measuring;
    } catch (error) {
      const { code, message } = toBanyanError(error, 'unreachable');
      log.debug({ device: session.deviceId.slice(0, 8), code }, `a line was not measured: ${message}`);
      return undefined;
    }
  };

  const paceOf = async (
    session: Session,
    client: PinnedClient,
    roundTripMs: number,
    signal: AbortSignal,
  ): Promise<Pace> => {
    const known = speeds.get(session);
    if (known !== undefined && clock.monotonic() - known.at < SPEED_PAUSE_MS) return known.pace;
    // One after the other: they would share the line.
    const sent = await orUnknown(session, measureUpload(client, clock, signal));
    const taken = await orUnknown(session, measureDownload(client, clock, roundTripMs, signal));
    const pace = {
      ...(sent === undefined ? {} : { bytesPerSecond: sent }),
      ...(taken === undefined ? {} : { downloadBytesPerSecond: taken }),
    };
    if (sent !== undefined || taken !== undefined) speeds.set(session, { at: clock.monotonic(), pace });
    return pace;
  };

  const measure = async (session: Session): Promise<MeasurementReport> => {
    const signal = AbortSignal.any([stop.signal, session.life.signal]);
    let found: Partial<MeasurementReport> = {};
    const check = await dialBack.visit(
      { deviceId: session.deviceId, observedHost: session.remoteHost, ports: session.listenPorts },
      async (client) => {
        const pings = await measurePings(client, clock, signal);
        found = { ...pings, ...(await paceOf(session, client, pings.roundTripMs, signal)) };
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
