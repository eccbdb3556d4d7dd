import type { JsonWebKey } from 'node:crypto';
import {
  AUDIT_ROOT,
  UNAUDITED_ROOT,
  type Audited,
  type PublicJwk,
  type RestoredMark,
  type StorePlace,
} from '@banyan/kit';
import type { ErrorCode, Grant, ReportSubject, RevocationEntry, Role } from '@banyan/proto';

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
export interface AccountRecord extends Audited {
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
  /** The one reset link that is valid; an operator made it. */
  readonly reset?: {
    /** Of its secret part. */
    readonly digest: string;
    /** Unix ms. */
    readonly expiresAt: number;
  };
  /** Unix ms; what is left of a deleted account is its id, for as long as its last entry may be missing in the audit. */
  readonly deletedAt?: number;
  /** Who this is at the organisation's provider. The truth of the link; `identity/…` only finds it. */
  readonly identity?: AccountIdentity;
}

/** A person as an OpenID Connect provider names them: nothing but issuer and subject together is lasting. */
export interface AccountIdentity {
  readonly issuer: string;
  readonly subject: string;
  /** What the groups of the last sign-in made of the role; a role that differs was set by an operator, and stays. */
  readonly role: Role;
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

/** `identity/<SHA-256 of issuer and subject>` */
export type IdentityRecord = NameRecord;

/** `sign-in/<SHA-256 of its id>`; vanishes soon after it is over. */
export interface SignInRecord {
  /** The only device that may redeem it; empty where none may: it signs a browser in to the operator console. */
  readonly deviceId: string;
  readonly isConsole?: true;
  readonly deviceName: string;
  /** From where the device began it; shown to the person. */
  readonly address: string;
  /** Unix ms. */
  readonly expiresAt: number;
  /** Where the browser goes at the end; absent: the person typed a code. */
  readonly redirect?: { readonly uri: string; readonly state?: string };
  /** SHA-256 of the cookie of the one browser that may go through with it. */
  readonly browser?: string;
  readonly stage:
    | { readonly name: 'begun' }
    /** The browser is at the provider; what comes back must fit all of this. */
    | {
        readonly name: 'at-provider';
        /** SHA-256. */
        readonly state: string;
        readonly nonce: string;
        /** RFC 7636. */
        readonly verifier: string;
      }
    /** A replica asks the provider who it is. */
    | { readonly name: 'exchanging' }
    | { readonly name: 'failed'; readonly code: ErrorCode; readonly message: string }
    /** `code`: SHA-256 of what the browser brings back to a device with a `redirect`. */
    | { readonly name: 'done'; readonly code?: string; readonly person: SignedInPerson }
    | { readonly name: 'redeemed' };
}

/** Who signed in with the provider, and what the groups make of it. */
export interface SignedInPerson extends AccountIdentity {
  /** Names that the account may have, wanted most first; all of them are fit to be names. */
  readonly names: readonly string[];
}

/** `user-code/<SHA-256 of the code>` */
export interface UserCodeRecord {
  /** SHA-256 of the id of the sign-in. */
  readonly signIn: string;
}

/** `invite/<SHA-256 of the code>` */
export interface InviteRecord extends Audited {
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
export interface BanRecord extends Audited {
  /** Unix seconds; null: until lifted. In the past: lifted, or over. */
  readonly until: number | null;
  readonly reason: string;
  /** What it stands on, for operators; absent: nothing was given. */
  readonly evidence?: readonly string[];
  /** Account id of the operator, or of the owner of a stolen device. */
  readonly by: string;
  /** Unix ms. */
  readonly at: number;
}

/** `removed/<device id>`: the newest entry of the feed revokes it; vanishes with the last token that this is about. */
export interface RemovedRecord {
  /** Unix ms of the removal. */
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
export interface SigningKeysRecord extends Audited {
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

/** `report/<report id>` */
export interface ReportRecord extends Audited {
  readonly id: string;
  /** Unix ms. */
  readonly at: number;
  /** Account id of who reports. */
  readonly by: string;
  readonly subject: {
    readonly kind: ReportSubject;
    /** Account, device or content id; for an account that nobody has, the name as it was typed. */
    readonly id: string;
    /** As it was typed. */
    readonly given: string;
  };
  readonly reason: string;
  readonly resolution?: {
    /** Unix ms. */
    readonly at: number;
    /** Account id of the operator. */
    readonly by: string;
    readonly words: string;
  };
}

/** `seen/<device id>` */
export interface SeenRecord {
  /** Unix ms of a token that the device fetched; see SEEN_EVERY_MS. */
  readonly at: number;
}

/** `restored`: what a restore left; it goes with a start after the time in which the network tells what is missing. */
export interface RestoredRecord extends RestoredMark {
  /** Unix ms of the first start after it. */
  readonly startedAt?: number;
}

/** Invites, links, sessions and sign-ins under way may have been used, or ended, since somebody copied them. */
function withoutOnce(key: string, value: unknown): unknown {
  const once = [KEY.invites, KEY.signIn(''), KEY.userCode(''), CONSOLE_SESSIONS, CONSOLE_CODES];
  if (once.some((start) => key.startsWith(start))) return undefined;
  if (!key.startsWith(KEY.accounts) || (value as AccountRecord).reset === undefined) return value;
  const { reset: _, ...account } = value as AccountRecord;
  return account;
}

/** Beginnings of the keys of the operator console's sessions and links; see console/sessions.ts. */
export const CONSOLE_SESSIONS = 'console-sessions/';
export const CONSOLE_CODES = 'console-code/';

/** What is auth's own in a Redis that others use too. */
export const AUTH_STORE = {
  prefix: 'banyan:auth:',
  listed: ['account/', 'ban/', 'revocation/', 'invite/', 'report/', AUDIT_ROOT, UNAUDITED_ROOT],
  withoutOnce,
  restoredKey: 'restored',
} as const satisfies StorePlace;

/** Keys of the store. Ids are opaque and free of slashes; names are folded. */
export const KEY = {
  account: (accountId: string): string => `account/${accountId}`,
  accounts: 'account/',
  device: (deviceId: string): string => `device/${deviceId}`,
  name: (nameKey: string): string => `name/${nameKey}`,
  identity: (hash: string): string => `identity/${hash}`,
  signIn: (idHash: string): string => `sign-in/${idHash}`,
  userCode: (codeHash: string): string => `user-code/${codeHash}`,
  invite: (codeHash: string): string => `invite/${codeHash}`,
  invites: 'invite/',
  report: (id: string): string => `report/${id}`,
  reports: 'report/',
  seen: (deviceId: string): string => `seen/${deviceId}`,
  ban: (kind: string, id: string): string => `ban/${kind}/${id}`,
  bans: 'ban/',
  removed: (deviceId: string): string => `removed/${deviceId}`,
  firstOperator: 'operator/first',
  restored: AUTH_STORE.restoredKey,
  signingKeys: 'signing-keys',
  /** Padded, so that the store's order is the sequence's. */
  revocation: (seq: number): string => `revocation/${String(seq).padStart(12, '0')}`,
  revocations: 'revocation/',
  attempts: (bucket: string): string => `attempts/${bucket}`,
} as const;
