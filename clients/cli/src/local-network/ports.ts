/** The ports of a local network. */
import { createServer } from 'node:net';
import { BanyanError } from '@banyan/proto';

export interface LocalPorts {
  readonly auth: number;
  readonly list: number;
  readonly supernodes: readonly number[];
  /** Where peers serve each other. */
  readonly transfers: readonly number[];
  /** Where the pages are. */
  readonly pages: readonly number[];
}

/** Default first port. */
export const DEFAULT_BASE_PORT = 7700;
const SUPERNODES_AT = 10;
const TRANSFERS_AT = 40;
const PAGES_AT = 80;
/** The last one used; the base must leave room for it. */
const SPAN = 82;

/**
 * The ports from a first one: auth, list = first + 1, supernodes from + 10, transfers from + 40, pages from + 80. With 0 auth and
 * list get free ports found now, and all others choose their own.
 *
 * @throws BanyanError `invalid_config` when there is no room above `base`
 */
export async function portsFrom(base: number): Promise<LocalPorts> {
  if (base === 0) {
    const [auth, list] = await freePorts(2);
    return { auth: auth ?? 0, list: list ?? 0, supernodes: [0, 0], transfers: [0, 0, 0], pages: [0, 0, 0] };
  }
  if (!Number.isInteger(base) || base < 1024 || base + SPAN > 65_535) {
    throw new BanyanError(
      'invalid_config',
      `The first port must be a whole number from 1024 to ${65_535 - SPAN}; ${base} is not.`,
    );
  }
  return {
    auth: base,
    list: base + 1,
    supernodes: [base + SUPERNODES_AT, base + SUPERNODES_AT + 1],
    transfers: [0, 1, 2].map((i) => base + TRANSFERS_AT + i),
    pages: [0, 1, 2].map((i) => base + PAGES_AT + i),
  };
}

/**
 * Looks whether the ports are free before anything is started, so that one sentence names all that are not.
 *
 * @throws BanyanError `port_taken`
 */
export async function assertPortsFree(ports: LocalPorts): Promise<void> {
  const all = [ports.auth, ports.list, ...ports.supernodes, ...ports.transfers, ...ports.pages].filter(
    (port) => port !== 0,
  );
  const taken = (await Promise.all(all.map(async (port) => ((await isFree(port)) ? [] : [port])))).flat();
  if (taken.length === 0) return;
  throw new BanyanError(
    'port_taken',
    `Port${taken.length === 1 ? '' : 's'} ${taken.join(', ')} ${taken.length === 1 ? 'is' : 'are'} used by another program. ` +
      `Stop that program, or choose other ports: npm start -- --base-port ${suggestion(ports.auth)}`,
    { details: { ports: taken } },
  );
}

function suggestion(base: number): number {
  return base + 1000 + SPAN > 65_535 ? DEFAULT_BASE_PORT : base + 1000;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Free ports, all held at once so that no two are the same. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer();
          server.once('error', reject);
          server.listen({ host: '127.0.0.1', port: 0 }, () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
