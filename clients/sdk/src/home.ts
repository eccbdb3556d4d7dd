/**
 * Keeps a leaf at home: one supernode that holds its catalog, a second one connected and warm.
 *
 * ```
 *            lost                       lost
 *   home ───────────▶ second becomes home, is published to; another second is looked for
 *   second ─────────▶ another second is looked for
 *   draining notice ▶ the second becomes home while the old one still answers; then the old one is left
 * ```
 *
 * Which supernode to prefer is decided by `core` (selection); this carries it out.
 */
import {
  BanyanError,
  toBanyanError,
  type AddressCheck,
  type BadSource,
  type ChunkFetch,
  type ContentId,
  type Outgoing,
  type Publish,
  type SearchDone,
  type Source,
  type Suggestion,
  type SupernodeEntry,
  type UploadOffer,
} from '@banyan/proto';
import { createBackoff, type Clock, type Log, type Timer } from '@banyan/kit';
import { chooseCandidates } from './candidates.ts';
import type { ListClient } from './list-client.ts';
import type {
  RefusalDetails,
  SearchOptions,
  SessionInit,
  SessionRelation,
  SourcesOptions,
  SupernodeAddress,
  SupernodeSession,
} from './supernode-session.ts';

/** What a leaf publishes. Versions are local to this process; fingerprints are what both sides compare. */
export interface Catalog {
  /** Grows with each change. */
  readonly version: number;
  readonly records: number;
  /** 32 bytes over all records; see proto/spec/session.md. */
  fingerprint(): Uint8Array;
  /** Batches that bring a supernode which is at version `since` (undefined: which has nothing) to `version`. */
  changes(since: number | undefined): {
    readonly version: number;
    readonly batches: Iterable<Outgoing<Publish>>;
  };
  onChange(listener: () => void): () => void;
}

export interface HomeComponents {
  readonly clock: Clock;
  readonly log: Log;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly list: Pick<ListClient, 'supernodes'>;
  readonly catalog: Catalog;
  /** `openSupernodeSession` bound to this device. */
  readonly open: (
    init: Pick<
      SessionInit,
      'supernode' | 'relation' | 'signal' | 'onRevocations' | 'onDraining' | 'onReachability'
    > & {
      catalog?: { fingerprint: Uint8Array; records: number };
    },
  ) => Promise<SupernodeSession>;
}

export interface HomeInit {
  /** Supernodes known from an earlier run, for a start while the list is away. */
  readonly lastKnown?: readonly SupernodeEntry[];
  /** Called when a list came, to be kept for the next run. */
  readonly onKnown?: (supernodes: readonly SupernodeEntry[]) => void;
  /** Name or device id of a supernode to prefer as home while it is there. */
  readonly prefer?: string;
  /**
   * This device, which may run a supernode itself. That one is a home only while there is no other: it can vouch for
   * nothing, neither that others reach this device nor for its line, and goes when this device goes.
   */
  readonly self?: string;
  readonly onRevocations?: (signed: readonly string[]) => void;
  /** Keep a second home, where there is one. Default true; without it a lost home is a cold start. */
  readonly keepSecond?: boolean;
}

/** One session as others may see it. */
export interface HomeSession {
  readonly supernode: SupernodeAddress;
  readonly relation: 'home' | 'second';
  readonly connectedAt: number;
  readonly roundTripMs: number | undefined;
}

export interface HomeState {
  readonly home: HomeSession | undefined;
  readonly second: HomeSession | undefined;
  /** Records that the home acknowledged. */
  readonly published: number;
  /** Whether the home has the catalog as it is now. */
  readonly upToDate: boolean;
  /** What the home found when it dialled us back. */
  readonly reach: readonly AddressCheck[];
  /** When it found that, unix ms; undefined: it has not dialled yet. */
  readonly reachAt: number | undefined;
  /** Supernodes known from the list. */
  readonly known: readonly SupernodeEntry[];
  /** Why there is no home. */
  readonly problem: BanyanError | undefined;
  /** Why the list does not answer. */
  readonly listProblem: BanyanError | undefined;
}

export interface Home {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly state: HomeState;
  /** Told on every change of {@link state}. */
  onState(listener: () => void): () => void;
  /** Resolves when there is a home that has the catalog. */
  ready(signal?: AbortSignal): Promise<void>;
  /**
   * Asks the home (the second home while there is none).
   *
   * @throws BanyanError `no_supernode`, `rate_limited`, `timeout`, `aborted` …
   */
  search(query: string, options?: SearchOptions): Promise<SearchDone>;
  findSources(content: ContentId, options?: SourcesOptions): Promise<Source[]>;
  /**
   * How a query that is being typed may go on, by the words of the home's leaves; best first, at most `limit`. Nobody but
   * the home is asked, and nobody waits for it: without a home, and whatever is wrong with it, there are none.
   *
   * @throws BanyanError `aborted`
   */
  suggest(query: string, limit: number, signal?: AbortSignal): Promise<Suggestion[]>;
  /**
   * Has the home dial back now, and fetch a chunk of a file that this device shares. What it finds by dialling is in
   * {@link state}.
   *
   * @param content - not given: nothing is fetched
   * @returns what came of the chunk; null where nothing was fetched, and where the home is too old for it
   * @throws BanyanError `no_supernode`, `unknown_message` where it is too old to be asked, `rate_limited`, `timeout`,
   *   `aborted`
   */
  checkReach(content?: ContentId, signal?: AbortSignal): Promise<ChunkFetch | null>;
  /** Tells the home of a source that failed us; nothing happens without a home. */
  reportBadSource(report: BadSource): void;
  /** Tells the home what others can expect who download from this device; nothing happens without a home, or with one that is too old. */
  offerUploads(offer: UploadOffer): void;
  /** Looks for a home at once, when there is none: what kept it from one is over. */
  lookNow(): void;
}

/** Supernodes asked of the list at a time. */
const LIST_COUNT = 8;
/** After a change of the catalog more changes are waited for, so that a scan goes out in batches. */
const PUBLISH_DEBOUNCE_MS = 200;
/** With a home and no second, the list is asked again at this pace (growing): a network of one has no second. */
const SECOND_RETRY = { minMs: 1_000, maxMs: 60_000 } as const;
/** Without a home. Jittered, so that the leaves of a lost supernode come back spread out. */
const HOME_RETRY = { minMs: 250, maxMs: 15_000 } as const;
/** Another program runs with our device key: the two must not throw each other out in a tight loop. */
const REPLACED_WAIT_MS = 15_000;
/** Supernodes that others named are remembered up to so many, newest first. */
const MAX_EXTRA = 32;
/** The home that is left is kept so long for a new one to have the catalog. */
const MOVE_MS = 30_000;
/**
 * And then a little longer: a query that passed the new home before it had the catalog is on its way to the old one, where it
 * must still find it.
 */
const LINGER_MS = 1_000;
/** The list is asked again when the view is older than this and a session is needed. */
const LIST_FRESH_MS = 2_000;
/**
 * Whoever knows supernodes waits so long for the list. When many lose theirs at once, all ask it at once; those that it named
 * before are mostly still there, and one that is gone refuses at once.
 */
const LIST_PATIENCE_MS = 1_000;

/** One for all homes of which nothing is known. */
const NOTHING: readonly AddressCheck[] = [];

export function createHome(components: HomeComponents, init: HomeInit = {}): Home {
  return new LeafHome(components, init);
}

class LeafHome implements Home {
  readonly name = 'home';
  readonly #c: HomeComponents;
  readonly #init: HomeInit;
  readonly #listeners = new Set<() => void>();
  #isStopped = false;
  /** Ends what is under way; absent while nothing is: one of each of thousands of homes would be most of a KB. */
  #stop: AbortController | undefined;
  /** How much is under way. */
  #underWay = 0;
  readonly #homeBackoff;
  readonly #secondBackoff;
  #home: SupernodeSession | undefined;
  #second: SupernodeSession | undefined;
  /** Version of the catalog that the home has; undefined: nothing. */
  #publishedVersion: number | undefined;
  #published = 0;
  #publishing: Promise<void> | undefined;
  #publishTimer: Timer | undefined;
  #retryTimer: Timer | undefined;
  #working = false;
  #again = false;
  #known: readonly SupernodeEntry[];
  #knownAt = -Infinity;
  #isKnownOld = false;
  /** The list is being asked. */
  #listAsked: Promise<void> | undefined;
  /** Supernodes that others named; made with the first. */
  #extra: Map<string, SupernodeAddress> | undefined;
  #reach: readonly AddressCheck[] = NOTHING;
  #reachAt: number | undefined;
  #problem: BanyanError | undefined;
  #listProblem: BanyanError | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(components: HomeComponents, init: HomeInit) {
    this.#c = components;
    this.#init = init;
    this.#known = init.lastKnown ?? [];
    this.#homeBackoff = createBackoff({ random: components.random, ...HOME_RETRY });
    this.#secondBackoff = createBackoff({ random: components.random, ...SECOND_RETRY });
  }

  get state(): HomeState {
    return {
      home: view(this.#home, 'home'),
      second: view(this.#second, 'second'),
      published: this.#published,
      upToDate: this.#home !== undefined && this.#publishedVersion === this.#c.catalog.version,
      reach: this.#reach,
      reachAt: this.#reachAt,
      known: this.#known,
      problem: this.#home === undefined ? this.#problem : undefined,
      listProblem: this.#listProblem,
    };
  }

  onState(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  start(): Promise<void> {
    this.#unsubscribe = this.#c.catalog.onChange(() => this.#publishSoon(PUBLISH_DEBOUNCE_MS));
    void this.#maintain();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stop?.abort();
    this.#unsubscribe?.();
    this.#retryTimer?.cancel();
    this.#publishTimer?.cancel();
    const sessions = [this.#home, this.#second].filter((s) => s !== undefined);
    for (const session of sessions) session.close();
    await Promise.all(sessions.map((s) => s.closed));
  }

  async ready(signal?: AbortSignal): Promise<void> {
    const done = (): boolean => this.state.upToDate;
    if (done()) return;
    await new Promise<void>((resolve, reject) => {
      const check = (): void => {
        if (!done()) return;
        off();
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const off = this.onState(check);
      const onAbort = (): void => {
        off();
        reject(new BanyanError('aborted', undefined, { cause: signal?.reason }));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted === true) onAbort();
    });
  }

  search(query: string, options?: SearchOptions): Promise<SearchDone> {
    return this.#asking().search(query, options);
  }

  findSources(content: ContentId, options?: SourcesOptions): Promise<Source[]> {
    return this.#asking().findSources(content, options);
  }

  async suggest(query: string, limit: number, signal?: AbortSignal): Promise<Suggestion[]> {
    const home = this.#home;
    if (home?.open !== true) return [];
    try {
      return await home.suggest(query, limit, signal);
    } catch (error) {
      if (signal?.aborted === true) throw toBanyanError(error, 'aborted');
      this.#c.log.debug({ code: toBanyanError(error).code }, 'the home suggests nothing');
      return [];
    }
  }

  async checkReach(content?: ContentId, signal?: AbortSignal): Promise<ChunkFetch | null> {
    const home = this.#home;
    if (home?.open !== true) throw this.#problem ?? new BanyanError('no_supernode');
    const { checks, fetch } = await home.checkReach(content, signal);
    this.#found(home.supernode.deviceId, checks);
    return fetch;
  }

  #found(by: string, checks: readonly AddressCheck[]): void {
    if (this.#home?.supernode.deviceId !== by) return;
    this.#reach = checks;
    this.#reachAt = this.#c.clock.now();
    this.#changed();
  }

  reportBadSource(badSource: BadSource): void {
    this.#home?.channel.send({ kind: 'badSource', badSource });
  }

  offerUploads(offer: UploadOffer): void {
    this.#home?.offerUploads(offer);
  }

  lookNow(): void {
    if (this.#home !== undefined || this.#isStopped) return;
    this.#homeBackoff.reset();
    void this.#maintain();
  }

  #asking(): SupernodeSession {
    const session = this.#home ?? this.#second;
    if (session?.open !== true) throw this.#problem ?? new BanyanError('no_supernode');
    return session;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Brings about what is missing: a home first, then a second. One run at a time. */
  async #maintain(): Promise<void> {
    if (this.#working) {
      this.#again = true;
      return;
    }
    this.#working = true;
    try {
      do {
        this.#again = false;
        this.#retryTimer?.cancel();
        if (this.#isStopped) return;
        if (this.#home === undefined && this.#second !== undefined) this.#promoteSecond();
        if (this.#home === undefined) await this.#untilStop((signal) => this.#connect('home', signal));
        if (this.#home !== undefined && this.#lacksSecond())
          await this.#untilStop((signal) => this.#connect('second', signal));
        if (this.#second !== undefined && this.#isOwn(this.#home?.supernode)) this.#leaveOwn();
      } while (this.#again);
      if (this.#home === undefined) this.#retryIn(this.#homeBackoff.next());
      else if (this.#lacksSecond()) this.#retryIn(this.#secondBackoff.next());
    } finally {
      this.#working = false;
      this.#changed();
    }
  }

  /** Does what ends when this home is stopped. */
  async #untilStop<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#stop ??= new AbortController();
    if (this.#isStopped) this.#stop.abort();
    this.#underWay += 1;
    try {
      return await work(this.#stop.signal);
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#stop = undefined;
    }
  }

  #lacksSecond(): boolean {
    return this.#second === undefined && this.#init.keepSecond !== false;
  }

  #retryIn(ms: number): void {
    this.#retryTimer = this.#c.clock.setTimeout(() => void this.#maintain(), ms);
  }

  #promoteSecond(): void {
    const session = this.#second;
    if (session === undefined) return;
    this.#second = undefined;
    this.#c.log.info({ supernode: session.supernode.name }, 'the second home becomes the home');
    this.#becomeHome(session, undefined);
  }

  #becomeHome(session: SupernodeSession, publishedVersion: number | undefined): void {
    this.#home = session;
    this.#problem = undefined;
    this.#homeBackoff.reset();
    this.#publishedVersion = publishedVersion;
    this.#published = publishedVersion === undefined ? 0 : this.#c.catalog.records;
    this.#changed();
    this.#publishSoon(0);
  }

  async #connect(relation: 'home' | 'second', signal: AbortSignal): Promise<void> {
    const { catalog, log } = this.#c;
    const candidates = await this.#candidates(relation);
    if (candidates.length === 0 && relation === 'home') {
      this.#problem =
        this.#listProblem ??
        new BanyanError('no_supernode', 'No supernode is in service just now. It is tried again by itself.');
    }
    for (const candidate of candidates) {
      if (this.#isStopped) return;
      // What the home is told at hello is what it has when it says that it knows the fingerprint.
      const version = catalog.version;
      try {
        const session = await this.#c.open({
          supernode: candidate,
          relation: relation satisfies SessionRelation,
          signal,
          ...(relation === 'home'
            ? { catalog: { fingerprint: catalog.fingerprint(), records: catalog.records } }
            : {}),
          onRevocations: (signed) => this.#init.onRevocations?.(signed),
          onDraining: (notice) => {
            for (const alternate of notice.alternates) this.#remember(alternate);
            this.#leaveDraining(candidate.deviceId);
          },
          onReachability: (checks) => this.#found(candidate.deviceId, checks),
        });
        if (this.#isStopped) {
          session.close();
          return;
        }
        log.info(
          { supernode: candidate.name, relation },
          `connected to the ${relation === 'home' ? 'home' : 'second home'} supernode`,
        );
        void session.closed.then((error) => this.#lost(session, error));
        for (const alternate of session.welcome.alternates) this.#remember(alternate);
        if (relation === 'home')
          this.#becomeHome(session, session.welcome.catalogKnown ? version : undefined);
        else {
          this.#second = session;
          this.#secondBackoff.reset();
          this.#changed();
        }
        return;
      } catch (error) {
        const e = toBanyanError(error, 'unreachable');
        this.#extra?.delete(candidate.deviceId);
        for (const alternate of (e.details as Partial<RefusalDetails> | undefined)?.alternates ?? []) {
          if (this.#extra?.has(alternate.deviceId) !== true) this.#remember(alternate);
        }
        if (relation === 'home') this.#problem = e;
        if (e.code !== 'aborted')
          log.warn(
            { supernode: candidate.name, relation, code: e.code },
            `supernode not taken: ${e.message}`,
          );
      }
    }
  }

  /** Candidates in the order of trying; the list is asked unless its view is fresh. */
  async #candidates(relation: 'home' | 'second'): Promise<SupernodeAddress[]> {
    const { clock, random } = this.#c;
    if (clock.monotonic() - this.#knownAt > LIST_FRESH_MS) {
      this.#listAsked ??= this.#untilStop((signal) => this.#askList(signal));
      await this.#patiently(this.#listAsked);
    }
    const taken = [this.#home, this.#second].flatMap((s) => (s === undefined ? [] : [s.supernode.deviceId]));
    const candidates = chooseCandidates({
      known: this.#known,
      extra: [...(this.#extra?.values() ?? [])],
      exclude: taken,
      random,
      // Where the list or its store is away, or slow, beats look old without anybody being dead.
      now:
        this.#listProblem === undefined && !this.#isKnownOld && this.#listAsked === undefined
          ? clock.now()
          : undefined,
      ...(relation === 'home' && this.#init.prefer !== undefined ? { prefer: this.#init.prefer } : {}),
    });
    const others = candidates.filter((candidate) => !this.#isOwn(candidate));
    return relation === 'home'
      ? [...others, ...candidates.filter((candidate) => this.#isOwn(candidate))]
      : others;
  }

  /** Never rejects. */
  async #askList(signal: AbortSignal): Promise<void> {
    try {
      const answer = await this.#c.list.supernodes(LIST_COUNT, signal);
      this.#known = answer.supernodes;
      this.#isKnownOld = answer.viewAgeMs !== undefined;
      this.#knownAt = this.#c.clock.monotonic();
      this.#listProblem = undefined;
      // An empty list is one that starts just now: what was known before helps the next run more.
      if (answer.supernodes.length > 0) this.#init.onKnown?.(answer.supernodes);
    } catch (error) {
      const e = toBanyanError(error, 'unreachable');
      if (e.code !== 'aborted') this.#listProblem = e;
    } finally {
      this.#listAsked = undefined;
    }
  }

  /** Waits for the list, but not for long where others are known: its answer then helps the next time. */
  async #patiently(asked: Promise<void>): Promise<void> {
    const taken = [this.#home, this.#second].filter((session) => session !== undefined).length;
    if (this.#known.length + (this.#extra?.size ?? 0) <= taken) return asked;
    const enough = new AbortController();
    await Promise.race([asked, this.#c.clock.sleep(LIST_PATIENCE_MS, enough.signal).catch(() => undefined)]);
    enough.abort();
  }

  #isOwn(supernode: SupernodeAddress | undefined): boolean {
    return supernode !== undefined && supernode.deviceId === this.#init.self;
  }

  /** There is another home now: the catalog goes there, and the own supernode is left when it is there. */
  #leaveOwn(): void {
    const own = this.#home;
    if (own === undefined) return;
    this.#home = undefined;
    this.#promoteSecond();
    // A second home beside the new one is looked for.
    this.#again = true;
    void this.#leave(own);
  }

  /** Leaves an old home when the new one has the catalog, and what was asked before that has been answered. */
  async #leave(old: SupernodeSession): Promise<void> {
    try {
      await this.#untilStop(async (signal) => {
        await this.ready(AbortSignal.any([signal, AbortSignal.timeout(MOVE_MS)]));
        await this.#c.clock.sleep(LINGER_MS, signal);
      });
    } catch {
      // Neither a new home that takes too long nor the end of this device keeps us there.
    }
    old.close();
  }

  #leaveDraining(deviceId: string): void {
    if (this.#second?.supernode.deviceId === deviceId) {
      const session = this.#second;
      this.#second = undefined;
      session.close();
    } else if (this.#home?.supernode.deviceId === deviceId) {
      const old = this.#home;
      this.#home = undefined;
      this.#known = this.#known.filter((s) => s.deviceId !== deviceId);
      this.#c.log.info({ supernode: old.supernode.name }, 'the home is leaving service: moving');
      // Searches go on through the new home at once; the old one is left when the new one has the catalog.
      void this.#maintain().then(() => this.#leave(old));
      return;
    }
    void this.#maintain();
  }

  #lost(session: SupernodeSession, error: BanyanError | undefined): void {
    if (this.#isStopped) return;
    const wasHome = this.#home === session;
    if (wasHome) {
      this.#home = undefined;
      this.#publishedVersion = undefined;
      this.#published = 0;
      this.#reach = NOTHING;
      this.#reachAt = undefined;
      this.#problem = error ?? new BanyanError('no_supernode');
    } else if (this.#second === session) this.#second = undefined;
    else return;
    this.#c.log.warn(
      { supernode: session.supernode.name, code: error?.code },
      wasHome ? 'the home supernode is lost' : 'the second home is lost',
    );
    // A refused or dead one is not the first to be asked again.
    this.#extra?.delete(session.supernode.deviceId);
    this.#changed();
    if (error?.code === 'session_replaced') {
      this.#retryTimer?.cancel();
      this.#retryIn(REPLACED_WAIT_MS);
    } else void this.#maintain();
  }

  #remember(supernode: SupernodeAddress): void {
    const extra = (this.#extra ??= new Map());
    extra.delete(supernode.deviceId);
    extra.set(supernode.deviceId, supernode);
    const [oldest] = extra.keys();
    if (extra.size > MAX_EXTRA && oldest !== undefined) extra.delete(oldest);
  }

  #publishSoon(ms: number): void {
    if (this.#isStopped) return;
    this.#publishTimer?.cancel();
    this.#publishTimer = this.#c.clock.setTimeout(() => {
      this.#publishTimer = undefined;
      void this.#publish();
    }, ms);
  }

  /** Sends what the home does not have yet; one run at a time, again until nothing is left. */
  async #publish(): Promise<void> {
    if (this.#publishing !== undefined) {
      await this.#publishing;
      if (this.#home !== undefined && this.#publishedVersion !== this.#c.catalog.version)
        this.#publishSoon(0);
      return;
    }
    const session = this.#home;
    if (session === undefined || this.#publishedVersion === this.#c.catalog.version) return;
    this.#publishing = this.#publishTo(session);
    try {
      await this.#publishing;
    } catch (error) {
      const e = toBanyanError(error, 'internal');
      if (this.#home === session && session.open) {
        this.#c.log.warn({ code: e.code }, `publishing failed: ${e.message}`);
        // Half a catalog is worse than a fresh start: the next try begins with a reset.
        this.#publishedVersion = undefined;
        this.#publishSoon(e.retryAfterMs ?? 2_000);
      }
    } finally {
      this.#publishing = undefined;
    }
    if (this.#home === session && this.#publishedVersion !== this.#c.catalog.version)
      this.#publishSoon(PUBLISH_DEBOUNCE_MS);
  }

  async #publishTo(session: SupernodeSession): Promise<void> {
    const { version, batches } = this.#c.catalog.changes(this.#publishedVersion);
    for (const batch of batches) {
      // A stop closes the session, which ends this.
      const ack = await session.publish(batch);
      if (this.#home !== session) return;
      this.#published = ack.records;
      for (const refusal of ack.refused.slice(0, 5)) {
        this.#c.log.warn({ record: refusal.id, code: refusal.code }, `record refused: ${refusal.message}`);
      }
      this.#changed();
    }
    this.#publishedVersion = version;
    this.#changed();
  }
}

function view(session: SupernodeSession | undefined, relation: 'home' | 'second'): HomeSession | undefined {
  if (session === undefined) return undefined;
  return {
    supernode: session.supernode,
    relation,
    connectedAt: session.connectedAt,
    roundTripMs: session.roundTripMs,
  };
}
