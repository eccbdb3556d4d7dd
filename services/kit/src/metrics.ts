import { BanyanError } from '@banyan/proto';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry, type LabelValues } from 'prom-client';
import Type from 'typebox';
import { VERSION } from './software-version.ts';

/** How one metric is described. */
export interface MetricInit<L extends string = string> {
  /** `banyan_<part>_<what>_<unit>`, in base units (seconds, bytes); counters end in `_total`. */
  readonly name: string;
  readonly help: string;
  /** Names of labels; their values must come from a small fixed set, never from a remote. */
  readonly labels?: readonly L[];
}

/** Options of {@link Metrics.histogram}. */
export interface HistogramInit<L extends string = string> extends MetricInit<L> {
  /** Upper bounds; default {@link LATENCY_BUCKETS_S}. */
  readonly buckets?: readonly number[];
}

/** From a local call to a long poll, in seconds. */
const LATENCY_BUCKETS_S: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

/** Port and address of the metrics alone; settings of every process. */
export const METRICS_SETTINGS = {
  metricsPort: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 65_535,
      description:
        'A further port, of plain HTTP, with /metrics, /healthz and /readyz alone, for probes and a Prometheus that cannot come over loopback; 0: any free one. Default: none.',
    }),
  ),
  metricsHost: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Address of --metrics-port. Beyond loopback, everybody who reaches it can read the figures: keep it inside your own network. Default: localhost.',
    }),
  ),
};

/** Values of {@link METRICS_SETTINGS}, as `createHttpServer` takes them: nothing without a port. */
export function metricsListen(config: {
  readonly metricsPort?: number | undefined;
  readonly metricsHost?: string | undefined;
}): { readonly metricsListen?: { readonly host: string; readonly port: number } } {
  return config.metricsPort === undefined
    ? {}
    : { metricsListen: { host: config.metricsHost ?? 'localhost', port: config.metricsPort } };
}

/** What a gauge shows: one value, or one for each set of labels. Labels that are left out are shown no more. */
export type Reading<L extends string> =
  number | readonly { readonly labels: Readonly<Record<L, string>>; readonly value: number }[];

/** Options of {@link Metrics.gauge}. */
export interface GaugeInit<L extends string = string> extends MetricInit<L> {
  /** Asked at each scrape; without it the gauge shows what it was set to. */
  readonly collect?: () => Reading<L> | Promise<Reading<L>>;
}

/** The metrics of one process. Asking for a name twice gives the same metric. */
export interface Metrics {
  counter<L extends string>(init: MetricInit<L>): Counter<L>;
  gauge<L extends string>(init: GaugeInit<L>): Gauge<L>;
  histogram<L extends string>(init: HistogramInit<L>): Histogram<L>;
  /** The text exposition format of Prometheus. */
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** Options of {@link createMetrics}. */
export interface MetricsInit {
  /** The value of the label `service` on every metric. */
  readonly service: string;
  /**
   * Whether CPU, memory, garbage collection and event loop delay are measured, under the names that prom-client
   * and ready-made dashboards use (`process_…`, `nodejs_…`); default true.
   */
  readonly processMetrics?: boolean;
}

/** Makes the registry of a process; nothing is global, so several can live in one test process. */
export function createMetrics(init: MetricsInit): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service: init.service });
  if (init.processMetrics ?? true) {
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 20 });
    // Gauges whose names end like counters: `promtool check metrics` refuses them, and their parts are there by type.
    for (const part of ['handles', 'requests', 'resources'])
      registry.removeSingleMetric(`nodejs_active_${part}_total`);
  }

  function once<M>(name: string, make: () => M): M {
    const found = registry.getSingleMetric(name);
    if (found !== undefined) return found as M;
    if (!/^banyan_[a-z0-9_]+$/.test(name))
      throw new BanyanError('internal', `The metric ${name} must be named banyan_… in snake case.`);
    return make();
  }
  const common = <L extends string>(
    metric: MetricInit<L>,
  ): { name: string; help: string; labelNames: L[]; registers: Registry[] } => ({
    name: metric.name,
    help: metric.help,
    labelNames: [...(metric.labels ?? [])],
    registers: [registry],
  });

  function gauge<L extends string>(metric: GaugeInit<L>): Gauge<L> {
    const { collect } = metric;
    const read = collect && {
      async collect(this: Gauge<L>) {
        const reading = await collect();
        if (typeof reading === 'number') {
          this.set(reading);
          return;
        }
        this.reset();
        for (const { labels, value } of reading) this.set(labels as LabelValues<L>, value);
      },
    };
    return once(metric.name, () => new Gauge<L>({ ...common(metric), ...read }));
  }

  gauge({
    name: 'banyan_build_info',
    help: 'Always 1; the version of the program is in the label.',
    labels: ['version'],
    collect: () => [{ labels: { version: VERSION }, value: 1 }],
  });
  if (init.processMetrics ?? true) {
    gauge({
      name: 'banyan_memory_bytes',
      help: 'Memory of the process by part: objects of JavaScript, binary buffers, and what else its libraries hold. The rest of process_resident_memory_bytes is code, stacks and worker threads.',
      labels: ['part'],
      collect: () => {
        const { heapUsed, arrayBuffers, external } = process.memoryUsage();
        return [
          { labels: { part: 'heap' }, value: heapUsed },
          { labels: { part: 'buffers' }, value: arrayBuffers },
          { labels: { part: 'native' }, value: Math.max(0, external - arrayBuffers) },
        ];
      },
    });
  }

  return {
    counter(metric) {
      if (!metric.name.endsWith('_total'))
        throw new BanyanError('internal', `The counter ${metric.name} must end in _total.`);
      return once(metric.name, () => new Counter(common(metric)));
    },
    gauge,
    histogram: (metric) =>
      once(
        metric.name,
        () => new Histogram({ ...common(metric), buckets: [...(metric.buckets ?? LATENCY_BUCKETS_S)] }),
      ),
    render: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
