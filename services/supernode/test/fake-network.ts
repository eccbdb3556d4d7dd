/**
 * The part of a network that a supernode sees: an auth that gives every device a token, and a supernode list. Real HTTP
 * on a port of its own; what they answer is the test's to choose.
 */
import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createMembership, type Membership } from '@banyan/core';
import {
  scopesFor,
  type Audience,
  type BeatRequest,
  type BeatResponse,
  type Grant,
  type IssuerMetadata,
  type MeasurementReport,
  type SupernodeEntry,
} from '@banyan/proto';
import { jwkOfKey, type Clock } from '@banyan/kit';

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/** What a test changes of a good token. */
export interface TokenChange {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** Signs with nothing at all. */
  readonly unsigned?: boolean;
}

export interface FakeNetwork {
  readonly url: string;
  /** Rights of devices beyond those of every member. */
  readonly grants: Map<string, Grant[]>;
  /** Device id → account; default: an account of its own. */
  readonly accounts: Map<string, string>;
  /** Seconds that tokens live. */
  tokenTtlS: number;
  /** Cut every request to this part off. */
  authAway: boolean;
  listAway: boolean;
  /** The list as everybody sees it; tests may put in what no supernode said. */
  readonly members: Membership<SupernodeEntry>;
  readonly beats: { readonly deviceId: string; readonly beat: BeatRequest }[];
  /** What the answer to a supernode's beats says besides. */
  readonly orders: Map<string, Pick<BeatResponse, 'order' | 'measure'>>;
  readonly measurements: {
    readonly by: string;
    readonly deviceId: string;
    readonly report: MeasurementReport;
  }[];
  readonly tokenRequests: { readonly deviceId: string; readonly audience: string }[];
  token(deviceId: string, audience: Audience, change?: TokenChange): string;
  /** Signs and publishes one delta. */
  revoke(...entries: { kind: string; id: string; until?: number | null; reason?: string }[]): void;
  /** Signs everything with a new key from now on and forgets the old one. */
  replaceKey(): void;
  /** Forgets all members, as a list that starts anew. */
  restartList(): void;
  stop(): Promise<void>;
}

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export async function startFakeNetwork(clock: Clock): Promise<FakeNetwork> {
  const newKey = (): SigningKey => ({
    kid: randomUUID(),
    privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  });
  let key = newKey();
  let members = createMembership<SupernodeEntry>({ version: 1_000 });
  const deltas: (() => string)[] = [];
  /** Long polls, called when something changed. */
  const polls = new Set<() => void>();
  const sockets = new Set<Socket>();

  const jws = (header: object, payload: object, unsigned = false): string => {
    const input = `${base64url({ kid: key.kid, ...header })}.${base64url(payload)}`;
    if (unsigned) return `${input}.`;
    const signature = sign('sha256', Buffer.from(input), {
      key: key.privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    return `${input}.${signature.toString('base64url')}`;
  };
  const away = { auth: false, list: false };
  const cutOff = (part: keyof typeof away, is: boolean): void => {
    away[part] = is;
    // Polls that are open end with their service; whoever asks the other part simply asks again.
    if (is) for (const socket of sockets) socket.destroy();
  };
  const wake = (): void => {
    for (const poll of [...polls]) poll();
  };
  const nowS = (): number => Math.floor(clock.now() / 1000);

  const network: FakeNetwork = {
    url: '',
    grants: new Map(),
    accounts: new Map(),
    tokenTtlS: 3600,
    get authAway() {
      return away.auth;
    },
    set authAway(is) {
      cutOff('auth', is);
    },
    get listAway() {
      return away.list;
    },
    set listAway(is) {
      cutOff('list', is);
    },
    get members() {
      return members;
    },
    beats: [],
    orders: new Map(),
    measurements: [],
    tokenRequests: [],
    token(deviceId, audience, change = {}) {
      const grants = network.grants.get(deviceId) ?? [];
      const account = network.accounts.get(deviceId) ?? `account-of-${deviceId}`;
      const claims = {
        iss: network.url,
        sub: account,
        aud: audience,
        exp: nowS() + network.tokenTtlS,
        iat: nowS(),
        jti: randomUUID(),
        client_id: deviceId,
        scope: scopesFor(audience, 'member', grants).join(' '),
        cnf: { jkt: deviceId },
        account: account.slice(0, 24),
        role: 'member',
        grants,
        ...change.claims,
      };
      return jws({ alg: 'ES256', typ: 'at+jwt', ...change.header }, claims, change.unsigned);
    },
    revoke(...entries) {
      const seq = deltas.length + 1;
      const payload = {
        iss: network.url,
        seq,
        iat: nowS(),
        entries: entries.map((entry) => ({ until: null, reason: '', ...entry })),
      };
      // Signed when read, by the key of that moment, as auth does.
      deltas.push(() => jws({ alg: 'ES256', typ: 'banyan-revocation+jwt' }, payload));
      wake();
    },
    replaceKey() {
      key = newKey();
    },
    restartList() {
      members = createMembership<SupernodeEntry>({ version: members.version + 1_000 });
      wake();
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  const metadata = (): IssuerMetadata => ({
    issuer: network.url,
    token_endpoint: `${network.url}/oauth/token`,
    jwks_uri: `${network.url}/jwks.json`,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['ES256'],
    dpop_signing_alg_values_supported: ['ES256'],
    scopes_supported: [],
    banyan_device_endpoint: `${network.url}/v1/devices`,
    banyan_revocations_endpoint: `${network.url}/v1/revocations`,
    banyan_list_endpoints: [`${network.url}/list`],
    banyan_enrolment: 'open',
    banyan_network_name: 'test',
    banyan_protocol_versions: [1],
  });

  const held = async (request: IncomingMessage, seconds: number, done: () => boolean): Promise<void> => {
    if (seconds === 0 || done()) return;
    await new Promise<void>((resolve) => {
      const poll = (): void => {
        if (!done()) return;
        polls.delete(poll);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        polls.delete(poll);
        resolve();
      }, seconds * 1000).unref();
      polls.add(poll);
      request.socket.once('close', () => {
        polls.delete(poll);
        clearTimeout(timer);
        resolve();
      });
    });
  };

  const answer = async (request: IncomingMessage, body: string): Promise<[number, unknown?]> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', network.url);
    const number = (name: string): number => Number(searchParams.get(name) ?? 0);
    const bearer = (): { client_id: string; scope: string } =>
      JSON.parse(
        Buffer.from((request.headers.authorization ?? '').split('.')[1] ?? 'e30', 'base64url').toString(),
      ) as { client_id: string; scope: string };
    const forbidden: [number, unknown] = [403, { error: { code: 'forbidden', message: 'no right' } }];
    switch (`${request.method} ${pathname.replace(/\/(supernodes|volunteers)\/[^/]+/, '/$1/:id')}`) {
      case 'GET /.well-known/oauth-authorization-server':
        return [200, metadata()];
      case 'GET /jwks.json':
        return [200, { keys: [{ kid: key.kid, ...jwkOfKey(key.privateKey) }] }];
      case 'POST /oauth/token': {
        const form = new URLSearchParams(body);
        const deviceId = form.get('client_id') ?? '';
        const audience = form.get('resource') as Audience;
        network.tokenRequests.push({ deviceId, audience });
        return [
          200,
          {
            access_token: network.token(deviceId, audience),
            token_type: 'DPoP',
            expires_in: network.tokenTtlS,
            scope: '',
          },
        ];
      }
      case 'GET /v1/revocations': {
        await held(request, number('wait'), () => deltas.length > number('after'));
        return [200, { signed: deltas.slice(number('after')).map((make) => make()), seq: deltas.length }];
      }
      case 'PUT /list/v1/supernodes/:id': {
        if (!bearer().scope.includes('supernode:register')) return forbidden;
        const deviceId = pathname.split('/').at(-1) ?? '';
        const beat = JSON.parse(body) as BeatRequest;
        network.beats.push({ deviceId, beat });
        const { links: _links, software: _software, protocolVersions: _versions, ...entry } = beat;
        const before = members.get(deviceId);
        const changed =
          before?.state !== beat.state || JSON.stringify(before.addresses) !== JSON.stringify(beat.addresses);
        if (changed) {
          members.set({ deviceId, ...entry, since: clock.now(), lastBeat: clock.now() });
          wake();
        }
        return [
          200,
          {
            membershipVersion: members.version,
            beatIntervalMs: 5_000,
            expiryMs: 15_000,
            ...network.orders.get(deviceId),
          },
        ];
      }
      case 'PUT /list/v1/volunteers/:id/measurement': {
        if (!bearer().scope.includes('supernode:register')) return forbidden;
        network.measurements.push({
          by: bearer().client_id,
          deviceId: pathname.split('/').at(-2) ?? '',
          report: JSON.parse(body) as MeasurementReport,
        });
        return [204];
      }
      case 'DELETE /list/v1/supernodes/:id': {
        if (members.remove(pathname.split('/').at(-1) ?? '')) wake();
        return [204];
      }
      case 'GET /list/v1/supernodes':
        return [
          200,
          {
            supernodes: members.members().map((member) => ({ ...member, lastBeat: clock.now() })),
            total: members.size,
            membershipVersion: members.version,
          },
        ];
      case 'GET /list/v1/membership': {
        await held(request, number('wait'), () => members.version !== number('since'));
        return [200, members.changesSince(number('since'))];
      }
      default:
        return [404, { error: { code: 'not_found', message: `${request.method} ${pathname}` } }];
    }
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const isList = request.url?.startsWith('/list') === true;
    let body = '';
    for await (const part of request) body += String(part);
    if (isList ? network.listAway : network.authAway) {
      request.socket.destroy();
      return;
    }
    const [status, json] = await answer(request, body);
    // Long polls end too when their service goes.
    if (isList ? network.listAway : network.authAway) request.socket.destroy();
    else
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(json === undefined ? undefined : JSON.stringify(json));
  };
  const server = createServer((request, response) => void respond(request, response).catch(() => undefined));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.defineProperty(network, 'url', { value: url });
}
