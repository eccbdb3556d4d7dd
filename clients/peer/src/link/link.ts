/**
 * The peer's line to its network: enrolment and tokens, the home supernode and a second one, revocations, and how
 * auth and list are. Auth may be away at any start but the first.
 */
import { join } from 'node:path';
import {
  AUDIENCE,
  BanyanError,
  toBanyanError,
  type BadSource,
  type ContentId,
  type HostPort,
  type PeerStatus,
  type SearchDone,
  type Source,
  type Suggestion,
  type SupernodeEntry,
  type SupernodesResponse,
  type SupernodeView,
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
import { readJsonFile, writePrivateFile } from '../private-file.ts';
import { SOFTWARE } from '../version.ts';
import { readEnrolled, readKnown } from './membership-file.ts';
import { createServiceWatch, type ServiceState } from './service-watch.ts';
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
  readonly pin?: string;
  readonly enrolment?: EnrolmentInit;
  /** Name or device id of a supernode to prefer as home. */
  readonly preferSupernode?: string;
  readonly dataDir: string;
}

/** What of the network the status shows. */
export interface LinkStatus extends Pick<PeerStatus, 'auth' | 'list' | 'home' | 'secondHome' | 'reach'> {
  readonly account: string | null;
  readonly issuer: string;
  readonly networkName: string | null;
  /** Records that the home acknowledged. */
  readonly published: number;
  /** Why there is no home. */
  readonly homeProblem: BanyanError | undefined;
}

export interface Link {
  /** Enrols at the first start; to be started before everything that needs {@link network}. */
  readonly membership: Startable;
  /** Sessions with supernodes; to be started when the transfer port is bound. */
  readonly sessions: Startable;
  readonly network: Network;
  readonly status: LinkStatus;
  /** Address at which the home reached this peer when it dialled back; undefined: it could not, or has not yet. */
  readonly observedHost: string | undefined;
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
  /** Resolves when there is a supernode to ask; throws `aborted`. */
  askable(signal: AbortSignal): Promise<void>;
  /** Told when {@link status} or {@link supernodes} changed. */
  onChange(listener: () => void): () => void;
}

/** A known device waits so long for auth at its start; then auth is waited for in the background. */
const KNOWN_START_MS = 3_000;
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
  readonly #c: LinkComponents;
  readonly #init: LinkInit;
  readonly #issuer: string;
  readonly #files: { readonly network: string; readonly enrolled: string; readonly known: string };
  readonly #listeners = new Set<() => void>();
  readonly #auth;
  readonly #list;
  #home: Home | undefined;
  #account: string | null = null;
  /** What the list last said of supernodes; the home keeps only what it chose from. */
  #entries: readonly SupernodeEntry[] = [];
  /** Unix ms of the view that the list answered with while its store was away. */
  #listAsOf: number | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(components: LinkComponents, init: LinkInit) {
    this.#c = components;
    this.#init = init;
    this.#issuer = normalizeIssuerUrl(init.issuer);
    this.#files = {
      network: join(init.dataDir, 'network.json'),
      enrolled: join(init.dataDir, 'enrolled.json'),
      known: join(init.dataDir, 'supernodes.json'),
    };
    const { clock, log, random, identity } = components;
    this.network = createNetwork(
      { clock, log, identity },
      {
        issuer: init.issuer,
        ...(init.pin === undefined ? {} : { pin: init.pin }),
        ...(init.enrolment === undefined ? {} : { enrolment: init.enrolment }),
        stateFile: this.#files.network,
      },
    );
    const onChange = (): void => this.#changed();
    this.#auth = createServiceWatch(
      { clock, random, onChange, ask: (signal) => this.#askAuth(signal) },
      { routineMs: METADATA_REFRESH_MS },
    );
    this.#list = createServiceWatch(
      { clock, random, onChange, ask: (signal) => this.#askList(signal) },
      { routineMs: 0 },
    );
    this.membership = {
      name: 'network',
      start: (signal) => this.#join(signal),
      stop: async () => {
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
        await this.#saving;
      },
    };
  }

  get status(): LinkStatus {
    const state = this.#home?.state;
    const entry = (id: string) => this.#entries.find((one) => one.deviceId === id);
    const session = (one: NonNullable<typeof state>['home']): SupernodeView | null =>
      one === undefined ? null : sessionView(one, entry(one.supernode.deviceId));
    return {
      account: this.#account,
      issuer: this.#issuer,
      networkName: this.#networkName(),
      auth: this.#authState(),
      list: { ...this.#list.state, ...(this.#listAsOf === undefined ? {} : { asOf: this.#listAsOf }) },
      home: session(state?.home),
      secondHome: session(state?.second),
      reach: reachView(state?.reach ?? []),
      published: state?.published ?? 0,
      homeProblem: state?.problem,
    };
  }

  get observedHost(): string | undefined {
    return this.#home?.state.reach.find((check) => check.reachable)?.address?.host;
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
    const { issuer, tokens } = this.network;
    await issuer.refresh(signal);
    // After a start without auth: the first token, and with it the word whether this device is still welcome.
    await tokens.token(AUDIENCE.supernode, signal);
    this.#rememberAccount(await this.#accountOfToken());
  }

  async #askList(signal: AbortSignal): Promise<void> {
    this.#listed(await this.network.list.supernodes(LIST_COUNT, signal));
    this.#changed();
  }

  #listed({ supernodes, viewAgeMs }: SupernodesResponse): void {
    this.#entries = supernodes;
    this.#listAsOf = viewAgeMs === undefined ? undefined : this.#c.clock.now() - viewAgeMs;
  }

  async #join(signal: AbortSignal | undefined): Promise<void> {
    const { clock, identity, log } = this.#c;
    const enrolled = await readEnrolled(this.#files.enrolled);
    const known = enrolled?.issuer === this.#issuer && enrolled.deviceId === identity.deviceId;
    if (known) this.#account = enrolled.account;
    this.network.tokens.onProblem((next) => {
      this.#auth.heard(next);
      this.#changed();
    });
    const starting = this.network.start(signal);
    // It may fail before anybody waits for it below; there it is heard.
    starting.catch(() => undefined);
    if (known && (await readIssuerState(this.#files.network))) {
      const first = new AbortController();
      const late = clock.sleep(KNOWN_START_MS, first.signal).then(
        () => true,
        () => false,
      );
      const tooLate = await Promise.race([starting.then(() => false), late]).finally(() => first.abort());
      if (tooLate) {
        log.warn('auth does not answer; going on with what was known');
        starting.catch((error: unknown) => this.#auth.heard(toBanyanError(error, 'unreachable')));
        this.#auth.heard(
          new BanyanError('timeout', 'The auth service does not answer. It is asked again by itself.'),
        );
        return;
      }
    } else await starting.catch((error: unknown) => Promise.reject(explain(error, this.#init)));
    const problem = this.network.tokens.problem;
    if (problem !== undefined && !known) throw problem;
    this.#auth.heard(problem);
    if (problem === undefined)
      this.#rememberAccount(this.network.enrolled?.account ?? (await this.#accountOfToken()));
  }

  /** The account's name as the token says it; ours, so it is read without being verified. */
  async #accountOfToken(): Promise<string | undefined> {
    const token = await this.network.tokens.token(AUDIENCE.supernode);
    try {
      const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
        string,
        unknown
      >;
      return typeof payload['account'] === 'string' ? payload['account'] : undefined;
    } catch {
      return undefined;
    }
  }

  #rememberAccount(account: string | undefined): void {
    if (account === undefined) return;
    const isNew = account !== this.#account;
    this.#account = account;
    this.#keep(this.#files.enrolled, {
      issuer: this.#issuer,
      deviceId: this.#c.identity.deviceId,
      account,
    });
    if (isNew) this.#changed();
  }

  async #open(): Promise<void> {
    const { clock, log, random, identity, catalog, listen } = this.#c;
    const { network } = this;
    const lastKnown = await readKnown(this.#files.known, this.#issuer);
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
          this.#keep(this.#files.known, { issuer: this.#issuer, supernodes: supernodes.slice(0, 64) }),
        onRevocations: (signed) => void revoke(signed),
      },
    );
    this.#home.onState(() => this.#changed());
    await this.#home.start();
  }

  #keep(file: string, value: unknown): void {
    this.#saving = this.#saving
      .then(() => writePrivateFile(file, JSON.stringify(value)))
      .catch((err: unknown) => this.#c.log.warn({ err, file }, 'what is known of the network was not kept'));
  }
}

/** Whether an earlier start left what the network can be verified with. */
async function readIssuerState(file: string): Promise<boolean> {
  return (await readJsonFile(file)) !== undefined;
}

/** Names the settings that help, where the sentence of the table cannot know them. */
function explain(error: unknown, init: LinkInit): unknown {
  const e = toBanyanError(error);
  if (e.code === 'device_unknown' && init.enrolment === undefined)
    return new BanyanError(
      'device_unknown',
      `This device is not enrolled at ${init.issuer} yet. Give --account NAME with --invite LINK, or with --password-file FILE.`,
      { cause: error },
    );
  return error;
}
