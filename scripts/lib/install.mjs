// Installs the dependencies when, and only when, they are not what package-lock.json says.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PlainError, ROOT, runNpm, say } from './run.mjs';

const MIN_NODE = [20, 19];

// Without a network npm tries three times, with pauses of up to a minute: these are shorter. How long a slow line may
// take for an answer stays as it is.
const NPM_CI = [
  'ci',
  '--include=dev',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
  '--fetch-retry-mintimeout=2000',
  '--fetch-retry-maxtimeout=10000',
];
const FIRST_WORD_MS = 15_000;
const NEXT_WORD_MS = 60_000;

/** Throws when this Node is too old to run Banyan. */
export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])) return;
  throw new PlainError(
    `Banyan needs Node ${MIN_NODE.join('.')} or newer; this is Node ${version}.\n` +
      'Install a newer one from https://nodejs.org (or with your system’s packages) and try again.',
  );
}

/**
 * Whether the packages that npm last installed are those of the lock file. npm writes what it installed into
 * node_modules/.package-lock.json as its last act, so an interrupted installation has no such file.
 *
 * @param {{ packages: Record<string, any> }} lock the repository's lock file
 * @param {{ packages: Record<string, any> }} installed npm's record
 */
export function sameInstallation(lock, installed) {
  for (const [path, wanted] of Object.entries(lock.packages)) {
    if (!path.includes('node_modules/')) continue;
    const found = installed.packages[path];
    if (found === undefined) {
      // Binaries for other systems are not installed here.
      if (wanted.optional || wanted.devOptional || wanted.peer) continue;
      return false;
    }
    if (wanted.link ? !found.link : wanted.version !== found.version) return false;
  }
  return true;
}

/**
 * Makes node_modules be what package-lock.json says. Quick when it is already: one hash is compared.
 *
 * @returns {Promise<boolean>} whether anything had to be installed
 */
export async function ensureInstalled(root = ROOT) {
  const lockText = readFileSync(join(root, 'package-lock.json'));
  const stamp = join(root, 'node_modules', '.banyan', 'installed');
  // The binaries of another system or of another Node's ABI are of no use: they are part of the question.
  const digest = createHash('sha256')
    .update(lockText)
    .update(`${process.platform} ${process.arch} ${process.versions.modules}`)
    .digest('hex');
  const stamped = readText(stamp);
  if (stamped === digest) return false;

  // Somebody ran `npm ci` or `npm install` themselves: believe npm's own record, once.
  const record =
    stamped === undefined ? readText(join(root, 'node_modules', '.package-lock.json')) : undefined;
  const upToDate =
    record !== undefined && sameInstallation(JSON.parse(lockText.toString('utf8')), JSON.parse(record));
  if (!upToDate) {
    say(
      stamped === undefined
        ? 'Installing dependencies (once, about a minute) …'
        : 'Dependencies changed; installing them …',
    );
    const { code, output } = await whileTelling(() => runNpm(NPM_CI, { cwd: root, output: 'collect' }));
    if (code !== 0) throw new PlainError(explainInstallFailure(output));
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
  return !upToDate;
}

/** Says now and then that it goes on: npm itself is silent until its end. */
async function whileTelling(work) {
  let timer;
  const tellAfter = (ms) => {
    timer = setTimeout(() => {
      say('Still installing; a slow network can make this take some minutes …');
      tellAfter(NEXT_WORD_MS);
    }, ms);
  };
  tellAfter(FIRST_WORD_MS);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}

/** npm's failure in plain words, with npm's own at the end. */
export function explainInstallFailure(output) {
  const lines = output.trim().split('\n');
  const said = lines
    .filter((line) => !/^npm error\s+at /.test(line))
    .slice(0, 20)
    .join('\n');
  let reason = 'npm could not install the dependencies.';
  let advice = 'What npm said is below.';
  if (/EUSAGE/.test(output)) {
    reason =
      'package.json and package-lock.json do not belong together, so the dependencies were not installed.';
    advice = 'After changing a package.json run `npm install`, then `node scripts/lockfile.mjs --fix`.';
  } else if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/i.test(output)) {
    reason = 'The package registry cannot be reached, so the dependencies could not be installed.';
    advice =
      'Check the network connection (and npm’s proxy setting, if you need one), then run the same command again.';
  } else if (/ENOSPC/.test(output)) {
    reason = 'The disk is full, so the dependencies could not be installed.';
    advice = 'Free about 500 MB, then run the same command again.';
  } else if (/EACCES|EPERM/.test(output)) {
    reason = 'npm may not write here, so the dependencies could not be installed.';
    advice = 'Make the folder of the clone (and npm’s cache) belong to you, then run the same command again.';
  }
  return `${reason}\n${advice}\n\n${said}`;
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
