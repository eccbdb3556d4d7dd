// One set-up at a time in one folder.
import { createHash, randomUUID } from 'node:crypto';
import {
  linkSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { say } from './run.mjs';
import { pause } from './stoppable.mjs';

const BEAT_MS = 1000;
const POLL_MS = 200;
/** A lock whose holder gave no sign for so long is nobody's: its process id may be another program's by now. */
const SILENT_MS = 15_000;

/** Where the lock of a folder is: not in node_modules, which npm empties. */
export function lockPath(root) {
  const git = join(root, '.git');
  if (statSync(git, { throwIfNoEntry: false })?.isDirectory()) return join(git, 'banyan-setup.lock');
  const key = createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 16);
  return join(tmpdir(), `banyan-setup-${process.getuid?.() ?? ''}-${key}.lock`);
}

/**
 * Runs `body` when no other process does so in this folder; waits for that, and says so. Where no lock can be written
 * (a folder that is read-only), `body` runs without.
 *
 * @template T
 * @param {string} root
 * @param {() => Promise<T>} body
 * @param {{ path?: string, silentMs?: number, tell?: (text: string) => void }} [options]
 * @returns {Promise<T>}
 */
export async function exclusively(root, body, options = {}) {
  const { path = lockPath(root), silentMs = SILENT_MS, tell = say } = options;
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), token: randomUUID() });
  if (!(await take(path, mine, silentMs, tell))) return body();
  const beat = setInterval(() => touch(path), BEAT_MS).unref();
  const release = () => {
    clearInterval(beat);
    if (read(path) === mine) rmSync(path, { force: true });
  };
  process.once('exit', release);
  try {
    return await body();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** Resolves with false when there can be no lock. */
async function take(path, mine, silentMs, tell) {
  let told = false;
  let seen;
  let since = 0;
  for (;;) {
    try {
      writeFileSync(path, mine, { flag: 'wx' });
      return true;
    } catch (error) {
      if (error.code !== 'EEXIST') return false;
    }
    const theirs = read(path);
    // Signs of life are counted by our own clock, which stands still while the computer sleeps.
    const sign = `${theirs} ${statSync(path, { throwIfNoEntry: false })?.mtimeMs}`;
    if (sign !== seen) {
      seen = sign;
      since = performance.now();
    }
    if (hasEnded(theirs) || performance.now() - since > silentMs) {
      if (!remove(path, theirs)) return false;
      await pause(0);
      continue;
    }
    if (!told) tell('Another set-up is at work in this folder; waiting for it …');
    told = true;
    await pause(POLL_MS);
  }
}

/** Whether the holder is known to be gone: a process of this computer that does not exist. */
function hasEnded(holder) {
  try {
    const { pid, host } = JSON.parse(holder);
    if (host !== hostname() || !Number.isInteger(pid)) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/**
 * Removes this lock and no newer one, which another process may have written since we looked. Returns whether that is
 * possible: a lock of another person's may have to stay.
 */
function remove(path, stale) {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    if (read(aside) !== stale) linkSync(aside, path);
  } catch (error) {
    // Otherwise somebody else was faster.
    if (error.code === 'EPERM' || error.code === 'EACCES') return false;
  }
  rmSync(aside, { force: true });
  return true;
}

function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Somebody removed it: that is no reason to fail.
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
