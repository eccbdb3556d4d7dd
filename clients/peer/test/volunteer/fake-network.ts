/** Auth and list of a network as volunteers and their supernodes need them: real HTTP, and orders of the test's choosing. */
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
  BanyanError,
  scopesFor,
  type Audience,
  type BeatRequest,
  type BeatResponse,
  type MeasurementReport,
  type Order,
  type SupernodeEntry,
  type VolunteerReport,
} from '@banyan/proto';
import { jwkOfKey } from '@banyan/kit';

export interface FakeNetwork {
  readonly url: string;
  readonly reports: { readonly deviceId: string; readonly report: VolunteerReport; readonly at: number }[];
  /** Device ids that withdrew. */
  readonly withdrawn: string[];
  readonly beats: { readonly deviceId: string; readonly beat: BeatRequest }[];
  /** Supernodes that said farewell. */
  readonly left: string[];
  readonly measurements: {
    readonly by: string;
    readonly deviceId: string;
    readonly report: MeasurementReport;
  }[];
  /** What the host is to be. */
  order: Order;
  /** What a supernode's beat is answered besides. */
  readonly orders: Map<string, Pick<BeatResponse, 'order' | 'measure'>>;
  reportIntervalMs: number;
  /** Cuts every request to the list off. */
  listAway: boolean;
  /** A report is refused with this. */
  refuse: BanyanError | undefined;
  stop(): Promise<void>;
}

export function order(role: Order['role'], change: Partial<Order> = {}): Order {
  return {
    role,
    since: Date.now(),
    by: { kind: 'operator', account: 'a', name: 'Ada' },
    reason: 'as a test',
    maxLeaves: 100,
    drainMs: 3_000,
    ...change,
  };
}

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export async function startFakeNetwork(): Promise<FakeNetwork> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const members = new Map<string, SupernodeEntry>();
  const sockets = new Set<Socket>();
  let version = 1;
  let url = '';

  const token = (deviceId: string, audience: Audience): string => {
    const now = Math.floor(Date.now() / 1000);
    const input = `${base64url({ kid: 'k', alg: 'ES256', typ: 'at+jwt' })}.${base64url({
      iss: url,
      sub: `account-of-${deviceId}`,
      aud: audience,
      exp: now + 3600,
      iat: now,
      jti: randomUUID(),
      client_id: deviceId,
      scope: scopesFor(audience, 'member', ['supernode']).join(' '),
      cnf: { jkt: deviceId },
      account: 'alice',
      role: 'member',
      grants: ['supernode'],
    })}`;
    return `${input}.${sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  };

  const network: FakeNetwork = {
    get url() {
      return url;
    },
    reports: [],
    withdrawn: [],
    beats: [],
    left: [],
    measurements: [],
    order: order('leaf'),
    orders: new Map(),
    reportIntervalMs: 1_000,
    listAway: false,
    refuse: undefined,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  const answer = (
    request: IncomingMessage,
    body: string,
  ): [number, unknown?] | Promise<[number, unknown?]> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const parts = pathname.split('/');
    const deviceId = parts[4] ?? '';
    switch (`${request.method} ${pathname.replace(/\/(supernodes|volunteers)\/[^/]+/, '/$1/:id')}`) {
      case 'GET /.well-known/oauth-authorization-server':
        return [
          200,
          {
            issuer: url,
            token_endpoint: `${url}/token`,
            jwks_uri: `${url}/jwks`,
            grant_types_supported: ['client_credentials'],
            token_endpoint_auth_methods_supported: ['private_key_jwt'],
            token_endpoint_auth_signing_alg_values_supported: ['ES256'],
            dpop_signing_alg_values_supported: ['ES256'],
            scopes_supported: [],
            banyan_device_endpoint: `${url}/v1/devices`,
            banyan_revocations_endpoint: `${url}/v1/revocations`,
            banyan_list_endpoints: [`${url}/list`],
            banyan_enrolment: 'open',
            banyan_network_name: 'test',
            banyan_protocol_versions: [1],
          },
        ];
      case 'GET /jwks':
        return [200, { keys: [{ kid: 'k', ...jwkOfKey(privateKey) }] }];
      case 'POST /token': {
        const form = new URLSearchParams(body);
        return [
          200,
          {
            access_token: token(form.get('client_id') ?? '', form.get('resource') as Audience),
            token_type: 'DPoP',
            expires_in: 3600,
            scope: '',
          },
        ];
      }
      case 'GET /v1/revocations':
        return later([200, { signed: [], seq: 0 }], Number(searchParams.get('wait') ?? 0));
      case 'PUT /list/v1/volunteers/:id':
        if (network.refuse !== undefined) return [network.refuse.http, network.refuse.toBody()];
        network.reports.push({ deviceId, report: JSON.parse(body) as VolunteerReport, at: Date.now() });
        return [
          200,
          { order: network.order, criteria: CRITERIA, reportIntervalMs: network.reportIntervalMs },
        ];
      case 'DELETE /list/v1/volunteers/:id':
        network.withdrawn.push(deviceId);
        return [204];
      case 'PUT /list/v1/volunteers/:id/measurement': {
        const by = JSON.parse(
          Buffer.from((request.headers.authorization ?? '').split('.')[1] ?? '', 'base64url').toString(),
        ) as { client_id: string };
        network.measurements.push({
          by: by.client_id,
          deviceId,
          report: JSON.parse(body) as MeasurementReport,
        });
        return [204];
      }
      case 'PUT /list/v1/supernodes/:id': {
        const beat = JSON.parse(body) as BeatRequest;
        network.beats.push({ deviceId, beat });
        const { links: _links, software: _software, protocolVersions: _versions, ...entry } = beat;
        if (members.get(deviceId)?.state !== beat.state) version += 1;
        members.set(deviceId, { deviceId, ...entry, since: Date.now(), lastBeat: Date.now() });
        return [
          200,
          {
            membershipVersion: version,
            beatIntervalMs: 1_000,
            expiryMs: 15_000,
            ...network.orders.get(deviceId),
          },
        ];
      }
      case 'DELETE /list/v1/supernodes/:id':
        network.left.push(deviceId);
        members.delete(deviceId);
        version += 1;
        return [204];
      case 'GET /list/v1/supernodes':
        return [
          200,
          {
            supernodes: [...members.values()].map((one) => ({ ...one, lastBeat: Date.now() })),
            total: members.size,
            membershipVersion: version,
          },
        ];
      case 'GET /list/v1/membership': {
        const since = Number(searchParams.get('since') ?? 0);
        const wait = since === version ? Math.min(0.3, Number(searchParams.get('wait') ?? 0)) : 0;
        return later([200, { version, full: true, joined: [...members.values()], left: [] }], wait);
      }
      default:
        return [404, new BanyanError('not_found').toBody()];
    }
  };

  const server = createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const part of request) body += String(part);
      if (network.listAway && request.url?.startsWith('/list') === true) {
        request.socket.destroy();
        return;
      }
      const [status, json] = await answer(request, body);
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(json === undefined ? undefined : JSON.stringify(json));
    })().catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return network;
}

const CRITERIA = [
  {
    name: 'cores',
    value: 1,
    threshold: 2,
    bound: 'at least',
    passed: false,
    origin: 'host',
    at: 1,
  },
];

function later<T>(value: T, seconds: number): Promise<T> {
  return new Promise((resolve) => void setTimeout(() => resolve(value), seconds * 1_000).unref());
}
