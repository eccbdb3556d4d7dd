import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isDeviceId } from '@banyan/proto';
import { calculateJwkThumbprint } from 'jose';
import { createCertificate } from '../../src/identity/certificate.ts';
import {
  createDeviceKey,
  exportDeviceKey,
  importDeviceKey,
  loadOrCreateDeviceKey,
} from '../../src/identity/device-key.ts';
import { createIdentity } from '../../src/identity/identity.ts';
import { jwkOfKey, thumbprintOfCertificate, toPublicJwk } from '../../src/identity/thumbprint.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-key-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a device key', () => {
  it('is named by the RFC 7638 thumbprint that other implementations compute as well', async () => {
    const key = createDeviceKey();
    expect(key.deviceId).toBe(await calculateJwkThumbprint({ ...key.publicJwk }, 'sha256'));
    expect(key.deviceId).toHaveLength(43);
    expect(isDeviceId(key.deviceId)).toBe(true);
  });

  it('survives its PEM form', () => {
    const key = createDeviceKey();
    expect(importDeviceKey(exportDeviceKey(key)).deviceId).toBe(key.deviceId);
  });

  it('is made on first start in a file that only its owner may read, and found again on the second', async () => {
    const path = join(folder, 'new', 'device.pem');
    const first = await loadOrCreateDeviceKey(path);
    const second = await loadOrCreateDeviceKey(path);
    expect(second.deviceId).toBe(first.deviceId);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'new'))).toEqual(['device.pem']);
  });

  it('is the same for processes that start at the same moment', async () => {
    const path = join(folder, 'device.pem');
    const keys = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateDeviceKey(path)));
    expect(new Set(keys.map((key) => key.deviceId)).size).toBe(1);
    expect(await readdir(folder)).toEqual(['device.pem']);
  });

  it('is made private again when a copy widened the mode of its file', async () => {
    const path = join(folder, 'device.pem');
    await loadOrCreateDeviceKey(path);
    await chmod(path, 0o644);
    await loadOrCreateDeviceKey(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['empty', ''],
    ['cut short', exportDeviceKey(createDeviceKey()).slice(0, 90)],
    ['of another curve', p384()],
    ['of another kind', generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' })],
  ])('is never replaced when its file is %s', async (_case, content) => {
    const path = join(folder, 'device.pem');
    await writeFile(path, content);
    await expect(loadOrCreateDeviceKey(path)).rejects.toMatchObject({
      code: 'invalid_config',
      message: expect.stringContaining(path),
    });
    expect(await readFile(path, 'utf8')).toBe(content);
  });

  it('says so in plain words when its folder cannot be made', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(loadOrCreateDeviceKey(join(folder, 'file', 'device.pem'))).rejects.toMatchObject({
      code: 'invalid_config',
      message: expect.stringContaining('permissions'),
    });
  });
});

describe('a certificate', () => {
  it('wraps the device key under the names of this machine', async () => {
    const key = createDeviceKey();
    const { cert, notAfter } = await createCertificate(key, { now: Date.UTC(2026, 0, 10), validDays: 30 });
    const parsed = new X509Certificate(cert);
    expect(parsed.subject).toBe(`CN=${key.deviceId}`);
    expect(parsed.issuer).toBe(parsed.subject);
    expect(parsed.verify(parsed.publicKey)).toBe(true);
    expect(parsed.ca).toBe(false);
    expect(parsed.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    expect(parsed.checkHost('localhost')).toBe('localhost');
    expect(parsed.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(new Date(parsed.validFrom).toISOString()).toBe('2026-01-09T00:00:00.000Z');
    expect(new Date(parsed.validTo).getTime()).toBe(notAfter);
    expect(new Date(notAfter).toISOString()).toBe('2026-02-09T00:00:00.000Z');
    expect(thumbprintOfCertificate(parsed)).toBe(key.deviceId);
  });

  it('carries dates beyond 2049 and a serial number of its own', async () => {
    const key = createDeviceKey();
    const a = new X509Certificate((await createCertificate(key, { now: Date.UTC(2049, 11, 1) })).cert);
    const b = new X509Certificate((await createCertificate(key, { now: Date.UTC(2049, 11, 1) })).cert);
    expect(new Date(a.validTo).toISOString()).toBe('2050-03-01T00:00:00.000Z');
    expect(a.serialNumber).toMatch(/^[0-9A-F]{32}$/);
    expect(a.serialNumber).not.toBe(b.serialNumber);
  });

  it('is renewed in the last third of its life and keeps the device id', async () => {
    let now = Date.UTC(2026, 0, 1);
    const identity = await createIdentity(createDeviceKey(), { clock: { now: () => now } });
    const first = identity.certificate;
    const context = identity.secureContext;
    now += 50 * 86_400_000;
    expect(await identity.renewWhenDue()).toBe(false);
    expect(identity.secureContext).toBe(context);
    now += 15 * 86_400_000;
    expect(await identity.renewWhenDue()).toBe(true);
    expect(identity.certificate.cert).not.toBe(first.cert);
    expect(identity.certificate.notAfter).toBeGreaterThan(first.notAfter);
    expect(identity.secureContext).not.toBe(context);
    expect(thumbprintOfCertificate(new X509Certificate(identity.certificate.cert))).toBe(identity.deviceId);
  });
});

describe('a public JWK from outside', () => {
  const good = createDeviceKey().publicJwk;

  it('is taken without its further members', () => {
    expect(toPublicJwk({ ...good, kid: 'x', alg: 'ES256' })).toEqual(good);
  });

  it.each([
    ['nothing', undefined],
    ['text', 'key'],
    ['a private key', { ...good, d: good.x }],
    ['another curve', { ...good, crv: 'P-384' }],
    ['another kind', { kty: 'OKP', crv: 'Ed25519', x: good.x }],
    ['a short coordinate', { ...good, x: good.x.slice(1) }],
    ['a coordinate in another spelling', { ...good, x: `${good.x}=` }],
    ['a point off the curve', { ...good, y: good.x }],
  ])('is refused when it is %s', (_case, jwk) => {
    expect(toPublicJwk(jwk)).toBeUndefined();
  });

  it('does not exist for keys of other kinds', () => {
    expect(jwkOfKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey)).toBeUndefined();
    expect(jwkOfKey(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)).toBeUndefined();
  });
});

function p384(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-384' })
    .privateKey.export({ format: 'pem', type: 'pkcs8' })
    .toString();
}
