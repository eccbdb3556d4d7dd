import { abortedError } from './clock.ts';

/** A signal that never aborts. */
export const NEVER: AbortSignal = new AbortController().signal;

/**
 * Lets one caller stop waiting for work that others wait for as well; the work itself goes on.
 *
 * @throws BanyanError `aborted` as soon as `signal` aborts; otherwise what `promise` rejects with
 */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortedError(signal));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
