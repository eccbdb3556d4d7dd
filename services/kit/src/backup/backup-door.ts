/**
 * The way to a backup of a running service: it owns its store, so it makes the backup itself. It listens on a socket in its
 * data folder; whoever may open that could read the store as well. No port, no token, no request: who connects is sent
 * the backup.
 */
import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BanyanError, toBanyanError } from '@banyan/proto';
import type { Clock } from '../clock.ts';
import type { Startable } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import { writeBackup, type BackupSource } from './write-backup.ts';

/** Name of the socket in the data folder of a service. */
export const BACKUP_DOOR_FILE = 'backup.sock';
/** What every system takes for a socket's path: macOS has 104 bytes with the zero at the end. */
const MAX_DOOR_PATH_BYTES = 103;
/** A reader that takes nothing for so long is cut: it holds what the store replaces meanwhile. */
const IDLE_MS = 60_000;
/** One at a time, and one that waits for an operator who ran it twice. */
const MAX_READERS = 2;

/** Where a service with this data folder listens; undefined where it cannot. */
function doorPath(folder: string): string | undefined {
  const path = join(folder, BACKUP_DOOR_FILE);
  return process.platform === 'win32' || Buffer.byteLength(path) > MAX_DOOR_PATH_BYTES ? undefined : path;
}

/** Makes the door of a service with the data folder `source.folder`. */
export function createBackupDoor(
  components: { readonly log: Log; readonly clock: Clock },
  source: BackupSource & { readonly folder: string },
): Startable {
  const { log, clock } = components;
  const readers = new Set<Socket>();
  let server: Server | undefined;

  async function serve(socket: Socket): Promise<void> {
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    const since = clock.monotonic();
    try {
      await pipeline(writeBackup(source, { clock }), socket);
      log.info({ tookMs: Math.round(clock.monotonic() - since) }, 'a backup was taken');
    } catch (error) {
      log.warn({ err: error, code: toBanyanError(error).code }, 'a backup was not ended');
    }
  }

  return {
    name: 'backup door',
    async start() {
      const path = doorPath(source.folder);
      if (path === undefined) {
        log.info('backups are made while this process is stopped: its data folder takes no socket');
        return;
      }
      // What a killed process left. A living one has the store, and this one would not have come so far.
      await rm(path, { force: true });
      const made = createServer((socket) => {
        socket.on('error', () => socket.destroy());
        readers.add(socket);
        socket.once('close', () => readers.delete(socket));
        void serve(socket);
      });
      made.maxConnections = MAX_READERS;
      await new Promise<void>((resolve, reject) => {
        made.once('error', reject);
        made.listen(path, resolve);
      });
      made.on('error', (err) => log.warn({ err }, 'the backup socket fails'));
      await chmod(path, 0o600);
      server = made;
    },
    async stop() {
      const closing = server;
      server = undefined;
      if (closing === undefined) return;
      const closed = new Promise<void>((resolve) => closing.close(() => resolve()));
      for (const socket of readers) socket.destroy();
      await closed;
    },
  };
}

/**
 * Asks the service that runs on a data folder for a backup.
 *
 * @returns its bytes; undefined when none runs there
 * @throws BanyanError `folder_unreadable` when it may not be asked, `aborted`
 */
export async function askForBackup(folder: string, signal: AbortSignal): Promise<Socket | undefined> {
  const path = doorPath(folder);
  if (path === undefined) return undefined;
  return new Promise((resolve, reject) => {
    const socket = connect({ path, signal });
    socket.once('connect', () => resolve(socket));
    socket.once('error', (cause: NodeJS.ErrnoException) => {
      // Nothing there, or left by a process that was killed.
      if (cause.code === 'ENOENT' || cause.code === 'ECONNREFUSED' || cause.code === 'ENOTDIR') {
        resolve(undefined);
        return;
      }
      reject(
        signal.aborted
          ? new BanyanError('aborted', undefined, { cause })
          : new BanyanError(
              'folder_unreadable',
              `The service in ${folder} cannot be asked for a backup (${String(cause.code)}). Run this as the user that it runs as.`,
              { cause },
            ),
      );
    });
  });
}
