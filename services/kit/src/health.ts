import { BanyanError, toBanyanError } from '@banyan/proto';
import { systemClock, type Clock } from './clock.ts';

/** One answer of a check. */
export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  /** Its failing is worth an alert, and no reason to send work elsewhere. */
  readonly advisory?: true;
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
   * @param init - `advisory`: its failing is shown and measured, and the process is ready all the same. For what
   *   other replicas would miss too, while this one still does its work: were all of them taken out, nobody had any.
   * @returns removes the check
   */
  add(name: string, check: Check['run'], init?: { readonly advisory?: boolean }): () => void;
  /** From now on not ready, so that balancers send no new work. */
  setDraining(): void;
  /** Runs all checks at once. Answers of the last second are reused, so that asking costs nothing. */
  report(): Promise<HealthReport>;
}

interface Check {
  readonly run: (signal: AbortSignal) => Promise<void> | void;
  readonly advisory: boolean;
}

const CHECK_TIMEOUT_MS = 2_000;
const REUSE_MS = 1_000;

/** Makes the health of a process; ready while it has no failing check. */
export function createHealth(components: { readonly clock?: Clock } = {}): Health {
  const { clock = systemClock } = components;
  const checks = new Map<string, Check>();
  let draining = false;
  let last: { readonly at: number; readonly results: Promise<CheckResult[]> } | undefined;

  async function run(name: string, check: Check): Promise<CheckResult> {
    const kind = check.advisory ? { advisory: true as const } : {};
    const late = new AbortController();
    const timer = clock.setTimeout(() => late.abort(), CHECK_TIMEOUT_MS);
    const timeout = new Promise<never>((_resolve, reject) => {
      late.signal.addEventListener('abort', () =>
        reject(new BanyanError('timeout', `no answer within ${CHECK_TIMEOUT_MS / 1000} s`)),
      );
    });
    try {
      await Promise.race([(async () => check.run(late.signal))(), timeout]);
      return { name, ok: true, ...kind };
    } catch (error) {
      // A foreign error's words may name files and hosts; only our own are shown.
      return { name, ok: false, ...kind, reason: toBanyanError(error, 'unavailable').message };
    } finally {
      timer.cancel();
    }
  }

  return {
    add(name, check, { advisory = false } = {}) {
      checks.set(name, { run: check, advisory });
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
      return {
        ready: !draining && results.every(({ ok, advisory }) => ok || advisory === true),
        draining,
        checks: results,
      };
    },
  };
}
