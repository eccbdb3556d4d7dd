import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalApiFile, PeerStatus, ShareView } from '@banyan/proto';
import { createLifecycle, silentLog, systemClock, type Lifecycle } from '@banyan/kit';
import { createPeer, type Peer, type PeerInit } from '../src/service.ts';
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

async function start(more: Partial<PeerInit> = {}): Promise<{ peer: Peer; lifecycle: Lifecycle }> {
  const peer = await createPeer(
    { clock: systemClock, log: silentLog(), random: Math.random, onStop: () => undefined },
    {
      name: 'laptop',
      issuer: auth.url,
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
