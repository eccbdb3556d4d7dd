import type { Server } from 'node:net';
import { BlockList, isIP } from 'node:net';
import { BanyanError, isBanyanError } from '@banyan/proto';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether `host` is this machine alone: `localhost`, 127.0.0.0/8 or ::1. */
export function isLoopback(host: string): boolean {
  const plain = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (plain === 'localhost') return true;
  const family = isIP(plain);
  // BlockList also knows IPv4-mapped IPv6 addresses, which is what a dual-stack socket reports.
  return family !== 0 && LOOPBACK.check(plain, family === 4 ? 'ipv4' : 'ipv6');
}

/** What {@link listenOn} needs to know for its messages. */
export interface ListenTarget {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** The setting that chose the port, e.g. `--port`; named when the port is taken. */
  readonly setting?: string;
  /** Ports that are tried in turn when that one is taken; default: none. */
  readonly otherPorts?: readonly number[];
}

function listenError(cause: NodeJS.ErrnoException, target: ListenTarget): BanyanError {
  const { host, port, setting } = target;
  const where = setting === undefined ? '' : ` (set by ${setting})`;
  switch (cause.code) {
    case 'EADDRINUSE':
      return new BanyanError(
        'port_taken',
        `Port ${port}${where} on ${host} is used by another program. Stop that program, or choose another port${setting === undefined ? '' : ` with ${setting}`}.`,
        { cause, details: { host, port, ...(setting === undefined ? {} : { setting }) } },
      );
    case 'EACCES':
      return new BanyanError(
        'bind_refused',
        `The system does not let this process listen on port ${port}${where} of ${host}. Choose a port above 1023.`,
        { cause },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new BanyanError(
        'bind_refused',
        `The address ${host} is not one of this machine, so it cannot be listened on. Choose another host.`,
        { cause },
      );
    default:
      return new BanyanError(
        'bind_refused',
        `Listening on ${host} port ${port}${where} failed (${String(cause.code)}).`,
        { cause },
      );
  }
}

/**
 * Binds any server of node:net, http or https.
 *
 * @returns the bound port
 * @throws BanyanError `port_taken` or `bind_refused` with address, port and setting in words
 */
export function listenOn(server: Server, target: ListenTarget): Promise<number> {
  return firstFree(target, (port) => bind(server, { ...target, port }));
}

/** What `use` makes of the first of the target's ports that is not taken; the last one's error is thrown. */
async function firstFree<T>(
  { port, otherPorts = [] }: Omit<ListenTarget, 'host'>,
  use: (port: number) => Promise<T>,
): Promise<T> {
  const [next, ...later] = otherPorts;
  if (next === undefined) return use(port);
  try {
    return await use(port);
  } catch (error) {
    if (!isBanyanError(error) || error.code !== 'port_taken') throw error;
    return firstFree({ port: next, otherPorts: later }, use);
  }
}

function bind(server: Server, target: ListenTarget): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (cause: NodeJS.ErrnoException): void => {
      // Another port may be tried with this server: nothing of this try is left on it.
      server.off('listening', onListening);
      reject(listenError(cause, target));
    };
    const onListening = (): void => {
      server.off('error', onError);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : target.port);
    };
    server.once('error', onError);
    server.once('listening', onListening);
    server.listen({ host: target.host, port: target.port, exclusive: true });
  });
}

/**
 * Binds one server on 127.0.0.1 and another on ::1, both on the same port, for a `localhost` that works whichever
 * address the browser tries first. A machine without IPv6 gets the first alone.
 *
 * @returns the bound port, and whether ::1 is served too
 */
export function listenOnLocalhost(
  v4: Server,
  v6: Server,
  target: Omit<ListenTarget, 'host'>,
): Promise<{ port: number; both: boolean }> {
  return firstFree(target, (port) => bindBoth(v4, v6, { ...target, port }));
}

async function bindBoth(
  v4: Server,
  v6: Server,
  target: Omit<ListenTarget, 'host'>,
): Promise<{ port: number; both: boolean }> {
  // With port 0 the port that is free on one family may be taken on the other: try a few.
  for (let attempt = 1; ; attempt += 1) {
    const port = await bind(v4, { ...target, host: '127.0.0.1' });
    try {
      await bind(v6, { ...target, host: '::1', port });
      return { port, both: true };
    } catch (error) {
      const cause = (error as BanyanError).cause as NodeJS.ErrnoException;
      if (cause.code === 'EADDRNOTAVAIL' || cause.code === 'EAFNOSUPPORT') return { port, both: false };
      await new Promise<void>((resolve) => v4.close(() => resolve()));
      if (target.port !== 0 || attempt >= 5) throw error;
    }
  }
}

/**
 * Refuses to serve plain text beyond this machine.
 *
 * @param init - `secured`: TLS is configured; `behindProxy`: the operator says that a proxy in front does TLS
 * @throws BanyanError `not_loopback`
 */
export function assertMayListen(
  host: string,
  init: { readonly secured: boolean; readonly behindProxy: boolean; readonly setting?: string },
): void {
  if (isLoopback(host) || init.secured || init.behindProxy) return;
  throw new BanyanError(
    'not_loopback',
    `Listening on ${host} would send secrets unencrypted over the network. Configure TLS, say that a TLS proxy is in front (--behind-proxy), or listen on localhost${init.setting === undefined ? '' : ` (${init.setting})`}.`,
    { details: { host } },
  );
}
