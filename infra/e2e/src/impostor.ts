/** A TLS server that stands at an address of somebody else, with a key of its own, and counts what it is told. */
import { createServer, type TLSSocket } from 'node:tls';
import { createDeviceKey, createIdentity, createTlsServerOptions, type Identity } from '@banyan/kit';

export interface Impostor {
  readonly port: number;
  /** Connections that came; whoever compares keys may be gone before the handshake is through on this side. */
  readonly dialled: number;
  /** Bytes of application data that it received. */
  readonly received: number;
  close(): Promise<void>;
}

/**
 * @param port - the stolen address; 0: any
 * @param identity - default: a key that nobody knows
 */
export async function startImpostor(port: number, identity?: Identity): Promise<Impostor> {
  const own = identity ?? (await createIdentity(createDeviceKey()));
  const sockets = new Set<TLSSocket>();
  let dialled = 0;
  let received = 0;
  const server = createServer(createTlsServerOptions(own), (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (data: Buffer) => (received += data.length));
  });
  server.on('tlsClientError', () => undefined);
  server.on('connection', () => (dialled += 1));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    get dialled() {
      return dialled;
    },
    get received() {
      return received;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
