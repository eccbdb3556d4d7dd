/** `banyan migrate`: moves what auth and list keep from a folder into Redis, or back, while they are stopped. */
import { join } from 'node:path';
import { BanyanError, isBanyanError } from '@banyan/proto';
import type { CopyProgress, CopyReport, OpenStoreInit, Store, StoreDurability } from '@banyan/kit';
import { Option, type Command } from 'commander';
import { untilStopped, UsageError, type Cli } from '../cli.ts';
import { resolvePath } from '../context.ts';
import { createLiveLines } from '../format/live-lines.ts';
import { countText } from '../format/units.ts';
import { examples } from './help.ts';
import {
  durabilityOption,
  isEmpty,
  isStore,
  needsService,
  placeOf,
  SERVICES,
  targetStore,
  withoutLogin,
  type Service,
} from './kept-stores.ts';

interface Options {
  readonly from: string;
  readonly to: string;
  readonly service?: Service;
  readonly overwrite?: boolean;
  readonly storeDurability?: StoreDurability;
}

/** One store to be moved. */
interface Move {
  readonly service: Service;
  readonly from: string;
  readonly to: string;
}

const STEPS: Record<CopyProgress['step'], string> = {
  count: 'counting',
  copy: 'copying',
  compare: 'comparing',
};

export function addMigrate(program: Command, cli: Cli): void {
  program
    .command('migrate')
    .summary('move what auth and list keep into Redis, or back')
    .description(
      'Copies the stores of auth and list from a folder into Redis, or back, and compares both afterwards. Stop the services\n' +
        'first. The source stays as it is. A folder is that of all of Banyan (with auth/ and list/ in it), that of one service,\n' +
        'or a store itself; with the latter two, --service says whose it is. A target that holds something is refused.',
    )
    .requiredOption('--from <folder|url>', 'where they are')
    .requiredOption('--to <folder|url>', 'where they shall be')
    .addOption(new Option('--service <name>', 'only this one').choices(SERVICES))
    .option('--overwrite', 'replace what the target holds')
    .addOption(durabilityOption())
    .addHelpText(
      'after',
      examples(
        ['banyan migrate --from ~/banyan --to redis://db:6379', 'into Redis'],
        ['banyan migrate --from redis://db:6379 --to ~/banyan', 'back: auth/store and list/store in it'],
      ),
    )
    .action((options: Options) => migrate(options, cli));
}

async function migrate(options: Options, cli: Cli): Promise<void> {
  const { isRedisUrl } = await import('@banyan/kit');
  const place = (text: string): string => (isRedisUrl(text) ? text : resolvePath(cli.ctx, text));
  const moves = movesOf({ ...options, from: place(options.from), to: place(options.to) }, isRedisUrl);
  const done = await untilStopped(cli, (signal) => moveAll(moves, options, cli, signal));
  if (done.every(({ entries }) => entries === 0))
    throw new BanyanError('not_found', `Nothing of Banyan is kept in ${withoutLogin(options.from)}.`);
  cli.result(
    { migrated: done.map((one) => ({ ...one, from: withoutLogin(one.from), to: withoutLogin(one.to) })) },
    () => [
      ...done.map(
        ({ service, entries, replaced, to }) =>
          `${service}: ${countText(entries)} entries are in ${withoutLogin(to)} now, compared one by one` +
          (replaced === 0 ? '.' : `; ${countText(replaced)} that were there are gone.`),
      ),
      `Start ${done.map(({ service, to }) => `${service} with --store ${withoutLogin(to)}`).join(' and ')}. What was in the source is still there.`,
    ],
  );
}

/** Which stores are meant. @throws UsageError, BanyanError `folder_missing` */
function movesOf(options: Options, isRedisUrl: (text: string) => boolean): Move[] {
  const { from, to, service } = options;
  if (from === to) throw new UsageError('--from and --to are the same');
  const wanted = service === undefined ? SERVICES : [service];
  function source(one: Service): string | undefined {
    if (isRedisUrl(from)) return from;
    const candidates = [
      join(from, one, 'store'),
      ...(service === undefined ? [] : [join(from, 'store'), from]),
    ];
    return candidates.find(isStore);
  }
  const target = (one: Service): string =>
    isRedisUrl(to) ? to : targetStore(to, one, service !== undefined);
  if (!isRedisUrl(from) && service === undefined && (isStore(from) || isStore(join(from, 'store'))))
    throw needsService(from);
  const moves = wanted.flatMap((one) => {
    const place = source(one);
    return place === undefined ? [] : [{ service: one, from: place, to: target(one) }];
  });
  if (moves.length === 0)
    throw new BanyanError(
      'folder_missing',
      `There is no store of ${service ?? 'auth or list'} in ${from}. Name the data folder of the service.`,
    );
  return moves;
}

/** All targets are looked at before the first is written to: half a migration is worse than none. */
async function moveAll(
  moves: readonly Move[],
  options: Options,
  cli: Cli,
  signal: AbortSignal,
): Promise<(Move & CopyReport)[]> {
  const { copyStore, openStore } = await import('@banyan/kit');
  const live = cli.ctx.err.isTerminal && !cli.json ? createLiveLines(cli.ctx.err) : undefined;
  const opened: Store[] = [];
  const open = async (init: OpenStoreInit): Promise<Store> => {
    const store = await openStore(init);
    opened.push(store);
    return store;
  };
  try {
    const pairs: { move: Move; from: Store; to: Store }[] = [];
    for (const move of moves) {
      const { prefix, listed = [] } = await placeOf(move.service);
      // Only read: what it promises, and how it lists, is of no interest.
      const from = await open({ location: move.from, prefix, durability: 'unchecked' });
      const to = await open({
        location: move.to,
        prefix,
        listed,
        durability: options.storeDurability,
        allowIncomplete: true,
      });
      if (options.overwrite !== true && !(await isEmpty(to)))
        throw new BanyanError(
          'conflict',
          `There is something of ${move.service} in ${withoutLogin(move.to)} already, so nothing was copied. Choose another target; --overwrite replaces what is there.`,
        );
      pairs.push({ move, from, to });
    }
    const done: (Move & CopyReport)[] = [];
    for (const { move, from, to } of pairs) {
      const report = await copyStore(from, to, {
        overwrite: options.overwrite === true,
        signal,
        onProgress: ({ step, done: count, total }) =>
          live?.set([
            `${move.service}: ${STEPS[step]} ${countText(count)}${total === undefined ? '' : ` of ${countText(total)}`}`,
          ]),
      }).catch((error: unknown) => Promise.reject(saidForMove(error, move)));
      done.push({ ...move, ...report });
    }
    return done;
  } finally {
    live?.stop(false);
    for (const store of opened.toReversed()) await store.close();
  }
}

/** Names the store and the flag that helps. */
function saidForMove(error: unknown, move: Move): unknown {
  if (!isBanyanError(error)) return error;
  const where = `${move.service} in ${withoutLogin(move.to)}`;
  if (error.code === 'conflict')
    return new BanyanError('conflict', `${where}: ${error.message} Then with --overwrite.`, { cause: error });
  if (error.code === 'aborted')
    return new BanyanError(
      'aborted',
      `Stopped: ${where} may be incomplete, and no service starts with it then. Repeat it with --overwrite; the source is as it was.`,
      { cause: error },
    );
  return error;
}
