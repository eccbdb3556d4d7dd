/** `banyan load diff` */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BanyanError, displayText } from '@banyan/proto';
import { compareRuns, isRunResults, reportPage, type RunComparison, type RunResults } from '@banyan/load';
import type { Cli } from '../../cli.ts';
import { resolvePath } from '../../context.ts';
import { EXIT_CODE } from '../../exit-codes.ts';
import { tableLines } from '../../format/table.ts';

/** A run of a week has some hundred megabytes of intervals; what is larger is none. */
const MAX_RESULTS_BYTES = 512 * 1024 * 1024;

export async function diffRuns(
  cli: Cli,
  before: string,
  after: string,
  options: { readonly html?: string },
): Promise<void> {
  const [a, b] = [await readResults(cli, before), await readResults(cli, after)];
  const comparison = compareRuns(a, b);
  if (options.html !== undefined) {
    const page = reportPage({ results: b, comparison: { baseline: before, figures: comparison.figures } });
    await writeFile(resolvePath(cli.ctx, options.html), page);
  }
  if (comparison.figures.some(({ change }) => change === 'worse')) cli.exitCode = EXIT_CODE.threshold;
  cli.result(comparison, () => lines(cli, comparison));
}

/** @param given - the folder of a run, or its results.json */
async function readResults(cli: Cli, given: string): Promise<RunResults> {
  let path = resolvePath(cli.ctx, given);
  let value: unknown;
  try {
    if ((await stat(path)).isDirectory()) path = join(path, 'results.json');
    if ((await stat(path)).size > MAX_RESULTS_BYTES) throw new Error('it is too large');
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new BanyanError(
      'not_found',
      `There are no results of a run at ${displayText(given, 300)}: ${(cause as Error).message}. Give the folder that \`banyan load run\` named.`,
      { cause },
    );
  }
  if (isRunResults(value)) return value;
  throw new BanyanError(
    'invalid_request',
    `${displayText(given, 300)} holds no results that this version understands. Run the scenario again with it.`,
  );
}

function lines({ ctx, style }: Cli, { figures, caveats }: RunComparison): string[] {
  const value = (figure: number | undefined): string =>
    figure === undefined ? '–' : String(Number(figure.toPrecision(4)));
  const worse = figures.filter(({ change }) => change === 'worse').length;
  return [
    ...tableLines(
      [
        { head: 'Figure', value: ({ name }) => displayText(name, 80), style: style.bold },
        { head: 'Before', value: ({ before }) => value(before), align: 'right' },
        { head: 'After', value: ({ after }) => value(after), align: 'right' },
        {
          head: 'Difference',
          value: ({ relative }) =>
            relative === undefined ? '' : `${relative >= 0 ? '+' : ''}${(relative * 100).toFixed(1)} %`,
          align: 'right',
        },
        { head: 'Noise', value: ({ noise }) => `±${value(noise)}`, align: 'right' },
        {
          head: 'Beyond noise',
          value: ({ change }) => change,
          style: (text, { change }) =>
            change === 'worse' ? style.red(text) : change === 'better' ? style.green(text) : text,
        },
      ],
      figures,
      { width: ctx.out.width, headStyle: style.bold },
    ),
    '',
    worse === 0
      ? style.green('Nothing is worse beyond noise.')
      : style.red(`${worse} of ${figures.length} figures are worse beyond noise.`),
    ...caveats.map((caveat) => style.yellow(displayText(caveat, 1000))),
  ];
}
