import { generateKeyPairSync, webcrypto, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { createCertificate } from '../../src/identity/certificate.ts';
import { subjectPublicKeyInfo } from '../../src/identity/certificate-key.ts';
import { createDeviceKey } from '../../src/identity/device-key.ts';
import { jwkOfKey, thumbprintOfCertificate, thumbprintOfJwk } from '../../src/identity/thumbprint.ts';
import { RSA } from '../tls/rsa-certificate.ts';

/** The key as OpenSSL writes it. */
const written = (certificate: X509Certificate): Buffer =>
  certificate.publicKey.export({ format: 'der', type: 'spki' });

/** The device id by way of OpenSSL alone; undefined where it knows no P-256 key. */
function deviceIdByOpenssl(certificate: X509Certificate): string | undefined {
  try {
    const jwk = jwkOfKey(certificate.publicKey);
    return jwk && thumbprintOfJwk(jwk);
  } catch {
    return undefined;
  }
}

const element = (tag: number, ...content: Buffer[]): Buffer => {
  const bytes = Buffer.concat(content);
  expect(bytes.length).toBeLessThan(0x80);
  return Buffer.concat([Buffer.of(tag, bytes.length), bytes]);
};

describe('the key in a certificate', () => {
  let own: X509Certificate;
  beforeAll(async () => {
    own = new X509Certificate((await createCertificate(createDeviceKey())).cert);
  });

  it('is found where OpenSSL finds it, of our certificates and of others', () => {
    for (const certificate of [own, new X509Certificate(RSA.cert)])
      expect(subjectPublicKeyInfo(certificate.raw)).toEqual(written(certificate));
  });

  it('is that of the certificate, not one that is written elsewhere in it', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const spki = other.publicKey.export({ format: 'der', type: 'spki' });
    const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
    const made = await x509.X509CertificateGenerator.createSelfSigned(
      {
        name: 'CN=somebody',
        keys,
        signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
        extensions: [new x509.Extension('1.2.3.4', false, spki)],
      },
      webcrypto,
    );
    const certificate = new X509Certificate(Buffer.from(made.rawData));
    expect(certificate.raw.includes(spki)).toBe(true);
    expect(subjectPublicKeyInfo(certificate.raw)).toEqual(written(certificate));
    expect(thumbprintOfCertificate(certificate)).toBe(deviceIdByOpenssl(certificate));
  });

  it('is found without a version too, as the first certificates were', () => {
    const key = element(0x30, Buffer.from('key'));
    const empty = element(0x30);
    const body = element(0x30, element(0x02, Buffer.of(1)), empty, empty, empty, empty, key);
    expect(subjectPublicKeyInfo(element(0x30, body))).toEqual(key);
  });

  it('is not found in what was cut short, wherever that was', () => {
    for (let length = 0; length < own.raw.length; length += 1)
      expect(subjectPublicKeyInfo(own.raw.subarray(0, length))).toBeUndefined();
  });

  it.each([
    ['a length that is told by its end', [0x30, 0x80, 0x30, 0x80]],
    ['a length of more than 16 MiB', [0x30, 0x84, 0, 0, 0, 2, 0x30, 0]],
    ['another element', [0x31, 2, 0x30, 0]],
    ['an element that is longer than the one around it', [0x30, 4, 0x30, 3, 0x02, 1]],
  ])('is not found in %s', (_what, bytes) => {
    expect(subjectPublicKeyInfo(Buffer.from(bytes))).toBeUndefined();
  });

  it('gives no device id that OpenSSL would not give, whatever byte of a certificate is another', () => {
    let readable = 0;
    for (let at = 0; at < own.raw.length; at += 1)
      for (const change of [0x01, 0x02, 0x10, 0x80, 0xff]) {
        const bytes = Buffer.from(own.raw);
        bytes[at]! ^= change;
        let certificate: X509Certificate;
        try {
          certificate = new X509Certificate(bytes);
        } catch {
          continue;
        }
        readable += 1;
        expect(thumbprintOfCertificate(certificate)).toBe(deviceIdByOpenssl(certificate));
      }
    // Names, dates, signature and the key itself are no matter of form.
    expect(readable).toBeGreaterThan(500);
  });
});
