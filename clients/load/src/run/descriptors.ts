/** How many sockets one process may hold, and how the leaves are spread over processes and machines by that. */
import { readFile } from 'node:fs/promises';
import { BanyanError } from '@banyan/proto';

/** Leaves of one worker process: 19,000 with one socket each stay below the common hard limit of 20,000 descriptors. */
const MAX_LEAVES_PER_WORKER = 19_000;
/** Descriptors that a process needs beside its leaves: modules, pipes, calls to auth and list. */
const RESERVE = 512;

/**
 * Descriptors that a process of ours may open; undefined where the system does not say. Node raises the soft limit to
 * the hard one at its start, so that this is what children get too.
 */
export async function descriptorLimit(): Promise<number | undefined> {
  try {
    const match = /^Max open files\s+(\d+)/m.exec(await readFile('/proc/self/limits', 'utf8'));
    return match?.[1] === undefined ? undefined : Number(match[1]);
  } catch {
    // Other systems have no /proc.
    return undefined;
  }
}

/** A machine that runs workers. */
export interface WorkerMachine {
  /** As it is named to the user: "here", "at the agent …". */
  readonly place: string;
  /** Descriptors that one process of it may open; undefined: it does not say. */
  readonly descriptors: number | undefined;
  /** Workers that it still takes; absent: as many as are wanted. */
  readonly workers?: number;
}

export interface SpreadInit {
  readonly maxLeaves: number;
  /** Sockets of a leaf: 2 with a second home. */
  readonly socketsPerLeaf: number;
  /** Workers wanted. */
  readonly workers: number;
  /** At least one. */
  readonly machines: readonly WorkerMachine[];
}

/**
 * The machine of each worker, by its place in `machines`. There are as many workers as are wanted, or more where descriptors
 * are short: since all have the same share of the leaves, the machine with the fewest says how many one may have.
 *
 * @throws BanyanError `limit_exceeded` when even one leaf is too many for a process, or the machines take too few workers
 */
export function placeWorkers({ maxLeaves, socketsPerLeaf, workers, machines }: SpreadInit): number[] {
  const most = Math.min(
    MAX_LEAVES_PER_WORKER,
    ...machines.map((machine) => leavesPerWorker(machine, socketsPerLeaf)),
  );
  const count = Math.min(maxLeaves, Math.max(workers, Math.ceil(maxLeaves / most)));
  const places: number[] = [];
  const room = machines.map((machine) => machine.workers ?? Infinity);
  for (let next = 0, passed = 0; places.length < count; next = (next + 1) % machines.length) {
    if (room[next]! > 0) {
      room[next]! -= 1;
      places.push(next);
      passed = 0;
    } else if ((passed += 1) === machines.length) throw tooFew(count, places.length, most);
  }
  return places;
}

function leavesPerWorker({ place, descriptors }: WorkerMachine, socketsPerLeaf: number): number {
  const most = Math.floor(((descriptors ?? Infinity) - RESERVE) / socketsPerLeaf);
  if (most < 1)
    throw new BanyanError(
      'limit_exceeded',
      `A process may open only ${descriptors ?? 0} files and sockets ${place} (ulimit -n), and needs ${RESERVE} for itself. Raise the limit there, such as with \`ulimit -n 20000\`.`,
    );
  return most;
}

function tooFew(needed: number, room: number, leaves: number): BanyanError {
  return new BanyanError(
    'limit_exceeded',
    `This needs ${needed} workers of at most ${leaves} leaves each, and the agents take only ${room} now. Let them take more (banyan load agent --workers), or raise their limit of files and sockets (ulimit -n).`,
  );
}
