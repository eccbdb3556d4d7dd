/** Device keys of leaves: made here, kept in memory, gone with the process. */
import { createSecureContext, type SecureContext } from 'node:tls';
import { createDeviceKey, createIdentity, systemClock, type Identity } from '@banyan/kit';

/** A leaf with a TLS context of its own, as every real peer has one. */
export function createLeafIdentity(): Promise<Identity> {
  return createIdentity(createDeviceKey(), { clock: systemClock });
}

/** Node's own handle of OpenSSL's SSL_CTX, which its types leave out. */
interface ContextHandle {
  setCert(pem: string): void;
  setKey(pem: string): void;
}

/**
 * Identities that share one TLS context, which is given the next leaf's certificate and key before each handshake:
 * OpenSSL copies both into a connection when that is made, which `tls.connect` does before it returns. Saves the memory of
 * a context per leaf; each leaf still proves its own key.
 */
export function createSharedContext(): (own: Identity) => Identity {
  const shared: SharedContext = { context: undefined };
  return (own) => new SharingIdentity(own, shared);
}

interface SharedContext {
  context: SecureContext | undefined;
}

class SharingIdentity implements Identity {
  readonly #own: Identity;
  readonly #shared: SharedContext;

  constructor(own: Identity, shared: SharedContext) {
    this.#own = own;
    this.#shared = shared;
  }

  get deviceId(): string {
    return this.#own.deviceId;
  }

  get deviceKey(): Identity['deviceKey'] {
    return this.#own.deviceKey;
  }

  get certificate(): Identity['certificate'] {
    return this.#own.certificate;
  }

  get secureContext(): SecureContext {
    const { cert, key } = this.#own.certificate;
    const context = (this.#shared.context ??= createSecureContext({ cert, key, minVersion: 'TLSv1.3' }));
    const handle = context.context as ContextHandle;
    handle.setCert(cert);
    handle.setKey(key);
    return context;
  }

  renewWhenDue(): Promise<boolean> {
    return this.#own.renewWhenDue();
  }
}
