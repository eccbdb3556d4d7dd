/** TLS of auth and list in all its three ways, in networks of real processes: docs/tls.md. */
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createCertificate, createDeviceKey, exportDeviceKey, thumbprintOfCertificate } from '@banyan/kit';
import { createAuthority, type Authority, type Issued } from '@banyan/kit/testing';
import { formatInviteLink, parseInviteLink } from '@banyan/proto';
import {
  BIN,
  fileDigest,
  freePort,
  ROOT,
  runCommand,
  startNginx,
  startTestNetwork,
  waitFor,
  writeNginxConfig,
  writeSeeded,
  type Outcome,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';
import { optionalProgram } from './programs.ts';

jest.setTimeout(90_000);

const MIB = 1024 * 1024;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-tls-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a person does who joins: shares, searches, downloads. */
async function useNetwork(network: TestNetwork): Promise<{ ann: TestPeer; bob: TestPeer }> {
  const [ann, bob] = await Promise.all([
    network.peer('ann', {
      files: {
        'aerial root.bin': (path) => writeSeeded(path, 'aerial', 2 * MIB),
        'prop root.bin': (path) => writeSeeded(path, 'prop', 2 * MIB),
      },
    }),
    network.peer('bob'),
  ]);
  await ann.settled();
  await fetchFile(bob, ann, 'aerial root');
  return { ann, bob };
}

async function fetchFile(bob: TestPeer, ann: TestPeer, words: string): Promise<void> {
  const { content } = await bob.find(words);
  const { id } = await bob.api.startDownload({ content, name: `${words}.bin` });
  await bob.reaches(id, ['done']);
  expect(await fileDigest(join(bob.downloadFolder, `${words}.bin`))).toBe(
    await fileDigest(join(ann.sharedFolder, `${words}.bin`)),
  );
}

interface Answer {
  readonly status: number;
  /** Pin of the key that answered. */
  readonly pin: string | undefined;
  readonly socket: TLSSocket;
}

/** Asks a service as anybody may, on a connection of `agent`, whoever it is. */
function ask(agent: Agent, url: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(url, { agent, rejectUnauthorized: false }, (response) => {
      const socket = response.socket as TLSSocket;
      const certificate = socket.getPeerX509Certificate();
      response.resume().once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          pin: certificate && thumbprintOfCertificate(certificate),
          socket,
        }),
      );
    })
      .once('error', reject)
      .end();
  });
}

/** Pin of the key that a new connection meets. */
async function pinAt(issuer: string): Promise<string | undefined> {
  const agent = new Agent({ maxCachedSessions: 0 });
  try {
    return (await ask(agent, `${issuer}/jwks.json`)).pin;
  } finally {
    agent.destroy();
  }
}

const login = (network: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
  runCommand([BIN, 'operator', 'login', '--network', network, '--code', 'AAAAA-AAAAA-AAAAA-AAAAA'], {
    cwd: ROOT,
    env: { BANYAN_DATA_DIR: join(folder, 'nobody'), ...env },
  });

describe('on a LAN, by the pin of an invite', () => {
  const backup = createDeviceKey();
  const listKey = createDeviceKey();
  let network: TestNetwork;
  let ann: TestPeer;
  let bob: TestPeer;
  let first: string | undefined;
  const it_ = (name: string, test: () => Promise<void>): void => it(name, () => network.during(name, test));
  const data = (): string => join(network.folder, 'operator-data');
  const operator = (...args: readonly string[]): Promise<Outcome> =>
    runCommand([BIN, 'operator', ...args], { cwd: ROOT, env: { BANYAN_DATA_DIR: data() } });

  beforeAll(async () => {
    const { cert, key } = await createCertificate(listKey);
    await writeFile(join(folder, 'list.crt'), cert);
    await writeFile(join(folder, 'list.key'), key, { mode: 0o600 });
    network = await startTestNetwork({
      supernodes: ['oak'],
      tls: {},
      args: {
        auth: ['--tls', 'self', '--tls-pins', backup.deviceId, '--list-pins', listKey.deviceId],
        list: [
          '--tls',
          'files',
          '--tls-cert',
          join(folder, 'list.crt'),
          '--tls-key',
          join(folder, 'list.key'),
        ],
      },
    });
    await network.during('the start of the peers', async () => {
      ({ ann, bob } = await useNetwork(network));
    });
  }, 120_000);
  afterAll(() => network?.stop());

  it_('everybody finds everybody, and nobody asked an authority', async () => {
    expect(network.issuer).toMatch(/^https:/);
    first = await pinAt(network.issuer);
    const { pins } = parseInviteLink(await network.invite());
    expect(pins).toEqual([first, backup.deviceId]);
    const { auth, list } = await bob.api.status();
    expect([auth, list]).toMatchObject([{ state: 'connected' }, { state: 'connected' }]);
    const link = await network.invite({ account: 'operator' });
    expect(await operator('login', '--network', link)).toMatchObject({ code: 0, stderr: '' });
    expect(await operator('hosts')).toMatchObject({ code: 0, stdout: expect.stringContaining('oak') });
  });

  it_('the command makes keys and shows pins, and touches no key that is there', async () => {
    const file = join(folder, 'next-key.pem');
    const made = await operator('pin', '--new', file);
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[\w-]{43}\n$/) });
    expect(await operator('pin', file)).toMatchObject({ code: 0, stdout: made.stdout });
    expect(await operator('pin', '--new', file)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there already'),
    });
    expect((await operator('pin', join(folder, 'list.crt'))).stdout).toBe(`${listKey.deviceId}\n`);
    expect((await operator('pin', join(ROOT, 'README.md'))).stderr).toContain(
      'neither a key nor a certificate',
    );
  });

  it_('another key than the pinned one is refused in words, before it is told anything', async () => {
    const link = formatInviteLink({
      issuer: network.issuer,
      code: 'abc',
      pins: [createDeviceKey().deviceId],
    });
    const { code, stderr } = await login(link);
    expect(code).not.toBe(0);
    expect(stderr).toContain('does not have the key that this network');
    expect(stderr).toContain('ask for a new invite link');
    // Without a pin it is a certificate that nobody vouches for.
    expect((await login(network.issuer)).stderr).toContain('invite link carries the pin');
  });

  it_('a lost key gives way to its backup, and devices that were there before go on', async () => {
    await writeFile(join(network.folder, 'auth', 'tls-key.pem'), exportDeviceKey(backup));
    network.auth.signal('SIGHUP');
    await waitFor(async () => (await pinAt(network.issuer)) === backup.deviceId, {
      what: 'auth to prove the backup key',
    });
    expect(await operator('accounts')).toMatchObject({ code: 0, stdout: expect.stringContaining('ann') });
    // A peer that starts afresh, and has no invite any more: the pins were kept.
    await bob.program.stop();
    await bob.restart(['--invite', '']);
    await fetchFile(bob, ann, 'prop root');
    expect(parseInviteLink(await network.invite()).pins).toEqual([backup.deviceId]);
    const kept = async (): Promise<readonly string[]> =>
      (JSON.parse(await readFile(join(bob.dataDir, 'network.json'), 'utf8')) as { pins: { now: string[] } })
        .pins.now;
    await waitFor(async () => !(await kept()).includes(first!), { what: 'the lost key to be forgotten' });
    expect(await kept()).toEqual([backup.deviceId]);
  });

  it_('a key that was promised to nobody is not taken, and health says so', async () => {
    await writeFile(join(network.folder, 'auth', 'tls-key.pem'), exportDeviceKey(createDeviceKey()));
    network.auth.signal('SIGHUP');
    await waitFor(async () => (await network.auth.log()).includes('the new certificate is not used'), {
      what: 'auth to refuse the key',
    });
    expect(await pinAt(network.issuer)).toBe(backup.deviceId);
  });
});

describe('with certificate files of an authority', () => {
  let authority: Authority;
  let network: TestNetwork;
  let old: Issued;
  let fresh: Issued;
  let ann: TestPeer;
  let bob: TestPeer;
  let metrics: string;
  const it_ = (name: string, test: () => Promise<void>): void => it(name, () => network.during(name, test));
  const file = (name: string): string => join(folder, name);
  const put = async (issued: Pick<Issued, 'cert' | 'key'>): Promise<void> => {
    await writeFile(file('tls.crt'), issued.cert);
    await writeFile(file('tls.key'), issued.key, { mode: 0o600 });
  };
  const checks = async (): Promise<readonly { name: string; ok: boolean; reason?: string }[]> =>
    ((await (await fetch(`${metrics}/readyz`)).json()) as { checks: [] }).checks;

  beforeAll(async () => {
    authority = await createAuthority();
    await writeFile(file('ca.pem'), authority.cert);
    [old, fresh] = [
      await authority.issue({ names: ['localhost'] }),
      await authority.issue({ names: ['localhost'], endsInDays: 60 }),
    ];
    await put(old);
    const metricsPort = await freePort();
    metrics = `http://localhost:${metricsPort}`;
    const files = ['--tls', 'files', '--tls-cert', file('tls.crt'), '--tls-key', file('tls.key')];
    network = await startTestNetwork({
      supernodes: ['oak'],
      tls: { authority: file('ca.pem'), pins: [old.pin, fresh.pin] },
      args: { auth: [...files, '--metrics-port', String(metricsPort)], list: files },
    });
    await network.during('the start of the peers', async () => {
      ({ ann, bob } = await useNetwork(network));
    });
  }, 120_000);
  afterAll(() => network?.stop());

  it_('invites carry no pin, and the certificate is what is trusted', async () => {
    expect(parseInviteLink(await network.invite()).pins).toEqual([]);
    expect(await pinAt(network.issuer)).toBe(old.pin);
  });

  it_('a new certificate is served without a cut: new connections see it, old ones go on', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const before = await ask(agent, `${network.issuer}/jwks.json`);
    expect(before.pin).toBe(old.pin);
    await put(fresh);
    // Nobody says anything to auth: it sees by itself that the files are new.
    await waitFor(async () => (await pinAt(network.issuer)) === fresh.pin, {
      what: 'the new certificate to be served',
    });
    const after = await ask(agent, `${network.issuer}/jwks.json`);
    expect([after.status, after.socket === before.socket]).toEqual([200, true]);
    agent.destroy();
    await fetchFile(bob, ann, 'prop root');
    const carol = await network.peer('carol');
    expect((await carol.search('aerial root')).results.length).toBeGreaterThan(0);
  });

  it_('a broken file changes nothing, and log, metric and health say so', async () => {
    await appendFile(file('tls.key'), 'x');
    await writeFile(file('tls.crt'), 'not a certificate');
    network.auth.signal('SIGHUP');
    const check = await waitFor(
      async () => (await checks()).find(({ name, ok }) => name === 'certificate' && !ok),
      { what: 'the check to fail' },
    );
    expect(check.reason).toContain('does not hold a certificate');
    expect(await (await fetch(`${metrics}/metrics`)).text()).toMatch(
      /banyan_tls_certificate_reloads_total\{.*result="failed".*\} 1/,
    );
    expect(await network.auth.log()).toContain('the old one stays');
    expect(await pinAt(network.issuer)).toBe(fresh.pin);
    expect((await fetch(`${metrics}/readyz`)).status).toBe(200);
    await put(fresh);
  });

  it.each([
    ['expired', { names: ['localhost'], endsInDays: -1 }, 'has expired'],
    ['for another name', { names: ['auth.example'] }, 'is for auth.example, not for localhost'],
  ])('a certificate that is %s is refused in words', async (_what, init, words) => {
    const server = createServer(await authority.issue(init), () => expect('a request').toBe('not sent'));
    server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await login(`https://localhost:${port}`, {
      NODE_EXTRA_CA_CERTS: file('ca.pem'),
    });
    server.close();
    expect(code).not.toBe(0);
    expect(stderr).toContain(words);
  });
});

const nginx = optionalProgram('NGINX', '/usr/sbin/nginx', 'a network behind a real nginx');
const describeWithNginx = nginx === undefined ? describe.skip : describe;

describeWithNginx('behind nginx', () => {
  let network: TestNetwork;
  let server: ReturnType<typeof startNginx> | undefined;
  afterAll(async () => {
    await network?.stop();
    await server?.stop();
  });

  it('a network is used as any other', async () => {
    const authority = await createAuthority();
    const issued = await authority.issue({ names: ['localhost'] });
    const home = await mkdtemp(join(folder, 'nginx-'));
    await writeFile(join(home, 'ca.pem'), authority.cert);
    await writeFile(join(home, 'tls.crt'), issued.cert);
    await writeFile(join(home, 'tls.key'), issued.key, { mode: 0o600 });
    const ports = { auth: await freePort(), list: await freePort() };
    const inner = { auth: await freePort(), list: await freePort() };
    server = startNginx(
      nginx!,
      home,
      await writeNginxConfig({
        folder: home,
        ports,
        auth: [inner.auth, await freePort()],
        list: [inner.list, await freePort()],
      }),
    );
    const [issuer, listUrl] = [`https://localhost:${ports.auth}`, `https://localhost:${ports.list}`];
    network = await startTestNetwork({
      supernodes: ['oak'],
      tls: { issuer, listUrl, ports: inner, authority: join(home, 'ca.pem'), pins: [issued.pin] },
      args: {
        auth: ['--behind-proxy', '--issuer', issuer],
        list: ['--behind-proxy', '--public-url', listUrl],
      },
    });
    await network.during('behind nginx', async () => {
      const { bob } = await useNetwork(network);
      expect(await bob.api.status()).toMatchObject({
        auth: { state: 'connected' },
        list: { state: 'connected' },
      });
    });
  }, 120_000);
});
