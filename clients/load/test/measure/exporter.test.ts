import { afterEach, expect, test } from '@jest/globals';
import { createExporter, type Exporter } from '../../src/measure/exporter.ts';
import { createTally } from '../../src/results/tally.ts';
import { interval, PLAN } from '../results/runs.ts';

let exporter: Exporter | undefined;
afterEach(() => exporter?.close());

const scrape = async ({ port }: Exporter, path = '/metrics'): Promise<string> =>
  (await fetch(`http://127.0.0.1:${port}${path}`)).text();

test('Prometheus reads the last interval, and counters that grow', async () => {
  exporter = await createExporter(0);
  expect(await scrape(exporter)).toMatch(/^banyan_load_leaves\{service="load"\} 0$/m);
  const tally = createTally(PLAN, 1);
  exporter.see(tally.add(interval(0))!);
  exporter.see(tally.add(interval(1, { errors: 3 }))!);
  const text = await scrape(exporter);
  expect(text).toMatch(/^banyan_load_leaves\{service="load"\} 50$/m);
  expect(text).toMatch(/^banyan_load_operations_total\{.*operation="query".*\} 200$/m);
  expect(text).toMatch(/^banyan_load_failures_total\{.*operation="query".*\} 3$/m);
  expect(text).toMatch(/^banyan_load_latency_seconds\{.*quantile="0.99".*\} 0\.0\d+$/m);
  expect(text).toMatch(/^banyan_load_recall_ratio\{.*\} 1$/m);
});

test('nothing else is served there', async () => {
  exporter = await createExporter(0);
  expect(await scrape(exporter, '/')).toBe('');
});
