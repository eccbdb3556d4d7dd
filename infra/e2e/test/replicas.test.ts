import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { join } from 'node:path';
import { AUDIENCE, type AccountInfo, type RevocationDelta } from '@banyan/proto';
import { createDpopProof } from '@banyan/kit';
import { SKIP_REDIS, startRedisCluster, type RedisCluster } from '@banyan/kit/testing';
import { decodeJwt } from 'jose';
import {
  BIN,
  runCommand,
  startTestNetwork,
  waitFor,
  type Program,
  type TestDevice,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';

jest.setTimeout(150_000);

/** A Redis that is silent for so long is replaced by its replica. */
const NODE_TIMEOUT_MS = 2_000;
/** Long enough for a busy machine to elect, and for clients to find out. */
const PATIENCE_MS = 60_000;
const LANES = 3;
/** The file that npm links as `banyan`. */

/** What auth has acknowledged. */
interface Promised {
  readonly accounts: Map<string, string>;
  /** Device ids that were given the right to be a supernode. */
  readonly grants: Set<string>;
  /** Device ids. */
  readonly bans: Set<string>;
}

let cluster: RedisCluster;
let network: TestNetwork;
let alice: TestPeer;
const promised: Promised = { accounts: new Map(), grants: new Set(), bans: new Set() };
const devices: TestDevice[] = [];
let isLoaded = true;
let load: Promise<unknown> | undefined;

/** New accounts, grants and bans, one after the other; what fails was promised to nobody and is tried with another. */
async function lane(name: number): Promise<void> {
  const { auth } = network.operator.network;
  for (let i = 0; isLoaded; i += 1) {
    try {
      const account = `guest-${name}-${i}`;
      const device = await network.device(account);
      // With auth away a device may start without having been enrolled.
      if (device.network.enrolled === undefined) continue;
      devices.push(device);
      promised.accounts.set(account, device.deviceId);
      await auth.setDeviceGrants(device.deviceId, ['supernode']);
      promised.grants.add(device.deviceId);
      if (i % 3 !== 0) continue;
      await auth.revoke({ kind: 'device', id: device.deviceId, reason: 'A test.' });
      promised.bans.add(device.deviceId);
    } catch {
      // Nobody waits for it: the next one comes at once, as people do.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Waits until the load has had so many more of everything acknowledged. */
async function more(count: number, what: string): Promise<void> {
  const before = { accounts: promised.accounts.size, grants: promised.grants.size, bans: promised.bans.size };
  await waitFor(
    () =>
      promised.accounts.size >= before.accounts + count &&
      promised.grants.size >= before.grants + count &&
      promised.bans.size >= before.bans + count / 3,
    { what: `${count} more accounts, grants and bans ${what}`, timeoutMs: PATIENCE_MS },
  );
}

/** Asks one replica of auth, past the balancer, as the operator. */
async function askAuth<T>(replica: Program, path: string): Promise<T> {
  const { identity } = network.operator;
  const accessToken = await network.operator.token(AUDIENCE.auth);
  const response = await fetch(`http://localhost:${String(replica.ready['port'])}${path}`, {
    headers: {
      authorization: `DPoP ${accessToken}`,
      dpop: await createDpopProof(identity.deviceKey, {
        method: 'GET',
        url: `${network.issuer}${path.split('?')[0] ?? ''}`,
        accessToken,
      }),
    },
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

async function accountsAt(replica: Program): Promise<Map<string, AccountInfo>> {
  const found = new Map<string, AccountInfo>();
  let after = '';
  for (;;) {
    const page = await askAuth<{ accounts: AccountInfo[]; next?: string }>(
      replica,
      `/v1/operator/accounts?limit=200${after === '' ? '' : `&after=${after}`}`,
    );
    for (const account of page.accounts) found.set(account.account, account);
    if (page.next === undefined) return found;
    after = page.next;
  }
}

async function feedAt(replica: Program): Promise<RevocationDelta[]> {
  const deltas: RevocationDelta[] = [];
  for (;;) {
    const { signed, seq } = await askAuth<{ signed: string[]; seq: number }>(
      replica,
      `/v1/revocations?after=${deltas.length}`,
    );
    deltas.push(...signed.map((delta) => decodeJwt(delta) as unknown as RevocationDelta));
    if (deltas.length >= seq) return deltas;
  }
}

const it_ = (name: string, test: () => Promise<void>): void => it(name, () => network.during(name, test));

(SKIP_REDIS ? describe.skip : describe)(
  'two auths and two lists over three Redis primaries with three replicas',
  () => {
    beforeAll(async () => {
      cluster = await startRedisCluster({ nodeTimeoutMs: NODE_TIMEOUT_MS });
      network = await startTestNetwork({
        supernodes: ['oak'],
        shared: { store: cluster.url, replicas: 2 },
        logLevel: 'info',
      });
      alice = await network.peer('alice', { files: { 'tree.txt': 'a banyan\n' } });
      await alice.settled();
    });
    afterAll(async () => {
      isLoaded = false;
      await load;
      await Promise.all(devices.map((device) => device.close()));
      await network?.stop();
      await cluster?.stop();
    });

    it_('go on when one of each and a Redis primary are killed under load', async () => {
      load = Promise.all(Array.from({ length: LANES }, (_, i) => lane(i)));
      await more(6, 'before anything happens');

      const [auth, list] = [network.auths[0] as Program, network.lists[0] as Program];
      const primary = await cluster.primaryOf('banyan:auth:signing-keys');
      await Promise.all([auth.kill(), list.kill(), primary.kill()]);

      // Lists are handed out by the one that is left: clients go from one address to the next.
      const { supernodes } = await waitFor(() => network.operator.network.list.supernodes(4), {
        what: 'the other list to answer',
        timeoutMs: PATIENCE_MS,
      });
      expect(supernodes.map(({ name }) => name)).toEqual(['oak']);
      // Tokens are given out again when a replica has taken over, also while it has none itself.
      await waitFor(
        async () => {
          network.operator.network.tokens.invalidate(AUDIENCE.list);
          return network.operator.token(AUDIENCE.list);
        },
        { what: 'the other auth to give out tokens', timeoutMs: PATIENCE_MS },
      );
      // Facts are written again where a primary has a replica: two thirds of the slots.
      await waitFor(
        async () => {
          for (const deviceId of promised.accounts.values()) {
            const granting = network.operator.network.auth.setDeviceGrants(deviceId, ['supernode']);
            if (
              await granting.then(
                () => true,
                () => false,
              )
            )
              return true;
          }
          return false;
        },
        { what: 'a grant to be written while a node is away', timeoutMs: PATIENCE_MS },
      );
      expect((await alice.api.status()).home?.state).toBe('connected');

      // What supervisors do.
      await Promise.all([primary.restart(), auth.start(), list.start()]);
      await cluster.whole();
      await more(12, 'after all is whole again');
      isLoaded = false;
      await load;
    });

    it_('have kept every account, grant and ban that was acknowledged, in both of them alike', async () => {
      expect(promised.accounts.size).toBeGreaterThanOrEqual(18);
      for (const replica of network.auths) {
        const accounts = await accountsAt(replica);
        const missing = [...promised.accounts].filter(
          ([name, deviceId]) =>
            accounts.get(name)?.devices.every((device) => device.deviceId !== deviceId) ?? true,
        );
        expect(missing).toEqual([]);
        const held = [...accounts.values()].flatMap(({ devices: all }) => all);
        const granted = new Set(
          held.filter(({ grants }) => grants.includes('supernode')).map(({ deviceId }) => deviceId),
        );
        expect([...promised.grants].filter((id) => !granted.has(id))).toEqual([]);
        // The last ones may have been made at the other replica just now.
        await waitFor(
          async () => {
            const feed = await feedAt(replica);
            expect(feed.map(({ seq }) => seq)).toEqual(feed.map((_, i) => i + 1));
            const banned = new Set(feed.flatMap(({ entries }) => entries.map(({ id }) => id)));
            return [...promised.bans].every((id) => banned.has(id));
          },
          { what: `every ban to be in the feed of ${replica.name}` },
        );
      }
      // A ban is more than a line in the feed.
      for (const device of devices) {
        const isBanned = promised.bans.has(device.deviceId);
        device.network.tokens.invalidate(AUDIENCE.peer);
        if (isBanned)
          await expect(device.token(AUDIENCE.peer)).rejects.toMatchObject({ code: 'token_revoked' });
      }
      const free = devices.find(
        ({ deviceId }) => promised.grants.has(deviceId) && !promised.bans.has(deviceId),
      );
      await expect(free?.token(AUDIENCE.peer)).resolves.toEqual(expect.any(String));
    });

    it_('serve from what they last knew while all of Redis hangs, and say how old that is', async () => {
      for (const server of cluster.servers) server.freeze();
      try {
        await waitFor(async () => (await alice.api.status()).list.asOf !== undefined, {
          what: 'the list to say that its view is old',
          timeoutMs: PATIENCE_MS,
          everyMs: 500,
        });
        const said = await runCommand([BIN, 'supernodes', '--peer', alice.dataDir], {
          env: { BANYAN_DATA_DIR: join(network.folder, 'nobody') },
        });
        expect(said).toMatchObject({ code: 0, stdout: expect.stringContaining('oak') });
        expect(said.stderr).toMatch(/^As the list knew them .+ ago: its store does not answer\.$/m);
        await expect(network.device('nobody')).rejects.toMatchObject({ retryable: true });
        // Sessions, searches and tokens that are held need no store.
        expect((await alice.search('tree')).search).toMatchObject({ state: 'done', answered: 1 });
      } finally {
        for (const server of cluster.servers) server.thaw();
      }
    });

    it_('serve supernodes and peers as before', async () => {
      await waitFor(
        async () => {
          const { auth, list, home } = await alice.api.status();
          return (
            auth.state === 'connected' &&
            list.state === 'connected' &&
            list.asOf === undefined &&
            home !== null
          );
        },
        { what: 'alice to be well', timeoutMs: PATIENCE_MS },
      );
      // Alice needs no store for what she holds. Whoever needs one is told to come again until the nodes that hung have
      // settled who is primary, and each auth has reached all of them.
      await cluster.whole();
      for (const replica of network.auths)
        await waitFor(() => accountsAt(replica), {
          what: `${replica.name} to read all of the store`,
          timeoutMs: PATIENCE_MS,
        });
      await waitFor(() => network.invite(), { what: 'an invite to be written', timeoutMs: PATIENCE_MS });
      const bob = await network.peer('bob');
      expect((await bob.find('tree')).name).toBe('tree.txt');
    });
  },
);
