/**
 * Trace context (W3C Recommendation, level 1): the header `traceparent`, which names a trace and the step that asks.
 *
 * ```
 *   00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
 *      trace id, of the whole story     step          flags
 * ```
 */
import { randomBytes } from 'node:crypto';

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;
/** Of a caller who does not say: no spans are recorded, so that whoever is asked samples as it is set up to. Logs do not look at it. */
const NOT_SAMPLED = '00';

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
  const [, traceId = randomBytes(16).toString('hex'), , flags = NOT_SAMPLED] =
    (typeof caller === 'string' ? TRACEPARENT.exec(caller) : undefined) ?? [];
  return `00-${traceId}-${randomBytes(8).toString('hex')}-${flags}`;
}

/** The parts of a `traceparent`; undefined when it is none. */
export function parseTraceparent(
  traceparent: unknown,
): { readonly traceId: string; readonly spanId: string; readonly flags: number } | undefined {
  const [, traceId, spanId, flags] =
    (typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent) : undefined) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) };
}

/** Fields of a log entry about a step: its trace id, or nothing. */
export function traceFields(traceparent: unknown): { readonly traceId?: string } {
  const traceId = traceIdOf(traceparent);
  return traceId === undefined ? {} : { traceId };
}
