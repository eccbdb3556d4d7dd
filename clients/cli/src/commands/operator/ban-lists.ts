/** `banyan operator bans`, `import-bans`: what is banned, as a list for people and for other networks. */
import { readFile } from 'node:fs/promises';
import {
  BAN_LIST_FORMATS,
  banListText,
  BanyanError,
  displayText,
  MAX_BAN_LIST_CHARS,
  MAX_BAN_LIST_LINES,
  MAX_EVIDENCE_CHARS,
  timeText,
  type BanListFormat,
  type BanListLine,
  type BanListResponse,
  type BanVerdict,
  type ConsoleBan,
} from '@banyan/proto';
import { Option, type Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { resolvePath } from '../../context.ts';
import { EXIT_CODE } from '../../exit-codes.ts';
import { examples } from '../help.ts';
import { withOperator } from './operator-folder.ts';

interface Options {
  readonly operator?: string;
  readonly export?: BanListFormat;
  readonly dryRun?: boolean;
  readonly skipWrong?: boolean;
}

const PAGE = 200;

const VERDICTS: Readonly<Record<BanVerdict, string>> = {
  new: 'ban',
  replaces: 'replace',
  same: 'as it is',
  over: 'over',
  twice: 'twice',
  wrong: 'WRONG',
};

export function addBanLists(operator: Command, cli: Cli): void {
  operator
    .command('bans')
    .summary('bans and blocks that hold')
    .description(
      'Lists the bans and blocks that hold. With --export it writes them as a file that `import-bans` takes, here or in another network:\n' +
        'there, accounts are found by their ids or names, devices and contents as they are.',
    )
    .addOption(new Option('--export <format>', 'as a file').choices(BAN_LIST_FORMATS))
    .addHelpText(
      'after',
      examples(
        ['banyan operator bans', 'who and what is banned'],
        ['banyan operator bans --export csv > bans.csv', 'to keep or to pass on'],
      ),
    )
    .action((_: unknown, command: Command) => {
      const { operator: folder, export: format } = command.optsWithGlobals<Options>();
      return withOperator(cli, folder, async ({ auth }, signal) => {
        const { pagesOf } = await import('@banyan/sdk');
        const all = async function* (): AsyncGenerator<ConsoleBan> {
          const pages = pagesOf((after) =>
            auth.bans({ limit: PAGE, ...(after === undefined ? {} : { after }) }, signal),
          );
          for await (const page of pages) yield* page.bans;
        };
        if (format !== undefined) {
          for await (const piece of banListText(all(), format)) cli.ctx.out.write(piece);
          return;
        }
        const bans: ConsoleBan[] = [];
        for await (const ban of all()) bans.push(ban);
        cli.result(bans, () =>
          bans.length === 0 ? ['Nobody and nothing is banned.'] : bans.flatMap(banLines),
        );
      });
    });

  operator
    .command('import-bans')
    .argument('<file>', 'CSV with the columns kind, id, until, reason, evidence; or JSON')
    .summary('ban by a list')
    .description(
      'Bans and blocks what a list says: of `bans --export`, or written by hand. kind is account, device or content; id a name or an id;\n' +
        'until a day or moment as 2027-01-31T18:00:00Z, or empty; evidence may be left out, and has a line for each piece. With --dry-run\n' +
        'it says what each line would do. With a wrong line nothing\n' +
        `is done, unless --skip-wrong leaves them out. At most ${MAX_BAN_LIST_LINES} lines.`,
    )
    .option('--dry-run', 'say what would happen, and do nothing')
    .option('--skip-wrong', 'leave out lines that are wrong')
    .addHelpText(
      'after',
      examples(
        ['banyan operator import-bans bans.csv --dry-run', 'what it would do'],
        ['banyan operator import-bans bans.csv', 'ban them'],
      ),
    )
    .action((file: string, _: unknown, command: Command) => {
      const { operator: folder, dryRun = false, skipWrong = false } = command.optsWithGlobals<Options>();
      return withOperator(cli, folder, async ({ auth }, signal) => {
        const text = await listText(cli, file);
        const answer = dryRun
          ? await auth.planBans(text, signal)
          : await auth.importBans({ text, skipWrong }, signal);
        cli.result(answer, () => importLines(answer, dryRun));
        const isWrong = answer.lines.some(({ verdict }) => verdict === 'wrong');
        if (isWrong && !(answer.isDone && skipWrong)) cli.exitCode = EXIT_CODE.failure;
      });
    });
}

async function listText(cli: Cli, file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(resolvePath(cli.ctx, file), 'utf8');
  } catch (cause) {
    throw new BanyanError(
      'not_found',
      `The list ${displayText(file, 200)} cannot be read: ${(cause as Error).message}`,
      { cause },
    );
  }
  if (text.length > MAX_BAN_LIST_CHARS)
    throw new BanyanError(
      'limit_exceeded',
      `A list may have ${MAX_BAN_LIST_CHARS} characters; this one has ${text.length}. Cut it into several.`,
    );
  return text;
}

const untilText = (until: number | null): string =>
  until === null ? 'until lifted' : `until ${timeText(until * 1000)}`;

const whomText = (kind: string, id: string, name: string): string =>
  `${kind} ${name === '' ? displayText(id, 100) : `${displayText(name, 40)} (${displayText(id, 100)})`}`;

function banLines({ kind, id, name, until, reason, evidence, by, at }: ConsoleBan): string[] {
  const who = by === '' ? 'somebody who is gone' : displayText(by, 40);
  return [
    `${whomText(kind, id, name)}  ${untilText(until)}: ${displayText(reason, 300)}  (${who}, ${timeText(at)})`,
    ...evidenceLines(evidence),
  ];
}

const evidenceLines = (evidence: readonly string[] = []): string[] =>
  evidence.map((piece) => `    evidence: ${displayText(piece, MAX_EVIDENCE_CHARS)}`);

function importLines({ lines, isDone }: BanListResponse, isDryRun: boolean): string[] {
  const count = (...verdicts: readonly BanVerdict[]): number =>
    lines.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const [bans, wrong] = [count('new', 'replaces'), count('wrong')];
  const rest = lines.length - bans - wrong;
  const sums = `${bans} to ban, ${rest} need nothing, ${wrong} wrong`;
  return [
    ...lines.flatMap(listLines),
    isDone
      ? `${bans} banned, ${rest} needed nothing${wrong === 0 ? '' : `, ${wrong} wrong and left out`}.`
      : isDryRun
        ? `${sums}. Nothing was done.`
        : `${sums}. Nothing was done: correct these lines, or leave them out with --skip-wrong.`,
  ];
}

function listLines(one: BanListLine): string[] {
  const { line, verdict, kind, id, name, until, reason, problem, evidence } = one;
  const head = `${String(line).padStart(5)}  ${VERDICTS[verdict].padEnd(8)}  ${whomText(kind ?? '?', id, name)}`;
  if (problem !== undefined) return [`${head}  ${displayText(problem, 300)}`];
  return [`${head}  ${untilText(until)}: ${displayText(reason, 200)}`, ...evidenceLines(evidence)];
}
