/**
 * Sessions with callers: hello and welcome, what a leaf may ask, the life of a session (re-authentication, age, bans,
 * limits), and the drain.
 */
import type { Viewer } from '@banyan/core';
import {
  BanyanError,
  HELLO_TIMEOUT_MS,
  MAX_ALTERNATES,
  MAX_BATCH_RECORDS,
  MAX_FRAME_BYTES,
  MAX_IN_FLIGHT_LEAF,
  MAX_IN_FLIGHT_LINK,
  MAX_LEAF_RECORDS,
  MAX_SEARCHES_PER_MINUTE,
  MAX_SESSION_MS,
  RELATION,
  TOKEN_GRACE_S,
  type Envelope,
  type EnvelopeBody,
  type Hello,
  type RevocationEntry,
  type SupernodeEntry,
  type SupernodeRef,
} from '@banyan/proto';
import {
  requireScope,
  type Clock,
  type Log,
  type RevocationList,
  type Startable,
  type Timer,
  type TokenVerifier,
  type VerifiedToken,
} from '@banyan/kit';
import { PROTOCOL_VERSIONS, createChannel, type Channel } from '@banyan/sdk';
import type { Catalogs } from './catalogs.ts';
import type { DialBack } from './dial-back.ts';
import type { Overlay } from './overlay.ts';
import type { QueryRouter } from './query-router.ts';
import { createRateLimiter, type RateLimiter } from './rate-limiter.ts';
import type { AcceptedSocket } from './session-server.ts';

export interface SessionsComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly catalogs: Catalogs;
  readonly router: QueryRouter;
  readonly overlay: Overlay;
  readonly dialBack: DialBack;
  readonly verifier: TokenVerifier;
  readonly revocations: RevocationList;
  readonly self: { readonly deviceId: string; readonly name: string };
}

export interface SessionsInit {
  /** Leaves (home and second home together) that are taken. */
  readonly capacity: number;
  /** How long leaves may take to move when this supernode leaves service. */
  readonly drainMs: number;
}

export interface Sessions extends Startable {
  /** Takes an authenticated socket over. */
  accept(accepted: AcceptedSocket): void;
  /** Leaves with a session here, second homes included. */
  readonly leaves: number;
  readonly draining: boolean;
  /** Answers what comes over a link, whichever side dialled it. */
  onLinkMessage(
    from: { deviceId: string; name: string },
    envelope: Envelope,
    reply: (body: EnvelopeBody) => void,
    signal: AbortSignal,
  ): void | Promise<void>;
  /** Waits until a drain has begun. */
  onDrain(listener: () => void): void;
}

interface Session {
  readonly deviceId: string;
  readonly relation: 'home' | 'second' | 'probe';
  caller: VerifiedToken;
  readonly channel: Channel;
  readonly openedAt: number;
  readonly searches: RateLimiter;
  readonly hello: Hello;
  readonly remoteHost: string;
  publishes: boolean;
  readonly life: AbortController;
}

/** Sessions are looked over this often for age, ended tokens and bans. */
const SWEEP_MS = 5_000;
/** A leaf that could not be dialled back is tried again after these waits; its network may still be coming up. */
const REDIAL_MS = [2_000, 10_000, 60_000, 300_000] as const;
/** Leaves are told to move one after the other, so that their new home is not stormed. */
const DRAIN_SPREAD_MS = 1_000;
const DRAIN_POLL_MS = 50;

export function createSessions(components: SessionsComponents, init: SessionsInit): Sessions {
  return new LeafSessions(components, init);
}

class LeafSessions implements Sessions {
  readonly name = 'leaf sessions';
  readonly #c: SessionsComponents;
  readonly #init: SessionsInit;
  /** Device id → its session; probes are not in it. */
  readonly #sessions = new Map<string, Session>();
  readonly #channels = new Set<Channel>();
  readonly #drainListeners = new Set<() => void>();
  /** Who dialled each accepted link, as last authenticated. */
  readonly #linkCallers = new Map<Channel, VerifiedToken>();
  #sweep: Timer | undefined;
  #draining = false;
  #stopped = false;
  #unsubscribe: (() => void) | undefined;

  constructor(components: SessionsComponents, init: SessionsInit) {
    this.#c = components;
    this.#init = init;
  }

  get leaves(): number {
    return this.#sessions.size;
  }

  get draining(): boolean {
    return this.#draining;
  }

  onDrain(listener: () => void): void {
    this.#drainListeners.add(listener);
  }

  start(): Promise<void> {
    this.#sweep = this.#c.clock.setInterval(() => this.#sweepSessions(), SWEEP_MS, { keepAlive: false });
    this.#unsubscribe = this.#c.revocations.onChange((delta) => {
      const notice: EnvelopeBody = { kind: 'revocations', revocations: { signed: [delta.signed] } };
      for (const session of this.#sessions.values()) session.channel.send(notice);
      this.#c.overlay.broadcast(notice);
      this.#sweepSessions();
    });
    return Promise.resolve();
  }

  async drain(signal?: AbortSignal): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    for (const listener of this.#drainListeners) listener();
    const alternates = this.#alternates();
    const { clock, random, log } = this.#c;
    // Nowhere to go: waiting would help nobody.
    if (this.#sessions.size === 0 || alternates.length === 0) return;
    log.info({ leaves: this.#sessions.size }, 'leaving service: leaves are asked to move');
    const deadlineMs = clock.now() + this.#init.drainMs;
    const spread = Math.min(DRAIN_SPREAD_MS, this.#init.drainMs / 4);
    for (const session of this.#sessions.values()) {
      clock.setTimeout(
        () => session.channel.send({ kind: 'draining', draining: { deadlineMs, alternates } }),
        random() * spread,
      );
    }
    while (this.#sessions.size > 0 && clock.now() < deadlineMs && signal?.aborted !== true)
      await clock.sleep(DRAIN_POLL_MS);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#sweep?.cancel();
    this.#unsubscribe?.();
    const channels = [...this.#channels];
    for (const channel of channels)
      channel.close(
        new BanyanError('shutting_down', 'This supernode stops. Your peer moves to another one by itself.'),
      );
    await Promise.all(channels.map((c) => c.closed));
  }

  accept(accepted: AcceptedSocket): void {
    const { clock, log } = this.#c;
    const { caller } = accepted;
    let session: Session | undefined;
    let linked: { deviceId: string; name: string } | undefined;
    let greeted = false;
    const channel = createChannel({
      socket: accepted.socket,
      clock,
      log: log.child({ device: caller.deviceId.slice(0, 8) }),
      maxInFlightIn: MAX_IN_FLIGHT_LEAF,
      handlers: {
        onMessage: (envelope, reply, signal) => {
          if (linked !== undefined) {
            if (envelope.kind === 'reauth')
              return this.#reauthLink(channel, linked.deviceId, envelope.reauth.token, reply);
            return this.onLinkMessage(linked, envelope, reply, signal);
          }
          if (session !== undefined) return this.#onLeafMessage(session, envelope, reply, signal);
          if (greeted || envelope.kind !== 'hello')
            throw fatal(
              channel,
              new BanyanError('out_of_order', 'The first message of a session is hello, once.'),
            );
          greeted = true;
          helloTimer.cancel();
          try {
            if (envelope.hello.relation === RELATION.supernode)
              linked = this.#welcomeLink(caller, envelope.hello, channel, reply, accepted);
            else session = this.#welcomeLeaf(accepted, envelope.hello, channel, reply);
          } catch (error) {
            throw fatal(
              channel,
              error instanceof BanyanError ? error : new BanyanError('internal', undefined, { cause: error }),
              this.#alternates(),
            );
          }
          return undefined;
        },
        onClose: () => {
          helloTimer.cancel();
          this.#channels.delete(channel);
          this.#linkCallers.delete(channel);
          if (session !== undefined) this.#ended(session);
        },
      },
    });
    this.#channels.add(channel);
    const helloTimer = clock.setTimeout(
      () => channel.close(new BanyanError('timeout', 'No hello came in time.')),
      HELLO_TIMEOUT_MS,
    );
    if (this.#stopped) channel.close(new BanyanError('shutting_down'));
  }

  async onLinkMessage(
    from: { deviceId: string; name: string },
    envelope: Envelope,
    reply: (body: EnvelopeBody) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { router, overlay, revocations } = this.#c;
    // Another supernode's query stops here and sees what every member may see.
    const asker = { deviceId: '', viewer: undefined, signal };
    switch (envelope.kind) {
      case 'search':
        return router.search({ ...envelope.search, hops: 0 }, asker, reply, envelope.traceparent);
      case 'findSources':
        return router.findSources({ ...envelope.findSources, hops: 0 }, asker, reply, envelope.traceparent);
      case 'linkState':
        overlay.noteState(from.deviceId, envelope.linkState);
        return;
      case 'revocations':
        await revocations.apply(envelope.revocations.signed);
        return;
      case 'draining':
      case 'error':
        return;
      default:
        throw new BanyanError('unknown_message', `A link does not carry "${envelope.kind}".`);
    }
  }

  async #reauthLink(
    channel: Channel,
    deviceId: string,
    token: string,
    reply: (body: EnvelopeBody) => void,
  ): Promise<void> {
    const caller = await this.#c.verifier.verify(token, { jkt: deviceId });
    requireScope(caller, 'link');
    this.#linkCallers.set(channel, caller);
    reply({ kind: 'reauthDone', reauthDone: { expiresAtMs: caller.expiresAt } });
  }

  #welcomeLink(
    caller: VerifiedToken,
    hello: Hello,
    channel: Channel,
    reply: (body: EnvelopeBody) => void,
    accepted: AcceptedSocket,
  ): { deviceId: string; name: string } {
    requireScope(caller, 'link');
    const name =
      this.#c.overlay.members.find((m) => m.deviceId === caller.deviceId)?.name ??
      caller.deviceId.slice(0, 8);
    reply({ kind: 'welcome', welcome: this.#welcome(hello, accepted, false, MAX_IN_FLIGHT_LINK) });
    this.#linkCallers.set(channel, caller);
    this.#c.overlay.accept({ deviceId: caller.deviceId, name, channel });
    this.#sendRevocations(channel, hello.revocationsKnown);
    return { deviceId: caller.deviceId, name };
  }

  #welcomeLeaf(
    accepted: AcceptedSocket,
    hello: Hello,
    channel: Channel,
    reply: (body: EnvelopeBody) => void,
  ): Session {
    const { caller } = accepted;
    const { clock, catalogs, log } = this.#c;
    const relation =
      hello.relation === RELATION.home
        ? 'home'
        : hello.relation === RELATION.secondHome
          ? 'second'
          : hello.relation === RELATION.probe
            ? 'probe'
            : undefined;
    if (relation === undefined)
      throw new BanyanError(
        'unknown_message',
        `Hello has a relation (${hello.relation}) that is not known here. Update the older side.`,
      );
    requireScope(caller, 'session');
    const replaced = this.#sessions.get(caller.deviceId);
    if (relation !== 'probe') {
      if (this.#draining) throw new BanyanError('draining');
      if (replaced === undefined && this.#sessions.size >= this.#init.capacity)
        throw new BanyanError(
          'full',
          `This supernode holds ${this.#init.capacity} leaves and has no room. Take one of the alternates.`,
        );
    }
    const welcome = this.#welcome(hello, accepted, false, MAX_IN_FLIGHT_LEAF);
    const session: Session = {
      deviceId: caller.deviceId,
      relation,
      caller,
      channel,
      openedAt: clock.monotonic(),
      searches: createRateLimiter(MAX_SEARCHES_PER_MINUTE, clock.monotonic()),
      hello,
      remoteHost: accepted.remoteHost,
      publishes: false,
      life: new AbortController(),
    };
    let catalogKnown = false;
    if (relation !== 'probe') {
      this.#sessions.set(caller.deviceId, session);
      replaced?.channel.close(new BanyanError('session_replaced'));
      if (relation === 'home') catalogKnown = this.#moveIn(session, hello.catalogFingerprint);
      else if (replaced?.publishes === true) catalogs.disconnect(caller.deviceId);
    }
    reply({ kind: 'welcome', welcome: { ...welcome, catalogKnown } });
    this.#sendRevocations(channel, hello.revocationsKnown);
    log.debug({ device: caller.deviceId.slice(0, 8), relation, leaves: this.#sessions.size }, 'a leaf came');
    return session;
  }

  /** The leaf lives here from now on. */
  #moveIn(session: Session, fingerprint: Uint8Array): boolean {
    session.publishes = true;
    const { claims, deviceId } = session.caller;
    const known = this.#c.catalogs.connect({
      deviceId,
      accountId: claims.sub,
      account: claims.account,
      fingerprint,
    });
    void this.#reach(session);
    return known;
  }

  /** Dials the leaf back until it answers or leaves; tells it each time what was found. */
  async #reach(session: Session): Promise<void> {
    const { dialBack, catalogs, clock } = this.#c;
    const ports = session.hello.listen.map((a) => a.port);
    if (ports.length === 0) return;
    for (const wait of [...REDIAL_MS, undefined]) {
      const checks = await dialBack.check(
        { deviceId: session.deviceId, observedHost: session.remoteHost, ports },
        session.life.signal,
      );
      if (session.life.signal.aborted) return;
      const addresses = checks.flatMap((check) =>
        check.reachable && check.address !== null ? [check.address] : [],
      );
      catalogs.setAddresses(session.deviceId, addresses);
      session.channel.send({ kind: 'reachability', reachability: { checks } });
      if (addresses.length > 0 || wait === undefined) return;
      try {
        await clock.sleep(wait, session.life.signal);
      } catch {
        return;
      }
    }
  }

  async #onLeafMessage(
    session: Session,
    envelope: Envelope,
    reply: (body: EnvelopeBody) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { catalogs, router, log } = this.#c;
    switch (envelope.kind) {
      case 'publish': {
        if (session.relation === 'probe') throw new BanyanError('forbidden', 'A probe publishes nothing.');
        // A second home becomes the home with its first publication.
        if (!session.publishes) this.#moveIn(session, new Uint8Array(0));
        const result = catalogs.publish(session.deviceId, envelope.publish);
        reply({
          kind: 'publishAck',
          publishAck: { accepted: result.accepted, refused: result.refused, records: result.records },
        });
        return;
      }
      case 'search':
        this.#limit(session);
        return router.search(envelope.search, this.#asker(session, signal), reply, envelope.traceparent);
      case 'findSources':
        this.#limit(session);
        return router.findSources(
          envelope.findSources,
          this.#asker(session, signal),
          reply,
          envelope.traceparent,
        );
      case 'reauth': {
        const caller = await this.#c.verifier.verify(envelope.reauth.token, { jkt: session.deviceId });
        session.caller = caller;
        reply({ kind: 'reauthDone', reauthDone: { expiresAtMs: caller.expiresAt } });
        return;
      }
      case 'badSource':
        log.warn(
          {
            reporter: session.deviceId,
            source: envelope.badSource.deviceId,
            code: envelope.badSource.code,
            chunk: envelope.badSource.chunk,
          },
          'a downloader reports a bad source',
        );
        return;
      case 'error':
        return;
      case 'hello':
        throw new BanyanError('out_of_order', 'Hello came a second time.');
      default:
        throw new BanyanError('unknown_message', `A supernode does not take "${envelope.kind}" from a leaf.`);
    }
  }

  #limit(session: Session): void {
    const waitMs = session.searches.take(this.#c.clock.monotonic());
    if (waitMs > 0) {
      throw new BanyanError(
        'rate_limited',
        `Too many searches: ${MAX_SEARCHES_PER_MINUTE} a minute are allowed. Wait ${Math.ceil(waitMs / 1000)} s, then go on.`,
        {
          retryAfterMs: waitMs,
        },
      );
    }
  }

  #asker(session: Session, signal: AbortSignal): { deviceId: string; viewer: Viewer; signal: AbortSignal } {
    return { deviceId: session.deviceId, viewer: { account: session.caller.claims.sub }, signal };
  }

  #ended(session: Session): void {
    session.life.abort();
    if (this.#sessions.get(session.deviceId) !== session) return;
    this.#sessions.delete(session.deviceId);
    if (session.publishes) this.#c.catalogs.disconnect(session.deviceId);
  }

  /** Ends sessions that are too old, whose token ended long ago, or whose device or account is banned. */
  #sweepSessions(): void {
    const { clock, revocations, catalogs } = this.#c;
    const now = clock.now();
    for (const session of this.#sessions.values()) {
      const { claims } = session.caller;
      const banned =
        revocations.deviceRevoked(session.deviceId, now) ?? revocations.accountRevoked(claims.sub, now);
      if (banned !== undefined) {
        session.channel.close(bannedError(banned));
        catalogs.forget(session.deviceId);
      } else if (now > (claims.exp + TOKEN_GRACE_S) * 1000)
        session.channel.close(new BanyanError('token_expired'));
      else if (clock.monotonic() - session.openedAt > MAX_SESSION_MS)
        session.channel.close(new BanyanError('session_too_old'));
    }
    for (const [channel, { claims, deviceId }] of this.#linkCallers) {
      const banned = revocations.deviceRevoked(deviceId, now) ?? revocations.accountRevoked(claims.sub, now);
      if (banned !== undefined) channel.close(bannedError(banned));
      else if (now > (claims.exp + TOKEN_GRACE_S) * 1000) channel.close(new BanyanError('token_expired'));
    }
  }

  #sendRevocations(channel: Channel, known: number): void {
    const signed = this.#c.revocations.since(known);
    if (signed.length > 0) channel.send({ kind: 'revocations', revocations: { signed } });
  }

  #welcome(
    hello: Hello,
    accepted: AcceptedSocket,
    catalogKnown: boolean,
    maxInFlight: number,
  ): Extract<EnvelopeBody, { kind: 'welcome' }>['welcome'] {
    const version = Math.min(hello.maxVersion, PROTOCOL_VERSIONS.max);
    if (version < Math.max(hello.minVersion, PROTOCOL_VERSIONS.min)) {
      throw new BanyanError(
        'unsupported_version',
        `This supernode speaks protocol versions ${PROTOCOL_VERSIONS.min} to ${PROTOCOL_VERSIONS.max}, the caller ${hello.minVersion} to ${hello.maxVersion}. Update the older side.`,
      );
    }
    const alternates = this.#alternates();
    return {
      version,
      deviceId: this.#c.self.deviceId,
      name: this.#c.self.name,
      observed: { host: accepted.remoteHost, port: accepted.remotePort },
      catalogKnown,
      limits: {
        maxFrameBytes: MAX_FRAME_BYTES,
        maxBatchRecords: MAX_BATCH_RECORDS,
        maxRecords: MAX_LEAF_RECORDS,
        maxInFlight,
        searchesPerMinute: MAX_SEARCHES_PER_MINUTE,
        maxSessionSeconds: MAX_SESSION_MS / 1000,
      },
      alternates,
      secondHome: alternates[0] ?? null,
      serverTimeMs: this.#c.clock.now(),
      revocationsKnown: this.#c.revocations.seq,
      features: [],
    };
  }

  /** Other supernodes in service, in an order of chance. */
  #alternates(): SupernodeRef[] {
    const { overlay, self, random } = this.#c;
    return overlay.members
      .filter((m) => m.deviceId !== self.deviceId && m.state === 'active')
      .map((m) => [random(), m] as const)
      .sort(([a], [b]) => a - b)
      .slice(0, MAX_ALTERNATES)
      .map(([, m]) => toRef(m));
  }
}

function bannedError(ban: RevocationEntry): BanyanError {
  return new BanyanError(
    'token_revoked',
    ban.reason === ''
      ? undefined
      : `This account or device has been banned: ${ban.reason}. Ask an operator of your network.`,
  );
}

function toRef(entry: SupernodeEntry): SupernodeRef {
  return {
    deviceId: entry.deviceId,
    addresses: entry.addresses.map((a) => ({ host: a.host, port: a.port })),
    name: entry.name,
  };
}

/** Ends the session with the error, alternates named; returned so that it can be thrown on. */
function fatal(channel: Channel, error: BanyanError, alternates: readonly SupernodeRef[] = []): BanyanError {
  channel.close(error, alternates);
  return error;
}
