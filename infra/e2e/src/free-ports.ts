/** Ports that stay the same over restarts of a process. */
import { createServer } from 'node:net';

/** Below the range from which systems hand out ports to outgoing connections, so that nobody takes one meanwhile. */
const FIRST = 20_000;
const LAST = 31_999;
/** Test files run beside each other: each worker of jest takes ports of its own, so that none is given twice meanwhile. */
const WORKERS = 8;
const worker = Number(process.env['JEST_WORKER_ID'] ?? 1) % WORKERS;
const given = new Set<number>();

/** A free port of loopback that no other caller of this process got. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = FIRST + WORKERS * Math.floor((Math.random() * (LAST - FIRST)) / WORKERS) + worker;
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`No free port between ${FIRST} and ${LAST}.`);
}

async function isFree(port: number): Promise<boolean> {
  const works = (host: string): Promise<boolean> =>
    new Promise((resolve) => {
      const server = createServer();
      server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRNOTAVAIL'));
      server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
    });
  return (await works('127.0.0.1')) && (await works('::1'));
}
