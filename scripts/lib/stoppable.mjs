// Set-up can be stopped: its child processes end with it, and only then is it over.
import { spawn } from 'node:child_process';

const WINDOWS = process.platform === 'win32';
const ENDING = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
/** npm passes on what the terminal has delivered already: within this time a repeated signal is the same one. */
const SAME_SIGNAL_MS = 300;
const PARENT_CHECK_MS = 250;
/** After this time a child that was asked to end is made to. */
const PATIENCE_MS = 5000;

/** A failure that needs no stack: its message says what happened and what to do. */
export class PlainError extends Error {}

/** Somebody asked us to stop, and everything that we started has ended. */
class Stopped extends PlainError {
  /** @param {keyof typeof ENDING} signal */
  constructor(signal) {
    super('Stopped; the next start goes on.');
    this.exitCode = ENDING[signal];
  }
}

/** What runs inside {@link stoppable}, if anything does. */
let current;

/**
 * Runs `body` so that SIGINT, SIGTERM and SIGHUP, and the end of the shell through which npm started us (npm hands
 * signals to that shell, which dies of them without a word to us), end the child process of the moment. Rejects with
 * {@link Stopped} then. Afterwards all signals are as they were.
 *
 * @template T
 * @param {() => Promise<T>} body
 * @returns {Promise<T>}
 */
export async function stoppable(body) {
  if (current !== undefined) return body();
  const state = { signal: undefined, child: undefined, abort: new AbortController() };
  let heardAt = 0;
  const hear = (signal) => {
    const time = performance.now();
    if (state.signal !== undefined && time - heardAt < SAME_SIGNAL_MS) return;
    heardAt = time;
    const again = state.signal !== undefined;
    state.signal ??= signal;
    if (state.child !== undefined) endGroup(state.child, again ? 'SIGKILL' : 'SIGTERM');
    state.abort.abort();
  };
  const parent = process.env.npm_lifecycle_event === undefined ? undefined : process.ppid;
  const checkParent = () => {
    if (parent === undefined || process.ppid === parent || state.signal !== undefined) return;
    hear('SIGTERM');
  };
  const watch = setInterval(checkParent, PARENT_CHECK_MS).unref();
  for (const signal of Object.keys(ENDING)) process.on(signal, hear);
  current = state;
  try {
    const result = await body();
    checkParent();
    if (state.signal !== undefined) throw new Stopped(state.signal);
    return result;
  } finally {
    current = undefined;
    clearInterval(watch);
    // The process that was stopped is about to end: npm's copy of the signal must not make it end any other way.
    if (state.signal === undefined) for (const signal of Object.keys(ENDING)) process.off(signal, hear);
  }
}

/** Options for spawning a child: inside {@link stoppable} it leads a process group of its own. */
export function spawnOptions() {
  throwIfStopped();
  return { detached: current !== undefined && !WINDOWS };
}

/**
 * Watches over a child: the function returned is to be awaited when it has ended, and rejects with {@link Stopped}
 * when it ended because of us, after the last process of its group.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => Promise<void>}
 */
export function watchOver(child) {
  const state = current;
  if (state === undefined || child.pid === undefined) return async () => {};
  state.child = child.pid;
  let timer;
  const hurry = () => (timer = setTimeout(() => endGroup(child.pid, 'SIGKILL'), PATIENCE_MS));
  state.abort.signal.addEventListener('abort', hurry, { once: true });
  return async () => {
    while (state.signal !== undefined && groupLives(child.pid)) await sleep(20);
    clearTimeout(timer);
    state.abort.signal.removeEventListener('abort', hurry);
    state.child = undefined;
    if (state.signal !== undefined) throw new Stopped(state.signal);
  };
}

/** Waits; inside {@link stoppable} no longer than until somebody asks us to stop, and rejects then. */
export async function pause(ms) {
  throwIfStopped();
  const signal = current?.abort.signal;
  await new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
  throwIfStopped();
}

function throwIfStopped() {
  if (current?.signal !== undefined) throw new Stopped(current.signal);
}

function endGroup(pid, signal) {
  if (WINDOWS) {
    spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' }).on('error', () => {});
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}

function groupLives(pid) {
  if (WINDOWS) return false;
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
