/** Where a leaf goes: its home, its warm second home, and the order in which it tries others. */
import type { FailoverStep, HomeChoice, ProbeAnswer } from './types.ts';

/** Round trips are compared with this much added: on one LAN nobody is "ten times nearer". */
const RTT_FLOOR_MS = 20;
/** Each cost is multiplied by up to 1 ± this, so that equal leaves do not all choose alike. */
const JITTER = 0.25;
/** With room for only so many, a supernode costs twice as much. */
const SCARCE_SPARE = 50;

/** A warm second home takes all leaves of a lost one: spread over this much. */
const WARM_SPREAD_MS = 150;
/** Cold attempts: the first within this, each next one this much times the factor later. */
const COLD_FIRST_MS = 500;
const COLD_FACTOR = 1.6;
const COLD_MAX_STEP_MS = 15_000;

/**
 * Chooses home and second home among those that answered: near and roomy ones are likely, never certain.
 * The second home is another supernode, and of another failure domain where one answered.
 */
export function chooseHome(
  answers: readonly ProbeAnswer[],
  init: { readonly random: () => number },
): HomeChoice {
  const costs = new Map<ProbeAnswer, number>();
  const known = new Set<string>();
  const refusing: string[] = [];
  for (const answer of answers) {
    if (known.has(answer.deviceId)) continue;
    known.add(answer.deviceId);
    const jitter = 1 + JITTER * (2 * init.random() - 1);
    if (!willing(answer)) refusing.push(answer.deviceId);
    else costs.set(answer, jitter * cost(answer));
  }
  const ranked = [...costs].sort((a, b) => a[1] - b[1]).map(([answer]) => answer);
  const [home, ...rest] = ranked;
  if (home === undefined) return { others: refusing };
  const apart = rest.find(
    ({ failureDomain }) => failureDomain === undefined || failureDomain !== home.failureDomain,
  );
  const second = apart ?? rest[0];
  const others = [...rest.filter((answer) => answer !== second).map(({ deviceId }) => deviceId), ...refusing];
  return {
    home: home.deviceId,
    ...(second === undefined ? {} : { secondHome: second.deviceId }),
    others,
  };
}

function willing(answer: ProbeAnswer): answer is ProbeAnswer & { readonly rttMs: number } {
  return (
    answer.refused === undefined &&
    answer.rttMs !== undefined &&
    Number.isFinite(answer.rttMs) &&
    answer.spare !== 0
  );
}

function cost(answer: ProbeAnswer & { readonly rttMs: number }): number {
  const spare = answer.spare ?? SCARCE_SPARE;
  return (RTT_FLOOR_MS + Math.max(0, answer.rttMs)) * (1 + SCARCE_SPARE / Math.max(1, spare));
}

/**
 * When to try whom after the home is lost: the warm second home within 150 ms, then the others one after
 * another, each later than the one before. All times are jittered, so that a lost supernode's thousands of
 * leaves do not arrive at once. When the plan is used up, ask the list and plan again.
 */
export function failoverPlan(
  choice: Pick<HomeChoice, 'secondHome' | 'others'>,
  init: { readonly random: () => number },
): FailoverStep[] {
  const steps: FailoverStep[] = [];
  if (choice.secondHome !== undefined) {
    steps.push({ deviceId: choice.secondHome, afterMs: Math.round(init.random() * WARM_SPREAD_MS) });
  }
  let from = steps[0] === undefined ? 0 : WARM_SPREAD_MS;
  let step = COLD_FIRST_MS;
  for (const deviceId of choice.others) {
    steps.push({ deviceId, afterMs: Math.round(from + init.random() * step) });
    from += step;
    step = Math.min(COLD_MAX_STEP_MS, step * COLD_FACTOR);
  }
  return steps;
}
