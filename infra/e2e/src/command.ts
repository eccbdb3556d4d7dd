/** Runs a program to its end, as a person or a script would. */
import { spawn } from 'node:child_process';
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
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** @param argv - path of a JavaScript file and its arguments */
export function runCommand(argv: readonly string[], init: CommandInit = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argv, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...CLEAN_ENV, ...init.env },
      ...(init.cwd === undefined ? {} : { cwd: init.cwd }),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (init.stopAt?.test(stderr) === true) child.kill('SIGTERM');
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), init.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr });
    });
  });
}
