import { isIP, type OnReadOpts } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { BanyanError } from '@banyan/proto/base';
import type { Identity } from '../identity/identity.ts';
import { peerDeviceId } from './peer-device-id.ts';

/** Whom to dial, and as whom. */
export interface DialInit {
  /** IPv4 or IPv6 literal (no brackets), or a DNS name. */
  readonly host: string;
  readonly port: number;
  /** The key that must answer: the RFC 7638 thumbprint of the server's public key; several: any one of them. */
  readonly deviceId: string | readonly string[];
  /** Our certificate for mutual TLS; absent: none is presented. */
  readonly identity?: Identity;
  readonly signal?: AbortSignal;
  /** From the first packet to the checked key; default 10,000 ms. */
  readonly timeoutMs?: number;
  /** Local address to dial from; default: the system's choice. */
  readonly localAddress?: string;
  /** Where what is read goes, instead of into buffers made for it. */
  readonly onread?: OnReadOpts;
}

const DEFAULT_DIAL_TIMEOUT_MS = 10_000;
/**
 * "http/1.1" as RFC 7301 writes it. Node copies the option for each connection, and keeps the copy as long as that: of a view
 * into bytes of their own, where a list or a Buffer would take a place in the pool of small buffers and hold 8 KiB of it.
 */
const HTTP_1_1 = new DataView(Uint8Array.from([8, ...Buffer.from('http/1.1')]).buffer);

/**
 * Opens a TLS 1.3 connection to the holder of one key, and to nobody else.
 *
 * The promise resolves only after the server proved, in this very handshake, to hold the key whose thumbprint is
 * `deviceId` (or one of them); until then not one byte of application data can be sent, as nobody else has the socket. With
 * `rejectUnauthorized: false` Node calls no `checkServerIdentity`, and a resumed session shows no certificate at
 * all: so the comparison is made here, sessions are never offered for resumption, and a connection that claims to be
 * resumed is refused.
 *
 * @throws BanyanError `key_mismatch` (another key, no key, not P-256), `unreachable` (with the cause), `timeout`, `aborted`
 */
export async function dialPinned(init: DialInit): Promise<TLSSocket> {
  const { host, port, deviceId, identity, signal } = init;
  const timeoutMs = init.timeoutMs ?? DEFAULT_DIAL_TIMEOUT_MS;
  const where = formatHostPort(host, port);
  if (signal?.aborted === true) throw aborted(signal);

  // Node's TLS takes `onread` as its TCP does; its types do not say so.
  const options: ConnectionOptions & { onread?: OnReadOpts } = {
    host,
    port,
    minVersion: 'TLSv1.3',
    ALPNProtocols: HTTP_1_1,
    rejectUnauthorized: false,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(identity === undefined ? {} : { secureContext: identity.secureContext }),
    ...(init.localAddress === undefined ? {} : { localAddress: init.localAddress }),
    ...(init.onread === undefined ? {} : { onread: init.onread }),
  };

  return await new Promise<TLSSocket>((resolve, reject) => {
    const socket = connect(options);
    // Kept for good: a socket that fails between two owners must not take the process down.
    socket.on('error', noop);
    socket.setNoDelay(true);

    const settle = (error?: BanyanError): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('secureConnect', onSecure).off('error', onError).off('close', onClose);
      if (error === undefined) {
        resolve(socket);
      } else {
        socket.destroy();
        reject(error);
      }
    };
    const onSecure = (): void => settle(checkPeer(socket, deviceId, where));
    const onError = (cause: Error): void => settle(unreachable(where, cause, ''));
    const onClose = (): void => settle(unreachable(where, undefined, ''));
    const onAbort = (): void => settle(aborted(signal));
    const timer = setTimeout(() => {
      settle(new BanyanError('timeout', `${where} did not answer within ${timeoutMs / 1000} s.`));
    }, timeoutMs);

    socket.once('secureConnect', onSecure).once('error', onError).once('close', onClose);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function checkPeer(
  socket: TLSSocket,
  deviceId: string | readonly string[],
  where: string,
): BanyanError | undefined {
  const seen = peerDeviceId(socket);
  const expected = typeof deviceId === 'string' ? [deviceId] : deviceId;
  if (seen !== undefined && expected.includes(seen)) return undefined;
  return new BanyanError(
    'key_mismatch',
    `${where} has ${seen === undefined ? 'no P-256 key' : `the key ${seen}`}, expected was ${expected.join(' or ')}. Nothing was sent to it. ` +
      'Somebody else may have its address now, or listens in between.',
    { details: { expected: expected.join(' or '), seen: seen ?? null, address: where } },
  );
}

/** `host:port`, with brackets around an IPv6 literal. */
export function formatHostPort(host: string, port: number | string): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  EHOSTUNREACH: 'no route to that host',
  ENETUNREACH: 'no route to that network',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name cannot be looked up now',
  ETIMEDOUT: 'no answer',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'it does not speak TLS 1.3',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it does not speak TLS 1.3',
};

/**
 * Wraps a failed connection attempt, with the reason in words.
 *
 * @param advice - default: for an address that the user gave, and can look at. Other devices are not theirs to mend
 */
export function unreachable(
  where: string,
  cause?: unknown,
  advice = ' Check its address and that it runs.',
): BanyanError {
  const code = errorCode(cause);
  const reason =
    cause === undefined ? 'it closed the connection' : (REASONS[code ?? ''] ?? code ?? 'unknown reason');
  return new BanyanError('unreachable', `${where} cannot be reached: ${reason}.${advice}`, {
    ...(cause === undefined ? {} : { cause }),
    details: { address: where, ...(code === undefined ? {} : { reason: code }) },
  });
}

/** The system's code of an error; of the first attempt where several addresses were tried. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, errors } = error as { code?: unknown; errors?: readonly unknown[] };
  if (typeof code === 'string') return code;
  return Array.isArray(errors) ? errorCode(errors[0]) : undefined;
}

function aborted(signal: AbortSignal | undefined): BanyanError {
  return new BanyanError('aborted', undefined, { cause: signal?.reason });
}

function noop(): void {}
