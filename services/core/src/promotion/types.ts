/** Shapes of promotion: how hosts are judged, what they are told to be, and what a policy does by itself. */
import type { CriterionName, Policy } from '@banyan/proto';

/** What a host says of itself. Units in the names; 0 or absent is "not told". */
export interface Declared {
  readonly cores: number;
  readonly memoryBytes: number;
  /** File descriptors that its processes may have. */
  readonly descriptors: number;
  readonly freeDiskBytes: number;
  /** 99th percentile of its event loop's delay. */
  readonly loopDelayMs: number;
  /** Of its process. */
  readonly uptimeMs: number;
  /** What its owner lets it use of its line. */
  readonly bytesPerSecond: number;
}

/** What its home supernode found out about it. */
export interface Measured {
  /** Unix ms. */
  readonly at: number;
  /** Device id of who measured. */
  readonly by: string;
  readonly reachable: boolean;
  readonly roundTripMs: number | undefined;
  /** That it sends. */
  readonly bytesPerSecond: number | undefined;
  /** That it takes. */
  readonly downloadBytesPerSecond: number | undefined;
  /** How long its session has lasted. */
  readonly sessionMs: number;
  /** Its clock less that of the supernode; half a round trip is the error. */
  readonly clockSkewMs: number | undefined;
}

/** A host that is to be judged. */
export interface Candidate {
  readonly deviceId: string;
  readonly region: string | undefined;
  /** Its owner offers it now: volunteered, and within the hours given. */
  readonly isOffered: boolean;
  /** Since when it is offered without a break, Unix ms. */
  readonly offeredSince: number;
  /** When it was heard of last, Unix ms. */
  readonly reportedAt: number;
  /** Of its software, as `softwareNumber` has it; undefined: it names none. */
  readonly version: number | undefined;
  readonly declared: Declared;
  readonly measured: Measured | undefined;
}

/** Where a figure comes from. What was measured by others beats what a host says of itself. */
export type Origin = 'home' | 'list' | 'host';

/** One criterion with everything that led to its outcome. */
export interface Criterion {
  readonly name: CriterionName;
  /** undefined: nobody has found it out yet, which fails, unless nothing is asked for. */
  readonly value: number | undefined;
  readonly threshold: number;
  readonly bound: 'at least' | 'at most';
  readonly passed: boolean;
  readonly origin: Origin;
  /** Unix ms of the figure; undefined: there is none. */
  readonly at: number | undefined;
  /** What the host says of the same thing, where that is something else. */
  readonly declared?: number;
}

/** What is thought of a host. */
export interface Judgement {
  readonly criteria: readonly Criterion[];
  /** All criteria passed. */
  readonly isFit: boolean;
  /** How far beyond the thresholds it is: greater is better; comparable between hosts under one policy. */
  readonly score: number;
}

/** What a host is to the network. */
export type HostRole =
  /** A peer among others. */
  | 'leaf'
  /** It was told to become a supernode, and has not shown itself as one. */
  | 'promoting'
  /** It shows itself; whether others can use it is being found out. Nobody is sent there. */
  | 'proving'
  | 'serving'
  /** Its leaves are being moved; it answers until they have. */
  | 'draining';

/** Who decided. */
export type Author =
  | { readonly kind: 'operator'; readonly account: string; readonly name: string }
  | { readonly kind: 'policy'; readonly version: number }
  | { readonly kind: 'owner' }
  | { readonly kind: 'list' };

/** What is kept of a host's role. */
export interface HostRecord {
  readonly deviceId: string;
  /** `operated`: its operator starts and stops it; it was never promoted and is never ended from here. */
  readonly kind: 'volunteer' | 'operated';
  readonly role: HostRole;
  /** Since when it has that role, Unix ms. */
  readonly since: number;
  /** When it last became, or ceased to be, a supernode; undefined: never. */
  readonly switchedAt: number | undefined;
  readonly by: Author;
  readonly reason: string;
  /** Leaves that it is to hold at most. */
  readonly maxLeaves: number;
  /** What its drain may take, ms; 0: it was ended by force. Absent: its leaves have the policy's time, and it no deadline. */
  readonly drainMs?: number;
  /** An operator keeps new leaves away from it, or it from being promoted. */
  readonly isCordoned?: boolean;
  /** Probes that failed in a row. */
  readonly failedProbes: number;
  /** When a probe last passed, Unix ms. */
  readonly provedAt: number | undefined;
  /** Why it is a leaf again, or is not handed out. */
  readonly fault: { readonly code: string; readonly message: string; readonly at: number } | undefined;
}

/** What happens to a host. */
export type HostEvent =
  | { readonly type: 'promote'; readonly by: Author; readonly reason: string; readonly maxLeaves: number }
  /** Out of service, with its leaves moved first: until all have, or, with `drainMs`, until that is over. */
  | { readonly type: 'drain'; readonly by: Author; readonly reason: string; readonly drainMs?: number }
  /** Out of service at once, wherever its leaves can go. */
  | { readonly type: 'end'; readonly by: Author; readonly reason: string }
  /** Whether new leaves may be sent there, and a volunteer be promoted. */
  | { readonly type: 'cordon'; readonly by: Author; readonly reason: string; readonly isOn: boolean }
  /** What was begun last is taken back: a promotion that is under way, a drain that is not over. */
  | { readonly type: 'cancel'; readonly by: Author; readonly reason: string }
  /** Its owner does not offer it any more. */
  | { readonly type: 'withdrawn' }
  /** It shows itself as a supernode. */
  | { readonly type: 'beat' }
  | { readonly type: 'probed'; readonly ok: boolean; readonly code: string; readonly message: string }
  /** It told that it could not become one. */
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
  /** It is not a supernode any more: it said so, or has been silent for too long. */
  | { readonly type: 'gone'; readonly said: boolean }
  /** Time passed. */
  | { readonly type: 'tick' };

/** What a step did, for the audit. */
export interface HostChange {
  readonly what: 'role' | 'ended by force' | 'cordoned' | 'uncordoned';
  readonly from: HostRole;
  readonly to: HostRole;
  readonly by: Author;
  readonly reason: string;
}

/** What a step leads to. */
export interface HostStep {
  readonly record: HostRecord;
  /** undefined: nothing that is told. */
  readonly change: HostChange | undefined;
}

/** A host as policy sees it. */
export interface PolicyHost {
  readonly record: HostRecord;
  readonly region: string | undefined;
  /** Of a volunteer that is heard of. */
  readonly judgement: Judgement | undefined;
  /** Since when it is fit without a break, Unix ms; undefined: it is not. */
  readonly fitSince: number | undefined;
  /** Since when it fails while it serves, Unix ms; undefined: it does not. */
  readonly unfitSince: number | undefined;
  /** Leaves that it holds as a supernode. */
  readonly leaves: number;
  /** Leaves that it can hold. */
  readonly capacity: number;
}

/** One thing that policy does, or would do. */
export interface PolicyDecision {
  readonly action: 'promote' | 'drain';
  readonly deviceId: string;
  readonly reason: string;
  /** What it was decided by, for the audit. */
  readonly figures: Readonly<Record<string, number>>;
}

/** What policy thinks of the network as a whole. */
export interface PolicyView {
  readonly policy: Policy;
  readonly now: number;
  readonly hosts: readonly PolicyHost[];
}
