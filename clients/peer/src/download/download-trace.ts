/** The trace of a download: a span for each time that it is under way, from its beginning to its end. */
import type { Span, SpanAttributes, Tracer } from '@banyan/kit';

export interface DownloadTrace {
  /** For all that is asked of others for it; the first look begins the span. */
  readonly traceparent: string;
  /** Whose step it is, when it has not begun yet. */
  follow(caller: string): void;
  /** Ends what is under way; what comes after it, such as another try, follows it in the same trace. */
  end(outcome: string, attributes?: SpanAttributes): void;
}

export function createDownloadTrace(tracer: Tracer): DownloadTrace {
  let caller: string | undefined;
  let span: Span | undefined;
  return {
    get traceparent() {
      return (span ??= tracer.start('download', { parent: caller, isEntry: true })).traceparent;
    },
    follow(traceparent) {
      caller = traceparent;
    },
    end(outcome, attributes) {
      if (span === undefined) return;
      span.end(outcome, attributes);
      caller = span.traceparent;
      span = undefined;
    },
  };
}
