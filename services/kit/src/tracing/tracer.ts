/** Spans: what a process did for a trace, from when to when. Who makes them knows nothing of where they go. */
import type { Startable } from '../lifecycle.ts';
import { startStep } from './trace-context.ts';

/** Facts of a span, named by the semantic conventions of OpenTelemetry where they have a name. Never a query, file, account or address. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** Options of {@link Tracer.start}. */
export interface SpanInit {
  /** `traceparent` of who asks, as it came in; what is none is passed over. */
  readonly parent?: unknown;
  /** `server`: done for a caller; `client`: others are asked; `internal` (default): neither. */
  readonly kind?: 'server' | 'client' | 'internal';
  readonly attributes?: SpanAttributes;
  /** Others shall be told of a trace even if no caller names one, and whether or not spans are kept. */
  readonly isEntry?: boolean;
}

/** A span that has begun. */
export interface Span {
  /** For all that is asked of others on its behalf; '': none. */
  readonly traceparent: string;
  /**
   * Ends it; a second call does nothing.
   *
   * @param outcome - `ok`, or the code of an error of the table
   */
  end(outcome: string, attributes?: SpanAttributes): void;
}

/** Makes spans. */
export interface Tracer {
  start(name: string, init?: SpanInit): Span;
}

/** The tracer of a process, and what sends its spans away; `stop` sends what is left, within a bounded time. */
export interface Tracing extends Startable {
  readonly tracer: Tracer;
}

const end = (): void => undefined;

/** Keeps no spans: trace ids go from process to process all the same, for the logs. */
export const silentTracer: Tracer = {
  start: (_name, { parent, isEntry = false } = {}) => ({
    traceparent: isEntry ? startStep(parent) : typeof parent === 'string' ? parent : '',
    end,
  }),
};
