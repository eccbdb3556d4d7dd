/** Waiting for something that another process will do: bounded, and it says what it waited for. */

export interface WaitInit {
  /** For the message: "the download to be done". */
  readonly what: string;
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

const DEFAULT_TIMEOUT_MS = 20_000;
const DEFAULT_EVERY_MS = 25;

/**
 * Asks again and again until the answer is neither undefined nor false, and returns it.
 *
 * @throws Error when the time is over, with what was waited for and the last answer or error
 */
export async function waitFor<T>(
  ask: () => T | Promise<T>,
  init: WaitInit,
): Promise<Exclude<T, false | undefined>> {
  const timeoutMs = init.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer as Exclude<T, false | undefined>;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      const seen = last instanceof Error ? last.message : JSON.stringify(last);
      throw new Error(`Waited ${timeoutMs} ms for ${init.what}; the last answer was: ${seen ?? 'none'}`, {
        cause: last,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, init.everyMs ?? DEFAULT_EVERY_MS));
  }
}
