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
  const clock = components.clock ?? Date;
  return new CertifiedKey(deviceKey, clock, await createCertificate(deviceKey, { now: clock.now() }));
}

/** A class: V8 11 gives each literal with getters a hidden class of its own, and a load tester has thousands of identities. */
class CertifiedKey implements Identity {
  readonly deviceKey: DeviceKey;
  readonly #clock: { now(): number };
  #certificate: Certificate;
  #secureContext: SecureContext | undefined;

  constructor(deviceKey: DeviceKey, clock: { now(): number }, certificate: Certificate) {
    this.deviceKey = deviceKey;
    this.#clock = clock;
    this.#certificate = certificate;
  }

  get deviceId(): string {
    return this.deviceKey.deviceId;
  }

  get certificate(): Certificate {
    return this.#certificate;
  }

  get secureContext(): SecureContext {
    const { cert, key } = this.#certificate;
    this.#secureContext ??= createSecureContext({ cert, key, minVersion: 'TLSv1.3' });
    return this.#secureContext;
  }

  async renewWhenDue(): Promise<boolean> {
    const now = this.#clock.now();
    if (this.#certificate.notAfter - now > RENEW_BEFORE_MS) return false;
    this.#certificate = await createCertificate(this.deviceKey, { now });
    this.#secureContext = undefined;
    return true;
  }
}
