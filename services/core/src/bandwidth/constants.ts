/** Numbers of the pacer and the schedule, each with its reason. */

/**
 * What may go out at once, in milliseconds of the limit, after a time in which less was moved: half of what a second
 * may be off (5 %). Longer than timers of a busy process are late, as a rule.
 */
export const BURST_MS = 25;
/** Time that was lost because we woke late is caught up this much faster than the limit: the other half. */
export const CATCH_UP_SHARE = 0.025;
/** Lost time beyond this is not caught up: nobody expects yesterday's bytes. */
export const MAX_CATCH_UP_MS = 2_000;
/** Nothing smaller is granted: below, the heads of packets cost more than what is in them. */
export const MIN_GRANT_BYTES = 512;
/** Grants are gathered for so long, in milliseconds of the limit: a wake-up per packet would cost more than the bytes. */
export const GATHER_MS = 8;
