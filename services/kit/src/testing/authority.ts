/** A certificate authority of a test: issues server certificates as a public one does, also such as nobody should accept. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { createDeviceKey, exportDeviceKey, type DeviceKey } from '../identity/device-key.ts';

export interface IssueInit {
  /** DNS names. */
  readonly names: readonly string[];
  /** Default: made new. */
  readonly key?: DeviceKey;
  /** Days from now at which it ends; negative: it has ended. Default 30. */
  readonly endsInDays?: number;
}

/** Certificate and key in PEM, and the pin of the key. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
  readonly pin: string;
}

export interface Authority {
  /** Its own certificate in PEM, as `NODE_EXTRA_CA_CERTS` takes it. */
  readonly cert: string;
  issue(init: IssueInit): Promise<Issued>;
}

const DAY_MS = 24 * 3600 * 1000;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** Makes an authority that lives as long as the test. */
export async function createAuthority(): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const name = 'CN=Test authority';
  const root = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name,
      keys,
      signingAlgorithm: SIGNING,
      notBefore: new Date(Date.now() - 400 * DAY_MS),
      notAfter: new Date(Date.now() + 400 * DAY_MS),
      extensions: [
        new x509.BasicConstraintsExtension(true, 1, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      ],
    },
    webcrypto,
  );
  return {
    cert: `${root.toString('pem')}\n`,
    async issue({ names, key = createDeviceKey(), endsInDays = 30 }) {
      const certificate = await x509.X509CertificateGenerator.create(
        {
          subject: `CN=${names[0] ?? 'nobody'}`,
          issuer: name,
          signingKey: keys.privateKey,
          signingAlgorithm: SIGNING,
          publicKey: await webcrypto.subtle.importKey('jwk', { ...key.publicJwk }, ALGORITHM, true, [
            'verify',
          ]),
          notBefore: new Date(Date.now() - 200 * DAY_MS),
          notAfter: new Date(Date.now() + endsInDays * DAY_MS),
          extensions: [
            new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
            new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value }))),
          ],
        },
        webcrypto,
      );
      return { cert: `${certificate.toString('pem')}\n`, key: exportDeviceKey(key), pin: key.deviceId };
    },
  };
}
