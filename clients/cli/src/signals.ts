/** Ctrl-C and the like, each key press once. */

/** Signals by which a person or the system asks a command to end. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type EndingSignal = (typeof ENDING)[number];

/**
 * npm and npx pass on a signal that the terminal has delivered to everybody already: within this time the same
 * signal is the same key press. A person's second one takes longer.
 */
const SAME_KEY_PRESS_MS = 300;

export interface Signals {
  /** Whoever listens takes over: the process ends by itself only when nobody does. Returns how to stop listening. */
  on(listener: (signal: EndingSignal) => void): () => void;
}

interface SignalSource {
  on(signal: EndingSignal, listener: (signal: EndingSignal) => void): unknown;
  off(signal: EndingSignal, listener: (signal: EndingSignal) => void): unknown;
}

/** How often it is looked whether the shell between npm and us still lives. */
const PARENT_CHECK_MS = 250;

/** Whether npm or npx started this process, through a shell of its own. */
export function startedByNpm(env: NodeJS.ProcessEnv = process.env): boolean {
  return env['npm_lifecycle_event'] !== undefined || env['npm_command'] === 'exec';
}

export interface SignalsInit {
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  /**
   * Id of the parent, where its end is to count as SIGTERM: npm hands signals to the shell it started us through, and
   * that shell dies of them without a word to us.
   */
  readonly parentId?: () => number;
}

/** Listens to the signals of `source`, usually the process. */
export function createSignals(source: SignalSource, init: SignalsInit = {}): Signals {
  const { now = () => performance.now(), parentId } = init;
  let parentWatch: NodeJS.Timeout | undefined;
  const listeners = new Set<(signal: EndingSignal) => void>();
  const last = new Map<EndingSignal, number>();
  const hear = (signal: EndingSignal): void => {
    const time = now();
    const before = last.get(signal);
    if (before !== undefined && time - before < SAME_KEY_PRESS_MS) return;
    last.set(signal, time);
    for (const listener of [...listeners]) listener(signal);
  };
  return {
    on(listener) {
      if (listeners.size === 0) {
        for (const signal of ENDING) source.on(signal, hear);
        const parent = parentId?.();
        if (parent !== undefined) {
          parentWatch = setInterval(() => {
            if (parentId?.() === parent) return;
            clearInterval(parentWatch);
            hear('SIGTERM');
          }, PARENT_CHECK_MS);
        }
      }
      listeners.add(listener);
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return;
        clearInterval(parentWatch);
        for (const signal of ENDING) source.off(signal, hear);
      };
    },
  };
}
