import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  createBackupDoor,
  createLmdbStore,
  createRedisStore,
  INCOMPLETE_KEY,
  openStore,
  silentLog,
  systemClock,
  type Store,
} from '@banyan/kit';
import { SKIP_REDIS, startRedis, type RedisServer } from '@banyan/kit/testing';
import { runCli } from '../../src/program.ts';
import { testContext } from '../test-context.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-backup-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function run(...args: readonly string[]) {
  const ctx = testContext({ cwd: folder });
  const code = await runCli(args, ctx);
  return { code, out: ctx.stdout(), err: ctx.stderr(), json: () => JSON.parse(ctx.stdout()) };
}

const COUNT = 600;
const at = (...parts: string[]): string => join(folder, ...parts);

/** Fills the store of a service as it would, and lays its key beside. */
async function fill(service: string, base = 'data'): Promise<void> {
  const store = await createLmdbStore({ path: at(base, service, 'store') });
  await Promise.all(
    Array.from({ length: COUNT }, (_, i) => store.put(`account/${i}`, { i, name: 'Grüße 榕树 \n' })),
  );
  await store.put('invite/x', { uses: 1 }, { ttlMs: 3_600_000 });
  await store.put('signing-keys', { keys: ['secret'] });
  await store.close();
  await writeFile(at(base, service, 'tls-key.pem'), `key of ${service}`);
  await writeFile(at(base, service, 'network.json'), 'found again by itself');
}

async function dump(store: Store): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for await (const [key, { value, expiresAtMs }] of store.list(''))
    found[key] =
      expiresAtMs === undefined ? value : [value, Math.round((expiresAtMs - Date.now()) / 100_000)];
  await store.close();
  return found;
}
const dumpFolder = async (...parts: string[]): Promise<Record<string, unknown>> =>
  dump(await createLmdbStore({ path: at(...parts) }));

async function takeOne(service = 'auth'): Promise<string> {
  const { json } = await run('--json', 'backup', '--from', 'data', '--to', 'saved', '--service', service);
  return json().backups[0].path as string;
}

describe('banyan backup and banyan restore', () => {
  it('save what stopped services keep and bring all of it back, with the keys', async () => {
    await fill('auth');
    await fill('list');
    const before = {
      auth: await dumpFolder('data', 'auth', 'store'),
      list: await dumpFolder('data', 'list', 'store'),
    };
    const saved = await run('backup', '--from', 'data', '--to', 'saved');
    expect(saved).toMatchObject({ code: 0, err: '' });
    expect(saved.out).toContain('auth: 602 entries and 1 key file, in ');
    expect(saved.out).toContain('private keys in the clear');
    const names = (await readdir(at('saved'))).sort();
    expect(names).toEqual([
      expect.stringMatching(/^banyan-auth-\d{8}T\d{6}Z\.backup$/),
      expect.stringMatching(/^banyan-list-\d{8}T\d{6}Z\.backup$/),
    ]);
    for (const name of names) expect((await stat(at('saved', name))).mode & 0o777).toBe(0o600);

    const checked = await run('restore', '--check', ...names.map((name) => join('saved', name)));
    expect(checked.out).toMatch(/: whole\. auth of Banyan 0\.1\.0, .* ago\): 602 entries, 1 key file\./);

    const back = await run(
      'restore',
      ...names.map((name) => join('saved', name)),
      '--to',
      'new',
      '--with-invites',
    );
    expect(back).toMatchObject({ code: 0, err: '' });
    const { restored, ...auth } = await dumpFolder('new', 'auth', 'store');
    expect({ auth, list: await dumpFolder('new', 'list', 'store') }).toEqual(before);
    // Auth is told of when it is.
    expect(restored).toMatchObject({ backupAt: expect.any(Number), at: expect.any(Number) });
    expect(await readFile(at('new', 'auth', 'tls-key.pem'), 'utf8')).toBe('key of auth');
    expect((await stat(at('new', 'auth', 'tls-key.pem'))).mode & 0o777).toBe(0o600);
    expect(existsSync(at('new', 'auth', 'network.json'))).toBe(false);
  });

  it('leave out invites and reset links, which may have been used since, and say so', async () => {
    await fill('auth');
    const filled = await createLmdbStore({ path: at('data', 'auth', 'store') });
    await filled.put('account/0', { i: 0, reset: { digest: 'x', expiresAt: 0 } });
    await filled.put('user-code/x', { any: 1 });
    await filled.close();
    const back = await run('restore', await takeOne(), '--to', 'new');
    expect(back.out).toContain('3 one-time codes left out (invites, reset links, sign-ins under way)');
    expect(back.out).toContain('Bans and removals since come back');
    const restored = await dumpFolder('new', 'auth', 'store');
    for (const key of ['invite/x', 'user-code/x']) expect(Object.keys(restored)).not.toContain(key);
    expect(restored['account/0']).toEqual({ i: 0 });
  });

  it('are made by a service that runs, which goes on writing meanwhile', async () => {
    await fill('auth');
    const store = await createLmdbStore({ path: at('data', 'auth', 'store') });
    const door = createBackupDoor(
      { log: silentLog(), clock: systemClock },
      { service: 'auth', store, isInstant: true, folder: at('data', 'auth') },
    );
    await door.start();
    expect((await stat(at('data', 'auth', 'backup.sock'))).mode & 0o777).toBe(0o600);
    let isOver = false;
    const writing = (async () => {
      for (let i = 0; !isOver; i += 1) await store.put('written', i);
    })();
    try {
      const { json } = await run('--json', 'backup', '--from', 'data', '--to', 'saved');
      expect(json().backups).toEqual([
        expect.objectContaining({
          running: true,
          instant: true,
          files: 1,
          counts: expect.objectContaining({ account: COUNT }),
        }),
      ]);
      expect((await run('restore', json().backups[0].path, '--to', 'new')).code).toBe(0);
    } finally {
      isOver = true;
      await writing;
      await door.stop();
      await store.close();
    }
    expect(existsSync(at('data', 'auth', 'backup.sock'))).toBe(false);
    // A killed process leaves its socket; nobody answers there.
    await writeFile(at('data', 'auth', 'backup.sock'), '');
    expect(
      (await run('--json', 'backup', '--from', 'data', '--to', 'saved2')).json().backups[0].running,
    ).toBe(false);
  });

  it('are not kept when the service ends before they are whole', async () => {
    const store = await createLmdbStore({ path: at('data', 'auth', 'store') });
    await store.put('a', 1);
    const failing: Pick<Store, 'list'> = {
      async *list() {
        yield ['a', { value: 1 as never, version: '' }] as const;
        throw new Error('the disk is gone');
      },
    };
    const door = createBackupDoor(
      { log: silentLog(), clock: systemClock },
      { service: 'auth', store: failing, isInstant: true, folder: at('data', 'auth') },
    );
    await door.start();
    const { code, err } = await run('backup', '--from', 'data', '--to', 'saved');
    expect(code).toBe(1);
    expect(err).toContain('ended before it was whole');
    expect(await readdir(at('saved'))).toEqual([]);
    await door.stop();
    await store.close();
  });

  it('refuse a store in use, a store that holds something, another key, and another service', async () => {
    await fill('auth');
    const file = await takeOne();
    const owner = await createLmdbStore({ path: at('new', 'auth', 'store') });
    expect((await run('restore', file, '--to', 'new')).err).toContain('is in use by this process itself');
    await owner.put('account/old', 1);
    await owner.close();
    const full = await run('restore', file, '--to', 'new');
    expect(full.code).toBe(1);
    expect(full.err).toContain('--overwrite replaces what is there');
    expect(await dumpFolder('new', 'auth', 'store')).toEqual({ 'account/old': 1 });
    const replaced = await run('--json', 'restore', file, '--to', 'new', '--overwrite');
    expect(replaced.json().restored[0]).toMatchObject({ entries: 602, replaced: 1, files: ['tls-key.pem'] });

    await mkdir(at('keyed', 'auth'), { recursive: true });
    await writeFile(at('keyed', 'auth', 'tls-key.pem'), 'another');
    expect((await run('restore', file, '--to', 'keyed')).err).toContain(
      'is another key than that of the backup',
    );
    expect(await dumpFolder('keyed', 'auth', 'store')).toEqual({});

    const wrong = await run('--json', 'restore', file, '--to', 'other', '--service', 'list');
    expect(wrong.json().error).toMatchObject({ code: 'wrong_service' });
    expect(existsSync(at('other'))).toBe(false);
    expect((await run('restore', file, file, '--to', 'other')).code).toBe(2);
    expect((await run('restore', file)).code).toBe(2);
  });

  it('refuse a file that is cut, damaged, newer or none, and change nothing', async () => {
    await fill('auth');
    const file = await takeOne();
    const whole = await readFile(file);
    const text = gunzipSync(whole).toString('utf8');
    const lines = text.trimEnd().split('\n');
    const files: Record<string, [content: Buffer | string, code: string]> = {
      cut: [whole.subarray(0, whole.length - 40), 'backup_invalid'],
      'half a line': [gzipSync(text.slice(0, text.length / 2)), 'backup_invalid'],
      'without its end': [gzipSync(`${lines.slice(0, -1).join('\n')}\n`), 'backup_invalid'],
      changed: [gzipSync(text.replace('"i":7,', '"i":8,')), 'backup_invalid'],
      'without an entry': [gzipSync(`${lines.filter((_, i) => i !== 5).join('\n')}\n`), 'backup_invalid'],
      newer: [gzipSync(text.replace('"banyanBackup":1', '"banyanBackup":2')), 'unsupported_version'],
      'a line without end': [gzipSync(Buffer.alloc(2 * 1024 * 1024, 'x')), 'backup_invalid'],
      empty: ['', 'backup_invalid'],
      'no gzip': ['hello', 'backup_invalid'],
      'a name with folders': [
        gzipSync(`${lines[0]}\n{"file":"../x","data":""}\n${lines.slice(1).join('\n')}\n`),
        'backup_invalid',
      ],
    };
    for (const [name, [content, code]] of Object.entries(files)) {
      await writeFile(at(name), content);
      const { json } = await run('--json', 'restore', name, '--to', 'new');
      expect([name, json().error.code]).toEqual([name, code]);
    }
    const gone = await run('restore', 'gone', '--to', 'new');
    expect(gone.err).toContain('cannot be read (ENOENT)');
    expect(existsSync(at('new'))).toBe(false);
  });

  it('leave no store that a service would start with when they are cut off', async () => {
    await fill('auth');
    const file = await takeOne();
    const half = await createLmdbStore({ path: at('new', 'auth', 'store') });
    await half.put(INCOMPLETE_KEY, { since: 0 });
    await half.put('account/1', 1);
    await half.close();
    await expect(openStore({ location: at('new', 'auth', 'store'), prefix: '' })).rejects.toMatchObject({
      code: 'store_incomplete',
    });
    expect((await run('restore', file, '--to', 'new', '--overwrite')).code).toBe(0);
    const store = await openStore({ location: at('new', 'auth', 'store'), prefix: '' });
    expect(Object.keys(await dump(store))).toHaveLength(COUNT + 2);
  });

  it('keep what lies at the place of a new backup', async () => {
    await fill('auth');
    const file = await takeOne();
    await appendFile(file, 'x');
    const kept = await readFile(file);
    for (let i = 0; i < 5; i += 1) {
      const { code, json } = await run('--json', 'backup', '--from', 'data', '--to', 'saved');
      if (code !== 0) expect(json().error.code).toBe('conflict');
    }
    expect(await readFile(file)).toEqual(kept);
    expect((await readdir(at('saved'))).filter((name) => name.includes('part'))).toEqual([]);
  });

  it('say where there is nothing to save', async () => {
    expect((await run('backup', '--from', 'nowhere', '--to', 'saved')).err).toContain(
      `There is no auth or list in ${at('nowhere')}`,
    );
    await mkdir(at('data', 'auth', 'store'), { recursive: true });
    await copyFile('/dev/null', at('data', 'auth', 'backup.sock'));
    // A file of that name is nobody who answers.
    expect((await run('backup', '--from', 'data', '--to', 'saved')).err).toContain('does not run in');
  });
});

(SKIP_REDIS ? describe.skip : describe)('banyan backup of a Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis({ port: true });
  });
  afterAll(() => redis.stop());

  it('saves it to the same files, which are restored into a folder, and back into Redis', async () => {
    await fill('auth');
    expect((await run('migrate', '--from', 'data', '--to', redis.url)).code).toBe(0);
    const saved = await run('--json', 'backup', '--from', redis.url, '--to', 'saved', '--data-dir', 'data');
    const [{ path, instant, entries, files }] = saved.json().backups;
    expect({ instant, entries, files }).toEqual({ instant: false, entries: 602, files: 1 });
    expect((await run('restore', path, '--to', 'new', '--with-invites')).code).toBe(0);
    const before = await dumpFolder('data', 'auth', 'store');
    expect(await dumpFolder('new', 'auth', 'store')).toMatchObject(before);

    const url = redis.url.replace(/\/?$/, '/1');
    const into = await run('restore', path, '--to', url, '--with-invites');
    expect(into).toMatchObject({ code: 0, err: '' });
    expect(into.out).toContain('1 key file stayed in the backup');
    expect(
      await dump(await createRedisStore({ url, prefix: 'banyan:auth:', durability: 'unchecked' })),
    ).toMatchObject(before);
    const nothing = await run('backup', '--from', redis.url.replace(/\/?$/, '/2'), '--to', 'saved');
    expect(nothing.err).toContain('Nothing of Banyan is kept in');
  });
});
