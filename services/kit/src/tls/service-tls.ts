import { readFile } from 'node:fs/promises';
import type { ServerOptions } from 'node:https';
import { join } from 'node:path';
import Type from 'typebox';
import { BanyanError } from '@banyan/proto';
import type { Clock } from '../clock.ts';
import { createCertificate } from '../identity/certificate.ts';
import { loadOrCreateDeviceKey } from '../identity/device-key.ts';

/** Settings by which an HTTP service of the network (auth, list) says how TLS is done. */
export const SERVICE_TLS_SETTINGS = {
  tls: Type.Enum(['none', 'self', 'files'] as const, {
    default: 'none',
    description:
      'none: plain HTTP, on loopback or behind a proxy; self: an own key, which others trust by its pin; files: certificate and key of a CA.',
  }),
  tlsCert: Type.Optional(
    Type.String({ minLength: 1, description: 'With tls files: certificate chain, PEM.' }),
  ),
  tlsKey: Type.Optional(Type.String({ minLength: 1, description: 'With tls files: private key, PEM.' })),
  behindProxy: Type.Boolean({
    default: false,
    description:
      'A proxy in front does TLS: its X-Forwarded headers are believed, and any address may be listened on.',
  }),
};

/** The values of {@link SERVICE_TLS_SETTINGS} that say where keys are. */
export interface ServiceTlsConfig {
  readonly tls: 'none' | 'self' | 'files';
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
}

/** TLS of a service as its server wants it. */
export interface ServiceTls {
  /** Absent: plain HTTP. */
  readonly options: ServerOptions | undefined;
  /** Thumbprint of the own key, with `tls: self`. */
  readonly pin: string | undefined;
}

/** Nobody reads the self-signed certificate but its key: as good as for ever, a restart makes the next one. */
const SELF_SIGNED_DAYS = 3650;

/**
 * Loads (with `self`: makes once and keeps in `folder`) what TLS needs.
 *
 * @throws BanyanError `invalid_config` when files are missing, unreadable, or not named
 */
export async function loadServiceTls(
  config: ServiceTlsConfig,
  components: { readonly folder: string; readonly clock: Pick<Clock, 'now'> },
): Promise<ServiceTls> {
  switch (config.tls) {
    case 'none':
      return { options: undefined, pin: undefined };
    case 'self': {
      const key = await loadOrCreateDeviceKey(join(components.folder, 'tls-key.pem'));
      const { cert, key: pem } = await createCertificate(key, {
        now: components.clock.now(),
        validDays: SELF_SIGNED_DAYS,
      });
      return { options: { cert, key: pem, minVersion: 'TLSv1.3' }, pin: key.deviceId };
    }
    case 'files': {
      const { tlsCert, tlsKey } = config;
      if (tlsCert === undefined || tlsKey === undefined)
        throw new BanyanError('invalid_config', 'With --tls files, give --tls-cert and --tls-key too.');
      return {
        options: {
          cert: await readPem(tlsCert, '--tls-cert'),
          key: await readPem(tlsKey, '--tls-key'),
          minVersion: 'TLSv1.2',
        },
        pin: undefined,
      };
    }
  }
}

async function readPem(path: string, setting: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new BanyanError(
      'invalid_config',
      `The file ${path} of ${setting} cannot be read (${String((cause as NodeJS.ErrnoException).code)}). Check the path and its permissions.`,
      { cause },
    );
  }
}
