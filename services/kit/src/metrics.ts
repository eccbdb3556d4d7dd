import { BanyanError } from '@banyan/proto';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

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
export const LATENCY_BUCKETS_S: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

/** The metrics of one process. Asking for a name twice gives the same metric. */
export interface Metrics {
  counter<L extends string>(init: MetricInit<L>): Counter<L>;
  gauge<L extends string>(init: MetricInit<L> & { readonly collect?: () => number }): Gauge<L>;
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
  if (init.processMetrics ?? true)
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 20 });

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

  return {
    counter(metric) {
      if (!metric.name.endsWith('_total'))
        throw new BanyanError('internal', `The counter ${metric.name} must end in _total.`);
      return once(metric.name, () => new Counter(common(metric)));
    },
    gauge<L extends string>(metric: MetricInit<L> & { readonly collect?: () => number }) {
      const { collect } = metric;
      return once(
        metric.name,
        () =>
          new Gauge<L>({
            ...common(metric),
            ...(collect === undefined
              ? {}
              : {
                  collect(this: Gauge<L>) {
                    this.set(collect());
                  },
                }),
          }),
      );
    },
    histogram: (metric) =>
      once(
        metric.name,
        () => new Histogram({ ...common(metric), buckets: [...(metric.buckets ?? LATENCY_BUCKETS_S)] }),
      ),
    render: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
