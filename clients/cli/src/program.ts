/** The `banyan` command: its words, its global options, and how it ends. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { createCli, reportFailure, type Cli } from './cli.ts';
import { addAccount } from './commands/account/account.ts';
import { addBackup } from './commands/backup.ts';
import { addCompletion } from './commands/completion.ts';
import { addDownloads } from './commands/downloads.ts';
import { addFiles } from './commands/files.ts';
import { addGet } from './commands/get.ts';
import { examples, HELP_WIDTH } from './commands/help.ts';
import { addLink } from './commands/link.ts';
import { addLimits } from './commands/limits.ts';
import { addLoad } from './commands/load/load.ts';
import { addMigrate } from './commands/migrate.ts';
import { addOperator } from './commands/operator/operator.ts';
import { addOpen } from './commands/open.ts';
import { addPeer } from './commands/peer.ts';
import { addRestore } from './commands/restore.ts';
import { addSearch } from './commands/search.ts';
import { addShare } from './commands/share.ts';
import { addSignIn } from './commands/sign-in.ts';
import { addStatus } from './commands/status.ts';
import { addStop } from './commands/stop.ts';
import { addStream } from './commands/stream.ts';
import { addSupernodes } from './commands/supernodes.ts';
import { addUp } from './commands/up.ts';
import { addUploads } from './commands/uploads.ts';
import { addVolunteer } from './commands/volunteer.ts';
import type { CliContext } from './context.ts';
import { EXIT_CODE, exitCodeHelp, type ExitCode } from './exit-codes.ts';
import { usageText } from './usage.ts';

/** In the order of the help. */
const COMMANDS: readonly ((program: Command, cli: Cli) => void)[] = [
  addUp,
  addPeer,
  addSignIn,
  addSearch,
  addGet,
  addStream,
  addDownloads,
  addShare,
  addFiles,
  addLink,
  addStatus,
  addSupernodes,
  addUploads,
  addLimits,
  addVolunteer,
  addAccount,
  addOpen,
  addStop,
  addOperator,
  addBackup,
  addRestore,
  addMigrate,
  addLoad,
  addCompletion,
];

export function createProgram(ctx: CliContext): { readonly program: Command; readonly cli: Cli } {
  const program = new Command('banyan');
  const cli = createCli(ctx, program);
  program
    .description(
      'One search box over everybody’s shared folders; downloads from every machine that has the file.',
    )
    .option('--peer <name>', 'peer to talk to: a local peer’s name (alice, bob, carol) or a data folder')
    .option('--json', 'one JSON document on stdout: the result, or {"error": …}')
    .version(versionOf(), '--version', 'output the version number')
    .helpOption('-h, --help', 'display help')
    .helpCommand('help [command]', 'display help for a command')
    .configureHelp({
      showGlobalOptions: true,
      // Broken where the terminal ends, not where the source does.
      commandDescription: (command) => command.description().replaceAll('\n', ' '),
    })
    .configureOutput({
      writeOut: (text) => ctx.out.write(text),
      writeErr: (text) => ctx.err.write(text),
      // Said at the end, when it is known what to say.
      outputError: () => undefined,
      getOutHelpWidth: () => ctx.out.width ?? HELP_WIDTH,
      getErrHelpWidth: () => ctx.err.width ?? HELP_WIDTH,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride()
    .addHelpText(
      'after',
      [
        examples(
          ['npm start', 'a whole network on this machine'],
          ['banyan search banyan tree', 'search it'],
          ['banyan get 1', 'download the first hit'],
          ['banyan --peer bob status', 'talk to another peer'],
        ),
        'Exit codes:',
        exitCodeHelp(),
        '',
        'Environment:',
        '  BANYAN_DATA_DIR  folder that holds everything that is kept',
        '  BANYAN_PEER      default of --peer',
        '  NO_COLOR         no colours',
        '',
      ].join('\n'),
    );
  for (const add of COMMANDS) add(program, cli);
  return { program, cli };
}

/**
 * Runs a command line.
 *
 * @param args - without node and script
 * @returns the exit code; whatever happened has been said
 */
export async function runCli(args: readonly string[], ctx: CliContext): Promise<ExitCode> {
  const { program, cli } = createProgram(ctx);
  // Nothing typed is a question.
  if (args.length === 0) {
    program.outputHelp();
    return EXIT_CODE.ok;
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportFailure(ctx, error, cli.json);
    if (error.exitCode === 0) return EXIT_CODE.ok;
    const id = error.code === 'commander.unknownOption' ? args.find((arg) => ID_LIKE.test(arg)) : undefined;
    const advice = id === undefined ? undefined : `If ${id} is an id, put -- before it: -- ${id}`;
    const said = [usageText(program, args, error), advice].filter((text) => text !== undefined);
    if (args.includes('--json')) {
      const message = said.join('. ');
      ctx.out.write(
        `${JSON.stringify({ error: { code: 'invalid_request', message, retryable: false } }, null, 2)}\n`,
      );
    } else if (said.length > 0) ctx.err.write(`banyan: ${said.join('\n')}\n`);
    return EXIT_CODE.usage;
  }
}

/** One id of a device in 64 begins as an option does. */
const ID_LIKE = /^-(?!-)[\w-]{5,}$/;

function versionOf(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
