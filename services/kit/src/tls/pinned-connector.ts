import type { buildConnector } from 'undici';
import { toBanyanError } from '@banyan/proto';
import type { Identity } from '../identity/identity.ts';
import { dialPinned } from './dial-pinned.ts';

/** Options of {@link createPinnedConnector}. */
export interface PinnedConnectorInit {
  /** Asked before each connection: the keys of which one must answer. */
  readonly pins: () => readonly string[];
  readonly identity?: Identity;
  /** Per connection; default that of {@link dialPinned}. */
  readonly timeoutMs?: number;
}

/**
 * The `connect` function of an undici dispatcher: each connection it hands out has been checked by
 * {@link dialPinned}. Plain `http:` is refused, since nothing can be pinned there.
 */
export function createPinnedConnector(init: PinnedConnectorInit): buildConnector.connector {
  return (options, callback) => {
    if (options.protocol !== 'https:') {
      callback(new TypeError(`A pinned connection needs https, not ${options.protocol}`), null);
      return;
    }
    const { pins, ...rest } = init;
    dialPinned({
      ...rest,
      deviceId: pins(),
      host: options.hostname,
      port: Number(options.port) || 443,
    }).then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(toBanyanError(error, 'unreachable'), null),
    );
  };
}
