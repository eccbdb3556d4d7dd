/** `banyan peer`: a peer of a network, in the foreground. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BanyanError, displayText, isBanyanError, type ErrorCode } from '@banyan/proto';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { resolvePath } from '../context.ts';
import { EXIT_CODE } from '../exit-codes.ts';
import type { Child } from '@banyan/kit';
import type { MovedPort } from '@banyan/peer';
import { mainOf } from '../local-network/programs.ts';
import { standalonePeerFolder } from '../peer-folder.ts';
import { askNewPassword } from './ask-password.ts';
import { maybeOpen } from './browser.ts';
import { examples } from './help.ts';

interface PeerOptions {
  readonly network?: string;
  readonly account?: string;
  readonly createAccount?: boolean;
  readonly passwordFile?: string;
  readonly name?: string;
  readonly share?: readonly string[];
  readonly dataDir?: string;
  readonly downloadFolder?: string;
  readonly host?: string;
  readonly port?: string;
  readonly pagePort?: string;
  readonly gatewayPort?: string;
  readonly open: boolean;
}

/** What the network was told last time, so that `banyan peer` alone starts the same peer again. Mode 0600. */
const REMEMBERED = 'started-with.json';
/** With these a person at the terminal can go on by a name or a password. */
const ASK_ACCOUNT: readonly ErrorCode[] = ['device_unknown'];
const ASK_PASSWORD: readonly ErrorCode[] = ['bad_credentials', 'password_weak'];
const MAX_ASKED = 3;

export function addPeer(program: Command, cli: Cli): void {
  program
    .command('peer')
    .summary('a peer of a network, in the foreground')
    .description(
      'Runs a peer of a network until Ctrl-C. Started with nothing, it opens its page, which leads into a network. The first\n' +
        'start may also enrol this device itself, with an invite link, an account, or the sign-in of the organisation where\n' +
        'the network has one. From then on `banyan peer` alone is enough. Further settings are passed on:\n' +
        '`banyan peer -- --help` lists them.',
    )
    .argument('[settings...]', 'further settings of the peer, after --')
    .option('--network <url>', "URL of the network's auth service, or an invite link")
    .option('--account <name>', 'account under which this device is enrolled at the first start')
    .option('--create-account', 'make the account; with an invite that is the default')
    .option('--password-file <file>', 'file whose first line is the password; without it you are asked')
    .option('--name <name>', 'name of this device for people')
    .option('--share <dir...>', 'share these folders')
    .option('--data-dir <dir>', 'folder for everything that the peer keeps')
    .option('--download-folder <dir>', 'where finished files go')
    .option(
      '--host <address>',
      'address for transfers; 0.0.0.0 for other machines (default: this machine only)',
    )
    .option('--port <port>', 'port of transfers')
    .option('--page-port <port>', 'port of the page')
    .option('--gateway-port <port>', 'port where players read files (default: a free one, kept)')
    .option('--no-open', 'open no browser')
    .addHelpText(
      'after',
      examples(
        ['banyan peer', 'opens the page, which leads into a network; from then on it is in it'],
        ["banyan peer --network 'banyan-invite:…' --account ada", 'join by an invite'],
        ['banyan peer --network https://auth.example.org --account ada', 'with your account'],
        ['banyan peer -- --upload-slots 8 --log-level debug', 'settings of the peer itself'],
      ),
    )
    .action((settings: string[], options: PeerOptions) => runPeer(cli, options, settings));
}

async function runPeer(cli: Cli, options: PeerOptions, settings: readonly string[]): Promise<void> {
  if (settings.includes('--help') || settings.includes('-h')) {
    await showSettings(cli);
    return;
  }
  const folder =
    options.dataDir === undefined ? standalonePeerFolder(cli.ctx) : resolvePath(cli.ctx, options.dataDir);
  const stop = new AbortController();
  let child: Child | undefined;
  let asked = 0;
  const unlisten = cli.ctx.signals.on(() => {
    asked += 1;
    if (asked === 1) {
      cli.note('', 'Stopping … (Ctrl-C again ends it at once)');
      stop.abort();
      void child?.stop();
    } else {
      child?.kill('SIGKILL');
      process.exit(EXIT_CODE.interrupted);
    }
  });
  try {
    const network = options.network ?? (await networkElsewhere(cli, folder, settings));
    child = await startAsking(
      cli,
      { ...options, ...(network === undefined ? {} : { network }) },
      settings,
      stop.signal,
    );
    if (network !== undefined) await rememberNetwork(folder, network);
    await tell(cli, child, options);
    const { code, signal } = await child.exited;
    if (code === EXIT_CODE.ok || stop.signal.aborted) {
      cli.note('Stopped. Downloads go on at the next start.');
      return;
    }
    const how = signal === null ? `exit code ${code ?? '?'}` : `signal ${signal}`;
    throw new BanyanError('internal', `The peer ended by itself (${how}). Its last words are above.`);
  } catch (error) {
    if (!stop.signal.aborted || !isBanyanError(error) || error.code !== 'aborted') throw error;
  } finally {
    unlisten();
  }
}

/** The network of the last start by this command; undefined: the peer finds it in its settings, or is led into one by its page. */
async function networkElsewhere(
  cli: Cli,
  folder: string,
  settings: readonly string[],
): Promise<string | undefined> {
  const { env } = cli.ctx;
  if (
    (env['BANYAN_NETWORK'] ?? '') !== '' ||
    (env['BANYAN_CONFIG'] ?? '') !== '' ||
    settings.includes('--config')
  )
    return undefined;
  return rememberedNetwork(folder);
}

/** Starts it; when the network wants an account or a password that was not given, a person is asked. */
async function startAsking(
  cli: Cli,
  options: PeerOptions,
  settings: readonly string[],
  signal: AbortSignal,
): Promise<Child> {
  let account = options.account;
  let password: string | undefined;
  // Asked for before anything is sent: a new account always needs one, an old one at a device's first start.
  if (options.createAccount === true && options.passwordFile === undefined && !hasPassword(cli))
    password = await askNewPassword(cli);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(cli, { ...options, ...(account === undefined ? {} : { account }) }, settings, {
        password,
        signal,
      });
    } catch (error) {
      if (!isBanyanError(error) || attempt >= MAX_ASKED || options.passwordFile !== undefined)
        throw plainly(error);
      if (ASK_ACCOUNT.includes(error.code) && account === undefined) {
        account = (await cli.ctx.ask('Account: '))?.trim() || undefined;
        if (account === undefined) throw plainly(error);
      } else if (ASK_PASSWORD.includes(error.code) && account !== undefined) {
        // Said only to somebody who can answer: the last refusal is said in any case.
        if (cli.ctx.err.isTerminal && password !== undefined) cli.note(sentenceOf(error));
        password = await cli.ctx.ask(`Password of ${displayText(account, 64)}: `, { secret: true });
        if (password === undefined || password === '') throw plainly(error);
      } else throw plainly(error);
    }
  }
}

function hasPassword(cli: Cli): boolean {
  return (cli.ctx.env['BANYAN_PASSWORD'] ?? '') !== '';
}

async function startOnce(
  cli: Cli,
  options: PeerOptions,
  settings: readonly string[],
  init: { readonly password: string | undefined; readonly signal: AbortSignal },
): Promise<Child> {
  // Until it is ready its log is held back: if it fails, one sentence says why.
  let held: string[] | undefined = [];
  const { startChild } = await import('@banyan/kit');
  const child = await startChild({
    name: 'The peer',
    main: mainOf('peer'),
    args: [...peerArguments(cli, options), ...settings],
    usesDisks: true,
    ...(init.password === undefined ? {} : { env: { BANYAN_PASSWORD: init.password } }),
    onLog: (text) => (held === undefined ? cli.ctx.err.write(text) : held.push(text)),
    signal: init.signal,
  });
  if (!cli.json) for (const text of held) cli.ctx.err.write(text);
  held = undefined;
  return child;
}

/** The command line of the peer's own program. */
function peerArguments(cli: Cli, options: PeerOptions): string[] {
  const flag = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [name, value];
  const path = (value: string | undefined): string | undefined =>
    value === undefined ? undefined : resolvePath(cli.ctx, value);
  const quiet = cli.ctx.env['BANYAN_LOG_LEVEL'] === undefined ? ['--log-level', 'warn'] : [];
  return [
    ...flag('--network', options.network),
    ...flag('--account', options.account),
    ...(options.createAccount === true ? ['--create-account'] : []),
    ...flag('--password-file', path(options.passwordFile)),
    ...flag('--name', options.name),
    ...(options.share ?? []).flatMap((dir) => ['--share', resolvePath(cli.ctx, dir)]),
    ...flag('--data-dir', path(options.dataDir)),
    ...flag('--download-folder', path(options.downloadFolder)),
    ...flag('--host', options.host),
    ...flag('--port', options.port),
    ...flag('--page-port', options.pagePort),
    ...flag('--gateway-port', options.gatewayPort),
    ...['--supernode-program', mainOf('supernode')],
    ...quiet,
    ...(cli.ctx.err.isTerminal ? ['--log-format', 'pretty'] : []),
  ];
}

async function tell(cli: Cli, child: Child, options: PeerOptions): Promise<void> {
  const { name, page, login, joined, signInWith, movedPorts } = child.ready;
  const link = typeof login === 'string' ? login : String(page);
  if (cli.json) {
    const told = {
      ready: true,
      name,
      joined: joined !== false,
      page: link,
      pid: child.pid,
      // Always there, so that a script need not ask whether it is.
      movedPorts: movedOf(movedPorts),
      ...(typeof signInWith === 'string' ? { signInWith } : {}),
    };
    cli.ctx.out.write(`${JSON.stringify(told)}\n`);
    return;
  }
  cli.print(
    cli.style.bold(
      joined === false ? 'Banyan is running, and in no network yet.' : `${displayText(name, 80)} is running.`,
    ),
    ...(joined === false ? ['Join one on its page, with an invite link or the address of a network:'] : []),
    `  ${cli.style.cyan(link)}`,
    ...portsMoved(movedOf(movedPorts)),
    ...(typeof signInWith === 'string'
      ? [
          `It is not in the network yet. Sign in with ${displayText(signInWith, 64)} on that page, or by: banyan sign-in`,
        ]
      : []),
    cli.style.dim(
      joined === false
        ? '`npm start` makes a network of your own on this machine instead. Ctrl-C stops this.'
        : 'In another terminal: banyan search WORDS, banyan share FOLDER, banyan status. Ctrl-C stops it.',
    ),
  );
  if (options.open) await maybeOpen(cli, link);
}

/** What the peer says of its ports when it is ready. */
const movedOf = (said: unknown): readonly MovedPort[] => (Array.isArray(said) ? (said as MovedPort[]) : []);

/** One line of the ports that were taken and that nobody had set; none when all are as ever. */
function portsMoved(moved: readonly MovedPort[]): string[] {
  const words = moved.map(
    ({ use, wanted, port }) =>
      `port ${wanted} is taken, so ${use === 'page' ? 'the page is at' : 'transfers use'} ${port}`,
  );
  if (words.length === 0) return [];
  const sentence = words.join('; ');
  return [`${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}. Kept for later starts.`];
}

/** "The peer could not start: …" without what a person knows anyway. */
function sentenceOf(error: BanyanError): string {
  const reason = error.details?.['reason'];
  return typeof reason === 'string' ? reason : error.message;
}

/** What to do in the words of this command, where the sentence of the network leaves it open. */
const HINT: Partial<Record<ErrorCode, string>> = {
  bad_credentials:
    'Give the password by --password-file FILE or at a terminal; --create-account makes a new account.',
  password_weak: 'Give it by --password-file FILE or at a terminal.',
  name_taken: 'Sign in without --create-account, or choose another --account.',
  invite_required: 'Give the invite link as --network.',
};

function plainly(error: unknown): unknown {
  if (!isBanyanError(error)) return error;
  const hint = HINT[error.code];
  const sentence = sentenceOf(error);
  return new BanyanError(error.code, hint === undefined ? sentence : `${sentence} ${hint}`, { cause: error });
}

async function rememberedNetwork(folder: string): Promise<string | undefined> {
  try {
    const { network } = JSON.parse(await readFile(join(folder, REMEMBERED), 'utf8')) as { network?: unknown };
    return typeof network === 'string' ? network : undefined;
  } catch {
    return undefined;
  }
}

async function rememberNetwork(folder: string, network: string): Promise<void> {
  const { makeFolder } = await import('@banyan/kit');
  await makeFolder(folder, { mode: 0o700 });
  await writeFile(join(folder, REMEMBERED), `${JSON.stringify({ network })}\n`, { mode: 0o600 });
}

/** The peer's own list of settings. */
async function showSettings(cli: Cli): Promise<void> {
  const { helpText } = await import('@banyan/kit');
  const { PEER_SETTINGS } = await import('@banyan/peer');
  cli.print(helpText(PEER_SETTINGS, { usage: 'banyan peer --' }).trimEnd());
}
