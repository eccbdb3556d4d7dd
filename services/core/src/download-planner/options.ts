import type { PlannerOptions } from './types.ts';

/** Defaults of a planner, each with its reason. */
export const DEFAULT_PLANNER_OPTIONS: PlannerOptions = {
  // As libtorrent: long enough to hide latency, short enough that little is to be moved when a source fails.
  queueMs: 3_000,
  // One chunk tells rate and latency; a source that is slow or lies costs no more than that.
  firstRequestChunks: 1,
  // Half a gigabyte: what 3 s bring on the fastest links; it only bounds what one failure returns.
  maxRequestChunks: 512,
  maxRequestsPerSource: 2,
  // Each may hold a chunk or two in memory: 32 of them keep a process below its memory bar.
  maxRequests: 32,
  // Idle sources take over from a silent one long before; this only decides when to call it stalled.
  stallMs: 3_000,
  // Dial, TLS, token check and a sleeping disk at the other side.
  firstByteMs: 8_000,
  maxFailures: 4,
  backoffMinMs: 500,
  backoffMaxMs: 30_000,
  // Such a source adds next to nothing and keeps a slot from somebody near to it.
  slowShare: 0.1,
  slowWindowMs: 20_000,
  reviewMs: 100,
  wantedSources: 3,
  needSourcesMinMs: 2_000,
  needSourcesMaxMs: 60_000,
  playWindowChunks: 32,
};

/** A request may be so many times larger than the one before: a lucky first sample does not decide alone. */
export const GROWTH_FACTOR = 4;
/** Shortest request, in time, when work is shared out near the end. */
export const MIN_REQUEST_MS = 250;
/** The next request is opened when the one under way has less than this to go (or two latencies). */
export const LOOK_AHEAD_MS = 150;
/** Latency taken for a source that has not answered yet, when nothing better is known. */
export const ASSUMED_LATENCY_MS = 200;
/** Rate taken for a source that has not answered yet, when nothing better is known; bytes per second. */
export const ASSUMED_RATE = 1024 * 1024;
/** Silence up to here is the network breathing. */
export const QUIET_MS = 250;
/** A take-over or a race must win at least this much. */
export const MIN_GAIN_MS = 50;
/** A race must be expected to need less than this share of what the one under way needs. */
export const RACE_SHARE = 0.7;
/** Longest wait that a source can impose on us with `retryAfterMs`. */
export const MAX_TOLD_WAIT_MS = 300_000;
/** Wait when a source has no slot and does not say how long. */
export const UNTOLD_WAIT_MS = 5_000;
/** Shortest and longest time between two looks at an idle partial source's chunk map. */
export const REFRESH_MIN_MS = 5_000;
export const REFRESH_MAX_MS = 60_000;
/** While anything is under way the planner looks at least this often: stalls, slow sources. */
export const HEARTBEAT_MS = 1_000;
/** With few (not: no) sources, the search for more is this much less urgent. */
export const FEW_FACTOR = 8;
/** After our own limit held something back, no source is called slow for so long: what it gives is what we take. */
export const HELD_MEMORY_MS = 5_000;
/** Under a limit so few requests are opened that each may bring this much per second: sources cut readers that crawl. */
export const LEAST_REQUEST_RATE = 64 * 1024;
/** What is free must come within this share of the time, if a source that sends from the beginning alone is to begin. */
export const BEGINNING_SHARE = 0.7;
/** So many bytes of its beginning may pass to find out how quick such a source is: it may be better than all others. */
export const TRIAL_BYTES = 16 * 1024 * 1024;
/** Most sources that are after one chunk, silent ones included. */
export const MAX_RACERS = 4;
