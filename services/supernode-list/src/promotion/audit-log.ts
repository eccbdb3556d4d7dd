/** The audit: entries are added, and never changed or taken away. */
import { randomBytes } from 'node:crypto';
import { isBanyanError, type AuditEntry, type AuditResponse } from '@banyan/proto';
import type { Clock, Store } from '@banyan/kit';
import { KEY } from './records.ts';

export interface AuditLog {
  /** Gives an entry its time and place; nothing is kept yet. */
  make(entry: Omit<AuditEntry, 'id' | 'at'>): AuditEntry;
  /** Keeps an entry, unless it is kept already. */
  keep(entry: AuditEntry): Promise<void>;
  add(entry: Omit<AuditEntry, 'id' | 'at'>): Promise<void>;
  /** Entries in the order of time, those after `after`. */
  page(init: { readonly after?: string; readonly limit: number }): Promise<AuditResponse>;
}

/** Digits of a time in milliseconds until the year 2286; ids sort as their times do. */
const TIME_DIGITS = 13;
const SEQUENCE_DIGITS = 6;
const MAX_SEQUENCE = 16 ** SEQUENCE_DIGITS;

export function createAuditLog({ store, clock }: { readonly store: Store; readonly clock: Clock }): AuditLog {
  let sequence = 0;
  const log: AuditLog = {
    make(entry) {
      const at = clock.now();
      // What one process decides within a millisecond stays in its order.
      sequence = (sequence + 1) % MAX_SEQUENCE;
      const order = sequence.toString(16).padStart(SEQUENCE_DIGITS, '0');
      const id = `${String(at).padStart(TIME_DIGITS, '0')}-${order}-${randomBytes(4).toString('hex')}`;
      return { id, at, ...entry };
    },
    async keep(entry) {
      try {
        await store.put(KEY.auditEntry(entry.id), entry, { expect: null });
      } catch (error) {
        // It is there: entries do not change.
        if (!isBanyanError(error) || error.code !== 'conflict') throw error;
      }
    },
    add: (entry) => log.keep(log.make(entry)),
    async page({ after, limit }) {
      const entries: AuditEntry[] = [];
      const from = after === undefined ? {} : { after: KEY.auditEntry(after) };
      for await (const [, { value }] of store.list<AuditEntry>(KEY.audit, { limit, ...from }))
        entries.push(value);
      const last = entries.at(-1);
      return { entries, ...(entries.length === limit && last !== undefined ? { next: last.id } : {}) };
    },
  };
  return log;
}
