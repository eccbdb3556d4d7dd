import type {
  LeaseSnapshot,
  SlotAnswer,
  UploadLease,
  UploadQueue,
  UploadQueueInit,
  UploadQueueSnapshot,
  WaitingSnapshot,
} from './types.ts';

/** A device in front polls this often: a freed slot waits no longer than that for it. */
const RETRY_MIN_MS = 1_000;
/** Far behind there is nothing to hear for long, but news of the place keeps a person patient. */
const RETRY_MAX_MS = 30_000;
/** A lost poll or two do not cost the place. */
const GRACE_INTERVALS = 3;
/** Long enough for gigabytes on a LAN, short enough that a queue moves while somebody fetches a disk image. */
const TURN_MS = 120_000;
/** On top of the told interval: the way of the answer and of the next request. */
const LATE_MS = 500;
/** Weight of the newest lease in the mean length of leases. */
const LEASE_WEIGHT = 0.2;

/** Makes an upload queue. */
export function createUploadQueue(init: UploadQueueInit): UploadQueue {
  return new Queue(init);
}

interface Lease extends UploadLease {
  readonly key: string;
  active: number;
  bytes: number;
  lastUsedAt: number;
  /** Its turn is over: it ends with its last request under way. */
  isClosing: boolean;
}

function plain({ leaseId, deviceId, accountId, contentKey, grantedAt }: Lease): UploadLease {
  return { leaseId, deviceId, accountId, contentKey, grantedAt };
}

interface Place {
  readonly key: string;
  readonly deviceId: string;
  readonly accountId: string;
  readonly contentKey: string;
  readonly since: number;
  readonly sequence: number;
  /** Virtual time of service; see {@link Queue}. */
  readonly tag: number;
  lastSeenAt: number;
  toldMs: number;
}

/** With somebody waiting, a lease without a request for this long is taken back: longer than between two requests. */
const YIELD_IDLE_MS = 1_000;

/**
 * Order is start-time fair queueing over accounts: a request gets the virtual time `max(now, last of its account
 * + 1)`, and slots go by that time. An account with one request is never overtaken; one with ten has the others in
 * between (Goyal, Vin, Cheng: "Start-time Fair Queueing", 1996).
 */
class Queue implements UploadQueue {
  #slots: number;
  readonly #maxQueue: number;
  readonly #slotIdleMs: number;
  readonly #retryMinMs: number;
  readonly #retryMaxMs: number;
  readonly #graceIntervals: number;
  readonly #turnMs: number;
  readonly #leases = new Map<string, Lease>();
  readonly #leasesById = new Map<number, Lease>();
  /** In the order of service. */
  readonly #waiting: Place[] = [];
  readonly #placesByKey = new Map<string, Place>();
  readonly #lastTags = new Map<string, number>();
  #virtualTime = 0;
  #nextLeaseId = 1;
  #nextSequence = 0;
  #leaseMs: number | undefined;
  #granted = 0;
  #expired = 0;
  #abandoned = 0;
  #refused = 0;
  #now: number;

  constructor(init: UploadQueueInit) {
    this.#slots = init.slots;
    this.#maxQueue = init.maxQueue;
    this.#slotIdleMs = init.slotIdleMs;
    this.#retryMinMs = init.retryMinMs ?? RETRY_MIN_MS;
    this.#retryMaxMs = init.retryMaxMs ?? RETRY_MAX_MS;
    this.#graceIntervals = init.graceIntervals ?? GRACE_INTERVALS;
    this.#turnMs = init.turnMs ?? TURN_MS;
    this.#now = init.now;
  }

  request(deviceId: string, accountId: string, contentKey: string, now: number): SlotAnswer {
    this.tick(now);
    const key = `${deviceId}\n${contentKey}`;
    const held = this.#leases.get(key);
    if (held !== undefined) {
      if (!this.#isTurnOver(held)) {
        held.lastUsedAt = this.#now;
        return { granted: true, lease: plain(held) };
      }
      held.isClosing = true;
      if (held.active === 0) this.#end(held);
    }
    let place = this.#placesByKey.get(key);
    if (place === undefined) {
      if (this.#waiting.length >= this.#maxQueue) return this.#refuse();
      place = this.#enqueue(key, deviceId, accountId, contentKey);
    }
    place.lastSeenAt = this.#now;
    if (held === undefined) {
      if (!this.#mayTake(place)) this.#reclaim(place);
      if (this.#mayTake(place)) return { granted: true, lease: plain(this.#grant(place)) };
    }
    const position = this.#waiting.indexOf(place) + 1;
    const estimateMs = this.#estimate(position);
    place.toldMs = this.#interval(position, estimateMs);
    return { granted: false, state: 'queued', position, estimateMs, retryAfterMs: place.toldMs };
  }

  begin(leaseId: number, now: number): boolean {
    this.tick(now);
    const lease = this.#leasesById.get(leaseId);
    if (lease === undefined) return false;
    lease.active++;
    lease.lastUsedAt = this.#now;
    return true;
  }

  end(leaseId: number, now: number): void {
    this.#advance(now);
    const lease = this.#leasesById.get(leaseId);
    if (lease === undefined || lease.active === 0) return;
    lease.active--;
    lease.lastUsedAt = this.#now;
    if (lease.isClosing && lease.active === 0) this.#end(lease);
    this.tick(now);
  }

  bytes(leaseId: number, bytes: number, now: number): void {
    this.#advance(now);
    const lease = this.#leasesById.get(leaseId);
    if (lease === undefined) return;
    lease.bytes += bytes;
    lease.lastUsedAt = this.#now;
  }

  release(leaseId: number, now: number): void {
    this.#advance(now);
    const lease = this.#leasesById.get(leaseId);
    if (lease !== undefined) this.#end(lease);
    this.tick(now);
  }

  forget(deviceId: string, now: number): void {
    this.tick(now);
    for (const lease of [...this.#leases.values()]) if (lease.deviceId === deviceId) this.#end(lease);
    for (const place of [...this.#waiting]) if (place.deviceId === deviceId) this.#leave(place);
  }

  tick(now: number): void {
    this.#advance(now);
    for (const lease of [...this.#leases.values()]) {
      if (this.#now < this.#idleAt(lease)) continue;
      this.#expired++;
      this.#end(lease);
    }
    for (const place of [...this.#waiting]) {
      if (this.#now < this.#abandonedAt(place)) continue;
      this.#abandoned++;
      this.#leave(place);
    }
  }

  nextTickAt(): number | undefined {
    let at = Number.POSITIVE_INFINITY;
    for (const lease of this.#leases.values()) at = Math.min(at, this.#idleAt(lease));
    for (const place of this.#waiting) at = Math.min(at, this.#abandonedAt(place));
    return at === Number.POSITIVE_INFINITY ? undefined : at;
  }

  setSlots(slots: number, now: number): void {
    this.#slots = slots;
    this.tick(now);
  }

  snapshot(): UploadQueueSnapshot {
    return {
      slots: this.#slots,
      leases: [...this.#leases.values()].map((lease): LeaseSnapshot => ({
        ...plain(lease),
        active: lease.active,
        bytes: lease.bytes,
        lastUsedAt: lease.lastUsedAt,
      })),
      waiting: this.#waiting.map(
        ({ deviceId, accountId, contentKey, since, lastSeenAt }, index): WaitingSnapshot => ({
          deviceId,
          accountId,
          contentKey,
          position: index + 1,
          since,
          lastSeenAt,
        }),
      ),
      leaseMs: this.#leaseMs,
      granted: this.#granted,
      expired: this.#expired,
      abandoned: this.#abandoned,
      refused: this.#refused,
    };
  }

  #advance(now: number): void {
    this.#now = Math.max(this.#now, now);
  }

  #idleAt(lease: Lease): number {
    return lease.active > 0 ? Number.POSITIVE_INFINITY : lease.lastUsedAt + this.#slotIdleMs;
  }

  #abandonedAt(place: Place): number {
    return place.lastSeenAt + place.toldMs * this.#graceIntervals + LATE_MS;
  }

  /** Whether a lease has had its time and somebody could use the slot. */
  #isTurnOver(lease: Lease): boolean {
    if (lease.isClosing) return true;
    return (
      this.#now - lease.grantedAt >= this.#turnMs && this.#waiting.length > this.#slots - this.#leases.size
    );
  }

  #enqueue(key: string, deviceId: string, accountId: string, contentKey: string): Place {
    const tag = Math.max(this.#virtualTime, (this.#lastTags.get(accountId) ?? Number.NEGATIVE_INFINITY) + 1);
    this.#lastTags.set(accountId, tag);
    const sequence = this.#nextSequence++;
    const now = this.#now;
    const place = {
      key,
      deviceId,
      accountId,
      contentKey,
      since: now,
      sequence,
      tag,
      lastSeenAt: now,
      toldMs: this.#retryMinMs,
    };
    let index = this.#waiting.length;
    while (index > 0 && this.#waiting[index - 1]!.tag > tag) index--;
    this.#waiting.splice(index, 0, place);
    this.#placesByKey.set(key, place);
    return place;
  }

  /**
   * Whether a slot is free for it: after those in front are provided for. One in front that is late for its poll
   * keeps its place but holds no slot back, so that a slot never idles longer than one told interval.
   */
  #mayTake(place: Place): boolean {
    let free = this.#slots - this.#leases.size;
    for (const other of this.#waiting) {
      if (free <= 0) return false;
      if (other === place) return true;
      if (this.#now <= other.lastSeenAt + other.toldMs + LATE_MS) free--;
    }
    return false;
  }

  /**
   * Takes back leases that nobody uses, the longest unused first, until the place has its slot: those of the same
   * device at once when it is first in line (many small files would else wait for each other's leases to run out),
   * anybody's after a moment.
   */
  #reclaim(place: Place): void {
    const isFirst = this.#waiting[0] === place;
    const unused = [...this.#leases.values()]
      .filter(
        (lease) =>
          lease.active === 0 &&
          (this.#now - lease.lastUsedAt >= YIELD_IDLE_MS || (isFirst && lease.deviceId === place.deviceId)),
      )
      .sort((a, b) => a.lastUsedAt - b.lastUsedAt);
    for (const lease of unused) {
      this.#end(lease);
      if (this.#mayTake(place)) return;
    }
  }

  #grant(place: Place): Lease {
    this.#virtualTime = Math.max(this.#virtualTime, place.tag);
    this.#leave(place);
    const { key, deviceId, accountId, contentKey } = place;
    const lease: Lease = {
      leaseId: this.#nextLeaseId++,
      key,
      deviceId,
      accountId,
      contentKey,
      grantedAt: this.#now,
      active: 0,
      bytes: 0,
      lastUsedAt: this.#now,
      isClosing: false,
    };
    this.#leases.set(key, lease);
    this.#leasesById.set(lease.leaseId, lease);
    this.#granted++;
    this.#forgetOldTags();
    return lease;
  }

  #leave(place: Place): void {
    this.#waiting.splice(this.#waiting.indexOf(place), 1);
    this.#placesByKey.delete(place.key);
    // Turns that an account gave up unused are not held against it.
    if (this.#waiting.some(({ accountId }) => accountId === place.accountId)) return;
    const last = this.#lastTags.get(place.accountId);
    if (last !== undefined) this.#lastTags.set(place.accountId, Math.min(last, this.#virtualTime));
  }

  /** Accounts whose last turn is past count like those never seen. */
  #forgetOldTags(): void {
    if (this.#lastTags.size <= 2 * (this.#waiting.length + this.#leases.size) + 64) return;
    for (const [accountId, tag] of this.#lastTags)
      if (tag < this.#virtualTime) this.#lastTags.delete(accountId);
  }

  #end(lease: Lease): void {
    this.#leases.delete(lease.key);
    this.#leasesById.delete(lease.leaseId);
    const length = this.#now - lease.grantedAt;
    this.#leaseMs =
      this.#leaseMs === undefined ? length : this.#leaseMs + (length - this.#leaseMs) * LEASE_WEIGHT;
  }

  #refuse(): SlotAnswer {
    this.#refused++;
    const position = this.#waiting.length + 1;
    return {
      granted: false,
      state: 'full',
      position,
      estimateMs: this.#estimate(position),
      retryAfterMs: this.#retryMaxMs,
    };
  }

  /** When the slot for a place comes: leases end one after the other, each after the mean length. */
  #estimate(position: number): number | undefined {
    const mean = this.#leaseMs;
    if (mean === undefined || this.#slots < 1) return undefined;
    const left = [...this.#leases.values()]
      .map((lease) => Math.max(0, mean - (this.#now - lease.grantedAt)))
      .sort((a, b) => a - b);
    while (left.length < this.#slots) left.unshift(0);
    const index = position - 1;
    return Math.round(Math.floor(index / left.length) * mean + left[index % left.length]!);
  }

  #interval(position: number, estimateMs: number | undefined): number {
    const byPlace = position * this.#retryMinMs;
    const interval = estimateMs === undefined ? byPlace : Math.min(byPlace, estimateMs / 2);
    return Math.round(Math.min(this.#retryMaxMs, Math.max(this.#retryMinMs, interval)));
  }
}
