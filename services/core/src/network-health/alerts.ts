/** What is wrong with a network, by what its list says of the hosts. */
import type { Alert, AnswerFigures, HostView, Policy } from '@banyan/proto';
import { stateOf } from './host-state.ts';

/** Above this part of its room a network is nearly full: a lost supernode's leaves would find none. */
const FULL_PART = 0.85;
/** A host that was told to serve proves itself within a minute or two; then something keeps it. */
const STUCK_PROMOTION_MS = 5 * 60_000;
/** A drain ends with its own time; leaves that did not move by then were given as much again. */
const STUCK_DRAIN_TIMES = 2;
/** Callers turned away in a second, all supernodes together: one now and then has an expired token. */
const REFUSED_PER_SECOND = 1;
/** First hits that take longer, for one search in twenty, are felt as waiting. */
const SLOW_FIRST_HIT_MS = 1_000;
/** A smaller part of searches with a hit points at an index or links that are missing, not at odd wishes. */
const FEW_HITS_PART = 0.2;
/** Fewer searches in a minute say nothing of either. */
const MIN_SEARCHES = 50;
/** Of one kind, hosts that are named; the others are counted, and in the lists. */
const MAX_NAMED = 5;

/**
 * The gravest first; of hosts the first {@link MAX_NAMED} of each kind, the last of them with how many more there are.
 *
 * @param answers - of all its supernodes together
 */
export function alertsOf(
  hosts: readonly HostView[],
  policy: Policy | undefined,
  now: number,
  answers: AnswerFigures | null,
): Alert[] {
  const supernodes = hosts.filter(({ order }) => order.role !== 'leaf');
  const open = supernodes.filter(({ handedOut }) => handedOut);
  const leaves = hosts.reduce((sum, host) => sum + host.leaves, 0);
  const capacity = open.reduce((sum, host) => sum + host.capacity, 0);
  const fit = hosts.filter((host) => host.order.role === 'leaf' && host.fit).length;
  const alerts: Alert[] = [];
  const named = (
    code: Alert['code'],
    isGrave: boolean,
    which: readonly HostView[],
    more: (host: HostView) => Pick<Alert, 'detail' | 'figures'> = () => ({}),
  ): void => {
    const shown = which.slice(0, MAX_NAMED);
    const others = which.length - shown.length;
    for (const host of shown) {
      const { figures, ...told } = more(host);
      const isCounted = others > 0 && host === shown.at(-1);
      const all = isCounted ? { ...figures, others } : figures;
      alerts.push({
        ...{ code, isGrave, deviceId: host.deviceId, name: host.name },
        ...told,
        ...(all === undefined ? {} : { figures: all }),
      });
    }
  };

  if (open.length === 0) alerts.push({ code: 'no_supernode', isGrave: true, figures: { fit } });
  else if (leaves > capacity * FULL_PART)
    alerts.push({ code: 'full', isGrave: true, figures: { leaves, capacity, fit } });
  named(
    'silent',
    true,
    supernodes.filter((host) => stateOf(host) === 'silent'),
  );
  named(
    'faulty',
    true,
    supernodes.filter((host) => stateOf(host) === 'faulty'),
    ({ fault }) => ({ detail: fault?.message ?? '' }),
  );
  const refused = supernodes.reduce((sum, { load }) => sum + (load?.rates?.refused ?? 0), 0);
  if (refused >= REFUSED_PER_SECOND) alerts.push({ code: 'refusing', isGrave: false, figures: { refused } });
  if (open.length === 1) alerts.push({ code: 'one_supernode', isGrave: false, figures: { fit } });
  if (answers !== null && answers.searches >= MIN_SEARCHES) {
    const { searches, found, firstHitP95 } = answers;
    if (firstHitP95 !== null && firstHitP95.ms > SLOW_FIRST_HIT_MS)
      alerts.push({
        ...{ code: 'slow_hits', isGrave: false },
        figures: { ms: firstHitP95.ms, limit: SLOW_FIRST_HIT_MS },
      });
    if (found < searches * FEW_HITS_PART)
      alerts.push({ code: 'few_hits', isGrave: false, figures: { found, searches } });
  }
  const limit = policy?.thresholds.loopDelayMs;
  if (limit !== undefined)
    named(
      'slow',
      false,
      open.filter(({ load }) => (load?.loopDelayMs ?? 0) > limit),
      ({ load }) => ({ figures: { ms: Math.round(load?.loopDelayMs ?? 0), limit } }),
    );
  named(
    'stuck_promotion',
    false,
    supernodes.filter(
      ({ order }) =>
        (order.role === 'promoting' || order.role === 'proving') && now - order.since > STUCK_PROMOTION_MS,
    ),
    ({ order }) => ({ figures: { minutes: Math.floor((now - order.since) / 60_000) } }),
  );
  named(
    'stuck_drain',
    false,
    supernodes.filter(
      ({ order, kind, leaves: left }) =>
        order.role === 'draining' &&
        // One that is run by its operator stays up empty: its drain is over.
        (kind === 'volunteer' || left > 0) &&
        now - order.since > Math.max(60_000, order.drainMs * STUCK_DRAIN_TIMES),
    ),
    (host) => ({ figures: { leaves: host.leaves } }),
  );
  return alerts;
}
