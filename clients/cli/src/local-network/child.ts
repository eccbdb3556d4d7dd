/** Starts the programs of a local network as processes of their own and waits until each says that it is ready. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { BanyanError } from '@banyan/proto';

/** The line of `--ready-json`. */
export interface ReadyLine {
  readonly ready: true;
  readonly name: string;
  readonly pid: number;
  readonly url?: string;
  readonly [field: string]: unknown;
}

export interface ChildInit {
  /** For messages: "auth", "supernode oak". */
  readonly name: string;
  /** Path of its main module. */
  readonly main: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where its log goes; appended. */
  readonly logFile: string;
  readonly readyTimeoutMs?: number;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly ready: ReadyLine;
  /** Resolves when the process has ended. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Asks it to stop, and kills it when it does not in time. */
  stop(): Promise<void>;
  /** Sends a signal without waiting (tests). */
  kill(signal: NodeJS.Signals): void;
}

/** A first start hashes and enrols; a slow disk must not fail it. */
const READY_TIMEOUT_MS = 60_000;
/** Longer than any process takes to drain. */
const STOP_TIMEOUT_MS = 10_000;
const LOG_TAIL_LINES = 12;

/**
 * Starts a process. It gets a session of its own, so that the Ctrl-C of a terminal reaches only the starter, which
 * stops everybody in order; and an IPC channel, whose end stops it when the starter is killed.
 *
 * @throws BanyanError the sentence that the process ended with; `timeout` when it is not ready in time
 */
export async function startChild(init: ChildInit): Promise<Child> {
  const log = openSync(init.logFile, 'a', 0o600);
  let child: ChildProcess;
  try {
    child = spawn(
      process.execPath,
      [init.main, ...init.args, '--ready-json', '--parent-watch', '--log-format', 'json'],
      {
        detached: true,
        stdio: ['ignore', 'pipe', log, 'ipc'],
        env: { ...process.env, ...init.env },
      },
    );
  } finally {
    closeSync(log);
  }
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
  };
  const ready = new Promise<ReadyLine>((resolve) => {
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      try {
        const value = JSON.parse(line) as Partial<ReadyLine>;
        if (value.ready === true) resolve(value as ReadyLine);
      } catch {
        // Other words on stdout are for people.
      }
    });
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), init.readyTimeoutMs ?? READY_TIMEOUT_MS);
  });
  const first = await Promise.race([ready, exited.then(() => 'exited' as const), late]);
  clearTimeout(timer);
  if (first === 'exited' || first === 'late') {
    await stop();
    throw await startError(init, first);
  }
  return {
    name: init.name,
    pid: child.pid ?? 0,
    ready: first,
    exited,
    stop,
    kill: (signal) => void child.kill(signal),
  };
}

/** The process has said in its log what is wrong; that sentence is shown, not "exit code 78". */
async function startError(init: ChildInit, how: 'exited' | 'late'): Promise<BanyanError> {
  const lines = (await readFile(init.logFile, 'utf8').catch(() => ''))
    .trimEnd()
    .split('\n')
    .slice(-LOG_TAIL_LINES);
  const said = lines
    .flatMap((line) => {
      try {
        const entry = JSON.parse(line) as { level?: number; msg?: string; err?: { message?: string } };
        return (entry.level ?? 0) >= 50 ? [entry.err?.message ?? entry.msg ?? ''] : [];
      } catch {
        // Plain words: what the process told people before it ended.
        return line.trim() === '' ? [] : [line.trim()];
      }
    })
    .at(-1);
  if (how === 'late')
    return new BanyanError(
      'timeout',
      `${init.name} did not become ready in time. Its log is ${init.logFile}.`,
    );
  return new BanyanError(
    'unavailable',
    `${init.name} could not start: ${said ?? 'it ended at once.'} Its log is ${init.logFile}.`,
  );
}
