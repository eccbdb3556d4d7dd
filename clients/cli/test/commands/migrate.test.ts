import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLmdbStore, createRedisStore, type Store } from '@banyan/kit';
import { SKIP_REDIS, startRedis, startRedisCluster, type RedisServer } from '@banyan/kit/testing';
import { runCli } from '../../src/program.ts';
import { testContext } from '../test-context.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-migrate-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function run(args: readonly string[]) {
  const ctx = testContext({ cwd: folder });
  const code = await runCli(['migrate', ...args], ctx);
  return { code, out: ctx.stdout(), err: ctx.stderr(), json: () => JSON.parse(ctx.stdout()) };
}

/** Fills the stores of a Banyan folder as the services would. */
async function fill(base: string, count: number): Promise<void> {
  for (const [service, prefix] of [
    ['auth', 'account/'],
    ['list', 'supernode/'],
  ] as const) {
    const store = await createLmdbStore({ path: join(base, service, 'store') });
    await Promise.all(Array.from({ length: count }, (_, i) => store.put(`${prefix}${i}`, { i, service })));
    await store.put('replay/x', 1, { ttlMs: 3_600_000 });
    await store.close();
  }
}

async function dump(store: Store): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for await (const [key, { value, expiresAtMs }] of store.list(''))
    found[key] =
      expiresAtMs === undefined ? value : [value, Math.round((expiresAtMs - Date.now()) / 100_000)];
  await store.close();
  return found;
}
const dumpFolder = async (service: string, base = 'data'): Promise<Record<string, unknown>> =>
  dump(await createLmdbStore({ path: join(folder, base, service, 'store') }));

(SKIP_REDIS ? describe.skip : describe)('banyan migrate', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis({ port: true });
  });
  afterAll(() => redis.stop());
  const dumpRedis = async (url: string, service: string): Promise<Record<string, unknown>> =>
    dump(await createRedisStore({ url, prefix: `banyan:${service}:`, durability: 'unchecked' }));

  it('brings both stores into Redis and back, with the ends of their lives, and says what to do next', async () => {
    await fill(join(folder, 'data'), 300);
    const before = { auth: await dumpFolder('auth'), list: await dumpFolder('list') };
    const there = await run(['--from', 'data', '--to', redis.url]);
    expect(there).toMatchObject({ code: 0, err: '' });
    expect(there.out).toContain(`auth: 301 entries are in ${redis.url} now, compared one by one.`);
    expect(there.out).toContain(`Start auth with --store ${redis.url} and list with --store ${redis.url}.`);
    expect(await dumpRedis(redis.url, 'auth')).toEqual(before.auth);
    expect(await dumpRedis(redis.url, 'list')).toEqual(before.list);
    // The source is as it was, and what services list is listed.
    expect(await dumpFolder('auth')).toEqual(before.auth);
    const store = await createRedisStore({ url: redis.url, prefix: 'banyan:auth:', listed: ['account/'] });
    const names: string[] = [];
    for await (const [key] of store.list('account/')) names.push(key);
    expect(names).toHaveLength(300);
    await store.close();

    const back = await run(['--json', '--from', redis.url, '--to', 'back']);
    expect(back.json()).toEqual({
      migrated: ['auth', 'list'].map((service) => ({
        service,
        from: redis.url,
        to: join(folder, 'back', service, 'store'),
        entries: 301,
        replaced: 0,
      })),
    });
    expect({ auth: await dumpFolder('auth', 'back'), list: await dumpFolder('list', 'back') }).toEqual(
      before,
    );

    // Both hold something now: nothing is replaced unasked, in neither of them.
    await rm(join(folder, 'back', 'auth'), { recursive: true });
    const refused = await run(['--json', '--from', redis.url, '--to', 'back']);
    expect(refused.code).toBe(1);
    expect(refused.json().error).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('--overwrite'),
    });
    expect(await dumpFolder('auth', 'back')).toEqual({});
    const replaced = await run(['--json', '--overwrite', '--from', redis.url, '--to', 'back']);
    expect(replaced.json().migrated.map((one: { replaced: number }) => one.replaced)).toEqual([0, 301]);
  });

  it('takes one service alone, from its folder or its very store', async () => {
    await fill(join(folder, 'data'), 2);
    expect((await run(['--from', 'data/auth', '--to', 'other'])).err).toContain(
      '--service auth or --service list',
    );
    for (const [from, to] of [
      ['data/auth', 'a'],
      ['data/auth/store', 'b'],
      ['data', 'c'],
    ] as const) {
      expect((await run(['--service', 'auth', '--from', from, '--to', to])).code).toBe(0);
      expect(Object.keys(await dumpFolder('auth', to))).toHaveLength(3);
      expect(existsSync(join(folder, to, 'list'))).toBe(false);
    }
  });

  it('refuses a store that is in use, by whom and what to do', async () => {
    await fill(join(folder, 'data'), 2);
    const owner = await createLmdbStore({ path: join(folder, 'data', 'auth', 'store') });
    const { code, err } = await run(['--from', 'data', '--to', 'other']);
    expect(code).toBe(1);
    expect(err).toContain('is in use by this process itself. Stop it first');
    await owner.close();
  });

  it('says what is wrong with a place, and shows no password', async () => {
    const nothing = await run(['--from', 'nowhere', '--to', redis.url]);
    expect(nothing.code).toBe(1);
    expect(nothing.err).toContain(`There is no store of auth or list in ${join(folder, 'nowhere')}`);
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
    expect((await run(['--from', 'a', '--to', 'a'])).code).toBe(2);
    await fill(join(folder, 'data'), 2);
    const closed = await run(['--from', 'data', '--to', 'redis://user:hunter2@127.0.0.1:1']);
    expect(closed.err).toContain('Redis cannot be reached');
    expect(closed.err).not.toContain('hunter2');
    const forgetful = await startRedis({ durable: false, port: true });
    try {
      expect((await run(['--from', 'data', '--to', forgetful.url])).err).toContain('Set `appendonly yes`');
      const accepted = await run([
        '--from',
        'data',
        '--to',
        forgetful.url,
        '--store-durability',
        'unchecked',
      ]);
      expect(accepted.code).toBe(0);
    } finally {
      await forgetful.stop();
    }
  });

  it('brings them into a cluster', async () => {
    const cluster = await startRedisCluster({ replicas: 0 });
    try {
      await fill(join(folder, 'data'), 50);
      const to = ['--to', cluster.url, '--store-durability', 'disk'];
      expect((await run(['--from', 'data', ...to])).code).toBe(0);
      expect(await dumpRedis(cluster.url, 'auth')).toEqual(await dumpFolder('auth'));
      expect(Math.min(...(await cluster.sizes()))).toBeGreaterThan(10);
    } finally {
      await cluster.stop();
    }
  });
});
