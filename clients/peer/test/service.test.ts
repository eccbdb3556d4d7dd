import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import type { LocalApiFile, PeerStatus, SetupView, ShareView } from '@banyan/proto';
import { createLifecycle, listenOn, silentLog, systemClock, type Lifecycle } from '@banyan/kit';
import type { PeerInit } from '../src/peer-init.ts';
import { createPeer, type Peer } from '../src/service.ts';
import { startFakeAuth, type FakeAuth } from './fake-auth.ts';
import { call, type Answer } from './local-api/harness.ts';

let folder: string;
let auth: FakeAuth;
const running: Lifecycle[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-peer-'));
  auth = await startFakeAuth();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((lifecycle) => lifecycle.stop()));
  await auth.close();
  await rm(folder, { recursive: true, force: true });
});

const ENROLMENT = {
  account: 'alice',
  deviceName: 'laptop',
  password: 'correct horse battery',
  createAccount: true,
};

/** @param issuer - null: started with nothing */
async function start(
  more: Partial<PeerInit> = {},
  issuer: string | null = auth.url,
): Promise<{ peer: Peer; lifecycle: Lifecycle }> {
  const peer = await createPeer(
    { clock: systemClock, log: silentLog(), random: Math.random, onStop: () => undefined },
    {
      name: 'laptop',
      ...(issuer === null ? {} : { issuer }),
      host: '127.0.0.1',
      port: 0,
      pagePort: 0,
      gatewayPort: 0,
      dataDir: join(folder, 'data'),
      downloadFolder: join(folder, 'downloads'),
      share: [],
      shareDownloads: true,
      uploadSlots: 8,
      ...more,
    },
  );
  const lifecycle = createLifecycle({ parts: peer.parts, log: silentLog(), clock: systemClock });
  running.push(lifecycle);
  await lifecycle.start();
  return { peer, lifecycle };
}

async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
  const file = JSON.parse(await readFile(join(folder, 'data', 'local-api.json'), 'utf8')) as LocalApiFile;
  return call(Number(new URL(file.url).port), {
    method,
    path: `/api/v1${path}`,
    headers: { authorization: `Bearer ${file.token}` },
    ...(body === undefined ? {} : { body }),
  });
}

async function get<T>(path: string): Promise<T> {
  const answer = await ask('GET', path);
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.json as T;
}

const isThere = (name: string): Promise<boolean> =>
  stat(join(folder, 'data', name)).then(
    () => true,
    () => false,
  );

describe('the first start of a peer', () => {
  it('enrols the device, shares the folders, and serves page and transfers', async () => {
    await mkdir(join(folder, 'music'));
    await writeFile(join(folder, 'music', 'song.ogg'), 'la');
    const { peer } = await start({ enrolment: ENROLMENT, share: [join(folder, 'music')] });
    expect(peer.transferPort).toBeGreaterThan(0);
    expect(peer.login.startsWith(`${peer.page}/#login=`)).toBe(true);
    const status = await get<PeerStatus>('/status');
    expect(status).toMatchObject({
      name: 'laptop',
      account: 'alice',
      deviceId: peer.deviceId,
      network: { issuer: auth.url, name: 'Test network' },
      auth: { state: 'connected', problem: null },
      home: null,
    });
    // The fake network has no list: that is said, and the rest works.
    expect(status.list.problem).not.toBeNull();
    expect(status.homeProblem).not.toBeNull();
    expect((await get<ShareView[]>('/shares')).map((share) => share.name).sort()).toEqual([
      'Downloads',
      'music',
    ]);
  });

  it('fails in plain words when nobody is at the URL, and leaves nothing behind', async () => {
    await auth.close();
    await expect(start({ enrolment: ENROLMENT })).rejects.toMatchObject({ code: 'unreachable' });
    expect(await isThere('local-api.json')).toBe(false);
    expect(await isThere('peer.lock')).toBe(false);
    await auth.open();
    await start({ enrolment: ENROLMENT });
  });

  it('fails with what enrolment answered', async () => {
    for (const code of ['name_taken', 'invite_expired', 'bad_credentials', 'enrolment_closed'] as const) {
      auth.refuse = code;
      await expect(start({ enrolment: ENROLMENT })).rejects.toMatchObject({ code });
    }
    auth.refuse = undefined;
    await start({ enrolment: ENROLMENT });
  });

  it('names the settings that are missing', async () => {
    await expect(start()).rejects.toThrow('--account');
  });

  it('says which folder is not there', async () => {
    await expect(start({ enrolment: ENROLMENT, share: [join(folder, 'nowhere')] })).rejects.toMatchObject({
      code: 'folder_missing',
      message: expect.stringContaining('nowhere'),
    });
    expect(auth.enrolled).toBe(false);
  });

  it('refuses a folder of private files, says how to confirm it, and enrols nobody', async () => {
    const hidden = join(folder, '.private');
    await mkdir(hidden);
    const refused = start({ enrolment: ENROLMENT, share: [hidden] });
    await expect(refused).rejects.toMatchObject({ code: 'folder_unsafe' });
    await expect(refused).rejects.toThrow('banyan share FOLDER --yes');
    expect(auth.enrolled).toBe(false);
    await start({ enrolment: ENROLMENT });
  });

  it('refuses folders that lie in each other before it enrols', async () => {
    await mkdir(join(folder, 'music', 'live'), { recursive: true });
    const share = [join(folder, 'music'), join(folder, 'music', 'live')];
    await expect(start({ enrolment: ENROLMENT, share })).rejects.toMatchObject({ code: 'folder_overlaps' });
    expect(auth.enrolled).toBe(false);
  });

  it('refuses a data folder that another peer uses', async () => {
    await start({ enrolment: ENROLMENT });
    await expect(start({ enrolment: ENROLMENT })).rejects.toMatchObject({ code: 'store_in_use' });
    // The other one is not disturbed.
    expect((await get<PeerStatus>('/status')).account).toBe('alice');
  });
});

describe('a later start of a peer', () => {
  beforeEach(async () => {
    const { lifecycle } = await start({ enrolment: ENROLMENT });
    expect(await lifecycle.stop()).toBe(true);
    auth.calls.length = 0;
  });

  it('needs no enrolment', async () => {
    await start();
    expect(auth.calls).not.toContain('POST /v1/devices');
    expect((await get<PeerStatus>('/status')).account).toBe('alice');
  });

  it('remembers what was searched for, privately, until it is told to forget', async () => {
    const { lifecycle } = await start();
    for (const query of ['oak song', 'hash:12345678'])
      expect((await ask('POST', '/searches', { query })).status).toBe(201);
    expect(await lifecycle.stop()).toBe(true);
    expect((await stat(join(folder, 'data', 'search-history.json'))).mode & 0o777).toBe(0o600);
    await start();
    // There is no supernode: what is known here is suggested all the same.
    expect(await get('/suggestions?query=OAK')).toEqual({
      suggestions: [{ query: 'oak song', from: 'history' }],
    });
    expect((await ask('DELETE', '/search-history?query=oak%20song')).status).toBe(204);
    expect(await get('/suggestions')).toEqual({
      suggestions: [{ query: 'hash:12345678', from: 'history' }],
    });
  });

  it('works without auth, says so, and notices when it is back', async () => {
    await auth.close();
    await start();
    expect(await get<PeerStatus>('/status')).toMatchObject({
      account: 'alice',
      network: { name: 'Test network' },
      auth: { state: 'waiting', problem: { code: 'unreachable' } },
    });
    await auth.open();
    for (;;) {
      const { state } = (await get<PeerStatus>('/status')).auth;
      if (state === 'connected') break;
      await systemClock.sleep(50);
    }
  });

  it('does not wait long for an auth that accepts and never answers', async () => {
    auth.hangs = true;
    await start();
    expect((await get<PeerStatus>('/status')).auth).toMatchObject({
      state: 'waiting',
      problem: { code: 'timeout' },
    });
  });

  it('is refused when the network does not know the device any more', async () => {
    auth.enrolled = false;
    await expect(start()).rejects.toMatchObject({ code: 'device_unknown' });
  });
});

describe('a peer that was started with nothing', () => {
  const joinIt = (more: object = {}): Promise<Answer> =>
    ask('POST', '/setup', {
      network: auth.url,
      account: 'alice',
      password: 'correct horse battery',
      createAccount: true,
      ...more,
    });

  it('has its page and nothing else, until it joins; then it is as any other', async () => {
    const { peer } = await start({}, null);
    expect(peer.isJoined).toBe(false);
    expect((await ask('GET', '/status')).code).toBe('not_joined');
    expect((await ask('GET', '/shares')).code).toBe('not_joined');
    expect(await get<SetupView>('/setup')).toMatchObject({ state: 'needed', name: 'laptop' });
    expect((await ask('POST', '/setup/network', { network: auth.url })).json).toEqual({
      issuer: auth.url,
      name: 'Test network',
      enrolment: 'open',
      invited: false,
      signIn: null,
      trust: 'loopback',
    });
    const downloadFolder = join(folder, 'my downloads');
    const joined = await joinIt({ name: 'kitchen', downloadFolder });
    expect(joined.json).toMatchObject({ state: 'joined', name: 'kitchen', downloadFolder });
    expect(peer.isJoined).toBe(true);
    expect(peer.transferPort).toBeGreaterThan(0);
    expect(await get<PeerStatus>('/status')).toMatchObject({
      name: 'kitchen',
      account: 'alice',
      downloadFolder,
      network: { issuer: auth.url },
    });
    expect((await get<ShareView[]>('/shares')).map((share) => share.path)).toEqual([downloadFolder]);
    expect((await joinIt()).code).toBe('conflict');
  });

  it('is in that network from then on, without a secret of the join on the disk', async () => {
    const first = await start({}, null);
    await joinIt();
    running.splice(running.indexOf(first.lifecycle), 1);
    await first.lifecycle.stop();
    const { peer } = await start({}, null);
    expect(peer.isJoined).toBe(true);
    expect((await get<PeerStatus>('/status')).account).toBe('alice');
    const kept = await readFile(join(folder, 'data', 'profile.json'), 'utf8');
    expect(JSON.parse(kept)).toMatchObject({ network: { issuer: auth.url } });
    expect(kept).not.toContain('correct horse');
  });

  it('says what is wrong, changes nothing by it, and can be tried again', async () => {
    await start({}, null);
    for (const network of ['hello', 'banyan-invite:abc', 'ftp://example.org'])
      expect((await joinIt({ network })).code).toBe('link_invalid');
    for (const code of ['invite_expired', 'name_taken', 'password_weak'] as const) {
      auth.refuse = code;
      expect((await joinIt()).code).toBe(code);
    }
    auth.refuse = undefined;
    await auth.close();
    expect((await joinIt()).code).toBe('unreachable');
    await auth.open();
    await writeFile(join(folder, 'a file'), '');
    expect((await joinIt({ downloadFolder: join(folder, 'a file') })).code).toBe('folder_missing');
    expect((await joinIt({ downloadFolder: 'downloads' })).code).toBe('invalid_request');
    expect(await get<SetupView>('/setup')).toMatchObject({ state: 'needed' });
    expect((await joinIt()).status).toBe(200);
  });

  it('is not said to be joined before everything answers', async () => {
    await start({}, null);
    const joined = joinIt();
    let view: SetupView;
    do view = await get<SetupView>('/setup?wait=20');
    while (view.state === 'needed');
    expect(view.state).toBe('joined');
    expect((await ask('GET', '/status')).status).toBe(200);
    expect((await joined).status).toBe(200);
  });

  it('says why it could not start in the network that it joined, and is in it at the next start', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port: gatewayPort } = other.address() as AddressInfo;
    const { lifecycle, peer } = await start({ gatewayPort }, null);
    const refused = await joinIt();
    expect([refused.code, refused.text]).toEqual([
      'port_taken',
      expect.stringContaining('start Banyan again'),
    ]);
    expect(await get<SetupView>('/setup?wait=20')).toMatchObject({
      state: 'failed',
      problem: { code: 'port_taken', message: expect.stringContaining(String(gatewayPort)) },
    });
    expect((await ask('GET', '/status')).code).toBe('not_joined');
    expect((await joinIt()).code).toBe('conflict');
    expect(peer.isJoined).toBe(false);
    running.splice(running.indexOf(lifecycle), 1);
    expect(await lifecycle.stop()).toBe(true);
    await new Promise((resolve) => other.close(resolve));
    await start({ gatewayPort }, null);
    expect((await get<PeerStatus>('/status')).account).toBe('alice');
  });

  it('leaves nothing running when it is stopped in the midst of a join', async () => {
    auth.hangs = true;
    const { lifecycle } = await start({}, null);
    const joined = joinIt().catch((error: unknown) => error);
    while (auth.calls.length === 0) await systemClock.sleep(10);
    expect(await get<SetupView>('/setup')).toMatchObject({ state: 'joining' });
    running.splice(running.indexOf(lifecycle), 1);
    expect(await lifecycle.stop()).toBe(true);
    await joined;
    auth.hangs = false;
    await start({}, null);
    expect(await get<SetupView>('/setup')).toMatchObject({ state: 'needed' });
  });
});

describe('the ports of a peer', () => {
  /** Somebody else's program, on a port of both families or of one. */
  async function occupy(port: number, host = '127.0.0.1'): Promise<Server | undefined> {
    const server = createServer();
    try {
      await listenOn(server, { host, port });
      return server;
    } catch {
      return undefined; // Taken by another program of this machine, which serves this test as well.
    }
  }
  const close = (server: Server | undefined): Promise<void> =>
    new Promise((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  const pagePortOf = (peer: Peer): number => Number(new URL(peer.page).port);
  const stop = async (lifecycle: Lifecycle): Promise<void> => {
    running.splice(running.indexOf(lifecycle), 1);
    await lifecycle.stop();
  };
  /** Takes away what `start` sets. */
  const NOT_SET = { port: undefined, pagePort: undefined } as unknown as Partial<PeerInit>;

  it('is an error at the start, before a network is asked anything, when it was set and is taken', async () => {
    const other = (await occupy(0))!;
    const { port } = other.address() as AddressInfo;
    for (const issuer of [null, auth.url]) {
      await expect(start({ port, enrolment: ENROLMENT }, issuer)).rejects.toMatchObject({
        code: 'port_taken',
        message: expect.stringContaining(`Port ${port} (set by --port)`),
      });
      await expect(start({ pagePort: port }, null)).rejects.toMatchObject({
        code: 'port_taken',
        message: expect.stringContaining(`Port ${port} (set by --page-port)`),
      });
    }
    expect(auth.calls.filter((one) => one.includes('/v1/devices'))).toEqual([]);
    await close(other);
  });

  it('gives way when nobody set it and it is taken, is kept, and a join on the page works', async () => {
    const others = await Promise.all([occupy(7740), occupy(7780)]);
    const { peer, lifecycle } = await start(NOT_SET, null);
    const { transferPort } = peer;
    const pagePort = pagePortOf(peer);
    expect(peer.movedPorts).toEqual([
      { use: 'transfers', wanted: 7740, port: transferPort },
      { use: 'page', wanted: 7780, port: pagePort },
    ]);
    expect(transferPort).not.toBe(7740);
    // It is taken before anybody joins: nobody else can have it meanwhile.
    expect(await occupy(transferPort)).toBeUndefined();
    const joined = await ask('POST', '/setup', {
      network: auth.url,
      ...{ account: 'alice', password: 'correct horse battery', createAccount: true },
    });
    expect([joined.status, joined.code]).toEqual([200, undefined]);
    expect(peer.transferPort).toBe(transferPort);
    await stop(lifecycle);

    // The same at the next start, though the default is free now, and nothing is said of it.
    await Promise.all(others.map(close));
    const again = await start(NOT_SET, null);
    expect([again.peer.transferPort, pagePortOf(again.peer)]).toEqual([transferPort, pagePort]);
    expect(again.peer.movedPorts).toEqual([]);
    await stop(again.lifecycle);

    // What is set wins, and is not kept.
    const set = await start({}, null);
    expect(set.peer.movedPorts).toEqual([]);
    await stop(set.lifecycle);
    expect(JSON.parse(await readFile(join(folder, 'data', 'ports.json'), 'utf8'))).toEqual({
      transfers: transferPort,
      page: pagePort,
    });
  });

  it('is found anew where what was kept is damaged, or taken too', async () => {
    const others = await Promise.all([occupy(7740), occupy(7780)]);
    await mkdir(join(folder, 'data'), { recursive: true });
    await writeFile(join(folder, 'data', 'ports.json'), '{"page": "http"}');
    const { peer, lifecycle } = await start(NOT_SET, null);
    const before = pagePortOf(peer);
    await stop(lifecycle);
    // The second family alone is enough to be taken: `localhost` is both.
    const more = (await occupy(before, '::1')) ?? (await occupy(before));
    const again = await start(NOT_SET, null);
    expect(pagePortOf(again.peer)).not.toBe(before);
    expect(again.peer.movedPorts).toEqual([{ use: 'page', wanted: before, port: pagePortOf(again.peer) }]);
    await Promise.all([...others, more].map(close));
  });
});

describe('name and download folder', () => {
  it('are changed at once, for what comes, and for later starts', async () => {
    const { lifecycle } = await start({ enrolment: ENROLMENT });
    const downloadFolder = join(folder, 'elsewhere');
    const answer = await ask('PATCH', '/settings', { name: 'attic', downloadFolder });
    expect(answer.json).toEqual({ name: 'attic', downloadFolder, given: [] });
    expect(await get<PeerStatus>('/status')).toMatchObject({ name: 'attic', downloadFolder });
    expect((await ask('PATCH', '/settings', { name: '  ' })).code).toBe('invalid_request');
    running.splice(running.indexOf(lifecycle), 1);
    await lifecycle.stop();
    await start({ given: ['name'] });
    // What whoever starts it says wins; the rest is as it was set.
    expect(await get<PeerStatus>('/status')).toMatchObject({ name: 'laptop', downloadFolder });
  });

  const shares = async (): Promise<Pick<ShareView, 'path' | 'name' | 'exclude'>[]> =>
    (await get<ShareView[]>('/shares')).map(({ path, name, exclude }) => ({
      path,
      name,
      ...(exclude === undefined ? {} : { exclude }),
    }));

  it('take the share of the folder along, as it was', async () => {
    await start({ enrolment: ENROLMENT });
    const [first] = await get<ShareView[]>('/shares');
    await ask('PATCH', `/shares/${first!.id}`, { exclude: ['*.nfo'] });
    const downloadFolder = join(folder, 'elsewhere');
    expect((await ask('PATCH', '/settings', { downloadFolder })).json).not.toHaveProperty('folderProblem');
    expect(await shares()).toEqual([{ path: downloadFolder, name: 'Downloads', exclude: ['*.nfo'] }]);
  });

  it('share nothing unasked where the owner has ended that', async () => {
    await start({ enrolment: ENROLMENT });
    const [first] = await get<ShareView[]>('/shares');
    await ask('DELETE', `/shares/${first!.id}`);
    await ask('PATCH', '/settings', { name: 'attic' });
    expect(await shares()).toEqual([]);
    await ask('PATCH', '/settings', { downloadFolder: join(folder, 'elsewhere') });
    expect(await shares()).toEqual([]);
  });

  it('refuse a folder that cannot be made, at once, and go on with the one before', async () => {
    await start({ enrolment: ENROLMENT });
    const before = await get('/settings');
    await writeFile(join(folder, 'a file'), '');
    // In /proc Linux says of every folder that there is no place for it.
    for (const downloadFolder of [
      '/proc/banyan/downloads',
      join(folder, 'a file'),
      join(folder, 'a file', 'in it'),
    ]) {
      const { code } = await ask('PATCH', '/settings', { downloadFolder });
      expect(['folder_missing', 'folder_unreadable']).toContain(code);
    }
    expect(await get('/settings')).toEqual(before);
    expect((await ask('PATCH', '/settings', { name: 'attic' })).json).toMatchObject({ name: 'attic' });
  });

  it('say whether what arrives is shared, and forget why not once it is', async () => {
    await start({ enrolment: ENROLMENT });
    expect(await get('/status')).toMatchObject({ downloadsShared: true });
    const downloadFolder = join(folder, '.hidden');
    await ask('PATCH', '/settings', { downloadFolder });
    expect(await get('/settings')).toMatchObject({ folderProblem: { code: 'folder_unsafe' } });
    expect(await get('/status')).toMatchObject({ downloadsShared: false });
    await ask('POST', '/shares', { path: downloadFolder, confirm: true });
    expect(await get('/settings')).not.toHaveProperty('folderProblem');
    expect(await get('/status')).toMatchObject({ downloadsShared: true });
  });

  it('say why a folder cannot be shared, and share the one before no more', async () => {
    await start({ enrolment: ENROLMENT });
    const secret = { downloadFolder: join(folder, '.ssh') };
    const answer = await ask('PATCH', '/settings', secret);
    expect(answer.json).toMatchObject({ ...secret, folderProblem: { code: 'folder_unsafe' } });
    expect(await get('/settings')).toMatchObject({ folderProblem: { code: 'folder_unsafe' } });
    expect(await shares()).toEqual([]);
    const fine = { downloadFolder: join(folder, 'elsewhere') };
    expect((await ask('PATCH', '/settings', fine)).json).toEqual({ ...fine, name: 'laptop', given: [] });
    expect(await shares()).toEqual([{ path: fine.downloadFolder, name: 'Downloads', exclude: [] }]);
  });
});
