/** What a supernode measures of itself, under the names that dashboards and alerts use. */
import type { ErrorCode } from '@banyan/proto';
import type { IndexStats } from '@banyan/core';
import type { Metrics } from '@banyan/kit';
import type { QueryRouterComponents } from './query-router.ts';

export interface Counters {
  readonly onQuery: NonNullable<QueryRouterComponents['onQuery']>;
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
    onEnded: (code) => ended.inc({ code }),
    onRefused: (code) => refused.inc({ code }),
  };
}

export interface GaugeSources {
  readonly leaves: () => number;
  readonly links: () => number;
  readonly queued: () => number;
  readonly stats: () => IndexStats;
}

export function addGauges(metrics: Metrics, { leaves, links, queued, stats }: GaugeSources): void {
  const gauges: readonly (readonly [string, string, () => number])[] = [
    ['leaves', 'Leaves with a session, second homes included.', leaves],
    ['links', 'Open links to other supernodes.', links],
    ['queued_batches', 'Published batches that wait for their turn.', queued],
    ['records', 'Records held.', () => stats().records],
    ['contents', 'Distinct contents held.', () => stats().contents],
    ['terms', 'Distinct terms held.', () => stats().terms],
  ];
  for (const [name, help, collect] of gauges)
    metrics.gauge({ name: `banyan_supernode_${name}`, help, collect });
}
