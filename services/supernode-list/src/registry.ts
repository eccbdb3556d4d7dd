/**
 * Who is a supernode just now. The truth is in the store, one key per supernode with an expiry of its own, so that
 * any number of replicas may write; each replica answers from a view in memory that follows the store.
 *
 * ```
 *   beat ──▶ store (key expires by itself) ──▶ view (core membership, versioned) ──▶ lists, long polls
 *                     ▲ refreshed every second: beats that other replicas took, keys that expired
 * ```
 */
import { createMembership, pickSupernodes, type Membership } from '@banyan/core';
import {
  BEAT_EXPIRY_MS,
  BEAT_INTERVAL_MS,
  BanyanError,
  LONG_POLL_MS,
  MAX_LIST_ANSWER,
  type BeatAnswers,
  type BeatRates,
  type BeatRequest,
  type BeatResponse,
  type MembershipResponse,
  type SupernodeEntry,
  type SupernodesResponse,
} from '@banyan/proto';
import {
  AUDIT_ROOT,
  UNAUDITED_ROOT,
  type Clock,
  type Log,
  type Startable,
  type Store,
  type StorePlace,
  type Timer,
} from '@banyan/kit';
import { KEY } from './promotion/records.ts';

/** How long a replica may not have heard of another replica's beats. */
const REFRESH_MS = 1_000;
/** Long polls open at once: one per supernode, and then some that reconnect. */
const MAX_WAITERS = 20_000;
const PREFIX = 'supernode/';
/** What is the list's own in a Redis that others use too. */
export const LIST_STORE: StorePlace = {
  prefix: 'banyan:list:',
  listed: [
    PREFIX,
    KEY.hosts,
    KEY.volunteers,
    KEY.measurements,
    KEY.policyVersions,
    AUDIT_ROOT,
    UNAUDITED_ROOT,
  ],
};
/** A view older than this shows that the store is away. */
const STALE_MS = 3 * REFRESH_MS;
/** Versions of replicas that started in the same millisecond must not be taken for each other's. */
const VERSIONS_PER_MS = 1_000;

export interface RegistryComponents {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** To whom nobody is to be sent now, though it beats; default: to all. */
  readonly isHeld?: (deviceId: string) => boolean;
}

/** A supernode with what it says for operators alone; whoever asks for a supernode gets the entry. */
export interface BeatingSupernode extends SupernodeEntry {
  readonly links?: number;
  readonly rates?: BeatRates;
  readonly answers?: BeatAnswers;
}

export interface Registry extends Startable {
  /**
   * Registers a supernode or notes that it lives; acknowledged when it is in the store.
   *
   * @throws BanyanError `store_unavailable`
   */
  beat(deviceId: string, request: BeatRequest): Promise<BeatResponse>;
  /** Takes a supernode out at once. */
  leave(deviceId: string): Promise<void>;
  /** A short list, picked by spare capacity and health, never always the same. */
  pick(count: number): SupernodesResponse;
  /** Changes after `since`; held back until there is one, `waitMs` is over or `signal` aborts. */
  changes(since: number, waitMs: number, signal: AbortSignal): Promise<MembershipResponse>;
  /** Milliseconds since the view was last brought up to date with the store. */
  readonly viewAgeMs: number;
  readonly size: number;
  /** Whoever beats, handed out or not. */
  get(deviceId: string): BeatingSupernode | undefined;
  members(): readonly BeatingSupernode[];
  /** Long polls that wait for a change. */
  readonly waiting: number;
}

/** Makes a registry over a store. */
export function createRegistry(components: RegistryComponents): Registry {
  return new StoreRegistry(components);
}

class StoreRegistry implements Registry {
  readonly name = 'registry';
  readonly #c: RegistryComponents;
  readonly #view: Membership<BeatingSupernode>;
  readonly #waiters = new Set<() => void>();
  #timer: Timer | undefined;
  #refreshing: Promise<void> | undefined;
  #refreshedAt: number;
  /** Monotonic ms until when nobody is dropped: the beats of an outage could not be written. */
  #graceUntil = -Infinity;
  /** Written here since the running refresh began: newer than what it reads. */
  readonly #touched = new Set<string>();
  #stopped = false;
  #isFollowing = true;

  constructor(components: RegistryComponents) {
    this.#c = components;
    this.#refreshedAt = components.clock.monotonic();
    this.#view = createMembership<BeatingSupernode>({
      // Later than any version an earlier run of this replica gave out, and no other replica's: a supernode that asks
      // another one next time then gets everything, and not the difference to something else.
      version: Math.floor((components.clock.now() + components.random()) * VERSIONS_PER_MS),
      changed: differs,
    });
  }

  get size(): number {
    return this.#view.size;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  get viewAgeMs(): number {
    return this.#c.clock.monotonic() - this.#refreshedAt;
  }

  get #isGrace(): boolean {
    return this.#c.clock.monotonic() < this.#graceUntil;
  }

  get(deviceId: string): BeatingSupernode | undefined {
    return this.#view.get(deviceId);
  }

  members(): readonly BeatingSupernode[] {
    return this.#view.members();
  }

  async start(): Promise<void> {
    await this.#refresh();
    this.#schedule();
  }

  stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#wake();
    return this.#refreshing ?? Promise.resolve();
  }

  async beat(deviceId: string, request: BeatRequest): Promise<BeatResponse> {
    const { store, clock, log } = this.#c;
    const now = clock.now();
    const before = this.#view.get(deviceId);
    const entry: BeatingSupernode = {
      deviceId,
      name: request.name,
      addresses: request.addresses,
      state: request.state,
      capacity: request.capacity,
      leaves: request.leaves,
      records: request.records,
      loopDelayMs: request.loopDelayMs,
      ...(request.region === undefined ? {} : { region: request.region }),
      links: request.links,
      ...(request.rates === undefined ? {} : { rates: request.rates }),
      ...(request.answers === undefined ? {} : { answers: request.answers }),
      since: before?.since ?? now,
      lastBeat: now,
    };
    // The next beat says all of it again.
    await store.put(PREFIX + deviceId, entry, { ttlMs: BEAT_EXPIRY_MS, durable: false });
    this.#touched.add(deviceId);
    if (before === undefined) log.info({ deviceId, supernode: entry.name }, 'a supernode joined');
    if (this.#view.set(entry)) this.#wake();
    return {
      membershipVersion: this.#view.version,
      beatIntervalMs: BEAT_INTERVAL_MS,
      expiryMs: BEAT_EXPIRY_MS,
    };
  }

  async leave(deviceId: string): Promise<void> {
    await this.#c.store.delete(PREFIX + deviceId, { durable: false });
    this.#touched.add(deviceId);
    this.#drop(deviceId, 'left');
  }

  pick(count: number): SupernodesResponse {
    const { clock, random, isHeld } = this.#c;
    const members = this.#view.members().filter(({ deviceId }) => isHeld?.(deviceId) !== true);
    const age = this.viewAgeMs;
    const isStale = age > STALE_MS;
    return {
      supernodes: pickSupernodes(members, {
        count: Math.min(count, MAX_LIST_ANSWER),
        random,
        now: clock.now(),
        // With the store away nobody's beats are seen: whoever was alive then is handed out still.
        ...(isStale || this.#isGrace ? { expiryMs: Infinity } : {}),
      }),
      total: members.filter((m) => m.state === 'active').length,
      membershipVersion: this.#view.version,
      ...(isStale ? { viewAgeMs: Math.round(age) } : {}),
    };
  }

  async changes(since: number, waitMs: number, signal: AbortSignal): Promise<MembershipResponse> {
    if (since === this.#view.version && waitMs > 0 && !this.#stopped) {
      await this.#change(Math.min(waitMs, LONG_POLL_MS), signal);
    }
    return this.#view.changesSince(since);
  }

  #change(waitMs: number, signal: AbortSignal): Promise<void> {
    if (this.#waiters.size >= MAX_WAITERS)
      throw new BanyanError('full', 'Too many are waiting here for changes. Ask again without wait.');
    return new Promise((resolve) => {
      const done = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', done);
        this.#waiters.delete(done);
        resolve();
      };
      const timer = this.#c.clock.setTimeout(done, waitMs);
      this.#waiters.add(done);
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
    });
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }

  #drop(deviceId: string, why: string): void {
    const entry = this.#view.get(deviceId);
    if (entry === undefined) return;
    this.#c.log.info({ deviceId, supernode: entry.name }, `a supernode ${why}`);
    if (this.#view.remove(deviceId)) this.#wake();
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = this.#c.clock.setTimeout(
      () => {
        this.#refreshing = this.#refresh()
          .then(() => {
            this.#isFollowing = true;
          })
          .catch((error: unknown) => {
            // The last view goes on being served; answers and readiness say how old it is.
            if (this.#isFollowing) this.#c.log.warn({ err: error }, 'the store does not answer');
            this.#isFollowing = false;
          })
          .finally(() => {
            this.#refreshing = undefined;
            this.#schedule();
          });
      },
      REFRESH_MS,
      { keepAlive: false },
    );
  }

  async #refresh(): Promise<void> {
    const { store, clock } = this.#c;
    this.#touched.clear();
    const entries = new Map<string, BeatingSupernode>();
    for await (const [key, stored] of store.list<BeatingSupernode>(PREFIX))
      entries.set(key.slice(PREFIX.length), stored.value);
    if (this.viewAgeMs > STALE_MS) this.#graceUntil = clock.monotonic() + BEAT_EXPIRY_MS;
    let changed = false;
    for (const [deviceId, entry] of entries) {
      // Clocks of replicas differ, so times decide nothing: what this one wrote meanwhile is newer, the rest is not.
      if (!this.#touched.has(deviceId)) changed = this.#view.set(entry) || changed;
    }
    for (const { deviceId } of this.#view.members()) {
      if (!entries.has(deviceId) && !this.#touched.has(deviceId) && !this.#isGrace)
        this.#drop(deviceId, 'fell silent');
    }
    this.#refreshedAt = clock.monotonic();
    if (changed) this.#wake();
  }
}

/** What others must hear of; load alone is not told as a change. */
function differs(a: SupernodeEntry, b: SupernodeEntry): boolean {
  return (
    a.state !== b.state ||
    a.name !== b.name ||
    a.region !== b.region ||
    a.addresses.length !== b.addresses.length ||
    a.addresses.some(
      (address, i) => address.host !== b.addresses[i]?.host || address.port !== b.addresses[i].port,
    )
  );
}
