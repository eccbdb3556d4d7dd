/** The organisation's OpenID Connect provider, with this service as its relying party. */
import { BanyanError, displayText, isBanyanError } from '@banyan/proto';
import { createBackoff, isLoopback, type Clock, type Log, type Timer } from '@banyan/kit';
import * as oidc from 'openid-client';
import {
  MAX_PROVIDER_ANSWER_BYTES,
  PROVIDER_CLOCK_TOLERANCE_S,
  PROVIDER_REFRESH_MS,
  PROVIDER_TIMEOUT_S,
} from '../constants.ts';
import type { Claims } from './person.ts';
import type { OidcConfig } from './settings.ts';

/** What has to fit together over one authorization request and its answer. */
export interface AuthorizationChecks {
  readonly state: string;
  readonly nonce: string;
  /** PKCE, RFC 7636. */
  readonly verifier: string;
  /** The provider must have asked the person within so many seconds, and say when (`auth_time`). */
  readonly maxAgeS?: number;
}

/** A provider that may be away at any time. */
export interface Provider {
  /** What people call it. */
  readonly name: string;
  /** Looks for it in the background, and goes on looking; never fails. */
  start(): void;
  stop(): void;
  /** Why it cannot be used just now; undefined while it can. */
  readonly problem: BanyanError | undefined;
  /** Makes sure that it can be used, by asking it now when it could not before. @throws BanyanError `sign_in_unavailable` */
  ready(): Promise<void>;
  /** Where the browser goes to sign in: code flow with S256. @throws BanyanError `sign_in_unavailable` */
  authorizationUrl(redirectUri: string, checks: AuthorizationChecks): Promise<URL>;
  /**
   * Redeems what the browser came back with, and verifies all of it: state, issuer (RFC 9207), PKCE, signature, audience,
   * times and nonce of the ID token, subject of the user info.
   *
   * @param answer - the redirect URI with the query that came
   * @returns claims of ID token and user info; `iss` and `sub` are verified
   * @throws BanyanError `sign_in_refused`, `sign_in_unavailable`
   */
  exchange(answer: URL, checks: AuthorizationChecks): Promise<Claims>;
}

/** What {@link createProvider} needs. */
export interface ProviderComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
}

/** Looked for so often while it is away. */
const RETRY = { minMs: 1_000, maxMs: 60_000 } as const;

/** Makes the relying party of one provider; nothing is asked before `start` or `ready`. */
export function createProvider(components: ProviderComponents, config: OidcConfig): Provider {
  const { clock, log } = components;
  const { name } = config;
  const backoff = createBackoff({ ...RETRY, random: components.random });
  let found: oidc.Configuration | undefined;
  let problem: BanyanError | undefined = unavailable('it has not been asked yet');
  /** It answers, but refuses this client: shown until a sign-in works, and tried all the same, as it may be mended there. */
  let refusal: BanyanError | undefined;
  let looking: Promise<void> | undefined;
  let timer: Timer | undefined;
  let isStopped = false;
  let wasReported: boolean | undefined;

  function unavailable(why: string, cause?: unknown): BanyanError {
    return new BanyanError(
      'sign_in_unavailable',
      `${name} cannot be used to sign in just now: ${why}. Try again in a moment, or sign in another way. Devices that are enrolled go on.`,
      cause === undefined ? {} : { cause },
    );
  }

  /** Says each change once: a provider that is away for a night does not fill the log. */
  function report(next: BanyanError | undefined): void {
    problem = next;
    const isUp = next === undefined;
    if (isUp === wasReported) return;
    wasReported = isUp;
    const about = { provider: config.issuer.href };
    if (isUp) log.info(about, 'the provider answers: people can sign in with it');
    else
      log.warn({ ...about, reason: next.message }, 'nobody can sign in with the provider; it is asked again');
  }

  async function look(): Promise<void> {
    try {
      found = await discover(config);
      report(undefined);
      backoff.reset();
    } catch (error) {
      report(unavailable(reasonOf(error), error));
    }
  }

  const lookOnce = (): Promise<void> => (looking ??= look().finally(() => (looking = undefined)));

  async function ready(): Promise<oidc.Configuration> {
    if (problem !== undefined) await lookOnce();
    if (problem !== undefined) throw problem;
    if (found === undefined) throw unavailable('it has not been found yet');
    return found;
  }

  function lookLater(): void {
    if (isStopped) return;
    timer = clock.setTimeout(
      () => void lookOnce().finally(lookLater),
      problem === undefined ? PROVIDER_REFRESH_MS : backoff.next(),
      { keepAlive: false },
    );
  }

  /** What went wrong with one answer, for the person, and for the operators where they can do something about it. */
  function explained(error: unknown): BanyanError {
    if (isBanyanError(error)) return error;
    if (error instanceof oidc.AuthorizationResponseError) {
      if (error.error === 'access_denied')
        return new BanyanError('sign_in_refused', `The sign-in with ${name} was cancelled there.`);
      const said = displayText(error.error_description ?? error.error, 200);
      log.warn({ provider: config.issuer.href, error: displayText(error.error, 64) }, 'the provider refused');
      return new BanyanError('sign_in_refused', `${name} refused the sign-in: ${said}`);
    }
    const reason = reasonOf(error);
    log.warn({ provider: config.issuer.href, reason }, 'a sign-in with the provider failed');
    if (isAboutClient(error)) {
      refusal = unavailable(
        `it does not accept this network (${reason}), so an operator has to correct client id or secret`,
        error,
      );
      return refusal;
    }
    if (isOutage(error)) {
      const away = unavailable(reason, error);
      report(away);
      return away;
    }
    return new BanyanError(
      'sign_in_refused',
      `What ${name} answered cannot be trusted: ${reason}. Begin again; if it goes on, tell an operator of your network.`,
      { cause: error },
    );
  }

  return {
    name,
    start: () => void lookOnce().finally(lookLater),
    stop() {
      isStopped = true;
      timer?.cancel();
    },
    get problem() {
      return problem ?? refusal;
    },
    async ready() {
      await ready();
    },
    async authorizationUrl(redirectUri, { state, nonce, verifier, maxAgeS }) {
      return oidc.buildAuthorizationUrl(await ready(), {
        response_type: 'code',
        redirect_uri: redirectUri,
        scope: config.scope,
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(maxAgeS === undefined ? {} : { max_age: String(maxAgeS) }),
      });
    },
    async exchange(answer, { state, nonce, verifier, maxAgeS }) {
      try {
        const client = await ready();
        const tokens = await oidc.authorizationCodeGrant(client, answer, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
          ...(maxAgeS === undefined ? {} : { maxAge: maxAgeS }),
        });
        refusal = undefined;
        const claims: Claims = tokens.claims() ?? {};
        const isWhole = [config.nameClaim, config.groupsClaim].every((claim) => claim in claims);
        if (isWhole || client.serverMetadata().userinfo_endpoint === undefined) return claims;
        const info = await oidc.fetchUserInfo(client, tokens.access_token, String(claims['sub']));
        // The ID token is signed: what it says counts before what the user info adds.
        return { ...info, ...claims };
      } catch (error) {
        throw explained(error);
      }
    },
  };
}

/** Finds the provider (OpenID Connect Discovery) and says how this client proves itself. */
async function discover(config: OidcConfig): Promise<oidc.Configuration> {
  const { issuer, clientId, clientSecret } = config;
  return oidc.discovery(
    issuer,
    clientId,
    { [oidc.clockTolerance]: PROVIDER_CLOCK_TOLERANCE_S },
    clientSecret === undefined ? oidc.None() : secretAuthentication(clientSecret),
    {
      timeout: PROVIDER_TIMEOUT_S,
      [oidc.customFetch]: boundedFetch,
      execute: [
        // The signature is verified although the token came from the provider itself: a proxy may stand between.
        oidc.enableNonRepudiationChecks,
        ...(issuer.protocol === 'http:' && isLoopback(issuer.hostname) ? [allowLoopbackHttp] : []),
      ],
    },
  );
}

/** Marked as deprecated by the library so that nobody uses it in production; ours reaches no further than loopback. */
// eslint-disable-next-line @typescript-eslint/no-deprecated
const allowLoopbackHttp = oidc.allowInsecureRequests;

/** RFC 6749 section 2.3.1: Basic, which every provider must know; in the body only for those that say they take nothing else. */
function secretAuthentication(secret: string): oidc.ClientAuth {
  const basic = oidc.ClientSecretBasic(secret);
  const post = oidc.ClientSecretPost(secret);
  return (server, ...rest) => {
    const known = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    (known.includes('client_secret_basic') ? basic : post)(server, ...rest);
  };
}

/** `fetch` whose answers end at {@link MAX_PROVIDER_ANSWER_BYTES}. */
const boundedFetch: oidc.CustomFetch = async (url, options) => {
  const response = await fetch(url, options as RequestInit);
  const { body } = response;
  if (body === null) return response;
  let bytes = 0;
  const bounded = body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (bytes > MAX_PROVIDER_ANSWER_BYTES) controller.error(new Error('the answer is too long'));
        else controller.enqueue(chunk);
      },
    }),
  );
  return new Response(bounded, response);
};

/** RFC 6749 section 5.2: what no person who signs in can do anything about. */
const CLIENT_ERRORS = new Set(['invalid_client', 'unauthorized_client']);

/** Whether the provider refuses this client, and not the person. */
function isAboutClient(error: unknown): boolean {
  if (error instanceof oidc.ResponseBodyError) return CLIENT_ERRORS.has(error.error);
  // Only a client authenticates by Basic; a refused access token is challenged with Bearer.
  return (
    error instanceof oidc.WWWAuthenticateChallengeError &&
    error.cause.some(({ scheme }) => scheme.toLowerCase() === 'basic')
  );
}

/** Codes of openid-client for a provider that does not do its work, in place of one that says no. */
const OUTAGES = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT']);

function isOutage(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  const status = statusIn(error);
  return (
    systemCode(error) !== undefined ||
    (typeof code === 'string' && OUTAGES.has(code)) ||
    (status !== undefined && (status >= 500 || status === 429))
  );
}

/** HTTP status of an answer that the library could not use. */
function statusIn(error: unknown): number | undefined {
  const { status, cause } = error as { readonly status?: unknown; readonly cause?: unknown };
  if (typeof status === 'number') return status;
  const answer = (cause ?? {}) as { readonly status?: unknown };
  return typeof answer.status === 'number' ? answer.status : undefined;
}

/** What went wrong in few words that hold no secret: bodies and causes are left out. */
function reasonOf(error: unknown): string {
  if (error instanceof oidc.ResponseBodyError)
    return displayText(
      `${error.error}${error.error_description === undefined ? '' : `, ${error.error_description}`}`,
      200,
    );
  const { message, code } = error as { readonly message?: unknown; readonly code?: unknown };
  const system = systemCode(error);
  if (system !== undefined) return `it cannot be reached (${system})`;
  if (code === 'OAUTH_TIMEOUT') return 'it did not answer in time';
  const status = statusIn(error);
  return displayText(
    `${typeof message === 'string' ? message : 'unknown failure'}${status === undefined ? '' : `, HTTP ${status}`}`,
    200,
  );
}

/** ECONNREFUSED and its like, wherever fetch and the library have put it. */
function systemCode(error: unknown, depth = 0): string | undefined {
  if (typeof error !== 'object' || error === null || depth > 4) return undefined;
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
  if (typeof code === 'string' && /^(?:E[A-Z]+|UND_ERR_\w+|[A-Z_]*CERT[A-Z_]*)$/.test(code)) return code;
  return systemCode(cause, depth + 1);
}
