/** `banyan account`, `banyan account add-device`, `banyan account remove-device`. */
import { displayText, timeText, type AccountInfo } from '@banyan/proto';
import type { Command } from 'commander';
import { UsageError, type Cli } from '../../cli.ts';
import { factLines, tableLines } from '../../format/table.ts';
import { durationText } from '../../format/units.ts';
import { withoutDevice } from '../../own-device.ts';
import { passwordOf } from '../ask-password.ts';
import { examples } from '../help.ts';
import { deviceOf, givenNetwork, withAccount } from './own-account.ts';

/** A link for another machine: long enough to carry it there, short enough to be forgotten. */
const LINK_SECONDS = 3_600;

interface RemoveOptions {
  readonly stolen?: boolean;
  readonly network?: string;
  readonly account?: string;
  readonly passwordFile?: string;
}

export function addDevices(account: Command, cli: Cli): void {
  account
    .command('show', { isDefault: true })
    .summary('the account and its devices')
    .description('Shows the account: its role, its devices, which is this one, and when each was last seen.')
    .action(() =>
      withAccount(cli, async ({ auth, deviceId, signal }) => {
        const info = await auth.account(signal);
        cli.result({ ...info, thisDevice: deviceId }, () => accountLines(info, deviceId, cli));
      }),
    );

  account
    .command('add-device')
    .summary('a link for another machine of yours')
    .description('Makes a link that lets one more device into this account. It works once, for an hour.')
    .action(() =>
      withAccount(cli, async ({ auth, signal }) => {
        const { account: name } = await auth.account(signal);
        const invite = await auth.createInvite({ account: name, uses: 1, ttlSeconds: LINK_SECONDS }, signal);
        cli.result(invite, () => [
          'On the other machine, within an hour:',
          '',
          `  banyan peer --network '${invite.link}' --account ${displayText(name, 64)}`,
          '',
          cli.style.dim('Whoever has this link gets into your account: give it to nobody.'),
        ]);
      }),
    );

  account
    .command('remove-device')
    .argument('<device>', 'its name, or its id or the beginning of it')
    .summary('sign out a device that is lost, stolen or given away')
    .description(
      'Takes a device out of the account. Its sessions are cut in the whole network within 30 seconds. With --stolen its key is\n' +
        'never let in again. Without any device of yours at hand, --network and --account do it with the password.',
    )
    .option('--stolen', 'others may have its key: ban it for good')
    .option('--network <url>', 'network, where this machine has no device of the account')
    .option('--account <name>', 'account, with --network')
    .option('--password-file <file>', 'file whose first line is the password; without it you are asked')
    .addHelpText(
      'after',
      examples(
        ['banyan account remove-device "old laptop"', 'from another device'],
        [
          'banyan account remove-device laptop --stolen --network https://auth.example.org --account ada',
          'from any machine, with the password',
        ],
      ),
    )
    .action((wanted: string, options: RemoveOptions) => removeDevice(cli, wanted, options));
}

async function removeDevice(cli: Cli, wanted: string, options: RemoveOptions): Promise<void> {
  const { stolen = false, network, account, passwordFile } = options;
  const say = (device: AccountInfo['devices'][number]): void =>
    cli.result({ deviceId: device.deviceId, name: device.name, stolen }, () => [
      `${displayText(device.name, 64)} is signed out${stolen ? ', and its key is banned for good' : ''}. Its sessions end within 30 seconds.`,
    ]);
  if (network === undefined) {
    if (account !== undefined || passwordFile !== undefined)
      throw new UsageError('--account and --password-file go with --network');
    await withAccount(cli, async ({ auth, signal }) => {
      const device = deviceOf(await auth.account(signal), wanted);
      await auth.removeDevice(device.deviceId, { stolen }, signal);
      say(device);
    });
    return;
  }
  if (account === undefined) throw new UsageError('--network needs --account');
  const password = await passwordOf(cli, account, passwordFile);
  await withoutDevice(cli, await givenNetwork(network), async (auth, signal) => {
    const device = deviceOf(await auth.recover({ account, password }, signal), wanted);
    await auth.recover({ account, password, remove: device.deviceId, stolen }, signal);
    say(device);
  });
}

/** Auth notes no more often when a device was seen. */
const SEEN_EVERY_MS = 15 * 60_000;

function seenText(lastSeenAt: number | undefined, now: number): string {
  if (lastSeenAt === undefined) return 'not lately';
  const age = now - lastSeenAt;
  return age <= SEEN_EVERY_MS ? 'just now' : `${durationText(age)} ago`;
}

/** An account for people. */
export function accountLines(info: AccountInfo, thisDevice: string | undefined, cli: Cli): string[] {
  const { style } = cli;
  const now = cli.ctx.now();
  const day = (ms: number): string => timeText(ms).slice(0, 10);
  return [
    ...factLines([
      ['Account', style.bold(displayText(info.account, 64))],
      ['Role', info.role],
      ...(info.grants.length === 0 ? [] : [['Grants', info.grants.join(', ')] as const]),
      ['Since', day(info.createdAt)],
      ['Password', info.hasPassword ? 'yes' : 'none; `banyan account password` sets one'],
      ...(info.identity === undefined
        ? []
        : [
            [
              'Organisation',
              displayText(`${info.identity.subject} at ${info.identity.issuer}`, 200),
            ] as const,
          ]),
    ]),
    '',
    ...tableLines<AccountInfo['devices'][number]>(
      [
        {
          head: 'Device',
          value: ({ name, deviceId }) =>
            `${displayText(name, 40)}${deviceId === thisDevice ? ' (this one)' : ''}`,
          shrinkTo: 12,
        },
        { head: 'Id', value: ({ deviceId }) => deviceId, shrinkTo: 9 },
        {
          head: 'Last seen',
          value: ({ lastSeenAt }) => seenText(lastSeenAt, now),
        },
        { head: 'Enrolled', value: ({ enrolledAt }) => day(enrolledAt) },
        { head: 'Grants', value: ({ grants }) => grants.join(', '), optional: true },
      ],
      info.devices,
      { width: cli.ctx.out.width, headStyle: style.bold },
    ),
  ];
}
