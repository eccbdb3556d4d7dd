/** What a caller is told at its hello: versions, limits, where else it could go. */
import {
  BanyanError,
  MAX_ALTERNATES,
  MAX_BATCH_RECORDS,
  MAX_FRAME_BYTES,
  MAX_LEAF_RECORDS,
  MAX_SEARCHES_PER_MINUTE,
  MAX_SESSION_MS,
  PROTOCOL_VERSIONS,
  commonVersion,
  type EnvelopeBody,
  type Hello,
  type HostPort,
  type SupernodeEntry,
  type SupernodeRef,
} from '@banyan/proto';

export type WelcomeBody = Extract<EnvelopeBody, { kind: 'welcome' }>['welcome'];

export interface WelcomeInit {
  readonly self: { readonly deviceId: string; readonly name: string };
  /** The caller's address as the kernel saw it. */
  readonly observed: HostPort;
  readonly alternates: readonly SupernodeRef[];
  readonly maxInFlight: number;
  readonly maxRecords?: number;
  readonly now: number;
  readonly revocationsKnown: number;
  /** Abilities beyond those that every version has. */
  readonly features: readonly string[];
}

/**
 * The welcome to a hello.
 *
 * @throws BanyanError `unsupported_version` when the two sides have no version in common
 */
export function welcomeTo(hello: Hello, init: WelcomeInit): WelcomeBody {
  const version = commonVersion({ min: hello.minVersion, max: hello.maxVersion });
  if (version === undefined) {
    throw new BanyanError(
      'unsupported_version',
      `This supernode speaks protocol versions ${PROTOCOL_VERSIONS.min} to ${PROTOCOL_VERSIONS.max}, the caller ${hello.minVersion} to ${hello.maxVersion}. Update the older side.`,
    );
  }
  return {
    version,
    deviceId: init.self.deviceId,
    name: init.self.name,
    observed: init.observed,
    catalogKnown: false,
    limits: {
      maxFrameBytes: MAX_FRAME_BYTES,
      maxBatchRecords: MAX_BATCH_RECORDS,
      maxRecords: init.maxRecords ?? MAX_LEAF_RECORDS,
      maxInFlight: init.maxInFlight,
      searchesPerMinute: MAX_SEARCHES_PER_MINUTE,
      maxSessionSeconds: MAX_SESSION_MS / 1000,
    },
    alternates: init.alternates,
    secondHome: init.alternates[0] ?? null,
    serverTimeMs: init.now,
    revocationsKnown: init.revocationsKnown,
    features: init.features,
  };
}

/** Supernodes to go to instead, in an order of chance so that leaves spread. */
export function pickAlternates(members: readonly SupernodeEntry[], random: () => number): SupernodeRef[] {
  return members
    .map((member) => [random(), member] as const)
    .sort(([a], [b]) => a - b)
    .slice(0, MAX_ALTERNATES)
    .map(([, { deviceId, name, addresses }]) => ({
      deviceId,
      addresses: addresses.map(({ host, port }) => ({ host, port })),
      name,
    }));
}
