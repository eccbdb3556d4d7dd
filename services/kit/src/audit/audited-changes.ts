/**
 * Changes that the audit must not miss. A record and its entry lie under two keys, and no store changes two keys at once; so the entry
 * is written into the record by the very write that changes it, and copied to the audit after:
 *
 * ```
 *   (1) ticket: "look at this key"  (2) record with its entry  (3) entry in the audit  (4) ticket away
 * ```
 *
 * A change that is refused, or leaves the record as it is, writes nothing, no ticket either. A process that dies after (1) has changed nothing, one that dies after (2) has left a ticket, by which whoever looks after
 * tickets (any replica) does (3) and (4). Copying an entry again changes nothing. So every change that holds is told, and none
 * that does not.
 */
import { randomUUID } from 'node:crypto';
import { isBanyanError, type AuditEntry } from '@banyan/proto';
import type { Clock, Timer } from '../clock.ts';
import type { Startable } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import type { Entry, Store } from '../stores/store.ts';
import type { AuditLog, NewAuditEntry } from './audit-log.ts';

/** A record whose changes are audited: it carries the entry of its last one. */
export interface Audited {
  readonly entry?: AuditEntry;
}

/** What becomes of a record, and how that is told. */
export interface AuditedChange<T extends Audited> {
  readonly value: T;
  readonly entry: NewAuditEntry;
}

/** Options of {@link AuditedChanges.change}. */
export interface AuditedChangeInit {
  /** The record vanishes after this; it must outlive the longest time for which no replica runs. */
  readonly ttlMs?: number;
}

export interface AuditedChanges extends Startable {
  /**
   * Changes one record by compare-and-set, and tells the audit.
   *
   * @param change - from the record now (undefined: none) to what becomes of it; undefined leaves everything as it is. It may run
   *   several times. What it throws ends the change.
   * @returns the record that holds now
   * @throws BanyanError `conflict` when others were faster too often; `store_unavailable`: as with every write, it may hold all the same,
   *   and is told then
   */
  change<T extends Audited>(
    key: string,
    change: (now: T | undefined) => AuditedChange<T> | undefined,
    init?: AuditedChangeInit,
  ): Promise<T | undefined>;
}

/** Beginning of the keys of tickets; to be listed in the service's `StorePlace`. */
export const UNAUDITED_ROOT = 'unaudited/';

/** Tickets are looked after this often, and at a start. */
const LOOK_MS = 30_000;
/** A ticket that is younger belongs to a change that is under way. */
const ABANDONED_MS = 60_000;
/** Lost races for one record after which a caller is told to repeat. */
const ATTEMPTS = 64;

interface Ticket {
  readonly key: string;
  /** Unix ms. */
  readonly at: number;
}

/** The ticket of one change. */
interface OneTicket {
  /** Keeps it, unless it is kept already. */
  take(): Promise<void>;
  discard(): Promise<void>;
}

/** Makes the audited changes over a service's store; `start` begins to look after what crashes left. */
export function createAuditedChanges(components: {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly audit: AuditLog;
}): AuditedChanges {
  const { store, clock, log, audit } = components;
  let timer: Timer | undefined;
  let looking: Promise<void> = Promise.resolve();
  let isStopped = false;

  async function attempt<T extends Audited>(
    key: string,
    change: (now: T | undefined) => AuditedChange<T> | undefined,
    init: AuditedChangeInit,
    ticket: OneTicket,
  ): Promise<T | undefined> {
    for (let tries = 1; ; tries += 1) {
      const before = await store.get<T>(key);
      const next = change(before?.value);
      if (next === undefined) return before?.value;
      await ticket.take();
      // What is overwritten now would be lost with a process that died before it told of it.
      if (before?.value.entry !== undefined) await audit.keep(before.value.entry);
      const entry = audit.make(next.entry);
      const value = { ...next.value, entry };
      try {
        await store.put(key, value, { ...init, expect: before?.version ?? null });
      } catch (error) {
        if (tries >= ATTEMPTS || !isBanyanError(error) || error.code !== 'conflict') throw error;
        continue;
      }
      await audit.keep(entry);
      return value;
    }
  }

  /** The ticket of one change, which is taken when there is something to change, once for however many attempts. */
  function ticketFor(key: string): OneTicket {
    let ticketKey: string | undefined;
    return {
      async take() {
        if (ticketKey !== undefined) return;
        const ticket: Ticket = { key, at: clock.now() };
        const place = `${UNAUDITED_ROOT}${randomUUID()}`;
        await store.put(place, ticket, { expect: null });
        ticketKey = place;
      },
      async discard() {
        if (ticketKey === undefined) return;
        await store.delete(ticketKey, { durable: false }).catch((err: unknown) => {
          // It is found later, and changes nothing then.
          log.debug({ err }, 'the ticket of an audited change could not be taken away');
        });
      },
    };
  }

  async function settle(ticketKey: string, { value: ticket }: Entry<Ticket>): Promise<void> {
    if (clock.now() - ticket.at < ABANDONED_MS) return;
    const found = await store.get<Audited>(ticket.key);
    if (found?.value.entry !== undefined) {
      // What can be read may have been promised to nobody: it is told when it is certain. Somebody else may write meanwhile.
      await store.put(ticket.key, found.value, {
        expect: found.version,
        ...(found.expiresAtMs === undefined ? {} : { ttlMs: Math.max(1, found.expiresAtMs - clock.now()) }),
      });
      await audit.keep(found.value.entry);
    }
    await store.delete(ticketKey);
  }

  async function look(): Promise<void> {
    for await (const [key, ticket] of store.list<Ticket>(UNAUDITED_ROOT)) {
      if (isStopped) return;
      await settle(key, ticket).catch((err: unknown) => {
        log.warn({ err }, 'a change whose process died could not be told to the audit yet');
      });
    }
  }

  function lookLater(): void {
    if (isStopped) return;
    timer = clock.setTimeout(
      () => {
        looking = lookNow().finally(lookLater);
      },
      LOOK_MS,
      { keepAlive: false },
    );
  }

  const lookNow = (): Promise<void> =>
    look().catch((err: unknown) => log.debug({ err }, 'tickets of audited changes cannot be read just now'));

  return {
    name: 'audited changes',
    async change(key, change, init = {}) {
      const ticket = ticketFor(key);
      try {
        const value = await attempt(key, change, init, ticket);
        await ticket.discard();
        return value;
      } catch (error) {
        // Where nobody knows whether it holds, and where it is not told yet, the ticket stays.
        if (isBanyanError(error) && error.code !== 'store_unavailable') await ticket.discard();
        throw error;
      }
    },
    async start() {
      await lookNow();
      lookLater();
    },
    async stop() {
      isStopped = true;
      timer?.cancel();
      await looking;
    },
  };
}
