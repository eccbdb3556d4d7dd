/** What a supernode measures of itself, under the names that dashboards and alerts use. */
import { FIRST_HIT_BOUNDS_MS, type BeatAnswers, type BeatRates, type ErrorCode } from '@banyan/proto';
import { createAnswerWindow, type IndexStats } from '@banyan/core';
import type { Clock, Metrics } from '@banyan/kit';
import type { OnTraffic } from '@banyan/sdk';
import type { QueryRouter, QueryRouterComponents } from './query-router.ts';
import type { ReachComponents } from './reach.ts';
import type { SessionsComponents } from './sessions.ts';

/** Hooks of the parts, which know nothing of metrics. */
export interface Counters
  extends
    Required<Pick<QueryRouterComponents, 'onQuery' | 'onLookup' | 'onSources' | 'onWave'>>,
    Required<Pick<SessionsComponents, 'onEnded' | 'onRefusedMessage' | 'onPublished'>>,
    Required<Pick<ReachComponents, 'onChecked'>> {
  readonly onTraffic: OnTraffic;
  /** A chunk was fetched from a leaf that asked whether others can: '' or why it did not come. */
  readonly onFetched: (code: string) => void;
  /** A caller was turned away before it had a session. */
  readonly onRefused: (code: ErrorCode) => void;
  /** What was counted since the start, for the beats. */
  readonly totals: Readonly<BeatRates>;
  /** How leaves' searches were answered within the last minute, for the same. */
  readonly answers: () => BeatAnswers;
}

export function createCounters(metrics: Metrics, clock: Pick<Clock, 'monotonic'>): Counters {
  const queryS = metrics.histogram({
    name: 'banyan_supernode_query_duration_seconds',
    help: 'Time from a query to its last answer, by who asked: a leaf, another supernode for its part, or the list for a try (probe).',
    labels: ['from'],
  });
  const firstHitS = metrics.histogram({
    name: 'banyan_supernode_first_hit_duration_seconds',
    help: 'Time from a search of a leaf to its first hit, of those that had one.',
    buckets: FIRST_HIT_BOUNDS_MS.map((ms) => ms / 1000),
  });
  const searches = metrics.counter({
    name: 'banyan_supernode_searches_total',
    help: 'Searches of leaves that were answered: with a hit (found), or without (none).',
    labels: ['result'],
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
  const waves = metrics.counter({
    name: 'banyan_supernode_waves_total',
    help: 'Waves of a query to other supernodes.',
  });
  const neighbourAnswers = metrics.counter({
    name: 'banyan_supernode_neighbour_answers_total',
    help: 'What became of questions to other supernodes, for hits or for sources: ok, or why there was no answer.',
    labels: ['question', 'code'],
  });
  const sourceLooksS = metrics.histogram({
    name: 'banyan_supernode_source_lookup_duration_seconds',
    help: 'Time from a question for sources to its last answer, by who asked.',
    labels: ['from'],
  });
  const sources = metrics.counter({
    name: 'banyan_supernode_sources_total',
    help: 'Sources named to those who asked for some.',
  });
  const published = metrics.counter({
    name: 'banyan_supernode_published_records_total',
    help: 'Records that leaves published: ok, or why one was refused.',
    labels: ['result'],
  });
  const refusedMessages = metrics.counter({
    name: 'banyan_supernode_refused_messages_total',
    help: 'Messages of leaves and supernodes that were answered with an error, by kind and reason.',
    labels: ['kind', 'code'],
  });
  const messages = metrics.counter({
    name: 'banyan_supernode_messages_total',
    help: 'Messages with leaves and supernodes, by direction and kind.',
    labels: ['direction', 'kind'],
  });
  const bytes = metrics.counter({
    name: 'banyan_supernode_message_bytes_total',
    help: 'Bytes of those messages, without TLS and framing.',
    labels: ['direction', 'kind'],
  });
  const dialBacks = metrics.counter({
    name: 'banyan_supernode_dial_backs_total',
    help: 'Addresses of leaves that were dialled back: ok, or why they were not reached.',
    labels: ['result'],
  });
  const chunkFetches = metrics.counter({
    name: 'banyan_supernode_chunk_fetches_total',
    help: 'Chunks that were fetched from leaves that asked whether others can: ok, or why none came.',
    labels: ['result'],
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
  const answers = createAnswerWindow();
  const totals = { searches: 0, hits: 0, refused: 0, bytes: 0 };
  return {
    totals,
    answers: () => answers.read(clock.monotonic()),
    onQuery: (took) => {
      if (took.from === 'leaf') {
        totals.searches += 1;
        totals.hits += took.hits;
        answers.note(clock.monotonic(), took.firstHitMs);
        searches.inc({ result: took.firstHitMs === undefined ? 'none' : 'found' });
        if (took.firstHitMs !== undefined) firstHitS.observe(took.firstHitMs / 1000);
      }
      queryS.observe({ from: took.from }, took.ms / 1000);
      hits.inc(took.hits);
      timeouts.inc(took.timedOut);
    },
    onLookup: (answer, outcome) => lookups.inc({ answer, outcome }),
    onWave: (answers) => {
      waves.inc();
      for (const { code } of answers) neighbourAnswers.inc({ question: 'search', code: code || 'ok' });
    },
    onSources: (look) => {
      sourceLooksS.observe({ from: look.from }, look.ms / 1000);
      sources.inc(look.sources);
      for (const code of look.answers) neighbourAnswers.inc({ question: 'sources', code: code || 'ok' });
    },
    onPublished: (accepted, codes) => {
      published.inc({ result: 'ok' }, accepted);
      for (const result of codes) published.inc({ result });
    },
    onRefusedMessage: (kind, code) => refusedMessages.inc({ kind, code }),
    onTraffic: (direction, kind, length) => {
      messages.inc({ direction, kind });
      bytes.inc({ direction, kind }, length);
      totals.bytes += length;
    },
    onChecked: (code) => dialBacks.inc({ result: code || 'ok' }),
    onFetched: (code) => chunkFetches.inc({ result: code || 'ok' }),
    onEnded: (code) => ended.inc({ code }),
    onRefused: (code) => {
      refused.inc({ code });
      totals.refused += 1;
    },
  };
}

export interface GaugeSources {
  readonly leaves: () => number;
  readonly homes: () => number;
  readonly links: () => number;
  readonly queued: () => number;
  readonly stats: () => IndexStats;
  readonly router: Pick<QueryRouter, 'underWay' | 'answerBytes'>;
  readonly bufferedBytes: () => number;
  /** Whether the list takes the beats. */
  readonly listed: () => boolean;
  readonly capacity: number;
  readonly restedMs: () => number;
  readonly indexLimit: number;
}

export function addGauges(metrics: Metrics, sources: GaugeSources): void {
  const { stats, router } = sources;
  const gauges: readonly (readonly [string, string, () => number])[] = [
    ['leaves', 'Leaves with a session, second homes included.', sources.leaves],
    ['home_leaves', 'Leaves that publish here.', sources.homes],
    ['capacity_leaves', 'Leaves that are taken at most.', () => sources.capacity],
    [
      'rested_seconds',
      'How long it stood still since its start to keep to the caps of its owner.',
      () => sources.restedMs() / 1000,
    ],
    ['links', 'Open links to other supernodes.', sources.links],
    ['queries_in_progress', 'Questions that are being answered now.', () => router.underWay],
    ['queued_batches', 'Published batches that wait for their turn.', sources.queued],
    ['send_queue_bytes', 'Bytes that leaves and supernodes have not read yet.', sources.bufferedBytes],
    ['records', 'Records held.', () => stats().records],
    ['records_pending', 'Records that left and whose memory is still to be freed.', () => stats().pending],
    ['contents', 'Distinct contents held.', () => stats().contents],
    ['terms', 'Distinct terms held.', () => stats().terms],
    ['index_bytes', 'Memory of the index.', () => stats().bytes],
    [
      'index_limit_bytes',
      'Memory that the index may take; beyond it records are refused.',
      () => sources.indexLimit,
    ],
    [
      'listed',
      '1 while the list takes the beats of this supernode, else 0.',
      () => (sources.listed() ? 1 : 0),
    ],
  ];
  for (const [name, help, collect] of gauges)
    metrics.gauge({ name: `banyan_supernode_${name}`, help, collect });
  metrics.gauge({
    name: 'banyan_supernode_index_table_bytes',
    help: 'Memory of the index by what its tables hold.',
    labels: ['table'],
    collect: () => Object.entries(stats().tables).map(([table, value]) => ({ labels: { table }, value })),
  });
  metrics.gauge({
    name: 'banyan_supernode_answer_cache_bytes',
    help: 'Memory of answers that are kept for a moment: of the own index, and of all supernodes together.',
    labels: ['answer'],
    collect: () =>
      Object.entries(router.answerBytes).map(([answer, value]) => ({ labels: { answer }, value })),
  });
}
