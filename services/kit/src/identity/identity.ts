import { createSecureContext, type SecureContext } from 'node:tls';
import { createCertificate, type Certificate } from './certificate.ts';
import type { DeviceKey } from './device-key.ts';

/** A device key with the certificate that carries it through TLS. */
export interface Identity {
  readonly deviceId: string;
  readonly deviceKey: DeviceKey;
  /** The current certificate. */
  readonly certificate: Certificate;
  /** The current certificate ready for `tls.connect`; made once, since reading PEM costs more than the handshake. */
  readonly secureContext: SecureContext;
  /**
   * Makes a new certificate when less than a third of its life is left.
   *
   * @returns whether it was renewed; servers then call `setSecureContext(createTlsServerOptions(identity))`
   */
  renewWhenDue(): Promise<boolean>;
}

/** What {@link createIdentity} needs of a clock. */
export interface IdentityComponents {
  readonly clock?: { now(): number };
}

const RENEW_BEFORE_MS = 30 * 24 * 3600 * 1000;

/** Wraps a device key into a certificate and keeps that fresh. */
export async function createIdentity(
  deviceKey: DeviceKey,
  components: IdentityComponents = {},
): Promise<Identity> {
  const now = (): number => components.clock?.now() ?? Date.now();
  let certificate = await createCertificate(deviceKey, { now: now() });
  let secureContext: SecureContext | undefined;
  return {
    deviceId: deviceKey.deviceId,
    deviceKey,
    get certificate() {
      return certificate;
    },
    get secureContext() {
      secureContext ??= createSecureContext({
        cert: certificate.cert,
        key: certificate.key,
        minVersion: 'TLSv1.3',
      });
      return secureContext;
    },
    async renewWhenDue() {
      if (certificate.notAfter - now() > RENEW_BEFORE_MS) return false;
      certificate = await createCertificate(deviceKey, { now: now() });
      secureContext = undefined;
      return true;
    },
  };
}
