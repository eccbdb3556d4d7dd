/** What the list measures of itself beside its HTTP server and its store, under the names that dashboards and alerts use. */
import type { SupernodeEntry } from '@banyan/proto';
import type { Metrics } from '@banyan/kit';
import type { Registry } from './registry.ts';

const STATES: readonly SupernodeEntry['state'][] = ['active', 'draining'];

/** Shows what the view of the registry holds. */
export function addGauges(
  metrics: Metrics,
  registry: Pick<Registry, 'members' | 'viewAgeMs' | 'waiting'>,
): void {
  const inService = (): SupernodeEntry[] => registry.members().filter(({ state }) => state === 'active');
  metrics.gauge({
    name: 'banyan_list_supernodes',
    help: 'Supernodes in the list, by state.',
    labels: ['state'],
    collect: () =>
      STATES.map((state) => ({
        labels: { state },
        value: registry.members().filter((member) => member.state === state).length,
      })),
  });
  metrics.gauge({
    name: 'banyan_list_leaves',
    help: 'Leaves that supernodes in service said they have, second homes included.',
    collect: () => inService().reduce((sum, { leaves }) => sum + leaves, 0),
  });
  metrics.gauge({
    name: 'banyan_list_capacity_leaves',
    help: 'Leaves that supernodes in service would take in all.',
    collect: () => inService().reduce((sum, { capacity }) => sum + capacity, 0),
  });
  metrics.gauge({
    name: 'banyan_list_records',
    help: 'Records that supernodes in service said they hold.',
    collect: () => inService().reduce((sum, { records }) => sum + records, 0),
  });
  metrics.gauge({
    name: 'banyan_list_view_age_seconds',
    help: 'Age of the view of the store.',
    collect: () => registry.viewAgeMs / 1000,
  });
  metrics.gauge({
    name: 'banyan_list_polls_waiting',
    help: 'Long polls that wait for a change of the membership.',
    collect: () => registry.waiting,
  });
}
