/**
 * What happens by itself: one of the replicas leads, and every few seconds brings what hosts are told in line with what they
 * do, gives and takes grants, probes, asks homes to measure, and carries the policy out when it is `auto`.
 *
 * ```
 *   lease (one key, expires by itself) ──▶ step: look at all hosts ─▶ events ─▶ grants ─▶ probes ─▶ tasks ─▶ policy
 * ```
 *
 * A leader that dies is followed by another within the lease. Two at once do no harm: all they do is compare-and-set.
 */
import { randomBytes } from 'node:crypto';
import {
  isToServe,
  planPolicy,
  supernodesLacking,
  type HostEvent,
  type PolicyHost,
  type PolicyView,
} from '@banyan/core';
import {
  isBanyanError,
  MAX_MEASURED_AT_ONCE,
  toBanyanError,
  type PlanResponse,
  type Policy,
  type PolicyResponse,
  type SupernodeEntry,
} from '@banyan/proto';
import {
  updateEntry,
  type AuditLog,
  type Clock,
  type Log,
  type Startable,
  type Store,
  type Timer,
} from '@banyan/kit';
import type { HostDesk } from './host-desk.ts';
import { nameOf, recordOf, type KnownHost } from './host-view.ts';
import type { PolicyBook } from './policy-book.ts';
import type { Probe } from './prober.ts';
import { judgeVolunteer, KEY, type KeptHost } from './records.ts';

/** What the steward does in the network's name; undefined: this list has no right to. */
export interface Powers {
  readonly probe: Probe;
  /** Gives a device the grant `supernode`, or takes it back. */
  setSupernode(deviceId: string, isOne: boolean, signal: AbortSignal): Promise<void>;
}

export interface StewardComponents {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly desk: HostDesk;
  readonly audit: AuditLog;
  readonly policies: PolicyBook;
  /** Why there are none, or the powers. */
  readonly powers: () => Powers | { readonly problem: string };
  /** Told why each probe failed; '': it passed. */
  readonly onProbe?: (code: string) => void;
}

export interface Steward extends Startable {
  /** What policy would do now. */
  plan(policy?: Policy): Promise<PlanResponse>;
  /** Whether leaves may be sent to a supernode: as of the last look, a second ago. */
  isHeld(deviceId: string): boolean;
  /** Whether this replica leads. */
  readonly isLeading: boolean;
  /** Why nobody can be promoted; undefined: somebody can. */
  readonly problem: string | undefined;
  /** One step at once, if this replica leads; for tests. */
  step(): Promise<void>;
}

/** Between two steps of the leader. */
const STEP_MS = 2_000;
/** A leader that has not said so for that long is followed by another. */
const LEASE_MS = 10_000;
/** How often each replica looks to whom nobody is to be sent. */
const HELD_MS = 1_000;
/** Between two probes of one that serves, and of one that is to be proved. */
const PROBE_SERVING_MS = 60_000;
const PROBE_PROVING_MS = 4_000;
/** Probes at a time: each opens a session. */
const MAX_PROBES_AT_ONCE = 8;
/** A home is asked anew when what it measured is half as old as it may be. */
const REMEASURE_PART = 0.5;
/** What a home is asked holds until the next steps say it again. */
const TASKS_TTL_MS = 30_000;
/** Entries of a change that happened within this are looked for in the audit, should a process have died between the two. */
const UNAUDITED_MS = 60_000;

export function createSteward(components: StewardComponents): Steward {
  return new ListSteward(components);
}

class ListSteward implements Steward {
  readonly name = 'promotion';
  readonly #c: StewardComponents;
  readonly #id = randomBytes(8).toString('hex');
  readonly #stop = new AbortController();
  readonly #probedAt = new Map<string, number>();
  #held: ReadonlySet<string> = new Set();
  #stepTimer: Timer | undefined;
  #heldTimer: Timer | undefined;
  #stepping: Promise<void> | undefined;
  #isLeading = false;
  #lastFault: string | undefined;

  constructor(components: StewardComponents) {
    this.#c = components;
  }

  get isLeading(): boolean {
    return this.#isLeading;
  }

  get problem(): string | undefined {
    const powers = this.#c.powers();
    return 'problem' in powers ? powers.problem : undefined;
  }

  isHeld(deviceId: string): boolean {
    return this.#held.has(deviceId);
  }

  async start(): Promise<void> {
    await this.#lookAtHeld();
    const { clock } = this.#c;
    this.#heldTimer = clock.setInterval(() => void this.#lookAtHeld(), HELD_MS, { keepAlive: false });
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#heldTimer?.cancel();
    this.#stepTimer?.cancel();
    await this.#stepping;
    if (!this.#isLeading) return;
    // Another leads at once.
    await this.#c.store.delete(KEY.leader, { durable: false }).catch(() => undefined);
    this.#isLeading = false;
  }

  async step(): Promise<void> {
    this.#stepping ??= this.#stepIfLeading().finally(() => (this.#stepping = undefined));
    await this.#stepping;
  }

  async plan(policy?: Policy): Promise<PlanResponse> {
    const { desk, policies } = this.#c;
    const held = await policies.current();
    const current = policy === undefined ? held : { ...held, policy };
    const all = await desk.all();
    const names = new Map(all.map((known) => [known.deviceId, nameOf(known)]));
    const view = this.#view(all, current);
    const plan = planPolicy(view);
    return {
      mode: current.policy.mode,
      lacking: supernodesLacking(view, plan),
      decisions: plan.map((decision) => ({
        ...decision,
        figures: { ...decision.figures },
        name: names.get(decision.deviceId) ?? '',
      })),
    };
  }

  #schedule(): void {
    if (this.#stop.signal.aborted) return;
    this.#stepTimer = this.#c.clock.setTimeout(
      () => void this.step().finally(() => this.#schedule()),
      STEP_MS,
      { keepAlive: false },
    );
  }

  async #stepIfLeading(): Promise<void> {
    const { log } = this.#c;
    try {
      this.#isLeading = await this.#lead();
      if (this.#isLeading) await this.#stepOnce();
      this.#lastFault = undefined;
    } catch (error) {
      const { code, message } = toBanyanError(error);
      // The store is away, or somebody was faster: the next step sees to it.
      if (this.#lastFault !== code) log.warn({ code }, `promotion has to wait: ${message}`);
      this.#lastFault = code;
    }
  }

  /** Takes the lead, or keeps it. */
  async #lead(): Promise<boolean> {
    const { store } = this.#c;
    const entry = await store.get<{ id: string }>(KEY.leader);
    if (entry !== undefined && entry.value.id !== this.#id) return false;
    try {
      await store.put(
        KEY.leader,
        { id: this.#id },
        { expect: entry?.version ?? null, ttlMs: LEASE_MS, durable: false },
      );
      return true;
    } catch (error) {
      if (isBanyanError(error) && error.code === 'conflict') return false;
      throw error;
    }
  }

  async #lookAtHeld(): Promise<void> {
    const entry = await this.#c.store.get<{ ids: string[] }>(KEY.held).catch(() => undefined);
    // With the store away what was known holds.
    if (entry !== undefined) this.#held = new Set(entry.value.ids);
  }

  async #stepOnce(): Promise<void> {
    const { desk, policies } = this.#c;
    const current = await policies.current();
    const all = await desk.all();
    for (const known of all) await this.#follow(known);
    await this.#seeToGrants(all);
    await this.#probeAll(await desk.all());
    await this.#tellHomes(all, current);
    await this.#pruneHeld(all);
    if (current.policy.mode === 'auto') await this.#carryOut(current);
  }

  /** What can be seen of a host happens to its record. */
  async #follow(known: KnownHost): Promise<void> {
    const { desk, clock, audit } = this.#c;
    const { host, volunteer, entry } = known;
    if (host === undefined) return;
    if (host.entry !== undefined && clock.now() - host.entry.at < UNAUDITED_MS) await audit.keep(host.entry);
    for (const event of eventsOf(known)) {
      await desk.apply(known, event, {
        leaves: entry?.leaves ?? 0,
        child: volunteer?.report.child.state ?? null,
      });
    }
  }

  /** Grants follow roles; what fails is tried again with the next step. */
  async #seeToGrants(all: readonly KnownHost[]): Promise<void> {
    const powers = this.#c.powers();
    if ('problem' in powers) return;
    for (const { deviceId } of all) {
      const host = (await this.#c.store.get<KeptHost>(KEY.host(deviceId)))?.value;
      if (host?.record.kind !== 'volunteer') continue;
      const isWanted = isToServe(host.record);
      if (host.isGranted === isWanted) continue;
      try {
        await powers.setSupernode(deviceId, isWanted, this.#stop.signal);
      } catch (error) {
        const { code, message } = toBanyanError(error);
        // A device that was removed has no grant either.
        if (code !== 'not_found' || isWanted) {
          this.#c.log.warn({ code, deviceId }, `a grant could not be changed: ${message}`);
          continue;
        }
      }
      await updateEntry<KeptHost>(this.#c.store, KEY.host(deviceId), (now) =>
        now === undefined ? undefined : { ...now, isGranted: isWanted },
      );
    }
  }

  async #probeAll(all: readonly KnownHost[]): Promise<void> {
    const powers = this.#c.powers();
    if ('problem' in powers) return;
    const { clock } = this.#c;
    const now = clock.monotonic();
    const due = all.filter((known) => {
      const { entry, deviceId } = known;
      const { role } = recordOf(known, clock.now());
      if (entry === undefined || (role !== 'serving' && role !== 'proving')) return false;
      const every = role === 'proving' ? PROBE_PROVING_MS : PROBE_SERVING_MS;
      return now - (this.#probedAt.get(deviceId) ?? -Infinity) >= every;
    });
    const one = async (known: KnownHost & { entry: SupernodeEntry }): Promise<void> => {
      this.#probedAt.set(known.deviceId, now);
      const result = await powers.probe(known.entry, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      this.#c.onProbe?.(result.ok ? '' : result.code);
      await this.#c.desk.apply(known, { type: 'probed', ...result });
    };
    for (let at = 0; at < due.length; at += MAX_PROBES_AT_ONCE)
      await Promise.all(
        due
          .slice(at, at + MAX_PROBES_AT_ONCE)
          .map((known) => one(known as KnownHost & { entry: SupernodeEntry })),
      );
    for (const id of this.#probedAt.keys())
      if (!all.some(({ deviceId }) => deviceId === id)) this.#probedAt.delete(id);
  }

  /** Asks each home to measure those of its volunteers of whom too little is known. */
  async #tellHomes(all: readonly KnownHost[], { policy }: PolicyResponse): Promise<void> {
    const { store, clock } = this.#c;
    const staleMs = policy.thresholds.measurementAgeMs * REMEASURE_PART;
    const byHome = new Map<string, string[]>();
    for (const { deviceId, volunteer, measured } of all) {
      const home = volunteer?.report.home;
      if (home === null || home === undefined || home === deviceId) continue;
      if (measured?.by === home && clock.now() - measured.at < staleMs) continue;
      const ids = byHome.get(home) ?? [];
      if (ids.length < MAX_MEASURED_AT_ONCE) byHome.set(home, [...ids, deviceId]);
    }
    for (const [home, ids] of byHome)
      await store.put(KEY.tasks(home), { ids }, { ttlMs: TASKS_TTL_MS, durable: false });
  }

  /** Leaves that do not show themselves as supernodes need not be held back. */
  async #pruneHeld(all: readonly KnownHost[]): Promise<void> {
    const { store, clock } = this.#c;
    const byId = new Map(all.map((known) => [known.deviceId, known]));
    const isNeeded = (id: string): boolean => {
      const known = byId.get(id);
      if (known === undefined) return false;
      return known.entry !== undefined || recordOf(known, clock.now()).role !== 'leaf';
    };
    await updateEntry<{ ids: string[] }>(store, KEY.held, (now) =>
      now === undefined || now.ids.every(isNeeded) ? undefined : { ids: now.ids.filter(isNeeded) },
    );
  }

  #view(all: readonly KnownHost[], { policy }: PolicyResponse): PolicyView {
    const now = this.#c.clock.now();
    const hosts = all.map((known): PolicyHost => {
      const { deviceId, volunteer, measured, entry } = known;
      return {
        record: recordOf(known, now),
        region: volunteer?.report.region ?? entry?.region,
        judgement:
          volunteer === undefined ? undefined : judgeVolunteer(deviceId, volunteer, measured, policy, now),
        fitSince: volunteer?.fitSince,
        unfitSince: volunteer?.unfitSince,
        leaves: entry?.leaves ?? 0,
        capacity: entry?.capacity ?? 0,
      };
    });
    return { policy, now, hosts };
  }

  async #carryOut(current: PolicyResponse): Promise<void> {
    const powers = this.#c.powers();
    if ('problem' in powers) return;
    const { desk, log } = this.#c;
    const all = await desk.all();
    const byId = new Map(all.map((known) => [known.deviceId, known]));
    const by = { kind: 'policy', version: current.version } as const;
    for (const { action, deviceId, reason, figures } of planPolicy(this.#view(all, current))) {
      const known = byId.get(deviceId)!;
      const event: HostEvent =
        action === 'drain'
          ? { type: 'drain', by, reason }
          : { type: 'promote', by, reason, maxLeaves: known.volunteer?.report.caps.maxLeaves ?? 0 };
      await desk.apply(known, event, figures).catch((error: unknown) => {
        // An operator was faster.
        log.info({ deviceId, code: toBanyanError(error).code }, 'policy was overtaken');
      });
    }
  }
}

/** What can be seen of a host just now, as events. */
function eventsOf({ host, volunteer, entry }: KnownHost): HostEvent[] {
  const { kind, role } = host!.record;
  const events: HostEvent[] = [];
  if (kind === 'volunteer' && volunteer === undefined && role !== 'leaf') events.push({ type: 'withdrawn' });
  if (entry !== undefined) events.push({ type: 'beat' });
  else if (role === 'serving' || role === 'proving' || role === 'draining')
    events.push({ type: 'gone', said: kind === 'operated' });
  events.push({ type: 'tick' });
  return events;
}
