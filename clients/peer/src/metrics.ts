/** What a peer measures of itself beside its transfers, under the names that dashboards and alerts use. */
import type { Metrics } from '@banyan/kit';
import type { Library } from './library/index.ts';
import type { Link } from './link/link.ts';
import type { SearchesComponents } from './searches/searches.ts';

/** Shows the library and the line to the network. */
export function addGauges(
  metrics: Metrics,
  { library, link }: { readonly library: Pick<Library, 'stats'>; readonly link: Link },
): void {
  const gauges: readonly (readonly [string, string, () => number])[] = [
    ['shared_files', 'Files published.', () => library.stats().files],
    ['shared_bytes', 'Bytes of the files published.', () => library.stats().bytes],
    ['hash_queue_files', 'Files that wait to be hashed.', () => library.stats().hashing?.filesLeft ?? 0],
    ['hash_queue_bytes', 'Bytes that wait to be hashed.', () => library.stats().hashing?.bytesLeft ?? 0],
    ['share_errors', 'Files and folders that cannot be shared just now.', () => library.stats().errors],
    ['published_records', 'Records that the home acknowledged.', () => link.status.published],
    [
      'homes',
      'Supernodes that a session is open with.',
      () => [link.status.home, link.status.secondHome].filter((home) => home !== null).length,
    ],
    [
      'reachable',
      '1 when the home could dial this peer back, so that others can fetch from it, else 0.',
      () => (link.status.reach.state === 'reachable' ? 1 : 0),
    ],
  ];
  for (const [name, help, collect] of gauges) metrics.gauge({ name: `banyan_peer_${name}`, help, collect });
}

/** Counts the searches of this peer's owner. */
export function createSearchMeter(metrics: Metrics): NonNullable<SearchesComponents['onEnded']> {
  const duration = metrics.histogram({
    name: 'banyan_peer_search_duration_seconds',
    help: 'Time from a search of this peer to its last answer.',
  });
  const searches = metrics.counter({
    name: 'banyan_peer_searches_total',
    help: 'Searches of this peer: ok, or why they failed.',
    labels: ['result'],
  });
  const hits = metrics.counter({
    name: 'banyan_peer_search_hits_total',
    help: 'Contents that those searches found, first pages alone.',
  });
  return ({ ms, result, hits: found }) => {
    duration.observe(ms / 1000);
    searches.inc({ result });
    hits.inc(found);
  };
}
