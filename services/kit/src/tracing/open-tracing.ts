import Type from 'typebox';
import { BanyanError } from '@banyan/proto';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { silentTracer, type Tracing } from './tracer.ts';

/** Settings of every process by which spans are exported. */
export const TRACING_SETTINGS = {
  otlpEndpoint: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description:
        'Where spans are sent by OTLP/HTTP, without /v1/traces: http://localhost:4318. Default: OTEL_EXPORTER_OTLP_ENDPOINT; without either none are made. Other OTEL_EXPORTER_OTLP_… variables (headers, timeout, compression) and OTEL_SERVICE_NAME are heeded too.',
    }),
  ),
  otlpRatio: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1,
      description:
        'Part of the traces whose spans are sent, chosen by trace id, so that all processes with one ratio choose the same. What a caller has chosen is always sent. Default: 1.',
    }),
  ),
};

/** How spans are exported. */
export interface TracingInit {
  readonly endpoint?: string;
  readonly ratio?: number;
}

/** The values of {@link TRACING_SETTINGS} as {@link openTracing} takes them. */
export function tracingOf(config: {
  readonly otlpEndpoint?: string | undefined;
  readonly otlpRatio?: number | undefined;
}): TracingInit {
  return {
    ...(config.otlpEndpoint === undefined ? {} : { endpoint: config.otlpEndpoint }),
    ...(config.otlpRatio === undefined ? {} : { ratio: config.otlpRatio }),
  };
}

/** What {@link openTracing} needs. */
export interface TracingComponents {
  readonly log: Log;
  readonly metrics: Metrics;
  /** Default: that of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Opens the tracing of a process. Without an endpoint nothing is loaded and nothing is made; with one, spans wait in a bounded
 * queue, and what a receiver does not take is dropped and counted (`banyan_trace_spans_total`), never waited for.
 *
 * @param service - the part of the name that tells kinds of processes apart: `OTEL_SERVICE_NAME` is before `banyan-<service>`
 * @throws BanyanError `invalid_config` for an endpoint of the environment that is no URL
 */
export async function openTracing(
  components: TracingComponents,
  init: TracingInit & { readonly service: string },
): Promise<Tracing> {
  const { env = process.env, log, metrics } = components;
  const spans = metrics.counter({
    name: 'banyan_trace_spans_total',
    help: 'Spans that were ended: exported, failed (the receiver did not take them), or dropped (the queue was full).',
    labels: ['result'],
  });
  const endpoint = init.endpoint ?? (env['OTEL_EXPORTER_OTLP_ENDPOINT'] || undefined);
  const tracesEndpoint =
    init.endpoint === undefined ? env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || undefined : undefined;
  const isOff =
    env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' ||
    (init.endpoint === undefined && env['OTEL_TRACES_EXPORTER'] === 'none');
  if (isOff || (endpoint ?? tracesEndpoint) === undefined)
    return {
      name: 'tracing',
      tracer: silentTracer,
      start: async () => undefined,
      stop: async () => undefined,
    };
  const url = tracesEndpoint ?? `${endpoint!.replace(/\/+$/, '')}/v1/traces`;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new BanyanError(
      'invalid_config',
      `"${url}" is no address to send spans to. It looks like http://localhost:4318 (--otlp-endpoint, OTEL_EXPORTER_OTLP_ENDPOINT).`,
    );
  // Loaded only when it is wanted: it takes longer than a whole process needs to start.
  const { createOtlpTracing } = await import('./otlp-tracing.ts');
  return createOtlpTracing(
    { log, count: (result, n) => spans.inc({ result }, n) },
    { url, ratio: init.ratio ?? 1, service: env['OTEL_SERVICE_NAME'] || `banyan-${init.service}` },
  );
}
