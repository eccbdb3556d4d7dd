// aria2 as a device of the network: its certificate and its token open the same sources that ours uses.
import { spawn } from 'node:child_process';
import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Enrols a device and keeps its key where other programs read it.
 *
 * @returns {Promise<{ cert: string, key: string, token: string }>} two paths, and an access token for peers
 */
export async function enrolledProgram(network, name, scratch) {
  const device = await network.device(name);
  const cert = join(scratch, `${name}-cert.pem`);
  const key = join(scratch, `${name}-key.pem`);
  await writeFile(cert, device.identity.certificate.cert);
  await writeFile(key, device.identity.certificate.key, { mode: 0o600 });
  return { cert, key, token: await device.token('urn:banyan:peer') };
}

/** Flags with which aria2 dials peers. */
export function peerFlags({ cert, key, token }) {
  return [
    '--check-certificate=false',
    `--certificate=${cert}`,
    `--private-key=${key}`,
    `--header=Authorization: Bearer ${token}`,
  ];
}

/** Runs aria2 to its end; seconds. */
export async function runAria2(program, args, signal) {
  const began = performance.now();
  const code = await new Promise((resolve, reject) => {
    const child = spawn(program, ['--no-conf', '--quiet', '--console-log-level=error', ...args], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const stop = () => child.kill();
    signal?.addEventListener('abort', stop, { once: true });
    child.once('error', reject);
    child.once('exit', (status) => {
      signal?.removeEventListener('abort', stop);
      resolve(status);
    });
  });
  signal?.throwIfAborted();
  if (code !== 0) throw new Error(`aria2c ended with ${code}.`);
  return (performance.now() - began) / 1000;
}

/** A fast download of another file would be no figure. */
export async function requireSize(path, size) {
  if ((await stat(path)).size !== size) throw new Error(`${path} is not what was shared.`);
  await rm(path);
}
