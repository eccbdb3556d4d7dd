/** Spans by OTLP/HTTP (binary protobuf), with OpenTelemetry's own SDK. */
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type SpanContext,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { Log } from '../log.ts';
import { VERSION } from '../software-version.ts';
import { parseTraceparent } from './trace-context.ts';
import type { SpanInit, Tracing } from './tracer.ts';

export interface OtlpComponents {
  readonly log: Log;
  readonly count: (result: 'exported' | 'failed' | 'dropped', spans: number) => void;
}

export interface OtlpInit {
  /** With its path. */
  readonly url: string;
  /** From 0 to 1. */
  readonly ratio: number;
  readonly service: string;
}

/** Spans that wait: some seconds of a busy supernode, 2 MB. What comes beyond is dropped. */
const MAX_QUEUED_SPANS = 4_096;
/** Spans of one request. */
const BATCH_SPANS = 512;
/** How old a span gets before it is sent. */
const SEND_AFTER_MS = 2_000;
/** For one request, its repetitions included. */
const SEND_TIMEOUT_MS = 10_000;
/** A receiver that is away must not hold up the end of a process. */
const STOP_TIMEOUT_MS = 2_000;

/** `ExportResultCode.SUCCESS` of @opentelemetry/core. */
const SUCCESS = 0;
const NO_ERRORS: ReadonlySet<string> = new Set(['ok', 'aborted', 'shutting_down']);
const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/** Makes a tracing that exports. */
export function createOtlpTracing({ log, count }: OtlpComponents, init: OtlpInit): Tracing {
  const exporter = new OTLPTraceExporter({ url: init.url });
  let isFailing = false;
  /** Ended, and neither sent nor given up. */
  let waiting = 0;
  const counted: SpanExporter = {
    export(spans, done) {
      exporter.export(spans, (result) => {
        waiting -= spans.length;
        const code: number = result.code;
        const failed = result.error !== undefined || code !== SUCCESS;
        count(failed ? 'failed' : 'exported', spans.length);
        if (failed !== isFailing)
          log[failed ? 'warn' : 'info'](
            { url: init.url, ...(result.error === undefined ? {} : { reason: result.error.message }) },
            failed ? 'spans cannot be sent; those that wait too long are dropped' : 'spans are sent again',
          );
        isFailing = failed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush(),
  };
  const batches = new BatchSpanProcessor(counted, {
    maxQueueSize: MAX_QUEUED_SPANS * 2,
    maxExportBatchSize: BATCH_SPANS,
    scheduledDelayMillis: SEND_AFTER_MS,
    exportTimeoutMillis: SEND_TIMEOUT_MS,
  });
  /** Bounds what waits by itself, since the SDK does not say what it drops. */
  const bounded: SpanProcessor = {
    onStart: (span, parent) => batches.onStart(span, parent),
    onEnd(span: ReadableSpan) {
      if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
      if (waiting >= MAX_QUEUED_SPANS) {
        count('dropped', 1);
        return;
      }
      waiting += 1;
      batches.onEnd(span);
    },
    shutdown: () => batches.shutdown(),
    forceFlush: () => batches.forceFlush(),
  };
  const byTrace = new TraceIdRatioBasedSampler(init.ratio);
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.version': VERSION })
      .merge(detectResources({ detectors: [envDetector] }))
      .merge(resourceFromAttributes({ 'service.name': init.service })),
    // Most callers keep no spans, and say so: what is not sampled there is no reason to sample nothing here.
    sampler: new ParentBasedSampler({ root: byTrace, remoteParentNotSampled: byTrace }),
    spanProcessors: [bounded],
  });
  const tracer = provider.getTracer('banyan', VERSION);

  return {
    name: 'tracing',
    tracer: {
      start(name, { parent, kind = 'internal', attributes }: SpanInit = {}) {
        const span = tracer.startSpan(
          name,
          { kind: KINDS[kind], ...(attributes === undefined ? {} : { attributes }) },
          contextOf(parent),
        );
        const { traceId, spanId, traceFlags } = span.spanContext();
        return {
          traceparent: `00-${traceId}-${spanId}-${(traceFlags & TraceFlags.SAMPLED) === 0 ? '00' : '01'}`,
          end(outcome, more = {}) {
            if (!span.isRecording()) return;
            span.setAttributes({ 'banyan.outcome': outcome, ...more });
            // Nobody wants it any more, or the process ends: that is no error.
            if (!NO_ERRORS.has(outcome)) {
              span.setAttribute('error.type', outcome);
              span.setStatus({ code: SpanStatusCode.ERROR });
            }
            span.end();
          },
        };
      },
    },
    async start() {
      log.info({ url: init.url, ratio: init.ratio }, 'spans are exported');
    },
    async stop() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, STOP_TIMEOUT_MS);
      });
      // What cannot be sent in time is lost, as spans may be.
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
    },
  };
}

function contextOf(parent: unknown): Context {
  const caller = parseTraceparent(parent);
  if (caller === undefined) return ROOT_CONTEXT;
  const context: SpanContext = {
    traceId: caller.traceId,
    spanId: caller.spanId,
    traceFlags: caller.flags & TraceFlags.SAMPLED,
    isRemote: true,
  };
  return trace.setSpanContext(ROOT_CONTEXT, context);
}
