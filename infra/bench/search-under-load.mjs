// What queries cost while leaves come, publish and go all the time, beside the same leaves that stay: as the scenario `steady`
// has it, in sessions of the field's 2.9 h sixty times shorter.
import { loadOneSupernode } from './lib/load-network.mjs';

export const summary = 'queries while 10,000 leaves come, publish and go, beside the same leaves at rest';

const FULL = { leaves: 10_000, queries: 1_000, quietS: 120, busyS: 300 };
/** A tenth of it, and shorter. */
const QUICK = { leaves: 1_000, queries: 100, quietS: 60, busyS: 120 };
const RECORDS = 100;
/** The heap of all leaves in one holds a worker up for half a second when it is collected, and all queries with it. */
const WORKERS = 2;
/** So many come in a second until all are there; towards the end as many again come for those who have left already. */
const JOINS_PER_SECOND = 40;
/** Who had to wait in the rush of the last ones comes now. */
const SETTLE_S = 60;
const FASTER = 60;

export async function run({ quick, scratch, signal, say }) {
  const size = quick ? QUICK : FULL;
  const scenario = (sessions, askS) => `
personas: { ordinary: 1 }
workload: { empty: 0, records: ${RECORDS}, spread: 0, maxRecords: ${RECORDS} }
leaf: { secondHome: false }
${sessions}
stages:
  - { name: arrive, for: ${Math.ceil(size.leaves / JOINS_PER_SECOND)}s, leaves: ${size.leaves} }
  - { name: settle, for: ${SETTLE_S}s }
  - { name: warm up, for: 10s, queries: ${size.queries}/s }
  - { name: ask, for: ${askS}s, shape: jump }
`;
  const measure = async (name, sessions, askS) => {
    say(`${size.leaves} leaves with ${RECORDS} records each ${name}, ${size.queries} queries/s …`);
    const results = await loadOneSupernode({
      name,
      text: scenario(sessions, askS),
      workers: WORKERS,
      scratch,
      signal,
      say,
    });
    if (results.bottleneck.length > 0)
      say(`${name}: the tester was the bottleneck. ${results.bottleneck.join(' ')}`);
    return { results, ask: results.stages.find((stage) => stage.name === 'ask') };
  };
  const quiet = await measure('at rest', '', size.quietS);
  const busy = await measure('coming and going', `sessions: { faster: ${FASTER} }`, size.busyS);
  const { query, publish } = busy.ask.operations;
  const { lost, found, lookedFor } = busy.ask.counters;
  const failed = Object.values(query?.errors ?? {}).reduce((sum, one) => sum + one, 0);
  const perSecond = (count = 0) => (count * 1000) / busy.ask.durationMs;
  return [
    {
      name: 'query_p99_ms',
      value: query?.p99 ?? Infinity,
      unit: 'ms',
      peer: 'the same at rest',
      peer_value: quiet.ask.operations.query?.p99 ?? NaN,
      target: 2,
    },
    {
      name: 'idle_share',
      value: busy.results.idle.ask,
      unit: 'share',
      peer: 'the same at rest',
      peer_value: quiet.results.idle.ask,
    },
    { name: 'queries_per_s', value: perSecond(query?.count), unit: 'queries/s' },
    { name: 'query_failed', value: failed, unit: 'queries', target: 0 },
    { name: 'publish_per_s', value: perSecond(publish?.count) * RECORDS, unit: 'records/s' },
    { name: 'lost', value: lost, unit: 'sessions', target: 0 },
    { name: 'recall', value: found / lookedFor, unit: 'share', target: 0.99, bound: 'at least' },
    { name: 'memory_growth', value: busy.ask.memoryGrowth ?? Infinity, unit: 'share', target: 0.1 },
  ];
}
