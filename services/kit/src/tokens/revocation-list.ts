import { jwtVerify } from 'jose';
import {
  isRevocationOver,
  MAX_FRAME_BYTES,
  REVOCATION_TYP,
  validateRevocationDelta,
  type RevocationDelta,
  type RevocationEntry,
  type RevocationKind,
} from '@banyan/proto';
import { systemClock, type Clock } from '../clock.ts';
import { peekPayload, readHeader, reasonOf, refuse } from './compact-jws.ts';
import type { TokenKeys } from './token-keys.ts';

/** What {@link RevocationList.apply} did. */
export interface ApplyResult {
  /** Deltas that were new. */
  readonly applied: number;
  /** Highest sequence held now. */
  readonly seq: number;
  /** Whether deltas in between are missing: fetch everything after `seq` from auth. */
  readonly gap: boolean;
}

/** A delta that was applied, with its signed form for relaying. */
export interface AppliedDelta extends RevocationDelta {
  readonly signed: string;
}

/** Everything that auth has banned or blocked. `now` is Unix milliseconds. */
export interface RevocationList {
  /** Highest sequence held; 0: none. */
  readonly seq: number;
  /**
   * Checks and applies signed deltas, in whatever order they come. Those held already are passed over; one that does
   * not follow on the sequence is left out and reported as a gap.
   *
   * @throws BanyanError `token_invalid` at the first delta that auth did not sign (those before it stay applied), or
   *   at once when one is no delta at all; `unavailable` when a signing key cannot be found out just now
   */
  apply(signed: readonly string[]): Promise<ApplyResult>;
  /** Signed deltas after `seq`, in order, to be relayed unchanged. */
  since(seq: number): string[];
  /** The ban on a device that holds at `now`, if there is one. */
  deviceRevoked(deviceId: string, now: number): RevocationEntry | undefined;
  accountRevoked(accountId: string, now: number): RevocationEntry | undefined;
  /** `contentId` in its text form. */
  contentBlocked(contentId: string, now: number): RevocationEntry | undefined;
  keyRevoked(kid: string, now: number): RevocationEntry | undefined;
  /** Whether anything of that kind was ever told of: where nothing was, nobody has to ask by name. */
  knows(kind: RevocationKind): boolean;
  /** Everything of one kind that is known, also what has ended or was lifted since. */
  entries(kind: RevocationKind): readonly RevocationEntry[];
  /** Calls `listener` after each applied delta; returns how to stop that. */
  onChange(listener: (delta: AppliedDelta) => void): () => void;
}

/** What {@link createRevocationList} needs. */
export interface RevocationListComponents {
  /** The issuer's keys. */
  readonly keys: TokenKeys;
  readonly clock?: Pick<Clock, 'now'>;
}

/** Options of {@link createRevocationList}. */
export interface RevocationListInit {
  /** The issuer's URL: deltas of another network are refused. */
  readonly issuer: string;
}

/**
 * Checks one signed delta, wherever it comes from and whatever its place.
 *
 * @param init.keys - the issuer's keys
 * @param init.isWithdrawn - whether a signing key was withdrawn; default: none was
 * @throws BanyanError `token_invalid` when auth did not sign it; `unavailable` when its key cannot be found out just now
 */
export async function verifyRevocationDelta(
  signed: string,
  init: {
    readonly keys: TokenKeys;
    readonly issuer: string;
    readonly isWithdrawn?: (kid: string) => boolean;
  },
): Promise<AppliedDelta> {
  const header = readHeader(signed, {
    maxBytes: MAX_FRAME_BYTES,
    members: ['alg', 'typ', 'kid'],
    typ: REVOCATION_TYP,
  });
  if (typeof header === 'string') throw refused(header);
  const kid = header['kid'];
  const key = typeof kid === 'string' ? await init.keys.find(kid) : undefined;
  if (key === undefined) throw refused('its signing key is unknown');
  if (init.isWithdrawn?.(kid as string) === true) throw refused('its signing key was withdrawn');
  try {
    const { payload } = await jwtVerify(signed, key, {
      algorithms: ['ES256'],
      issuer: init.issuer,
      typ: REVOCATION_TYP,
      requiredClaims: ['iat'],
    });
    return { ...validateRevocationDelta(payload), signed };
  } catch (error) {
    throw refused(reasonOf(error) ?? 'its content cannot be read', error);
  }
}

/** Makes an empty list; a kept one comes back by applying what {@link RevocationList.since} gave. */
export function createRevocationList(
  components: RevocationListComponents,
  init: RevocationListInit,
): RevocationList {
  const { keys, clock = systemClock } = components;
  const log: AppliedDelta[] = [];
  const entries = new Map<string, RevocationEntry>();
  const kinds = new Set<RevocationKind>();
  const listeners = new Set<(delta: AppliedDelta) => void>();
  // One batch at a time: sequence and signatures are checked with waits in between.
  let queue: Promise<unknown> = Promise.resolve();

  const verify = (signed: string): Promise<AppliedDelta> =>
    verifyRevocationDelta(signed, {
      keys,
      issuer: init.issuer,
      isWithdrawn: (kid) => active('key', kid, clock.now()) !== undefined,
    });

  const applyNow = async (signed: readonly string[]): Promise<ApplyResult> => {
    let applied = 0;
    const ordered = signed
      .map((text) => ({ text, seq: claimedSequence(text) }))
      .sort((a, b) => a.seq - b.seq);
    for (const { text, seq } of ordered) {
      // Whatever claims a sequence that is held is dropped unread: a forger gains nothing by it.
      if (seq <= log.length) continue;
      if (seq > log.length + 1) return { applied, seq: log.length, gap: true };
      const delta = await verify(text);
      log.push(delta);
      for (const entry of delta.entries) {
        entries.set(entryKey(entry.kind, entry.id), entry);
        kinds.add(entry.kind);
      }
      applied += 1;
      for (const listener of listeners) listener(delta);
    }
    return { applied, seq: log.length, gap: false };
  };

  const active = (kind: RevocationKind, id: string, now: number): RevocationEntry | undefined => {
    const entry = entries.get(entryKey(kind, id));
    return entry === undefined || isRevocationOver(entry, now) ? undefined : entry;
  };

  return {
    get seq() {
      return log.length;
    },
    apply(signed) {
      const result = queue.then(() => applyNow(signed));
      queue = result.catch(() => undefined);
      return result;
    },
    since: (seq) => log.slice(Math.max(0, seq)).map((delta) => delta.signed),
    deviceRevoked: (deviceId, now) => active('device', deviceId, now),
    accountRevoked: (accountId, now) => active('account', accountId, now),
    contentBlocked: (contentId, now) => active('content', contentId, now),
    keyRevoked: (kid, now) => active('key', kid, now),
    knows: (kind) => kinds.has(kind),
    entries: (kind) => [...entries.values()].filter((entry) => entry.kind === kind),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

const entryKey = (kind: RevocationKind, id: string): string => `${kind}:${id}`;

/** What place a delta claims to have; unverified. */
function claimedSequence(signed: string): number {
  const seq =
    typeof signed === 'string' && signed.length <= MAX_FRAME_BYTES ? peekPayload(signed)?.['seq'] : undefined;
  if (typeof seq === 'number' && Number.isSafeInteger(seq) && seq > 0) return seq;
  throw refused('it has no sequence number');
}

function refused(reason: string, cause?: unknown): Error {
  return refuse('token_invalid', 'A revocation delta', reason, 'It was not applied.', cause);
}
