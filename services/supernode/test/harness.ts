/** Real supernodes and real leaves on a fake network; everything ends with the test. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AUDIENCE,
  BanyanError,
  NO_TAGS,
  createFingerprint,
  publishBatches,
  type AddressCheck,
  type Audience,
  type CatalogRecord,
  type Hit,
  type Publish,
  type SupernodeRef,
} from '@banyan/proto';
import {
  createDeviceKey,
  createIdentity,
  createLifecycle,
  createMemoryLog,
  createTlsServerOptions,
  peerDeviceId,
  pinnedWebSocket,
  silentLog,
  type Identity,
  type Lifecycle,
  type MemoryLog,
} from '@banyan/kit';
import {
  createTokenSource,
  SESSION_PATH,
  SESSION_SUBPROTOCOL,
  openSupernodeSession,
  type SessionInit,
  type SupernodeAddress,
  type SupernodeSession,
  type TokenSource,
} from '@banyan/sdk';
import type { TLSSocket } from 'node:tls';
import type { WebSocket } from 'ws';
import { createSupernode, type Supernode, type SupernodeInit } from '../src/index.ts';
import { startFakeNetwork, type FakeNetwork } from './fake-network.ts';
import { createSkippingClock, type SkippingClock } from './skipping-clock.ts';

/** Time after which no supernode answers from what it or another one kept. */
export const ANSWERS_KEPT_MS = 4_000;

const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();

/** Resolves when `check` gives something; says what was waited for when it never does. */
export async function until<T>(
  what: string,
  check: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`This never came about: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export interface RunningSupernode {
  readonly supernode: Supernode;
  readonly deviceId: string;
  readonly name: string;
  readonly address: SupernodeAddress;
  readonly log: MemoryLog;
  readonly lifecycle: Lifecycle;
  readonly dataDir: string;
  metrics(): Promise<string>;
  ready(): Promise<{ status: number; body: string }>;
  stop(): Promise<void>;
}

export interface TestLeaf {
  readonly identity: Identity;
  readonly deviceId: string;
  readonly tokens: TokenSource;
  /** Whether it gets new tokens. Default true. */
  renews: boolean;
  readonly reach: AddressCheck[][];
  readonly revocations: string[];
  readonly draining: { deadlineMs: number; alternates: readonly SupernodeRef[] }[];
  open(to: RunningSupernode | SupernodeAddress, init?: Partial<SessionInit>): Promise<SupernodeSession>;
  /** An authenticated socket on which nothing was said yet. */
  socket(to: RunningSupernode): Promise<WebSocket>;
  /** A transfer port that answers dial-backs with the leaf's key, or another's. */
  listen(init?: {
    readonly key?: Identity;
    /** Answers what is no ping; default: 404. */
    readonly answer?: RequestListener;
    /** Says its time with pings, so much ahead of the machine's. */
    readonly aheadMs?: number;
    /** Default: any that is free. */
    readonly port?: number;
  }): Promise<{ port: number; dialledBy: string[] }>;
}

export interface World {
  readonly clock: SkippingClock;
  readonly network: FakeNetwork;
  supernode(name: string, init?: Partial<SupernodeInit>): Promise<RunningSupernode>;
  leaf(): Promise<TestLeaf>;
  /** Resolves when each of these has a link to all others. */
  linked(...supernodes: RunningSupernode[]): Promise<void>;
  close(): Promise<void>;
}

/** Value of a metric of one supernode. */
export async function metric(supernode: RunningSupernode, name: string): Promise<number> {
  const text = await supernode.metrics();
  const line = text.split('\n').find((each) => each.startsWith(`${name}{`) || each.startsWith(`${name} `));
  return Number(line?.split(' ').at(-1));
}

export async function createWorld(): Promise<World> {
  const clock = createSkippingClock();
  const network = await startFakeNetwork(clock);
  const folder = await mkdtemp(join(tmpdir(), 'banyan-supernode-'));
  const running = new Set<RunningSupernode>();
  const sessions = new Set<SupernodeSession>();
  const servers = new Set<Server>();

  return {
    clock,
    network,
    async supernode(name, init = {}) {
      const log = createMemoryLog(name);
      const dataDir = init.dataDir ?? join(folder, name);
      const supernode = await createSupernode(
        { clock, log, random: Math.random },
        {
          name,
          issuer: network.url,
          dataDir,
          host: '127.0.0.1',
          port: 0,
          adminPort: 0,
          capacity: 100,
          maxLeafRecords: 10_000,
          maxIndexBytes: 64 * 1024 * 1024,
          drainMs: 2_000,
          software: 'test',
          ...init,
        },
      );
      network.grants.set(supernode.deviceId, ['supernode']);
      const lifecycle = createLifecycle({ parts: supernode.parts, log, clock });
      await lifecycle.start();
      const get = async (path: string): Promise<{ status: number; body: string }> => {
        const response = await fetch(`${supernode.adminUrl}${path}`);
        return { status: response.status, body: await response.text() };
      };
      const self: RunningSupernode = {
        supernode,
        deviceId: supernode.deviceId,
        name,
        address: { deviceId: supernode.deviceId, name, addresses: supernode.addresses },
        log,
        lifecycle,
        dataDir,
        metrics: async () => (await get('/metrics')).body,
        ready: () => get('/readyz'),
        async stop() {
          running.delete(self);
          await lifecycle.stop();
        },
      };
      running.add(self);
      return self;
    },
    async leaf() {
      const identity = await createIdentity(createDeviceKey());
      const { deviceId } = identity;
      const tokens = createTokenSource({
        clock,
        log: silentLog(),
        requestToken: (audience: Audience) =>
          leaf.renews
            ? Promise.resolve({
                access_token: network.token(deviceId, audience),
                expires_in: network.tokenTtlS,
                token_type: 'DPoP',
                scope: '',
              })
            : Promise.reject(new BanyanError('unreachable')),
      });
      const leaf: TestLeaf = {
        identity,
        deviceId,
        tokens,
        renews: true,
        reach: [],
        revocations: [],
        draining: [],
        async open(to, init = {}) {
          const session = await openSupernodeSession(
            { clock, log: silentLog(), identity, tokens },
            {
              supernode: 'address' in to ? to.address : to,
              relation: 'home',
              software: 'test',
              listen: [],
              revocationsKnown: 0,
              onRevocations: (signed) => leaf.revocations.push(...signed),
              onReachability: (checks) => leaf.reach.push([...checks]),
              onDraining: (notice) => leaf.draining.push(notice),
              ...init,
            },
          );
          sessions.add(session);
          return session;
        },
        socket: (to) =>
          pinnedWebSocket({
            ...to.address.addresses[0]!,
            deviceId: to.deviceId,
            identity,
            path: SESSION_PATH,
            protocols: [SESSION_SUBPROTOCOL],
            headers: { authorization: `Bearer ${network.token(deviceId, AUDIENCE.supernode)}` },
          }),
        async listen({ key = identity, answer, aheadMs, port = 0 } = {}) {
          const dialledBy: string[] = [];
          const server = createServer(createTlsServerOptions(key), (request, response) => {
            dialledBy.push(peerDeviceId(request.socket as TLSSocket) ?? '');
            if (request.url === '/v1/ping') {
              if (aheadMs !== undefined) response.setHeader('Banyan-Time', clock.now() + aheadMs);
              response.writeHead(204).end();
            } else if (answer === undefined) response.writeHead(404).end();
            else answer(request, response);
          });
          servers.add(server);
          await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
          return { port: (server.address() as AddressInfo).port, dialledBy };
        },
      };
      return leaf;
    },
    async linked(...supernodes) {
      for (const one of supernodes)
        await until(
          `${one.name} has its links`,
          async () => (await metric(one, 'banyan_supernode_links')) === supernodes.length - 1,
        );
    },
    async close() {
      for (const session of sessions) session.close();
      await Promise.all([...running].map((each) => each.stop()));
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
      await network.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A record of random content, or of the content given. */
export function record(id: number, name: string, change: Partial<CatalogRecord> = {}): CatalogRecord {
  return {
    id,
    root: randomBytes(32),
    length: 1_000_000 + id,
    name,
    folder: '',
    type: 'other',
    modifiedS: 1_700_000_000,
    tags: NO_TAGS,
    visibility: 0,
    groups: [],
    ...change,
  };
}

export function fingerprintOf(records: readonly CatalogRecord[]): Uint8Array {
  const sum = createFingerprint(sha256);
  for (const each of records) sum.add(each);
  return sum.value();
}

/** Batches of a whole catalog. */
export function wholeCatalog(records: readonly CatalogRecord[], maxRecords?: number): Publish[] {
  return [
    ...publishBatches({
      reset: true,
      records,
      fingerprint: fingerprintOf(records),
      ...(maxRecords === undefined ? {} : { maxRecords }),
    }),
  ];
}

export async function publish(session: SupernodeSession, records: readonly CatalogRecord[]): Promise<void> {
  for (const batch of wholeCatalog(records)) await session.publish(batch);
}

/** Searches to the end; hits as a client sees them: a later one of a content replaces the earlier. */
export async function search(
  session: SupernodeSession,
  query: string,
  options: Parameters<SupernodeSession['search']>[1] = {},
): Promise<{ hits: Hit[]; names: string[]; done: Awaited<ReturnType<SupernodeSession['search']>> }> {
  const byContent = new Map<string, Hit>();
  const done = await session.search(query, {
    ...options,
    onHits: (hits) => {
      for (const hit of hits) byContent.set(`${Buffer.from(hit.root).toString('hex')}-${hit.length}`, hit);
    },
  });
  const hits = [...byContent.values()];
  return { hits, names: hits.map((hit) => hit.name).sort(), done };
}

export { AUDIENCE };
