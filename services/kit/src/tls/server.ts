import { constants } from 'node:crypto';
import type { TlsOptions } from 'node:tls';
import type { Identity } from '../identity/identity.ts';

/** How long a client may take for its handshake: far above any honest one, and few sockets are held by others. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/**
 * Options for `https.createServer` or `tls.createServer` that ask each client for its certificate.
 *
 * TLS 1.3 only; no session is ever resumed, since a resumed one shows no certificate. No authority is asked
 * (`rejectUnauthorized: false`): whoever serves must read `peerDeviceId(socket)` and compare it with `cnf.jkt` of the
 * caller's token.
 */
export function createTlsServerOptions(identity: Identity): TlsOptions {
  const { cert, key } = identity.certificate;
  return {
    cert,
    key,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
    ALPNProtocols: ['http/1.1'],
    secureOptions: constants.SSL_OP_NO_TICKET,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  };
}
