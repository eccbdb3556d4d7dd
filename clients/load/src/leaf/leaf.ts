/**
 * One simulated leaf: the real client (tokens, mutual TLS, home and second home, publishing, failover) without a disk.
 *
 * ```
 *   away ──join──▶ joining ──home──▶ online ──catalog there──▶ published
 *     ▲                                │  home lost: joining again, by itself
 *     └────────────leave───────────────┘
 * ```
 */
import {
  createWishes,
  isLying,
  type LeafProfile,
  type Random,
  type SyntheticBytes,
  type SyntheticContent,
  type Wishes,
} from '@banyan/core';
import {
  VERSION,
  silentLog,
  systemClock,
  type Clock,
  type Identity,
  type Issuer,
  type Semaphore,
  type ServiceFetch,
} from '@banyan/kit';
import {
  createAuthClient,
  createHome,
  createListClient,
  createTokenSource,
  openSupernodeSession,
  type AuthClient,
  type Catalog,
  type Home,
  type RevocationIntake,
  type SupernodeSession,
  type TokenSource,
} from '@banyan/sdk';
import { AUDIENCE, BanyanError, type HostPort } from '@banyan/proto';
import { download, type DownloadInit } from '../transfer/download.ts';
import type { Listener, TransferDesk } from '../transfer/transfer-desk.ts';

/** What the leaves of a worker share. */
export interface LeafWorld {
  readonly issuer: Issuer;
  readonly listFetch: ServiceFetch;
  readonly intake: RevocationIntake;
  readonly keepSecond: boolean;
  /** For what many leaves do at one time: {@link createTurnClock}. */
  readonly turnClock: Clock;
  /** Questions to the list under way at once. */
  readonly questions: Semaphore;
  /** Handshakes with supernodes under way at once. */
  readonly handshakes: Semaphore;
  /** Where bytes are served and fetched; absent: leaves do neither. */
  readonly transfers?: Transfers;
}

export interface Transfers {
  readonly desk: TransferDesk;
  readonly bytes: SyntheticBytes;
  /** Where leaves listen. */
  readonly host: string;
}

/** What is told of a download while it runs. */
export type DownloadWatch = Pick<
  DownloadInit,
  'signal' | 'onFirstChunk' | 'onBytes' | 'onBadChunk' | 'onWrongKept'
>;

/** Told what becomes of a leaf; times are monotonic milliseconds. */
export interface LeafEvents {
  /** It has a home; `since`: when it was to join, or lost its home. */
  onHome(leaf: Leaf, event: { readonly since: number; readonly isReturn: boolean }): void;
  /** Its home acknowledged the catalog, `since` it has that home. */
  onPublished(
    leaf: Leaf,
    event: {
      readonly homeAt: number;
      readonly since: number;
      readonly isReturn: boolean;
      /** It was held there still from an earlier session: nothing was sent. */
      readonly wasHeld: boolean;
    },
  ): void;
  /** Its home is gone, and nobody here wanted that. */
  onLost(leaf: Leaf): void;
}

export interface Leaf {
  readonly profile: LeafProfile;
  readonly deviceId: string;
  readonly auth: AuthClient;
  readonly wishes: Wishes;
  /** Name of its home; undefined: none. */
  readonly homeName: string | undefined;
  /** Monotonic milliseconds since when its catalog is with its home; undefined: it is not. */
  readonly publishedAt: number | undefined;
  /** Records that its home acknowledged. */
  readonly published: number;
  /** Whether others are told that it has what it published: it gives it, and its home reached it. */
  readonly isSource: boolean;
  /** Why it has no home. */
  readonly problem: string | undefined;
  readonly home: Home | undefined;
  /** The newest session with a supernode, for rude personas. */
  readonly session: SupernodeSession | undefined;
  /** Begins a session of use. @param dueAt - when that was to happen */
  join(dueAt: number): void;
  /** Ends it; resolves when all is closed. */
  leave(): Promise<void>;
  /**
   * Fetches a content from whom its home names, and proves it.
   *
   * @throws BanyanError `timeout` when the signal says so; why nobody can be asked
   */
  download(content: SyntheticContent, watch: DownloadWatch): Promise<void>;
}

export interface LeafInit {
  readonly profile: LeafProfile;
  readonly identity: Identity;
  readonly catalog: Catalog;
  readonly random: Random;
  readonly events: LeafEvents;
}

/** The discard service, which nobody runs: the port of a leaf that nobody can dial, who does not know that. */
const DEAD_PORT = 9;
const SOFTWARE = `banyan/${VERSION} (load)`;
const log = silentLog();
const clock = systemClock;

export function createLeaf(world: LeafWorld, init: LeafInit): Leaf {
  return new SimulatedLeaf(world, init);
}

class SimulatedLeaf implements Leaf {
  readonly profile: LeafProfile;
  readonly wishes: Wishes;
  readonly #world: LeafWorld;
  readonly #init: LeafInit;
  readonly #tokens: TokenSource;
  home: Home | undefined;
  session: SupernodeSession | undefined;
  homeName: string | undefined;
  publishedAt: number | undefined;
  /** When it was to join, or lost its home. */
  #since = 0;
  #homeAt = 0;
  #isReturn = false;
  #listener: Promise<Listener | undefined> = Promise.resolve(undefined);

  constructor(world: LeafWorld, init: LeafInit) {
    this.#world = world;
    this.#init = init;
    this.profile = init.profile;
    this.wishes = createWishes(init.profile.library);
    this.#tokens = createTokenSource({
      clock,
      log,
      requestToken: (audience, signal) => this.auth.requestToken(audience, signal),
    });
  }

  /** Made whenever it is needed, to enrol and for a token now and then: some forty calls, which would stay for each leaf. */
  get auth(): AuthClient {
    return createAuthClient({
      issuer: this.#world.issuer,
      deviceKey: this.#init.identity.deviceKey,
      token: (signal) => this.#tokens.token(AUDIENCE.auth, signal),
    });
  }

  get deviceId(): string {
    return this.#init.identity.deviceId;
  }

  get published(): number {
    return this.home?.state.published ?? 0;
  }

  get isSource(): boolean {
    return (
      !isLying(this.profile.persona) && this.home?.state.reach.some(({ reachable }) => reachable) === true
    );
  }

  get problem(): string | undefined {
    return this.home?.state.problem?.code;
  }

  join(dueAt: number): void {
    const { issuer, listFetch, intake, keepSecond, turnClock, questions, handshakes } = this.#world;
    const { identity, catalog, random } = this.#init;
    const tokens = this.#tokens;
    this.#listener = this.#listen();
    // Told where it is needed: without a listener there is no session, and the reason is that of the failed connect.
    this.#listener.catch(() => undefined);
    const list = createListClient({
      urls: () => issuer.metadata.banyan_list_endpoints,
      fetch: listFetch,
      deviceKey: identity.deviceKey,
      token: (signal) => tokens.token(AUDIENCE.list, signal),
      onTokenRefused: () => tokens.invalidate(AUDIENCE.list),
    });
    const home = createHome(
      {
        clock: turnClock,
        log,
        random,
        list: {
          supernodes: (...about) => questions.run(() => list.supernodes(...about)),
        },
        catalog,
        open: async (init) => {
          const listen = await this.#listenClaims();
          this.session = await handshakes.run(() =>
            openSupernodeSession(
              { clock, log, identity, tokens },
              { software: SOFTWARE, listen, revocationsKnown: issuer.revocations.seq, ...init },
            ),
          );
          return this.session;
        },
      },
      { keepSecond, onRevocations: (signed) => void intake(signed) },
    );
    this.#since = dueAt;
    this.#isReturn = false;
    this.home = home;
    home.onState(() => this.#look(home));
    void home.start();
  }

  async leave(): Promise<void> {
    const { home } = this;
    this.home = undefined;
    this.session = undefined;
    this.homeName = undefined;
    this.publishedAt = undefined;
    const listener = this.#listener;
    this.#listener = Promise.resolve(undefined);
    await Promise.all([
      home?.stop(),
      listener.then(
        (it) => it?.close(),
        () => undefined,
      ),
    ]);
  }

  download(content: SyntheticContent, watch: DownloadWatch): Promise<void> {
    const { home } = this;
    const { transfers } = this.#world;
    if (home === undefined || transfers === undefined)
      throw new BanyanError('no_supernode', 'A leaf that is not online fetches nothing.');
    const { identity, random } = this.#init;
    return download({
      content,
      identity,
      random,
      bytes: transfers.bytes,
      token: (signal) => this.#tokens.token(AUDIENCE.peer, signal),
      findSources: (id, signal) => home.findSources(id, { signal }),
      reportBadSource: (report) => home.reportBadSource(report),
      ...watch,
    });
  }

  /** Whoever shares listens, as far as anybody can dial it. */
  async #listen(): Promise<Listener | undefined> {
    const { transfers } = this.#world;
    const { persona, library, isReachable } = this.profile;
    if (transfers === undefined || library.length === 0 || !isReachable) return undefined;
    return transfers.desk.listen({ identity: this.#init.identity, persona, library }, transfers.host);
  }

  async #listenClaims(): Promise<HostPort[]> {
    const { transfers } = this.#world;
    if (transfers === undefined || this.profile.library.length === 0) return [];
    const listener = await this.#listener;
    return [{ host: transfers.host, port: listener?.port ?? DEAD_PORT }];
  }

  #look(home: Home): void {
    // What a home that was left still says is nobody's news.
    if (this.home !== home) return;
    const { home: session, upToDate } = home.state;
    const name = session?.supernode.name;
    if (this.homeName !== undefined && name !== this.homeName) {
      this.homeName = undefined;
      this.publishedAt = undefined;
      this.#since = clock.monotonic();
      this.#isReturn = true;
      this.#init.events.onLost(this);
    }
    const isNew = name !== undefined && this.homeName === undefined;
    if (isNew) {
      this.homeName = name;
      this.#homeAt = clock.monotonic();
      this.#init.events.onHome(this, { since: this.#since, isReturn: this.#isReturn });
    }
    if (upToDate && this.publishedAt === undefined && this.homeName !== undefined) {
      this.publishedAt = clock.monotonic();
      this.#init.events.onPublished(this, {
        homeAt: this.#homeAt,
        since: this.#since,
        isReturn: this.#isReturn,
        wasHeld: isNew,
      });
    } else if (!upToDate) this.publishedAt = undefined;
  }
}
