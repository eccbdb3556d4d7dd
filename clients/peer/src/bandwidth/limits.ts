/** The limits of this peer: what its owner set, what the schedule makes of it now, and who is told. */
import { readFile } from 'node:fs/promises';
import { scheduleAt, type OffsetAt, type Rates, type ScheduleState } from '@banyan/core';
import type { Clock, Log, Metrics, Startable, Timer } from '@banyan/kit';
import {
  checkScheduleRule,
  LimitsPatch,
  NO_LIMIT,
  type BandwidthLimits,
  type LimitsView,
  type ScheduleRule,
} from '@banyan/proto';
import Value from 'typebox/value';
import { localOffset } from '../local-offset.ts';
import { writePrivateFile } from '../private-file.ts';

/** The wall clock may be put, and a laptop may sleep: what holds is looked at again at least this often. */
const REVIEW_MS = 30_000;

/** Who heeds the limits. */
export interface LimitsComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics?: Metrics;
  readonly setUploadRates: (rates: Rates) => void;
  readonly setDownloadRates: (rates: Rates) => void;
  readonly setDownloadsAtOnce: (count: number) => void;
  /** By which local time is ahead of UTC; default: that of this machine. */
  readonly offsetAt?: OffsetAt;
}

export interface LimitsInit {
  /** Where changes are kept, private to its owner. */
  readonly file: string;
  /** Settings of this start: they win over what was kept, and are kept. */
  readonly given: LimitsPatch;
  readonly downloadsAtOnce: number;
}

export interface Limits extends Startable {
  view(): LimitsView;
  /**
   * Changes what is named, at once and for later starts.
   *
   * @throws BanyanError `invalid_request` for a rule that makes no sense, and nothing is changed; `disk_full`,
   *   `disk_failed`: it holds, but not beyond the next start
   */
  change(patch: LimitsPatch): Promise<LimitsView>;
  /** Calls `listener` when something else holds. */
  onChange(listener: () => void): void;
}

/** Makes the limits; nothing is limited before `start`. */
export function createLimits(components: LimitsComponents, init: LimitsInit): Limits {
  return new KeptLimits(components, init);
}

class KeptLimits implements Limits {
  readonly name = 'limits';
  readonly #c: LimitsComponents;
  readonly #init: LimitsInit;
  readonly #listeners = new Set<() => void>();
  #limits: BandwidthLimits = NO_LIMIT;
  #schedule: readonly ScheduleRule[] = [];
  #downloadsAtOnce: number;
  #now: ScheduleState = { rule: null, limits: NO_LIMIT, until: null };
  #timer: Timer | undefined;
  #saving: Promise<void> = Promise.resolve();
  #isRunning = false;

  constructor(components: LimitsComponents, init: LimitsInit) {
    this.#c = components;
    this.#init = init;
    this.#downloadsAtOnce = init.downloadsAtOnce;
    for (const [name, of] of [
      ['banyan_upload_limit_bytes_per_second', 'up'],
      ['banyan_download_limit_bytes_per_second', 'down'],
    ] as const)
      components.metrics?.gauge({
        name,
        help: `Limit of all ${of === 'up' ? 'uploads' : 'downloads'} together as it holds now; 0: none`,
        collect: () => this.#now.limits[of] ?? 0,
      });
  }

  async start(): Promise<void> {
    const { given } = this.#init;
    given.schedule?.forEach(checkScheduleRule);
    this.#take(await this.#read());
    this.#take(given);
    if (Object.keys(given).length > 0)
      await this.#save().catch((err: unknown) =>
        this.#c.log.warn({ err }, 'the limits of this start are not kept for the next'),
      );
    this.#isRunning = true;
    this.#review();
    this.#c.setDownloadsAtOnce(this.#downloadsAtOnce);
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#timer?.cancel();
    await this.#saving;
  }

  view(): LimitsView {
    return {
      limits: this.#limits,
      schedule: [...this.#schedule],
      downloadsAtOnce: this.#downloadsAtOnce,
      now: { ...this.#now },
    };
  }

  async change(patch: LimitsPatch): Promise<LimitsView> {
    patch.schedule?.forEach(checkScheduleRule);
    this.#take(patch);
    this.#review();
    if (patch.downloadsAtOnce !== undefined) this.#c.setDownloadsAtOnce(patch.downloadsAtOnce);
    for (const listener of this.#listeners) listener();
    await this.#save();
    return this.view();
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #take({ limits, schedule, downloadsAtOnce }: LimitsPatch): void {
    this.#limits = { ...this.#limits, ...limits };
    if (schedule !== undefined) this.#schedule = schedule;
    if (downloadsAtOnce !== undefined) this.#downloadsAtOnce = downloadsAtOnce;
  }

  /** Looks at the clock, lets hold what is due, and comes back when that ends. */
  #review(): void {
    if (!this.#isRunning) return;
    const { clock, log, offsetAt = localOffset } = this.#c;
    const now = clock.now();
    const before = this.#now;
    this.#now = scheduleAt(this.#schedule, this.#limits, now, offsetAt);
    const { up, down, upEach, downEach } = this.#now.limits;
    this.#c.setUploadRates({ total: up ?? undefined, each: upEach ?? undefined });
    this.#c.setDownloadRates({ total: down ?? undefined, each: downEach ?? undefined });
    if (before.rule !== this.#now.rule || before.until !== this.#now.until)
      for (const listener of this.#listeners) listener();
    if (before.rule !== this.#now.rule)
      log.info({ up, down, upEach, downEach }, 'other limits hold from now on');
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#now.until === null) return;
    const wait = Math.max(1, Math.min(REVIEW_MS, this.#now.until - now));
    this.#timer = clock.setTimeout(() => this.#review(), wait, { keepAlive: false });
  }

  async #read(): Promise<LimitsPatch> {
    const { file } = this.#init;
    try {
      const kept: unknown = JSON.parse(await readFile(file, 'utf8'));
      if (!Value.Check(LimitsPatch, kept)) throw new TypeError('these are no limits of this version');
      kept.schedule?.forEach(checkScheduleRule);
      return kept;
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#c.log.warn({ err, file }, 'the limits cannot be read: none hold until they are set again');
      return {};
    }
  }

  #save(): Promise<void> {
    const kept: LimitsPatch = {
      limits: this.#limits,
      schedule: [...this.#schedule],
      downloadsAtOnce: this.#downloadsAtOnce,
    };
    const saved = this.#saving.then(() => writePrivateFile(this.#init.file, JSON.stringify(kept)));
    // Whoever asked for this write hears of it; the next one is tried all the same.
    this.#saving = saved.catch(() => undefined);
    return saved;
  }
}
