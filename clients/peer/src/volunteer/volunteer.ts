/**
 * The owner's offer of this host as a supernode: told to the list with what the host measures of itself, answered with what
 * it is to be, and carried out (proto/spec/promotion.md). Without the list the last order holds; without the owner's
 * consent, nothing does.
 */
import { scheduleAt, type OffsetAt } from '@banyan/core';
import type { BanyanError } from '@banyan/proto';
import {
  NO_LIMIT,
  SPOKEN_VERSIONS,
  toBanyanError,
  type CriterionView,
  type HostPort,
  type Order,
  type VolunteerOffer,
  type VolunteerReport,
  type VolunteerView,
} from '@banyan/proto';
import { createBackoff, type Clock, type Log, type Startable, type Timer } from '@banyan/kit';
import type { ListClient } from '@banyan/sdk';
import { localOffset } from '../local-offset.ts';
import { planLaunch, type LaunchInit } from './launch.ts';
import { changedOffer, NO_OFFER, readOffer, writeOffer, type KeptOffer } from './offer-file.ts';
import { createSelfMeasure } from './self-measure.ts';
import {
  createSupernodeHost,
  type SupernodeHost,
  type SupernodeStatus,
  type Wish,
} from './supernode-host.ts';

export interface VolunteerComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly list: () => Pick<ListClient, 'volunteer' | 'withdraw'>;
  /** Device id of the home supernode; undefined: none just now. */
  readonly home: () => string | undefined;
  /** Address at which the home reached this host; undefined: it could not. */
  readonly observedHost: () => string | undefined;
  readonly transferPort: () => number;
  /** By which local time is ahead of UTC; default: that of this machine. */
  readonly offsetAt?: OffsetAt;
}

/** What this start says of the offer; it wins over what was kept, and is kept. */
export interface VolunteerGiven extends VolunteerOffer {
  readonly offered?: boolean;
}

export interface VolunteerInit {
  /** Where the offer is kept, private to its owner. */
  readonly file: string;
  readonly given: VolunteerGiven;
  /** Of this host, for people; a supernode that runs keeps the one that it was started with. */
  readonly name: () => string;
  readonly software: string;
  readonly network: () => LaunchInit['network'];
  /** Main module of the supernode's program; undefined: this peer cannot be one. */
  readonly program?: string;
  /** Folder of the supernode's own data. */
  readonly dataDir: string;
  readonly logFile: string;
  readonly deviceKey: string;
  /** Address that transfers, and sessions, are listened for on. */
  readonly host: string;
  /** Port of the sessions; default: the one after the transfer port, or any free one. */
  readonly port?: number;
  readonly publicHost?: string;
}

export interface Volunteer extends Startable {
  view(): VolunteerView;
  /** @throws BanyanError `invalid_request`; `disk_full`, `disk_failed`: it holds, but not beyond the next start */
  offer(offer: VolunteerOffer): Promise<VolunteerView>;
  /** Takes the offer back: the supernode is drained and stopped at once, whether or not the list hears of it. */
  withdraw(): Promise<VolunteerView>;
  /** The home, where it reaches this host, or the name may have changed. */
  lookAgain(): void;
  onChange(listener: () => void): void;
}

/** Before the list has said how often. */
const FIRST_INTERVAL_MS = 30_000;
/** The list may ask for another pace, within reason. */
const MIN_INTERVAL_MS = 1_000;
const MAX_INTERVAL_MS = 120_000;
const RETRY = { minMs: 1_000, maxMs: 30_000 } as const;
const REPORT_TIMEOUT_MS = 15_000;
/** Changes that come together are told together. */
const SETTLE_MS = 200;
/** A list that is away for so long counts the offer as withdrawn by itself (spec/promotion.md). */
const WITHDRAW_FOR_MS = 10 * 60_000;
/** The wall clock may be put: whether it is within the hours is looked at at least this often. */
const REVIEW_MS = 30_000;
/** Addresses that stand for all of a machine's. */
const ANY_ADDRESS = new Set(['0.0.0.0', '::', '[::]', '']);
const NO_PROGRAM = {
  code: 'not_supported',
  message:
    'This peer was started without the program of a supernode. Start it with `banyan peer`, or name the program with --supernode-program.',
};

/** Makes the room; nothing is offered before `start`. */
export function createVolunteer(components: VolunteerComponents, init: VolunteerInit): Volunteer {
  return new OfferedHost(components, init);
}

class OfferedHost implements Volunteer {
  readonly name = 'volunteer';
  readonly #c: VolunteerComponents;
  readonly #init: VolunteerInit;
  readonly #self;
  readonly #host: SupernodeHost | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #stop = new AbortController();
  #kept: KeptOffer = NO_OFFER;
  /** Grows with each change of the offer. */
  #version = 0;
  #order: Order | undefined;
  #criteria: readonly CriterionView[] = [];
  #judgedAt: number | undefined;
  #problem: BanyanError | undefined;
  /** The list is still to hear of the withdrawal, until then, monotonic. */
  #withdrawUntil: number | undefined;
  #loop: Promise<void> | undefined;
  /** Ends the wait before the next report. */
  #wake = new AbortController();
  /** Ends the report that is under way: what it says holds no more. */
  #report = new AbortController();
  #hoursTimer: Timer | undefined;
  #saving: Promise<void> = Promise.resolve();
  /** What the list was told that it would have to know at once. */
  #told = '';

  constructor(components: VolunteerComponents, init: VolunteerInit) {
    this.#c = components;
    this.#init = init;
    this.#self = createSelfMeasure(init.dataDir);
    const { clock, log, random } = components;
    if (init.program !== undefined)
      this.#host = createSupernodeHost(
        { clock, log, random, onChange: () => this.#changed() },
        { program: init.program, logFile: init.logFile },
      );
  }

  async start(): Promise<void> {
    const { offered, ...given } = this.#init.given;
    const kept = await readOffer(this.#init.file, this.#c.log);
    this.#kept = { ...changedOffer(kept, given), offered: offered ?? kept.offered };
    if (Object.keys(this.#init.given).length > 0)
      await this.#save().catch((err: unknown) =>
        this.#c.log.warn({ err }, 'the offer of this start is not kept for the next'),
      );
    this.#self.start();
    this.#review();
    this.#loop = this.#run();
  }

  /** Its supernode moves its leaves while the peer's own transfers end. */
  async drain(): Promise<void> {
    await this.#host?.stop();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake.abort();
    this.#hoursTimer?.cancel();
    this.#self.stop();
    await Promise.all([this.#loop, this.#host?.stop(), this.#saving]);
  }

  view(): VolunteerView {
    const { offered, caps, region, hours } = this.#kept;
    const { isWithin, until } = this.#hours();
    const { state, problem, leaves, capacity, records, port } = this.#status();
    return {
      offered,
      caps,
      force: {
        maxLeaves: 'enforced',
        memoryBytes: 'enforced',
        cpu: 'enforced',
        bytesPerSecond: 'enforced',
      },
      region,
      hours: [...hours],
      withinHours: isWithin,
      hoursUntil: until,
      order: this.#order ?? null,
      criteria: [...this.#criteria],
      judgedAt: this.#judgedAt ?? null,
      problem: this.#problem === undefined ? null : said(this.#problem),
      supernode: {
        state,
        problem: problem ?? null,
        leaves: leaves ?? null,
        capacity: capacity ?? null,
        records: records ?? null,
        port: port ?? null,
        logFile: this.#host === undefined ? null : this.#init.logFile,
      },
    };
  }

  async offer(offer: VolunteerOffer): Promise<VolunteerView> {
    this.#kept = { ...changedOffer(this.#kept, offer), offered: true };
    this.#withdrawUntil = undefined;
    this.#offerChanged();
    await this.#save();
    return this.view();
  }

  async withdraw(): Promise<VolunteerView> {
    if (this.#kept.offered) {
      this.#kept = { ...this.#kept, offered: false };
      this.#withdrawUntil = this.#c.clock.monotonic() + WITHDRAW_FOR_MS;
      this.#order = undefined;
      this.#criteria = [];
      this.#judgedAt = undefined;
      this.#problem = undefined;
      this.#offerChanged();
    }
    await this.#save();
    return this.view();
  }

  lookAgain(): void {
    if (this.#kept.offered && this.#worthTelling() !== this.#told) this.#reportSoon();
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #offerChanged(): void {
    this.#version += 1;
    this.#report.abort();
    this.#review();
    this.#reportSoon();
    this.#changed();
  }

  #changed(): void {
    this.lookAgain();
    for (const listener of this.#listeners) listener();
  }

  #reportSoon(): void {
    this.#wake.abort();
  }

  /** What the list is to know as soon as it changes. */
  #worthTelling(): string {
    const { state } = this.#status();
    return JSON.stringify([
      this.#version,
      state,
      this.#init.name(),
      this.#c.home(),
      this.#listen(),
      this.#hours().isWithin,
    ]);
  }

  #hours(): { readonly isWithin: boolean; readonly until: number | null } {
    const { clock, offsetAt = localOffset } = this.#c;
    const { hours } = this.#kept;
    if (hours.length === 0) return { isWithin: true, until: null };
    const rules = hours.map((each) => ({ ...each, limits: {} }));
    const { rule, until } = scheduleAt(rules, NO_LIMIT, clock.now(), offsetAt);
    return { isWithin: rule !== null, until };
  }

  #status(): SupernodeStatus {
    if (this.#host !== undefined) return this.#host.status;
    const none = { leaves: undefined, capacity: undefined, records: undefined, port: undefined };
    return this.#kept.offered
      ? { ...none, state: 'failed', problem: NO_PROGRAM }
      : { ...none, state: 'none', problem: undefined };
  }

  /** Carries out what is ordered, as far as the owner consents just now. */
  #review(): void {
    const { clock } = this.#c;
    const { until } = this.#hours();
    this.#host?.want(this.#wish());
    this.#hoursTimer?.cancel();
    this.#hoursTimer = undefined;
    if (until === null || this.#stop.signal.aborted) return;
    const wait = Math.max(1, Math.min(REVIEW_MS, until - clock.now()));
    this.#hoursTimer = clock.setTimeout(
      () => {
        this.#review();
        this.lookAgain();
      },
      wait,
      { keepAlive: false },
    );
  }

  #wish(): Wish {
    const order = this.#order;
    if (order === undefined || order.role === 'leaf' || !this.#kept.offered || !this.#hours().isWithin)
      return { kind: 'none' };
    if (order.role === 'draining') return { kind: 'drain', drainMs: order.drainMs };
    return {
      kind: 'run',
      decision: `${order.since} ${this.#version}`,
      launch: () =>
        planLaunch({
          network: this.#init.network(),
          name: this.#init.name(),
          region: this.#kept.region,
          dataDir: this.#init.dataDir,
          deviceKey: this.#init.deviceKey,
          host: this.#init.host,
          port: this.#port(),
          isPortChosen: this.#init.port !== undefined,
          publicHost: this.#publicHost(),
          maxLeaves: order.maxLeaves,
          caps: this.#kept.caps,
        }),
    };
  }

  #port(): number {
    const beside = this.#c.transferPort() + 1;
    return this.#init.port ?? (beside <= 65_535 ? beside : 0);
  }

  #publicHost(): string | undefined {
    const { host, publicHost } = this.#init;
    return publicHost ?? (ANY_ADDRESS.has(host) ? this.#c.observedHost() : host);
  }

  /** Where it would take sessions, or does. */
  #listen(): HostPort[] {
    const port = this.#status().port ?? (this.#port() || this.#c.transferPort());
    return [{ host: this.#publicHost() ?? this.#init.host, port }];
  }

  async #run(): Promise<void> {
    const { clock, random } = this.#c;
    const backoff = createBackoff({ ...RETRY, random });
    while (!this.#stop.signal.aborted) {
      this.#wake = new AbortController();
      let waitMs: number | undefined;
      try {
        if (this.#kept.offered) waitMs = await this.#tell();
        else if (this.#withdrawUntil !== undefined) await this.#tellWithdrawal();
        backoff.reset();
      } catch (error) {
        waitMs = this.#failed(toBanyanError(error, 'unreachable')) ? backoff.next() : 0;
      }
      if (this.#stop.signal.aborted) return;
      const wake = this.#wake.signal;
      if (waitMs === undefined) await aborted(wake);
      else await clock.sleep(waitMs, wake).catch(() => undefined);
      if (wake.aborted) await clock.sleep(SETTLE_MS, this.#stop.signal).catch(() => undefined);
    }
  }

  /** @returns when to report next */
  async #tell(): Promise<number> {
    const { clock, list, log } = this.#c;
    this.#report = new AbortController();
    this.#told = this.#worthTelling();
    const answer = await list().volunteer(await this.#describe(), this.#until(this.#report.signal));
    // The owner said something else meanwhile.
    if (this.#report.signal.aborted) return 0;
    if (this.#problem !== undefined) log.info('the list takes the offer of this host again');
    this.#problem = undefined;
    if (answer.order.role !== this.#order?.role)
      log.info({ role: answer.order.role, reason: answer.order.reason }, 'what this host is to be');
    this.#order = answer.order;
    this.#criteria = answer.criteria;
    this.#judgedAt = clock.now();
    this.#review();
    this.#changed();
    const interval = Number.isFinite(answer.reportIntervalMs) ? answer.reportIntervalMs : FIRST_INTERVAL_MS;
    return Math.max(MIN_INTERVAL_MS, Math.min(MAX_INTERVAL_MS, interval));
  }

  async #tellWithdrawal(): Promise<void> {
    const { clock, list } = this.#c;
    if (clock.monotonic() < (this.#withdrawUntil ?? 0)) {
      this.#report = new AbortController();
      await list().withdraw(this.#until(this.#report.signal));
    }
    this.#withdrawUntil = undefined;
  }

  /** @returns whether it is to be tried again later, rather than at once for another reason */
  #failed(error: BanyanError): boolean {
    if (this.#report.signal.aborted || this.#stop.signal.aborted) return false;
    if (!this.#kept.offered) {
      // What the list does not know, it need not forget.
      if (!error.retryable) this.#withdrawUntil = undefined;
      return true;
    }
    if (this.#problem?.code !== error.code)
      this.#c.log.warn(
        { code: error.code },
        `the list does not take the offer of this host: ${error.message}`,
      );
    this.#problem = error;
    this.#changed();
    return true;
  }

  #until(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#stop.signal, AbortSignal.timeout(REPORT_TIMEOUT_MS)]);
  }

  async #describe(): Promise<VolunteerReport> {
    const { caps, region } = this.#kept;
    const { state, problem } = this.#status();
    return {
      name: this.#init.name().slice(0, 64),
      ...(region === null ? {} : { region }),
      home: this.#c.home() ?? null,
      listen: this.#listen(),
      caps,
      withinHours: this.#hours().isWithin,
      declared: await this.#self.take(),
      child: {
        state,
        ...(problem === undefined
          ? {}
          : { problem: { code: problem.code.slice(0, 64), message: problem.message.slice(0, 1_024) } }),
      },
      software: this.#init.software,
      protocolVersions: [...SPOKEN_VERSIONS],
    };
  }

  #save(): Promise<void> {
    const kept = this.#kept;
    const saved = this.#saving.then(() => writeOffer(this.#init.file, kept));
    // Whoever asked for this write hears of it; the next one is tried all the same.
    this.#saving = saved.catch(() => undefined);
    return saved;
  }
}

function said({ code, message }: BanyanError): { code: string; message: string } {
  return { code, message };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
