/** Bytes per second; `undefined`: no limit. */
export interface Rates {
  /** All transfers together. */
  readonly total: number | undefined;
  /** Each transfer. */
  readonly each: number | undefined;
}

/** A flow may move so many bytes. */
export interface PacerGrant<F> {
  readonly flow: F;
  readonly bytes: number;
}

/**
 * Shares a limit out among transfers: pure, fed with the time, deterministic.
 *
 * ```
 *   transfer ─▶ flows (connections)          each flow wants, waits, is granted some bytes, moves them, wants again
 *   limits:  total over all, each per transfer; round-robin over transfers, and over the flows of each
 * ```
 *
 * Promise: in any span of T seconds at most `rate × T × (1 + CATCH_UP_SHARE)` bytes are granted, and once
 * `max(rate × BURST_MS, 2 × MIN_GRANT_BYTES)` more; while somebody always wants more and the owner wakes in time, not less
 * than `rate × T` but for the same burst.
 */
export interface Pacer<F> {
  /** Whether anything is limited. */
  readonly isLimited: boolean;
  /** @param rates - bytes per second, each at least 1 */
  setRates(rates: Rates, now: number): void;
  /** A flow of a transfer would move up to `bytes` (at least 1); replaces what it wanted before. */
  want(flow: F, transfer: string, bytes: number, now: number): void;
  /** A flow wants nothing any longer. */
  cancel(flow: F): void;
  /**
   * Corrects what a transfer was charged: `bytes` were moved without a grant (positive), or granted and not moved
   * (negative).
   */
  charge(transfer: string, bytes: number, now: number): void;
  /** Who may go on now; those flows no longer wait. */
  release(now: number): readonly PacerGrant<F>[];
  /** When {@link release} next has something worth a wake-up; `undefined`: nobody waits. Sooner gives crumbs. */
  wakeAt(): number | undefined;
}
