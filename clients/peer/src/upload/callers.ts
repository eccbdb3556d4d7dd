/** Who is at the other end of each connection: key from the handshake, token verified once and when it changes. */
import type { TLSSocket } from 'node:tls';
import {
  BanyanError,
  isBanyanError,
  MAX_CONNECTIONS_PER_DEVICE,
  TOKEN_GRACE_S,
  type ErrorCode,
} from '@banyan/proto';
import { peerDeviceId, requireScope, type Clock, type TokenVerifier, type VerifiedToken } from '@banyan/kit';
import { BUSY_RETRY_MS } from './constants.ts';

interface Caller {
  readonly deviceId: string | undefined;
  readonly isSurplus: boolean;
  token: string | undefined;
  verified: Promise<VerifiedToken> | undefined;
}

/** The callers of one server. */
export interface Callers {
  /** Takes a connection in after its handshake; it leaves by itself when it closes. */
  add(socket: TLSSocket): void;
  readonly connections: number;
  /** Refuses connections that may ask nothing: without a device certificate, or beyond the device's share. */
  admit(socket: TLSSocket): void;
  /**
   * The verified holder of the token in an `Authorization` header.
   *
   * @throws BanyanError as `TokenVerifier.verify`; `forbidden` without the scope; `rate_limited` beyond the connections
   */
  identify(socket: TLSSocket, authorization: string | undefined): Promise<VerifiedToken>;
  /** Checks every held token again; connections whose token is revoked or past its grace are cut. */
  recheck(): Promise<readonly { readonly deviceId: string; readonly code: ErrorCode }[]>;
}

/** Makes an empty table. */
export function createCallers(components: {
  readonly verifier: TokenVerifier;
  readonly clock: Pick<Clock, 'now'>;
}): Callers {
  const { verifier, clock } = components;
  const callers = new Map<TLSSocket, Caller>();
  const perDevice = new Map<string, number>();

  const callerOf = (socket: TLSSocket): Caller => {
    const caller = callers.get(socket);
    if (caller === undefined)
      throw new BanyanError('unavailable', 'The connection is closing. Open another.');
    if (caller.deviceId === undefined)
      throw new BanyanError(
        'proof_invalid',
        'No device certificate was presented. Dial again with the certificate of the device key.',
      );
    if (caller.isSurplus)
      throw new BanyanError(
        'rate_limited',
        `This device has ${MAX_CONNECTIONS_PER_DEVICE} connections open here already. Use those.`,
        { retryAfterMs: BUSY_RETRY_MS },
      );
    return caller;
  };

  const verify = async (
    caller: Caller,
    token: string | undefined,
    graceS: number,
  ): Promise<VerifiedToken> => {
    const verified = await verifier.verify(token, { jkt: caller.deviceId, graceS });
    requireScope(verified, 'transfer');
    return verified;
  };

  return {
    get connections() {
      return callers.size;
    },
    add(socket) {
      const deviceId = peerDeviceId(socket);
      const held = deviceId === undefined ? 0 : (perDevice.get(deviceId) ?? 0);
      const isSurplus = held >= MAX_CONNECTIONS_PER_DEVICE;
      callers.set(socket, { deviceId, isSurplus, token: undefined, verified: undefined });
      if (deviceId !== undefined && !isSurplus) perDevice.set(deviceId, held + 1);
      socket.once('close', () => {
        callers.delete(socket);
        if (deviceId === undefined || isSurplus) return;
        const left = (perDevice.get(deviceId) ?? 1) - 1;
        if (left > 0) perDevice.set(deviceId, left);
        else perDevice.delete(deviceId);
      });
    },
    admit: (socket) => void callerOf(socket),
    async identify(socket, authorization) {
      const caller = callerOf(socket);
      const token = /^Bearer +([^\s]+) *$/i.exec(authorization ?? '')?.[1];
      if (token === undefined) throw new BanyanError('unauthenticated');
      if (caller.verified === undefined || caller.token !== token) {
        const verified = verify(caller, token, 0);
        caller.token = token;
        caller.verified = verified;
        verified.catch(() => {
          if (caller.verified === verified) caller.verified = undefined;
        });
      }
      const verified = await caller.verified;
      // A connection that was opened in time goes on for the grace, whether or not auth is there to renew.
      if (clock.now() >= verified.expiresAt + TOKEN_GRACE_S * 1000) throw new BanyanError('token_expired');
      return verified;
    },
    async recheck() {
      const cut: { deviceId: string; code: ErrorCode }[] = [];
      for (const [socket, caller] of [...callers]) {
        if (caller.verified === undefined || caller.deviceId === undefined) continue;
        try {
          await verify(caller, caller.token, TOKEN_GRACE_S);
        } catch (error) {
          // That a key cannot be fetched just now says nothing about the caller.
          if (!isBanyanError(error) || error.code === 'unavailable') continue;
          cut.push({ deviceId: caller.deviceId, code: error.code });
          socket.destroy();
        }
      }
      return cut;
    },
  };
}
