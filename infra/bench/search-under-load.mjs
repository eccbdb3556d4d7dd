// What queries cost while leaves come, publish and go all the time, beside the same leaves that stay. In the field a session
// lasts 2.9 h on average; here it is sixty times shorter.
import { loadOneSupernode, SUPERNODE } from './lib/load-network.mjs';
import { median } from './lib/figures.mjs';

export const summary = 'queries while 10,000 leaves come, publish and go, beside the same leaves at rest';

const FULL = { leaves: 10_000, queries: 1_000 };
/** A tenth of it. */
const QUICK = { leaves: 1_000, queries: 100 };
const RECORDS = 100;
/** Handshakes that a supernode of one core takes in a second, with room for the tester beside it. */
const JOINS_PER_SECOND = 60;
const FASTER = 60;
/** Memory is looked at behind this share of the measured time: what a first round of guests leaves is warm-up. */
const WARM_UP = 1 / 3;

export async function run({ quick, scratch, signal, say }) {
  const size = quick ? QUICK : FULL;
  const scenario = (sessions) => `
personas: { ordinary: 1 }
workload: { empty: 0, records: ${RECORDS}, spread: 0, maxRecords: ${RECORDS} }
leaf: { secondHome: false }
${sessions}
stages:
  - { name: arrive, for: ${Math.ceil(size.leaves / JOINS_PER_SECOND)}s, leaves: ${size.leaves} }
  - { name: settle, for: 10s }
  - { name: warm up, for: 10s, queries: ${size.queries}/s }
  - { name: ask, for: ${quick ? 60 : 120}s, shape: jump }
`;
  const measure = async (name, sessions) => {
    say(`${size.leaves} leaves with ${RECORDS} records each ${name}, ${size.queries} queries/s …`);
    const results = await loadOneSupernode({ name, text: scenario(sessions), scratch, signal, say });
    if (results.bottleneck.length > 0)
      say(`${name}: the tester was the bottleneck. ${results.bottleneck.join(' ')}`);
    return { results, ask: results.stages.find((stage) => stage.name === 'ask') };
  };
  const quiet = await measure('at rest', '');
  const busy = await measure('coming and going', `sessions: { faster: ${FASTER} }`);
  const { query, publish } = busy.ask.operations;
  const failed = Object.values(query?.errors ?? {}).reduce((sum, one) => sum + one, 0);
  return [
    {
      name: 'query_p99_ms',
      value: query?.p99 ?? Infinity,
      unit: 'ms',
      peer: 'the same at rest',
      peer_value: quiet.ask.operations.query?.p99 ?? NaN,
      target: 2,
    },
    { name: 'queries_per_s', value: ((query?.count ?? 0) * 1000) / busy.ask.durationMs, unit: 'queries/s' },
    { name: 'query_failed', value: failed, unit: 'queries', target: 0 },
    {
      name: 'publish_per_s',
      value: ((publish?.count ?? 0) * RECORDS * 1000) / busy.ask.durationMs,
      unit: 'records/s',
    },
    { name: 'lost', value: busy.ask.counters.lost, unit: 'sessions', target: 0 },
    {
      name: 'recall',
      value: busy.ask.counters.found / busy.ask.counters.lookedFor,
      unit: 'share',
      target: 0.99,
      bound: 'at least',
    },
    {
      name: 'memory_growth',
      value: growth(busy),
      unit: 'ratio',
      target: 1.1,
    },
  ];
}

/** The supernode's memory at the end of the measured time ÷ behind its warm-up; medians of the tenths there. */
function growth({ results: { intervals }, ask }) {
  const from = ask.startMs + ask.durationMs * WARM_UP;
  const values = intervals.at.flatMap((at, i) =>
    at > from && at <= ask.startMs + ask.durationMs ? [intervals.processes[SUPERNODE].rssBytes[i]] : [],
  );
  const tenth = Math.max(1, Math.floor(values.length / 10));
  return median(values.slice(-tenth)) / median(values.slice(0, tenth));
}
