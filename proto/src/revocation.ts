import { BanyanError } from './errors.ts';

/** `typ` of a signed revocation delta. */
export const REVOCATION_TYP = 'banyan-revocation+jwt';

/** What can be revoked: everything of an account, one device, a content network-wide, a signing key of auth. */
export const REVOCATION_KINDS = ['account', 'device', 'content', 'key'] as const;
/** One of {@link REVOCATION_KINDS}. */
export type RevocationKind = (typeof REVOCATION_KINDS)[number];

/** One ban, block or lifted ban. The newest entry (highest `seq`) of one kind and id decides. */
export interface RevocationEntry {
  readonly kind: RevocationKind;
  /** Account id, device id, content id text, or key id. */
  readonly id: string;
  /** Unix seconds until which it holds; null: for good. A time in the past lifts it. */
  readonly until: number | null;
  /** For a person; may be empty. */
  readonly reason: string;
}

/** Payload of a delta: a JWS of typ {@link REVOCATION_TYP}, signed like tokens. Deltas are relayed unchanged. */
export interface RevocationDelta {
  /** Issuer URL. */
  readonly iss: string;
  /** 1, 2, 3 … without gaps. */
  readonly seq: number;
  /** Unix seconds. */
  readonly iat: number;
  readonly entries: readonly RevocationEntry[];
}

/** Whether what an entry says holds no more at `now` (Unix ms): it ended, or was lifted. */
export function isRevocationOver({ until }: Pick<RevocationEntry, 'until'>, now: number): boolean {
  return until !== null && until * 1000 <= now;
}

/** Entries of one delta; more is split by auth. */
export const MAX_REVOCATION_ENTRIES = 1000;

/**
 * Checks the payload of a delta whose signature was verified. Kinds that a newer auth invented are left out.
 *
 * @throws BanyanError `invalid_request`, naming the field
 */
export function validateRevocationDelta(payload: unknown): RevocationDelta {
  if (typeof payload !== 'object' || payload === null) throw invalid('the payload is no object');
  const { iss, seq, iat, entries } = payload as Record<string, unknown>;
  if (typeof iss !== 'string' || iss === '') throw invalid('iss is missing');
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1)
    throw invalid('seq is no positive whole number');
  if (typeof iat !== 'number' || !Number.isFinite(iat)) throw invalid('iat is no time');
  if (!Array.isArray(entries) || entries.length > MAX_REVOCATION_ENTRIES) {
    throw invalid(`entries is no list of at most ${MAX_REVOCATION_ENTRIES}`);
  }
  const kept: RevocationEntry[] = [];
  for (const entry of entries as unknown[]) {
    if (typeof entry !== 'object' || entry === null) throw invalid('an entry is no object');
    const { kind, id, until, reason } = entry as Record<string, unknown>;
    if (typeof id !== 'string' || id === '' || id.length > 512) throw invalid('an entry has no id');
    if (until !== null && (typeof until !== 'number' || !Number.isFinite(until)))
      throw invalid('until is no time');
    if (!(REVOCATION_KINDS as readonly unknown[]).includes(kind)) continue;
    kept.push({
      kind: kind as RevocationKind,
      id,
      until,
      reason: typeof reason === 'string' ? reason.slice(0, 500) : '',
    });
  }
  return { iss, seq, iat, entries: kept };
}

function invalid(what: string): BanyanError {
  return new BanyanError('invalid_request', `This is no revocation delta: ${what}.`);
}
