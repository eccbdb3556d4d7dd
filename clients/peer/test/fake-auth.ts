/** An auth service as far as a peer's start needs one: metadata, keys, enrolment, tokens. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BanyanError, type ErrorCode, type IssuerMetadata } from '@banyan/proto';

export interface FakeAuth {
  readonly url: string;
  /** Devices that are enrolled need no enrolment; enrolling makes them so. */
  enrolled: boolean;
  /** What enrolment is refused with. */
  refuse: ErrorCode | undefined;
  /** Accepts requests and never answers. */
  hangs: boolean;
  readonly calls: string[];
  close(): Promise<void>;
  /** Comes back on the same port. */
  open(): Promise<void>;
}

export async function startFakeAuth(): Promise<FakeAuth> {
  let server: Server | undefined;
  let port = 0;
  const auth: FakeAuth = {
    get url() {
      return `http://localhost:${port}`;
    },
    enrolled: false,
    refuse: undefined,
    hangs: false,
    calls: [],
    close: () =>
      new Promise((resolve) => {
        server?.close(() => resolve());
        server?.closeAllConnections();
      }),
    open: async () => {
      server = createServer((request, response) => {
        const json = (status: number, body: unknown): void => {
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
        };
        auth.calls.push(`${String(request.method)} ${String(request.url)}`);
        if (auth.hangs) return;
        request.resume();
        switch (request.url?.split('?')[0]) {
          case '/.well-known/oauth-authorization-server':
            json(200, metadata(auth.url));
            return;
          case '/jwks':
            json(200, { keys: [] });
            return;
          case '/token':
            if (!auth.enrolled) json(401, new BanyanError('device_unknown').toBody());
            else
              json(200, {
                access_token: `e30.${Buffer.from('{"account":"alice"}').toString('base64url')}.eA`,
                token_type: 'DPoP',
                expires_in: 3600,
                scope: 'session',
              });
            return;
          case '/v1/devices':
            if (auth.refuse !== undefined) {
              const error = new BanyanError(auth.refuse);
              json(error.http, error.toBody());
              return;
            }
            auth.enrolled = true;
            json(201, {
              deviceId: 'd',
              name: 'laptop',
              accountId: 'a',
              account: 'alice',
              role: 'member',
              grants: [],
              enrolledAt: 1,
            });
            return;
          default:
            json(404, new BanyanError('not_found').toBody());
        }
      });
      await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
      port = (server.address() as AddressInfo).port;
    },
  };
  await auth.open();
  return auth;
}

function metadata(url: string): IssuerMetadata {
  return {
    issuer: url,
    token_endpoint: `${url}/token`,
    jwks_uri: `${url}/jwks`,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['ES256'],
    dpop_signing_alg_values_supported: ['ES256'],
    scopes_supported: ['session'],
    banyan_device_endpoint: `${url}/v1/devices`,
    banyan_revocations_endpoint: `${url}/v1/revocations`,
    banyan_list_endpoints: [`${url}/list`],
    banyan_enrolment: 'open',
    banyan_network_name: 'Test network',
    banyan_protocol_versions: [1],
  };
}
