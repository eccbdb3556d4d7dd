/** TLS in front of auth and list: our configuration in a real nginx, with the real services behind it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCertificate, createDeviceKey } from '@banyan/kit';
import { freePort, ROOT, runTool, startProgram, waitFor, type Program } from '../src/index.ts';
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
  let server: ChildProcess | undefined;
  const programs: Program[] = [];
  const config = (): string => join(folder, 'nginx.conf');

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
    const ours = (await readFile(join(ROOT, 'infra/nginx/banyan.conf'), 'utf8'))
      .replace('auth-1:7700', `127.0.0.1:${auth1}`)
      .replace('auth-2:7700', `127.0.0.1:${auth2}`)
      .replace('list-1:7701', `127.0.0.1:${list1}`)
      .replace('list-2:7701', `127.0.0.1:${list2}`)
      .replaceAll('/etc/nginx/certs/', `${folder}/`)
      .replaceAll('listen 443 ssl', `listen 127.0.0.1:${port} ssl`);
    await writeFile(
      config(),
      [
        // Not as root, wherever the test runs: worker and master are the same.
        `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr warn;`,
        'events { worker_connections 256; }',
        'http {',
        `access_log off;`,
        ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
          (name) => `${name}_temp_path ${folder}/${name};`,
        ),
        ours,
        '}',
      ].join('\n'),
    );
  }, 60_000);

  afterAll(async () => {
    if (server?.exitCode === null) {
      const ended = new Promise((resolve) => server?.once('exit', resolve));
      server.kill('SIGTERM');
      await ended;
    }
    await Promise.all(programs.map((program) => program.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  it('is a configuration that nginx takes', async () => {
    const { code, stderr } = await runTool(nginx!, ['-t', '-p', folder, '-c', config()]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('test is successful') });
    expect(stderr).not.toContain('[warn]');
  });

  it('serves each by its name, with what they say of themselves as it is outside', async () => {
    server = spawn(nginx!, ['-p', folder, '-c', config()], { stdio: 'ignore' });
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
