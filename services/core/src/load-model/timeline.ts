/**
 * The course of a load test: stages one after the other, in each of which the wanted number of leaves and the rates of
 * operations move to new values.
 *
 * ```
 *   leaves  ┌──────────── ramp: linear from what was to what is wanted
 *          ╱        ╲
 *   ──────┘          └──  jump: at once, at the beginning of the stage
 * ```
 */
import { exponential } from './distributions.ts';
import type { Random } from './random.ts';

/** Values that a stage can move. */
export const TRACKS = ['leaves', 'queries', 'sources', 'downloads'] as const;
/** `leaves` is a number, the others are operations per second. */
export type TrackName = (typeof TRACKS)[number];

/** One stage; a value that it does not name stays as it was (0 at the beginning). */
export interface TimelineStage extends Partial<Readonly<Record<TrackName, number>>> {
  readonly name: string;
  readonly durationMs: number;
  /** Default `ramp`. */
  readonly shape?: 'ramp' | 'jump';
}

/** A value that changes over time, linear between its knots. Two knots at one time are a jump. */
export interface Track {
  /** The value at `ms`; behind a jump that is at this very time. */
  at(ms: number): number;
  /** The integral from 0 to `ms`, in value × seconds: operations that are due until then, on average. */
  total(ms: number): number;
  /** When the integral first reaches `total`; undefined when the track ends before. */
  when(total: number): number | undefined;
  readonly max: number;
}

export interface Timeline {
  readonly durationMs: number;
  readonly stages: readonly TimelineStage[];
  readonly tracks: Readonly<Record<TrackName, Track>>;
  /** Index of the stage at `ms`; the last one from the end on. */
  stageAt(ms: number): number;
  /** When a stage begins. */
  startOf(stage: number): number;
}

interface Segment {
  readonly from: number;
  readonly ms: number;
  readonly start: number;
  readonly end: number;
  /** Integral before this segment. */
  readonly before: number;
}

function createTrack(name: TrackName, stages: readonly TimelineStage[]): Track {
  const segments: Segment[] = [];
  let [from, value, before] = [0, 0, 0];
  for (const stage of stages) {
    const end = stage[name] ?? value;
    const start = stage.shape === 'jump' ? end : value;
    segments.push({ from, ms: stage.durationMs, start, end, before });
    before += (((start + end) / 2) * stage.durationMs) / 1000;
    from += stage.durationMs;
    value = end;
  }
  const [durationMs, whole] = [from, before];
  const segmentAt = (ms: number): Segment | undefined => segments.findLast((segment) => segment.from <= ms);
  return {
    max: segments.reduce((max, { start, end }) => Math.max(max, start, end), 0),
    at(ms) {
      const segment = segmentAt(ms);
      if (segment === undefined || segment.ms === 0) return segment?.end ?? 0;
      const share = Math.min(1, (ms - segment.from) / segment.ms);
      return segment.start + (segment.end - segment.start) * share;
    },
    total(ms) {
      const segment = segmentAt(Math.min(ms, durationMs));
      if (segment === undefined || segment.ms === 0) return segment?.before ?? 0;
      const within = Math.min(ms - segment.from, segment.ms);
      const value = segment.start + (segment.end - segment.start) * (within / segment.ms);
      return segment.before + (((segment.start + value) / 2) * within) / 1000;
    },
    when(total) {
      if (total > whole) return undefined;
      const segment = segments.find(
        ({ before: held, start, end, ms }) => held + (((start + end) / 2) * ms) / 1000 >= total,
      );
      if (segment === undefined) return undefined;
      const wanted = Math.max(0, total - segment.before);
      const seconds = segment.ms / 1000;
      const slope = seconds === 0 ? 0 : (segment.end - segment.start) / seconds;
      // start·t + slope·t²/2 = wanted, in the form that loses no digits when the slope is small.
      const root = Math.sqrt(Math.max(0, segment.start ** 2 + 2 * slope * wanted));
      const t = wanted === 0 ? 0 : (2 * wanted) / (segment.start + root);
      return segment.from + Math.min(t, seconds) * 1000;
    },
  };
}

/** @throws RangeError when there is no stage, or a duration or value is negative or no number */
export function createTimeline(stages: readonly TimelineStage[]): Timeline {
  if (stages.length === 0) throw new RangeError('A load test has at least one stage.');
  for (const stage of stages) {
    for (const value of [stage.durationMs, ...TRACKS.map((track) => stage[track] ?? 0)])
      if (!(value >= 0) || value === Infinity)
        throw new RangeError(`The stage ${stage.name} has a duration or a value below zero.`);
  }
  const starts: number[] = [];
  let durationMs = 0;
  for (const stage of stages) {
    starts.push(durationMs);
    durationMs += stage.durationMs;
  }
  return {
    durationMs,
    stages,
    tracks: {
      leaves: createTrack('leaves', stages),
      queries: createTrack('queries', stages),
      sources: createTrack('sources', stages),
      downloads: createTrack('downloads', stages),
    },
    stageAt: (ms) =>
      Math.max(
        0,
        starts.findLastIndex((start) => start <= ms),
      ),
    startOf: (stage) => starts[stage] ?? durationMs,
  };
}

/**
 * The times of an open model: a Poisson process whose rate follows a track, so that a slow answer delays nobody's
 * question. Exact for changing rates (the process is unit-rate in the integral of its rate).
 *
 * @param share - of the whole rate; shares of several processes add up to the whole, and are independent
 */
export function* arrivals(track: Track, random: Random, share = 1): Generator<number, void, void> {
  if (!(share > 0)) return;
  for (let total = 0; ;) {
    total += exponential(random, 1) / share;
    const ms = track.when(total);
    if (ms === undefined) return;
    yield ms;
  }
}
