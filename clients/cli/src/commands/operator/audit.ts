/** `banyan operator audit`: every decision, by whom, why, and by which figures. */
import { displayText, type AuditEntry } from '@banyan/proto';
import type { OperatorClient } from '@banyan/sdk';
import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { examples } from '../help.ts';
import { withOperator } from './operator-folder.ts';

interface Options {
  readonly operator?: string;
  readonly figures?: boolean;
  readonly export?: boolean;
}

/** Entries of one call. */
const PAGE = 500;

export function addAudit(operator: Command, cli: Cli): void {
  operator
    .command('audit')
    .summary('every decision, with its reasons')
    .description(
      'Lists every decision about hosts and policy in the order of time: when, by whom, what, and why.',
    )
    .option('--figures', 'with the figures of that moment')
    .option('--export', 'one JSON object a line, for other programs')
    .addHelpText(
      'after',
      examples(
        ['banyan operator audit', 'who did what'],
        ['banyan operator audit --export > audit.ndjson', 'to keep it elsewhere'],
      ),
    )
    .action((_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      return withOperator(cli, options.operator, async ({ operator: api }, signal) => {
        if (options.export === true) {
          for await (const entry of entriesOf(api, signal)) cli.print(JSON.stringify(entry));
          return;
        }
        const entries: AuditEntry[] = [];
        for await (const entry of entriesOf(api, signal)) entries.push(entry);
        cli.result(entries, () =>
          entries.length === 0
            ? ['Nothing has been decided yet.']
            : entries.flatMap((entry) => entryLines(entry, options.figures === true)),
        );
      });
    });
}

async function* entriesOf(api: OperatorClient, signal: AbortSignal): AsyncGenerator<AuditEntry> {
  for (let after: string | undefined, isMore = true; isMore;) {
    const page = await api.audit({ limit: PAGE, ...(after === undefined ? {} : { after }) }, signal);
    yield* page.entries;
    after = page.next;
    isMore = after !== undefined;
  }
}

function entryLines(
  { at, by, action, name, subject, reason, figures }: AuditEntry,
  withFigures: boolean,
): string[] {
  const author =
    by.kind === 'operator'
      ? displayText(by.name, 40)
      : by.kind === 'policy'
        ? `policy ${by.version}`
        : `the ${by.kind}`;
  const whom = subject === '' ? '' : ` ${displayText(name, 40)} (${displayText(subject.slice(0, 8), 8)}…)`;
  return [
    `${new Date(at).toISOString()}  ${author}  ${action}${whom}: ${displayText(reason, 300)}`,
    ...(withFigures
      ? [
          `    ${Object.entries(figures)
            .map(([key, value]) => `${key}=${displayText(String(value), 60)}`)
            .join(' ')}`,
        ]
      : []),
  ];
}
