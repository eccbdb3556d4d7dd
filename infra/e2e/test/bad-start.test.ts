import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BIN,
  freePort,
  ROOT,
  runCommand,
  startCommand,
  startTestNetwork,
  waitFor,
  type Outcome,
  type TestNetwork,
} from '../src/index.ts';

jest.setTimeout(60_000);

/** What `sysexits` calls a wrong configuration; every other failure to start is 1. */
const EXIT_CONFIG = 78;

let network: TestNetwork;
let folder: string;
let stranger: Server;
let strangerUrl: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-start-'));
  network = await startTestNetwork({ supernodes: ['oak'] });
  stranger = createServer((_request, response) => response.end('<h1>A printer</h1>'));
  await new Promise<void>((resolve) => stranger.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const address = stranger.address();
  strangerUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(async () => {
  stranger?.close();
  await network?.stop();
  await rm(folder, { recursive: true, force: true });
});

let runs = 0;
/** A first start of a peer or supernode with these flags, which is expected to end by itself. */
function start(
  program: 'clients/peer' | 'services/supernode',
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  stopAt?: RegExp,
): Promise<Outcome> {
  runs += 1;
  const data = join(folder, String(runs));
  const pages = program === 'clients/peer' ? ['--page-port', '0', '--download-folder', join(data, 'd')] : [];
  return runCommand(
    [`${ROOT}${program}/dist/main.js`, '--port', '0', '--data-dir', data, ...pages, ...args],
    { env, ...(stopAt === undefined ? {} : { stopAt }) },
  );
}

describe.each(['clients/peer', 'services/supernode'] as const)('the first start of %s', (program) => {
  it('says that something else answers at a wrong network URL', async () => {
    const { code, stderr } = await start(program, [
      ...['--network', strangerUrl, '--account', 'zoe', '--invite', 'x'],
    ]);
    expect(stderr).toContain('"code":"wrong_service"');
    expect(stderr).toContain(strangerUrl);
    expect(code).toBe(1);
  });

  it('says what a network looks like, given something else', async () => {
    const wrong = ['auth.example.org', 'ftp://auth.example.org', 'banyan-invite:'];
    for (const { code, stderr } of await Promise.all(
      wrong.map((url) => start(program, ['--network', url])),
    )) {
      expect(stderr).toMatch(/network|invite/i);
      expect(stderr).not.toContain('    at ');
      expect([1, EXIT_CONFIG]).toContain(code);
    }
  });

  it('says that an invite has expired', async () => {
    const { link } = await network.operator.network.auth.createInvite({ ttlSeconds: 1 });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const outcome = await waitFor(
      async () => {
        const tried = await start(program, ['--network', link, '--account', `late${runs}`]);
        return tried.stderr.includes('invite_expired') && tried;
      },
      { what: 'the invite to have expired' },
    );
    expect(outcome.stderr).toContain('This invite has expired. Ask for a new one.');
    expect(outcome.code).toBe(1);
  });

  it('says that an invite was used up or copied badly', async () => {
    const link = await network.invite({ account: `once${program === 'clients/peer' ? 1 : 2}` });
    const broken = await start(program, [
      '--network',
      link.replace(/invite:.../, 'invite:AAA'),
      '--account',
      'zoe',
    ]);
    expect(broken.stderr).toContain('"code":"invite_invalid"');
    expect(broken.stderr).toContain('Check that the link was copied whole');
    expect(broken.code).toBe(1);
  });

  it('says that an account name is taken', async () => {
    const outcome = await start(program, ['--network', await network.invite(), '--account', 'operator']);
    expect(outcome.stderr).toContain('"code":"name_taken"');
    expect(outcome.stderr).toContain('Choose another');
    expect(outcome.code).toBe(1);
  });

  it('says that its port is used by another program, and which setting chooses another', async () => {
    const taken = strangerUrl.split(':').at(-1) ?? '';
    const outcome = await start(program, [
      ...[
        '--network',
        await network.invite({ grants: ['supernode'] }),
        '--account',
        `p${runs}`,
        '--port',
        taken,
      ],
    ]);
    expect(outcome.stderr).toContain('"code":"port_taken"');
    expect(outcome.stderr).toContain('--port');
    expect(outcome.code).toBe(1);
  });

  it('names the setting that is wrong', async () => {
    const cases = [
      { args: ['--port', '99999'], said: '--port is 99999, but must be a whole number from 0 to 65535' },
      { args: ['--port', 'http'], said: '--port is "http"' },
      { args: ['--prot', '7710'], said: '--prot' },
    ];
    await Promise.all(
      cases.map(async ({ args, said }) => {
        const { code, stderr } = await start(program, ['--network', network.issuer, ...args]);
        expect(stderr).toContain(said);
        expect(code).toBe(EXIT_CONFIG);
      }),
    );
  });

  it('keeps invite and password out of what it says', async () => {
    const link = await network.invite();
    const secret = /^banyan-invite:([^?]+)/.exec(link)?.[1] ?? 'none';
    const { stdout, stderr } = await start(
      program,
      ['--network', link, '--account', 'operator', '--log-level', 'trace'],
      { BANYAN_PASSWORD: 'a very secret password' },
    );
    expect(stdout + stderr).not.toContain(secret);
    expect(stdout + stderr).not.toContain('very secret');
  });
});

describe('with a wrong port of the network', () => {
  const flags = (url: string): readonly string[] => [
    ...['--network', url, '--account', 'zoe', '--invite', 'x'],
  ];
  const said = (url: string): string => `${url} cannot be reached: nothing listens there. Check its address`;

  it('a peer says at its first start that nothing listens there', async () => {
    const url = `http://localhost:${await freePort()}`;
    const { code, stderr } = await start('clients/peer', flags(url));
    expect(stderr).toContain(said(url));
    expect(code).toBe(1);
  });

  it('a supernode, which may be started before auth, says so and waits', async () => {
    const url = `http://localhost:${await freePort()}`;
    const { code, stderr } = await start('services/supernode', flags(url), {}, /waiting/);
    expect(stderr).toContain(`waiting: ${said(url)}`);
    expect(code).toBe(0);
  });
});

describe('`banyan peer` beside programs on its default ports', () => {
  it('takes free ones, says so in one line, and says it once', async () => {
    const env = { HOME: join(folder, 'home'), BANYAN_DATA_DIR: join(folder, 'beside') };
    // Where another program of this machine has one already, that serves as well.
    const others = await Promise.all(
      [7740, 7780].map(
        (port) =>
          new Promise<TcpServer>((resolve) => {
            const server = createTcpServer();
            server.once('error', () => resolve(server));
            server.listen({ host: '127.0.0.1', port }, () => resolve(server));
          }),
      ),
    );
    try {
      const said: string[] = [];
      for (let i = 0; i < 2; i += 1) {
        const peer = startCommand([BIN, 'peer', '--no-open'], { env, timeoutMs: 50_000 });
        await waitFor(() => peer.said().includes('Ctrl-C stops this.'), { what: 'the peer to be there' });
        said.push(peer.said());
        await runCommand([BIN, 'stop'], { env });
        expect((await peer.ended).code).toBe(0);
      }
      const line =
        /Port 7740 is taken, so transfers use (\d+); port 7780 is taken, so the page is at (\d+)\./;
      const page = line.exec(said[0]!)?.[2];
      expect(said[0]).toContain(`http://localhost:${page}/#login=`);
      expect(said[1]).toContain(`http://localhost:${page}/#login=`);
      expect(said[1]).not.toContain('is taken');
      expect(said.join('')).not.toContain('set by');
    } finally {
      for (const other of others) other.close();
    }
  });
});

describe('services', () => {
  it.each(['auth', 'supernode-list'])('%s says that its port is taken', async (service) => {
    const taken = strangerUrl.split(':').at(-1) ?? '';
    const { code, stderr } = await runCommand([
      `${ROOT}services/${service}/dist/main.js`,
      ...['--host', '127.0.0.1', '--port', taken, '--data-dir', join(folder, service)],
      ...(service === 'auth' ? [] : ['--network', network.issuer]),
    ]);
    expect(stderr).toContain('"code":"port_taken"');
    expect(code).toBe(1);
  });

  it.each(['auth', 'supernode-list'])(
    '%s says that its data folder is used by another process',
    async (service) => {
      const held = join(network.folder, service === 'auth' ? 'auth' : 'list');
      const { code, stderr } = await runCommand([
        `${ROOT}services/${service}/dist/main.js`,
        ...['--port', '0', '--data-dir', held],
        ...(service === 'auth' ? [] : ['--network', network.issuer]),
      ]);
      expect(stderr).toContain('"code":"store_in_use"');
      expect(code).toBe(1);
    },
  );

  it.each(['auth', 'supernode-list'])('%s listens beyond loopback only with TLS', async (service) => {
    const { code, stderr } = await runCommand([
      `${ROOT}services/${service}/dist/main.js`,
      ...['--host', '0.0.0.0', '--port', '0', '--data-dir', join(folder, `${service}-wide`)],
      ...(service === 'auth' ? ['--issuer', 'http://auth.example.org:7700'] : ['--network', network.issuer]),
    ]);
    expect(stderr).toContain('TLS');
    expect([1, EXIT_CONFIG]).toContain(code);
  });

  it('auth says that a file stands where its data folder should be', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    const { code, stderr } = await runCommand([
      `${ROOT}services/auth/dist/main.js`,
      ...['--port', '0', '--data-dir', join(file, 'auth')],
    ]);
    expect(stderr).toContain(file);
    expect(stderr).toContain('Check');
    expect(code).toBe(1);
  });
});
