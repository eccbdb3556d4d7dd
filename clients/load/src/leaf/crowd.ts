/**
 * The leaves of one worker: who is there, who comes and goes, and that there are as many as the timeline wants.
 */
import { drawSessionMs, seededRandom, type Random } from '@banyan/core';
import { systemClock } from '@banyan/kit';
import type { Recorder } from '../measure/recorder.ts';
import type { LoadPlan } from '../scenario/plan.ts';
import type { Leaf, LeafEvents } from './leaf.ts';
import { createRudeness, isRude, type Rudeness } from './rudeness.ts';

export interface Crowd {
  readonly events: LeafEvents;
  /** Leaves that may be asked to ask: online, and of good manners. */
  readonly askers: readonly Leaf[];
  /** Leaves of good manners whose catalog is with their home. */
  readonly holders: readonly Leaf[];
  readonly active: number;
  readonly online: number;
  /** Homes by name of their supernode. */
  homes(): Record<string, number>;
  records(): number;
  /** The leaves that there are. Called once, before anybody comes. */
  fill(leaves: readonly Leaf[]): void;
  /** Brings about that so many are active. @param dueAt - monotonic milliseconds */
  settle(wanted: number, dueAt: number): void;
  /** Sends everybody home. */
  disperse(): Promise<void>;
}

/**
 * Leaves of one worker that come at once. More would wait for each other's handshakes with the time running in which they
 * must have a home; what waits here waits in the latency too, which counts from when a leaf was to come.
 */
const MAX_JOINING = 64;
/** A leaf without a home after this counts as a failed connect; it goes on trying, as peers do. */
const CONNECT_TIMEOUT_MS = 30_000;
/** Leaves sent home at once: closing is cheap, but not free. */
const LEAVE_BATCH = 256;

interface Visit {
  readonly timeout: { cancel(): void };
  readonly end: { cancel(): void } | undefined;
  readonly rudeness: Rudeness | undefined;
  isWaiting: boolean;
}

export function createCrowd(plan: LoadPlan, recorder: Recorder, name: readonly (string | number)[]): Crowd {
  return new WorkerCrowd(plan, recorder, seededRandom(plan.seed, 'crowd', ...name));
}

/** A list from which anybody can be taken in constant time. */
class Roll {
  readonly leaves: Leaf[] = [];
  readonly #places = new Map<Leaf, number>();
  add(leaf: Leaf): void {
    if (this.#places.has(leaf)) return;
    this.#places.set(leaf, this.leaves.push(leaf) - 1);
  }
  has(leaf: Leaf): boolean {
    return this.#places.has(leaf);
  }
  remove(leaf: Leaf): void {
    const place = this.#places.get(leaf);
    if (place === undefined) return;
    const last = this.leaves.pop()!;
    this.#places.delete(leaf);
    if (last === leaf) return;
    this.leaves[place] = last;
    this.#places.set(last, place);
  }
}

class WorkerCrowd implements Crowd {
  readonly #plan: LoadPlan;
  readonly #recorder: Recorder;
  readonly #random: Random;
  readonly #askers = new Roll();
  readonly #holders = new Roll();
  readonly #active = new Roll();
  readonly #visits = new Map<Leaf, Visit>();
  /** Those that are away, the one that is away for longest first. */
  #away: Leaf[] = [];
  /** Those that are to join, with when they were to. */
  #waiting: { readonly leaf: Leaf; readonly dueAt: number }[] = [];
  #joining = 0;
  #online = 0;

  readonly events: LeafEvents = {
    onHome: (leaf, { since, isReturn }) => {
      this.#online += 1;
      this.#arrivedHome(leaf);
      if (isRude(leaf)) return;
      this.#askers.add(leaf);
      if (!isReturn) this.#recorder.success('connect', systemClock.monotonic() - since);
    },
    onPublished: (leaf, { homeAt, since, isReturn, wasHeld }) => {
      if (isRude(leaf)) return;
      const now = systemClock.monotonic();
      if (leaf.profile.library.length > 0) {
        this.#holders.add(leaf);
        if (!wasHeld) this.#recorder.success('publish', now - homeAt);
      }
      if (isReturn) this.#recorder.success('failover', now - since);
    },
    onLost: (leaf) => {
      this.#online -= 1;
      this.#askers.remove(leaf);
      this.#holders.remove(leaf);
      if (!isRude(leaf)) this.#recorder.count('lost');
    },
  };

  constructor(plan: LoadPlan, recorder: Recorder, random: Random) {
    this.#plan = plan;
    this.#recorder = recorder;
    this.#random = random;
  }

  get askers(): readonly Leaf[] {
    return this.#askers.leaves;
  }
  get holders(): readonly Leaf[] {
    return this.#holders.leaves;
  }
  get active(): number {
    return this.#active.leaves.length;
  }
  get online(): number {
    return this.#online;
  }

  homes(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { homeName } of this.#active.leaves)
      if (homeName !== undefined) counts[homeName] = (counts[homeName] ?? 0) + 1;
    return counts;
  }

  records(): number {
    return this.#active.leaves.reduce((sum, leaf) => sum + leaf.published, 0);
  }

  fill(leaves: readonly Leaf[]): void {
    this.#away = [...leaves];
  }

  settle(wanted: number, dueAt: number): void {
    for (let missing = wanted - this.active; missing > 0; missing -= 1) {
      const leaf = this.#away.shift();
      if (leaf === undefined) break;
      this.#active.add(leaf);
      this.#recorder.count('arrived');
      this.#waiting.push({ leaf, dueAt });
    }
    for (let surplus = this.active - wanted; surplus > 0; surplus -= 1) {
      const { leaves } = this.#active;
      const leaf = leaves[Math.floor(this.#random() * leaves.length)];
      if (leaf !== undefined) void this.#sendHome(leaf);
    }
    this.#admit();
  }

  async disperse(): Promise<void> {
    for (;;) {
      const some = this.#active.leaves.slice(0, LEAVE_BATCH);
      if (some.length === 0) return;
      await Promise.all(some.map((leaf) => this.#sendHome(leaf)));
    }
  }

  #admit(): void {
    while (this.#joining < MAX_JOINING) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      const { leaf, dueAt } = next;
      // It was sent home before its turn came.
      if (!this.#isActive(leaf) || this.#visits.has(leaf)) continue;
      this.#joining += 1;
      const mean = this.#plan.sessionMeanMs;
      this.#visits.set(leaf, {
        isWaiting: true,
        timeout: systemClock.setTimeout(() => this.#tookTooLong(leaf), CONNECT_TIMEOUT_MS),
        end:
          mean === undefined
            ? undefined
            : systemClock.setTimeout(() => void this.#sendHome(leaf), drawSessionMs(this.#random, mean)),
        rudeness: createRudeness(leaf, {
          recorder: this.#recorder,
          random: this.#random,
          leave: () => void this.#sendHome(leaf),
        }),
      });
      leaf.join(dueAt);
    }
  }

  #isActive(leaf: Leaf): boolean {
    return this.#active.has(leaf);
  }

  #arrivedHome(leaf: Leaf): void {
    const visit = this.#visits.get(leaf);
    if (visit === undefined) return;
    visit.timeout.cancel();
    this.#madeRoom(visit);
  }

  #tookTooLong(leaf: Leaf): void {
    const visit = this.#visits.get(leaf);
    if (visit === undefined) return;
    if (!isRude(leaf)) this.#recorder.failure('connect', leaf.problem ?? 'timeout');
    this.#madeRoom(visit);
  }

  #madeRoom(visit: Visit): void {
    if (!visit.isWaiting) return;
    visit.isWaiting = false;
    this.#joining -= 1;
    this.#admit();
  }

  async #sendHome(leaf: Leaf): Promise<void> {
    const visit = this.#visits.get(leaf);
    this.#visits.delete(leaf);
    this.#active.remove(leaf);
    this.#askers.remove(leaf);
    this.#holders.remove(leaf);
    this.#recorder.count('departed');
    if (leaf.homeName !== undefined) this.#online -= 1;
    visit?.timeout.cancel();
    visit?.end?.cancel();
    visit?.rudeness?.stop();
    if (visit !== undefined) this.#madeRoom(visit);
    await leaf.leave();
    this.#away.push(leaf);
  }
}
