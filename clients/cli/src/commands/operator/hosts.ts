/** `banyan operator hosts`, `host`, `supernodes`, and what is decided about one: `promote`, `demote`, `drain`, `cancel` and others. */
import {
  BanyanError,
  displayText,
  MAX_DRAIN_MS,
  MIN_DRAIN_MS,
  timeText,
  type CriterionView,
  type HostAction,
  type HostView,
} from '@banyan/proto';
import type { Network } from '@banyan/sdk';
import type { Command } from 'commander';
import { UsageError, type Cli } from '../../cli.ts';
import { criterionLines } from '../../format/criteria.ts';
import { tableLines } from '../../format/table.ts';
import { bytesText, countText, durationText, rateText } from '../../format/units.ts';
import { examples, needs } from '../help.ts';
import { wholeNumber } from '../numbers.ts';
import { withOperator } from './operator-folder.ts';
import { periodSeconds } from './period.ts';

interface Options {
  readonly operator?: string;
}

interface DecisionOptions extends Options {
  readonly reason?: string;
  readonly maxLeaves?: number;
  /** Milliseconds. */
  readonly deadline?: number;
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

const ORIGIN_WORDS: Record<CriterionView['origin'], string> = {
  home: 'measured by its home',
  list: 'the list',
  host: 'self-reported',
};

export function addHosts(operator: Command, cli: Cli): void {
  operator
    .command('hosts')
    .summary('volunteers and supernodes')
    .description('Lists every host that volunteers or is a supernode, and what it is.')
    .addHelpText(
      'after',
      examples(['banyan operator hosts', 'a table'], ['banyan operator hosts --json', 'for a program']),
    )
    .action((_: unknown, command: Command) =>
      withOperator(cli, command.optsWithGlobals<Options>().operator, async ({ operator: api }, signal) => {
        const hosts = await api.hosts(signal);
        cli.result(hosts, () => hostLines(hosts, cli));
      }),
    );
  operator
    .command('supernodes')
    .summary('supernodes, and who is about to be one')
    .description('Lists the hosts that are supernodes, are becoming one or cease to be one.')
    .action((_: unknown, command: Command) =>
      withOperator(cli, command.optsWithGlobals<Options>().operator, async ({ operator: api }, signal) => {
        const hosts = await api.hosts(signal);
        const supernodes = hosts.filter(({ order }) => order.role !== 'leaf');
        cli.result(supernodes, () => hostLines(supernodes, cli));
      }),
    );
  operator
    .command('host')
    .argument('<host>', 'name or device id (its beginning does)')
    .summary('one host, with all its criteria')
    .description('Shows a host and by what it is judged: value, threshold, and who found it out.')
    .action((name: string, _: unknown, command: Command) =>
      withOperator(cli, command.optsWithGlobals<Options>().operator, async (network, signal) => {
        const host = await findHost(network, name, signal);
        cli.result(host, () => detailLines(host, cli));
      }),
    );
  addDecision(operator, cli, 'promote', 'promote', 'make a volunteer a supernode');
  addDecision(operator, cli, 'demote', 'drain', 'make a supernode a leaf again, its leaves first');
  addDecision(operator, cli, 'drain', 'drain', 'take a supernode out of service, its leaves first');
  addDecision(operator, cli, 'cancel', 'cancel', 'take back a promotion or a drain that is under way');
  addDecision(operator, cli, 'undo', 'undo', 'reverse the last decision about a host');
  addDecision(
    operator,
    cli,
    'cordon',
    'cordon',
    'keep new leaves away from a supernode, or a volunteer from being promoted',
  );
  addDecision(operator, cli, 'uncordon', 'uncordon', 'let leaves come, or a volunteer be promoted, again');
}

function addDecision(operator: Command, cli: Cli, word: string, action: HostAction, summary: string): void {
  const command = operator
    .command(word)
    .argument('<host>', 'name or device id (its beginning does)')
    .summary(summary)
    .description(`${summary[0]!.toUpperCase()}${summary.slice(1)}. The reason goes to the audit.`)
    .option('--reason <text>', 'why; the owner and the audit are told; only a dry run needs none')
    .option('--dry-run', 'say what would happen, and do nothing');
  if (action === 'promote')
    command
      .option(
        '--max-leaves <number>',
        'leaves at most; default: what its owner gives',
        wholeNumber(1, 1_000_000),
      )
      .option('--force', 'although criteria fail; never against its owner’s will');
  if (action === 'drain')
    command
      .option(
        '--deadline <period>',
        'end it then, whoever has not moved: 30s, 5m, 1h; default: it lasts until all have',
        drainTime,
      )
      .option('--force', 'end it at once, without a drain: its leaves are cut and look for another home')
      .addHelpText(
        'after',
        examples(
          [
            `banyan operator ${word} oak --reason 'new disk' --deadline 5m`,
            'gone in five minutes at the latest',
          ],
          [`banyan operator ${word} oak --reason 'it is broken' --force`, 'gone at once'],
        ),
      );
  if (action !== 'drain')
    command.addHelpText('after', examples([exampleOf(word, action), summary.split(',')[0]!]));
  command.action((name: string, _: unknown, own: Command) => {
    const options = own.optsWithGlobals<DecisionOptions>();
    const { operator: folder, reason = '', maxLeaves, deadline, force, dryRun } = options;
    if (reason === '' && dryRun !== true)
      throw new UsageError(
        needs(
          `banyan operator ${word}`,
          '--reason <text>',
          'why; the owner and the audit are told',
          exampleOf(word, action),
        ),
      );
    if (deadline !== undefined && force === true)
      throw new UsageError('--force ends it at once: leave --deadline out.');
    return withOperator(cli, folder, async (network, signal) => {
      const { deviceId } = await findHost(network, name, signal);
      const { host, done } = await network.operator.decide(
        deviceId,
        action,
        {
          reason: reason === '' ? 'dry run' : reason,
          ...(maxLeaves === undefined ? {} : { maxLeaves }),
          ...(deadline === undefined ? {} : { drainMs: deadline }),
          ...(force === undefined ? {} : { force }),
          ...(dryRun === undefined ? {} : { dryRun }),
        },
        signal,
      );
      cli.result({ host, done }, () => [
        `${displayText(host.name, 40)} ${done ? 'is' : 'would be'} ${roleText(host)}${reason === '' ? '.' : `: ${displayText(reason, 200)}`}`,
        ...drainLines(host),
      ]);
    });
  });
}

/** A line that works, of which one sees what it is for. */
function exampleOf(word: string, action: HostAction): string {
  const reason: Record<HostAction, string> = {
    promote: 'more leaves than places',
    drain: 'new disk',
    cancel: 'it is needed after all',
    undo: 'the wrong host',
    cordon: 'it is to be moved tonight',
    uncordon: 'it has been moved',
  };
  return `banyan operator ${word} oak --reason '${reason[action]}'`;
}

/** A time that a drain may be given, ms. */
function drainTime(text: string): number {
  const ms = periodSeconds(text) * 1000;
  if (ms < MIN_DRAIN_MS || ms > MAX_DRAIN_MS)
    throw new UsageError(
      `A drain may take from ${durationText(MIN_DRAIN_MS)} to ${durationText(MAX_DRAIN_MS)}; '${displayText(text, 40)}' is outside.`,
    );
  return ms;
}

function roleText({ order: { role }, cordoned = false }: HostView): string {
  return cordoned ? `${role} (cordoned)` : role;
}

/** How far its drain is. */
function drainLines({ order: { role, endsAt }, leaves }: HostView): string[] {
  if (role !== 'draining') return [];
  return [
    `${countText(leaves)} leaf sessions are left${endsAt === undefined ? '' : `; it ends at ${timeText(endsAt)} at the latest`}.`,
  ];
}

/** A host by its name, its device id, or the beginning of that. */
async function findHost({ operator }: Network, wanted: string, signal: AbortSignal): Promise<HostView> {
  const hosts = await operator.hosts(signal);
  const exact = hosts.filter(({ deviceId }) => deviceId === wanted);
  const found =
    exact.length > 0
      ? exact
      : hosts.filter(({ name, deviceId }) => name === wanted || deviceId.startsWith(wanted));
  if (found.length === 1) return found[0]!;
  throw new BanyanError(
    found.length === 0 ? 'not_found' : 'invalid_request',
    found.length === 0
      ? `No host ${displayText(wanted, 60)} volunteers or is a supernode. \`banyan operator hosts\` lists them.`
      : `Several hosts are meant by ${displayText(wanted, 60)}: ${found.map(({ name, deviceId }) => `${displayText(name, 20)} (${deviceId.slice(0, 8)}…)`).join(', ')}. Give more of the device id.`,
  );
}

function hostLines(hosts: readonly HostView[], cli: Cli): string[] {
  if (hosts.length === 0) return ['Nobody volunteers, and there is no supernode.'];
  const { style } = cli;
  return tableLines<HostView>(
    [
      { head: 'Name', value: ({ name }) => displayText(name, 40), shrinkTo: 8, style: style.bold },
      {
        head: 'Role',
        value: (host) =>
          host.order.role === 'serving' && !host.handedOut && host.cordoned !== true
            ? 'serving (held back)'
            : roleText(host),
        style: (text, { handedOut }) => (handedOut ? style.green(text) : text),
      },
      {
        head: 'Run by',
        value: ({ kind, account }) => (kind === 'operated' ? 'operator' : displayText(account, 24)),
        shrinkTo: 6,
      },
      { head: 'Region', value: ({ region }) => displayText(region ?? '', 16), optional: true },
      { head: 'Fit', value: fitText, style: (text, { fit }) => (fit ? style.green(text) : text) },
      {
        head: 'Leaves',
        value: ({ leaves, capacity }) =>
          capacity === 0 ? '' : `${countText(leaves)} of ${countText(capacity)}`,
        align: 'right',
        optional: true,
      },
      {
        head: 'Why',
        value: ({ fault, order }) => displayText(fault?.message ?? order.reason, 120),
        shrinkTo: 12,
      },
      { head: 'Device', value: ({ deviceId }) => deviceId.slice(0, 12) },
    ],
    hosts,
    { width: cli.ctx.out.width, headStyle: style.bold },
  );
}

function fitText({ kind, fit, criteria }: HostView): string {
  if (kind === 'operated') return '';
  const failing = criteria.filter(({ passed }) => !passed).length;
  return fit ? 'yes' : `fails ${failing} of ${criteria.length}`;
}

function detailLines(host: HostView, cli: Cli): string[] {
  const { style } = cli;
  const { order, fault, caps } = host;
  const now = cli.ctx.now();
  return [
    `${style.bold(displayText(host.name, 64))}  ${host.deviceId}`,
    `${order.role} since ${durationText(Math.max(0, now - order.since))}: ${displayText(order.reason, 300)} (${authorText(host)})`,
    ...drainLines(host),
    ...(host.cordoned === true
      ? ['Cordoned: no new leaf is sent there, and it is not promoted (`banyan operator uncordon`).']
      : []),
    ...(fault === null ? [] : [style.yellow(displayText(fault.message, 300))]),
    ...(caps === null
      ? []
      : [
          `Its owner gives ${countText(caps.maxLeaves)} leaves, ${bytesText(caps.memoryBytes)} of memory, ${caps.cpu} processors, ${rateText(caps.bytesPerSecond)}.`,
        ]),
    ...(host.criteria.length === 0 ? [] : ['', ...criterionLines(host.criteria, cli, ORIGIN_WORDS)]),
  ];
}

function authorText({ order: { by } }: HostView): string {
  switch (by.kind) {
    case 'operator':
      return `by ${displayText(by.name, 40)}`;
    case 'policy':
      return `by policy ${by.version}`;
    case 'owner':
      return 'by its owner';
    case 'list':
      return 'by the list';
  }
}
