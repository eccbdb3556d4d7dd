/** The links of the audit's chain: what is hashed, and where the chain ends (proto/spec/identity.md, "The chain"). */
import { createHash } from 'node:crypto';
import type { AuditChainHead, AuditEntry, AuditLink } from '@banyan/proto';

/** Key of the one record that says where the chain ends. */
export const CHAIN_HEAD_KEY = 'audit-chain';
/** What the first link follows on. */
export const CHAIN_START = '0'.repeat(64);

/** The end of the chain as it is kept. */
export interface KeptHead extends AuditChainHead {
  /** Links that follow, and are written into their entries just now. */
  readonly pending: {
    /** Unix ms. */
    readonly at: number;
    readonly links: readonly (readonly [id: string, hash: string])[];
  } | null;
}

/** Digits of a time in milliseconds until the year 2286; ids sort as their times do. */
const TIME_DIGITS = 13;

/** What is before all ids of entries of that time. */
export function auditCursor(at: number): string {
  return String(Math.max(0, Math.floor(at))).padStart(TIME_DIGITS, '0');
}

/**
 * The hash of an entry in its place: SHA-256, in hexadecimal, over the JSON (RFC 8785) of the entry as it is kept, with `chain` its
 * place without the hash. Auth keeps no names; those that it adds when the entry is read are no part of it.
 */
export function linkHash(entry: AuditEntry, { n, at, previous }: Omit<AuditLink, 'hash'>): string {
  const { chain: _, ...told } = entry;
  const { by } = told;
  const kept =
    told.service === 'auth' ? { ...told, name: '', by: 'name' in by ? { ...by, name: '' } : by } : told;
  return createHash('sha256')
    .update(canonicalJson({ ...kept, chain: { n, at, previous } }))
    .digest('hex');
}

/** RFC 8785: members in the order of their UTF-16 code units, nothing between; numbers and texts as ECMAScript writes them. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
