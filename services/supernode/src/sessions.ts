/**
 * Sessions with callers: hello and welcome, the life of a session (re-authentication, age, bans, limits), and the drain.
 * What a leaf may ask is in `leaf-requests.ts`.
 */
import {
  BanyanError,
  CLOCK_SKEW_S,
  HELLO_TIMEOUT_MS,
  MAX_IN_FLIGHT_LEAF,
  MAX_IN_FLIGHT_LINK,
  MAX_REACH_CHECKS_PER_MINUTE,
  MAX_SEARCHES_PER_MINUTE,
  MAX_SOURCE_LOOKUPS_PER_MINUTE,
  MAX_SESSION_MS,
  MAX_SUGGESTS_PER_MINUTE,
  MAX_UPLOAD_OFFERS_PER_MINUTE,
  RELATION,
  TOKEN_GRACE_S,
  isBanyanError,
  toBanyanError,
  type Envelope,
  type ErrorCode,
  type Hello,
  type MessageKind,
} from '@banyan/proto';
import {
  bannedError,
  requireScope,
  type Clock,
  type Log,
  type RevocationList,
  type Startable,
  type Timer,
  type TokenVerifier,
} from '@banyan/kit';
import {
  CHECK_REACH_FEATURE,
  SUGGEST_FEATURE,
  UPLOAD_OFFER_FEATURE,
  createChannel,
  type Channel,
  type ChannelHandlers,
  type Reply,
  type OnTraffic,
  type RevocationIntake,
} from '@banyan/sdk';
import type { Catalogs } from './catalogs.ts';
import { createDrain, type Drain } from './drain.ts';
import { createLeafRequests, type LeafRequests, type LeafRequestsComponents } from './leaf-requests.ts';
import { createLinkRequests, type LinkRequests } from './link-requests.ts';
import type { Overlay } from './overlay.ts';
import type { QueryRouter } from './query-router.ts';
import { createRateLimits } from './rate-limiter.ts';
import type { Reach } from './reach.ts';
import type { RevocationRelay } from './revocation-relay.ts';
import { sessionCaller, type LimitedRequest, type Session, type SessionCaller } from './session.ts';
import type { AcceptedSocket } from './session-server.ts';
import { pickAlternates, welcomeTo, type WelcomeBody } from './welcome.ts';
import type { WorkQueue } from './work-queue.ts';

export interface SessionsComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly catalogs: Catalogs;
  readonly router: QueryRouter;
  readonly suggest: LeafRequestsComponents['suggest'];
  readonly overlay: Overlay;
  readonly reach: Reach;
  readonly chunks: LeafRequestsComponents['chunks'];
  readonly work: WorkQueue;
  readonly relay: RevocationRelay;
  /** Takes in what a link relays. */
  readonly intake: RevocationIntake;
  readonly verifier: TokenVerifier;
  readonly revocations: RevocationList;
  /** Whether auth answers: without it sessions outlive their tokens by a grace. */
  readonly authReachable: () => boolean;
  readonly self: { readonly deviceId: string; readonly name: string };
  /** Told of each channel that ended, with the reason. */
  readonly onEnded?: (code: ErrorCode | 'ok') => void;
  /** Told of each leaf that was turned away at its hello, with the reason. */
  readonly onRefusedLeaf?: (code: ErrorCode) => void;
  /** Told of each message that was answered with an error. */
  readonly onRefusedMessage?: (kind: MessageKind, code: ErrorCode) => void;
  readonly onPublished?: NonNullable<LeafRequestsComponents['onPublished']>;
  readonly onTraffic?: OnTraffic;
}

export interface SessionsInit {
  /** Leaves (home and second home together) that are taken. */
  readonly capacity: number;
  /** Records that one leaf may publish. */
  readonly maxLeafRecords: number;
  /** How long leaves may take to move when this supernode leaves service. */
  readonly drainMs: number;
}

export interface Sessions extends Startable {
  /** Takes an authenticated socket over. */
  accept(accepted: AcceptedSocket): void;
  /** Leaves with a session here, second homes included. */
  readonly leaves: number;
  /** How many of them publish here. */
  readonly homes: number;
  /** Bytes that callers have not read yet. */
  readonly bufferedBytes: number;
  readonly draining: boolean;
  /** It drains because the list ordered it. */
  readonly drainOrdered: boolean;
  /** Answers what comes over a link, whichever side dialled it. */
  onLinkMessage(
    from: { deviceId: string; name: string },
    ...message: Parameters<ChannelHandlers['onMessage']>
  ): Promise<void>;
  /** The list orders this supernode out of service: its leaves move within `drainMs`, newcomers are refused. */
  orderDrain(drainMs: number): void;
  /** It is in service; an ordered drain is taken back. While it is cordoned only leaves that have a session may come anew. */
  orderService(isCordoned: boolean): void;
  /** Calls `listener` when a drain begins, or is cancelled. */
  onDrain(listener: () => void): void;
  /** The session of a leaf, second homes included. */
  leafAt(deviceId: string): Session | undefined;
}

/** Sessions are looked over this often for age and ended tokens; bans cut them at once. */
const SWEEP_MS = 5_000;
/** Probes at once, each of another device: they are short, and no leaves. */
const MAX_PROBES = 256;
/** Sockets of one device that have not said hello. */
const MAX_SILENT_PER_DEVICE = 4;
/** Reports of bad sources of one leaf; more are not looked at. */
const MAX_REPORTS_PER_MINUTE = 60;
const LEAF_LIMITS: Readonly<Record<LimitedRequest, number>> = {
  searches: MAX_SEARCHES_PER_MINUTE,
  lookups: MAX_SOURCE_LOOKUPS_PER_MINUTE,
  suggests: MAX_SUGGESTS_PER_MINUTE,
  reports: MAX_REPORTS_PER_MINUTE,
  reachChecks: MAX_REACH_CHECKS_PER_MINUTE,
  offers: MAX_UPLOAD_OFFERS_PER_MINUTE,
};

export function createSessions(components: SessionsComponents, init: SessionsInit): Sessions {
  return new LeafSessions(components, init);
}

/** Who dialled an accepted link, as last authenticated. */
interface LinkCaller {
  caller: SessionCaller;
  readonly openedAt: number;
}

class LeafSessions implements Sessions {
  readonly name = 'leaf sessions';
  readonly #c: SessionsComponents;
  readonly #init: SessionsInit;
  readonly #requests: LeafRequests;
  readonly #linkRequests: LinkRequests;
  /** Device id → its session. */
  readonly #leaves = new Map<string, Session>();
  readonly #probes = new Map<string, Session>();
  readonly #links = new Map<Channel, LinkCaller>();
  readonly #channels = new Set<Channel>();
  /** Device id → its sockets that have not said hello. */
  readonly #silent = new Map<string, number>();
  readonly #drainListeners = new Set<() => void>();
  readonly #drain: Drain;
  #sweep: Timer | undefined;
  #soon: Timer | undefined;
  #stopped = false;
  #isCordoned = false;
  #unsubscribe: (() => void) | undefined;

  constructor(components: SessionsComponents, init: SessionsInit) {
    this.#c = components;
    this.#init = init;
    this.#requests = createLeafRequests({
      ...components,
      moveIn: (session) => this.#moveIn(session, new Uint8Array(0)),
      isCurrent: (session) => this.#leaves.get(session.deviceId) === session,
      leafAt: (deviceId) => this.leafAt(deviceId),
    });
    this.#linkRequests = createLinkRequests(components);
    this.#drain = createDrain({
      ...components,
      leaves: () => this.#leaves.values(),
      alternates: () => this.#alternates(),
      onChange: () => {
        for (const listener of this.#drainListeners) listener();
      },
    });
  }

  get leaves(): number {
    return this.#leaves.size;
  }

  get homes(): number {
    let count = 0;
    for (const { publishes } of this.#leaves.values()) if (publishes) count += 1;
    return count;
  }

  get bufferedBytes(): number {
    let sum = 0;
    for (const { bufferedBytes } of this.#channels) sum += bufferedBytes;
    return sum;
  }

  get draining(): boolean {
    return this.#drain.isOn;
  }

  get drainOrdered(): boolean {
    return this.#drain.isOrdered;
  }

  orderDrain(drainMs: number): void {
    this.#drain.order(drainMs);
  }

  orderService(isCordoned: boolean): void {
    this.#isCordoned = isCordoned;
    this.#drain.cancel();
  }

  leafAt(deviceId: string): Session | undefined {
    return this.#leaves.get(deviceId);
  }

  onDrain(listener: () => void): void {
    this.#drainListeners.add(listener);
  }

  start(): Promise<void> {
    const { clock, revocations } = this.#c;
    this.#sweep = clock.setInterval(() => this.#review(), SWEEP_MS, { keepAlive: false });
    this.#unsubscribe = revocations.onChange(() => {
      // A long history comes delta by delta: one look after the last of them.
      this.#soon ??= clock.setTimeout(() => {
        this.#soon = undefined;
        this.#review();
      }, 0);
    });
    return Promise.resolve();
  }

  drain(signal?: AbortSignal): Promise<void> {
    return this.#drain.stop(this.#init.drainMs, signal);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#sweep?.cancel();
    this.#soon?.cancel();
    this.#unsubscribe?.();
    const channels = [...this.#channels];
    const alternates = this.#alternates();
    const reason = new BanyanError(
      'shutting_down',
      'This supernode stops. Your peer moves to another one by itself.',
    );
    for (const channel of channels) channel.close(reason, alternates);
    await Promise.all(channels.map((c) => c.closed));
  }

  accept(accepted: AcceptedSocket): void {
    const { clock, log } = this.#c;
    const { deviceId } = accepted.caller;
    // Not kept for longer than it takes to say hello: its token has much in it that a session does not need.
    let newcomer: AcceptedSocket | undefined = accepted;
    let session: Session | undefined;
    let linked: { deviceId: string; name: string } | undefined;
    let helloTimer: Timer | undefined;
    const greet = (): void => {
      newcomer = undefined;
      helloTimer?.cancel();
      helloTimer = undefined;
      const silent = (this.#silent.get(deviceId) ?? 1) - 1;
      if (silent > 0) this.#silent.set(deviceId, silent);
      else this.#silent.delete(deviceId);
    };
    const onHello = (envelope: Envelope, reply: Reply): void => {
      const caller = newcomer;
      if (caller === undefined || envelope.kind !== 'hello')
        throw new BanyanError('out_of_order', 'The first message of a session is hello, once.');
      greet();
      if (envelope.hello.relation === RELATION.supernode)
        linked = this.#welcomeLink(caller, envelope.hello, channel, reply);
      else session = this.#welcomeLeaf(caller, envelope.hello, channel, reply);
    };
    const channel = createChannel({
      socket: accepted.socket,
      line: accepted.line,
      clock,
      log,
      maxInFlightIn: MAX_IN_FLIGHT_LEAF,
      ...(this.#c.onTraffic === undefined ? {} : { onTraffic: this.#c.onTraffic }),
      handlers: {
        onMessage: (envelope, reply, cancel) => {
          if (linked !== undefined) {
            if (envelope.kind === 'reauth') return this.#reauthLink(channel, envelope.reauth.token, reply);
            return this.onLinkMessage(linked, envelope, reply, cancel);
          }
          if (session !== undefined)
            return this.#counted(envelope, this.#requests.handle(session, envelope, reply, cancel));
          try {
            onHello(envelope, reply);
            return undefined;
          } catch (error) {
            if (!isBanyanError(error)) log.error({ err: error }, 'a hello could not be answered');
            const e = isBanyanError(error) ? error : new BanyanError('internal', undefined, { cause: error });
            if (envelope.kind === 'hello' && envelope.hello.relation !== RELATION.supernode)
              this.#c.onRefusedLeaf?.(e.code);
            // Refusals name alternates: whoever is turned away knows where to go.
            channel.close(e, this.#alternates());
            throw e;
          }
        },
        onClose: (error) => {
          if (newcomer !== undefined) greet();
          this.#channels.delete(channel);
          this.#links.delete(channel);
          if (session !== undefined) this.#ended(session);
          this.#c.onEnded?.(error?.code ?? 'ok');
        },
      },
    });
    this.#channels.add(channel);
    helloTimer = clock.setTimeout(
      () => channel.close(new BanyanError('timeout', 'No hello came in time.')),
      HELLO_TIMEOUT_MS,
    );
    const silent = (this.#silent.get(deviceId) ?? 0) + 1;
    this.#silent.set(deviceId, silent);
    if (silent > MAX_SILENT_PER_DEVICE)
      channel.close(new BanyanError('rate_limited', 'This device opens sessions and says no hello.'));
    if (this.#stopped) channel.close(new BanyanError('shutting_down'));
  }

  onLinkMessage(
    from: { deviceId: string; name: string },
    ...message: Parameters<ChannelHandlers['onMessage']>
  ): Promise<void> {
    return this.#counted(message[0], this.#linkRequests.handle(from, ...message));
  }

  async #counted({ kind }: Envelope, handling: Promise<void>): Promise<void> {
    try {
      await handling;
    } catch (error) {
      this.#c.onRefusedMessage?.(kind, toBanyanError(error).code);
      throw error;
    }
  }

  async #reauthLink(channel: Channel, token: string, reply: Reply): Promise<void> {
    const link = this.#links.get(channel);
    if (link === undefined) throw new BanyanError('out_of_order');
    const caller = await this.#c.verifier.verify(token, { jkt: link.caller.deviceId });
    requireScope(caller, 'link');
    link.caller = sessionCaller(caller);
    reply({ kind: 'reauthDone', reauthDone: { expiresAtMs: caller.expiresAt } });
  }

  #welcomeLink(
    accepted: AcceptedSocket,
    hello: Hello,
    channel: Channel,
    reply: Reply,
  ): { deviceId: string; name: string } {
    const { caller } = accepted;
    const { overlay, clock } = this.#c;
    requireScope(caller, 'link');
    const { deviceId } = caller;
    const name = overlay.members.find((m) => m.deviceId === deviceId)?.name ?? deviceId.slice(0, 8);
    const welcome = this.#welcome(hello, accepted, MAX_IN_FLIGHT_LINK, []);
    overlay.assertMayDial(deviceId);
    reply({ kind: 'welcome', welcome });
    this.#links.set(channel, { caller: sessionCaller(caller), openedAt: clock.monotonic() });
    overlay.accept({ deviceId, name, channel }, hello.revocationsKnown);
    return { deviceId, name };
  }

  #welcomeLeaf(accepted: AcceptedSocket, hello: Hello, channel: Channel, reply: Reply): Session {
    const { caller } = accepted;
    const { deviceId } = caller;
    const { clock, catalogs, log, relay } = this.#c;
    const relation = relationOf(hello);
    requireScope(caller, 'session');
    const place = relation === 'probe' ? this.#probes : this.#leaves;
    const replaced = place.get(deviceId);
    if (relation !== 'probe' && this.#drain.isOn) throw new BanyanError('draining');
    if (relation !== 'probe' && replaced === undefined && this.#isCordoned)
      throw new BanyanError(
        'full',
        'An operator keeps new leaves away from this supernode for now. Take one of the alternates.',
      );
    const room = relation === 'probe' ? MAX_PROBES : this.#init.capacity;
    if (replaced === undefined && place.size >= room)
      throw new BanyanError(
        'full',
        `This supernode holds ${place.size} leaves and has no room. Take one of the alternates.`,
      );
    const features = relation === 'probe' ? [] : [SUGGEST_FEATURE, CHECK_REACH_FEATURE, UPLOAD_OFFER_FEATURE];
    const welcome = this.#welcome(hello, accepted, MAX_IN_FLIGHT_LEAF, features);
    const now = clock.monotonic();
    const session: Session = {
      deviceId,
      relation,
      caller: sessionCaller(caller),
      channel,
      openedAt: now,
      // Coming anew is no way round a limit.
      limits: replaced?.limits ?? createRateLimits(LEAF_LIMITS),
      listenPorts: hello.listen.map(({ port }) => port),
      remoteHost: accepted.remoteHost,
      publishes: false,
      offer: undefined,
      queued: 0,
      life: new AbortController(),
    };
    place.set(deviceId, session);
    if (replaced !== undefined) {
      this.#c.work.drop(deviceId);
      replaced.channel.close(new BanyanError('session_replaced'));
    }
    let catalogKnown = false;
    if (relation === 'home') catalogKnown = this.#moveIn(session, hello.catalogFingerprint);
    else if (relation === 'second' && replaced?.publishes === true) catalogs.disconnect(deviceId);
    reply({ kind: 'welcome', welcome: { ...welcome, catalogKnown } });
    relay.add(channel, hello.revocationsKnown);
    log.debug({ device: deviceId.slice(0, 8), relation, leaves: this.#leaves.size }, 'a leaf came');
    return session;
  }

  /** The leaf lives here from now on. */
  #moveIn(session: Session, fingerprint: Uint8Array): boolean {
    // Its other home died while this one says farewell.
    if (this.#drain.isOn) throw new BanyanError('draining');
    session.publishes = true;
    const known = this.#c.catalogs.connect({ ...session.caller, fingerprint });
    this.#c.catalogs.setOffer(session.deviceId, session.offer);
    this.#c.reach.begin(session);
    return known;
  }

  #ended(session: Session): void {
    const { deviceId } = session;
    session.life.abort();
    if (this.#probes.get(deviceId) === session) this.#probes.delete(deviceId);
    if (this.#leaves.get(deviceId) !== session) return;
    this.#leaves.delete(deviceId);
    this.#c.work.drop(deviceId);
    if (session.publishes) this.#c.catalogs.disconnect(deviceId);
    this.#drain.left();
  }

  /** Ends what is banned, too old, or has a token that ended. */
  #review(): void {
    const { clock, revocations, catalogs, overlay, authReachable } = this.#c;
    const now = clock.now();
    const at = clock.monotonic();
    const graceMs = (authReachable() ? CLOCK_SKEW_S : TOKEN_GRACE_S) * 1000;
    const banOf = (deviceId: string, accountId: string): BanyanError | undefined => {
      const ban = revocations.deviceRevoked(deviceId, now) ?? revocations.accountRevoked(accountId, now);
      return ban === undefined ? undefined : bannedError(ban);
    };
    const endOf = ({ caller, openedAt }: LinkCaller | Session): BanyanError | undefined => {
      const ban = banOf(caller.deviceId, caller.accountId);
      if (ban !== undefined) return ban;
      if (now > caller.expiresAt + graceMs) return new BanyanError('token_expired');
      if (at - openedAt > MAX_SESSION_MS) return new BanyanError('session_too_old');
      return undefined;
    };
    for (const session of [...this.#leaves.values(), ...this.#probes.values()]) {
      const end = endOf(session);
      if (end !== undefined) session.channel.close(end);
    }
    for (const [channel, link] of this.#links) {
      const end = endOf(link);
      if (end !== undefined) channel.close(end);
    }
    catalogs.forgetIf(({ deviceId, accountId }) => banOf(deviceId, accountId) !== undefined);
    // Links that this side dialled have shown no token here; their device may be banned all the same.
    overlay.review();
  }

  #welcome(
    hello: Hello,
    accepted: AcceptedSocket,
    maxInFlight: number,
    features: readonly string[],
  ): WelcomeBody {
    return welcomeTo(hello, {
      self: this.#c.self,
      observed: { host: accepted.remoteHost, port: accepted.remotePort },
      alternates: this.#alternates(),
      maxInFlight,
      maxRecords: this.#init.maxLeafRecords,
      now: this.#c.clock.now(),
      revocationsKnown: this.#c.revocations.seq,
      features,
    });
  }

  #alternates(): ReturnType<typeof pickAlternates> {
    return pickAlternates(this.#c.overlay.inService, this.#c.random);
  }
}

function relationOf({ relation }: Hello): Session['relation'] {
  switch (relation) {
    case RELATION.home:
      return 'home';
    case RELATION.secondHome:
      return 'second';
    case RELATION.probe:
      return 'probe';
    default:
      throw new BanyanError(
        'unknown_message',
        `Hello has a relation (${relation}) that is not known here. Update the older side.`,
      );
  }
}
