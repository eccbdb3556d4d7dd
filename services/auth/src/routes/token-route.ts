import type { FastifyReply } from 'fastify';
import Type, { type Static } from 'typebox';
import { BanyanError, isBanyanError, toBanyanError, TokenErrorResponse, TokenResponse } from '@banyan/proto';
import {
  addressBucket,
  CLIENT_ASSERTION_TYPE,
  toHttpError,
  verifyClientAssertion,
  type Clock,
  type HttpServer,
  type Metrics,
  type ReplayStore,
} from '@banyan/kit';
import type { Accounts, EnrolledDevice } from '../accounts.ts';
import type { Failures } from '../attempts.ts';
import type { LastSeen } from '../last-seen.ts';
import { OAuthError, type OAuthErrorCode, type TokenIssuer } from '../token-issuer.ts';

/** What {@link addTokenRoute} needs. */
export interface TokenRouteComponents {
  readonly server: HttpServer;
  readonly accounts: Accounts;
  readonly replay: ReplayStore;
  readonly clock: Clock;
  readonly issuer: () => string;
  readonly tokens: TokenIssuer;
  readonly failures: Failures;
  readonly metrics: Metrics;
  readonly lastSeen: Pick<LastSeen, 'note'>;
}

const Text = (maxLength: number) => Type.Optional(Type.String({ maxLength }));

/** Everything is optional here: what is missing is answered in OAuth's words. */
const TokenRequest = Type.Object({
  grant_type: Text(64),
  client_id: Text(64),
  client_assertion_type: Text(128),
  client_assertion: Text(4096),
  resource: Text(128),
  scope: Text(512),
});

/** POST /oauth/token: client_credentials (RFC 6749) by private_key_jwt (RFC 7523) for one resource (RFC 8707). */
export function addTokenRoute(components: TokenRouteComponents): void {
  const { server, accounts, tokens, failures, metrics, replay, clock, issuer, lastSeen } = components;
  const issued = metrics.counter({
    name: 'banyan_auth_tokens_total',
    help: 'Answers of the token endpoint: ok, or the OAuth error.',
    labels: ['result'],
  });

  /** The enrolled device that signed the assertion. */
  async function authenticate(form: Static<typeof TokenRequest>): Promise<EnrolledDevice> {
    const { client_id: clientId, client_assertion: assertion } = form;
    if (assertion === undefined || form.client_assertion_type !== CLIENT_ASSERTION_TYPE) {
      throw new OAuthError(
        'invalid_client',
        new BanyanError('unauthenticated', `A client_assertion of type ${CLIENT_ASSERTION_TYPE} is needed.`),
      );
    }
    let enrolled: EnrolledDevice | undefined;
    try {
      const { deviceId } = await verifyClientAssertion(assertion, {
        issuer: issuer(),
        replay,
        clock,
        async keyOf(id) {
          enrolled = await accounts.device(id);
          return enrolled?.publicJwk;
        },
      });
      if (enrolled?.deviceId !== deviceId) throw new BanyanError('device_unknown');
      if (clientId !== undefined && clientId !== deviceId)
        throw new BanyanError('proof_invalid', 'client_id is not the device that signed the assertion.');
      return enrolled;
    } catch (error) {
      const known = toBanyanError(error);
      throw known.http >= 500 ? known : new OAuthError('invalid_client', known);
    }
  }

  server.app.post(
    '/oauth/token',
    {
      schema: {
        summary: 'An access token for one verifier role (RFC 6749, 7523, 8707, 9068)',
        tags: ['token'],
        consumes: ['application/x-www-form-urlencoded'],
        body: TokenRequest,
        response: {
          200: TokenResponse,
          400: TokenErrorResponse,
          401: TokenErrorResponse,
          429: TokenErrorResponse,
        },
      },
      errorHandler: (caught, request, reply) => {
        const { oauth, banyan } = inOAuthWords(caught);
        issued.inc({ result: oauth });
        if (oauth === 'invalid_client') failures.add(addressBucket(request.ip));
        if (banyan.code === 'internal') request.log.error({ err: caught }, 'a token request failed');
        if (banyan.retryAfterMs !== undefined)
          void reply.header('retry-after', String(Math.max(1, Math.ceil(banyan.retryAfterMs / 1000))));
        const answer: TokenErrorResponse = {
          error: oauth,
          error_description: asciiOf(banyan.message),
          banyan_code: banyan.code,
        };
        void (reply as FastifyReply).code(statusOf(oauth, banyan)).send(answer);
      },
    },
    async (request): Promise<TokenResponse> => {
      failures.refuse(addressBucket(request.ip));
      const form = request.body;
      if (form.grant_type !== 'client_credentials') {
        throw new OAuthError(
          form.grant_type === undefined ? 'invalid_request' : 'unsupported_grant_type',
          new BanyanError('invalid_request', 'The grant_type must be client_credentials.'),
        );
      }
      const device = await authenticate(form);
      const answer = await tokens.issue(device, form.resource, form.scope);
      lastSeen.note(device.deviceId);
      issued.inc({ result: 'ok' });
      return answer;
    },
  );
}

/** Errors of other kinds than OAuth's own: RFC 6749 has words for few of them. */
function inOAuthWords(caught: unknown): {
  oauth: OAuthErrorCode | 'temporarily_unavailable' | 'server_error';
  banyan: BanyanError;
} {
  if (caught instanceof OAuthError) return { oauth: caught.oauth, banyan: caught.banyan };
  const banyan = isBanyanError(caught) ? caught : toHttpError(caught);
  if (banyan.http === 429 || banyan.http === 503) return { oauth: 'temporarily_unavailable', banyan };
  return { oauth: banyan.http >= 500 ? 'server_error' : 'invalid_request', banyan };
}

/** RFC 6749: 400, but 401 for a client that did not prove itself. */
function statusOf(oauth: string, banyan: BanyanError): number {
  if (oauth === 'invalid_client') return 401;
  return banyan.http === 429 || banyan.http >= 500 ? banyan.http : 400;
}

/** error_description allows printable ASCII without quote and backslash alone. */
function asciiOf(text: string): string {
  return text
    .replace(/["\\]/g, "'")
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 500);
}
