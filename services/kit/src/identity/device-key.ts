import { createPrivateKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { chmod, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BanyanError } from '@banyan/proto/base';
import { makeFolder } from '../make-folder.ts';
import { nameNewFile } from '../new-file.ts';
import { jwkOfKey, thumbprintOfJwk, type PublicJwk } from './thumbprint.ts';

/** A P-256 key pair, and the one name it gives its machine. */
export interface DeviceKey {
  /** RFC 7638 SHA-256 thumbprint of the public key, base64url, 43 characters. */
  readonly deviceId: string;
  readonly privateKey: KeyObject;
  readonly publicJwk: PublicJwk;
}

/** Makes a new device key; nothing is stored. */
export function createDeviceKey(): DeviceKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return fromPrivateKey(privateKey)!;
}

/** PKCS #8 PEM of the private key. A secret: only for a file of mode 0600. */
export function exportDeviceKey(key: DeviceKey): string {
  return key.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
}

/**
 * Reads a device key from PKCS #8 PEM.
 *
 * @throws BanyanError `invalid_config` when the text is not the PEM of a P-256 private key
 */
export function importDeviceKey(pem: string, source = 'the device key'): DeviceKey {
  let key: DeviceKey | undefined;
  let cause: unknown;
  try {
    key = fromPrivateKey(createPrivateKey(pem));
  } catch (error) {
    cause = error;
  }
  if (key !== undefined) return key;
  throw new BanyanError(
    'invalid_config',
    `${source} is damaged: it holds no P-256 private key. Restore it from a backup, or move it away to start as a ` +
      'new device, which must then be enrolled again.',
    { cause },
  );
}

/**
 * Reads the device key at `path`, or makes one there on first start.
 *
 * The file is PKCS #8 PEM of mode 0600, and appears whole or not at all, whatever is killed when. Two processes
 * that start at once end up with the same key. A damaged file is never replaced: it may be the only copy of an
 * enrolled identity.
 *
 * @throws BanyanError `invalid_config` when the file is damaged or cannot be read or written
 */
export async function loadOrCreateDeviceKey(path: string): Promise<DeviceKey> {
  try {
    return (await load(path)) ?? (await create(path));
  } catch (error) {
    if (error instanceof BanyanError) throw error;
    throw new BanyanError(
      'invalid_config',
      `The device key ${path} cannot be read or written (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}). ` +
        'Check the folder and its permissions.',
      { cause: error },
    );
  }
}

/**
 * Reads the device key at `path`, which is there: that of a device that another program enrolled.
 *
 * @throws BanyanError `invalid_config` when the file is missing, damaged or cannot be read
 */
export async function loadDeviceKey(path: string): Promise<DeviceKey> {
  let cause: unknown;
  try {
    const key = await load(path);
    if (key !== undefined) return key;
  } catch (error) {
    if (error instanceof BanyanError) throw error;
    cause = error;
  }
  throw new BanyanError(
    'invalid_config',
    `There is no device key at ${path} that could be read. Give the file of a device that is enrolled.`,
    { cause },
  );
}

async function load(path: string): Promise<DeviceKey | undefined> {
  let pem: string;
  try {
    pem = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const key = importDeviceKey(pem, `The device key ${path}`);
  // A backup tool or a copy may have widened the mode; Windows has no such bits.
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600);
  return key;
}

async function create(path: string): Promise<DeviceKey> {
  const key = createDeviceKey();
  await makeFolder(dirname(path), { mode: 0o700 });
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(exportDeviceKey(key));
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    // Another process may have made one in the meantime.
    return (await nameNewFile(temporary, path)) ? key : (await load(path))!;
  } finally {
    await rm(temporary, { force: true });
  }
}

function fromPrivateKey(privateKey: KeyObject): DeviceKey | undefined {
  const publicJwk = jwkOfKey(privateKey);
  return publicJwk === undefined
    ? undefined
    : { deviceId: thumbprintOfJwk(publicJwk), privateKey, publicJwk };
}
