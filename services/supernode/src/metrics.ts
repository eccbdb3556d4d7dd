/** What a supernode measures of itself, under the names that dashboards and alerts use. */
import type { ErrorCode } from '@banyan/proto';
import type { IndexStats } from '@banyan/core';
import type { Metrics } from '@banyan/kit';
import type { QueryRouterComponents } from './query-router.ts';

export interface Counters {
  readonly onQuery: NonNullable<QueryRouterComponents['onQuery']>;
  readonly onLookup: NonNullable<QueryRouterComponents['onLookup']>;
  readonly onEnded: (code: ErrorCode | 'ok') => void;
  readonly onRefused: (code: ErrorCode) => void;
}

export function createCounters(metrics: Metrics): Counters {
  const queryMs = metrics.histogram({
    name: 'banyan_supernode_query_duration_seconds',
    help: 'Time from a query to its last answer.',
  });
  const hits = metrics.counter({
    name: 'banyan_supernode_hits_total',
    help: 'Hits answered, merged by content.',
  });
  const timeouts = metrics.counter({
    name: 'banyan_supernode_query_timeouts_total',
    help: 'Neighbours that did not answer a query in time.',
  });
  const lookups = metrics.counter({
    name: 'banyan_supernode_answer_lookups_total',
    help: 'Looks for an answer that is there already, of the own index or of all supernodes together: found (hit), under way (joined), or not (miss).',
    labels: ['answer', 'outcome'],
  });
  const ended = metrics.counter({
    name: 'banyan_supernode_sessions_ended_total',
    help: 'Sessions and links that ended, by reason.',
    labels: ['code'],
  });
  const refused = metrics.counter({
    name: 'banyan_supernode_refused_total',
    help: 'Callers turned away before they had a session, by reason.',
    labels: ['code'],
  });
  return {
    onQuery: (took) => {
      queryMs.observe(took.ms / 1000);
      hits.inc(took.hits);
      timeouts.inc(took.timedOut);
    },
    onLookup: (answer, outcome) => lookups.inc({ answer, outcome }),
    onEnded: (code) => ended.inc({ code }),
    onRefused: (code) => refused.inc({ code }),
  };
}

export interface GaugeSources {
  readonly leaves: () => number;
  readonly links: () => number;
  readonly queued: () => number;
  readonly stats: () => IndexStats;
  readonly indexLimit: () => number;
}

export function addGauges(
  metrics: Metrics,
  { leaves, links, queued, stats, indexLimit }: GaugeSources,
): void {
  const gauges: readonly (readonly [string, string, () => number])[] = [
    ['leaves', 'Leaves with a session, second homes included.', leaves],
    ['links', 'Open links to other supernodes.', links],
    ['queued_batches', 'Published batches that wait for their turn.', queued],
    ['records', 'Records held.', () => stats().records],
    ['contents', 'Distinct contents held.', () => stats().contents],
    ['terms', 'Distinct terms held.', () => stats().terms],
    ['index_bytes', 'Memory of the index.', () => stats().bytes],
    ['index_limit_bytes', 'Memory that the index may take; beyond it records are refused.', indexLimit],
  ];
  for (const [name, help, collect] of gauges)
    metrics.gauge({ name: `banyan_supernode_${name}`, help, collect });
}
