/** How the supernode of this host is started, within what its owner gives. */
import { BanyanError, type VolunteerCaps } from '@banyan/proto';

export interface LaunchInit {
  readonly network: { readonly issuer: string; readonly pins: readonly string[] };
  readonly name: string;
  readonly region: string | null;
  readonly dataDir: string;
  /** File of this device's key. */
  readonly deviceKey: string;
  readonly host: string;
  readonly port: number;
  /** The owner chose the port: no other will do. */
  readonly isPortChosen: boolean;
  /** Under which others reach it; undefined: nobody knows one yet. */
  readonly publicHost: string | undefined;
  /** Of the order. */
  readonly maxLeaves: number;
  readonly caps: VolunteerCaps;
}

export interface Launch {
  readonly args: readonly string[];
  /** With any free port: when the one beside the transfer port is taken. */
  readonly argsAnyPort: readonly string[] | undefined;
  readonly nodeArgs: readonly string[];
}

const MIB = 1024 * 1024;
/** Node itself, its code and the system's buffers. */
const BASE_BYTES = 96 * MIB;
/** Part of the memory for JavaScript's own heap, where sessions and answers under way live. */
const HEAP_SHARE = 1 / 4;
const MIN_HEAP_BYTES = 96 * MIB;
/** A session over TLS costs some 55 KiB. */
const LEAF_BYTES = 64 * 1024;
/** Below, an index holds nothing worth asking for. */
const MIN_INDEX_BYTES = 16 * MIB;
/** What a supernode takes for `--capacity`. */
const MAX_CAPACITY = 100_000;

/**
 * Divides the memory that the owner gives: heap, sessions, and the index with what is left.
 *
 * @throws BanyanError `invalid_config` when it is too little for a single leaf
 */
export function divideMemory(
  memoryBytes: number,
  maxLeaves: number,
): { readonly heapBytes: number; readonly indexBytes: number; readonly capacity: number } {
  const heapBytes = Math.max(MIN_HEAP_BYTES, Math.floor(memoryBytes * HEAP_SHARE));
  const left = memoryBytes - BASE_BYTES - heapBytes;
  const capacity = Math.min(maxLeaves, MAX_CAPACITY, Math.floor((left - MIN_INDEX_BYTES) / LEAF_BYTES));
  if (capacity < 1) {
    const least = Math.ceil((BASE_BYTES + MIN_HEAP_BYTES + MIN_INDEX_BYTES + LEAF_BYTES) / MIB);
    throw new BanyanError(
      'invalid_config',
      `A supernode needs ${least} MB of memory at least, and ${Math.floor(memoryBytes / MIB)} MB are offered. Offer more: banyan volunteer on --memory 1GB.`,
    );
  }
  return { heapBytes, indexBytes: left - capacity * LEAF_BYTES, capacity };
}

/**
 * The command line of this host's supernode.
 *
 * @throws BanyanError `invalid_config`, `unreachable` when it cannot be one just now
 */
export function planLaunch(init: LaunchInit): Launch {
  const { network, caps, host, publicHost } = init;
  const { heapBytes, indexBytes, capacity } = divideMemory(
    caps.memoryBytes,
    Math.min(init.maxLeaves, caps.maxLeaves),
  );
  if (publicHost === undefined)
    throw new BanyanError(
      'unreachable',
      'It is not known yet under which address others reach this host: its home supernode could not dial it back. `banyan status` says why; or give --supernode-public-host.',
    );
  const argsWith = (port: number): string[] => [
    ...['--network', network.issuer],
    ...network.pins.flatMap((pin) => ['--network-pins', pin]),
    ...['--name', init.name, '--device-key', init.deviceKey, '--data-dir', init.dataDir],
    ...['--host', host, '--port', String(port), '--public-host', publicHost],
    ...['--capacity', String(capacity), '--index-memory', String(Math.floor(indexBytes / MIB))],
    ...['--cpu-limit', String(caps.cpu), '--bandwidth-limit', String(caps.bytesPerSecond)],
    ...(init.region === null ? [] : ['--region', init.region]),
    ...['--log-format', 'json'],
  ];
  return {
    args: argsWith(init.port),
    argsAnyPort: init.isPortChosen || init.port === 0 ? undefined : argsWith(0),
    nodeArgs: [`--max-old-space-size=${Math.floor(heapBytes / MIB)}`],
  };
}
