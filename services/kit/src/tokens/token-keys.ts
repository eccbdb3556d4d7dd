import { createPublicKey, type KeyObject } from 'node:crypto';
import { BanyanError, JWKS_COOLDOWN_MS, MAX_JSON_BODY_BYTES } from '@banyan/proto';
import { abortable } from '../abortable.ts';
import { systemClock, type Clock } from '../clock.ts';
import { toPublicJwk, type PublicJwk } from '../identity/thumbprint.ts';
import { readJson, type ServiceFetch } from '../tls/service-fetch.ts';

/** A public signing key of an auth service, as it appears in a JWK set (RFC 7517). */
export interface SigningJwk extends PublicJwk {
  readonly kid: string;
}

/** The issuer's keys by their id. */
export interface TokenKeys {
  /**
   * The key named `kid`, or undefined when the issuer has none of that name.
   *
   * @throws BanyanError `unavailable` when that cannot be found out just now
   */
  find(kid: string, signal?: AbortSignal): Promise<KeyObject | undefined>;
}

/** Keys fetched from the issuer. */
export interface RemoteKeys extends TokenKeys {
  /** Fetches the key set now, whatever the cool-down says; calls under way share one fetch. */
  refresh(signal?: AbortSignal): Promise<void>;
  /** What was last known, to be kept over a restart. */
  snapshot(): readonly SigningJwk[];
}

/** What {@link createRemoteKeys} needs. */
export interface RemoteKeysComponents {
  readonly fetch: ServiceFetch;
  readonly clock?: Clock;
}

/** Options of {@link createRemoteKeys}. */
export interface RemoteKeysInit {
  /** Where the key set is; a function where it must first be found out. */
  readonly jwksUrl: string | (() => string | Promise<string>);
  /** What {@link RemoteKeys.snapshot} gave before the restart. */
  readonly known?: readonly unknown[];
  /** Told after a fetch that changed the set. */
  readonly onChange?: () => void;
}

/** Signing keys one issuer may publish: current, next, and those that overlap. */
const MAX_KEYS = 16;
/** A held set is fetched again after this, so that a key withdrawn early is forgotten. */
const REFRESH_AFTER_MS = 10 * 60_000;
/** While no key is held at all, nothing can be verified: asking again soon costs nobody anything. */
const KEYLESS_RETRY_MS = 1_000;

/** Keys that are at hand, as in auth itself; `jwks` is read at each call. */
export function createLocalKeys(jwks: () => readonly SigningJwk[]): TokenKeys {
  return {
    find: (kid) => {
      const jwk = jwks().find((key) => key.kid === kid);
      return Promise.resolve(jwk === undefined ? undefined : toKeyObject(jwk));
    },
  };
}

/**
 * The issuer's keys, fetched through its trust, cached, and kept while auth is away.
 *
 * A key id that nobody knows causes at most one fetch per {@link JWKS_COOLDOWN_MS}, however many tokens carry one. A set
 * older than ten minutes is refreshed in the background while its keys go on serving.
 */
export function createRemoteKeys(components: RemoteKeysComponents, init: RemoteKeysInit): RemoteKeys {
  const { fetch, clock = systemClock } = components;
  let keys = parseKeys(init.known ?? []);
  let fetchedAt = -Infinity;
  let triedAt = -Infinity;
  let lastError: unknown;
  let underWay: Promise<void> | undefined;

  const load = async (): Promise<void> => {
    const url = typeof init.jwksUrl === 'string' ? init.jwksUrl : await init.jwksUrl();
    const response = await fetch(url, { headers: { accept: 'application/jwk-set+json, application/json' } });
    if (response.status !== 200) {
      throw new BanyanError(
        'unavailable',
        `The signing keys at ${url} are not available (HTTP ${response.status}).`,
      );
    }
    const body = (await readJson(response, MAX_JSON_BODY_BYTES)) as { keys?: unknown } | null;
    if (!Array.isArray(body?.keys)) {
      throw new BanyanError('wrong_service', `${url} holds no JWK set. Check the network URL.`);
    }
    const fresh = parseKeys(body.keys as unknown[]);
    const changed = [...fresh.keys()].join() !== [...keys.keys()].join();
    keys = fresh;
    fetchedAt = clock.monotonic();
    if (changed) init.onChange?.();
  };

  const fetchOnce = (): Promise<void> => {
    triedAt = clock.monotonic();
    underWay ??= load()
      .then(
        () => {
          lastError = undefined;
        },
        (error: unknown) => {
          lastError = error;
          throw error;
        },
      )
      .finally(() => {
        underWay = undefined;
      });
    return underWay;
  };

  const waitMs = (): number => (keys.size === 0 ? KEYLESS_RETRY_MS : JWKS_COOLDOWN_MS);

  return {
    async find(kid, signal) {
      const held = keys.get(kid);
      const now = clock.monotonic();
      if (held !== undefined) {
        // Whoever holds a token need not wait for the refresh, nor care when it fails.
        if (now - fetchedAt > REFRESH_AFTER_MS && now - triedAt > JWKS_COOLDOWN_MS)
          fetchOnce().catch(() => undefined);
        return held.key;
      }
      if (underWay !== undefined || now - triedAt >= waitMs()) {
        await abortable(
          fetchOnce().catch(() => undefined),
          signal,
        );
      }
      const found = keys.get(kid);
      if (found === undefined && lastError !== undefined) {
        throw new BanyanError(
          'unavailable',
          'The token cannot be checked: its signing key is not known here, and the auth service cannot be reached. Try again later.',
          { cause: lastError },
        );
      }
      return found?.key;
    },
    refresh: (signal) => abortable(fetchOnce(), signal),
    snapshot: () => [...keys.values()].map(({ jwk }) => jwk),
  };
}

interface HeldKey {
  readonly jwk: SigningJwk;
  readonly key: KeyObject;
}

/** Takes the P-256 signing keys and passes over everything else a set may hold (RFC 7517 section 5). */
function parseKeys(list: readonly unknown[]): Map<string, HeldKey> {
  const keys = new Map<string, HeldKey>();
  for (const entry of list.slice(0, MAX_KEYS)) {
    const jwk = toPublicJwk(entry);
    if (jwk === undefined) continue;
    const { kid, use, alg } = entry as Record<string, unknown>;
    if (typeof kid !== 'string' || kid === '' || kid.length > 128) continue;
    if ((use !== undefined && use !== 'sig') || (alg !== undefined && alg !== 'ES256')) continue;
    keys.set(kid, { jwk: { kid, ...jwk }, key: toKeyObject(jwk) });
  }
  return keys;
}

function toKeyObject({ kty, crv, x, y }: PublicJwk): KeyObject {
  return createPublicKey({ format: 'jwk', key: { kty, crv, x, y } });
}
