/**
 * Moves the leaves of a supernode to others: at its stop, or when the list orders it and may take that back. Leaves are
 * told where they can go, each at a moment of chance, and answered until they have gone.
 *
 * ```
 *   in service ──order──▶ ordered ──all told, time over──▶ those that stayed are cut; newcomers are refused
 *        ▲                   │ ordered with 0: cut at once, wherever they can go
 *        └─────cancel────────┘         at any time: stop
 * ```
 */
import { BanyanError, type SupernodeRef } from '@banyan/proto';
import type { Clock, Log, Timer } from '@banyan/kit';
import type { Session } from './session.ts';

export interface DrainComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly leaves: () => Iterable<Session>;
  /** Where leaves can go. */
  readonly alternates: () => readonly SupernodeRef[];
  /** A drain began, or was cancelled. */
  readonly onChange: () => void;
}

export interface Drain {
  /** Leaves are leaving, and nobody new is taken. */
  readonly isOn: boolean;
  /** It is on because the list ordered it. */
  readonly isOrdered: boolean;
  /**
   * Leaves move within `drainMs`, 0: they are cut now. Said again while it is on, nothing changes; a shorter time is one for
   * those that are told already, too.
   */
  order(drainMs: number): void;
  /** Takes an ordered drain back: who is here may stay, newcomers are taken. Nothing happens when the process stops. */
  cancel(): void;
  /** The process stops: resolves when the leaves have gone or `drainMs` have passed. */
  stop(drainMs: number, signal?: AbortSignal): Promise<void>;
  /** A leaf has gone. */
  left(): void;
}

/** At a stop, leaves are told to move over this time, so that their new home is not stormed. */
const STOP_SPREAD_MS = 1_000;
/** How often an ordered drain looks for leaves that are still to be told, or have stayed too long. */
const LOOK_MS = 1_000;

export function createDrain(components: DrainComponents): Drain {
  return new StagedDrain(components);
}

class StagedDrain implements Drain {
  readonly #c: DrainComponents;
  #mode: 'none' | 'ordered' | 'stopping' = 'none';
  #drainMs = 0;
  /** Leaf → when it must have gone, monotonic; set with the decision when it is told. */
  #deadlines = new Map<Session, number>();
  readonly #notices = new Set<Timer>();
  #look: Timer | undefined;
  #emptied: (() => void) | undefined;

  constructor(components: DrainComponents) {
    this.#c = components;
  }

  get isOn(): boolean {
    return this.#mode !== 'none';
  }

  get isOrdered(): boolean {
    return this.#mode === 'ordered';
  }

  order(drainMs: number): void {
    const { log, clock, onChange } = this.#c;
    if (this.#mode === 'stopping' || (this.isOrdered && drainMs === this.#drainMs)) return;
    const isNew = this.#mode === 'none';
    this.#mode = 'ordered';
    this.#drainMs = drainMs;
    log.info({ leaves: this.#count(), drainMs }, 'ordered out of service: leaves are asked to move');
    const latest = clock.monotonic() + drainMs;
    for (const [leaf, deadline] of this.#deadlines) this.#deadlines.set(leaf, Math.min(deadline, latest));
    if (isNew) onChange();
    this.#review();
    this.#look ??= clock.setInterval(() => this.#review(), LOOK_MS, { keepAlive: false });
  }

  cancel(): void {
    if (this.#mode !== 'ordered') return;
    this.#mode = 'none';
    this.#forget();
    this.#c.log.info({ leaves: this.#count() }, 'the drain is cancelled: leaves are taken again');
    this.#c.onChange();
  }

  async stop(drainMs: number, signal?: AbortSignal): Promise<void> {
    if (this.#mode === 'stopping') return;
    const isNew = this.#mode === 'none';
    this.#mode = 'stopping';
    this.#forget();
    if (isNew) this.#c.onChange();
    const { clock, log } = this.#c;
    const alternates = this.#c.alternates();
    // Nowhere to go: waiting would help nobody.
    if (this.#count() === 0 || alternates.length === 0) return;
    log.info({ leaves: this.#count() }, 'leaving service: leaves are asked to move');
    const spreadMs = Math.min(STOP_SPREAD_MS, drainMs / 4);
    for (const leaf of this.#c.leaves()) this.#tell(leaf, drainMs, spreadMs, alternates);
    const over = new AbortController();
    const until = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
    this.#emptied = () => over.abort();
    await clock.sleep(drainMs, until).catch(() => undefined);
    this.#forget();
  }

  left(): void {
    if (this.#count() === 0) this.#emptied?.();
  }

  /** Tells whom it has not told yet, as soon as there is somewhere to go; cuts who stayed too long. */
  #review(): void {
    const alternates = this.#c.alternates();
    const isForced = this.#drainMs === 0;
    // Nobody is put out on the street, unless an operator insists.
    if (alternates.length === 0 && !isForced) return;
    const now = this.#c.clock.monotonic();
    const here = new Map<Session, number>();
    for (const leaf of [...this.#c.leaves()]) {
      const deadline = this.#deadlines.get(leaf);
      if (isForced || (deadline !== undefined && now >= deadline))
        leaf.channel.close(new BanyanError('draining'), alternates);
      // The half that is left is for publishing at the new home.
      else if (deadline === undefined) this.#tell(leaf, this.#drainMs, this.#drainMs / 2, alternates);
      here.set(leaf, deadline ?? now + this.#drainMs);
    }
    this.#deadlines = here;
  }

  #tell(leaf: Session, drainMs: number, spreadMs: number, alternates: readonly SupernodeRef[]): void {
    const { clock, random } = this.#c;
    const deadlineMs = clock.now() + drainMs;
    const notice = clock.setTimeout(
      () => {
        this.#notices.delete(notice);
        leaf.channel.send({ kind: 'draining', draining: { deadlineMs, alternates: [...alternates] } });
      },
      random() * spreadMs,
      { keepAlive: false },
    );
    this.#notices.add(notice);
  }

  #forget(): void {
    this.#look?.cancel();
    this.#look = undefined;
    for (const notice of this.#notices) notice.cancel();
    this.#notices.clear();
    this.#deadlines.clear();
  }

  #count(): number {
    let count = 0;
    for (const _leaf of this.#c.leaves()) count += 1;
    return count;
  }
}
