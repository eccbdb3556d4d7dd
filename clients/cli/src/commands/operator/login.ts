/** `banyan operator login`: makes this machine a device of an operator. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AUDIENCE, BanyanError, displayText } from '@banyan/proto';
import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { examples } from '../help.ts';
import { OPERATOR_FILE, ownOperatorFolder, withDevice, type OperatorFile } from './operator-folder.ts';

interface Options {
  readonly network: string;
  readonly account: string;
  readonly code?: string;
  readonly invite?: string;
  readonly operator?: string;
}

export function addLogin(operator: Command, cli: Cli): void {
  operator
    .command('login')
    .summary('administer a network from this machine')
    .description(
      'Enrols this machine as a device of an operator. The first operator of a network signs in with the one-time code that\n' +
        'auth printed and keeps in first-operator-code; others with an invite, or with name and password.',
    )
    .requiredOption('--network <url>', 'URL of the network’s auth service, or an invite link')
    .option('--account <name>', 'name of the operator’s account', 'operator')
    .option('--code <code>', 'one-time code of the first operator')
    .option('--invite <link>', 'invite link or code')
    .addHelpText(
      'after',
      examples(
        ['banyan operator login --network https://auth.example.org --code K7…', 'the first operator'],
        ['banyan operator login --network https://auth.example.org --account olga', 'asks for the password'],
      ),
    )
    .action((_: unknown, command: Command) => login(command.optsWithGlobals<Options>(), cli));
}

async function login({ network: given, account, code, invite, operator }: Options, cli: Cli): Promise<void> {
  const { resolveNetwork } = await import('@banyan/sdk');
  const { issuer, pin, code: linkCode } = resolveNetwork(given, invite);
  const folder = operator ?? ownOperatorFolder(cli);
  const file: OperatorFile = { issuer, ...(pin === undefined ? {} : { pin }) };
  const ticket = code ?? linkCode;
  const password =
    ticket === undefined ? await cli.ctx.ask(`Password of ${account}: `, { secret: true }) : undefined;
  if (ticket === undefined && (password === undefined || password === ''))
    throw new BanyanError(
      'invalid_request',
      'Give the one-time code of the first operator (--code), an invite (--invite), or a password on the terminal.',
    );
  const enrolment = {
    account,
    deviceName: 'operator',
    ...(ticket === undefined ? {} : { invite: ticket }),
    ...(password === undefined ? {} : { password }),
  };
  const role = await withDevice(cli, folder, file, enrolment, async (network) => {
    if (code !== undefined) {
      await network.auth.claimOperator(code);
      for (const audience of [AUDIENCE.auth, AUDIENCE.list]) network.tokens.invalidate(audience);
    }
    return (await network.auth.account()).role;
  });
  await writeFile(join(folder, OPERATOR_FILE), `${JSON.stringify(file)}\n`, { mode: 0o600 });
  cli.result({ issuer, account, role, folder }, () => [
    role === 'member'
      ? `${displayText(account, 64)} is a member of ${issuer}, and administers nothing. Ask an operator for the role.`
      : `This machine administers ${issuer} as ${displayText(account, 64)} (${role}).`,
  ]);
}
