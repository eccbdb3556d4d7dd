/**
 * The links between supernodes: every pair has one. Membership comes from the list by long poll; of two supernodes the
 * one with the smaller device id dials. With the list away the last known membership and the links stay.
 */
import { createMembership, type Membership } from '@banyan/core';
import {
  LONG_POLL_MS,
  MAX_IN_FLIGHT_LINK,
  toBanyanError,
  type BanyanError,
  type LinkState,
  type SupernodeEntry,
} from '@banyan/proto';
import { createBackoff, type Clock, type Log, type Startable } from '@banyan/kit';
import type { Channel, ChannelHandlers, ListClient, SupernodeSession } from '@banyan/sdk';
import type { Neighbour } from './query-router.ts';

export interface OverlayComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly list: Pick<ListClient, 'membership'>;
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
  /** A link that the other side dialled; replaces one of the same supernode. */
  accept(link: { deviceId: string; name: string; channel: Channel }): void;
  /** Says something to every neighbour. */
  broadcast(body: Parameters<Channel['send']>[0]): void;
  /** Cuts the link to a supernode (banned). */
  cut(deviceId: string, error: BanyanError): void;
  /** What a neighbour last said of itself. */
  noteState(deviceId: string, state: LinkState): void;
  /** Why the list does not answer; undefined while it does. */
  readonly listProblem: BanyanError | undefined;
}

const RELINK = { minMs: 200, maxMs: 10_000 } as const;
const RELIST = { minMs: 500, maxMs: 15_000 } as const;

export function createOverlay(components: OverlayComponents): Overlay {
  return new MeshOverlay(components);
}

class MeshOverlay implements Overlay {
  readonly name = 'overlay';
  readonly #c: OverlayComponents;
  readonly #membership: Membership<SupernodeEntry>;
  readonly #links = new Map<string, Neighbour>();
  /** Supernodes that we dial, each with the loop that keeps its link. */
  readonly #dialling = new Map<string, AbortController>();
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
    for (const dialling of this.#dialling.values()) dialling.abort();
    for (const link of this.#links.values()) link.channel.close();
    await this.#following;
  }

  accept(link: { deviceId: string; name: string; channel: Channel }): void {
    this.#add(link);
  }

  broadcast(body: Parameters<Channel['send']>[0]): void {
    for (const link of this.#links.values()) link.channel.send(body);
  }

  cut(deviceId: string, error: BanyanError): void {
    this.#links.get(deviceId)?.channel.close(error);
  }

  noteState(deviceId: string, state: LinkState): void {
    this.#states.set(deviceId, state);
  }

  #add(link: Neighbour): void {
    const { log } = this.#c;
    const before = this.#links.get(link.deviceId);
    this.#links.set(link.deviceId, link);
    link.channel.setMaxInFlightOut(MAX_IN_FLIGHT_LINK);
    link.channel.setMaxInFlightIn(MAX_IN_FLIGHT_LINK);
    before?.channel.close();
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
      try {
        const delta = await list.membership(
          since ?? 0,
          since === undefined ? 0 : LONG_POLL_MS / 1000,
          this.#stop.signal,
        );
        this.#membership.apply(delta);
        since = delta.version;
        this.#listProblem = undefined;
        backoff.reset();
        this.#reconcile();
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

  /** Starts a dialling loop for each member that is ours to dial, ends those of members that left. */
  #reconcile(): void {
    const self = this.#c.self.deviceId;
    const members = new Map(this.#membership.members().map((m) => [m.deviceId, m]));
    for (const [deviceId, dialling] of this.#dialling) {
      if (members.has(deviceId)) continue;
      dialling.abort();
      this.#dialling.delete(deviceId);
    }
    for (const deviceId of members.keys()) {
      if (self >= deviceId || this.#dialling.has(deviceId)) continue;
      const controller = new AbortController();
      this.#dialling.set(deviceId, controller);
      void this.#keepLink(deviceId, controller.signal);
    }
  }

  async #keepLink(deviceId: string, signal: AbortSignal): Promise<void> {
    const { clock, log, random, dial, onMessage } = this.#c;
    const backoff = createBackoff({ ...RELINK, random });
    while (!signal.aborted) {
      // Addresses may change between two tries.
      const entry = this.#membership.get(deviceId);
      if (entry === undefined) return;
      try {
        const from = { deviceId, name: entry.name };
        const session = await dial(entry, (...message) => onMessage(from, ...message), signal);
        backoff.reset();
        this.#add({ deviceId, name: entry.name, channel: session.channel });
        const end = (): void => session.close();
        signal.addEventListener('abort', end, { once: true });
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
