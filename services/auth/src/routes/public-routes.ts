import Type from 'typebox';
import {
  IssuerMetadata,
  isBanyanError,
  LONG_POLL_MS,
  RevocationsResponse,
  RevocationsReturn,
  SCOPES,
  SPOKEN_VERSIONS,
  type EnrolmentMode,
} from '@banyan/proto';
import { addressBucket, type HttpServer } from '@banyan/kit';
import type { Failures } from '../attempts.ts';
import type { Returns } from '../returns.ts';
import type { Revocations } from '../revocations.ts';
import type { SigningKeys } from '../signing-keys.ts';

/** What {@link addPublicRoutes} needs. */
export interface PublicRoutesComponents {
  readonly server: HttpServer;
  readonly keys: SigningKeys;
  readonly revocations: Revocations;
  readonly returns: Pick<Returns, 'take' | 'isWanting'>;
  readonly failures: Failures;
  readonly issuer: () => string;
}

/** What the metadata says. */
export interface PublicRoutesInit {
  readonly enrolment: EnrolmentMode;
  readonly networkName: string;
  readonly listUrls: readonly string[];
  readonly listPins: readonly string[];
  /** Of the own TLS key, and backups. */
  readonly pins: () => readonly string[];
  /** What people call the provider with which they may sign in; undefined: there is none. */
  readonly signInName: string | undefined;
}

/** Caches may keep keys so long; the lead time of a new key is three times that. */
const JWKS_MAX_AGE_S = 300;

const Jwks = Type.Object({
  keys: Type.Array(
    Type.Object({
      kty: Type.String(),
      crv: Type.String(),
      x: Type.String(),
      y: Type.String(),
      kid: Type.String(),
      use: Type.String(),
      alg: Type.String(),
    }),
  ),
});

/** What anybody may read: metadata (RFC 8414), keys (RFC 7517), revocations. */
export function addPublicRoutes(components: PublicRoutesComponents, init: PublicRoutesInit): void {
  const { server, keys, revocations, returns, failures, issuer } = components;
  const { app } = server;

  app.get(
    '/.well-known/oauth-authorization-server',
    {
      schema: {
        summary: 'Metadata of the issuer (RFC 8414)',
        tags: ['public'],
        response: { 200: IssuerMetadata },
      },
    },
    async (_request, reply): Promise<IssuerMetadata> => {
      const iss = issuer();
      reply.header('cache-control', `public, max-age=${JWKS_MAX_AGE_S}`);
      return {
        issuer: iss,
        token_endpoint: `${iss}/oauth/token`,
        jwks_uri: `${iss}/jwks.json`,
        grant_types_supported: ['client_credentials'],
        token_endpoint_auth_methods_supported: ['private_key_jwt'],
        token_endpoint_auth_signing_alg_values_supported: ['ES256'],
        dpop_signing_alg_values_supported: ['ES256'],
        scopes_supported: Object.keys(SCOPES),
        banyan_device_endpoint: `${iss}/v1/devices`,
        banyan_revocations_endpoint: `${iss}/v1/revocations`,
        banyan_list_endpoints: [...init.listUrls],
        ...(init.pins().length === 0 ? {} : { banyan_pins: [...init.pins()] }),
        ...(init.listPins.length === 0 ? {} : { banyan_list_pins: [...init.listPins] }),
        banyan_enrolment: init.enrolment,
        banyan_network_name: init.networkName,
        banyan_protocol_versions: [...SPOKEN_VERSIONS],
        // Also while the provider is away: that it is, is said to who tries.
        ...(init.signInName === undefined
          ? {}
          : { banyan_sign_in_endpoint: `${iss}/v1/sign-ins`, banyan_sign_in_name: init.signInName }),
      };
    },
  );

  app.get(
    '/jwks.json',
    {
      schema: {
        summary: 'Signing keys: next, current and retired (RFC 7517)',
        tags: ['public'],
        response: { 200: Jwks },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', `public, max-age=${JWKS_MAX_AGE_S}`);
      return { keys: keys.published() };
    },
  );

  app.get(
    '/v1/revocations',
    {
      schema: {
        summary: 'Signed deltas after a sequence; waits for the next one when asked to',
        tags: ['public'],
        querystring: Type.Object({
          after: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 }),
          wait: Type.Number({
            minimum: 0,
            maximum: LONG_POLL_MS / 1000,
            default: 0,
            description: 'Seconds to wait when there is nothing new.',
          }),
        }),
        response: { 200: RevocationsResponse },
      },
    },
    async (request, reply): Promise<RevocationsResponse> => {
      const { after, wait } = request.query;
      // Whoever knows more than a restored store is asked for it at once.
      const isAhead = returns.isWanting && after > revocations.seq;
      if (!isAhead) await revocations.wait(after, wait * 1000, server.signalOf(request, reply));
      return {
        signed: await revocations.read(after),
        seq: revocations.seq,
        ...(returns.isWanting ? { wanted: true } : {}),
      };
    },
  );

  app.post(
    '/v1/revocations',
    {
      schema: {
        summary: 'Give deltas back to an auth that was restored and has forgotten them',
        tags: ['public'],
        body: RevocationsReturn,
        response: { 200: RevocationsResponse },
      },
    },
    async (request): Promise<RevocationsResponse> => {
      const caller = addressBucket(request.ip);
      failures.refuse(caller);
      try {
        await returns.take(request.body.signed);
      } catch (error) {
        if (isBanyanError(error) && error.code === 'token_invalid') failures.add(caller);
        throw error;
      }
      return { signed: [], seq: revocations.seq };
    },
  );
}
