/** `banyan limits`: how fast transfers may be, by the clock if wanted, and how many downloads fetch at once. */
import type { BanyanError } from '@banyan/proto';
import {
  displayText,
  LIMIT_WORDS,
  MAX_DOWNLOADS_AT_ONCE,
  NO_LIMIT,
  parseLimit,
  parseScheduleRule,
  scheduleRuleText,
  toBanyanError,
  type LimitsPatch,
  type LimitsView,
} from '@banyan/proto';
import { Argument, type Command } from 'commander';
import { UsageError, type Cli } from '../cli.ts';
import { durationText, rateText } from '../format/units.ts';
import { examples, needs } from './help.ts';

const ACTIONS = ['show', 'set', 'schedule', 'clear'] as const;
type Action = (typeof ACTIONS)[number];

const LABELS: Readonly<Record<(typeof LIMIT_WORDS)[number][0], string>> = {
  up: 'All uploads',
  down: 'All downloads',
  'up-each': 'Each upload',
  'down-each': 'Each download',
};
const AT_ONCE = 'at-once';

export function addLimits(program: Command, cli: Cli): void {
  program
    .command('limits')
    .summary('limit the speed of transfers; limits by the clock; downloads at once')
    .description(
      'Shows or changes the limits of the peer. They hold at once and are kept over restarts.\n' +
        `set takes up=, down=, up-each=, down-each= with a speed (500KB/s, 1.5MB/s, 8Mbit/s) or off, and ${AT_ONCE}= with the\n` +
        'number of downloads that fetch at once. schedule takes rules, which replace those before: days if not all, times\n' +
        'in local time (over midnight too), and what is different then; of several that hold the first counts.',
    )
    .addArgument(new Argument('[action]', 'what to do').choices(ACTIONS).argParser((word) => word))
    .argument('[words...]', 'what to set, or rules of the schedule')
    .addHelpText(
      'after',
      examples(
        ['banyan limits', 'what is set, and what holds now'],
        ['banyan limits set up=1MB/s down=off', 'uploads share 1 MB/s (`set` may be left out)'],
        [`banyan limits set up-each=200KB/s ${AT_ONCE}=3`, 'each upload, and three downloads at once'],
        [
          'banyan limits schedule "mon-fri 08:00-18:00 up=500KB/s down=2MB/s" "22:00-06:00 up=off down=off"',
          'slower in working hours, no limit at night',
        ],
        ['banyan limits clear schedule', 'no rules any more; the limits stay'],
        ['banyan limits clear', 'no limits, no rules'],
      ),
    )
    .action(async (word: string | undefined, words: string[]) => {
      const action = word ?? 'show';
      const patch = isAction(action) ? patchOf(action, words) : setPatch([action, ...words]);
      await cli.withPeer(async ({ api, signal }) => {
        const view = patch === undefined ? await api.limits(signal) : await api.changeLimits(patch, signal);
        cli.result(view, () => limitLines(view, cli));
      });
    });
}

const isAction = (word: string): word is Action => (ACTIONS as readonly string[]).includes(word);

/** What a command changes; undefined: nothing. */
function patchOf(action: Action, words: readonly string[]): LimitsPatch | undefined {
  switch (action) {
    case 'show':
      if (words.length > 0) throw new UsageError('`banyan limits show` takes no words; to change, use set');
      return undefined;
    case 'set':
      if (words.length === 0)
        throw new UsageError(
          needs('banyan limits set', '<limit...>', 'what is to hold', 'banyan limits set up=1MB/s down=off'),
        );
      return setPatch(words);
    case 'schedule':
      if (words.length === 0)
        throw new UsageError(
          needs(
            'banyan limits schedule',
            '<rule...>',
            'what holds when (`banyan limits clear schedule` removes the rules)',
            'banyan limits schedule "08:00-18:00 up=1MB/s"',
          ),
        );
      return { schedule: words.map((rule) => asUsage(() => parseScheduleRule(rule))) };
    case 'clear':
      if (words.length === 0) return { limits: NO_LIMIT, schedule: [] };
      if (words.length === 1 && words[0] === 'schedule') return { schedule: [] };
      throw new UsageError(
        'clear everything (`banyan limits clear`) or only the rules (`banyan limits clear schedule`)',
      );
  }
}

function setPatch(words: readonly string[]): LimitsPatch {
  const limits: NonNullable<LimitsPatch['limits']> = {};
  let downloadsAtOnce: number | undefined;
  for (const word of words) {
    const at = word.indexOf('=');
    const key = word.slice(0, Math.max(0, at)).toLowerCase();
    const value = word.slice(at + 1);
    const name = LIMIT_WORDS.find(([known]) => known === key)?.[1];
    if (name !== undefined) limits[name] = asUsage(() => parseLimit(value));
    else if (key === AT_ONCE) downloadsAtOnce = atOnce(value);
    else
      throw new UsageError(
        `'${displayText(word, 80)}' is not understood: there are ${LIMIT_WORDS.map(([known]) => `${known}=`).join(', ')} and ${AT_ONCE}=`,
      );
  }
  return {
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
    ...(downloadsAtOnce === undefined ? {} : { downloadsAtOnce }),
  };
}

function atOnce(text: string): number {
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > MAX_DOWNLOADS_AT_ONCE)
    throw new UsageError(`${AT_ONCE}= takes a whole number from 1 to ${MAX_DOWNLOADS_AT_ONCE}`);
  return count;
}

/** What is not understood of the words is a fault of the command line. */
function asUsage<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const known: BanyanError = toBanyanError(error);
    throw new UsageError(known.message);
  }
}

function limitLines(view: LimitsView, cli: Cli): string[] {
  const { style } = cli;
  const { now } = view;
  const text = (limit: number | null): string => (limit === null ? 'no limit' : rateText(limit));
  const lines = LIMIT_WORDS.map(([word, name]) => {
    const holds = now.limits[name];
    const set = view.limits[name];
    const otherwise = holds === set ? '' : style.dim(`  (outside the schedule ${text(set)})`);
    return `${LABELS[word]!.padEnd(15)} ${text(holds)}${otherwise}`;
  });
  lines.push(`${'Downloads'.padEnd(15)} ${view.downloadsAtOnce} at once`);
  if (view.schedule.length === 0) return lines;
  lines.push('', style.bold('Schedule'));
  for (const [place, rule] of view.schedule.entries()) {
    const isOn = place === now.rule;
    const line = `${isOn ? '▸' : ' '} ${scheduleRuleText(rule)}`;
    lines.push(isOn ? style.green(line) : line);
  }
  if (now.until !== null) {
    const until = `${momentText(now.until)}, in ${durationText(Math.max(0, now.until - cli.ctx.now()))}`;
    lines.push(
      style.dim(
        now.rule === null ? `No rule holds now; the next begins ${until}.` : `It holds until ${until}.`,
      ),
    );
  }
  return lines;
}

/** A time of day in local time, with its day: `Fri 18:00`. */
function momentText(time: number): string {
  return new Date(time)
    .toLocaleString('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' })
    .replace(',', '');
}
