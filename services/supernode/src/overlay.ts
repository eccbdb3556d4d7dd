/**
 * The links between supernodes: every pair has one. Membership comes from the list by long poll; of two supernodes the
 * one with the smaller device id dials. With the list away the last known membership and the links stay.
 */
import { createMembership, type Membership } from '@banyan/core';
import {
  LONG_POLL_MS,
  MAX_IN_FLIGHT_LINK,
  toBanyanError,
  type LinkState,
  BanyanError,
  type Outgoing,
  type SupernodeEntry,
} from '@banyan/proto';
import { createBackoff, type Clock, type Log, type Startable, type Timer } from '@banyan/kit';
import type { ChannelHandlers, ListClient, SupernodeSession } from '@banyan/sdk';
import type { Neighbour } from './neighbour-search.ts';

export interface OverlayComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly list: Pick<ListClient, 'membership'>;
  /** What neighbours are told of this supernode. */
  readonly describe: () => Outgoing<LinkState>;
  /** Why there may be no link to a supernode (it is banned); undefined: there may. */
  readonly refusal: (deviceId: string) => BanyanError | undefined;
  /** Told of each new link, dialled or accepted. */
  readonly onLink?: (link: Neighbour, revocationsKnown: number) => void;
  readonly self: { readonly deviceId: string };
  /** Dials another supernode; `openSupernodeSession` with relation `supernode`. */
  readonly dial: (
    entry: SupernodeEntry,
    onMessage: ChannelHandlers['onMessage'],
    signal: AbortSignal,
  ) => Promise<SupernodeSession>;
  /** What arrives over a link, dialled or accepted. */
  readonly onMessage: (
    from: { deviceId: string; name: string },
    ...message: Parameters<ChannelHandlers['onMessage']>
  ) => void | Promise<void>;
}

export interface Overlay extends Startable {
  /** Open links. */
  readonly neighbours: readonly Neighbour[];
  /** Every supernode known, this one included when the list has it. */
  readonly members: readonly SupernodeEntry[];
  readonly membershipVersion: number;
  /** Others that take leaves: in service by the list, and not leaving service by their own word. */
  readonly inService: readonly SupernodeEntry[];
  /** @throws BanyanError `conflict` when it is this side that dials the two's link */
  assertMayDial(deviceId: string): void;
  /** A link that the other side dialled; replaces one of the same supernode. */
  accept(link: Neighbour, revocationsKnown: number): void;
  /** Tells every neighbour how this supernode does now. */
  announce(): void;
  /** Cuts the links that may not be any more. */
  review(): void;
  /** What a neighbour last said of itself. */
  noteState(deviceId: string, state: LinkState): void;
  /** Why the list does not answer; undefined while it does. */
  readonly listProblem: BanyanError | undefined;
}

/** A member that the list lost (it starts anew, its store was away) keeps its link so long; one that left closes it itself. */
const LINK_GRACE_MS = 60_000;
/** An answer without news that came at once: the list is asked again no sooner. */
const MIN_POLL_MS = 1_000;
const RELINK = { minMs: 200, maxMs: 10_000 } as const;
const RELIST = { minMs: 500, maxMs: 15_000 } as const;

export function createOverlay(components: OverlayComponents): Overlay {
  return new MeshOverlay(components);
}

interface Dialling {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
  /** Runs while the list does not name it. */
  missing: Timer | undefined;
}

class MeshOverlay implements Overlay {
  readonly name = 'overlay';
  readonly #c: OverlayComponents;
  readonly #membership: Membership<SupernodeEntry>;
  readonly #links = new Map<string, Neighbour>();
  /** Supernodes that we dial, each with the loop that keeps its link. */
  readonly #dialling = new Map<string, Dialling>();
  readonly #states = new Map<string, LinkState>();
  readonly #stop = new AbortController();
  #following: Promise<void> | undefined;
  #listProblem: BanyanError | undefined;

  constructor(components: OverlayComponents) {
    this.#c = components;
    this.#membership = createMembership<SupernodeEntry>({});
  }

  get neighbours(): readonly Neighbour[] {
    return [...this.#links.values()].filter((link) => link.channel.open);
  }

  get members(): readonly SupernodeEntry[] {
    return this.#membership.members();
  }

  get membershipVersion(): number {
    return this.#membership.version;
  }

  get listProblem(): BanyanError | undefined {
    return this.#listProblem;
  }

  start(): Promise<void> {
    this.#following = this.#follow();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    const loops = [...this.#dialling.values()];
    for (const { stop, missing } of loops) {
      missing?.cancel();
      stop.abort();
    }
    const links = [...this.#links.values()];
    for (const link of links) link.channel.close();
    await Promise.all([
      this.#following,
      ...loops.map(({ ended }) => ended),
      ...links.map((l) => l.channel.closed),
    ]);
  }

  get inService(): readonly SupernodeEntry[] {
    return this.members.filter(
      ({ deviceId, state }) =>
        deviceId !== this.#c.self.deviceId &&
        state === 'active' &&
        // Its own word is here sooner than the list's.
        this.#states.get(deviceId)?.draining !== true,
    );
  }

  assertMayDial(deviceId: string): void {
    // Were both to dial, each new link would end the other side's.
    if (deviceId >= this.#c.self.deviceId)
      throw new BanyanError(
        'conflict',
        'Of two supernodes the one with the smaller device id dials. This one does.',
      );
  }

  accept(link: Neighbour, revocationsKnown: number): void {
    this.#add(link, revocationsKnown);
  }

  announce(): void {
    const body = { kind: 'linkState', linkState: this.#c.describe() } as const;
    for (const link of this.#links.values()) link.channel.send(body);
  }

  review(): void {
    for (const link of this.#links.values()) {
      const refusal = this.#c.refusal(link.deviceId);
      if (refusal !== undefined) link.channel.close(refusal);
    }
  }

  noteState(deviceId: string, state: LinkState): void {
    this.#states.set(deviceId, state);
  }

  #add(link: Neighbour, revocationsKnown: number): void {
    const { log } = this.#c;
    const before = this.#links.get(link.deviceId);
    this.#links.set(link.deviceId, link);
    link.channel.setMaxInFlightOut(MAX_IN_FLIGHT_LINK);
    link.channel.setMaxInFlightIn(MAX_IN_FLIGHT_LINK);
    before?.channel.close(new BanyanError('session_replaced'));
    link.channel.send({ kind: 'linkState', linkState: this.#c.describe() });
    this.#c.onLink?.(link, revocationsKnown);
    log.info({ supernode: link.name, links: this.#links.size }, 'linked');
    void link.channel.closed.then((error) => {
      if (this.#links.get(link.deviceId) !== link) return;
      this.#links.delete(link.deviceId);
      this.#states.delete(link.deviceId);
      if (!this.#stop.signal.aborted)
        log.warn({ supernode: link.name, code: error?.code, links: this.#links.size }, 'a link was lost');
    });
  }

  async #follow(): Promise<void> {
    const { list, clock, log, random } = this.#c;
    const backoff = createBackoff({ ...RELIST, random });
    // The first answer is wanted at once, later ones when something changes.
    let since: number | undefined;
    while (!this.#stop.signal.aborted) {
      const asked = clock.monotonic();
      try {
        const delta = await list.membership(
          since ?? 0,
          since === undefined ? 0 : LONG_POLL_MS / 1000,
          this.#stop.signal,
        );
        this.#membership.apply(delta);
        const news = since !== delta.version;
        since = delta.version;
        this.#listProblem = undefined;
        backoff.reset();
        this.#reconcile();
        // A list that is stopping, or a proxy before it, holds no poll open.
        if (!news && clock.monotonic() - asked < MIN_POLL_MS)
          await clock.sleep(MIN_POLL_MS, this.#stop.signal);
      } catch (error) {
        const e = toBanyanError(error, 'unreachable');
        if (e.code === 'aborted') return;
        if (this.#listProblem?.code !== e.code)
          log.warn({ code: e.code }, `the membership is not followed just now: ${e.message}`);
        this.#listProblem = e;
        await clock.sleep(backoff.next(), this.#stop.signal).catch(() => undefined);
      }
    }
  }

  /** Starts a dialling loop for each member that is ours to dial; ends those of members that stay away. */
  #reconcile(): void {
    const { self, clock } = this.#c;
    const members = new Set(this.#membership.members().map((m) => m.deviceId));
    for (const [deviceId, dialling] of this.#dialling) {
      if (members.has(deviceId)) {
        dialling.missing?.cancel();
        dialling.missing = undefined;
      } else {
        dialling.missing ??= clock.setTimeout(() => dialling.stop.abort(), LINK_GRACE_MS, {
          keepAlive: false,
        });
      }
    }
    for (const deviceId of members) {
      if (self.deviceId >= deviceId || this.#dialling.has(deviceId)) continue;
      const stop = new AbortController();
      const ended = this.#keepLink(deviceId, stop.signal).finally(() => {
        this.#dialling.get(deviceId)?.missing?.cancel();
        this.#dialling.delete(deviceId);
      });
      this.#dialling.set(deviceId, { stop, ended, missing: undefined });
    }
  }

  /** Dials while the list names the supernode; an open link is kept until it ends or `signal` aborts. */
  async #keepLink(deviceId: string, signal: AbortSignal): Promise<void> {
    const { clock, log, random, dial, onMessage, refusal } = this.#c;
    const backoff = createBackoff({ ...RELINK, random });
    // Also the first dial waits: a membership comes to all at once.
    await clock.sleep(random() * RELINK.minMs, signal).catch(() => undefined);
    while (!signal.aborted) {
      // Addresses may change between two tries.
      const entry = this.#membership.get(deviceId);
      if (entry === undefined) return;
      try {
        const refused = refusal(deviceId);
        if (refused !== undefined) throw refused;
        const from = { deviceId, name: entry.name };
        const session = await dial(entry, (...message) => onMessage(from, ...message), signal);
        backoff.reset();
        this.#add({ ...from, channel: session.channel }, session.welcome.revocationsKnown);
        const end = (): void => session.close();
        signal.addEventListener('abort', end, { once: true });
        if (isAborted(signal)) end();
        await session.closed;
        signal.removeEventListener('abort', end);
      } catch (error) {
        const e = toBanyanError(error, 'unreachable');
        if (e.code !== 'aborted') log.debug({ supernode: entry.name, code: e.code }, `no link: ${e.message}`);
      }
      await clock.sleep(backoff.next(), signal).catch(() => undefined);
    }
  }
}

/** A call, so that the compiler does not take the answer for lasting: it changes across awaits. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
