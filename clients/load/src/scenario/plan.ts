/** A scenario in numbers: what the coordinator and its workers carry out. */
import {
  createTimeline,
  FIELD_SESSION_MS,
  parseThreshold,
  PERSONAS,
  ThresholdError,
  type ContentsInit,
  type Persona,
  type PopulationInit,
  type Threshold,
  type TimelineStage,
} from '@banyan/core';
import { CATALOG_HOLD_MS } from '@banyan/proto';
import { MAX_RATE_PER_SECOND, MAX_RUN_MS } from './limits.ts';
import type { Scenario } from './schema.ts';
import { durationMs, ratePerSecond, shareOf } from './units.ts';

/** Whom a fault hits: a supernode by name, or a share of all, drawn by the seed. */
export type FaultTarget = { readonly name: string } | { readonly share: number };

const FAULT_KINDS = ['kill', 'stop', 'pause', 'partition', 'slow'] as const;
type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  readonly atMs: number;
  /**
   * `kill`: SIGKILL; `stop`: an orderly stop with its drain; `pause`: SIGSTOP, and SIGCONT after `forMs`. Of the links to a
   * supernode, for `forMs`: `partition`: nothing passes; `slow`: everything takes `byMs` longer each way.
   */
  readonly kind: FaultKind;
  readonly target: FaultTarget;
  /** Of a pause, a partition and a slow link. */
  readonly forMs: number;
  /** Of a slow link. */
  readonly byMs: number;
}

/** Whether a fault is of links: those lead through the tester then. */
export function isOfLink({ kind }: Pick<Fault, 'kind'>): boolean {
  return kind === 'partition' || kind === 'slow';
}

/** Plain data: it travels to workers as it is. */
export interface LoadPlan {
  readonly name: string;
  readonly description: string;
  readonly seed: number;
  readonly network: { readonly supernodes: number; readonly capacity: number };
  readonly leaf: { readonly secondHome: boolean; readonly sharedTls: boolean };
  readonly stages: readonly TimelineStage[];
  readonly durationMs: number;
  /** Most leaves at once. */
  readonly maxLeaves: number;
  /** Identities that come and go in place of each other: more than `maxLeaves` when sessions end. */
  readonly identities: number;
  readonly population: PopulationInit;
  readonly contents: ContentsInit;
  /** Share of queries that look for a certain item, which recall is measured by; the others look around. */
  readonly knownItems: number;
  /** Mean length of a session; undefined: leaves stay. */
  readonly sessionMeanMs: number | undefined;
  /** Leaves serve and fetch bytes: contents then have real ids, and sharers listen. */
  readonly hasDownloads: boolean;
  readonly faults: readonly Fault[];
  readonly thresholds: readonly Threshold[];
  /** Operations later than this (99th percentile) make the run no result. */
  readonly maxLatenessMs: number;
}

/** Something in a scenario that is wrong: where, and what would be right. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
  /** Keys and indices from the top. */
  readonly path: readonly (string | number)[];
  constructor(path: readonly (string | number)[], message: string) {
    super(message);
    this.path = path;
  }
}

/** Tracks that are rates of operations. */
const RATES = ['queries', 'sources', 'downloads'] as const;
type Rate = (typeof RATES)[number];

const DEFAULTS = {
  seed: 1,
  supernodes: 2,
  /** Beyond what supernodes take by default, so that the test says what it holds, and not a setting. */
  capacity: 20_000,
  /** As measured: 45 % of peers share nothing much; a tenth of the others many times what is common. */
  personas: { ordinary: 0.65, 'free-rider': 0.25, 'heavy-sharer': 0.05, 'behind-nat': 0.05 },
  popularity: 0.8,
  vocabulary: 30_000,
  sizes: 1,
  empty: 0.25,
  records: 20,
  spread: 1,
  maxRecords: 60,
  unreachable: 1 / 3,
  knownItems: 0.7,
  maxLatenessMs: 100,
} as const;
/** Different contents per leaf, where the scenario does not say: catalogs then hold about two copies of each. */
const CONTENTS_PER_LEAF = 8;
const MIN_CONTENTS = 200;
/** Identities beyond those online at once, as a share of those, when sessions end: others are then there to come. */
const MIN_RESERVE = 0.25;
/** Twice the leaves: each is enrolled before the run begins, which takes time and memory. */
const MAX_RESERVE = 1;
/** People are away for hours: whoever comes back publishes anew, as supernodes do not hold its catalog any more. */
const AWAY_MS = 1.25 * CATALOG_HOLD_MS;
const DEFAULT_FAULT_MS = 10_000;
const DEFAULT_SLOW_MS = 200;

/** What the command line says over the scenario. */
export interface PlanOverrides {
  /** Factor of all numbers of leaves and rates; default 1. */
  readonly scale?: number | undefined;
  /** Factor of all durations, those of faults included; default 1. */
  readonly time?: number | undefined;
  readonly seed?: number | undefined;
}

/**
 * Completes a scenario of the right shape.
 *
 * @throws PlanError
 */
export function planOf(scenario: Scenario, fallbackName: string, overrides: PlanOverrides = {}): LoadPlan {
  const seed = overrides.seed ?? scenario.seed ?? DEFAULTS.seed;
  const stages = scenario.stages.map((stage, i) => scaled(stageOf(stage, i), overrides));
  const names = stages.map(({ name }) => name);
  names.forEach((name, i) => {
    if (names.indexOf(name) < i)
      throw new PlanError(
        ['stages', i, 'name'],
        `There are two stages named "${name}". Give each a name of its own.`,
      );
  });
  const timeline = createTimeline(stages);
  if (timeline.durationMs > MAX_RUN_MS)
    throw new PlanError(
      ['stages'],
      `The stages take longer than ${MAX_RUN_MS / 3_600_000} h together. Make them shorter.`,
    );
  const maxLeaves = Math.ceil(timeline.tracks.leaves.max);
  if (maxLeaves === 0)
    throw new PlanError(['stages'], 'No stage has leaves. Say how many, such as `leaves: 100`.');
  const sessionMeanMs = sessionsOf(scenario);
  const { workload = {}, personas, faults = [], thresholds = [] } = scenario;
  const shares = personas === undefined ? DEFAULTS.personas : sharesOf(personas);
  const hasDownloads = timeline.tracks.downloads.max > 0;
  const contents = workload.contents ?? Math.max(MIN_CONTENTS, maxLeaves * CONTENTS_PER_LEAF);
  return {
    name: scenario.name ?? fallbackName,
    description: scenario.description ?? '',
    seed,
    network: {
      supernodes: scenario.network?.supernodes ?? DEFAULTS.supernodes,
      capacity: scenario.network?.capacity ?? DEFAULTS.capacity,
    },
    leaf: { secondHome: scenario.leaf?.secondHome ?? true, sharedTls: scenario.leaf?.sharedTls ?? false },
    stages,
    durationMs: timeline.durationMs,
    maxLeaves,
    identities: Math.ceil(maxLeaves * (1 + reserveOf(sessionMeanMs))),
    population: {
      seed,
      personas: shares,
      empty: shareOf(workload.empty ?? DEFAULTS.empty),
      records: workload.records ?? DEFAULTS.records,
      spread: workload.spread ?? DEFAULTS.spread,
      maxRecords: workload.maxRecords ?? Math.max(DEFAULTS.maxRecords, workload.records ?? 0),
      unreachable: shareOf(workload.unreachable ?? DEFAULTS.unreachable),
    },
    contents: {
      seed,
      count: contents,
      popularity: workload.popularity ?? DEFAULTS.popularity,
      vocabulary: workload.vocabulary ?? DEFAULTS.vocabulary,
      sizes: shareOf(workload.sizes ?? DEFAULTS.sizes),
    },
    knownItems: shareOf(workload.knownItems ?? DEFAULTS.knownItems),
    sessionMeanMs,
    hasDownloads,
    faults: faults.map((fault, i) => faultOf(fault, i, timeline.durationMs, overrides.time ?? 1)),
    thresholds: thresholds.map((text, i) => thresholdOf(text, i, names)),
    maxLatenessMs:
      scenario.tester?.maxLateness === undefined
        ? DEFAULTS.maxLatenessMs
        : durationMs(scenario.tester.maxLateness),
  };
}

function scaled(stage: TimelineStage, { scale = 1, time = 1 }: PlanOverrides): TimelineStage {
  const rates = RATES.flatMap((rate) => {
    const value = stage[rate];
    return value === undefined ? [] : [[rate, value * scale] as const];
  });
  return {
    ...stage,
    durationMs: Math.round(stage.durationMs * time),
    // Some leaves stay some: a tenth of five is one, not none.
    ...(stage.leaves === undefined ? {} : { leaves: Math.ceil(stage.leaves * scale) }),
    ...Object.fromEntries(rates),
  };
}

function stageOf(stage: Scenario['stages'][number], index: number): TimelineStage {
  const rate = (key: Rate): Partial<Record<Rate, number>> => {
    const given = stage[key];
    if (given === undefined) return {};
    const value = ratePerSecond(given);
    if (value > MAX_RATE_PER_SECOND)
      throw new PlanError(['stages', index, key], `At most ${MAX_RATE_PER_SECOND}/s are possible.`);
    return { [key]: value };
  };
  return {
    name: stage.name ?? `stage ${index + 1}`,
    durationMs: durationMs(stage.for),
    ...(stage.leaves === undefined ? {} : { leaves: stage.leaves }),
    ...rate('queries'),
    ...rate('sources'),
    ...rate('downloads'),
    ...(stage.shape === undefined ? {} : { shape: stage.shape }),
  };
}

function sessionsOf({ sessions }: Scenario): number | undefined {
  if (sessions === undefined) return undefined;
  return (
    (sessions.mean === undefined ? FIELD_SESSION_MS : durationMs(sessions.mean)) / (sessions.faster ?? 1)
  );
}

/** @param sessionMeanMs - undefined: nobody leaves before the end, so that nobody need come instead */
function reserveOf(sessionMeanMs: number | undefined): number {
  if (sessionMeanMs === undefined) return 0;
  return Math.min(MAX_RESERVE, Math.max(MIN_RESERVE, AWAY_MS / sessionMeanMs));
}

function sharesOf(personas: NonNullable<Scenario['personas']>): Partial<Record<Persona, number>> {
  const given = personas as Partial<Record<Persona, number | string>>;
  const shares = Object.fromEntries(
    PERSONAS.flatMap((persona) => {
      const share = given[persona];
      return share === undefined ? [] : [[persona, shareOf(share)]];
    }),
  );
  if (!Object.values(shares).some((share) => share > 0))
    throw new PlanError(['personas'], 'At least one persona needs a share above 0.');
  return shares;
}

function faultOf(
  fault: NonNullable<Scenario['faults']>[number],
  index: number,
  end: number,
  time: number,
): Fault {
  const path = ['faults', index];
  const kinds = FAULT_KINDS.filter((kind) => fault[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1)
    throw new PlanError(
      path,
      `A fault says exactly one of ${FAULT_KINDS.join(', ')}, and whom: \`kill: 30%\`.`,
    );
  const atMs = Math.round(durationMs(fault.at) * time);
  if (atMs > end)
    throw new PlanError([...path, 'at'], 'This fault comes after the last stage. Let it come earlier.');
  const target = fault[kind]!;
  return {
    atMs,
    kind,
    target:
      typeof target === 'number' || target.endsWith('%') ? { share: shareOf(target) } : { name: target },
    forMs: Math.round((fault.for === undefined ? DEFAULT_FAULT_MS : durationMs(fault.for)) * time),
    byMs: fault.by === undefined ? DEFAULT_SLOW_MS : durationMs(fault.by),
  };
}

function thresholdOf(text: string, index: number, stages: readonly string[]): Threshold {
  try {
    return parseThreshold(text, stages);
  } catch (error) {
    if (error instanceof ThresholdError) throw new PlanError(['thresholds', index], error.message);
    throw error;
  }
}
