/** What an upload queue is made of. All times are milliseconds on one clock that does not run backwards. */
export interface UploadQueueInit {
  /** Leases held at once (`DEFAULT_UPLOAD_SLOTS`). */
  readonly slots: number;
  /** Places in the queue (`MAX_UPLOAD_QUEUE`); beyond them a request is refused. */
  readonly maxQueue: number;
  /** A lease without a request under way is taken back after this long (`SLOT_IDLE_MS`). */
  readonly slotIdleMs: number;
  readonly now: number;
  /** Shortest and longest interval at which a waiting device is told to come back. Default 1,000 and 30,000. */
  readonly retryMinMs?: number;
  readonly retryMaxMs?: number;
  /** A place is lost when its device stays away for this many intervals. Default 3. */
  readonly graceIntervals?: number;
  /** A lease older than this ends at its next request when somebody else waits. Default 120,000. */
  readonly turnMs?: number;
}

/** A slot in use: for one device and one content, whatever the number of its connections. */
export interface UploadLease {
  readonly leaseId: number;
  readonly deviceId: string;
  readonly accountId: string;
  readonly contentKey: string;
  readonly grantedAt: number;
}

/** Answer to a request for a slot. */
export type SlotAnswer =
  | { readonly granted: true; readonly lease: UploadLease }
  | {
      readonly granted: false;
      /** `queued`: the place is kept while the device polls. `full`: the queue has no room, nothing is kept. */
      readonly state: 'queued' | 'full';
      /** Place in the order in which slots will be given, 1 = next. */
      readonly position: number;
      /** When a slot may come, from the leases seen so far; `undefined` before one has ended. */
      readonly estimateMs: number | undefined;
      /** Come back after so long: sooner is pointless, much later loses the place. */
      readonly retryAfterMs: number;
    };

/** One lease, for people. */
export interface LeaseSnapshot extends UploadLease {
  /** Requests under way under this lease. */
  readonly active: number;
  readonly bytes: number;
  readonly lastUsedAt: number;
}

/** One waiting (device, content), for people. */
export interface WaitingSnapshot {
  readonly deviceId: string;
  readonly accountId: string;
  readonly contentKey: string;
  readonly position: number;
  readonly since: number;
  readonly lastSeenAt: number;
}

/** The queue as the owner may see it. */
export interface UploadQueueSnapshot {
  readonly slots: number;
  readonly leases: readonly LeaseSnapshot[];
  /** In the order in which they will be served. */
  readonly waiting: readonly WaitingSnapshot[];
  /** Mean length of the leases that ended (EWMA), `undefined` before the first. */
  readonly leaseMs: number | undefined;
  /** Counters since the start. */
  readonly granted: number;
  readonly expired: number;
  readonly abandoned: number;
  readonly refused: number;
}

/**
 * Shares a peer's upload slots: leases per (device, content), a queue whose places survive polling, and
 * round-robin over accounts when a slot frees, so that ten devices of one account get what one device gets.
 */
export interface UploadQueue {
  /**
   * Asks for a slot, or for news of the place in the queue; a device that has a lease gets the same one.
   * A freed slot is reserved for the device whose turn it is until its next poll is overdue.
   */
  request(deviceId: string, accountId: string, contentKey: string, now: number): SlotAnswer;
  /** A request under the lease begins; `false` when the lease is no longer held. Pair each with {@link end}. */
  begin(leaseId: number, now: number): boolean;
  /** A request under the lease is over; idle time counts from the last one. */
  end(leaseId: number, now: number): void;
  /** Bytes were sent under the lease. */
  bytes(leaseId: number, bytes: number, now: number): void;
  /** Gives a lease back early (the whole content was served, the device left). */
  release(leaseId: number, now: number): void;
  /** Takes back every lease and place of a device (banned, gone). */
  forget(deviceId: string, now: number): void;
  /** Expires idle leases and abandoned places; also done by every other call. */
  tick(now: number): void;
  /** When {@link tick} next has something to do; `undefined`: nothing waits for time. */
  nextTickAt(): number | undefined;
  /** Changes the number of slots; leases in use are never cut. */
  setSlots(slots: number, now: number): void;
  snapshot(): UploadQueueSnapshot;
}
