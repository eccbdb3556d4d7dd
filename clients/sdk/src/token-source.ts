/** Keeps one access token per audience fresh. */
import { BanyanError, toBanyanError, type Audience, type TokenResponse } from '@banyan/proto';
import type { Clock, Log, Timer } from '@banyan/kit';

export interface TokenSourceComponents {
  readonly clock: Clock;
  readonly log: Log;
  /** Fetches a token; `createAuthClient(…).requestToken`. */
  readonly requestToken: (audience: Audience, signal?: AbortSignal) => Promise<TokenResponse>;
}

export interface TokenSource {
  /**
   * A token that is valid for at least a little longer; at most one request per audience is under way.
   * While auth is away the old token is handed out until it ends.
   *
   * @throws BanyanError why none can be had: `unreachable`, `device_unknown`, `token_revoked` …
   */
  token(audience: Audience, signal?: AbortSignal): Promise<string>;
  /** When the cached token ends, Unix milliseconds; undefined when there is none. */
  expiresAt(audience: Audience): number | undefined;
  /** Forgets a token that a verifier refused, so that the next call fetches another. */
  invalidate(audience: Audience): void;
  /** The last failure of the auth service, until a request works again. */
  readonly problem: BanyanError | undefined;
  /** Told whenever {@link problem} changes. */
  onProblem(listener: (problem: BanyanError | undefined) => void): () => void;
  /** Keeps a long session's token fresh: calls back with a new one before the old ends. Returns the stop. */
  keepFresh(audience: Audience, onToken: (token: string) => void): () => void;
}

interface Cached {
  readonly token: string;
  readonly expiresAt: number;
  readonly renewAt: number;
}

/** A token is renewed after this share of its life: retries then still have time. */
const RENEW_SHARE = 0.75;
/** A token with less than this left is not started anything with. */
const MIN_LEFT_MS = 10_000;
/** While auth is away it is asked at most this often per audience. */
const RETRY_MS = 5_000;

export function createTokenSource(components: TokenSourceComponents): TokenSource {
  const { clock, log } = components;
  const cache = new Map<Audience, Cached>();
  const underWay = new Map<Audience, Promise<string>>();
  const failedAt = new Map<Audience, number>();
  const listeners = new Set<(problem: BanyanError | undefined) => void>();
  let problem: BanyanError | undefined;

  const setProblem = (next: BanyanError | undefined): void => {
    if (next?.code === problem?.code) return;
    problem = next;
    for (const listener of listeners) listener(next);
  };

  const fetchToken = (audience: Audience): Promise<string> => {
    const running = underWay.get(audience);
    if (running !== undefined) return running;
    const request = (async () => {
      try {
        const answer = await components.requestToken(audience);
        const now = clock.now();
        const life = answer.expires_in * 1000;
        cache.set(audience, {
          token: answer.access_token,
          expiresAt: now + life,
          renewAt: now + life * RENEW_SHARE,
        });
        failedAt.delete(audience);
        setProblem(undefined);
        return answer.access_token;
      } catch (error) {
        const e = toBanyanError(error, 'unreachable');
        failedAt.set(audience, clock.monotonic());
        setProblem(e);
        // A device that auth does not know yet is about to be enrolled: no news for anybody.
        log[e.code === 'device_unknown' ? 'debug' : 'warn'](
          { audience, code: e.code },
          `no token: ${e.message}`,
        );
        throw e;
      } finally {
        underWay.delete(audience);
      }
    })();
    underWay.set(audience, request);
    return request;
  };

  /** One caller giving up must not end the request that others wait for too. */
  const abortable = <T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> => {
    if (signal === undefined) return promise;
    return new Promise<T>((resolve, reject) => {
      const onAbort = (): void => reject(new BanyanError('aborted', undefined, { cause: signal.reason }));
      if (signal.aborted) {
        onAbort();
        return;
      }
      signal.addEventListener('abort', onAbort, { once: true });
      promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    });
  };

  return {
    get problem() {
      return problem;
    },
    onProblem(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    expiresAt: (audience) => cache.get(audience)?.expiresAt,
    invalidate: (audience) => void cache.delete(audience),
    async token(audience, signal) {
      const now = clock.now();
      const held = cache.get(audience);
      if (held === undefined || held.expiresAt - now < MIN_LEFT_MS)
        return abortable(fetchToken(audience), signal);
      if (now >= held.renewAt && clock.monotonic() - (failedAt.get(audience) ?? -Infinity) > RETRY_MS) {
        // Early renewal: the caller need not wait for it, nor hear of its failure.
        void fetchToken(audience).catch(() => undefined);
      }
      return held.token;
    },
    keepFresh(audience, onToken) {
      let stopped = false;
      let timer: Timer | undefined;
      const schedule = (ms: number): void => {
        timer = clock.setTimeout(() => void renew(), Math.max(ms, RETRY_MS), { keepAlive: false });
      };
      const renew = async (): Promise<void> => {
        try {
          const token = await fetchToken(audience);
          if (!stopped) onToken(token);
        } catch {
          if (!stopped) schedule(RETRY_MS);
          return;
        }
        if (!stopped) schedule((cache.get(audience)?.renewAt ?? 0) - clock.now());
      };
      schedule((cache.get(audience)?.renewAt ?? 0) - clock.now());
      return () => {
        stopped = true;
        timer?.cancel();
      };
    },
  };
}
