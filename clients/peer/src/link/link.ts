/**
 * The peer's line to its network: enrolment and tokens, the home supernode and a second one, revocations, and how
 * auth and list are. Auth may be away at any start but the first.
 */
import { join } from 'node:path';
import {
  BanyanError,
  toBanyanError,
  type AddressCheck,
  type BadSource,
  type ChunkFetch,
  type ContentId,
  type HostPort,
  type PeerStatus,
  type SearchDone,
  type Source,
  type Suggestion,
  type SupernodeEntry,
  type SupernodesResponse,
  type SupernodeView,
  type UploadOffer,
} from '@banyan/proto';
import { normalizeIssuerUrl, type Clock, type Identity, type Log, type Startable } from '@banyan/kit';
import {
  createHome,
  createRevocationIntake,
  createNetwork,
  openSupernodeSession,
  type Catalog,
  type EnrolmentInit,
  type Home,
  type Network,
  type SearchOptions,
  type SourcesOptions,
} from '@banyan/sdk';
import { SOFTWARE } from '../version.ts';
import { createMembership, type Membership } from './membership.ts';
import { createKeeper, readKnown, type Keeper } from './membership-file.ts';
import { createServiceWatch, type ServiceState } from './service-watch.ts';
import { createNetworkSignIn, type NetworkSignIn } from './sign-in.ts';
import { reachView, sessionView, supernodeViews } from './supernode-views.ts';

export interface LinkComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly identity: Identity;
  readonly catalog: Catalog;
  /** Where this peer accepts transfers; asked when a session is opened. */
  readonly listen: () => readonly HostPort[];
}

export interface LinkInit {
  /** URL of the auth service. */
  readonly issuer: string;
  readonly pins?: readonly string[];
  readonly enrolment?: EnrolmentInit;
  /** Of this device, for people. */
  readonly deviceName: () => string;
  /** Name or device id of a supernode to prefer as home. */
  readonly preferSupernode?: string;
  readonly dataDir: string;
}

/** What of the network the status shows. */
export interface LinkStatus extends Pick<
  PeerStatus,
  'auth' | 'list' | 'home' | 'secondHome' | 'reach' | 'signIn'
> {
  readonly account: string | null;
  readonly issuer: string;
  readonly networkName: string | null;
  /** Records that the home acknowledged. */
  readonly published: number;
  /** Why there is no home. */
  readonly homeProblem: BanyanError | undefined;
}

/** What the home found when it dialled back last. */
export interface Dialled {
  /** Its name; undefined: there is none. */
  readonly home: string | undefined;
  /** None: it has not yet. */
  readonly checks: readonly AddressCheck[];
  /** When, unix ms. */
  readonly at: number | undefined;
}

export interface Link {
  /** Enrols at the first start; to be started before everything that needs {@link network}. */
  readonly membership: Startable;
  /** Sessions with supernodes; to be started when the transfer port is bound. */
  readonly sessions: Startable;
  readonly network: Network;
  readonly signIn: NetworkSignIn;
  readonly status: LinkStatus;
  /** Address at which the home reached this peer when it dialled back; undefined: it could not, or has not yet. */
  readonly observedHost: string | undefined;
  readonly dialled: Dialled;
  /**
   * Has the home dial back now, and fetch a chunk of a file that is shared here; see `Home.checkReach` of sdk.
   *
   * @throws BanyanError `no_supernode`, `unknown_message`, `rate_limited`, `timeout`, `aborted`
   */
  checkReach(content: ContentId | undefined, signal: AbortSignal): Promise<ChunkFetch | null>;
  supernodes(): readonly SupernodeView[];
  /** Asks auth and list when nothing was heard of them for `maxAgeMs`. */
  check(maxAgeMs: number): Promise<void>;
  /** @throws BanyanError `no_supernode`, `rate_limited`, `timeout` … */
  search(query: string, options: SearchOptions): Promise<SearchDone>;
  /** Device id of the supernode that {@link search} asks if it is called now. */
  readonly entrance: string | undefined;
  /** How a query may go on, by the words of the home's leaves; none without a home. @throws BanyanError `aborted` */
  suggest(query: string, limit: number, signal: AbortSignal): Promise<Suggestion[]>;
  findSources(content: ContentId, options: SourcesOptions): Promise<Source[]>;
  reportBadSource(report: BadSource): void;
  /** Tells the home, if there is one that takes it. */
  offerUploads(offer: UploadOffer): void;
  /** Resolves when there is a supernode to ask; throws `aborted`. */
  askable(signal: AbortSignal): Promise<void>;
  /** Told when {@link status} or {@link supernodes} changed. */
  onChange(listener: () => void): () => void;
}

/** The issuer's metadata (list addresses, keys) is looked at again so often. */
const METADATA_REFRESH_MS = 10 * 60_000;
/** Supernodes of one look at the list. */
const LIST_COUNT = 8;

export function createLink(components: LinkComponents, init: LinkInit): Link {
  return new PeerLink(components, init);
}

class PeerLink implements Link {
  readonly membership: Startable;
  readonly sessions: Startable;
  readonly network: Network;
  readonly signIn: NetworkSignIn;
  readonly #c: LinkComponents;
  readonly #init: LinkInit;
  readonly #issuer: string;
  readonly #keeper: Keeper;
  readonly #member: Membership;
  readonly #knownFile: string;
  readonly #listeners = new Set<() => void>();
  readonly #auth;
  readonly #list;
  #home: Home | undefined;
  /** What the list last said of supernodes; the home keeps only what it chose from. */
  #entries: readonly SupernodeEntry[] = [];
  /** Unix ms of the view that the list answered with while its store was away. */
  #listAsOf: number | undefined;

  constructor(components: LinkComponents, init: LinkInit) {
    this.#c = components;
    this.#init = init;
    this.#issuer = normalizeIssuerUrl(init.issuer);
    const stateFile = join(init.dataDir, 'network.json');
    this.#knownFile = join(init.dataDir, 'supernodes.json');
    const { clock, log, random, identity } = components;
    this.network = createNetwork(
      { clock, log, identity },
      {
        issuer: init.issuer,
        ...(init.pins === undefined ? {} : { pins: init.pins }),
        ...(init.enrolment === undefined ? {} : { enrolment: init.enrolment }),
        awaitSignIn: init.enrolment === undefined,
        stateFile,
      },
    );
    this.#keeper = createKeeper(log);
    const onChange = (): void => this.#changed();
    this.#auth = createServiceWatch(
      { clock, random, onChange, ask: (signal) => this.#askAuth(signal) },
      { routineMs: METADATA_REFRESH_MS },
    );
    this.#list = createServiceWatch(
      { clock, random, onChange, ask: (signal) => this.#askList(signal) },
      { routineMs: 0 },
    );
    this.#member = createMembership(
      {
        clock,
        log,
        deviceId: identity.deviceId,
        network: this.network,
        keeper: this.#keeper,
        isSignInNeeded: () => this.signIn.view.needed,
        onHeard: (problem) => this.#auth.heard(problem),
        onChange,
      },
      {
        issuer: this.#issuer,
        mayEnrol: init.enrolment !== undefined,
        stateFile,
        enrolledFile: join(init.dataDir, 'enrolled.json'),
      },
    );
    this.signIn = createNetworkSignIn(
      {
        clock,
        log,
        network: this.network,
        isNeeded: () => this.network.tokens.problem?.code === 'device_unknown',
        account: () => this.#member.account,
        onEnrolled: ({ account }) => {
          this.#member.remember(account);
          this.#auth.heard(undefined);
          this.#home?.lookNow();
        },
        onChange,
      },
      { deviceName: init.deviceName },
    );
    this.membership = {
      name: 'network',
      start: (signal) => this.#member.start(signal),
      stop: async () => {
        this.signIn.stop();
        this.#auth.stop();
        this.#list.stop();
        await this.network.stop();
      },
    };
    this.sessions = {
      name: 'supernode sessions',
      start: () => this.#open(),
      stop: async () => {
        await this.#home?.stop();
        await this.#keeper.settled();
      },
    };
  }

  get status(): LinkStatus {
    const state = this.#home?.state;
    const entry = (id: string) => this.#entries.find((one) => one.deviceId === id);
    const session = (one: NonNullable<typeof state>['home']): SupernodeView | null =>
      one === undefined ? null : sessionView(one, entry(one.supernode.deviceId));
    return {
      account: this.#member.account,
      issuer: this.#issuer,
      networkName: this.#networkName(),
      auth: this.#authState(),
      list: { ...this.#list.state, ...(this.#listAsOf === undefined ? {} : { asOf: this.#listAsOf }) },
      home: session(state?.home),
      secondHome: session(state?.second),
      reach: reachView(state?.reach ?? []),
      published: state?.published ?? 0,
      homeProblem: state?.problem,
      signIn: this.signIn.view,
    };
  }

  get observedHost(): string | undefined {
    return this.#home?.state.reach.find((check) => check.reachable)?.address?.host;
  }

  get dialled(): Dialled {
    const state = this.#home?.state;
    return { home: this.status.home?.name, checks: state?.reach ?? [], at: state?.reachAt };
  }

  async checkReach(content: ContentId | undefined, signal: AbortSignal): Promise<ChunkFetch | null> {
    return await this.#asking().checkReach(content, signal);
  }

  supernodes(): readonly SupernodeView[] {
    return this.#home === undefined ? [] : supernodeViews(this.#home.state, this.#entries);
  }

  async check(maxAgeMs: number): Promise<void> {
    await Promise.all([this.#auth.check(maxAgeMs), this.#list.check(maxAgeMs)]);
  }

  search(query: string, options: SearchOptions): Promise<SearchDone> {
    return this.#asking().search(query, options);
  }

  get entrance(): string | undefined {
    const state = this.#home?.state;
    return (state?.home ?? state?.second)?.supernode.deviceId;
  }

  suggest(query: string, limit: number, signal: AbortSignal): Promise<Suggestion[]> {
    return this.#home?.suggest(query, limit, signal) ?? Promise.resolve([]);
  }

  findSources(content: ContentId, options: SourcesOptions): Promise<Source[]> {
    return this.#asking().findSources(content, options);
  }

  reportBadSource(report: BadSource): void {
    this.#home?.reportBadSource(report);
  }

  offerUploads(offer: UploadOffer): void {
    this.#home?.offerUploads(offer);
  }

  askable(signal: AbortSignal): Promise<void> {
    const there = (): boolean => {
      const state = this.#home?.state;
      return state?.home !== undefined || state?.second !== undefined;
    };
    if (there()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        off();
        reject(new BanyanError('aborted', undefined, { cause: signal.reason }));
      };
      const off = this.onChange(() => {
        if (!there()) return;
        off();
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
    });
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #asking(): Home {
    if (this.#home === undefined) throw new BanyanError('no_supernode');
    return this.#home;
  }

  #networkName(): string | null {
    try {
      return this.network.issuer.metadata.banyan_network_name;
    } catch {
      return null;
    }
  }

  /** A refused token weighs more than an auth that answers. */
  #authState(): ServiceState {
    const { problem } = this.network.tokens;
    if (problem !== undefined && !problem.retryable)
      return { state: 'offline', problem: { code: problem.code, message: problem.message } };
    return this.#auth.state;
  }

  async #askAuth(signal: AbortSignal): Promise<void> {
    await this.network.issuer.refresh(signal);
    // After a start without auth: the first token, and with it the word whether this device is still welcome.
    await this.#member.rememberToken(signal);
  }

  async #askList(signal: AbortSignal): Promise<void> {
    this.#listed(await this.network.list.supernodes(LIST_COUNT, signal));
    this.#changed();
  }

  #listed({ supernodes, viewAgeMs }: SupernodesResponse): void {
    this.#entries = supernodes;
    this.#listAsOf = viewAgeMs === undefined ? undefined : this.#c.clock.now() - viewAgeMs;
  }

  async #open(): Promise<void> {
    const { clock, log, random, identity, catalog, listen } = this.#c;
    const { network } = this;
    const lastKnown = await readKnown(this.#knownFile, this.#issuer);
    this.#entries = lastKnown;
    const revoke = createRevocationIntake({ clock, log, issuer: network.issuer });
    this.#home = createHome(
      {
        clock,
        log,
        random,
        catalog,
        list: {
          supernodes: async (count, signal) => {
            try {
              const answer = await network.list.supernodes(count, signal);
              this.#listed(answer);
              this.#list.heard(undefined);
              return answer;
            } catch (error) {
              this.#list.heard(toBanyanError(error, 'unreachable'));
              throw error;
            }
          },
        },
        open: (session) =>
          openSupernodeSession(
            { clock, log, identity, tokens: network.tokens },
            {
              ...session,
              software: SOFTWARE,
              listen: listen(),
              revocationsKnown: network.issuer.revocations.seq,
            },
          ),
      },
      {
        lastKnown,
        ...(this.#init.preferSupernode === undefined ? {} : { prefer: this.#init.preferSupernode }),
        self: identity.deviceId,
        onKnown: (supernodes) =>
          this.#keeper.keep(this.#knownFile, { issuer: this.#issuer, supernodes: supernodes.slice(0, 64) }),
        onRevocations: (signed) => void revoke(signed),
      },
    );
    this.#home.onState(() => this.#changed());
    await this.#home.start();
  }
}
