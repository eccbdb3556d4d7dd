/** Brings about the faults of a scenario at their times: to processes that the tester started, and to the links to them. */
import { createSeededPick } from './pick.ts';
import { BanyanError } from '@banyan/proto';
import { systemClock, type Timer } from '@banyan/kit';
import { isOfLink, type Fault, type LoadPlan } from '../scenario/plan.ts';
import type { FaultFigures } from '../results/results.ts';
import type { TargetProcess } from './target.ts';

export interface Faults {
  /** Those that happened until now. */
  readonly happened: readonly FaultFigures[];
  /** Begins to wait for their times. @param at - monotonic milliseconds of the start of the run */
  start(at: number): void;
  /** Ends the waiting, wakes up whoever is paused, and mends the links. */
  stop(): void;
}

export interface FaultsInit {
  readonly plan: LoadPlan;
  readonly processes: readonly TargetProcess[];
  readonly onFault: (fault: FaultFigures) => void;
}

/** @throws BanyanError `invalid_config` when there is nobody that a fault may hit */
export function createFaults({ plan, processes, onFault }: FaultsInit): Faults {
  const supernodes = processes.filter(({ isSupernode }) => isSupernode);
  assertHittable(plan, supernodes);
  const alive = new Set(supernodes);
  /** What ends a fault that lasts. */
  const ends = new Set<() => void>();
  const timers = new Set<Timer>();
  const happened: FaultFigures[] = [];
  const pick = createSeededPick(plan.seed);

  const later = (ms: number, act: () => void): void => {
    const timer = systemClock.setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  };
  const strike = (process: TargetProcess, { kind, forMs, byMs }: Fault): void => {
    const lasting = (begin: () => void, end: () => void): void => {
      begin();
      const once = (): void => {
        if (ends.delete(once)) end();
      };
      ends.add(once);
      later(forMs, once);
    };
    switch (kind) {
      case 'pause':
        lasting(
          () => process.kill('SIGSTOP'),
          () => process.kill('SIGCONT'),
        );
        return;
      case 'partition':
        lasting(
          () => process.link?.cut(),
          () => process.link?.mend(),
        );
        return;
      case 'slow':
        lasting(
          () => process.link?.slow(byMs),
          () => process.link?.mend(),
        );
        return;
      case 'kill':
        alive.delete(process);
        process.kill('SIGKILL');
        return;
      case 'stop':
        alive.delete(process);
        void process.stop();
    }
  };
  const hit = (fault: Fault): void => {
    const { target, kind } = fault;
    const hits =
      'name' in target
        ? [...alive].filter(({ name }) => name === target.name)
        : pick([...alive], Math.ceil(target.share * alive.size));
    for (const process of hits) strike(process, fault);
    const figures = { atMs: fault.atMs, kind, names: hits.map(({ name }) => name) };
    happened.push(figures);
    onFault(figures);
  };
  return {
    happened,
    start(at) {
      const now = systemClock.monotonic();
      for (const fault of plan.faults) later(at + fault.atMs - now, () => hit(fault));
    },
    stop() {
      for (const timer of timers) timer.cancel();
      timers.clear();
      for (const end of [...ends]) end();
    },
  };
}

function assertHittable({ faults }: LoadPlan, supernodes: readonly TargetProcess[]): void {
  if (faults.length > 0 && supernodes.length === 0)
    throw new BanyanError(
      'invalid_config',
      'This scenario has faults, which the tester brings only to processes that it started itself. Run it without --network.',
    );
  for (const { target } of faults)
    if ('name' in target && !supernodes.some(({ name }) => name === target.name))
      throw new BanyanError(
        'invalid_config',
        `The scenario has a fault of ${target.name}, which there is not. Supernodes: ${supernodes.map(({ name }) => name).join(', ')}.`,
      );
  if (faults.some(isOfLink) && supernodes.some(({ link }) => link === undefined))
    throw new BanyanError('internal', 'The links to the supernodes cannot be cut or slowed.');
}
