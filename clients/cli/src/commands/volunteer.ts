/** `banyan volunteer`: offers this host as a supernode, and shows what came of it. */
import {
  displayText,
  hoursText,
  parseBandwidth,
  parseHours,
  parseMemory,
  toBanyanError,
  type CriterionView,
  type VolunteerOffer,
  type VolunteerView,
} from '@banyan/proto';
import { Argument, type Command } from 'commander';
import { UsageError, type Cli } from '../cli.ts';
import { criterionLines } from '../format/criteria.ts';
import { countText, durationText, memoryText, rateText } from '../format/units.ts';
import { examples } from './help.ts';

interface VolunteerOptions {
  readonly maxLeaves?: string;
  readonly memory?: string;
  readonly cpu?: string;
  readonly bandwidth?: string;
  readonly region?: string;
  readonly hours?: readonly string[];
}

const ACTIONS = ['show', 'on', 'off'] as const;

export function addVolunteer(program: Command, cli: Cli): void {
  program
    .command('volunteer')
    .summary('offer this host as a supernode')
    .description(
      'Offers the host of the peer as a supernode, which others then search through, or takes the offer back. Operators or the\n' +
        'policy of the network decide whether it becomes one, by criteria that are shown here. off stops it at once.\n' +
        'All caps are kept: it takes no more leaves and memory, and rests when it used more of a processor or of the line.',
    )
    .addArgument(new Argument('[action]', 'what to do').choices(ACTIONS).default('show'))
    .option('--max-leaves <count>', 'peers that it takes at most')
    .option('--memory <size>', 'memory that it may use, like 2GB')
    .option('--cpu <number>', 'processors that it may use, like 0.5')
    .option('--bandwidth <rate>', 'of the line, like 10MB/s')
    .option('--region <label>', 'region label, for operators; "" for none')
    .option(
      '--hours <hours...>',
      'when it may serve, local time, like "mon-fri 08:00-20:00"; always: at any time',
    )
    .addHelpText(
      'after',
      examples(
        ['banyan volunteer on', 'offer this host'],
        ['banyan volunteer on --max-leaves 500 --memory 2GB --hours "mon-fri 08:00-20:00"', 'within limits'],
        ['banyan volunteer', 'how it is judged, and what it is to be'],
        ['banyan volunteer off', 'take the offer back'],
      ),
    )
    .action(async (action: (typeof ACTIONS)[number], options: VolunteerOptions) => {
      const offer = offerOf(options);
      if (action !== 'on' && Object.keys(offer).length > 0)
        throw new UsageError('what is offered goes with `banyan volunteer on`');
      await cli.withPeer(async ({ api, signal }) => {
        const view =
          action === 'on'
            ? await api.offer(offer, signal)
            : action === 'off'
              ? await api.withdraw(signal)
              : await api.volunteer(signal);
        cli.result(view, () => volunteerLines(view, cli));
      });
    });
}

function offerOf(options: VolunteerOptions): VolunteerOffer {
  const { maxLeaves, memory, cpu, bandwidth, region, hours } = options;
  const caps: NonNullable<VolunteerOffer['caps']> = {
    ...(maxLeaves === undefined ? {} : { maxLeaves: numberOf('--max-leaves', maxLeaves, /^\d{1,7}$/, 1) }),
    ...(memory === undefined ? {} : { memoryBytes: asUsage('--memory', () => parseMemory(memory)) }),
    ...(cpu === undefined ? {} : { cpu: numberOf('--cpu', cpu, /^\d{1,4}(\.\d{1,3})?$/, 0.05) }),
    ...(bandwidth === undefined
      ? {}
      : { bytesPerSecond: asUsage('--bandwidth', () => parseBandwidth(bandwidth)) }),
  };
  const rules = hours?.filter((text) => text.trim().toLowerCase() !== 'always');
  return {
    ...(Object.keys(caps).length === 0 ? {} : { caps }),
    ...(region === undefined ? {} : { region: region === '' ? null : region }),
    ...(rules === undefined ? {} : { hours: asUsage('--hours', () => rules.map(parseHours)) }),
  };
}

function numberOf(flag: string, text: string, pattern: RegExp, least: number): number {
  const value = pattern.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least)) throw new UsageError(`${flag} takes a number of at least ${least}`);
  return value;
}

function asUsage<T>(flag: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(`${flag}: ${toBanyanError(error).message}`);
  }
}

const ROLES: Readonly<Record<string, string>> = {
  leaf: 'a peer among others',
  promoting: 'becoming a supernode',
  proving: 'being tried out as a supernode',
  serving: 'a supernode',
  draining: 'leaving service; its peers are moving to others',
};
const STATES: Readonly<Record<VolunteerView['supernode']['state'], string>> = {
  none: 'not running',
  starting: 'starting',
  serving: 'running',
  draining: 'stopping; its peers are moving to others',
  failed: 'failed',
};
const ORIGINS: Readonly<Record<CriterionView['origin'], string>> = {
  home: 'home supernode',
  list: 'network',
  host: 'this host',
};

function volunteerLines(view: VolunteerView, cli: Cli): string[] {
  const { style } = cli;
  const row = (label: string, text: string): string => `${label.padEnd(12)} ${text}`;
  const { caps, supernode, order } = view;
  if (!view.offered)
    return [
      'This host is not offered as a supernode. `banyan volunteer on` offers it.',
      ...(supernode.state === 'none' ? [] : [row('Supernode', STATES[supernode.state])]),
    ];
  const now = cli.ctx.now();
  const lines = [
    row('Offered', style.green('yes')),
    row('Leaves', `${countText(caps.maxLeaves)} at most`),
    row('Memory', `${memoryText(caps.memoryBytes)} at most`),
    row('CPU', `${caps.cpu} at most`),
    row('Bandwidth', `${rateText(caps.bytesPerSecond)} at most`),
  ];
  if (view.region !== null) lines.push(row('Region', displayText(view.region, 64)));
  if (view.hours.length > 0) {
    const until =
      view.hoursUntil === null ? '' : `, for ${durationText(Math.max(0, view.hoursUntil - now))} more`;
    lines.push(
      row(
        'Hours',
        `${view.hours.map(hoursText).join('; ')} (${view.withinHours ? 'now' : 'not now'}${until})`,
      ),
    );
  }
  if (order !== null) {
    lines.push(
      row('To be', `${ROLES[order.role] ?? order.role}, for ${durationText(Math.max(0, now - order.since))}`),
      row('Why', `${displayText(order.reason, 500)} ${style.dim(`(${authorText(order.by)})`)}`),
    );
  }
  const held =
    supernode.leaves === null || supernode.capacity === null
      ? ''
      : `: ${countText(supernode.leaves)} of ${countText(supernode.capacity)} leaves, ${countText(supernode.records ?? 0)} records`;
  lines.push(row('Supernode', `${STATES[supernode.state]}${held}`));
  for (const problem of [supernode.problem, view.problem])
    if (problem !== null) lines.push(style.yellow(displayText(problem.message, 1_000)));
  if (view.criteria.length === 0)
    return [...lines, style.dim('The network has not judged this host yet; ask again in a moment.')];
  return [...lines, '', ...criterionLines(view.criteria, cli, ORIGINS)];
}

function authorText(by: NonNullable<VolunteerView['order']>['by']): string {
  switch (by.kind) {
    case 'operator':
      return `operator ${displayText(by.name, 64)}`;
    case 'policy':
      return `policy, version ${by.version}`;
    case 'owner':
      return 'you';
    case 'list':
      return 'the network';
  }
}
