/** What all commands share: the peer they talk to, their two kinds of output, and how they end. */
import { BanyanError, displayText, toBanyanError } from '@banyan/proto';
import { createLocalApiClient, readLocalApiFile, type LocalApiClient } from '@banyan/sdk/local';
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { EXIT_CODE, exitCodeOf, type ExitCode } from './exit-codes.ts';
import { createStyle, wantsColour, type Style } from './format/style.ts';
import { findPeer } from './peer-folder.ts';

/** A peer that a command talks to. */
export interface Peer {
  readonly label: string;
  readonly folder: string;
  readonly api: LocalApiClient;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
}

export interface Cli {
  readonly ctx: CliContext;
  /** `--json` was given: stdout gets one JSON document and nothing else. */
  readonly json: boolean;
  /** Colours for stdout, and for stderr. */
  readonly style: Style;
  readonly noteStyle: Style;
  /** The value of `--peer`. */
  readonly peerName: string | undefined;
  exitCode: ExitCode;
  /** Lines of a result, to stdout. */
  print(...lines: readonly string[]): void;
  /** Lines that are not the result, to stderr; left out with `--json`. */
  note(...lines: readonly string[]): void;
  /** The result: the value with `--json`, else the lines. */
  result(value: unknown, lines: () => readonly string[]): void;
  /**
   * Does something with the peer that is meant.
   *
   * @throws BanyanError `peer_not_running`; `aborted` at Ctrl-C
   */
  withPeer<T>(act: (peer: Peer) => Promise<T>): Promise<T>;
  /** Asks yes or no on a terminal; undefined when there is nobody to ask. */
  confirm(question: string): Promise<boolean | undefined>;
}

/** A command line that is understood by commander, but not by us. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function createCli(ctx: CliContext, program: Command): Cli {
  const options = (): { json?: boolean; peer?: string } => program.opts();
  const cli: Cli = {
    ctx,
    get json() {
      return options().json === true;
    },
    get peerName() {
      return options().peer ?? (ctx.env['BANYAN_PEER'] || undefined);
    },
    style: createStyle(wantsColour(ctx.out.isTerminal, ctx.env)),
    noteStyle: createStyle(wantsColour(ctx.err.isTerminal, ctx.env)),
    exitCode: EXIT_CODE.ok,
    print: (...lines) => ctx.out.write(lines.map((line) => `${line}\n`).join('')),
    note: (...lines) => {
      if (!cli.json) ctx.err.write(lines.map((line) => `${line}\n`).join(''));
    },
    result: (value, lines) =>
      cli.json ? ctx.out.write(`${JSON.stringify(value, null, 2)}\n`) : cli.print(...lines()),
    async withPeer(act) {
      const { label, folder, file, insteadOf } = await findPeer(ctx, cli.peerName);
      if (insteadOf !== undefined) cli.note(`${insteadOf} is not running; asking ${label}`);
      const api = createLocalApiClient({
        url: file.url,
        token: file.token,
        reread: () => readLocalApiFile(folder),
      });
      try {
        return await untilStopped(cli, (signal) => act({ label, folder, api, signal }));
      } catch (error) {
        throw saidBetter(error, label);
      } finally {
        api.close();
      }
    },
    async confirm(question) {
      if (cli.json || !ctx.err.isTerminal) return undefined;
      const answer = await ctx.ask(`${question} [y/N] `);
      return answer === undefined ? undefined : /^\s*(y|yes)\s*$/i.test(answer);
    },
  };
  return cli;
}

/** Does something that Ctrl-C ends. */
export async function untilStopped<T>(cli: Cli, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const unlisten = cli.ctx.signals.on(() => stop.abort());
  try {
    return await act(stop.signal);
  } finally {
    unlisten();
  }
}

/** A peer that was killed leaves its file behind: say what that means here. */
function saidBetter(error: unknown, label: string): unknown {
  const known = toBanyanError(error);
  if (known.code !== 'peer_not_running') return error;
  return new BanyanError(
    'peer_not_running',
    `The peer ${label} does not answer: it was stopped or killed. Start it again with \`npm start\` or \`banyan peer\`.`,
    { cause: error },
  );
}

/** Says a failure and gives its exit code. With `--json` the document on stdout is the error. */
export function reportFailure(ctx: CliContext, error: unknown, json: boolean): ExitCode {
  const usage = error instanceof UsageError;
  const known = usage
    ? new BanyanError('invalid_request', error.message)
    : toBanyanError(error, 'internal', error instanceof Error ? error.message : undefined);
  if (json) ctx.out.write(`${JSON.stringify(known.toBody(), null, 2)}\n`);
  else if (known.code !== 'aborted' || known.message !== new BanyanError('aborted').message) {
    const style = createStyle(wantsColour(ctx.err.isTerminal, ctx.env));
    // Words of a daemon, which may repeat words of others.
    ctx.err.write(`${style.red('banyan:')} ${displayText(known.message, 2000)}\n`);
    if (known.code === 'internal' && ctx.env['BANYAN_DEBUG'] !== undefined)
      ctx.err.write(`${(error as Error).stack ?? ''}\n`);
  }
  return usage ? EXIT_CODE.usage : exitCodeOf(known.code);
}
