/** What stands in front of the replicas of a service in production (nginx, a cloud's balancer): one address for all of them. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Balancer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Takes connections on loopback and passes each to the next target in turn; to the one after it when that does not take it.
 *
 * @param targets - ports of the replicas
 */
export async function startBalancer(port: number, targets: readonly number[]): Promise<Balancer> {
  const sockets = new Set<Socket>();
  let turn = 0;

  function pass(client: Socket): void {
    const first = (turn += 1);
    const attempt = (tries: number): void => {
      if (tries === targets.length) {
        client.destroy();
        return;
      }
      const upstream = connect({
        host: 'localhost',
        port: targets[(first + tries) % targets.length] as number,
      });
      sockets.add(upstream);
      upstream.once('close', () => sockets.delete(upstream));
      const refused = (): void => attempt(tries + 1);
      upstream.once('error', refused);
      upstream.once('connect', () => {
        upstream.off('error', refused);
        for (const [socket, other] of [
          [client, upstream],
          [upstream, client],
        ] as const) {
          socket.on('error', () => undefined);
          socket.on('close', () => other.destroy());
          socket.setNoDelay(true);
        }
        client.pipe(upstream);
        upstream.pipe(client);
      });
    };
    sockets.add(client);
    client.once('close', () => sockets.delete(client));
    client.on('error', () => undefined);
    attempt(0);
  }

  const servers: Server[] = [];
  for (const host of ['127.0.0.1', '::1']) {
    const server = createServer({ pauseOnConnect: true }, (client) => pass(client));
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        host === '::1' && error.code === 'EADDRNOTAVAIL' ? resolve() : reject(error),
      );
      server.listen({ host, port }, resolve);
    });
    servers.push(server);
  }
  return {
    port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(
        servers.map(
          (server) =>
            new Promise<void>((resolve) => {
              server.close(() => resolve());
            }),
        ),
      );
    },
  };
}
