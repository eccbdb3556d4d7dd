/** `banyan completion`: what a shell needs to complete our words. */
import { Argument, type Command } from 'commander';
import type { Cli } from '../cli.ts';
import { completionScript, describeCommands, SHELLS, type Shell } from '../completion-script.ts';
import { localPeerNames } from '../peer-folder.ts';
import { examples } from './help.ts';

export function addCompletion(program: Command, cli: Cli): void {
  program
    .command('completion')
    .summary('completion of commands and options for a shell')
    .description('Prints a script with which a shell completes commands and options.')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText(
      'after',
      examples(
        ['source <(banyan completion bash)', 'in ~/.bashrc'],
        ['banyan completion zsh > ~/.zfunc/_banyan', 'in a folder of $fpath'],
        ['banyan completion fish > ~/.config/fish/completions/banyan.fish', 'for fish'],
      ),
    )
    .action((shell: Shell) => {
      const script = completionScript(shell, describeCommands(program), localPeerNames(cli.ctx));
      cli.result({ shell, script }, () => [script.trimEnd()]);
    });
}
