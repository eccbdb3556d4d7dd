/** What is said of a command line that lacks something: what it is, and a line that works. */
import type { Command, CommanderError } from 'commander';
import { needs } from './commands/help.ts';

/** Codes of commander for what was left out. */
const LACKING: ReadonlySet<string> = new Set([
  'commander.missingArgument',
  'commander.missingMandatoryOptionValue',
  'commander.optionMissingArgument',
]);

/** The sentence for a command line that commander does not understand; undefined: it has said all itself. */
export function usageText(
  program: Command,
  args: readonly string[],
  { code, message }: CommanderError,
): string | undefined {
  if (!message.startsWith('error: ')) return undefined;
  const said = message.slice('error: '.length);
  if (!LACKING.has(code)) return said;
  const command = commandOf(program, args);
  const path = pathOf(command);
  const example = exampleOf(command, path) ?? `${path} --help`;
  const name = code === 'commander.missingArgument' ? /'(.+)'/.exec(said)?.[1] : undefined;
  const argument = command.registeredArguments.find((one) => one.name() === name);
  if (argument === undefined) return `${said}. For example: ${example}`;
  const { variadic, description } = argument;
  return needs(path, `<${argument.name()}${variadic ? '...' : ''}>`, description, example);
}

/** The command that these words come to. */
function commandOf(program: Command, args: readonly string[]): Command {
  let command = program;
  for (const arg of args) command = command.commands.find((one) => one.name() === arg) ?? command;
  return command;
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/** The first example of its help that is one of itself. */
function exampleOf(command: Command, path: string): string | undefined {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) });
  command.outputHelp();
  return help
    .split('\n')
    .map((line) => /^ {2}\$ (.+?)(?: {2,}# .*)?$/.exec(line)?.[1])
    .find((line) => line?.startsWith(`${path} `));
}
