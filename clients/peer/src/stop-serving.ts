/** The end of an HTTP server whose answers read from disks. */
import type { Server } from 'node:net';
import type { Clock } from '@banyan/kit';

/** Reads under way when a server stops may take this long: a disk that does not answer must not keep the process. */
const STOP_MS = 500;

/** What is to be ended. */
export interface Serving {
  readonly server: Server;
  readonly sockets: ReadonlySet<{ destroy(): unknown }>;
  /** Answers under way. */
  readonly active: ReadonlySet<Promise<void>>;
}

/** Cuts every connection, stops listening, and waits a moment for the answers under way. */
export async function stopServing(
  { server, sockets, active }: Serving,
  clock: Pick<Clock, 'sleep'>,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of sockets) socket.destroy();
  await closed;
  const patience = new AbortController();
  const late = clock.sleep(STOP_MS, patience.signal).catch(() => undefined);
  await Promise.race([Promise.all(active), late]);
  patience.abort();
}
