/** Tells the list every few seconds that this supernode lives and how it does. */
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import {
  BEAT_INTERVAL_MS,
  toBanyanError,
  type BanyanError,
  type BeatAnswers,
  type BeatRates,
  type BeatRequest,
  type BeatResponse,
} from '@banyan/proto';
import type { Clock, Log, Startable } from '@banyan/kit';
import type { ListClient } from '@banyan/sdk';

export interface BeatComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly list: Pick<ListClient, 'beat' | 'leave'> & {
    /** Makes the next beat carry a fresh token. */
    readonly renewToken: () => void;
  };
  /** What is said of this supernode just now. */
  readonly describe: () => Omit<BeatRequest, 'loopDelayMs' | 'rates' | 'answers'>;
  /** What it did since its start; its beats say how much of it a second. */
  readonly totals: Readonly<BeatRates>;
  /** How it answered within the last minute. */
  readonly answers: () => BeatAnswers;
  /** Told what the list answered: what this supernode is to be and do. */
  readonly onAnswer: (answer: Pick<BeatResponse, 'order' | 'measure'>) => void;
}

export interface Beat extends Startable {
  /** Says at once what changed (a drain began). */
  now(): Promise<void>;
  /** Why the list does not take the beat; undefined while it does. */
  readonly problem: BanyanError | undefined;
}

/** A new supernode is in the list as soon as it serves; when the list is away that must not hold it back. */
const FIRST_BEAT_WAIT_MS = 3_000;
/** How often the event loop's delay is sampled. */
const SAMPLE_MS = 10;
const LEAVE_TIMEOUT_MS = 2_000;
/** Without the right to be a supernode: whether an operator has given it meanwhile shows only in a new token. */
const GRANT_CHECK_MS = 15_000;

export function createBeat(components: BeatComponents): Beat {
  const { clock, log, list, describe, totals, answers, onAnswer } = components;
  const stop = new AbortController();
  let loop: Promise<void> | undefined;
  let histogram: IntervalHistogram | undefined;
  let problem: BanyanError | undefined;
  let intervalMs = BEAT_INTERVAL_MS;
  let renewedAt = -Infinity;

  /** 99th percentile since the last beat; the histogram counts from one sample to the next, so its own period goes off. */
  const loopDelayMs = (): number => {
    const nanoseconds = histogram?.percentile(99) ?? 0;
    histogram?.reset();
    return Math.max(0, Math.round(nanoseconds / 1e4 - SAMPLE_MS * 100) / 100);
  };

  let counted = { at: clock.monotonic(), ...totals };
  /** Per second since this was asked last. */
  const ratesNow = (): BeatRates => {
    const before = counted;
    counted = { at: clock.monotonic(), ...totals };
    // A beat right after another says little of a second; it must not say a thousandfold.
    const seconds = Math.max(1, (counted.at - before.at) / 1000);
    const rate = (name: keyof BeatRates): number =>
      Math.round(((counted[name] - before[name]) / seconds) * 100) / 100;
    return { searches: rate('searches'), hits: rate('hits'), refused: rate('refused'), bytes: rate('bytes') };
  };

  const beat = async (signal: AbortSignal): Promise<void> => {
    try {
      const said = { ...describe(), loopDelayMs: loopDelayMs(), rates: ratesNow(), answers: answers() };
      const answer = await list.beat(said, signal);
      intervalMs = Math.max(1_000, Math.min(answer.beatIntervalMs, 60_000));
      if (problem !== undefined) log.info('the list takes our beats again');
      problem = undefined;
      if (!stop.signal.aborted) onAnswer(answer);
    } catch (error) {
      const e = toBanyanError(error, 'unreachable');
      if (e.code === 'aborted') return;
      if (problem?.code !== e.code)
        log.warn({ code: e.code }, `the list does not take our beat: ${e.message}`);
      problem = e;
      if (e.code === 'forbidden' && clock.monotonic() - renewedAt >= GRANT_CHECK_MS) {
        renewedAt = clock.monotonic();
        list.renewToken();
      }
    }
  };

  return {
    name: 'beat',
    get problem() {
      return problem;
    },
    now: () => beat(stop.signal),
    async start() {
      histogram = monitorEventLoopDelay({ resolution: SAMPLE_MS });
      histogram.enable();
      const first = new AbortController();
      await Promise.race([
        beat(stop.signal),
        clock.sleep(FIRST_BEAT_WAIT_MS, first.signal).catch(() => undefined),
      ]);
      first.abort();
      loop = (async () => {
        while (!stop.signal.aborted) {
          // While the list is away it is asked more often: leaves wait for us.
          await clock
            .sleep(problem === undefined ? intervalMs : intervalMs / 4, stop.signal)
            .catch(() => undefined);
          if (!stop.signal.aborted) await beat(stop.signal);
        }
      })();
    },
    async stop() {
      stop.abort();
      await loop;
      histogram?.disable();
      // Out of the list at once, so that nobody is sent to a closed door; if it does not hear, the beat expires.
      await list.leave(AbortSignal.timeout(LEAVE_TIMEOUT_MS)).catch(() => undefined);
    },
  };
}
