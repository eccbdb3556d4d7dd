/** `banyan operator audit`: every decision, by whom, why, and by which figures. */
import {
  displayText,
  timeText,
  type AuditAuthor,
  type AuditBreak,
  type AuditCheck,
  type AuditEntry,
  type AuditService,
} from '@banyan/proto';
import { Option, type Command } from 'commander';
import { UsageError, type Cli } from '../../cli.ts';
import { EXIT_CODE } from '../../exit-codes.ts';
import { examples } from '../help.ts';
import { withOperator } from './operator-folder.ts';

const HASH = /^[0-9a-f]{64}$/;

interface Options {
  readonly operator?: string;
  readonly figures?: boolean;
  readonly export?: boolean;
  readonly service?: AuditService;
  readonly verify?: boolean;
  readonly head?: readonly string[];
}

export function addAudit(operator: Command, cli: Cli): void {
  operator
    .command('audit')
    .summary('every decision, with its reasons')
    .description(
      'Lists every decision in the order of time: when, by whom, what, and why. Auth and list keep one record each: accounts, bans\n' +
        'and keys in that of auth, hosts and policy in that of the list. Both are read, and each line says whose it is.\n' +
        'With --verify it checks instead whether anything was changed or taken away since it was written: each entry carries a hash\n' +
        'over itself and the hash of the one before. Write the last hashes down elsewhere, and give them to a later check.',
    )
    .option('--figures', 'with the figures of that moment')
    .option('--export', 'one JSON object a line, for other programs')
    .option('--verify', 'check the chain of hashes; exit code 1 when it is broken')
    .option('--head <hash...>', 'with --verify: last hashes of an earlier check, to be found again')
    .addOption(new Option('--service <service>', 'of one service alone').choices(['auth', 'list']))
    .addHelpText(
      'after',
      examples(
        ['banyan operator audit', 'who did what'],
        ['banyan operator audit --export > audit.ndjson', 'to keep it elsewhere'],
        ['banyan operator audit --verify', 'whether it is whole'],
        ['banyan operator audit --verify --head 3f9a…', 'whether it still holds what it held then'],
      ),
    )
    .action((_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const heads = (options.head ?? []).map((head) => head.toLowerCase());
      if (heads.length > 0 && options.verify !== true)
        throw new UsageError('--head says what a check is to find again: give it with --verify.');
      if (heads.some((head) => !HASH.test(head)))
        throw new UsageError('A hash has 64 characters, 0-9 and a-f. Copy the whole of it.');
      return withOperator(cli, options.operator, async (network, signal) => {
        if (options.verify === true) {
          const { checkAudits } = await import('@banyan/sdk');
          const services = options.service && { services: [options.service] };
          const checks = await checkAudits(network, { ...services, heads }, signal);
          const lost = heads.filter(
            (head) => !checks.some(({ found }) => found.some((one) => one.hash === head)),
          );
          cli.result({ checks, lost }, () => [...checks.flatMap(checkLines), ...lost.map(lostLine)]);
          if (lost.length > 0 || checks.some(({ state }) => state === 'broken'))
            cli.exitCode = EXIT_CODE.failure;
          return;
        }
        const { mergedAudit } = await import('@banyan/sdk');
        const all = mergedAudit(network, options.service && [options.service], signal);
        if (options.export === true) {
          for await (const entry of all) cli.print(JSON.stringify(entry));
          return;
        }
        const entries: AuditEntry[] = [];
        for await (const entry of all) entries.push(entry);
        cli.result(entries, () =>
          entries.length === 0
            ? ['Nothing has been decided yet.']
            : entries.flatMap((entry) => entryLines(entry, options.figures === true)),
        );
      });
    });
}

function checkLines({
  service,
  state,
  head,
  linked,
  waiting,
  before,
  breaks,
  breakCount,
}: AuditCheck): string[] {
  const title = `${service}: `;
  if (state === 'none' || head === null)
    return [`${title}keeps no chain yet; it begins when its newer version starts.`];
  const more = [
    ...(waiting === 0 ? [] : [`${waiting} not linked yet`]),
    ...(before === 0 ? [] : [`${before} from before the chain`]),
    ...(head.first.at === 0 ? [] : [`older than ${timeText(head.first.at)} taken away as configured`]),
  ].join(', ');
  const rest = more === '' ? '' : ` (${more})`;
  if (state === 'whole')
    return [
      `${title}whole, ${linked} ${linked === 1 ? 'entry' : 'entries'}${rest}.`,
      ...(linked === 0 ? [] : [`    last hash, of ${timeText(head.at)}: ${head.hash}`]),
    ];
  const left = breakCount - breaks.length;
  return [
    `${title}BROKEN in ${breakCount} ${breakCount === 1 ? 'place' : 'places'}, ${linked} entries read${rest}:`,
    ...breaks.map((one) => `    ${breakText(one)}`),
    ...(left === 0 ? [] : [`    and ${left} more`]),
  ];
}

function breakText({ kind, n, last, id, at }: AuditBreak): string {
  const which = `${n}${id === undefined ? '' : ` (${displayText(id, 40)}${at === undefined ? '' : `, ${timeText(at)}`})`}`;
  switch (kind) {
    case 'changed':
      return `entry ${which} was changed after it was written`;
    case 'missing':
      return last === undefined ? `entry ${n} is missing` : `entries ${n} to ${last} are missing`;
    case 'unlinked':
      return `entry ${which} does not follow on the one before it`;
  }
}

const lostLine = (head: string): string =>
  `NOT FOUND: ${head}. What came up to it was taken away by its age, belongs to the service that was not asked, or was written anew.`;

function entryLines(
  { at, service, by, action, name, subject, reason, figures }: AuditEntry,
  withFigures: boolean,
): string[] {
  const id = displayText(subject, 12);
  const whom = subject === '' ? '' : name === '' ? ` ${id}` : ` ${displayText(name, 40)} (${id})`;
  const why = reason === '' ? '' : `: ${displayText(reason, 300)}`;
  return [
    `${timeText(at)}  ${service}  ${authorText(by)}  ${action}${whom}${why}`,
    ...(withFigures
      ? [
          `    ${Object.entries(figures)
            .map(([key, value]) => `${key}=${displayText(String(value), 60)}`)
            .join(' ')}`,
        ]
      : []),
  ];
}

function authorText(by: AuditAuthor): string {
  switch (by.kind) {
    case 'operator':
    case 'member':
      return by.name === ''
        ? `a deleted ${by.kind} (${displayText(by.account, 9)})`
        : displayText(by.name, 40);
    case 'policy':
      return `policy ${by.version}`;
    case 'owner':
    case 'list':
    case 'auth':
      return `the ${by.kind}`;
  }
}
