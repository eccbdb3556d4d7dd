/** Starts programs of ours as processes of their own and waits until each says that it is ready. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { constants, setPriority } from 'node:os';
import { BanyanError, errorFromBody } from '@banyan/proto';
import { EXIT } from './main.ts';
import { FILE_THREADS } from './file-threads.ts';
import { SESSION_ALLOCATOR } from './session-allocator.ts';
import { SESSION_NODE_ARGS } from './session-node-args.ts';

/** The line of `--ready-json`. */
export interface ReadyLine {
  readonly ready: true;
  readonly name: string;
  readonly pid: number;
  readonly url?: string;
  readonly [field: string]: unknown;
}

/** How a process ended. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildInit {
  /** For messages: "auth", "supernode oak". */
  readonly name: string;
  /** Path of its main module. */
  readonly main: string;
  readonly args: readonly string[];
  /** For Node itself: `--max-old-space-size=512`. */
  readonly nodeArgs?: readonly string[];
  /** It gives way to all other programs of the machine, where the system lets us say so. */
  readonly isBackground?: boolean;
  /** It holds thousands of sessions: see {@link SESSION_ALLOCATOR} and {@link SESSION_NODE_ARGS}. */
  readonly holdsSessions?: boolean;
  /** It works on people's disks: see {@link FILE_THREADS}. */
  readonly usesDisks?: boolean;
  /** What its environment has beside ours; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** File to which its log is appended. */
  readonly logFile?: string;
  /** Without a file: told what it writes to its log. */
  readonly onLog?: (text: string) => void;
  readonly readyTimeoutMs?: number;
  /** Gives up waiting for it, and stops it. */
  readonly signal?: AbortSignal;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly ready: ReadyLine;
  /** Resolves when the process has ended. */
  readonly exited: Promise<ChildExit>;
  /** Asks it to stop, and kills it when it does not in time. */
  stop(): Promise<void>;
  /** Sends a signal without waiting. */
  kill(signal: NodeJS.Signals): void;
}

/** A first start hashes and enrols; a slow disk must not fail it. */
const READY_TIMEOUT_MS = 60_000;
/** Longer than any process takes to drain. */
const STOP_TIMEOUT_MS = 10_000;
/** What a process wrote last may still be in the pipe when it has ended. */
const LAST_WORDS_MS = 500;
const LOG_TAIL_BYTES = 16 * 1024;

/**
 * Starts a process. It gets a session of its own, so that the Ctrl-C of a terminal reaches only the starter, which
 * stops everybody in order; and an IPC channel, whose end stops it when the starter is killed.
 *
 * @throws BanyanError what the process said that is wrong, with its code; `timeout` when it is not ready in time;
 *   `aborted` when `signal` ended the waiting
 */
export async function startChild(init: ChildInit): Promise<Child> {
  if (init.signal?.aborted === true) throw new BanyanError('aborted');
  const log = init.logFile === undefined ? undefined : openSync(init.logFile, 'a', 0o600);
  const logStart = log === undefined ? 0 : fstatSync(log).size;
  let child: ChildProcess;
  try {
    child = spawn(
      process.execPath,
      [
        ...(init.holdsSessions === true ? SESSION_NODE_ARGS : []),
        ...(init.nodeArgs ?? []),
        init.main,
        ...init.args,
        '--ready-json',
        '--parent-watch',
      ],
      {
        detached: true,
        stdio: ['ignore', 'pipe', log ?? 'pipe', 'ipc'],
        env: {
          ...process.env,
          ...(init.holdsSessions === true ? SESSION_ALLOCATOR : {}),
          ...(init.usesDisks === true ? FILE_THREADS : {}),
          ...init.env,
        },
      },
    );
  } finally {
    if (log !== undefined) closeSync(log);
  }
  if (init.isBackground === true && child.pid !== undefined) yieldToOthers(child.pid);
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;
  // A process that is gone has no use for a signal, nor for the channel that is watched.
  child.on('error', () => undefined);
  const kill = (signal: NodeJS.Signals): void => {
    if (!ended()) child.kill(signal);
  };
  const stop = async (): Promise<void> => {
    if (ended()) return;
    kill('SIGTERM');
    const timer = setTimeout(() => kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
  };
  const tail = keepTail(child, init);
  const said = firstWord(child);
  const first = await firstOf(said, exited, init);
  if (typeof first === 'object' && first.ready)
    return { name: init.name, pid: child.pid ?? 0, ready: first, exited, stop, kill };

  await stop();
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS).unref())]);
  if (first === 'aborted') throw new BanyanError('aborted');
  // It may have said why just before it ended.
  const refusal = typeof first === 'object' ? first : await Promise.race([said, Promise.resolve(undefined)]);
  throw startError(init, first === 'late', refusal, await tail(logStart), await exited);
}

function yieldToOthers(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended already, or the system knows no priorities: it runs as others do.
  }
}

/** The line that says that a process is ready, or why it never will be. */
type FirstWord = ReadyLine | { readonly ready: false; readonly error?: unknown };

function firstWord(child: ChildProcess): Promise<FirstWord> {
  return new Promise((resolve) => {
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      try {
        const value = JSON.parse(line) as { ready?: unknown } | null;
        if (typeof value?.ready === 'boolean') resolve(value as FirstWord);
      } catch {
        // Other words on stdout are for people.
      }
    });
  });
}

async function firstOf(
  said: Promise<FirstWord>,
  exited: Promise<ChildExit>,
  init: ChildInit,
): Promise<FirstWord | 'exited' | 'late' | 'aborted'> {
  const { signal } = init;
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), init.readyTimeoutMs ?? READY_TIMEOUT_MS);
  });
  const aborted = new Promise<'aborted'>((resolve) => {
    onAbort = () => resolve('aborted');
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([said, exited.then(() => 'exited' as const), late, aborted]);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
  }
}

/** Keeps the end of the log, for the case that the process says there what is wrong. */
function keepTail(child: ChildProcess, init: ChildInit): (from: number) => Promise<string> {
  const { logFile } = init;
  if (logFile !== undefined) return (from) => readTail(logFile, from);
  let kept = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    kept = (kept + text).slice(-LOG_TAIL_BYTES);
    init.onLog?.(text);
  });
  return async () => kept;
}

/** The log is appended to: what stands before `from` is of former runs. */
async function readTail(path: string, from: number): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const start = Math.max(from, size - LOG_TAIL_BYTES);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - start)), {
        position: start,
      });
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}

/** The process has said what is wrong; that sentence is shown, not "exit code 78". */
function startError(
  init: ChildInit,
  late: boolean,
  refusal: FirstWord | undefined,
  log: string,
  exit: ChildExit,
): BanyanError {
  const where = init.logFile === undefined ? '' : ` Its log is ${init.logFile}.`;
  if (late) return new BanyanError('timeout', `${init.name} did not become ready in time.${where}`);
  if (refusal?.ready === false && refusal.error !== undefined) {
    const { code, message, details } = errorFromBody(refusal);
    return new BanyanError(code, `${init.name} could not start: ${message}${where}`, {
      details: { ...details, reason: message },
    });
  }
  const words = lastPlainWords(log);
  const plain = words?.replace(/(?<![.!?])$/, '.');
  const how = exit.signal ?? `exit code ${exit.code ?? '?'}`;
  return new BanyanError(
    plain === undefined || exit.code !== EXIT.config ? 'unavailable' : 'invalid_config',
    `${init.name} could not start: ${plain ?? `it ended at once (${how}).`}${where}`,
    plain === undefined ? {} : { details: { reason: plain } },
  );
}

function lastPlainWords(log: string): string | undefined {
  return log
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      try {
        const entry = JSON.parse(line) as { level?: unknown; msg?: string; err?: { message?: string } };
        const serious = entry.level === 'fatal' || entry.level === 'error' || Number(entry.level) >= 50;
        return serious ? [entry.err?.message ?? entry.msg ?? ''] : [];
      } catch {
        // `name: sentence`, as kit writes it; a stack of V8 has its message first.
        const words = line.trim().replace(/^[a-z][a-z-]*: (?=\S)/, '');
        return words === '' || /^at |^Node\.js v/.test(words) ? [] : [words];
      }
    })
    .filter((words) => words !== '')
    .at(-1);
}
