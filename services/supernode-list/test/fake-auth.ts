/** What tests of the list need beside it: an auth that says what a list asks, and a supernode's beat. */
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  AUDIENCE,
  scopesFor,
  type Audience,
  type BeatRequest,
  type Grant,
  type IssuerMetadata,
} from '@banyan/proto';
import { jwkOfKey, type DeviceKey } from '@banyan/kit';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Says of a network what a list asks of auth. */
export class FakeAuth {
  readonly #server: Server;
  url = '';
  /** Answers everything with this status while it is set. */
  status: number | undefined;

  constructor() {
    this.#server = createServer((request, response) => {
      const { url } = this;
      const metadata: IssuerMetadata = {
        issuer: url,
        token_endpoint: `${url}/oauth/token`,
        jwks_uri: `${url}/jwks.json`,
        grant_types_supported: [],
        token_endpoint_auth_methods_supported: [],
        token_endpoint_auth_signing_alg_values_supported: [],
        dpop_signing_alg_values_supported: [],
        scopes_supported: [],
        banyan_device_endpoint: `${url}/v1/devices`,
        banyan_revocations_endpoint: `${url}/v1/revocations`,
        banyan_list_endpoints: [],
        banyan_enrolment: 'open',
        banyan_network_name: 'test',
        banyan_protocol_versions: [1],
      };
      const path = request.url ?? '';
      const body = path.startsWith('/.well-known')
        ? metadata
        : path.startsWith('/jwks')
          ? { keys: [{ kid: 'k', ...jwkOfKey(privateKey) }] }
          : { signed: [], seq: 0 };
      response
        .writeHead(this.status ?? 200, { 'content-type': 'application/json' })
        .end(JSON.stringify(body));
    });
  }

  async start(port = 0): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  token(
    device: DeviceKey,
    grants: Grant[] = [],
    audience: Audience = AUDIENCE.list,
    change: object = {},
  ): string {
    const now = Math.floor(Date.now() / 1000);
    const input = `${base64url({ alg: 'ES256', typ: 'at+jwt', kid: 'k' })}.${base64url({
      iss: this.url,
      sub: 'account',
      aud: audience,
      exp: now + 600,
      iat: now,
      jti: randomUUID(),
      client_id: device.deviceId,
      scope: scopesFor(audience, 'member', grants).join(' '),
      cnf: { jkt: device.deviceId },
      account: 'ann',
      role: 'member',
      grants,
      ...change,
    })}`;
    const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return `${input}.${signature.toString('base64url')}`;
  }
}

export const BEAT: BeatRequest = {
  name: 'oak',
  addresses: [{ host: '10.0.0.1', port: 7710 }],
  state: 'active',
  capacity: 100,
  leaves: 0,
  records: 0,
  loopDelayMs: 0,
  links: 0,
  software: 'test',
  protocolVersions: [1],
};
