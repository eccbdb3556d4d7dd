// Child processes of the scripts, and the one way in which a script gives up.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { PlainError, spawnOptions, watchOver } from './stoppable.mjs';

/** The root of the repository, with a closing separator. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export { PlainError };

/**
 * Runs a program to its end. Resolves with its exit code and, unless output is inherited, with what it wrote;
 * rejects only when it cannot be started, or when set-up is stopped meanwhile (see `stoppable`).
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, output?: 'inherit' | 'collect' | 'stderr', shell?: boolean }} [options]
 *   output: `inherit` (default), `collect` (both streams as one text), `stderr` (both to our standard error)
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, options = {}) {
  const { cwd = ROOT, env = process.env, output = 'inherit', shell = false } = options;
  const out = output === 'collect' ? 'pipe' : output === 'stderr' ? 2 : 'inherit';
  const err = output === 'collect' ? 'pipe' : 'inherit';
  return new Promise((resolve, reject) => {
    // Some tools colour even what goes into a pipe; it is shown as it is only on a terminal.
    const plain = output === 'collect' && !process.stderr.isTTY ? { NO_COLOR: '1' } : {};
    const child = spawn(command, args, {
      cwd,
      env: { ...env, ...plain },
      shell,
      stdio: ['ignore', out, err],
      ...spawnOptions(),
    });
    const ended = watchOver(child);
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (signal !== null) chunks.push(Buffer.from(`\nended by ${signal}\n`));
      const result = { code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') };
      ended().then(() => resolve(result), reject);
    });
  });
}

/** Runs a script of ours or of a package with this very Node. See {@link run}. */
export function runNode(args, options) {
  return run(process.execPath, args, options);
}

/** Runs npm: the one that started us when there is one, else the one on the path. See {@link run}. */
export function runNpm(args, options) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('.js')) return runNode([cli, ...args], options);
  const windows = process.platform === 'win32';
  return run(windows ? 'npm.cmd' : 'npm', args, { ...options, shell: windows });
}

/** A line about progress. It goes to standard error, so that standard output stays for results. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * Runs a script's main function: a {@link PlainError} is printed as its message alone, anything else with its
 * stack, and both end the process with code 1, or with the `exitCode` of the error.
 *
 * @param {() => Promise<number | void>} body resolves with the exit code (default 0)
 */
export async function main(body) {
  try {
    const code = await body();
    if (typeof code === 'number') process.exitCode = code;
  } catch (error) {
    say(error instanceof PlainError ? `\n${error.message}` : (error?.stack ?? String(error)));
    process.exitCode = error?.exitCode ?? 1;
  }
}
