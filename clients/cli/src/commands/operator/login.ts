/** `banyan operator login`: makes this machine a device of an operator. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AUDIENCE, BanyanError, displayText, type Role } from '@banyan/proto';
import type { Command } from 'commander';
import { UsageError, type Cli } from '../../cli.ts';
import { withDevice } from '../../own-device.ts';
import { examples } from '../help.ts';
import { signInWithCode } from '../sign-in-with-code.ts';
import { OPERATOR_FILE, ownOperatorFolder, STATE_FILE, type OperatorFile } from './operator-folder.ts';

interface Options {
  readonly network: string;
  readonly account: string;
  readonly signIn?: boolean;
  readonly open: boolean;
  readonly code?: string;
  readonly invite?: string;
  readonly operator?: string;
}

/** What the operator's device is called in the list of devices. */
const DEVICE_NAME = 'operator';

export function addLogin(operator: Command, cli: Cli): void {
  operator
    .command('login')
    .summary('administer a network from this machine')
    .description(
      'Enrols this machine as a device of an operator. The first operator of a network signs in with the one-time code that\n' +
        'auth printed and keeps in first-operator-code; others with an invite, with name and password, or with the sign-in of\n' +
        'their organisation, whose groups then say who is an operator. Again on a machine that is signed in, --sign-in ties its\n' +
        'account to the organisation, or learns the role anew.',
    )
    .requiredOption('--network <url>', 'URL of the network’s auth service, or an invite link')
    .option('--account <name>', 'name of the operator’s account', 'operator')
    .option('--code <code>', 'one-time code of the first operator')
    .option('--invite <link>', 'invite link or code')
    .option('--sign-in', 'sign in with the organisation, in any browser')
    .option('--no-open', 'open no browser')
    .addHelpText(
      'after',
      examples(
        ['banyan operator login --network https://auth.example.org --code K7…', 'the first operator'],
        ['banyan operator login --network https://auth.example.org --account olga', 'asks for the password'],
        ['banyan operator login --network https://auth.example.org --sign-in', 'with the organisation'],
      ),
    )
    .action((_: unknown, command: Command) => login(command.optsWithGlobals<Options>(), cli));
}

async function login(options: Options, cli: Cli): Promise<void> {
  const { network: given, account, code, invite, operator } = options;
  const { resolveNetwork } = await import('@banyan/sdk');
  const { issuer, pins, code: linkCode } = resolveNetwork(given, invite);
  const folder = operator ?? ownOperatorFolder(cli);
  const file: OperatorFile = { issuer, ...(pins.length === 0 ? {} : { pins }) };
  const address = { ...file, stateFile: join(folder, STATE_FILE) };
  if (options.signIn === true) {
    if (code !== undefined || linkCode !== undefined)
      throw new UsageError('--sign-in stands alone: leave --code and --invite away');
    const device = await withDevice(cli, folder, address, 'sign-in', (network, signal) =>
      signInWithCode(cli, network, { deviceName: DEVICE_NAME, open: options.open, signal }),
    );
    await say(cli, { issuer, account: device.account, role: device.role, folder, file });
    return;
  }
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
    deviceName: DEVICE_NAME,
    ...(ticket === undefined ? {} : { invite: ticket }),
    ...(password === undefined ? {} : { password }),
  };
  const role = await withDevice(cli, folder, address, enrolment, async (network) => {
    if (code !== undefined) {
      await network.auth.claimOperator(code);
      for (const audience of [AUDIENCE.auth, AUDIENCE.list]) network.tokens.invalidate(audience);
    }
    return (await network.auth.account()).role;
  });
  await say(cli, { issuer, account, role, folder, file });
}

/** Keeps where the network is, and says what this machine may do there. */
async function say(
  cli: Cli,
  done: {
    readonly issuer: string;
    readonly account: string;
    readonly role: Role;
    readonly folder: string;
    readonly file: OperatorFile;
  },
): Promise<void> {
  const { issuer, account, role, folder, file } = done;
  await writeFile(join(folder, OPERATOR_FILE), `${JSON.stringify(file)}\n`, { mode: 0o600 });
  cli.result({ issuer, account, role, folder }, () => [
    role === 'member'
      ? `${displayText(account, 64)} is a member of ${issuer}, and administers nothing. Ask an operator for the role.`
      : `This machine administers ${issuer} as ${displayText(account, 64)} (${role}).`,
  ]);
}
