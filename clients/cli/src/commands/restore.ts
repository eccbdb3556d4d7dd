/** `banyan restore`: brings backups of auth and list into empty stores. */
import { dirname, join } from 'node:path';
import { BanyanError, isBanyanError, timeText } from '@banyan/proto';
import type { Backup, RestoreReport, Store, StoreDurability } from '@banyan/kit';
import { Option, type Command } from 'commander';
import { untilStopped, UsageError, type Cli } from '../cli.ts';
import { resolvePath } from '../context.ts';
import { countText, durationText, plural } from '../format/units.ts';
import { examples } from './help.ts';
import {
  durabilityOption,
  isEmpty,
  placeOf,
  SERVICES,
  targetStore,
  withoutLogin,
  type Service,
} from './kept-stores.ts';

interface Options {
  readonly to?: string;
  readonly dataDir?: string;
  readonly service?: Service;
  readonly overwrite?: boolean;
  readonly withInvites?: boolean;
  readonly check?: boolean;
  readonly storeDurability?: StoreDurability;
}

interface Opened {
  readonly path: string;
  readonly service: Service;
  readonly backup: Backup;
}

interface Target {
  readonly location: string;
  /** The data folder that takes the keys. */
  readonly folder: string | undefined;
}

export function addRestore(program: Command, cli: Cli): void {
  program
    .command('restore')
    .argument('<file...>', 'what banyan backup wrote')
    .summary('bring a backup of auth or list back')
    .description(
      'Brings backups into empty stores, with the keys that belong to them, and compares both afterwards. Stop the services first. Each file is\n' +
        'read through before anything is changed; a restore that was cut off leaves a store with which no service starts, until it is repeated\n' +
        'with --overwrite. Invites, reset links and sign-ins under way are left out: they may have been used since.',
    )
    .option('--to <folder|url>', 'where auth/ and list/ shall be; a Redis URL for the stores alone')
    .option('--data-dir <folder>', 'with a Redis URL: the data folder that takes the keys')
    .addOption(new Option('--service <name>', 'refuse backups of another').choices(SERVICES))
    .option('--overwrite', 'replace what the target holds')
    .option('--with-invites', 'also the invites and reset links that were open then')
    .option('--check', 'only read the files through, and say what they are')
    .addOption(durabilityOption())
    .addHelpText(
      'after',
      examples(
        ['banyan restore --check banyan-*.backup', 'are they whole, and of when?'],
        ['banyan restore banyan-auth-20260101T000000Z.backup --to /var/lib/banyan', 'into auth/ there'],
      ),
    )
    .action((files: string[], options: Options) => restore(files, options, cli));
}

async function restore(files: readonly string[], options: Options, cli: Cli): Promise<void> {
  const opened = await openAll(files, options.service, cli);
  if (options.check === true) {
    cli.result({ backups: opened.map(({ path, backup }) => ({ path, ...backup.manifest })) }, () =>
      opened.map((one) => `${one.path}: whole. ${whatItIs(one, cli.ctx.now())}`),
    );
    return;
  }
  if (options.to === undefined) throw new UsageError('say with --to where it shall be, or --check');
  const twice = opened.find(({ service }, at) => opened.findIndex((one) => one.service === service) !== at);
  if (twice !== undefined) throw new UsageError(`there are two backups of ${twice.service}: name one`);
  const to = options.to;
  const done = await untilStopped(cli, (signal) => restoreAll(opened, { ...options, to }, cli, signal));
  cli.result(
    {
      restored: done.map(({ one, target, report }) => ({
        service: one.service,
        to: withoutLogin(target.location),
        backupAt: one.backup.manifest.at,
        ...report,
      })),
    },
    () => done.flatMap((each) => restoredLines(each, cli.ctx.now())),
  );
}

/** All are read through before anything is touched. */
async function openAll(files: readonly string[], wanted: Service | undefined, cli: Cli): Promise<Opened[]> {
  const { openBackup } = await import('@banyan/kit');
  const opened: Opened[] = [];
  for (const file of files) {
    const path = resolvePath(cli.ctx, file);
    const backup = await openBackup(path);
    const service = SERVICES.find((one) => one === backup.manifest.service);
    if (service === undefined || (wanted !== undefined && service !== wanted))
      throw new BanyanError(
        'wrong_service',
        `${path} is a backup of ${backup.manifest.service}, not of ${wanted ?? 'auth or list'}. Nothing was changed.`,
      );
    opened.push({ path, service, backup });
  }
  return opened;
}

async function restoreAll(
  opened: readonly Opened[],
  options: Options & { readonly to: string },
  cli: Cli,
  signal: AbortSignal,
): Promise<{ one: Opened; target: Target; report: RestoreReport }[]> {
  const { isRedisUrl, openStore, restoreBackup } = await import('@banyan/kit');
  const overwrite = options.overwrite === true;
  const stores: Store[] = [];
  const keys = options.dataDir === undefined ? undefined : resolvePath(cli.ctx, options.dataDir);
  const targetOf = (service: Service): Target => {
    if (isRedisUrl(options.to))
      return { location: options.to, folder: keys === undefined ? undefined : join(keys, service) };
    const location = targetStore(resolvePath(cli.ctx, options.to), service, options.service !== undefined);
    return { location, folder: dirname(location) };
  };
  try {
    const jobs = [];
    for (const one of opened) {
      const target = targetOf(one.service);
      const place = await placeOf(one.service);
      const store = await openStore({
        ...place,
        location: target.location,
        durability: options.storeDurability,
        allowIncomplete: true,
      });
      stores.push(store);
      if (!overwrite && !(await isEmpty(store)))
        throw new BanyanError(
          'conflict',
          `There is something of ${one.service} in ${withoutLogin(target.location)} already, so nothing was changed. Choose another target; --overwrite replaces what is there.`,
        );
      jobs.push({ one, target, place, store });
    }
    const done = [];
    for (const { one, target, place, store } of jobs) {
      const report = await restoreBackup(one.backup, store, {
        place,
        folder: target.folder,
        overwrite,
        withOnce: options.withInvites === true,
        signal,
      }).catch((error: unknown) => Promise.reject(saidFor(error, one, target)));
      done.push({ one, target, report });
    }
    return done;
  } finally {
    for (const store of stores.toReversed()) await store.close();
  }
}

function saidFor(error: unknown, { service }: Opened, { location }: Target): unknown {
  if (!isBanyanError(error) || error.code !== 'aborted') return error;
  return new BanyanError(
    'aborted',
    `Stopped: ${service} in ${withoutLogin(location)} may be incomplete, and no service starts with it then. Repeat it with --overwrite.`,
    { cause: error },
  );
}

function whatItIs({ service, backup: { manifest } }: Opened, now: number): string {
  const { software, entries, files, at } = manifest;
  return `${service} of Banyan ${software}, ${timeText(at)} (${durationText(Math.max(0, now - at))} ago): ${countText(entries)} entries, ${plural(files, 'key file')}.`;
}

function restoredLines(
  { one, target, report }: { one: Opened; target: Target; report: RestoreReport },
  now: number,
): string[] {
  const { service, backup } = one;
  const missing = backup.manifest.files - report.files.length;
  return [
    `${service}: ${countText(report.entries)} entries are in ${withoutLogin(target.location)} now, compared one by one` +
      (report.replaced === 0 ? '.' : `; ${countText(report.replaced)} that were there are gone.`),
    ...(report.files.length === 0 ? [] : [`  Keys: ${report.files.join(', ')} in ${String(target.folder)}.`]),
    ...(missing === 0
      ? []
      : [`  ${plural(missing, 'key file')} stayed in the backup: name the data folder with --data-dir.`]),
    ...(report.leftOut === 0
      ? []
      : [
          `  ${plural(report.leftOut, 'one-time code', 'one-time codes')} left out (invites, reset links, sign-ins under way): make new ones, since old ones may have been used.`,
        ]),
    ...(service === 'auth'
      ? [
          `  This is auth of ${durationText(Math.max(0, now - backup.manifest.at))} ago: passwords, roles and devices are those of then. Bans and removals since come back from`,
          '  the supernodes and the list within a minute of its start; new bans wait for that. See docs/backup.md.',
        ]
      : []),
  ];
}
