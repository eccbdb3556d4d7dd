/** `banyan operator reports`, `banyan operator resolve`: what members tell operators. */
import { displayText, timeText, type AccountRef, type ReportView } from '@banyan/proto';
import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { examples } from '../help.ts';
import { withOperator } from './operator-folder.ts';

interface Options {
  readonly operator?: string;
  readonly all?: boolean;
  readonly words?: string;
}

const PAGE = 200;

export function addReports(operator: Command, cli: Cli): void {
  operator
    .command('reports')
    .summary('what members report')
    .description('Lists what members reported and nobody has resolved yet, in the order of time.')
    .option('--all', 'resolved ones too')
    .addHelpText(
      'after',
      examples(
        ['banyan operator reports', 'what waits for somebody'],
        ['banyan operator resolve 1790000000000-6d… --words "blocked"', 'and close it'],
      ),
    )
    .action((_: unknown, command: Command) => {
      const { operator: folder, all = false } = command.optsWithGlobals<Options>();
      return withOperator(cli, folder, async ({ auth }, signal) => {
        const { pagesOf } = await import('@banyan/sdk');
        const reports: ReportView[] = [];
        const state = all ? {} : { state: 'open' as const };
        const pages = pagesOf((after) =>
          auth.reports({ limit: PAGE, ...state, ...(after === undefined ? {} : { after }) }, signal),
        );
        for await (const page of pages) reports.push(...page.reports);
        cli.result(reports, () =>
          reports.length === 0
            ? [all ? 'Nobody has reported anything.' : 'No report waits for an answer.']
            : reports.flatMap((report) => reportLines(report, cli)),
        );
      });
    });

  operator
    .command('resolve')
    .argument('<report>', 'id of the report')
    .summary('close a report')
    .description(
      'Closes a report with words on what was done, or why nothing was. Who made it finds them in their export.',
    )
    .requiredOption('--words <text>', 'what was done')
    .action((id: string, _: unknown, command: Command) => {
      const { operator: folder, words = '' } = command.optsWithGlobals<Options>();
      return withOperator(cli, folder, async ({ auth }, signal) => {
        const report = await auth.resolveReport(id, words, signal);
        cli.result(report, () => [`The report about ${subjectText(report)} is resolved.`]);
      });
    });
}

const nameOf = ({ name, accountId }: AccountRef): string =>
  name === '' ? `a deleted account (${accountId.slice(0, 8)}…)` : displayText(name, 64);

function subjectText({ subject: { kind, id, name, account } }: ReportView): string {
  const shown = name === '' ? displayText(id, 100) : `${displayText(name, 64)} (${displayText(id, 100)})`;
  return `the ${kind} ${shown}${account === undefined ? '' : ` of ${nameOf(account)}`}`;
}

function reportLines(report: ReportView, cli: Cli): string[] {
  const { id, at, by, reason, resolution } = report;
  return [
    `${cli.style.bold(id)}  ${timeText(at)}  ${nameOf(by)} on ${subjectText(report)}: ${displayText(reason, 500)}`,
    ...(resolution === undefined
      ? []
      : [
          `    resolved ${timeText(resolution.at)} by ${nameOf(resolution.by)}: ${displayText(resolution.words, 500)}`,
        ]),
  ];
}
