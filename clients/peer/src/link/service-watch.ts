/**
 * How auth and list are. They are asked when there is work for them anyway, after a failure until they are back, and
 * when somebody looks at the status; a peer that nobody looks at asks nothing.
 */
import { toBanyanError, type BanyanError, type ConnectionState, type PeerStatus } from '@banyan/proto';
import { createBackoff, type Clock, type Timer } from '@banyan/kit';

export type ServiceState = PeerStatus['auth'];

export interface ServiceWatch {
  readonly state: ServiceState;
  /** Asks when the last answer is older than `maxAgeMs`; settles without an error when that is known. */
  check(maxAgeMs: number): Promise<void>;
  /** Somebody else's call to the service went well (undefined) or failed. */
  heard(problem: BanyanError | undefined): void;
  stop(): void;
}

export interface ServiceWatchComponents {
  readonly clock: Clock;
  readonly random: () => number;
  readonly ask: (signal: AbortSignal) => Promise<unknown>;
  readonly onChange: () => void;
}

const RETRY = { minMs: 1_000, maxMs: 30_000 } as const;

/** @param routineMs - it is asked so often without a reason; 0: never */
export function createServiceWatch(
  components: ServiceWatchComponents,
  init: { readonly routineMs: number },
): ServiceWatch {
  const { clock, ask, onChange } = components;
  const backoff = createBackoff({ ...RETRY, random: components.random });
  const stopped = new AbortController();
  let problem: BanyanError | undefined;
  let heardAt: number | undefined;
  let checking: Promise<void> | undefined;
  let timer: Timer | undefined;

  const stateName = (): ConnectionState => {
    if (heardAt === undefined) return 'connecting';
    if (problem === undefined) return 'connected';
    // What no repetition helps against needs a person.
    return problem.retryable ? 'waiting' : 'offline';
  };

  const plan = (): void => {
    timer?.cancel();
    timer = undefined;
    if (stopped.signal.aborted) return;
    const wait = problem === undefined ? init.routineMs : backoff.next();
    if (wait > 0) timer = clock.setTimeout(() => void check(0), wait, { keepAlive: false });
  };

  const heard = (next: BanyanError | undefined): void => {
    if (next?.code === 'aborted') return;
    const before = `${stateName()} ${problem?.code ?? ''}`;
    heardAt = clock.monotonic();
    problem = next;
    if (problem === undefined) backoff.reset();
    if (timer === undefined || before !== `${stateName()} ${problem?.code ?? ''}`) plan();
    if (before !== `${stateName()} ${problem?.code ?? ''}`) onChange();
  };

  const check = (maxAgeMs: number): Promise<void> => {
    if (stopped.signal.aborted) return Promise.resolve();
    if (heardAt !== undefined && clock.monotonic() - heardAt < maxAgeMs) return Promise.resolve();
    checking ??= ask(stopped.signal)
      .then(
        () => heard(undefined),
        (error: unknown) => heard(toBanyanError(error, 'unreachable')),
      )
      .finally(() => {
        checking = undefined;
        plan();
      });
    return checking;
  };

  return {
    get state() {
      return {
        state: stateName(),
        problem: problem === undefined ? null : { code: problem.code, message: problem.message },
      };
    },
    check,
    heard,
    stop() {
      stopped.abort();
      timer?.cancel();
    },
  };
}
