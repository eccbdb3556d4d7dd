// How many leaves one supernode holds, what one costs it and the tester, and what a query costs under them. Beside: bare `ws`
// over mutual TLS with as many sockets.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median } from './lib/figures.mjs';
import { loadOneSupernode as load } from './lib/load-network.mjs';

export const summary =
  'leaves that one supernode holds, memory of each, queries under them; bare ws beside it';

const FULL = { connected: 19_000, asking: 10_000, queries: 1_000 };
/** A tenth of it. */
const QUICK = { connected: 1_900, asking: 1_000, queries: 100 };
const RECORDS = 100;
/** Memory is counted from when this share is there: what a process needs once, whoever comes, is no leaf's. */
const FIRST = 0.1;
/** Handshakes that a supernode of one core takes in a second, with room for the tester beside it. */
const JOINS_PER_SECOND = 60;
const BARE = fileURLToPath(new URL('./lib/bare-ws.mjs', import.meta.url));

export async function run({ quick, scratch, signal, say }) {
  const size = quick ? QUICK : FULL;
  const first = Math.ceil(size.connected * FIRST);
  const connect = (name, sharedTls) =>
    load({
      name,
      scratch,
      signal,
      say,
      weigh: ['first', 'all'],
      text: `
personas: { free-rider: 1 }
leaf: { secondHome: false, sharedTls: ${sharedTls} }
stages:
  - { name: warm up, for: ${Math.ceil(first / JOINS_PER_SECOND)}s, leaves: ${first} }
  - { name: settle, for: 5s }
  - { name: first, for: 5s }
  - { name: arrive, for: ${Math.ceil((size.connected - first) / JOINS_PER_SECOND)}s, leaves: ${size.connected} }
  - { name: hold, for: 15s }
  - { name: all, for: 10s }
`,
    });
  say(`${size.connected} leaves without records …`);
  const connected = await connect('connected', false);
  const ours = perLeaf(connected.weighed);
  say(`${size.connected} leaves whose TLS context is one for all …`);
  const shared = await connect('shared', true);
  const sharing = perLeaf(shared.weighed);
  say(`${size.connected} bare sockets …`);
  const bare = await bareSockets(size.connected, first);
  for (const [whose, own, beside] of [
    ['supernode', ours.supernode, bare.server],
    ['tester', ours.worker, bare.client],
  ])
    say(`bytes per leaf of the ${whose}: ${parts(own)}; bare: ${parts(beside)}`);
  say(`bytes per leaf of the tester, one TLS context for all: ${parts(sharing.worker)}`);
  say(`${size.asking} leaves with ${RECORDS} records each, ${size.queries} queries/s …`);
  const asking = await load({
    name: 'asking',
    scratch,
    signal,
    say,
    text: `
personas: { ordinary: 1 }
workload: { empty: 0, records: ${RECORDS}, spread: 0, maxRecords: ${RECORDS} }
leaf: { secondHome: false }
stages:
  - { name: arrive, for: ${Math.ceil(size.asking / JOINS_PER_SECOND)}s, leaves: ${size.asking} }
  - { name: settle, for: 10s }
  - { name: warm up, for: 10s, queries: ${size.queries}/s }
  - { name: ask, for: 30s, shape: jump }
`,
  });
  const online = Math.max(...connected.intervals.online);
  const ask = asking.stages.find(({ name }) => name === 'ask');
  const { p99 = Infinity, errors = {}, count = 0 } = ask.operations.query ?? {};
  const failed = Object.values(errors).reduce((sum, one) => sum + one, 0);
  const asked = asking.intervals.at.flatMap((at, i) =>
    at > ask.startMs ? [asking.intervals.tester.cpu[i]] : [],
  );
  for (const [name, { bottleneck }] of Object.entries({ connected, shared, asking }))
    if (bottleneck.length > 0) say(`${name}: the tester was the bottleneck. ${bottleneck.join(' ')}`);
  return [
    { name: 'connected', value: online, unit: 'leaves', target: size.connected, bound: 'at least' },
    {
      name: 'lost',
      value: [connected, shared, asking].reduce((sum, { total }) => sum + total.counters.lost, 0),
      unit: 'sessions',
      target: 0,
    },
    {
      name: 'bytes_per_leaf',
      value: ours.supernode.resident,
      unit: 'bytes',
      peer: 'bare ws server',
      peer_value: bare.server.resident,
      target: 1.25,
    },
    {
      name: 'leaf_client_bytes',
      value: ours.worker.resident,
      unit: 'bytes',
      peer: 'bare ws client',
      peer_value: bare.client.resident,
      target: 1.3,
    },
    { name: 'shared_tls_client_bytes', value: sharing.worker.resident, unit: 'bytes' },
    { name: 'queries_per_s', value: (count * 1000) / ask.durationMs, unit: 'queries/s' },
    { name: 'query_failed', value: failed, unit: 'queries', target: 0 },
    { name: 'query_p99_ms', value: p99, unit: 'ms', target: 20 },
    { name: 'recall', value: asking.total.counters.found / asking.total.counters.lookedFor, unit: 'share' },
    { name: 'tester_cpu_share', value: median(asked), unit: 'cores' },
  ];
}

/** What each leaf beyond the first ones cost: what a process needs once is in neither figure. */
function perLeaf({ first, all }) {
  const count = all.online - first.online;
  return {
    supernode: perEach(first.supernode, all.supernode, count),
    worker: perEach(first.worker, all.worker, count),
  };
}

function perEach(before, after, count) {
  return Object.fromEntries(Object.keys(after).map((name) => [name, (after[name] - before[name]) / count]));
}

const parts = ({ resident, heapUsed, external }) =>
  `${Math.round(resident)} resident, of which ${Math.round(heapUsed)} JavaScript and ${Math.round(external)} its buffers`;

/** Bytes of each socket beyond the first ones, of a bare server and of a bare client; measured as those of leaves are. */
async function bareSockets(count, first) {
  const server = fork(BARE, ['server']);
  try {
    const [{ port }] = await once(server, 'message');
    const ask = async () => {
      server.send('memory');
      return (await once(server, 'message'))[0].memory;
    };
    const client = fork(BARE, ['client', String(port), String(count), String(first)]);
    try {
      const [{ memory: clientFirst }] = await once(client, 'message');
      const serverFirst = await ask();
      client.send('go');
      const [{ memory: clientAll }] = await once(client, 'message');
      return {
        server: perEach(serverFirst, await ask(), count - first),
        client: perEach(clientFirst, clientAll, count - first),
      };
    } finally {
      client.disconnect();
    }
  } finally {
    server.disconnect();
  }
}
