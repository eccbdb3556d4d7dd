/** The audit of one service: entries are added, and never changed; see audit-chain.ts for how that can be checked. */
import { randomBytes } from 'node:crypto';
import {
  isBanyanError,
  type AuditChainHead,
  type AuditEntry,
  type AuditResponse,
  type AuditService,
} from '@banyan/proto';
import type { Clock } from '../clock.ts';
import type { Store } from '../stores/store.ts';
import type { AuditKeeping } from './audit-settings.ts';
import { auditCursor, CHAIN_HEAD_KEY, type KeptHead } from './chain-link.ts';

/** What a decision says of itself; its time, place and service are the log's to give. */
export type NewAuditEntry = Omit<AuditEntry, 'id' | 'at' | 'service' | 'chain'>;

export interface AuditLog {
  /** Gives an entry its time and place; nothing is kept yet. */
  make(entry: NewAuditEntry): AuditEntry;
  /** Keeps an entry, unless it is kept already, or so old that it was taken away. */
  keep(entry: AuditEntry): Promise<void>;
  add(entry: NewAuditEntry): Promise<void>;
  /** Calls back with each entry that was kept here. */
  onKept(listener: (entry: AuditEntry) => void): void;
  /** Entries in the order of time, those after `after`, and where the chain ended before they were read. */
  page(init: { readonly after?: string; readonly limit: number }): Promise<AuditResponse>;
}

/** Beginning of the keys of entries; to be listed in the service's `StorePlace`. */
export const AUDIT_ROOT = 'audit/';

const SEQUENCE_DIGITS = 6;
const MAX_SEQUENCE = 16 ** SEQUENCE_DIGITS;

/** Makes the audit of `init.service` over its store. */
export function createAuditLog(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  init: AuditKeeping & { readonly service: AuditService },
): AuditLog {
  const { service, keepMs = Infinity } = init;
  const listeners: ((entry: AuditEntry) => void)[] = [];
  let sequence = 0;
  const log: AuditLog = {
    make(entry) {
      const at = clock.now();
      // What one process decides within a millisecond stays in its order.
      sequence = (sequence + 1) % MAX_SEQUENCE;
      const order = sequence.toString(16).padStart(SEQUENCE_DIGITS, '0');
      const id = `${auditCursor(at)}-${order}-${randomBytes(4).toString('hex')}`;
      return { id, at, service, ...entry };
    },
    async keep(entry) {
      // A record that is changed after years still carries the entry of its last change.
      if (entry.at < clock.now() - keepMs) return;
      try {
        await store.put(`${AUDIT_ROOT}${entry.id}`, entry, { expect: null });
      } catch (error) {
        // It is there: entries do not change.
        if (!isBanyanError(error) || error.code !== 'conflict') throw error;
        return;
      }
      for (const listener of listeners) listener(entry);
    },
    onKept: (listener) => void listeners.push(listener),
    add: (entry) => log.keep(log.make(entry)),
    async page({ after, limit }) {
      const head = await store.get<KeptHead>(CHAIN_HEAD_KEY);
      const entries: AuditEntry[] = [];
      const from = after === undefined ? {} : { after: `${AUDIT_ROOT}${after}` };
      // Entries of earlier versions do not say whose they are.
      for await (const [, { value }] of store.list<AuditEntry>(AUDIT_ROOT, { limit, ...from }))
        entries.push({ ...value, service });
      const last = entries.at(-1);
      return {
        entries,
        ...(entries.length === limit && last !== undefined ? { next: last.id } : {}),
        ...(head === undefined ? {} : { chain: chainEnd(head.value) }),
      };
    },
  };
  return log;
}

/** Links that are being written just now are not told yet. */
function chainEnd({ since, first, n, hash, at }: KeptHead): AuditChainHead {
  return { since, first, n, hash, at };
}
