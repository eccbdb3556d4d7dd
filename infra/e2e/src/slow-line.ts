/** A slow line in front of a peer: a TCP proxy with a rate. Keys are checked end to end, so nobody notices it. */
import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './free-ports.ts';

export interface SlowLine {
  /** For the peer behind it: where it listens, and what it claims as its own port. */
  readonly ports: { readonly port: number; readonly publicPort: number };
  /** Bytes that went from the peer to others so far. */
  readonly sent: number;
  /** Bytes a second, all connections together; Infinity: as fast as it can. */
  setRate(bytesPerSecond: number): void;
  close(): Promise<void>;
}

const TICK_MS = 10;

/** @param behind - port of whoever is behind the line; default: a free one, for a peer that is yet to be started */
export async function startSlowLine(bytesPerSecond: number, behind?: number): Promise<SlowLine> {
  const ports = { publicPort: await freePort(), port: behind ?? (await freePort()) };
  let rate = bytesPerSecond;
  let credit = 0;
  let sent = 0;
  let filled = performance.now();
  const sockets = new Set<Socket>();
  /** Pieces that wait for credit, oldest first. */
  const waiting: { readonly data: Buffer; readonly to: Socket; readonly from: Socket }[] = [];

  const pump = (): void => {
    const now = performance.now();
    // At most a tenth of a second is saved up, so that a pause brings no burst.
    credit = rate === Infinity ? Infinity : Math.min(rate / 10, credit + ((now - filled) / 1000) * rate);
    filled = now;
    while (waiting.length > 0 && credit > 0) {
      const piece = waiting.shift()!;
      credit -= piece.data.length;
      sent += piece.data.length;
      piece.from.resume();
      if (piece.to.writable) piece.to.write(piece.data);
    }
  };
  const timer = setInterval(pump, TICK_MS);

  const server = createServer({ allowHalfOpen: false }, (client) => {
    const upstream = connect({ host: '127.0.0.1', port: ports.port });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (data) => upstream.write(data));
    upstream.on('data', (data) => {
      upstream.pause();
      waiting.push({ data, to: client, from: upstream });
      pump();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: ports.publicPort }, resolve);
  });
  return {
    ports,
    get sent() {
      return sent;
    },
    setRate(next) {
      rate = next;
      credit = 0;
      pump();
    },
    async close() {
      clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
