/** Runs the local network until it is asked to stop. */
import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { BanyanError, isBanyanError, toBanyanError } from '@banyan/proto';
import { createBackoff, type Backoff } from '@banyan/kit';
import type { Cli } from '../cli.ts';
import { resolvePath } from '../context.ts';
import { EXIT_CODE } from '../exit-codes.ts';
import type { ChildExit } from '@banyan/kit';
import { startLocalNetwork, type LocalNetwork } from '../local-network/local-network.ts';
import { DEFAULT_BASE_PORT } from '../local-network/ports.ts';
import { localNetworkFolder } from '../peer-folder.ts';
import { maybeOpen } from './browser.ts';
import { shareFolder } from './share.ts';
import { welcomeLines } from './welcome.ts';

export interface UpOptions {
  readonly share?: readonly string[];
  readonly open: boolean;
  readonly sample: boolean;
  readonly basePort?: number;
  readonly yes?: boolean;
}

/** A process that has run so long was not broken from the start: its next failure is a new one. */
const STEADY_MS = 60_000;
const RESTART_MIN_MS = 1_000;

export async function runUp(cli: Cli, options: UpOptions): Promise<void> {
  const folders = (options.share ?? []).map((dir) => resolvePath(cli.ctx, dir));
  for (const folder of folders) await assertShareable(folder);
  const stop = new AbortController();
  let network: LocalNetwork | undefined;
  let asked = 0;
  const unlisten = cli.ctx.signals.on(() => {
    asked += 1;
    if (asked === 1) {
      cli.note('', 'Stopping … (Ctrl-C again ends everything at once)');
      stop.abort();
    } else {
      network?.kill();
      // Children that still start lose their channel with us, and end by that.
      process.exit(EXIT_CODE.interrupted);
    }
  });
  const restarts = createRestarts(cli, (name) => network?.restart(name));
  try {
    network = await startLocalNetwork({
      folder: localNetworkFolder(cli.ctx),
      basePort: options.basePort ?? basePortOf(cli),
      sample: options.sample,
      onStep: (step) => cli.note(cli.noteStyle.dim(`${step} …`)),
      onExit: restarts.onExit,
      signal: stop.signal,
    });
    tell(cli, network, options);
    const first = network.peers[0]!;
    await maybeOpenFirst(cli, options, first.loginUrl);
    for (const folder of folders) {
      try {
        const share = await shareFolder(cli, first.api, folder, {
          yes: options.yes === true,
          signal: stop.signal,
        });
        cli.note(`${first.name} shares ${share.path}`);
      } catch (error) {
        // The network runs; what could not be shared is said and may be tried again by `banyan share`.
        cli.note(`${cli.noteStyle.red('!')} Not shared: ${toBanyanError(error).message}`);
      }
    }
    await aborted(stop.signal);
    await network.stop();
    said(cli);
  } catch (error) {
    if (!stop.signal.aborted || !isBanyanError(error) || error.code !== 'aborted') throw error;
    said(cli);
  } finally {
    restarts.stop();
    await network?.stop();
    unlisten();
  }
}

function said(cli: Cli): void {
  cli.note('Stopped. The next start finds accounts, libraries and downloads as they are now.');
}

function basePortOf(cli: Cli): number {
  const text = cli.ctx.env['BANYAN_BASE_PORT'];
  if (text === undefined || text === '') return DEFAULT_BASE_PORT;
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new BanyanError('invalid_config', `BANYAN_BASE_PORT is "${text}", but must be a port number.`);
}

async function maybeOpenFirst(cli: Cli, options: UpOptions, url: string): Promise<void> {
  if (options.open) await maybeOpen(cli, url);
}

/** Looked at before anything is started: the peer would say the same, some seconds later. */
async function assertShareable(folder: string): Promise<void> {
  const info = await stat(folder).catch(() => undefined);
  if (info?.isDirectory() !== true) {
    const what = info === undefined ? 'does not exist' : 'is not a folder';
    throw new BanyanError('folder_missing', `${folder} ${what}. Check the path after --share.`);
  }
  try {
    await access(folder, constants.R_OK | constants.X_OK);
    await readdir(folder);
  } catch (cause) {
    throw new BanyanError('folder_unreadable', `${folder} cannot be read. Check its permissions.`, { cause });
  }
}

function tell(cli: Cli, network: LocalNetwork, options: UpOptions): void {
  if (cli.json) {
    const peers = network.peers.map(({ name, loginUrl, folder, sharedFolder, downloadFolder }) => ({
      name,
      page: loginUrl,
      folder,
      sharedFolder,
      downloadFolder,
    }));
    // One line: whoever reads along knows at its end that everything runs.
    cli.ctx.out.write(`${JSON.stringify({ ready: true, network: network.issuer, peers })}\n`);
    return;
  }
  const elsewhere = cli.ctx.env['BANYAN_DATA_DIR'];
  const prefix = elsewhere === undefined || elsewhere === '' ? '' : `BANYAN_DATA_DIR=${elsewhere} `;
  cli.print(...welcomeLines(network, { sample: options.sample, prefix, style: cli.style }));
}

/** Starts again what ended by itself, ever later when it keeps ending. */
function createRestarts(
  cli: Cli,
  restart: (name: string) => Promise<void> | undefined,
): {
  onExit(name: string, exit: ChildExit & { readonly logFile: string }): void;
  stop(): void;
} {
  const backoffs = new Map<string, { readonly backoff: Backoff; since: number }>();
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;
  const later = (name: string, waitMs: number, logFile: string): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      void again(name, logFile);
    }, waitMs);
    timers.add(timer);
  };
  const again = async (name: string, logFile: string): Promise<void> => {
    try {
      await restart(name);
      if (!stopped) cli.note(`${name} runs again.`);
    } catch (error) {
      if (stopped) return;
      const waitMs = backoffs.get(name)?.backoff.next() ?? RESTART_MIN_MS;
      cli.note(
        `${cli.noteStyle.red('!')} ${toBanyanError(error).message} Tried again in ${Math.ceil(waitMs / 1000)} s.`,
      );
      later(name, waitMs, logFile);
    }
  };
  return {
    onExit(name, { code, signal, logFile }) {
      if (stopped) return;
      if (code === 0) {
        // Somebody asked it to: `banyan stop`, or its page.
        cli.note(`${name} was stopped. The others go on; the next start brings it back.`);
        return;
      }
      const now = cli.ctx.now();
      let known = backoffs.get(name);
      if (known === undefined)
        backoffs.set(
          name,
          (known = { backoff: createBackoff({ minMs: RESTART_MIN_MS, jitter: 0 }), since: now }),
        );
      if (now - known.since > STEADY_MS) known.backoff.reset();
      known.since = now;
      const waitMs = known.backoff.next();
      const how = signal === null ? `exit code ${code ?? '?'}` : `signal ${signal}`;
      cli.note(
        `${cli.noteStyle.red('!')} ${name} ended by itself (${how}); its log is ${logFile}. ` +
          `The others go on; it is started again in ${Math.ceil(waitMs / 1000)} s.`,
      );
      later(name, waitMs, logFile);
    },
    stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
