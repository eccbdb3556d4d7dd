/** The world as a command sees it; tests pass their own. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';
import { createSignals, startedByNpm, type Signals } from './signals.ts';

export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Cells of a line; undefined when it is no terminal. */
  readonly width: number | undefined;
  /** Lines of the screen. */
  readonly height: number;
  /** For libraries that draw on a terminal themselves. */
  readonly stream: NodeJS.WritableStream;
}

export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder in which the person typed the command. */
  readonly cwd: string;
  /** For results. */
  readonly out: Output;
  /** For progress, questions and errors. */
  readonly err: Output;
  readonly signals: Signals;
  /** Asks on the terminal; undefined when there is none to ask on, or the answer was the end of input. */
  ask(question: string, options?: { readonly secret?: boolean }): Promise<string | undefined>;
  /** Opens the system's browser; false when there is none. */
  openBrowser(url: string): Promise<boolean>;
  now(): number;
}

/** The context of this process. */
export function processContext(): CliContext {
  // Whoever reads our output may have seen enough (`banyan search … | head`): no fault of anybody.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
  });
  process.stderr.on('error', () => undefined);
  return {
    env: process.env,
    cwd: typedIn(process.env, process.cwd()),
    out: outputOf(process.stdout),
    err: outputOf(process.stderr),
    signals: createSignals(process, startedByNpm() ? { parentId: () => process.ppid } : {}),
    ask: askOnTerminal,
    openBrowser,
    now: Date.now,
  };
}

/** npm runs scripts in the folder of the package, and says in INIT_CWD where the person was. */
function typedIn(env: Readonly<Record<string, string | undefined>>, cwd: string): string {
  const initial = env['INIT_CWD'];
  return env['npm_lifecycle_event'] === 'start' && initial !== undefined && initial !== '' ? initial : cwd;
}

/** The folder that a person means by `path`. */
export function resolvePath(ctx: CliContext, path: string): string {
  const home = ctx.env['HOME'] ?? ctx.env['USERPROFILE'];
  // A shell expands `~` only at the start of a word, not in --share=~/Music.
  if (home !== undefined && (path === '~' || path.startsWith('~/'))) return resolve(home, path.slice(2));
  return resolve(ctx.cwd, path);
}

function outputOf(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => void stream.write(text),
    get isTerminal() {
      return stream.isTTY;
    },
    get width() {
      return stream.isTTY ? stream.columns || 80 : undefined;
    },
    get height() {
      return stream.isTTY ? stream.rows || 24 : 24;
    },
    stream,
  };
}

async function askOnTerminal(
  question: string,
  options: { readonly secret?: boolean } = {},
): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const secret = options.secret === true;
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
  return new Promise((done) => {
    let answer: string | undefined;
    lines.once('line', (line) => {
      answer = line;
      lines.close();
    });
    // readline takes Ctrl-C for itself while it reads.
    lines.once('SIGINT', () => {
      lines.close();
      process.kill(process.pid, 'SIGINT');
    });
    lines.once('close', () => {
      if (secret || answer === undefined) process.stderr.write('\n');
      done(answer);
    });
    lines.setPrompt(question);
    lines.prompt();
    // What is typed next is not drawn: readline echoes by this method.
    if (secret) (lines as unknown as { _writeToOutput: () => void })._writeToOutput = () => undefined;
  });
}

async function openBrowser(url: string): Promise<boolean> {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url]
        : ['xdg-open', url];
  return new Promise((done) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true });
    child.once('error', () => done(false));
    child.once('spawn', () => {
      child.unref();
      done(true);
    });
  });
}
