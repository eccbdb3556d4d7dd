/** What a run measures, for a Prometheus that looks on: `/metrics` on loopback, as of the last interval. */
import { createServer } from 'node:http';
import { OPERATIONS } from '@banyan/core';
import { createMetrics, listenOn } from '@banyan/kit';
import type { Snapshot } from '../results/tally.ts';

export interface Exporter {
  readonly port: number;
  see(snapshot: Snapshot): void;
  close(): void;
}

/**
 * @param port - 0: any free one
 * @throws BanyanError `port_taken`, `bind_refused`
 */
export async function createExporter(port: number): Promise<Exporter> {
  const metrics = createMetrics({ service: 'load' });
  let last: Snapshot | undefined;
  const gauge = (name: string, help: string, of: (snapshot: Snapshot) => number): void => {
    metrics.gauge({
      name: `banyan_load_${name}`,
      help,
      collect: () => (last === undefined ? 0 : of(last)),
    });
  };
  const done = metrics.counter({
    name: 'banyan_load_operations_total',
    help: 'Operations that went well.',
    labels: ['operation'],
  });
  const failed = metrics.counter({
    name: 'banyan_load_failures_total',
    help: 'Operations that failed.',
    labels: ['operation'],
  });
  gauge('leaves', 'Leaves that have a home.', ({ online }) => online);
  gauge('leaves_wanted', 'Leaves that the scenario wants.', ({ wanted }) => wanted);
  gauge(
    'sessions_lost',
    'Sessions that ended without the tester having wanted it.',
    ({ totals }) => totals.lost,
  );
  gauge('tester_cpu_ratio', 'Share of a core that the busiest worker uses.', ({ tester }) => tester.cpu);
  gauge(
    'tester_lateness_seconds',
    'How late operations began after they were due, 99th percentile.',
    ({ tester }) => tester.latenessP99Ms / 1000,
  );
  gauge(
    'recall_ratio',
    'Share of items found that were there; NaN before any was looked for.',
    ({ totals }) => totals.recall ?? Number.NaN,
  );
  metrics.gauge({
    name: 'banyan_load_latency_seconds',
    help: 'Latency from when an operation was due, percentile of the last interval.',
    labels: ['operation', 'quantile'],
    collect: () =>
      OPERATIONS.flatMap((operation) => {
        const { p50, p99 } = last?.operations[operation] ?? {};
        return [
          ...(p50 === undefined ? [] : [{ labels: { operation, quantile: '0.5' }, value: p50 / 1000 }]),
          ...(p99 === undefined ? [] : [{ labels: { operation, quantile: '0.99' }, value: p99 / 1000 }]),
        ];
      }),
  });
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404, { 'Content-Length': 0 }).end();
      return;
    }
    void metrics.render().then(({ contentType, body }) => {
      response.writeHead(200, { 'Content-Type': contentType }).end(body);
    });
  });
  const bound = await listenOn(server, { host: '127.0.0.1', port, setting: '--metrics-port' });
  return {
    port: bound,
    see(snapshot) {
      last = snapshot;
      for (const [operation, { count, errors }] of Object.entries(snapshot.operations)) {
        done.inc({ operation }, count);
        failed.inc({ operation }, errors);
      }
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
