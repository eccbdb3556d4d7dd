/** Runs a program to its end, as a person or a script would. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { CLEAN_ENV } from './program.ts';

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandInit {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** It is killed then, and the outcome says so by its signal. */
  readonly timeoutMs?: number;
  /** It is asked to stop (SIGTERM) once it has said this on stderr. */
  readonly stopAt?: RegExp;
  /** It has a terminal of this width, where the system has `script`; what it says there is all stdout. Default: pipes. */
  readonly columns?: number;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** A command while it runs. */
export interface RunningCommand {
  /** What it has said so far, stdout and stderr together, without colours and moves of the cursor. */
  said(): string;
  readonly ended: Promise<Outcome>;
}

/** @param argv - path of a JavaScript file and its arguments */
export function startCommand(argv: readonly string[], init: CommandInit = {}): RunningCommand {
  return start(spawned(argv, init.columns), init);
}

function start([program, args]: [string, string[]], init: CommandInit): RunningCommand {
  let both = '';
  const ended = new Promise<Outcome>((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...CLEAN_ENV, ...init.env },
      ...(init.cwd === undefined ? {} : { cwd: init.cwd }),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      both += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      both += text;
      if (init.stopAt?.test(stderr) === true) child.kill('SIGTERM');
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), init.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr });
    });
  });
  return { said: () => stripVTControlCharacters(both), ended };
}

/** As {@link startCommand}, to its end. */
export function runCommand(argv: readonly string[], init: CommandInit = {}): Promise<Outcome> {
  return startCommand(argv, init).ended;
}

/** Runs any other program of this machine to its end. */
export function runTool(program: string, args: readonly string[], init: CommandInit = {}): Promise<Outcome> {
  return start([program, [...args]], init).ended;
}

function spawned(argv: readonly string[], columns: number | undefined): [string, string[]] {
  if (columns === undefined || !existsSync(SCRIPT)) return [process.execPath, [...argv]];
  const quoted = [process.execPath, ...argv].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  return [SCRIPT, ['-qfec', `stty cols ${columns} rows 40; exec ${quoted.join(' ')}`, '/dev/null']];
}

/** Gives a program a terminal (util-linux). */
const SCRIPT = '/usr/bin/script';
