import Type from 'typebox';
import { IssuerMetadata, RevocationsResponse, LONG_POLL_MS, SCOPES, type EnrolmentMode } from '@banyan/proto';
import type { HttpServer } from '@banyan/kit';
import type { Revocations } from '../revocations.ts';
import type { SigningKeys } from '../signing-keys.ts';

/** What {@link addPublicRoutes} needs. */
export interface PublicRoutesComponents {
  readonly server: HttpServer;
  readonly keys: SigningKeys;
  readonly revocations: Revocations;
  readonly issuer: () => string;
}

/** What the metadata says. */
export interface PublicRoutesInit {
  readonly enrolment: EnrolmentMode;
  readonly networkName: string;
  readonly listUrls: readonly string[];
  readonly listPin: string | undefined;
}

/** Protocol versions that this release speaks. */
const PROTOCOL_VERSIONS = [1];

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
  const { server, keys, revocations, issuer } = components;
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
        ...(init.listPin === undefined ? {} : { banyan_list_pin: init.listPin }),
        banyan_enrolment: init.enrolment,
        banyan_network_name: init.networkName,
        banyan_protocol_versions: PROTOCOL_VERSIONS,
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
      await revocations.wait(after, wait * 1000, server.signalOf(request, reply));
      return { signed: await revocations.read(after), seq: revocations.seq };
    },
  );
}
