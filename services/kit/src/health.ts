import { BanyanError, toBanyanError } from '@banyan/proto';
import { systemClock, type Clock } from './clock.ts';

/** One answer of a check. */
export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  /** Why not, for a person. */
  readonly reason?: string;
}

/** What `/readyz` answers. */
export interface HealthReport {
  readonly ready: boolean;
  readonly draining: boolean;
  readonly checks: readonly CheckResult[];
}

/** Says whether work should be sent to this process. That it lives at all is said by answering. */
export interface Health {
  /**
   * Adds a check to readiness: one that throws or exceeds its time makes the process not ready, and its
   * message is shown.
   *
   * @returns removes the check
   */
  add(name: string, check: (signal: AbortSignal) => Promise<void> | void): () => void;
  /** From now on not ready, so that balancers send no new work. */
  setDraining(): void;
  /** Runs all checks at once. Answers of the last second are reused, so that asking costs nothing. */
  report(): Promise<HealthReport>;
}

const CHECK_TIMEOUT_MS = 2_000;
const REUSE_MS = 1_000;

/** Makes the health of a process; ready while it has no failing check. */
export function createHealth(components: { readonly clock?: Clock } = {}): Health {
  const { clock = systemClock } = components;
  const checks = new Map<string, (signal: AbortSignal) => Promise<void> | void>();
  let draining = false;
  let last: { readonly at: number; readonly results: Promise<CheckResult[]> } | undefined;

  async function run(
    name: string,
    check: (signal: AbortSignal) => Promise<void> | void,
  ): Promise<CheckResult> {
    const late = new AbortController();
    const timer = clock.setTimeout(() => late.abort(), CHECK_TIMEOUT_MS);
    const timeout = new Promise<never>((_resolve, reject) => {
      late.signal.addEventListener('abort', () =>
        reject(new BanyanError('timeout', `no answer within ${CHECK_TIMEOUT_MS / 1000} s`)),
      );
    });
    try {
      await Promise.race([(async () => check(late.signal))(), timeout]);
      return { name, ok: true };
    } catch (error) {
      // A foreign error's words may name files and hosts; only our own are shown.
      return { name, ok: false, reason: toBanyanError(error, 'unavailable').message };
    } finally {
      timer.cancel();
    }
  }

  return {
    add(name, check) {
      checks.set(name, check);
      last = undefined;
      return () => {
        checks.delete(name);
        last = undefined;
      };
    },
    setDraining() {
      draining = true;
    },
    async report() {
      if (last === undefined || clock.monotonic() - last.at >= REUSE_MS) {
        last = {
          at: clock.monotonic(),
          results: Promise.all([...checks].map(([name, check]) => run(name, check))),
        };
      }
      const results = await last.results;
      return { ready: !draining && results.every((result) => result.ok), draining, checks: results };
    },
  };
}
