/** Reads the certificate with which a service serves TLS, and says in words what is wrong with it. */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ServerOptions } from 'node:https';
import { createSecureContext } from 'node:tls';
import { BanyanError } from '@banyan/proto';
import { createCertificate } from '../identity/certificate.ts';
import { importDeviceKey } from '../identity/device-key.ts';
import { thumbprintOfCertificate } from '../identity/thumbprint.ts';

/** A certificate that a server can be given. */
export interface ServiceCertificate {
  readonly options: ServerOptions;
  /** Unix milliseconds. */
  readonly notAfter: number;
  /** Thumbprint of its key; undefined when that is not P-256, which no pin can name. */
  readonly pin: string | undefined;
}

/** Nobody reads the self-signed certificate but its key: as good as for ever, a restart makes the next one. */
const SELF_SIGNED_DAYS = 3650;

/** Wraps the key of a PEM text into a certificate of its own. Throws BanyanError `invalid_config`. */
export async function certificateOfKey(
  pem: string,
  { path, now }: { readonly path: string; readonly now: number },
): Promise<ServiceCertificate> {
  const deviceKey = importDeviceKey(pem, `The TLS key ${path}`);
  const { cert, key, notAfter } = await createCertificate(deviceKey, { now, validDays: SELF_SIGNED_DAYS });
  return { options: { cert, key, minVersion: 'TLSv1.3' }, notAfter, pin: deviceKey.deviceId };
}

/**
 * Checks that a chain and a key belong together.
 *
 * @throws BanyanError `invalid_config`, naming the file that is wrong
 */
export function certificateOfFiles(
  texts: { readonly cert: string; readonly key: string },
  paths: { readonly cert: string; readonly key: string },
): ServiceCertificate {
  const certificate = parsed(paths.cert, 'a certificate', () => new X509Certificate(texts.cert));
  const key = parsed(paths.key, 'a private key without password', (): KeyObject =>
    createPrivateKey(texts.key),
  );
  if (!certificate.checkPrivateKey(key))
    throw new BanyanError(
      'invalid_config',
      `The key ${paths.key} is not that of the certificate ${paths.cert}. Give both of the same issue.`,
    );
  // The rest of the chain, and whether this OpenSSL takes the kind and the length of the key.
  parsed(paths.cert, 'a chain of certificates that can be served', () =>
    createSecureContext({ cert: texts.cert, key: texts.key }),
  );
  return {
    options: { cert: texts.cert, key: texts.key, minVersion: 'TLSv1.2' },
    notAfter: Date.parse(certificate.validTo),
    pin: thumbprintOfCertificate(certificate),
  };
}

function parsed<T>(path: string, what: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new BanyanError('invalid_config', `The file ${path} does not hold ${what} in PEM.`, { cause });
  }
}

/** Reads a PEM file. Throws BanyanError `invalid_config`. */
export async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new BanyanError(
      'invalid_config',
      `The file ${path} cannot be read (${String((cause as NodeJS.ErrnoException).code)}). Check the path and its permissions.`,
      { cause },
    );
  }
}
