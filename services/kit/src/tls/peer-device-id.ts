import type { TLSSocket } from 'node:tls';
import { thumbprintOfCertificate } from '../identity/thumbprint.ts';

const seen = new WeakMap<TLSSocket, string | undefined>();

/**
 * The device id of the other side of a TLS connection, proved by its handshake; undefined when it presented no
 * certificate, one of another kind than P-256, or when the session was resumed. For either side, after the handshake.
 */
export function peerDeviceId(socket: TLSSocket): string | undefined {
  // Read once and kept: on the dialling side Node 20's getPeerX509Certificate takes the certificate out of the
  // session, and a second call finds none.
  if (seen.has(socket)) return seen.get(socket);
  const certificate = socket.isSessionReused() ? undefined : socket.getPeerX509Certificate();
  const deviceId = certificate === undefined ? undefined : thumbprintOfCertificate(certificate);
  seen.set(socket, deviceId);
  return deviceId;
}
