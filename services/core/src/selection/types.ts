/** Shapes of supernode selection: what the list, the peer and the supernodes choose by. */

/** What a choice among supernodes needs to know; an entry of the supernode list fits. */
export interface SupernodeCandidate {
  readonly deviceId: string;
  readonly state: 'active' | 'draining';
  /** Leaves it is willing to hold. */
  readonly capacity: number;
  /** Leaves it holds. */
  readonly leaves: number;
  /** Unix milliseconds of its last beat. */
  readonly lastBeat: number;
  /** 99th percentile of its event loop's delay, milliseconds. Default 0. */
  readonly loopDelayMs?: number | undefined;
  /** Measured health, 0 (failing) to 1. Default 1. */
  readonly health?: number | undefined;
}

export interface PickInit {
  /** Supernodes wanted. */
  readonly count: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Unix milliseconds. */
  readonly now: number;
  /** Device ids to leave out. */
  readonly exclude?: Iterable<string> | undefined;
  /** Silent for longer means left out. Default BEAT_EXPIRY_MS. */
  readonly expiryMs?: number | undefined;
}

/** What came of knocking at one supernode. */
export interface ProbeAnswer {
  readonly deviceId: string;
  /** Milliseconds from dialling to the answer; absent: none came. */
  readonly rttMs?: number | undefined;
  /** Leaves it has room for; absent: it did not say. */
  readonly spare?: number | undefined;
  /** The code with which it refused (`full`, `draining`, …); absent: it did not refuse. */
  readonly refused?: string | undefined;
  /** What fails together (a host or an address prefix); the second home avoids the home's. */
  readonly failureDomain?: string | undefined;
}

export interface HomeChoice {
  /** Where to publish; absent: nobody would have us. */
  readonly home?: string;
  /** Another supernode, in another failure domain where there is one; absent: no second one answered. */
  readonly secondHome?: string;
  /** The rest that answered, best first, then those that refused or were silent: for failover. */
  readonly others: string[];
}

/** One step of a failover: dial this supernode so long after the loss. */
export interface FailoverStep {
  readonly deviceId: string;
  /** Milliseconds after the loss, jittered. */
  readonly afterMs: number;
}

/** Changes of a membership; the body of the list's `GET /v1/membership` fits. */
export interface MembershipDelta<M> {
  readonly version: number;
  /** True: `joined` is the whole membership and replaces what was known. */
  readonly full: boolean;
  /** Members that are new or changed. */
  readonly joined: M[];
  /** Device ids that left. */
  readonly left: string[];
}

export interface MembershipInit<M> {
  /**
   * The version to begin with; must exceed every version this list ever gave out, since a reader compares
   * (Unix milliseconds at start do, or the stored version). Default 0.
   */
  readonly version?: number | undefined;
  readonly members?: Iterable<M> | undefined;
  /** Departures remembered; a reader older than the oldest one gets everything. Default 1,024. */
  readonly historyLimit?: number | undefined;
  /** Whether a new entry differs enough to be told (addresses, state), not merely in load. Default: always. */
  readonly changed?: ((before: M, after: M) => boolean) | undefined;
}

/** A versioned membership: who is a supernode, and what changed since a version. */
export interface Membership<M extends { readonly deviceId: string }> {
  readonly version: number;
  readonly size: number;
  get(deviceId: string): M | undefined;
  /** All members, in the order of their device ids: the same on every machine. */
  members(): M[];
  /** Joins or updates a member; true when that made a new version. */
  set(member: M): boolean;
  /** Takes a member out; true when it was one. */
  remove(deviceId: string): boolean;
  /** What a reader that knows `since` has to learn; everything when that is unknown, too old or from elsewhere. */
  changesSince(since: number | undefined): MembershipDelta<M>;
  /** Follows another membership: applies its answer. Returns what changed here, ids only. */
  apply(delta: MembershipDelta<M>): { readonly joined: string[]; readonly left: string[] };
}
