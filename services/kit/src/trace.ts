/**
 * Trace context (W3C Recommendation, level 1): the header `traceparent`, which names a trace and the step that asks.
 *
 * ```
 *   00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
 *      trace id, of the whole story     step          flags
 * ```
 */
import { randomBytes } from 'node:crypto';

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/;
/** Of a caller who does not say: recorded, since logs are all that is made of it. */
const SAMPLED = '01';

/** The trace id in a `traceparent`; undefined when it is none, or comes from nobody. */
export function traceIdOf(traceparent: unknown): string | undefined {
  return typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined;
}

/**
 * The `traceparent` of a new step: of the caller's trace when there is one, else of a new one.
 *
 * @param caller - as it came in, from whomever; what is no `traceparent` is passed over
 */
export function startStep(caller?: unknown): string {
  const [, traceId = randomBytes(16).toString('hex'), flags = SAMPLED] =
    (typeof caller === 'string' ? TRACEPARENT.exec(caller) : undefined) ?? [];
  return `00-${traceId}-${randomBytes(8).toString('hex')}-${flags}`;
}

/** Fields of a log entry about a step: its trace id, or nothing. */
export function traceFields(traceparent: unknown): { readonly traceId?: string } {
  const traceId = traceIdOf(traceparent);
  return traceId === undefined ? {} : { traceId };
}
