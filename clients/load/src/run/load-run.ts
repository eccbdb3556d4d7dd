/**
 * A load test from beginning to end: accounts, workers, enrolment, the run itself, judgement, and cleaning up.
 *
 * ```
 *   coordinator ──prepare──▶ worker, worker …   keys, certificates, enrolment
 *               ──start at──▶                    the same instant for all
 *               ◀─interval──                     latencies, counts, gauges; every second
 *               ◀─finished──
 * ```
 */
import { cpus, release, totalmem, type as osType } from 'node:os';
import { isShareOfOne, judgeThreshold, type Threshold, type ThresholdResult } from '@banyan/core';
import { toBanyanError } from '@banyan/proto';
import { formatHostPort, systemClock, VERSION } from '@banyan/kit';
import { createProcessWatch } from '../measure/process-watch.ts';
import {
  RESULTS_FORMAT,
  type FaultFigures,
  type Intervals,
  type RunResults,
  type ThresholdFigures,
} from '../results/results.ts';
import { createTally, type Snapshot, type Tally } from '../results/tally.ts';
import type { LoadPlan } from '../scenario/plan.ts';
import { INTERVAL_MS } from '../worker/messages.ts';
import type { AgentLink } from '../agent/agent-link.ts';
import { askAgent } from '../agent/ask-agent.ts';
import { findBottleneck } from './bottleneck.ts';
import { sourceCommit } from './commit.ts';
import { descriptorLimit, placeWorkers, type WorkerMachine } from './descriptors.ts';
import { createFaults } from './faults.ts';
import { openLoadAccounts, type LoadAccounts } from './load-accounts.ts';
import type { LoadTarget } from './target.ts';
import { startWorker, type LoadWorker, type WorkerHandlers } from './workers.ts';

export interface LoadRunInit {
  readonly plan: LoadPlan;
  readonly target: LoadTarget;
  /** Account of the leaves; further ones get -2, -3 … Default `load`. */
  readonly account?: string;
  /** Where the keys of the accounts' devices are kept. */
  readonly folder: string;
  /** Worker processes; default: one per core but one, at least one; with agents one for each of them. */
  readonly workers?: number;
  /** Machines that run the workers in turn, each as many as it takes; default: this one. */
  readonly agents?: readonly AgentLink[];
  /** Aborted: the run ends early, in order, with what was measured until then. */
  readonly signal: AbortSignal;
  readonly onStep?: (step: string) => void;
  readonly onEnrolled?: (enrolled: number, of: number) => void;
  readonly onSnapshot?: (snapshot: Snapshot) => void;
  readonly onFault?: (fault: FaultFigures) => void;
}

/** Workers get the word before this is over. */
const START_DELAY_MS = 500;
/** Below so many leaves a worker's own memory drowns theirs. */
const LEAST_LEAVES_FOR_MEMORY = 500;

/**
 * Runs a load test.
 *
 * @throws BanyanError what keeps it from running: `forbidden`, `limit_exceeded`, `invalid_config`, `unreachable` …
 */
export async function runLoad(init: LoadRunInit): Promise<RunResults> {
  const { plan, target, signal, onStep } = init;
  const processes = target.processes;
  const faults = createFaults({ plan, processes, onFault: (fault) => init.onFault?.(fault) });
  const { agents = [] } = init;
  const places = placeWorkers({
    maxLeaves: plan.maxLeaves,
    socketsPerLeaf: socketsPerLeaf(plan),
    workers: init.workers ?? (agents.length > 0 ? agents.length : Math.max(1, cpus().length - 1)),
    machines: await machinesOf(agents, signal),
  });
  const count = places.length;
  onStep?.('Opening the accounts of the leaves');
  const accounts = await openLoadAccounts({
    issuer: target.issuer,
    pins: target.pins,
    invite: target.invite,
    account: init.account ?? 'load',
    folder: init.folder,
    // Each worker fills its own part of each account.
    leaves: plan.identities,
    signal,
  });
  const tally = createTally(plan, count);
  const watch = createProcessWatch(processes);
  const enrolled = new Map<number, number>();
  let noting: Promise<void> = Promise.resolve();
  const workers: LoadWorker[] = [];
  const handlers: WorkerHandlers = {
    onProgress(slice, n, deviceIds) {
      enrolled.set(slice.index, n);
      noting = noting.then(() => accounts.note(deviceIds));
      init.onEnrolled?.(
        [...enrolled.values()].reduce((sum, one) => sum + one, 0),
        plan.identities,
      );
    },
    onInterval(_slice, interval) {
      const snapshot = tally.add(interval);
      if (snapshot !== undefined) init.onSnapshot?.(snapshot);
    },
  };
  try {
    for (let index = 0; index < count; index += 1)
      workers.push(
        await startWorker({ index, of: count }, handlers, { agent: agents[places[index]!], signal }),
      );
    onStep?.(
      `Making and enrolling ${plan.identities} leaves in ${count === 1 ? 'one worker' : `${count} workers`}`,
    );
    const enrolStart = systemClock.monotonic();
    const rss = await prepareAll(workers, { plan, target, accounts });
    signal.throwIfAborted();
    const enrolMs = systemClock.monotonic() - enrolStart;
    onStep?.('Running');
    const startedAt = systemClock.now() + START_DELAY_MS;
    const begin = systemClock.monotonic() + START_DELAY_MS;
    const look = systemClock.setInterval(
      () => void watch.look().then((seen) => tally.see(seen)),
      INTERVAL_MS,
    );
    const onAbort = (): void => {
      for (const worker of workers) worker.stop();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    faults.start(begin);
    try {
      await Promise.all(workers.map((worker) => worker.run(startedAt)));
    } finally {
      faults.stop();
      look.cancel();
      signal.removeEventListener('abort', onAbort);
    }
    tally.close();
    return await resultsOf({
      init,
      tally,
      startedAt,
      enrolMs,
      workers: count,
      networkName: accounts.networkName,
      rssBefore: rss.reduce((sum, bytes) => sum + bytes, 0),
      faults: faults.happened,
    });
  } finally {
    for (const worker of workers) worker.kill();
    await noting;
    onStep?.('Putting the devices of the leaves away');
    await accounts.retire().catch((error: unknown) => {
      onStep?.(`The devices are put away at the next run: ${toBanyanError(error).message}`);
    });
    await accounts.close();
  }
}

/** Sessions with home and second home; with downloads a listener, and room for transfers both ways. */
function socketsPerLeaf({ leaf, hasDownloads }: LoadPlan): number {
  return (leaf.secondHome ? 2 : 1) + (hasDownloads ? 3 : 0);
}

/** The agents; without any, this machine. */
async function machinesOf(agents: readonly AgentLink[], signal: AbortSignal): Promise<WorkerMachine[]> {
  if (agents.length === 0) return [{ place: 'here', descriptors: await descriptorLimit() }];
  return Promise.all(
    agents.map(async (agent) => {
      const { descriptors, workers } = await askAgent(agent, signal);
      const place = `at the agent ${formatHostPort(agent.host, agent.port)}`;
      return { place, descriptors: descriptors ?? undefined, workers };
    }),
  );
}

async function prepareAll(
  workers: readonly LoadWorker[],
  { plan, target, accounts }: { plan: LoadPlan; target: LoadTarget; accounts: LoadAccounts },
): Promise<number[]> {
  // A worker's part of the identities, taken from the accounts one after the other.
  const left = accounts.accounts.map((account) => ({ ...account }));
  return Promise.all(
    workers.map((worker) => {
      const { index, of } = worker.slice;
      let needed = Math.ceil((plan.identities - index) / of);
      const own = [];
      for (const account of left) {
        const room = Math.min(needed, account.room);
        if (room === 0) continue;
        own.push({ account: account.account, invite: account.invite, room });
        account.room -= room;
        needed -= room;
      }
      return worker.prepare({
        kind: 'prepare',
        plan,
        slice: worker.slice,
        issuer: target.issuer,
        pins: target.pins,
        accounts: own,
      });
    }),
  );
}

interface ResultsInit {
  readonly init: LoadRunInit;
  readonly tally: Tally;
  readonly startedAt: number;
  readonly enrolMs: number;
  readonly workers: number;
  readonly networkName: string;
  readonly rssBefore: number;
  readonly faults: readonly FaultFigures[];
}

async function resultsOf(it: ResultsInit): Promise<RunResults> {
  const { init, tally, startedAt } = it;
  const { plan, target, signal } = init;
  const intervals = tally.intervals();
  const bottleneck = findBottleneck(intervals, plan.maxLatenessMs);
  const thresholds = plan.thresholds.map((threshold) => judgeThreshold(threshold, tally));
  const cores = cpus();
  return {
    format: RESULTS_FORMAT,
    verdict: signal.aborted
      ? 'stopped'
      : bottleneck.length > 0
        ? 'no-result'
        : thresholds.every(({ passed }) => passed)
          ? 'passed'
          : 'failed',
    bottleneck,
    plan,
    startedAt,
    durationMs: systemClock.now() - startedAt,
    version: VERSION,
    commit: await sourceCommit(),
    machine: {
      cpu: cores[0]?.model.trim() ?? 'unknown',
      cores: cores.length,
      memoryGib: Math.round(totalmem() / 2 ** 30),
      os: `${osType()} ${release()}`,
      node: process.versions.node,
    },
    network: { issuer: target.issuer, name: it.networkName, isOwn: target.processes.length > 0 },
    workers: it.workers,
    agents: (init.agents ?? []).map(({ host, port }) => `${host}:${port}`),
    enrolMs: it.enrolMs,
    memory: { bytesPerLeaf: bytesPerLeaf(intervals, it.rssBefore), sharedTls: plan.leaf.sharedTls },
    thresholds: thresholds.map(thresholdFigures),
    faults: it.faults,
    total: tally.whole(),
    stages: tally.stages(),
    intervals,
  };
}

/** At the interval with the most leaves; garbage that was not collected yet counts too. */
function bytesPerLeaf({ online, tester }: Intervals, before: number): number | null {
  const most = Math.max(0, ...online);
  if (most < LEAST_LEAVES_FOR_MEMORY) return null;
  return Math.max(0, Math.round(((tester.rssBytes[online.indexOf(most)] ?? before) - before) / most));
}

function thresholdFigures({ threshold, actual, passed }: ThresholdResult): ThresholdFigures {
  return {
    text: threshold.text,
    actual: actual ?? null,
    actualText: actual === undefined ? 'nothing measured' : figureText(threshold, actual),
    passed,
  };
}

/** A figure in the unit of its threshold. */
function figureText({ figure, isShare, operation }: Threshold, actual: number): string {
  const digits = (value: number): string => String(Number(value.toPrecision(3)));
  if (isShare || isShareOfOne(figure)) return `${digits(actual * 100)} %`;
  if (operation === undefined || figure === 'count' || figure === 'errors') return String(actual);
  if (figure === 'rate') return `${digits(actual)}/s`;
  return actual >= 1000 ? `${digits(actual / 1000)} s` : `${digits(actual)} ms`;
}
