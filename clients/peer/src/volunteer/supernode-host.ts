/**
 * Runs the supernode of this host as a process of its own, as long as it is wanted.
 *
 * ```
 *   none ──run──▶ starting ──ready──▶ serving ──drain──▶ draining ──empty, or time over──▶ none
 *                    ▲   │ ended by itself: later and later again; too often: failed
 *                    └───┘
 * ```
 *
 * It dies with this process, however that ends: it watches the channel between the two.
 */
import { rename, stat } from 'node:fs/promises';
import { BanyanError, toBanyanError, type ChildState } from '@banyan/proto';
import { createBackoff, startChild, type Child, type Clock, type Log, type Timer } from '@banyan/kit';
import type { Launch } from './launch.ts';

export interface SupernodeHostComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly onChange: () => void;
}

export interface SupernodeHostInit {
  /** Main module of the supernode's program. */
  readonly program: string;
  readonly logFile: string;
}

/** What is wanted of it. */
export type Wish =
  | { readonly kind: 'none' }
  /** `decision` names what it comes from: one that failed is not tried again, another is. */
  | { readonly kind: 'run'; readonly decision: string; readonly launch: () => Launch }
  /** It serves on until its leaves have moved, or `drainMs` are over. */
  | { readonly kind: 'drain'; readonly drainMs: number };

export interface SupernodeStatus {
  readonly state: ChildState;
  /** Why it failed, or what is wrong while it runs. */
  readonly problem: { readonly code: string; readonly message: string } | undefined;
  readonly leaves: number | undefined;
  readonly capacity: number | undefined;
  readonly records: number | undefined;
  readonly port: number | undefined;
}

export interface SupernodeHost {
  readonly status: SupernodeStatus;
  want(wish: Wish): void;
  /** Ends it, leaves first; resolves when the process is gone. */
  stop(): Promise<void>;
}

/** How often the running one is asked how it does. */
const LOOK_MS = 1_000;
const LOOK_TIMEOUT_MS = 3_000;
const RESTART = { minMs: 1_000, maxMs: 60_000 } as const;
/** So many ends within the time are no accident any more. */
const MAX_CRASHES = 5;
const CRASH_WINDOW_MS = 10 * 60_000;
/** After the time of a drain: its own supernode has cut by then who stayed. */
const DRAIN_GRACE_MS = 5_000;
/** A log that is longer begins anew at the next start; the one before is kept beside. */
const MAX_LOG_BYTES = 16 * 1024 * 1024;

interface Running {
  readonly child: Child;
  /** What it was started with. */
  readonly made: string;
}

export function createSupernodeHost(
  components: SupernodeHostComponents,
  init: SupernodeHostInit,
): SupernodeHost {
  return new ChildHost(components, init);
}

class ChildHost implements SupernodeHost {
  readonly #c: SupernodeHostComponents;
  readonly #init: SupernodeHostInit;
  readonly #backoff;
  #wish: Wish = { kind: 'none' };
  #running: Running | undefined;
  #starting: AbortController | undefined;
  #isStopping = false;
  /** The decision that came to nothing. */
  #failed: string | undefined;
  #problem: SupernodeStatus['problem'];
  #crashes: number[] = [];
  #seen: Pick<SupernodeStatus, 'leaves' | 'capacity' | 'records'> | undefined;
  #retry: Timer | undefined;
  #look: Timer | undefined;
  #drainEnd = Infinity;
  #work: Promise<void> | undefined;
  #again = false;
  #wasMovedToAnyPort = false;

  constructor(components: SupernodeHostComponents, init: SupernodeHostInit) {
    this.#c = components;
    this.#init = init;
    this.#backoff = createBackoff({ ...RESTART, random: components.random });
  }

  get status(): SupernodeStatus {
    return {
      state: this.#state(),
      problem: this.#problem,
      leaves: this.#seen?.leaves,
      capacity: this.#seen?.capacity,
      records: this.#seen?.records,
      port: this.#running === undefined ? undefined : Number(this.#running.child.ready['port']),
    };
  }

  want(wish: Wish): void {
    const before = this.#wish;
    this.#wish = wish;
    if (wish.kind === 'drain') {
      if (before.kind !== 'drain' || before.drainMs !== wish.drainMs)
        this.#drainEnd = this.#c.clock.monotonic() + wish.drainMs + DRAIN_GRACE_MS;
    } else this.#drainEnd = Infinity;
    if (wish.kind === 'run' && (before.kind !== 'run' || before.decision !== wish.decision)) {
      if (this.#failed !== wish.decision) this.#failed = undefined;
      if (this.#running === undefined && this.#failed === undefined) {
        this.#problem = undefined;
        this.#crashes = [];
        this.#backoff.reset();
      }
    }
    if (wish.kind !== 'run') {
      this.#retry?.cancel();
      this.#retry = undefined;
      this.#failed = undefined;
    }
    // A start that is not wanted any more is not waited for.
    if (wish.kind === 'none') this.#starting?.abort();
    this.#kick();
    this.#c.onChange();
  }

  async stop(): Promise<void> {
    this.want({ kind: 'none' });
    while (this.#work !== undefined) await this.#work;
  }

  #state(): ChildState {
    if (this.#failed !== undefined) return 'failed';
    if (this.#running !== undefined)
      return this.#isStopping || this.#wish.kind === 'drain' ? 'draining' : 'serving';
    return this.#wish.kind === 'run' ? 'starting' : 'none';
  }

  /** Brings about what is wanted; one run at a time. */
  #kick(): void {
    if (this.#work !== undefined) {
      this.#again = true;
      return;
    }
    this.#work = this.#reconcile()
      .catch((err: unknown) => this.#c.log.error({ err }, 'the supernode of this host is not looked after'))
      .finally(() => {
        this.#work = undefined;
        // Wanted just as the last run ended.
        if (this.#again) this.#kick();
      });
  }

  async #reconcile(): Promise<void> {
    do {
      this.#again = false;
      const wish = this.#wish;
      if (wish.kind === 'run') await this.#run(wish);
      else if (this.#running !== undefined && (wish.kind === 'none' || this.#isDrained()))
        await this.#end(this.#running);
    } while (this.#again);
  }

  async #run(wish: Extract<Wish, { kind: 'run' }>): Promise<void> {
    if (this.#failed !== undefined || this.#retry !== undefined) return;
    let launch: Launch;
    try {
      launch = wish.launch();
    } catch (error) {
      if (this.#running === undefined) this.#fail(wish, toBanyanError(error));
      return;
    }
    const made = JSON.stringify(launch);
    if (this.#running?.made === made) return;
    // Other caps: it begins anew under these.
    if (this.#running !== undefined) {
      await this.#end(this.#running);
      this.#again = true;
      return;
    }
    const starting = new AbortController();
    this.#starting = starting;
    try {
      await shortenLog(this.#init.logFile);
      const useAny = this.#wasMovedToAnyPort && launch.argsAnyPort !== undefined;
      const child = await startChild({
        name: 'The supernode of this host',
        main: this.#init.program,
        args: (useAny ? launch.argsAnyPort : undefined) ?? launch.args,
        nodeArgs: launch.nodeArgs,
        isBackground: true,
        holdsSessions: true,
        logFile: this.#init.logFile,
        // Settings of this peer are no settings of it.
        env: withoutOwnSettings(),
        signal: starting.signal,
      });
      this.#begun({ child, made });
    } catch (error) {
      const e = toBanyanError(error);
      if (e.code === 'aborted') return;
      if (e.code === 'port_taken' && launch.argsAnyPort !== undefined && !this.#wasMovedToAnyPort) {
        this.#wasMovedToAnyPort = true;
        this.#again = true;
        return;
      }
      this.#crashed(wish, e);
    } finally {
      this.#starting = undefined;
    }
  }

  #begun(running: Running): void {
    const { log, clock } = this.#c;
    this.#running = running;
    this.#problem = undefined;
    log.info({ pid: running.child.pid, port: running.child.ready['port'] }, 'this host is a supernode');
    this.#look = clock.setInterval(() => void this.#lookAt(running), LOOK_MS, { keepAlive: false });
    void running.child.exited.then(({ code, signal }) => {
      if (this.#running !== running) return;
      this.#forget();
      const how = signal === null ? `exit code ${code ?? '?'}` : `signal ${signal}`;
      if (this.#wish.kind === 'run')
        this.#crashed(
          this.#wish,
          new BanyanError('unavailable', `The supernode of this host ended (${how}).`),
        );
      this.#kick();
      this.#c.onChange();
    });
    this.#c.onChange();
  }

  #crashed(wish: Extract<Wish, { kind: 'run' }>, error: BanyanError): void {
    const { clock, log } = this.#c;
    const now = clock.monotonic();
    this.#crashes = [...this.#crashes.filter((at) => now - at < CRASH_WINDOW_MS), now];
    if (error.code === 'invalid_config' || this.#crashes.length >= MAX_CRASHES) {
      this.#fail(
        wish,
        error.code === 'invalid_config'
          ? error
          : new BanyanError(
              error.code,
              `It ended ${MAX_CRASHES} times within ${CRASH_WINDOW_MS / 60_000} minutes and is not started again. The last time: ${error.message} Its log is ${this.#init.logFile}.`,
            ),
      );
      return;
    }
    const waitMs = this.#backoff.next();
    log.warn({ code: error.code, waitMs }, `${error.message} It is started again.`);
    this.#problem = { code: error.code, message: error.message };
    this.#retry = clock.setTimeout(() => {
      this.#retry = undefined;
      this.#kick();
    }, waitMs);
    this.#c.onChange();
  }

  #fail({ decision }: Extract<Wish, { kind: 'run' }>, { code, message }: BanyanError): void {
    this.#failed = decision;
    this.#problem = { code, message };
    this.#c.log.warn({ code }, `this host cannot be a supernode: ${message}`);
    this.#c.onChange();
  }

  async #end(running: Running): Promise<void> {
    this.#isStopping = true;
    this.#c.onChange();
    await running.child.stop();
    if (this.#running === running) this.#forget();
    this.#isStopping = false;
    this.#c.log.info('the supernode of this host has stopped');
    this.#c.onChange();
  }

  #forget(): void {
    this.#running = undefined;
    this.#seen = undefined;
    this.#look?.cancel();
    this.#look = undefined;
  }

  #isDrained(): boolean {
    return this.#seen?.leaves === 0 || this.#c.clock.monotonic() >= this.#drainEnd;
  }

  async #lookAt(running: Running): Promise<void> {
    const seen = await ask(String(running.child.ready['admin'])).catch(() => undefined);
    if (this.#running !== running) return;
    if (seen !== undefined) {
      const { leaves, capacity, records } = seen;
      const before = this.#seen;
      const problem = seen.listProblem ?? undefined;
      const isNews =
        before?.leaves !== leaves || before.records !== records || this.#problem?.code !== problem?.code;
      this.#seen = { leaves, capacity, records };
      this.#problem = problem;
      if (isNews) this.#c.onChange();
    }
    if (this.#wish.kind === 'drain' && this.#isDrained()) this.#kick();
  }
}

interface Seen {
  readonly leaves: number;
  readonly capacity: number;
  readonly records: number;
  readonly listProblem: { readonly code: string; readonly message: string } | null;
}

async function ask(admin: string): Promise<Seen> {
  const answer = await fetch(`${admin}/v1/state`, { signal: AbortSignal.timeout(LOOK_TIMEOUT_MS) });
  return (await answer.json()) as Seen;
}

async function shortenLog(file: string): Promise<void> {
  const size = await stat(file).then(
    (info) => info.size,
    () => 0,
  );
  if (size > MAX_LOG_BYTES) await rename(file, `${file}.1`).catch(() => undefined);
}

/** The environment may configure this peer; its supernode is configured by what it is given alone. */
function withoutOwnSettings(): Record<string, undefined> {
  const own = Object.keys(process.env).filter(
    (name) => name.startsWith('BANYAN_') && name !== 'BANYAN_LOG_LEVEL',
  );
  return Object.fromEntries(own.map((name) => [name, undefined]));
}
