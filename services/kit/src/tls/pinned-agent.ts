import type { Socket } from 'node:net';
import { Pool, type buildConnector } from 'undici';
import { toBanyanError } from '@banyan/proto';
import type { Identity } from '../identity/identity.ts';
import { dialPinned, formatHostPort } from './dial-pinned.ts';
import { SlabSocket, type Slabs } from './slab-socket.ts';

/** Options of {@link createPinnedConnector}. */
export interface PinnedConnectorInit {
  /** The key that must answer on every connection. */
  readonly deviceId: string;
  readonly identity?: Identity;
  /** Per connection; default that of {@link dialPinned}. */
  readonly timeoutMs?: number;
  /** Ends dials under way. */
  readonly signal?: AbortSignal;
  /** What is read goes into these; see {@link SlabSocket}. Default: into buffers made for it. */
  readonly slabs?: Slabs;
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
    const reader = init.slabs === undefined ? undefined : new SlabSocket(init.slabs);
    dialPinned({
      ...init,
      host: options.hostname,
      port: Number(options.port) || 443,
      ...(reader === undefined ? {} : { onread: reader.onread }),
    }).then(
      // undici takes any duplex stream, and asks of it no more than that, ref and unref.
      (socket) => callback(null, (reader?.attach(socket) as unknown as Socket | undefined) ?? socket),
      (error: unknown) => callback(toBanyanError(error, 'unreachable'), null),
    );
  };
}

/** Options of {@link createPinnedAgent}. */
export interface PinnedAgentInit extends PinnedConnectorInit {
  readonly host: string;
  readonly port: number;
  /** Most connections at once; default 1. */
  readonly connections?: number;
  /** How long an idle connection is kept; default 15,000 ms. */
  readonly keepAliveTimeoutMs?: number;
  /** For the head of an answer; default 30,000 ms. */
  readonly headersTimeoutMs?: number;
  /** Longest silence within a body; default 30,000 ms. */
  readonly bodyTimeoutMs?: number;
}

/** An undici dispatcher for one (device, address). */
export interface PinnedAgent extends Pool {
  /** `https://host:port`, for the `origin` of requests. */
  readonly origin: string;
}

/**
 * Makes an undici dispatcher that talks to one device at one address; every new connection's key is checked before
 * a byte is sent, also after a good one. The caller closes or destroys it.
 */
export function createPinnedAgent(init: PinnedAgentInit): PinnedAgent {
  const origin = `https://${formatHostPort(init.host, init.port)}`;
  const closing = new AbortController();
  const signal = init.signal === undefined ? closing.signal : AbortSignal.any([init.signal, closing.signal]);
  const pool = new Pool(origin, {
    connect: createPinnedConnector({ ...init, signal }),
    connections: init.connections ?? 1,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: init.keepAliveTimeoutMs ?? 15_000,
    headersTimeout: init.headersTimeoutMs ?? 30_000,
    bodyTimeout: init.bodyTimeoutMs ?? 30_000,
  });
  // undici knows nothing of a dial under way: without this it would go on until its own timeout.
  const destroy = (...args: Parameters<Pool['destroy']>): Promise<void> => {
    closing.abort();
    return Pool.prototype.destroy.apply(pool, args);
  };
  return Object.assign(pool, { origin, destroy });
}
