import { webcrypto } from 'node:crypto';
import { exportDeviceKey, type DeviceKey } from './device-key.ts';

/** A certificate and its key, as TLS wants them. */
export interface Certificate {
  /** PEM */
  readonly cert: string;
  /** PKCS #8 PEM; a secret */
  readonly key: string;
  /** Unix milliseconds */
  readonly notAfter: number;
}

/** Options of {@link createCertificate}. */
export interface CertificateInit {
  /** Unix milliseconds; default: now. */
  readonly now?: number;
  /** Default 90 days. */
  readonly validDays?: number;
}

const DAY_MS = 24 * 3600 * 1000;
const DEFAULT_VALID_DAYS = 90;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/**
 * Makes a self-signed X.509 certificate (RFC 5280) that wraps the device key: subject CN is the device id, alternative
 * names are `localhost`, 127.0.0.1 and ::1, valid from yesterday (clocks differ) for 90 days.
 *
 * Who dials us compares the key and ignores the rest, so that a certificate is renewed at will.
 */
export async function createCertificate(
  deviceKey: DeviceKey,
  init: CertificateInit = {},
): Promise<Certificate> {
  // Loaded when it is needed: it takes longer than everything else of this workspace, and most programs only dial.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const now = init.now ?? Date.now();
  const notAfter = Math.floor((now + (init.validDays ?? DEFAULT_VALID_DAYS) * DAY_MS) / 1000) * 1000;
  const { subtle } = webcrypto;
  const keys = {
    privateKey: await subtle.importKey(
      'pkcs8',
      deviceKey.privateKey.export({ type: 'pkcs8', format: 'der' }),
      ALGORITHM,
      false,
      ['sign'],
    ),
    publicKey: await subtle.importKey('jwk', { ...deviceKey.publicJwk }, ALGORITHM, true, ['verify']),
  };
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: `CN=${deviceKey.deviceId}`,
      notBefore: new Date(now - DAY_MS),
      notAfter: new Date(notAfter),
      keys,
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([
          x509.ExtendedKeyUsage.serverAuth,
          x509.ExtendedKeyUsage.clientAuth,
        ]),
        new x509.SubjectAlternativeNameExtension([
          { type: 'dns', value: 'localhost' },
          { type: 'ip', value: '127.0.0.1' },
          { type: 'ip', value: '::1' },
        ]),
      ],
    },
    webcrypto,
  );
  return { cert: `${certificate.toString('pem')}\n`, key: exportDeviceKey(deviceKey), notAfter };
}
