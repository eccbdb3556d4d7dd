/** `banyan backup`: saves what auth and list keep, each to a file, while they run or are stopped. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { BanyanError } from '@banyan/proto';
import type { BackupManifest, Store } from '@banyan/kit';
import { Option, type Command } from 'commander';
import { untilStopped, type Cli } from '../cli.ts';
import { resolvePath } from '../context.ts';
import { countText, plural } from '../format/units.ts';
import { examples } from './help.ts';
import { isEmpty, isStore, placeOf, SERVICES, withoutLogin, type Service } from './kept-stores.ts';

interface Options {
  readonly from?: string;
  readonly to: string;
  readonly dataDir?: string;
  readonly service?: Service;
}

/** What is written into one backup. */
interface Opened {
  readonly bytes: Readable;
  /** To be let go of after them. */
  readonly store?: Store;
  /** Made by the service itself while it runs. */
  readonly isRunning: boolean;
}

/** One backup that can be made. */
interface Job {
  readonly service: Service;
  /** Undefined: nothing is kept there. */
  open(signal: AbortSignal): Promise<Opened | undefined>;
}

export function addBackup(program: Command, cli: Cli): void {
  program
    .command('backup')
    .summary('save what auth and list keep')
    .description(
      'Saves the stores of auth and list, and the keys beside them, to one file each. A service that runs makes the backup itself, and goes on\n' +
        'meanwhile: run this as the user that it runs as. A folder is that of all of Banyan (with auth/ and list/ in it); with --service also\n' +
        'that of one service. The files hold password hashes and private keys: whoever has one can act as your network. Only you may read them;\n' +
        'encrypt what leaves the machine.',
    )
    .requiredOption('--to <folder>', 'where the files shall be')
    .option(
      '--from <folder|url>',
      'what to save; a Redis URL for its stores alone (default: the data folder)',
    )
    .option('--data-dir <folder>', 'with a Redis URL: the data folder whose keys go along')
    .addOption(new Option('--service <name>', 'only this one').choices(SERVICES))
    .addHelpText(
      'after',
      examples(
        ['banyan backup --to /backups', 'auth and list of this machine'],
        ['banyan backup --from redis://db:6379 --to .', 'what several replicas share'],
      ),
    )
    .action((options: Options) => backup(options, cli));
}

async function backup(options: Options, cli: Cli): Promise<void> {
  const { BACKUP_DOOR_FILE, dataDir, isRedisUrl, saveBackup } = await import('@banyan/kit');
  const from = options.from ?? dataDir(cli.ctx.env);
  const to = resolvePath(cli.ctx, options.to);
  const keys = options.dataDir === undefined ? undefined : resolvePath(cli.ctx, options.dataDir);
  const isRedis = isRedisUrl(from);
  const jobs = (options.service === undefined ? SERVICES : [options.service]).flatMap((service) => {
    const job = isRedis
      ? redisJob(service, from, keys === undefined ? undefined : join(keys, service))
      : folderJob(service, resolvePath(cli.ctx, from), {
          isNamed: options.service !== undefined,
          doorFile: BACKUP_DOOR_FILE,
        });
    return job === undefined ? [] : [job];
  });
  if (jobs.length === 0)
    throw new BanyanError(
      'folder_missing',
      `There is no ${options.service ?? 'auth or list'} in ${resolvePath(cli.ctx, from)}. Name the data folder with --from.`,
    );
  const done: { manifest: BackupManifest; path: string; isRunning: boolean }[] = [];
  await untilStopped(cli, async (signal) => {
    for (const job of jobs) {
      const path = join(to, fileName(job.service, cli.ctx.now()));
      const opened = await job.open(signal);
      if (opened === undefined) continue;
      const { bytes, store, isRunning } = opened;
      try {
        const manifest = await saveBackup(bytes, path, { signal });
        done.push({ manifest, path, isRunning });
      } finally {
        await store?.close();
      }
    }
  });
  if (done.length === 0)
    throw new BanyanError(
      'not_found',
      `Nothing of ${options.service ?? 'Banyan'} is kept in ${withoutLogin(from)}.`,
    );
  cli.result(
    { backups: done.map(({ manifest, path, isRunning }) => ({ ...manifest, path, running: isRunning })) },
    () => [
      ...done.flatMap(({ manifest, path, isRunning }) => [
        `${manifest.service}: ${countText(manifest.entries)} entries and ${plural(manifest.files, 'key file')}${isRunning ? ', of the running service' : ''}, in ${path}`,
        ...(manifest.instant
          ? []
          : ['  Redis gives no picture of one moment: each entry is whole, and of when it was read.']),
      ]),
      `${done.length === 1 ? 'It holds' : 'They hold'} password hashes and private keys in the clear: keep ${done.length === 1 ? 'it' : 'them'} as you would keep those.`,
    ],
  );
}

function redisJob(service: Service, url: string, folder: string | undefined): Job {
  return {
    service,
    async open() {
      const { openStore, writeBackup } = await import('@banyan/kit');
      const { prefix } = await placeOf(service);
      const store = await openStore({ location: url, prefix, durability: 'unchecked' });
      if (await isEmpty(store)) {
        await store.close();
        return undefined;
      }
      return {
        store,
        bytes: writeBackup({ service, store, isInstant: false, folder }),
        isRunning: false,
      };
    },
  };
}

function folderJob(
  service: Service,
  from: string,
  { isNamed, doorFile }: { readonly isNamed: boolean; readonly doorFile: string },
): Job | undefined {
  const candidates = [join(from, service), ...(isNamed ? [from] : [])];
  // The folder of a service with a store elsewhere, as in Redis, has its keys and its socket.
  const folder = candidates.find((one) => isStore(join(one, 'store')) || existsSync(join(one, doorFile)));
  if (folder === undefined) return undefined;
  return {
    service,
    async open(signal) {
      const { askForBackup, openStore, writeBackup } = await import('@banyan/kit');
      const running = await askForBackup(folder, signal);
      if (running !== undefined) return { bytes: running, isRunning: true };
      const location = join(folder, 'store');
      if (!isStore(location))
        throw new BanyanError(
          'folder_missing',
          `${service} does not run in ${folder}, and keeps nothing there. Name its Redis with --from.`,
        );
      const store = await openStore({ location, prefix: '' });
      return {
        store,
        bytes: writeBackup({ service, store, isInstant: true, folder }),
        isRunning: false,
      };
    },
  };
}

/** In the order of their time when sorted by name. */
function fileName(service: Service, now: number): string {
  const at = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  return `banyan-${service}-${at}.backup`;
}
