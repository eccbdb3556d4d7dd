/** `banyan operator ban`, `unban`, `block`, `unblock`, `invite`, `accounts`, `role`: what auth decides. */
import {
  BanyanError,
  displayText,
  evidenceFault,
  evidenceOf,
  isDeviceId,
  MAX_EVIDENCE,
  ROLES,
  type AccountInfo,
  type Grant,
  type Role,
} from '@banyan/proto';
import { Argument, Option, type Command } from 'commander';
import { UsageError, type Cli } from '../../cli.ts';
import { tableLines } from '../../format/table.ts';
import { examples } from '../help.ts';
import { wholeNumber } from '../numbers.ts';
import { withOperator } from './operator-folder.ts';
import { periodSeconds } from './period.ts';

interface Options {
  readonly operator?: string;
  readonly reason?: string;
  readonly for?: number;
  readonly evidence?: readonly string[];
}

const PAGE = 200;

export function addModeration(operator: Command, cli: Cli): void {
  const revoke = (
    word: string,
    argument: string,
    summary: string,
    kindOf: (id: string) => 'account' | 'device' | 'content',
    isLifted: boolean,
  ): void => {
    const command = operator
      .command(word)
      .argument(`<${argument}>`, argument === 'content' ? 'content id' : 'account name, or device id')
      .summary(summary)
      .description(`${summary[0]!.toUpperCase()}${summary.slice(1)}, in the whole network within 30 seconds.`)
      .requiredOption(
        '--reason <text>',
        isLifted ? 'why; the audit is told' : 'why; whoever is concerned is told',
      );
    if (!isLifted)
      command
        .option('--for <period>', 'as 30m, 12h, 7d, 2w; default: until it is lifted', periodSeconds)
        .option(
          '--evidence <text...>',
          `what it stands on: texts and links, ${MAX_EVIDENCE} at most; operators alone are told`,
        )
        .addHelpText(
          'after',
          examples([
            `banyan operator ${word} ${word === 'block' ? 'CONTENT' : 'mallory'} --reason 'spreads poison' --evidence 'report 12' https://wiki.example.org/12`,
            'with what it stands on',
          ]),
        );
    command.action((id: string, _: unknown, own: Command) => {
      const { operator: folder, reason = '', for: seconds, evidence = [] } = own.optsWithGlobals<Options>();
      const pieces = evidence.flatMap((piece) => evidenceOf(piece));
      const fault = evidenceFault(pieces);
      if (fault !== undefined) throw new UsageError(fault);
      return withOperator(cli, folder, async ({ auth }, signal) => {
        const kind = kindOf(id);
        await auth.revoke(
          {
            ...{ kind, id, reason },
            ...(isLifted ? { seconds: 0 } : seconds === undefined ? {} : { seconds }),
            ...(pieces.length === 0 ? {} : { evidence: pieces }),
          },
          signal,
        );
        cli.result({ kind, id, reason }, () => [
          `The ${kind} ${displayText(id, 100)} is ${isLifted ? 'let in again' : word === 'block' ? 'blocked' : 'banned'}.`,
        ]);
      });
    });
  };
  const who = (id: string): 'account' | 'device' => (isDeviceId(id) ? 'device' : 'account');
  revoke('ban', 'who', 'ban an account or a device', who, false);
  revoke('unban', 'who', 'lift a ban', who, true);
  revoke('block', 'content', 'block a content', () => 'content', false);
  revoke('unblock', 'content', 'lift the block of a content', () => 'content', true);

  operator
    .command('invite')
    .summary('invite people, supernodes or lists')
    .description(
      'Makes an invite link. With --grant, the device that uses it may be a supernode, promote others, or run load tests.',
    )
    .option('--account <name>', 'for this account alone')
    .option('--uses <number>', 'how many devices may use it', wholeNumber(1, 1_000))
    .option('--for <period>', 'how long it holds; default 7d', periodSeconds)
    .option('--reason <text>', 'what for; the audit is told')
    .addOption(
      new Option('--grant <grant>', 'what the device gets').choices(['supernode', 'promote', 'load']),
    )
    .addHelpText(
      'after',
      examples(
        ['banyan operator invite', 'for one newcomer'],
        ['banyan operator invite --grant supernode', 'for a supernode'],
        ['banyan operator invite --grant promote', 'for a supernode list that promotes'],
      ),
    )
    .action((_: unknown, command: Command) => {
      const given = command.optsWithGlobals<Options & { account?: string; uses?: number; grant?: Grant }>();
      return withOperator(cli, given.operator, async ({ auth }, signal) => {
        const invite = await auth.createInvite(
          {
            ...(given.account === undefined ? {} : { account: given.account }),
            ...(given.uses === undefined ? {} : { uses: given.uses }),
            ...(given.for === undefined ? {} : { ttlSeconds: given.for }),
            ...(given.grant === undefined ? {} : { grants: [given.grant] }),
            ...(given.reason === undefined ? {} : { reason: given.reason }),
          },
          signal,
        );
        cli.result(invite, () => [invite.link]);
      });
    });

  operator
    .command('accounts')
    .summary('all accounts')
    .description('Lists all accounts with their role, grants and devices.')
    .action((_: unknown, command: Command) =>
      withOperator(cli, command.optsWithGlobals<Options>().operator, async ({ auth }, signal) => {
        const { pagesOf } = await import('@banyan/sdk');
        const accounts: AccountInfo[] = [];
        const pages = pagesOf((after) =>
          auth.accounts({ limit: PAGE, ...(after === undefined ? {} : { after }) }, signal),
        );
        for await (const page of pages) accounts.push(...page.accounts);
        cli.result(accounts, () => accountLines(accounts, cli));
      }),
    );

  operator
    .command('role')
    .argument('<account>', 'name of the account')
    .addArgument(new Argument('<role>', 'what it may do').choices(ROLES))
    .summary('make somebody an operator, a viewer or a member')
    .description(
      'Sets the role of an account: members share and search, viewers also see what operators see, operators decide.',
    )
    .requiredOption('--reason <text>', 'why; the audit is told')
    .action((account: string, role: Role, _: unknown, command: Command) => {
      const { operator: folder, reason } = command.optsWithGlobals<Options>();
      return withOperator(cli, folder, async ({ auth }, signal) => {
        await auth.setRole(account, role, reason, signal);
        cli.result({ account, role }, () => [
          `${displayText(account, 64)} is ${role === 'operator' ? 'an' : 'a'} ${role} now.`,
        ]);
      });
    });
}

function accountLines(accounts: readonly AccountInfo[], cli: Cli): string[] {
  if (accounts.length === 0) throw new BanyanError('internal', 'There is no account, not even yours.');
  return tableLines<AccountInfo>(
    [
      {
        head: 'Account',
        value: ({ account }) => displayText(account, 40),
        shrinkTo: 8,
        style: cli.style.bold,
      },
      { head: 'Role', value: ({ role }) => role },
      {
        head: 'Grants',
        value: ({ grants, devices }) =>
          [...new Set([...grants, ...devices.flatMap((device) => device.grants)])].join(', '),
        optional: true,
      },
      {
        head: 'Devices',
        value: ({ devices }) =>
          devices
            .map(({ name, deviceId }) => `${displayText(name, 20)} (${deviceId.slice(0, 8)}…)`)
            .join(', '),
        shrinkTo: 20,
      },
    ],
    accounts,
    { width: cli.ctx.out.width, headStyle: cli.style.bold },
  );
}
