/** A real nginx with the configuration that we ship, made to fit a folder and ports of a test. */
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './program.ts';

export interface NginxFiles {
  /** Has tls.crt and tls.key; all that nginx writes goes there too. */
  readonly folder: string;
  /** Where nginx listens for auth, and for the list; one port for both: told apart by their names. */
  readonly ports: { readonly auth: number; readonly list: number };
  /** Where the replicas of auth and list listen; one that is not there stays away. */
  readonly auth: readonly [number, number];
  readonly list: readonly [number, number];
}

/** Writes the configuration and gives its path. */
export async function writeNginxConfig(init: NginxFiles): Promise<string> {
  const { folder, ports, auth, list } = init;
  const listen = [ports.auth, ports.list];
  const ours = (await readFile(join(ROOT, 'infra/nginx/banyan.conf'), 'utf8'))
    .replace('auth-1:7700', `127.0.0.1:${auth[0]}`)
    .replace('auth-2:7700', `127.0.0.1:${auth[1]}`)
    .replace('list-1:7701', `127.0.0.1:${list[0]}`)
    .replace('list-2:7701', `127.0.0.1:${list[1]}`)
    .replaceAll('/etc/nginx/certs/', `${folder}/`)
    .replaceAll('listen 443 ssl', () => `listen 127.0.0.1:${listen.shift()} ssl`);
  const file = join(folder, 'nginx.conf');
  await writeFile(
    file,
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
  return file;
}

/** Runs it until it is stopped. */
export function startNginx(program: string, folder: string, config: string): { stop(): Promise<void> } {
  const server = spawn(program, ['-p', folder, '-c', config], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => {
    server.once('exit', () => resolve()).once('error', () => resolve());
  });
  return {
    async stop() {
      server.kill('SIGTERM');
      await ended;
    },
  };
}
