/** What coordinator and workers say to each other; plain data that structured cloning carries. */
import type { Operation } from '@banyan/core';
import type { LoadPlan } from '../scenario/plan.ts';

/** Which identities of the plan are a worker's: those whose number leaves `index` when divided by `of`. */
export interface Slice {
  readonly index: number;
  readonly of: number;
}

/** An account under which a worker may enrol devices. */
export interface LoadAccount {
  readonly account: string;
  /** Code of an invite for its devices. */
  readonly invite: string;
  /** Devices that it takes. */
  readonly room: number;
}

export interface PrepareMessage {
  readonly kind: 'prepare';
  readonly plan: LoadPlan;
  readonly slice: Slice;
  readonly issuer: string;
  /** Of the key of auth; empty: a public authority certifies it. */
  readonly pins: readonly string[];
  readonly accounts: readonly LoadAccount[];
}

export type ToWorker =
  | PrepareMessage
  /** Begin at this time (Unix milliseconds), the same for all workers. */
  | { readonly kind: 'start'; readonly at: number }
  /** Send everybody home, now. */
  | { readonly kind: 'stop' };

/** What happened in one interval of a worker. */
export interface IntervalMessage {
  readonly kind: 'interval';
  /** Counts from 0. */
  readonly number: number;
  /** Latencies from the intended start, microseconds, per operation that went well. */
  readonly latencies: Readonly<Partial<Record<Operation, Uint32Array>>>;
  /** How often which error code ended an operation. */
  readonly errors: Readonly<Partial<Record<Operation, Readonly<Record<string, number>>>>>;
  readonly counters: Counters;
  readonly gauges: Gauges;
}

export interface Counters {
  /** Items that were looked for while a leaf here had them published all the time, and how many were found. */
  readonly lookedFor: number;
  readonly found: number;
  /** Operations that were due while nobody could carry them out, or whose leaf was sent home in the middle. */
  readonly dropped: number;
  /** Sessions that ended without anybody here having wanted it. */
  readonly lost: number;
  /** What rude personas asked, and how often that was refused. */
  readonly rudeAsked: number;
  readonly rudeRefused: number;
  /** Bytes of content that came. */
  readonly downloadedBytes: number;
  /** Chunks that downloads refused, and those that they took for right and were not. */
  readonly badChunks: number;
  readonly wrongKept: number;
  /** Leaves that came and that went. */
  readonly arrived: number;
  readonly departed: number;
}

/** As it is at the end of the interval. */
export interface Gauges {
  /** Leaves with a home. */
  readonly online: number;
  /** Leaves that want to be online. */
  readonly active: number;
  /** Homes by name of the supernode. */
  readonly homes: Readonly<Record<string, number>>;
  /** Downloads under way. */
  readonly downloading: number;
  /** Records that homes acknowledged. */
  readonly records: number;
  readonly rssBytes: number;
  /** Share of one core that this process used. */
  readonly cpu: number;
  /** How late timers fired, milliseconds. */
  readonly loopDelayP99Ms: number;
  /** How late operations began after they were due, milliseconds. */
  readonly latenessP99Ms: number;
}

export type FromWorker =
  /** `deviceIds`: those enrolled since the last progress. */
  | { readonly kind: 'progress'; readonly enrolled: number; readonly deviceIds: readonly string[] }
  | { readonly kind: 'prepared'; readonly rssBytes: number }
  | IntervalMessage
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

/** Length of an interval. Charts and the noise of a run are made of these. */
export const INTERVAL_MS = 1_000;
