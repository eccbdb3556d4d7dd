/** Keeps one access token per audience fresh. */
import { toBanyanError, type Audience, type BanyanError, type TokenResponse } from '@banyan/proto';
import { abortable, type Clock, type Log, type Timer } from '@banyan/kit';

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
  return new CachedTokens(components);
}

class CachedTokens implements TokenSource {
  readonly #c: TokenSourceComponents;
  readonly #cache = new Map<Audience, Cached>();
  readonly #underWay = new Map<Audience, Promise<string>>();
  readonly #failedAt = new Map<Audience, number>();
  readonly #listeners = new Set<(problem: BanyanError | undefined) => void>();
  #problem: BanyanError | undefined;

  constructor(components: TokenSourceComponents) {
    this.#c = components;
  }

  get problem(): BanyanError | undefined {
    return this.#problem;
  }

  onProblem(listener: (problem: BanyanError | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  expiresAt(audience: Audience): number | undefined {
    return this.#cache.get(audience)?.expiresAt;
  }

  invalidate(audience: Audience): void {
    this.#cache.delete(audience);
  }

  async token(audience: Audience, signal?: AbortSignal): Promise<string> {
    const { clock } = this.#c;
    const now = clock.now();
    const held = this.#cache.get(audience);
    if (held === undefined || held.expiresAt - now < MIN_LEFT_MS)
      return abortable(this.#fetch(audience), signal);
    if (now >= held.renewAt && clock.monotonic() - (this.#failedAt.get(audience) ?? -Infinity) > RETRY_MS) {
      // Early renewal: the caller need not wait for it, nor hear of its failure.
      void this.#fetch(audience).catch(() => undefined);
    }
    return held.token;
  }

  keepFresh(audience: Audience, onToken: (token: string) => void): () => void {
    const { clock } = this.#c;
    let stopped = false;
    let timer: Timer | undefined;
    const schedule = (ms: number): void => {
      timer = clock.setTimeout(() => void renew(), Math.max(ms, RETRY_MS), { keepAlive: false });
    };
    const scheduleNext = (): void => schedule((this.#cache.get(audience)?.renewAt ?? 0) - clock.now());
    const renew = async (): Promise<void> => {
      try {
        const token = await this.#fetch(audience);
        if (!stopped) onToken(token);
      } catch {
        if (!stopped) schedule(RETRY_MS);
        return;
      }
      if (!stopped) scheduleNext();
    };
    scheduleNext();
    return () => {
      stopped = true;
      timer?.cancel();
    };
  }

  #fetch(audience: Audience): Promise<string> {
    const running = this.#underWay.get(audience);
    if (running !== undefined) return running;
    const request = this.#request(audience);
    this.#underWay.set(audience, request);
    return request;
  }

  async #request(audience: Audience): Promise<string> {
    const { clock, log, requestToken } = this.#c;
    try {
      const answer = await requestToken(audience);
      const now = clock.now();
      const life = answer.expires_in * 1000;
      this.#cache.set(audience, {
        token: answer.access_token,
        expiresAt: now + life,
        renewAt: now + life * RENEW_SHARE,
      });
      this.#failedAt.delete(audience);
      this.#setProblem(undefined);
      return answer.access_token;
    } catch (error) {
      const e = toBanyanError(error, 'unreachable');
      this.#failedAt.set(audience, clock.monotonic());
      this.#setProblem(e);
      // A device that auth does not know yet is about to be enrolled: no news for anybody.
      log[e.code === 'device_unknown' ? 'debug' : 'warn'](
        { audience, code: e.code },
        `no token: ${e.message}`,
      );
      throw e;
    } finally {
      this.#underWay.delete(audience);
    }
  }

  #setProblem(next: BanyanError | undefined): void {
    if (next?.code === this.#problem?.code) return;
    this.#problem = next;
    for (const listener of this.#listeners) listener(next);
  }
}
