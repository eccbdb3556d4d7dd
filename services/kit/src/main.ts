import { isBanyanError, toBanyanError } from '@banyan/proto';
import Type, { type Static, type TObject, type TProperties } from 'typebox';
import { systemClock, type Clock } from './clock.ts';
import { helpText, loadConfig, wantsHelp } from './config.ts';
import { createLifecycle, type LifecycleInit, type Startable } from './lifecycle.ts';
import { createLog, type Log } from './log.ts';

/** Exit codes of every Banyan process. */
export const EXIT = {
  /** Stopped as asked. */
  ok: 0,
  /** A part could not start, or did not stop in time. */
  failed: 1,
  /** An error that nobody caught; the log has it (EX_SOFTWARE of sysexits). */
  internal: 70,
  /** The configuration is wrong (EX_CONFIG of sysexits). */
  config: 78,
  /** A second signal came while stopping: ended at once. */
  killed: 130,
} as const;

/** Settings that every process has; {@link MainContext.config} adds them to its own. */
export const BASE_SETTINGS = {
  logLevel: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const, {
    default: 'info',
    description: 'How much the log on stderr says.',
  }),
  logFormat: Type.Enum(['auto', 'json', 'pretty'] as const, {
    default: 'auto',
    description: 'JSON lines, or one readable line per entry; auto: readable on a terminal.',
  }),
  readyJson: Type.Boolean({
    default: false,
    description: 'When ready, print one line of JSON on stdout: {"ready":true,"name":…,"pid":…,"url":…}.',
  }),
  parentWatch: Type.Boolean({
    default: false,
    description:
      'Stop when the starting process goes away: its IPC channel or, without one, the pipe on stdin closes.',
  }),
};

/** Settings of one process together with {@link BASE_SETTINGS}. */
export type MainConfig<P extends TProperties> = Static<TObject<P & typeof BASE_SETTINGS>>;

type BaseConfig = Static<TObject<typeof BASE_SETTINGS>>;

/** What {@link runMain} hands to the builder of a process. */
export interface MainContext {
  readonly name: string;
  readonly clock: Clock;
  /** Aborts when the process is asked to stop. */
  readonly signal: AbortSignal;
  /** Speaks with the level and format of the configuration once {@link config} was called. */
  readonly log: Log;
  /**
   * Loads the settings of this process together with {@link BASE_SETTINGS}; answers `--help`.
   *
   * @throws BanyanError `invalid_config`; leave it to runMain, which says it in plain words and exits with 78
   */
  config<P extends TProperties>(
    schema: TObject<P>,
    init?: { readonly file?: string; readonly description?: string },
  ): MainConfig<P>;
  /** Asks for a graceful stop from inside. */
  stop(reason: string): void;
  /** Calls `fn` at each SIGHUP. A process that never calls this ends by it, as programs do when their terminal closes. */
  onReload(fn: () => void): void;
}

/** What a process consists of. */
export interface MainParts extends LifecycleInit {
  /** In the order of starting. */
  readonly parts: readonly Startable[];
  /** Fields for the ready line, asked when all parts run; say `url` where there is one. */
  readonly ready?: () => Record<string, unknown>;
}

/** The process as seen by {@link runMain}; tests pass their own. */
export interface MainHost {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Writes for people (help, plain errors) and the ready line. */
  print(stream: 'stdout' | 'stderr', text: string): void;
  on(
    event: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'uncaughtException' | 'unhandledRejection',
    fn: (value: unknown) => void,
  ): void;
  /** Calls `fn` when the parent process is gone. */
  onParentGone(fn: () => void): void;
  exit(code: number): void;
}

function processHost(): MainHost {
  // A reader of ours that went away must not end us by EPIPE before we stopped in order.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  return {
    argv: process.argv.slice(2),
    env: process.env,
    clock: systemClock,
    print: (stream, text) => void process[stream].write(text),
    on: (event, fn) => void process.on(event, fn),
    onParentGone(fn) {
      if (process.channel !== undefined && process.channel !== null) {
        process.once('disconnect', fn);
        return;
      }
      const once = (): void => {
        process.stdin.off('end', once).off('close', once).off('error', once);
        fn();
      };
      process.stdin.on('end', once).on('close', once).on('error', once).resume();
      // Listening for the end alone is no reason to run on.
      (process.stdin as { unref?: () => void }).unref?.();
    },
    exit: (code) => process.exit(code),
  };
}

/** Thrown through the builder when `--help` was answered. */
const HELP_SHOWN = new Error('help was shown');

/** How long a builder may go on after a stop was asked before the process ends without it. */
const BUILD_STOP_MS = 5_000;

/**
 * Runs a process: builds its parts, starts them in order, says that it is ready, and stops them in reverse
 * order when SIGINT or SIGTERM comes, when the parent goes away (`--parent-watch`) or when `ctx.stop` is called.
 *
 * A second signal exits at once with 130. What nobody caught is logged and exits with 70. A wrong configuration is
 * said in plain words on stderr and exits with 78; {@link EXIT} has all codes. With `--ready-json` one JSON line on stdout says
 * when all parts run.
 *
 * @param build - makes the parts; nothing is started yet, so it binds and opens nothing that `stop` would have to free
 * @returns the exit code, with which the process has then been told to exit
 */
export async function runMain(
  name: string,
  build: (ctx: MainContext) => Promise<MainParts>,
  host: MainHost = processHost(),
): Promise<number> {
  const stop = new AbortController();
  let log = createLog({ name });
  let config: BaseConfig | undefined;
  let exited: number | undefined;
  const exit = (code: number): number => {
    exited ??= code;
    host.exit(exited);
    return exited;
  };
  const requestStop = (reason: string): void => {
    if (stop.signal.aborted) return;
    log.info({ reason }, 'stopping');
    stop.abort(new Error(reason));
  };
  const onSignal = (signal: string): void => {
    if (stop.signal.aborted) {
      log.warn(`${signal} again: exiting at once`);
      exit(EXIT.killed);
      return;
    }
    requestStop(signal);
  };
  host.on('SIGINT', () => onSignal('SIGINT'));
  host.on('SIGTERM', () => onSignal('SIGTERM'));
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    host.on(event, (err) => {
      log.fatal({ err }, `${event}: please report this`);
      exit(EXIT.internal);
    });
  }

  const context: MainContext = {
    name,
    clock: host.clock,
    signal: stop.signal,
    get log() {
      return log;
    },
    config<P extends TProperties>(
      schema: TObject<P>,
      init: { readonly file?: string; readonly description?: string } = {},
    ): MainConfig<P> {
      const whole = Type.Object({ ...schema.properties, ...BASE_SETTINGS });
      if (wantsHelp(host.argv)) {
        host.print(
          'stdout',
          helpText(whole, {
            usage: name,
            ...(init.description === undefined ? {} : { description: init.description }),
          }),
        );
        throw HELP_SHOWN;
      }
      const values = loadConfig(whole, {
        argv: host.argv,
        env: host.env,
        ...(init.file === undefined ? {} : { file: init.file }),
      });
      config = values as BaseConfig;
      log = createLog({
        name,
        level: config.logLevel,
        ...(config.logFormat === 'auto' ? {} : { pretty: config.logFormat === 'pretty' }),
      });
      if (config.parentWatch) host.onParentGone(() => requestStop('the starting process is gone'));
      return values;
    },
    stop: requestStop,
    onReload: (fn) => host.on('SIGHUP', fn),
  };

  const stopAsked = new Promise<void>((resolve) =>
    stop.signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  const buildTooLong = stopAsked.then(() => host.clock.sleep(BUILD_STOP_MS));
  let lifecycle;
  try {
    const parts = await Promise.race([build(context), buildTooLong]);
    if (parts === undefined) return exit(EXIT.failed);
    lifecycle = createLifecycle({ parts: parts.parts, log, clock: host.clock }, parts);
    await lifecycle.start(stop.signal);
    const facts = { name, pid: process.pid, ...parts.ready?.() };
    log.info({ ...parts.ready?.() }, 'ready');
    if (config?.readyJson === true) host.print('stdout', `${JSON.stringify({ ready: true, ...facts })}\n`);
  } catch (caught) {
    if (caught === HELP_SHOWN) return exit(EXIT.ok);
    const error = toBanyanError(caught);
    // Asked to stop while starting: what had started is stopped again, and that is what was wanted.
    if (stop.signal.aborted && error.code === 'aborted')
      return exit((await lifecycle?.stop()) === false ? EXIT.failed : EXIT.ok);
    if (error.code === 'invalid_config') {
      host.print('stderr', `${name}: ${error.message}\n`);
      return exit(EXIT.config);
    }
    log.fatal(
      {
        err:
          isBanyanError(caught) && caught.code !== 'internal'
            ? { code: error.code, message: error.message }
            : caught,
      },
      'could not start',
    );
    if (config?.readyJson === true)
      host.print('stdout', `${JSON.stringify({ ready: false, name, ...error.toBody() })}\n`);
    return exit(EXIT.failed);
  }

  await stopAsked;
  const clean = await lifecycle.stop();
  log.info('stopped');
  return exit(clean ? EXIT.ok : EXIT.failed);
}
