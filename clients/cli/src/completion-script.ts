/** Completion scripts, made of the very commands that commander knows. */
import type { Command } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A flag: `--limit`; whether a value follows, and whether it is a path. */
export interface FlagWords {
  readonly flag: string;
  readonly description: string;
  readonly value: 'none' | 'path' | 'peer' | 'other';
}

export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly FlagWords[];
  /** What its argument may be: fixed words, or a path. */
  readonly words: readonly string[];
  readonly takesPath: boolean;
}

export interface ProgramWords {
  readonly name: string;
  readonly flags: readonly FlagWords[];
  readonly commands: readonly CommandWords[];
}

/** Reads the words out of the program itself, so that none is forgotten. */
export function describeCommands(program: Command): ProgramWords {
  return {
    name: program.name(),
    flags: [...flagsOf(program), HELP_FLAG],
    commands: program.commands.map((command) => {
      const [argument] = command.registeredArguments;
      return {
        name: command.name(),
        summary: command.summary() || command.description(),
        flags: [...flagsOf(command), HELP_FLAG],
        words: argument?.argChoices ?? [],
        takesPath: argument?.name() === 'dir',
      };
    }),
  };
}

const HELP_FLAG: FlagWords = { flag: '--help', description: 'display help', value: 'none' };

function flagsOf(command: Command): FlagWords[] {
  return command.options
    .filter((option) => option.long !== undefined && option.long !== null && option.long !== '--help')
    .map((option) => ({
      flag: option.long!,
      description: option.description,
      value:
        !option.required && !option.optional
          ? 'none'
          : /<(?:dir|file)/.test(option.flags)
            ? 'path'
            : option.long === '--peer'
              ? 'peer'
              : 'other',
    }));
}

/** @param peers - names that `--peer` may take */
export function completionScript(shell: Shell, program: ProgramWords, peers: readonly string[]): string {
  switch (shell) {
    case 'bash':
      return bash(program, peers);
    case 'zsh':
      return zsh(program, peers);
    case 'fish':
      return fish(program, peers);
  }
}

/** In single quotes nothing means anything to a POSIX shell but the quote itself. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const flagNames = (flags: readonly FlagWords[], value?: FlagWords['value']): string[] =>
  flags.filter((f) => value === undefined || f.value === value).map((f) => f.flag);

function bash(program: ProgramWords, peers: readonly string[]): string {
  const all = [...program.flags, ...program.commands.flatMap(({ flags }) => flags)];
  const withValue = [...new Set(flagNames(all.filter(({ value }) => value !== 'none')))];
  const pathFlags = [...new Set(flagNames(all, 'path'))];
  const cases = program.commands.map(({ name, flags, words, takesPath }) => {
    const lines = [
      `    ${name})`,
      `      flags=${quote([...flagNames(flags), ...flagNames(program.flags)].join(' '))}`,
      `      words=${quote(words.join(' '))}`,
      ...(takesPath ? ['      paths=1'] : []),
      '      ;;',
    ];
    return lines.join('\n');
  });
  return `# Completion of ${program.name} for bash: source <(${program.name} completion bash)
_${program.name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  local command= flags= words= paths= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${withValue.join('|')}) ((i++)) ;;
      -*) ;;
      *) command=\${COMP_WORDS[i]}; break ;;
    esac
  done
  case $prev in
    --peer) COMPREPLY=($(compgen -W ${quote(peers.join(' '))} -- "$cur") $(compgen -d -- "$cur")); return ;;
    ${pathFlags.join('|')}) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
  esac
  case $command in
    '')
      flags=${quote(flagNames(program.flags).join(' '))}
      words=${quote(program.commands.map(({ name }) => name).join(' '))}
      ;;
${cases.join('\n')}
  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$cur"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
    if [[ -n $paths ]]; then
      compopt -o filenames 2>/dev/null
      COMPREPLY+=($(compgen -d -- "$cur"))
    fi
  fi
}
complete -F _${program.name} ${program.name}
`;
}

function zsh(program: ProgramWords, peers: readonly string[]): string {
  // In a spec a bracket ends the description and a colon a field.
  const plain = (text: string): string => text.replace(/[[\]:]/g, ' ').replace(/\s+/g, ' ');
  const value: Record<FlagWords['value'], string> = {
    none: '',
    path: ':path:_files',
    peer: `:peer:(${peers.join(' ')})`,
    other: ':value:',
  };
  const spec = (flag: FlagWords): string =>
    quote(`${flag.flag}[${plain(flag.description)}]${value[flag.value]}`);
  const commands = program.commands.map(({ name, summary }) => `    ${quote(`${name}:${plain(summary)}`)}`);
  const cases = program.commands.map(({ name, flags, words, takesPath }) => {
    const rest =
      words.length > 0
        ? [quote(`*:word:(${words.join(' ')})`)]
        : takesPath
          ? [quote('*:folder:_files -/')]
          : [];
    const specs = [...flags.map(spec), ...program.flags.filter((f) => f !== HELP_FLAG).map(spec), ...rest];
    return `    (${name})\n      _arguments ${specs.join(' \\\n        ')}\n      ;;`;
  });
  return `#compdef ${program.name}
# Completion of ${program.name} for zsh: write it to a file _${program.name} in a folder of $fpath.
_${program.name}() {
  local context state state_descr line
  typeset -A opt_args
  local -a commands
  commands=(
${commands.join('\n')}
  )
  _arguments -C ${program.flags.map(spec).join(' \\\n    ')} \\
    '1:command:->command' '*::argument:->argument'
  case $state in
    (command) _describe command commands ;;
    (argument)
  case $line[1] in
${cases.join('\n')}
  esac
    ;;
  esac
}
if [ "$funcstack[1]" = "_${program.name}" ]; then
  _${program.name} "$@"
else
  compdef _${program.name} ${program.name}
fi
`;
}

function fish(program: ProgramWords, peers: readonly string[]): string {
  const fishQuote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const { name } = program;
  const line = (condition: string, flag: FlagWords): string =>
    [
      `complete -c ${name}`,
      condition,
      `-l ${flag.flag.slice(2)}`,
      ...(flag.value === 'none' ? [] : ['-r']),
      ...(flag.value === 'path' ? ['-F'] : []),
      ...(flag.value === 'peer' ? [`-f -a ${fishQuote(peers.join(' '))}`] : []),
      `-d ${fishQuote(flag.description.replace(/\s+/g, ' '))}`,
    ]
      .filter((part) => part !== '')
      .join(' ');
  return [
    `# Completion of ${name} for fish: write it to ~/.config/fish/completions/${name}.fish`,
    `complete -c ${name} -f`,
    ...program.flags.map((flag) => line('', flag)),
    ...program.commands.flatMap((command) => {
      const seen = `-n ${fishQuote(`__fish_seen_subcommand_from ${command.name}`)}`;
      return [
        `complete -c ${name} -n __fish_use_subcommand -a ${command.name} -d ${fishQuote(command.summary)}`,
        ...command.flags.filter((flag) => flag !== HELP_FLAG).map((flag) => line(seen, flag)),
        ...(command.words.length > 0
          ? [`complete -c ${name} ${seen} -a ${fishQuote(command.words.join(' '))}`]
          : []),
        ...(command.takesPath ? [`complete -c ${name} ${seen} -F`] : []),
      ];
    }),
    '',
  ].join('\n');
}
