/** Which peer a command talks to, and where it keeps its data. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BanyanError, displayText, type LocalApiFile } from '@banyan/proto';
import { dataDir } from '@banyan/kit/paths';
import { LOCAL_API_FILE, readLocalApiFile } from '@banyan/sdk/local';
import { SAMPLE_PEERS as LOCAL_PEERS } from './local-network/sample-library.ts';
import { resolvePath, type CliContext } from './context.ts';
import { isDeviceFolder } from './device-folder.ts';

export interface FoundPeer {
  /** Name for messages: `alice`, or the folder. */
  readonly label: string;
  /** Its data folder. */
  readonly folder: string;
  readonly file: LocalApiFile;
  /** The first local peer, which was meant but does not run. */
  readonly insteadOf?: string;
}

/** Where the local network keeps everything. */
export function localNetworkFolder(ctx: CliContext): string {
  return join(dataDir(ctx.env), 'local');
}

/** Where a peer that belongs to no local network keeps its data. */
export function standalonePeerFolder(ctx: CliContext): string {
  return join(dataDir(ctx.env), 'peer');
}

/**
 * Finds the running peer that is meant: by the name of a local peer, by a data folder; without either the first peer
 * of the local network that runs, then the peer of this machine.
 *
 * @throws BanyanError `not_found` for a name that nobody has, `peer_not_running`
 */
export async function findPeer(ctx: CliContext, wanted: string | undefined): Promise<FoundPeer> {
  if (wanted !== undefined) return readPeer(namedFolder(ctx, wanted), wanted);
  const local = LOCAL_PEERS.map((name) => ({
    label: name,
    folder: join(localNetworkFolder(ctx), name, 'peer'),
  }));
  const own = { label: 'this peer', folder: standalonePeerFolder(ctx) };
  const candidates = [...local.slice(0, 1), own, ...local.slice(1)];
  const running = candidates.find(({ folder }) => existsSync(join(folder, LOCAL_API_FILE)));
  if (running === undefined) {
    throw new BanyanError(
      'peer_not_running',
      `No peer is running here (looked in ${dataDir(ctx.env)}). ` +
        'Start a local network with `npm start`, or a peer of a network with `banyan peer`.',
    );
  }
  for (const { label, folder } of candidates) {
    const peer = await readPeer(folder, label).catch(() => undefined);
    if (peer === undefined || !isAlive(peer.file.pid)) continue;
    const meant = local[0]!.label;
    return label === meant || label === own.label ? peer : { ...peer, insteadOf: meant };
  }
  return readPeer(running.folder, running.label);
}

/**
 * Folder of the peer that is meant, whether it runs or not: the one that {@link findPeer} finds, else the first that is enrolled.
 *
 * @throws BanyanError `not_found` for a name that nobody has, `peer_not_running` when there is no peer at all
 */
export async function findPeerFolder(ctx: CliContext, wanted: string | undefined): Promise<string> {
  if (wanted !== undefined) return namedFolder(ctx, wanted);
  try {
    return (await findPeer(ctx, undefined)).folder;
  } catch (error) {
    const local = LOCAL_PEERS.map((name) => join(localNetworkFolder(ctx), name, 'peer'));
    const enrolled = [standalonePeerFolder(ctx), ...local].find(isDeviceFolder);
    if (enrolled === undefined) throw error;
    return enrolled;
  }
}

function namedFolder(ctx: CliContext, wanted: string): string {
  const local = join(localNetworkFolder(ctx), wanted, 'peer');
  const isName = basename(wanted) === wanted && wanted !== '.' && wanted !== '..';
  if (isName && ((LOCAL_PEERS as readonly string[]).includes(wanted) || existsSync(local))) return local;
  const folder = resolvePath(ctx, wanted);
  if (isFolder(folder)) {
    // A local peer's folder holds its data in `peer`, beside Shared and Downloads.
    return !existsSync(join(folder, LOCAL_API_FILE)) && isFolder(join(folder, 'peer'))
      ? join(folder, 'peer')
      : folder;
  }
  throw new BanyanError(
    'not_found',
    `There is no peer "${displayText(wanted, 80)}": give one of ${localPeerNames(ctx).join(', ')}, or a peer's data folder.`,
  );
}

/** Names for `--peer`. */
export function localPeerNames(ctx: CliContext): string[] {
  const folder = localNetworkFolder(ctx);
  const found = isFolder(folder)
    ? readdirSync(folder).filter((name) => isFolder(join(folder, name, 'peer')))
    : [];
  return [...new Set([...LOCAL_PEERS, ...found])];
}

async function readPeer(folder: string, label: string): Promise<FoundPeer> {
  try {
    return { label, folder, file: await readLocalApiFile(folder) };
  } catch (cause) {
    const error = cause as BanyanError;
    // The sentence of a file that is there but cannot be read says more than ours.
    if (error.code !== 'peer_not_running' || existsSync(join(folder, LOCAL_API_FILE))) throw error;
    const isLocal = dirname(dirname(folder)).endsWith('local');
    throw new BanyanError(
      'peer_not_running',
      `The peer ${label} is not running (${folder}). Start it with ${isLocal ? '`npm start`' : '`banyan peer`'}.`,
      { cause },
    );
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Not there, below a plain file (ENOTDIR: `local` holds some beside the peers), or not for us to see.
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
