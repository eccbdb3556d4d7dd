/** What a run says at its end. */
import { displayText } from '@banyan/proto';
import type { RunResults } from '@banyan/load';
import type { Cli } from '../../cli.ts';
import { tableLines } from '../../format/table.ts';
import { bytesText, countText, durationText } from '../../format/units.ts';
import { EXIT_CODE, type ExitCode } from '../../exit-codes.ts';
import { latencyText, shareText } from './live-view.ts';

/** The exit code of a run. */
export function exitCodeOfRun({ verdict }: RunResults): ExitCode {
  switch (verdict) {
    case 'passed':
      return EXIT_CODE.ok;
    case 'failed':
      return EXIT_CODE.threshold;
    case 'no-result':
      return EXIT_CODE.noResult;
    case 'stopped':
      return EXIT_CODE.interrupted;
  }
}

const VERDICT: Record<RunResults['verdict'], string> = {
  passed: 'PASSED',
  failed: 'FAILED: a threshold was missed',
  'no-result': 'NO RESULT: the tester itself was the bottleneck',
  stopped: 'STOPPED before its end',
};

export function summaryLines(results: RunResults, { ctx, style }: Cli): string[] {
  const { verdict, bottleneck, thresholds, total, memory, faults } = results;
  const colour = verdict === 'passed' ? style.green : verdict === 'stopped' ? style.yellow : style.red;
  const errors = Object.entries(total.operations).flatMap(([name, { errors: codes }]) =>
    Object.entries(codes).map(([code, count]) => `${countText(count)} × ${name}: ${displayText(code, 60)}`),
  );
  const { lookedFor, found, lost, dropped, downloadedBytes, badChunks, wrongKept } = total.counters;
  return [
    colour(style.bold(VERDICT[verdict])),
    ...bottleneck.map((reason) => style.red(`  ${reason}`)),
    ...thresholds.map(
      ({ text, actualText, passed }) =>
        `  ${passed ? style.green('✓') : style.red('✗')} ${displayText(text)}   ${passed ? actualText : style.red(actualText)}`,
    ),
    '',
    ...tableLines(
      [
        { head: 'Operation', value: ([name]) => name, style: style.bold },
        { head: 'Count', value: ([, o]) => countText(o.count), align: 'right' },
        { head: 'Failed', value: ([, o]) => countText(sum(o.errors)), align: 'right' },
        { head: 'p50', value: ([, o]) => latencyText(o.p50), align: 'right' },
        { head: 'p90', value: ([, o]) => latencyText(o.p90), align: 'right' },
        { head: 'p99', value: ([, o]) => latencyText(o.p99), align: 'right' },
        { head: 'p99.9', value: ([, o]) => latencyText(o.p999), align: 'right' },
        { head: 'max', value: ([, o]) => latencyText(o.max), align: 'right' },
      ],
      Object.entries(total.operations),
      { width: ctx.out.width, headStyle: style.bold },
    ),
    ...errors.map((line) => style.red(`  ${line}`)),
    ...faults.map(({ atMs, kind, names }) => `  ${kind} at ${durationText(atMs)}: ${names.join(', ')}`),
    '',
    `${countText(Math.max(0, ...results.intervals.online))} leaves at once, ${countText(lost)} sessions lost, ${countText(dropped)} operations dropped, ` +
      `recall ${shareText(lookedFor === 0 ? undefined : found / lookedFor)} of ${countText(lookedFor)}` +
      (memory.bytesPerLeaf === null
        ? ''
        : `, ${bytesText(memory.bytesPerLeaf)} of the tester’s memory per leaf`),
    ...(downloadedBytes === 0
      ? []
      : [
          `${bytesText(downloadedBytes)} fetched and proved, ${countText(badChunks)} wrong chunks refused, ${countText(wrongKept)} kept`,
        ]),
  ];
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);
