/** What a policy would do with the hosts that there are. It promises nothing and changes nothing. */
import type { PolicyDecision, PolicyHost, PolicyView } from './types.ts';
import { mayBeHandedOut } from './host.ts';

/** One at a time is drained: what it frees moves before the next is looked at. */
const MAX_DRAINS = 1;
/** Promotions that are under way at a time: each brings leaves from others, which must settle. */
const MAX_PROMOTIONS = 4;

/**
 * What is to be done now, the most urgent first. Empty when all is well, or nothing can be done.
 *
 * - As many supernodes are wanted as the leaves need at `targetLeaves` each and `spare` on top, between `minSupernodes`
 *   and `maxSupernodes`, and `minPerRegion` in each region.
 * - Promoted is the best fit volunteer that has been fit for the stabilisation period, in the region that lacks one
 *   first. Between two changes of its role the hysteresis passes, unless there are fewer than `minSupernodes`.
 * - Drained is a volunteer that fails its criteria for the stabilisation period, or that is not needed any more: never
 *   below what is wanted, never one that is run by its operator, never within the hysteresis.
 */
export function planPolicy(view: PolicyView): PolicyDecision[] {
  const { policy, hosts } = view;
  const alive = hosts.filter(isAlive);
  const coming = hosts.filter(isComing);
  const draining = hosts.filter(({ record }) => record.role === 'draining');
  const figures = figuresOf(view);
  const { leaves, wanted } = figures;

  const decisions: PolicyDecision[] = [];
  const room = (): number => MAX_PROMOTIONS - coming.length - decisions.length;
  const isTooFew = alive.length < policy.minSupernodes;
  const chosen = new Set<string>();
  const promote = (candidate: PolicyHost, reason: string): void => {
    chosen.add(candidate.record.deviceId);
    decisions.push({
      action: 'promote',
      deviceId: candidate.record.deviceId,
      reason,
      figures: { ...figures, score: candidate.judgement?.score ?? 0 },
    });
  };
  const best = (region?: string): PolicyHost | undefined =>
    hosts
      .filter(
        (host) =>
          !chosen.has(host.record.deviceId) &&
          (region === undefined || host.region === region) &&
          isReady(host, view, isTooFew),
      )
      .sort((a, b) => b.judgement!.score - a.judgement!.score || order(a, b))[0];

  const total = alive.length + coming.length;
  for (const region of regionsOf(hosts)) {
    const here = [...alive, ...coming].filter((host) => host.region === region).length;
    for (let lacking = policy.minPerRegion - here; lacking > 0; lacking--) {
      if (room() <= 0 || total + decisions.length >= policy.maxSupernodes) break;
      const candidate = best(region);
      if (candidate === undefined) break;
      promote(candidate, `the region ${region} has ${here} of ${policy.minPerRegion} supernodes`);
    }
  }
  while (room() > 0 && total + decisions.length < wanted) {
    const candidate = best();
    if (candidate === undefined) break;
    promote(
      candidate,
      isTooFew
        ? `there are ${alive.length} supernodes, and ${policy.minSupernodes} at least are wanted`
        : `${leaves} leaves want ${wanted} supernodes, and there are ${total}`,
    );
  }
  if (decisions.length > 0 || coming.length > 0 || draining.length >= MAX_DRAINS) return decisions;

  const unfit = alive.find((host) => isOverdue(host, view));
  const surplus =
    alive.length > wanted ? idlest(alive.filter((host) => mayGo(host, view, alive))) : undefined;
  if (unfit !== undefined && alive.length > policy.minSupernodes) {
    const failing = unfit.judgement?.criteria.filter(({ passed }) => !passed).map(({ name }) => name) ?? [];
    decisions.push({
      action: 'drain',
      deviceId: unfit.record.deviceId,
      reason: `it fails: ${failing.join(', ')}`,
      figures: { ...figures, score: unfit.judgement?.score ?? 0 },
    });
  } else if (surplus !== undefined)
    decisions.push({
      action: 'drain',
      deviceId: surplus.record.deviceId,
      reason: `${leaves} leaves want ${wanted} supernodes, and there are ${alive.length}`,
      figures: { ...figures, ownLeaves: surplus.leaves },
    });
  return decisions;
}

/** Supernodes that are wanted beside those that the plan makes, and that no host is fit to become. */
export function supernodesLacking(view: PolicyView, plan: readonly PolicyDecision[]): number {
  const { supernodes, coming, wanted } = figuresOf(view);
  const under = coming + plan.filter(({ action }) => action === 'promote').length;
  // With as many under way as may be at a time nobody has looked for more.
  return under >= MAX_PROMOTIONS ? 0 : Math.max(0, wanted - supernodes - under);
}

interface PolicyFigures {
  readonly leaves: number;
  /** That are handed out. */
  readonly supernodes: number;
  /** That are on their way to be. */
  readonly coming: number;
  readonly wanted: number;
}

/** What a policy goes by: how many supernodes it wants just now, and how many there are. */
function figuresOf({ policy, hosts }: PolicyView): PolicyFigures {
  const leaves = hosts.reduce((sum, host) => sum + host.leaves, 0);
  const needed = Math.ceil((leaves / policy.targetLeaves) * (1 + policy.spare));
  return {
    leaves,
    supernodes: hosts.filter(isAlive).length,
    coming: hosts.filter(isComing).length,
    wanted: Math.min(policy.maxSupernodes, Math.max(policy.minSupernodes, needed)),
  };
}

const isAlive = ({ record }: PolicyHost): boolean => record.role === 'serving' && mayBeHandedOut(record);
const isComing = ({ record }: PolicyHost): boolean =>
  record.role === 'promoting' || record.role === 'proving';

/** Whether policy may promote it now. */
function isReady(
  { record, judgement, fitSince }: PolicyHost,
  { policy, now }: PolicyView,
  isTooFew: boolean,
): boolean {
  return (
    record.kind === 'volunteer' &&
    record.role === 'leaf' &&
    record.isCordoned !== true &&
    judgement?.isFit === true &&
    fitSince !== undefined &&
    now - fitSince >= policy.stabilisationMs &&
    (isTooFew || !isFresh(record.switchedAt, policy.hysteresisMs, now))
  );
}

/** Whether it has failed for long enough to be drained. */
function isOverdue({ record, unfitSince }: PolicyHost, { policy, now }: PolicyView): boolean {
  return (
    record.kind === 'volunteer' &&
    unfitSince !== undefined &&
    now - unfitSince >= policy.stabilisationMs &&
    !isFresh(record.switchedAt, policy.hysteresisMs, now)
  );
}

/** Whether the others can do without it. */
function mayGo(host: PolicyHost, { policy, now }: PolicyView, alive: readonly PolicyHost[]): boolean {
  if (host.record.kind !== 'volunteer' || isFresh(host.record.switchedAt, policy.hysteresisMs, now))
    return false;
  const others = alive.filter((one) => one !== host);
  const spare = others.reduce((sum, { capacity, leaves }) => sum + Math.max(0, capacity - leaves), 0);
  const here = others.filter(({ region }) => region === host.region).length;
  return spare >= host.leaves && (host.region === undefined || here >= policy.minPerRegion);
}

function idlest(hosts: readonly PolicyHost[]): PolicyHost | undefined {
  return [...hosts].sort((a, b) => a.leaves - b.leaves || order(a, b))[0];
}

function isFresh(switchedAt: number | undefined, withinMs: number, now: number): boolean {
  return switchedAt !== undefined && now - switchedAt < withinMs;
}

/** The same on every replica. */
function order(a: PolicyHost, b: PolicyHost): number {
  return a.record.deviceId < b.record.deviceId ? -1 : 1;
}

function regionsOf(hosts: readonly PolicyHost[]): string[] {
  return [...new Set(hosts.flatMap(({ region }) => region ?? []))].sort();
}
