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

/** What is known of one audience. */
interface Held {
  /** undefined: there is none. */
  token: string | undefined;
  expiresAt: number;
  renewAt: number;
  underWay: Promise<string> | undefined;
  failedAt: number;
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
  readonly #held = new Map<Audience, Held>();
  /** Made when it is needed: thousands of simulated leaves have no listener. */
  #listeners: Set<(problem: BanyanError | undefined) => void> | undefined;
  #problem: BanyanError | undefined;

  constructor(components: TokenSourceComponents) {
    this.#c = components;
  }

  get problem(): BanyanError | undefined {
    return this.#problem;
  }

  onProblem(listener: (problem: BanyanError | undefined) => void): () => void {
    const listeners = (this.#listeners ??= new Set());
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  expiresAt(audience: Audience): number | undefined {
    const held = this.#held.get(audience);
    return held?.token === undefined ? undefined : held.expiresAt;
  }

  invalidate(audience: Audience): void {
    const held = this.#held.get(audience);
    if (held !== undefined) held.token = undefined;
  }

  async token(audience: Audience, signal?: AbortSignal): Promise<string> {
    const { clock } = this.#c;
    const now = clock.now();
    const held = this.#of(audience);
    const { token } = held;
    if (token === undefined || held.expiresAt - now < MIN_LEFT_MS)
      return abortable(this.#fetch(audience), signal);
    if (now >= held.renewAt && clock.monotonic() - held.failedAt > RETRY_MS) {
      // Early renewal: the caller need not wait for it, nor hear of its failure.
      void this.#fetch(audience).catch(() => undefined);
    }
    return token;
  }

  #of(audience: Audience): Held {
    let held = this.#held.get(audience);
    if (held === undefined) {
      held = { token: undefined, expiresAt: 0, renewAt: 0, underWay: undefined, failedAt: -Infinity };
      this.#held.set(audience, held);
    }
    return held;
  }

  keepFresh(audience: Audience, onToken: (token: string) => void): () => void {
    const { clock } = this.#c;
    let timer: Timer | undefined;
    const onDue = (): void => void renew();
    const renew = async (): Promise<void> => {
      let waitMs = RETRY_MS;
      try {
        const token = await this.#fetch(audience);
        if (timer !== undefined) onToken(token);
        waitMs = this.#renewalIn(audience);
      } catch {
        // Told as this source's problem; it is tried again.
      }
      if (timer !== undefined) timer = clock.setTimeout(onDue, waitMs, { keepAlive: false });
    };
    timer = clock.setTimeout(onDue, this.#renewalIn(audience), { keepAlive: false });
    return () => {
      timer?.cancel();
      timer = undefined;
    };
  }

  /** Milliseconds until a token is to be renewed. */
  #renewalIn(audience: Audience): number {
    const { token, renewAt } = this.#of(audience);
    return Math.max(RETRY_MS, (token === undefined ? 0 : renewAt) - this.#c.clock.now());
  }

  #fetch(audience: Audience): Promise<string> {
    const held = this.#of(audience);
    held.underWay ??= this.#request(audience, held);
    return held.underWay;
  }

  async #request(audience: Audience, held: Held): Promise<string> {
    const { clock, log, requestToken } = this.#c;
    try {
      const answer = await requestToken(audience);
      const now = clock.now();
      const life = answer.expires_in * 1000;
      held.token = answer.access_token;
      held.expiresAt = now + life;
      held.renewAt = now + life * RENEW_SHARE;
      held.failedAt = -Infinity;
      this.#setProblem(undefined);
      return answer.access_token;
    } catch (error) {
      const e = toBanyanError(error, 'unreachable');
      held.failedAt = clock.monotonic();
      this.#setProblem(e);
      // A device that auth does not know yet is about to be enrolled: no news for anybody.
      log[e.code === 'device_unknown' ? 'debug' : 'warn'](
        { audience, code: e.code },
        `no token: ${e.message}`,
      );
      throw e;
    } finally {
      held.underWay = undefined;
    }
  }

  #setProblem(next: BanyanError | undefined): void {
    if (next?.code === this.#problem?.code) return;
    this.#problem = next;
    for (const listener of this.#listeners ?? []) listener(next);
  }
}
