import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { IssuerMetadata } from '@banyan/proto';
import { createMemoryLog } from '../../src/log.ts';
import { createDeviceKey } from '../../src/identity/device-key.ts';
import { createIdentity } from '../../src/identity/identity.ts';
import { createIssuer, type Issuer, type IssuerInit } from '../../src/issuer/issuer.ts';
import { metadataUrl, normalizeIssuerUrl } from '../../src/issuer/issuer-metadata.ts';
import { createTestIssuer, type TestIssuer } from '../tokens/test-issuer.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** An auth service on a real socket, as far as its clients see it. */
class TestAuth {
  url = '';
  requests: string[] = [];
  deltas: string[] = [];
  change: Partial<Record<keyof IssuerMetadata, unknown>> = {};
  waiting = new Set<() => void>();
  /** Resolves when the first poll is held open. */
  polled: Promise<void>;
  #polled = (): void => undefined;
  server: Server | undefined;
  readonly signer: TestIssuer;

  constructor(signer: TestIssuer) {
    this.signer = signer;
    this.polled = new Promise((resolve) => {
      this.#polled = resolve;
    });
  }

  async listen(server: Server, scheme: string, port = 0): Promise<void> {
    this.server = server.on(
      'request',
      (req: IncomingMessage, res: ServerResponse) => void this.#answer(req, res),
    );
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    this.url = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
    cleanups.push(() => this.stop());
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (server?.listening !== true) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }

  metadata(): Record<string, unknown> {
    return {
      issuer: this.url,
      token_endpoint: `${this.url}/oauth/token`,
      jwks_uri: `${this.url}/jwks.json`,
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['ES256'],
      dpop_signing_alg_values_supported: ['ES256'],
      scopes_supported: [],
      banyan_device_endpoint: `${this.url}/v1/devices`,
      banyan_revocations_endpoint: `${this.url}/v1/revocations`,
      banyan_list_endpoints: ['https://list.test'],
      banyan_list_pins: [this.signer.device.deviceId],
      banyan_enrolment: 'open',
      banyan_network_name: 'Test',
      banyan_protocol_versions: [1],
      ...this.change,
    };
  }

  async publish(entries: readonly unknown[]): Promise<void> {
    this.deltas.push(await this.signer.delta(this.deltas.length + 1, entries, { claims: { iss: this.url } }));
    for (const wake of this.waiting) wake();
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', this.url);
    this.requests.push(url.pathname + url.search);
    const send = (body: unknown): void => void res.end(JSON.stringify(body));
    if (url.pathname.startsWith('/.well-known/')) {
      send(this.metadata());
      return;
    }
    if (url.pathname === '/jwks.json') {
      send({ keys: this.signer.keys.map((key) => key.jwk) });
      return;
    }
    if (url.pathname === '/v1/revocations') {
      const after = Number(url.searchParams.get('after'));
      if (after >= this.deltas.length && Number(url.searchParams.get('wait')) > 0) {
        await new Promise<void>((resolve) => {
          this.waiting.add(resolve);
          this.#polled();
          res.on('close', resolve);
        });
      }
      send({ signed: this.deltas.slice(after), seq: this.deltas.length });
      return;
    }
    res.writeHead(404).end();
  }
}

let auth: TestAuth;
beforeEach(() => {
  auth = new TestAuth(createTestIssuer());
});

function open(init: Partial<IssuerInit> = {}, log = createMemoryLog()): Issuer {
  const issuer = createIssuer({ log, random: () => 1 }, { url: auth.url, ...init });
  cleanups.push(() => issuer.stop());
  return issuer;
}

describe('an issuer', () => {
  it('tells from its metadata where everything is', async () => {
    await auth.listen(createServer(), 'http');
    const issuer = open({ url: `${auth.url}/` });
    expect(issuer.url).toBe(auth.url);
    expect(() => issuer.metadata).toThrow(expect.objectContaining({ code: 'unavailable' }));
    await issuer.start();
    expect(issuer.metadata.banyan_enrolment).toBe('open');
    expect(issuer.listPins).toEqual([auth.signer.device.deviceId]);
    expect(await issuer.keys.find('k1')).toBeDefined();
  });

  it('is trusted by its pin, and by nothing else', async () => {
    const identity = await createIdentity(createDeviceKey());
    const { cert, key } = identity.certificate;
    await auth.listen(createHttpsServer({ cert, key }), 'https');
    const issuer = open({ pins: [identity.deviceId] });
    await issuer.start();
    expect(issuer.metadata.issuer).toBe(auth.url);
    const before = auth.requests.length;
    await expect(open({ pins: [createDeviceKey().deviceId] }).start()).rejects.toMatchObject({
      code: 'key_mismatch',
    });
    await expect(open().start()).rejects.toMatchObject({ code: 'key_mismatch' });
    expect(auth.requests).toHaveLength(before);
  });

  it.each([
    ['calls itself otherwise', { issuer: 'https://evil.test' }, 'calls itself https://evil.test'],
    ['sends tokens elsewhere', { token_endpoint: 'https://evil.test/token' }, 'token_endpoint'],
    ['keeps its keys elsewhere', { jwks_uri: 'https://evil.test/jwks' }, 'jwks_uri'],
    ['lacks an endpoint', { banyan_device_endpoint: undefined }, 'no Banyan auth service'],
    ['has a mode nobody knows', { banyan_enrolment: 'maybe' }, 'no Banyan auth service'],
    ['names a list that is no URL', { banyan_list_endpoints: ['list'] }, 'no URL'],
  ])('that %s is not taken for the network', async (_name, change, words) => {
    await auth.listen(createServer(), 'http');
    auth.change = change;
    await expect(open().start()).rejects.toMatchObject({
      code: 'wrong_service',
      message: expect.stringContaining(words),
    });
  });

  it('that is some other web server is named so', async () => {
    const other = createServer((_req, res) => void res.writeHead(404).end('<h1>nginx</h1>'));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    cleanups.push(() => other.close());
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await expect(open({ url }).start()).rejects.toMatchObject({
      code: 'wrong_service',
      message: expect.stringContaining('404'),
    });
  });

  it('is gone on with as last known when it is away at a restart', async () => {
    await auth.listen(createServer(), 'http');
    await auth.publish([{ kind: 'account', id: 'bad', until: null, reason: '' }]);
    const first = open();
    let changes = 0;
    first.onChange(() => (changes += 1));
    await first.start();
    await first.fetchRevocations();
    expect(changes).toBeGreaterThan(0);
    const state: unknown = JSON.parse(JSON.stringify(first.snapshot()));
    await auth.stop();

    await expect(open().start()).rejects.toMatchObject({ code: 'unreachable' });
    const log = createMemoryLog();
    const second = open({ state }, log);
    await second.start();
    expect(second.metadata.issuer).toBe(auth.url);
    expect(await second.keys.find('k1')).toBeDefined();
    expect(second.revocations.accountRevoked('bad', Date.now())).toBeDefined();
    expect(JSON.stringify(log.entries)).toContain('going on with what was known');
    await expect(second.keys.find('k9')).rejects.toMatchObject({ code: 'unavailable' });

    await expect(
      open({ state: { ...(state as object), url: 'https://other.test' } }).start(),
    ).rejects.toMatchObject({ code: 'unreachable' });
    await expect(open({ state: { ...(state as object), metadata: {} } }).start()).rejects.toMatchObject({
      code: 'unreachable',
    });
  });

  it('pushes its revocations to who follows them, and again after it was away', async () => {
    await auth.listen(createServer(), 'http');
    const issuer = open({ followRevocations: true });
    const heard = (seq: number): Promise<void> =>
      new Promise((resolve) => {
        const stop = issuer.revocations.onChange((delta) => {
          if (delta.seq !== seq) return;
          stop();
          resolve();
        });
      });
    const first = heard(1);
    await issuer.start();
    await auth.publish([{ kind: 'device', id: 'd1', until: null, reason: '' }]);
    await first;
    expect(issuer.revocations.deviceRevoked('d1', Date.now())).toBeDefined();

    const second = heard(2);
    const { port } = new URL(auth.url);
    await auth.stop();
    await auth.publish([{ kind: 'device', id: 'd2', until: null, reason: '' }]);
    await auth.listen(createServer(), 'http', Number(port));
    await second;
    expect(issuer.revocations.since(0)).toEqual(auth.deltas);
    expect(
      auth.requests
        .filter((path) => path.startsWith('/v1/revocations'))
        .every((path) => path.includes('wait=25')),
    ).toBe(true);
  });

  it('stops at once, with a poll under way', async () => {
    await auth.listen(createServer(), 'http');
    const issuer = open({ followRevocations: true });
    await issuer.start();
    await auth.polled;
    await issuer.stop();
    await issuer.stop();
  });
});

describe('a network URL', () => {
  it.each([
    ['https://auth.example.org/', 'https://auth.example.org'],
    [' HTTPS://Auth.Example.org:443 ', 'https://auth.example.org'],
    ['https://example.org/banyan/', 'https://example.org/banyan'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
  ])('%s has one spelling', (text, expected) => {
    expect(normalizeIssuerUrl(text)).toBe(expected);
  });

  it.each(['', 'auth.example.org', 'ftp://x', 'https://x/?a', 'https://x/#a', 'https://user:pw@x/'])(
    '%s is refused',
    (text) => {
      expect(() => normalizeIssuerUrl(text)).toThrow(expect.objectContaining({ code: 'invalid_config' }));
    },
  );

  it('with a path keeps its metadata in front of the path', () => {
    expect(metadataUrl('https://example.org/banyan')).toBe(
      'https://example.org/.well-known/oauth-authorization-server/banyan',
    );
    expect(metadataUrl('https://example.org')).toBe(
      'https://example.org/.well-known/oauth-authorization-server',
    );
  });
});
