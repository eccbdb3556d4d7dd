/** What promotion measures of itself, under the names that dashboards and alerts use. */
import type { HostRole } from '@banyan/core';
import type { Clock, Metrics } from '@banyan/kit';
import type { HostDesk, RoleChange } from './host-desk.ts';
import { recordOf } from './host-view.ts';
import type { Steward } from './steward.ts';

/** Told of what happens. */
export interface PromotionMeter {
  onChange(change: RoleChange): void;
  /** @param code - why it failed; '': it passed */
  onProbe(code: string): void;
}

const ROLES: readonly HostRole[] = ['leaf', 'promoting', 'proving', 'serving', 'draining'];
const KINDS = ['volunteer', 'operated'] as const;
/** From a start that takes seconds to a drain that waits for long downloads. */
const ROLE_BUCKETS_S = [1, 5, 15, 30, 60, 120, 300, 900, 1800, 3600];
/** These pass by themselves; how long one serves, or does not, says nothing of promotion. */
const PASSING: ReadonlySet<HostRole> = new Set(['promoting', 'proving', 'draining']);

export function createPromotionMeter(metrics: Metrics): PromotionMeter {
  const changes = metrics.counter({
    name: 'banyan_list_role_changes_total',
    help: 'Roles of hosts that changed, by who decided it: operator, policy, owner, or the list by what it saw. From proving to serving is a promotion that came off, from promoting or proving to leaf one that did not.',
    labels: ['from', 'to', 'by'],
  });
  const durations = metrics.histogram({
    name: 'banyan_list_role_duration_seconds',
    help: 'How long hosts were promoting, proving or draining, by what they became.',
    labels: ['role', 'to'],
    buckets: ROLE_BUCKETS_S,
  });
  const probes = metrics.counter({
    name: 'banyan_list_probes_total',
    help: 'Probes of supernodes: ok, or why they failed.',
    labels: ['result'],
  });
  return {
    onChange({ from, to, by, ms }) {
      changes.inc({ from, to, by });
      if (PASSING.has(from)) durations.observe({ role: from, to }, ms / 1000);
    },
    onProbe: (code) => probes.inc({ result: code === '' ? 'ok' : code }),
  };
}

/** Shows the hosts, and whether this list may and does see to them. */
export function addPromotionGauges(
  { metrics, clock }: { readonly metrics: Metrics; readonly clock: Pick<Clock, 'now'> },
  { desk, steward }: { readonly desk: Pick<HostDesk, 'all'>; readonly steward: Steward },
): void {
  metrics.gauge({
    name: 'banyan_list_hosts',
    help: 'Hosts by kind (a volunteer, or operated by somebody) and role; the same from each replica, absent while the store is away.',
    labels: ['kind', 'role'],
    async collect() {
      const records = await desk.all().then(
        (all) => all.map((known) => recordOf(known, clock.now())),
        () => undefined,
      );
      if (records === undefined) return [];
      return KINDS.flatMap((kind) =>
        ROLES.map((role) => ({
          labels: { kind, role },
          value: records.filter((record) => record.kind === kind && record.role === role).length,
        })),
      );
    },
  });
  metrics.gauge({
    name: 'banyan_list_may_promote',
    help: '1: this list has the right to make hosts supernodes; 0: it has not, and its log says why.',
    collect: () => (steward.problem === undefined ? 1 : 0),
  });
  metrics.gauge({
    name: 'banyan_list_leads',
    help: '1: this replica sees to promotion; the others wait.',
    collect: () => (steward.isLeading ? 1 : 0),
  });
}
