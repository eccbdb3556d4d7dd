/** What is known of the sources of one download beside what the planner measures. */
import type { Evidence, SourceSnapshot } from '@banyan/core';
import {
  displayText,
  isDeviceId,
  MAX_ADDRESSES,
  type Address,
  type DownloadSourceView,
  type ErrorCode,
  type Source,
} from '@banyan/proto';
import { formatHostPort } from '@banyan/kit';
import type { MirrorNews, MirrorTarget, PeerTarget } from './lane-messages.ts';
import { describeFault } from './source-words.ts';

/** Sources that one download remembers: many more than it can use. */
const MAX_KNOWN_SOURCES = 256;

/** A plain HTTP(S) server, and what its answers have told. */
export interface Mirror {
  readonly url: string;
  /** `ETag` or `Last-Modified` of its first answer. */
  validator: string | undefined;
  /** Where its redirects led the last time. */
  finalUrl: string | undefined;
  isSequential: boolean;
  /** Its validator is another than at first. */
  hasChanged: boolean;
}

/** One device or mirror that may have the content. */
export interface KnownSource {
  /** Of a device its id, of a mirror its URL. */
  readonly id: string;
  readonly mirror: Mirror | undefined;
  account: string;
  addresses: Address[];
  /** Which address is in use. */
  turn: number;
  /** Addresses in a row that did not work. */
  failedDials: number;
  /** Answers in a row that did not like our token. */
  tokenRefusals: number;
  bytes: number;
  hasAnswered: boolean;
  /** The user does not want it, for as long as this process runs. */
  isBlocked: boolean;
  drop: { readonly code: ErrorCode; readonly evidence: Evidence } | undefined;
}

/** The sources of one download by id. */
export interface SourceBook {
  get(id: string): KnownSource | undefined;
  /** Takes a record of a supernode in, or a claim that was found true; undefined when it is of no use. */
  note(source: Source): { readonly known: KnownSource; readonly isNew: boolean } | undefined;
  /** Takes a mirror in, unless it is known. */
  noteMirror(url: string, validator?: string): void;
  /** Takes in what an answer of a mirror told; whether it now has a validator that is worth keeping. */
  learn(mirror: Mirror, news: MirrorNews): boolean;
  peerTarget(source: KnownSource): PeerTarget;
  mirrorTarget(mirror: Mirror, isStrict: boolean): MirrorTarget;
  /** Turns to the next address; false when all have failed in a row. */
  nextAddress(source: KnownSource): boolean;
  view(snapshot: SourceSnapshot, toWall: (monotonic: number) => number): DownloadSourceView;
  all(): Iterable<KnownSource>;
}

/** Makes an empty book. */
export function createSourceBook(ownDeviceId: string): SourceBook {
  const known = new Map<string, KnownSource>();
  return {
    get: (id) => known.get(id),
    all: () => known.values(),
    note(source) {
      const { deviceId } = source;
      if (!isDeviceId(deviceId) || deviceId === ownDeviceId) return undefined;
      const addresses = source.addresses
        .filter(({ host, port }) => host !== '' && Number.isInteger(port) && port > 0 && port < 65536)
        .slice(0, MAX_ADDRESSES);
      const before = known.get(deviceId);
      if (before !== undefined) {
        const fresh = addresses.filter(
          ({ host, port }) => !before.addresses.some((one) => one.host === host && one.port === port),
        );
        // New ones first: a device that moved is where it was seen last.
        if (fresh.length > 0) {
          before.addresses = [...fresh, ...before.addresses].slice(0, MAX_ADDRESSES);
          before.turn = 0;
        }
        // One that a source named has no account before a supernode tells it.
        if (before.account === '') before.account = displayText(source.account, 64);
        return { known: before, isNew: false };
      }
      if (addresses.length === 0 || known.size >= MAX_KNOWN_SOURCES) return undefined;
      const entry = newSource(deviceId, displayText(source.account, 64), addresses, undefined);
      known.set(deviceId, entry);
      return { known: entry, isNew: true };
    },
    noteMirror(url, validator) {
      if (known.has(url)) return;
      const { hostname, port, protocol } = new URL(url);
      const address = { host: hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
      const mirror = {
        url,
        validator,
        finalUrl: undefined,
        isSequential: false,
        hasChanged: false,
      };
      known.set(url, newSource(url, displayText(hostname, 64), [address], mirror));
    },
    learn(mirror, { validator, finalUrl, isSequential }) {
      if (finalUrl !== undefined) mirror.finalUrl = finalUrl;
      if (isSequential === true) mirror.isSequential = true;
      if (validator === undefined) return false;
      const isFirst = mirror.validator === undefined;
      if (isFirst) mirror.validator = validator;
      else if (mirror.validator !== validator) mirror.hasChanged = true;
      return isFirst;
    },
    peerTarget(source) {
      const { host, port } = source.addresses[source.turn % source.addresses.length]!;
      return { deviceId: source.id, host, port };
    },
    mirrorTarget({ url, finalUrl, validator, isSequential }, isStrict) {
      return {
        url: finalUrl ?? url,
        isStrict,
        isSequential,
        ...(validator === undefined ? {} : { validator }),
      };
    },
    nextAddress(source) {
      if (source.mirror !== undefined) return false;
      source.turn += 1;
      source.failedDials += 1;
      if (source.failedDials < source.addresses.length) return true;
      source.failedDials = 0;
      return false;
    },
    view(snapshot, toWall) {
      const source = known.get(snapshot.sourceId);
      const address = source?.addresses[source.turn % source.addresses.length];
      const { reason, evidence } = snapshot;
      const isOut = snapshot.state === 'dropped' || snapshot.state === 'removed';
      // One that failed last and gave nothing since is still the one that failed, also while it is tried again.
      const hasFailedLast = snapshot.failuresInRow > 0;
      const isTroubled =
        isOut || hasFailedLast || snapshot.state === 'backing-off' || snapshot.state === 'queued';
      return {
        deviceId: snapshot.sourceId,
        account: source?.account ?? '',
        ...(source?.mirror === undefined ? {} : { kind: 'mirror' as const }),
        address: address === undefined ? '' : formatHostPort(address.host, address.port),
        state: viewState(snapshot, source),
        bytesPerSecond: snapshot.state === 'active' ? Math.round(snapshot.rate ?? 0) : 0,
        bytes: source?.bytes ?? 0,
        chunks: snapshot.chunksProved,
        badChunks: snapshot.chunksRefused,
        latencyMs: snapshot.latencyMs === undefined ? null : Math.round(snapshot.latencyMs),
        queuePosition: snapshot.state === 'queued' ? (evidence?.queuePosition ?? null) : null,
        problem:
          isTroubled && reason !== undefined
            ? { code: reason, message: describeFault(reason, source?.drop?.evidence ?? evidence) }
            : null,
        since: Math.round(toWall(snapshot.since)),
      };
    },
  };
}

function newSource(
  id: string,
  account: string,
  addresses: Address[],
  mirror: Mirror | undefined,
): KnownSource {
  return {
    id,
    mirror,
    account,
    addresses,
    turn: 0,
    failedDials: 0,
    tokenRefusals: 0,
    bytes: 0,
    hasAnswered: false,
    isBlocked: false,
    drop: undefined,
  };
}

function viewState(snapshot: SourceSnapshot, source: KnownSource | undefined): DownloadSourceView['state'] {
  switch (snapshot.state) {
    case 'active':
      return source?.hasAnswered === true ? 'active' : 'connecting';
    case 'backing-off':
      return 'waiting';
    case 'removed':
    case 'dropped':
      return 'dropped';
    case 'idle':
    case 'queued':
      return snapshot.state;
  }
}
