/** TLS in front of auth and list: our configuration in a real nginx, with the real services behind it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCertificate, createDeviceKey } from '@banyan/kit';
import {
  freePort,
  runTool,
  startNginx,
  startProgram,
  waitFor,
  writeNginxConfig,
  type Program,
} from '../src/index.ts';
import { optionalProgram } from './programs.ts';

const nginx = optionalProgram('NGINX', '/usr/sbin/nginx', 'the configuration of nginx in a real nginx');
const describeWithNginx = nginx === undefined ? describe.skip : describe;

interface Answer {
  readonly status: number;
  readonly body: string;
}

describeWithNginx('auth and list behind nginx', () => {
  let folder: string;
  let port: number;
  let server: ReturnType<typeof startNginx> | undefined;
  const programs: Program[] = [];
  let config: string;

  const get = (host: string, path: string, headers: Record<string, string> = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      request(
        {
          host: '127.0.0.1',
          port,
          path,
          headers: { host: `${host}:${port}`, ...headers },
          servername: host,
          rejectUnauthorized: false,
        },
        (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (text: string) => (body += text));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        },
      )
        .on('error', reject)
        .end();
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'banyan-nginx-'));
    port = await freePort();
    const [auth1, auth2, list1, list2] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ];
    const issuer = `https://auth.localhost:${port}`;
    await mkdir(join(folder, 'logs'));
    const { cert, key } = await createCertificate(createDeviceKey());
    await writeFile(join(folder, 'tls.crt'), cert);
    await writeFile(join(folder, 'tls.key'), key, { mode: 0o600 });
    programs.push(
      await startProgram({
        kind: 'auth',
        name: 'auth',
        // The other replica of each stays away: requests go to the one that is there.
        args: [
          ...[
            '--port',
            String(auth1),
            '--data-dir',
            join(folder, 'auth'),
            '--behind-proxy',
            '--issuer',
            issuer,
          ],
          ...['--list-urls', `https://list.localhost:${port}`],
        ],
        logFile: join(folder, 'logs', 'auth.log'),
      }),
    );
    config = await writeNginxConfig({
      folder,
      ports: { auth: port, list: port },
      auth: [auth1, auth2],
      list: [list1, list2],
    });
  }, 60_000);

  afterAll(async () => {
    await server?.stop();
    await Promise.all(programs.map((program) => program.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  it('is a configuration that nginx takes', async () => {
    const { code, stderr } = await runTool(nginx!, ['-t', '-p', folder, '-c', config]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('test is successful') });
    expect(stderr).not.toContain('[warn]');
  });

  it('serves each by its name, with what they say of themselves as it is outside', async () => {
    server = startNginx(nginx!, folder, config);
    const metadata = await waitFor(
      async () => {
        const answer = await get('auth.localhost', '/.well-known/oauth-authorization-server');
        return answer.status === 200 && answer;
      },
      { what: 'nginx to serve auth' },
    );
    const said = JSON.parse(metadata.body) as Record<string, string>;
    expect(said['issuer']).toBe(`https://auth.localhost:${port}`);
    expect(said['token_endpoint']).toBe(`https://auth.localhost:${port}/oauth/token`);
    // No list runs here: nginx says so, and does not send the request to auth.
    expect((await get('list.localhost', '/v1/supernodes')).status).toBe(502);
  });

  it('passes on the operator console and the upgrade of its WebSocket', async () => {
    expect((await get('auth.localhost', '/console/')).status).toBe(200);
    const upgrade = {
      ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
      ...{ 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==', 'sec-websocket-protocol': 'banyan-live.v1' },
    };
    const live = (origin: string): Promise<Answer> =>
      get('auth.localhost', '/v1/console/live', { ...upgrade, origin });
    // Only its upgrade handler asks who it is: without the upgrade there is no such path.
    expect(await live(`https://auth.localhost:${port}`)).toMatchObject({
      status: 401,
      body: expect.stringContaining('login_required'),
    });
    expect((await live('https://evil.example')).status).toBe(403);
  });

  it('keeps metrics and probes inside, whatever the caller says of himself', async () => {
    for (const path of ['/metrics', '/readyz', '/healthz'])
      expect((await get('auth.localhost', path)).status).toBe(404);
    for (const path of ['//metrics', '/%6detrics', '/./metrics'])
      expect(await get('auth.localhost', path)).toMatchObject({
        status: 404,
        body: expect.not.stringContaining('banyan_'),
      });
    const forged = await get('auth.localhost', '/metrics', {
      'x-forwarded-for': '127.0.0.1',
      forwarded: 'for=127.0.0.1',
    });
    expect(forged.status).toBe(404);
  });

  it('takes requests for another name than its own as the first of its servers, never as the list', async () => {
    const answer = await get('elsewhere.localhost', '/jwks.json');
    expect(answer.status).toBe(200);
  });
});
