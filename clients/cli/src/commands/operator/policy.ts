/** `banyan operator policy`: by what supernodes are made and unmade. */
import { displayText, timeText, type PlanResponse, type Policy, type PolicyResponse } from '@banyan/proto';
import type { Command } from 'commander';
import { UsageError, type Cli } from '../../cli.ts';
import { tableLines } from '../../format/table.ts';
import { examples } from '../help.ts';
import { withOperator } from './operator-folder.ts';

interface Options {
  readonly operator?: string;
}

export function addPolicy(operator: Command, cli: Cli): void {
  const policy = operator
    .command('policy')
    .summary('by what supernodes are made and unmade')
    .description(
      'Shows the policy that holds. With `auto` the list promotes and drains by itself, within it.',
    )
    .addHelpText(
      'after',
      examples(
        ['banyan operator policy', 'what holds'],
        ['banyan operator policy set mode=auto minSupernodes=3 --reason "weekend"', 'change it'],
        ['banyan operator policy set thresholds.cores=4 --reason "bigger hosts"', 'change a threshold'],
        [
          'banyan operator policy set thresholds.minVersion=0.2.0 --reason "older ones lose leaves"',
          'of which release on',
        ],
        ['banyan operator policy plan', 'what it would do now'],
        ['banyan operator policy history', 'every one that held'],
      ),
    )
    .action((_: unknown, command: Command) =>
      withOperator(cli, command.optsWithGlobals<Options>().operator, async ({ operator: api }, signal) => {
        const current = await api.policy(signal);
        cli.result(current, () => policyLines(current, cli));
      }),
    );
  policy
    .command('set')
    .argument('<name=value...>', 'what is to be another')
    .requiredOption('--reason <text>', 'why; the audit is told')
    .summary('change the policy')
    .description(
      'Changes the policy; what is not named stays as it is. Times are in milliseconds, sizes in bytes.',
    )
    .action((changes: string[], _: unknown, command: Command) => {
      const { operator: folder, reason } = command.optsWithGlobals<Options & { readonly reason: string }>();
      return withOperator(cli, folder, async ({ operator: api }, signal) => {
        const { policy: before, version } = await api.policy(signal);
        const next = await api.setPolicy(
          { policy: changed(before, changes), expect: version, reason },
          signal,
        );
        cli.result(next, () => policyLines(next, cli));
      });
    });
  policy
    .command('plan')
    .summary('what it would do now')
    .description('Says what the policy would do now, whether it is manual or auto. Nothing is done.')
    .action((_: unknown, command: Command) =>
      withOperator(cli, command.optsWithGlobals<Options>().operator, async ({ operator: api }, signal) => {
        const plan = await api.plan(undefined, signal);
        cli.result(plan, () => planLines(plan));
      }),
    );
  policy
    .command('history')
    .summary('every policy that held')
    .description('Lists every policy that held, the newest first.')
    .action((_: unknown, command: Command) =>
      withOperator(cli, command.optsWithGlobals<Options>().operator, async ({ operator: api }, signal) => {
        const { versions } = await api.policyHistory(signal);
        cli.result(versions, () =>
          versions.length === 0
            ? ['Nobody has set a policy yet.']
            : versions.map(
                ({ version, at, by, reason }) =>
                  `${version}  ${timeText(at)}  ${by.kind === 'operator' ? displayText(by.name, 40) : by.kind}  ${displayText(reason, 200)}`,
              ),
        );
      }),
    );
}

/** The policy with `name=value` changed; thresholds as `thresholds.name`. What cannot be is refused by the list, in words. */
function changed(before: Policy, changes: readonly string[]): Policy {
  const next = { ...before, thresholds: { ...before.thresholds } };
  for (const change of changes) {
    if (!change.includes('='))
      throw new UsageError(
        `'${displayText(change, 60)}' says no value. Write a name, an equals sign and the value without blanks, such as mode=auto.`,
      );
    const [, name = '', text = ''] = /^([A-Za-z.]+)=(.*)$/.exec(change) ?? [];
    const inner = name.startsWith('thresholds.') ? name.slice('thresholds.'.length) : undefined;
    const target: Record<string, unknown> = inner === undefined ? next : next.thresholds;
    const key = inner ?? name;
    if (!Object.hasOwn(target, key) || typeof target[key] === 'object')
      throw new UsageError(
        `'${displayText(change, 60)}' names nothing of a policy. There are: ${namesOf(before).join(', ')}.`,
      );
    const isNumber = typeof target[key] === 'number';
    if (isNumber && (text.trim() === '' || !Number.isFinite(Number(text))))
      throw new UsageError(`${name} is a number; '${displayText(text, 40)}' is none.`);
    target[key] = isNumber ? Number(text) : text;
  }
  return next;
}

function namesOf({ thresholds, ...rest }: Policy): string[] {
  return [...Object.keys(rest), ...Object.keys(thresholds).map((name) => `thresholds.${name}`)];
}

function planLines({ decisions, lacking = 0 }: PlanResponse): string[] {
  const lines = decisions.map(
    ({ action, name, deviceId, reason }) =>
      `${action} ${displayText(name, 40)} (${deviceId.slice(0, 8)}…): ${displayText(reason, 200)}`,
  );
  if (lacking > 0)
    lines.push(
      `${lacking} more supernode${lacking === 1 ? ' is' : 's are'} wanted, and no other host is fit to become one. See: banyan operator hosts`,
    );
  return lines.length > 0 ? lines : ['Nothing: all is as this policy wants it.'];
}

function policyLines({ version, policy, by, reason }: PolicyResponse, cli: Cli): string[] {
  const { thresholds, ...rest } = policy;
  const rows = [
    ...Object.entries(rest),
    ...Object.entries(thresholds).map(([name, value]) => [`thresholds.${name}`, value] as const),
  ];
  const author = by.kind === 'operator' ? displayText(by.name, 40) : by.kind;
  return [
    version === 0
      ? 'The policy that comes with Banyan: nobody has set another.'
      : `Policy ${version}, by ${author}: ${displayText(reason, 200)}`,
    '',
    ...tableLines<readonly [string, unknown]>(
      [
        { head: 'Name', value: ([name]) => name },
        { head: 'Value', value: ([, value]) => String(value), align: 'right' },
      ],
      rows,
      { width: cli.ctx.out.width, headStyle: cli.style.bold },
    ),
  ];
}
