import type { JsonWebKey } from 'node:crypto';
import type { PublicJwk, StorePlace } from '@banyan/kit';
import type { Grant, RevocationEntry, Role } from '@banyan/proto';

/**
 * What auth keeps, and under which key. Every record stands alone: a write touches one key by
 * compare-and-set, so that the same code runs on LMDB, Redis and Redis Cluster.
 */

/** A device as its account keeps it. */
export interface AccountDevice {
  readonly name: string;
  /** Unix ms. */
  readonly enrolledAt: number;
  readonly grants: readonly Grant[];
}

/** `account/<account id>` */
export interface AccountRecord {
  readonly accountId: string;
  /** As its owner wrote it, NFC. */
  readonly name: string;
  /** What makes it unique; see account-name.ts. */
  readonly nameKey: string;
  /** argon2id, PHC text; absent for accounts made by invite without password. */
  readonly passwordHash?: string;
  readonly role: Role;
  readonly grants: readonly Grant[];
  /** Unix ms. */
  readonly createdAt: number;
  /** Device id → device. The truth of what is enrolled; `device/…` only finds it. */
  readonly devices: Readonly<Record<string, AccountDevice>>;
}

/** `device/<device id>` */
export interface DeviceRecord {
  readonly accountId: string;
  /** RFC 7517, P-256. */
  readonly publicJwk: PublicJwk;
  /** Unix ms; see CLAIM_ABANDONED_MS. */
  readonly at: number;
}

/** `name/<name key>` */
export interface NameRecord {
  readonly accountId: string;
  /** Unix ms; see CLAIM_ABANDONED_MS. */
  readonly at: number;
}

/** `invite/<SHA-256 of the code>` */
export interface InviteRecord {
  readonly uses: number;
  readonly used: number;
  /** Unix ms. */
  readonly expiresAt: number;
  readonly grants: readonly Grant[];
  /** Whom it admits: only this name, and only as a device of `accountId`, or only as a new account (null). */
  readonly boundTo?: { readonly nameKey: string; readonly accountId: string | null };
  /** Account id; null: auth itself, for the first operator. */
  readonly createdBy: string | null;
}

/** `ban/<kind>/<id>` */
export interface BanRecord {
  /** Unix seconds; null: until lifted. */
  readonly until: number | null;
  readonly reason: string;
  /** Account id of the operator. */
  readonly by: string;
  /** Unix ms. */
  readonly at: number;
}

/** `revocation/<sequence>`; signed when it is served, so that a retired key never leaves it unreadable. */
export interface RevocationRecord {
  readonly seq: number;
  /** Unix seconds. */
  readonly iat: number;
  readonly entries: readonly RevocationEntry[];
}

/** `signing-keys` */
export interface SigningKeysRecord {
  /** In the order in which they become active. */
  readonly keys: readonly SigningKeyRecord[];
}

/** A signing key of tokens and deltas. */
export interface SigningKeyRecord {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  /** RFC 7517, with the private member: a secret. */
  readonly privateJwk: JsonWebKey;
  /** Unix ms from which on it signs; it is published from the start. */
  readonly activeAt: number;
}

/** `attempts/<bucket>` */
export interface AttemptsRecord {
  readonly count: number;
  /** Unix ms at which the window ends. */
  readonly resetAt: number;
}

/** `operator/first` */
export interface FirstOperatorRecord {
  /** SHA-256 of the codes that are valid, newest last. */
  readonly codes: readonly string[];
  /** Account id of who claimed it. */
  readonly claimedBy?: string;
}

/** What is auth's own in a Redis that others use too. */
export const AUTH_STORE: StorePlace = { prefix: 'banyan:auth:', listed: ['account/', 'revocation/'] };

/** Keys of the store. Ids are opaque and free of slashes; names are folded. */
export const KEY = {
  account: (accountId: string): string => `account/${accountId}`,
  accounts: 'account/',
  device: (deviceId: string): string => `device/${deviceId}`,
  name: (nameKey: string): string => `name/${nameKey}`,
  invite: (codeHash: string): string => `invite/${codeHash}`,
  ban: (kind: string, id: string): string => `ban/${kind}/${id}`,
  bans: 'ban/',
  /** Devices whose tokens are revoked because their owner removed them; vanishes with the last such token. */
  removed: (deviceId: string): string => `removed/${deviceId}`,
  firstOperator: 'operator/first',
  signingKeys: 'signing-keys',
  /** Padded, so that the store's order is the sequence's. */
  revocation: (seq: number): string => `revocation/${String(seq).padStart(12, '0')}`,
  revocations: 'revocation/',
  attempts: (bucket: string): string => `attempts/${bucket}`,
} as const;
