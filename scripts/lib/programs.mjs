// The programs outside npm that the tests use: the real Redis, Chromium, aria2, Prometheus, nginx and systemd.
import { accessSync, constants, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { PlainError, run, say } from './run.mjs';

const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const CHROMIUM_PLACES = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
// People's PATH often lacks where servers are.
const WITH_SBIN = [process.env.PATH ?? '', '/usr/local/sbin', '/usr/sbin', '/sbin'].join(delimiter);
// What keeps Debian's packages from starting their daemons, and whether it is ours to take away again.
const POLICY = '/usr/sbin/policy-rc.d';
// Where Debian's fonts-noto-cjk puts its files: without them Chinese names are boxes in screenshots.
const CJK_FONTS = '/usr/share/fonts/opentype/noto';

/** The path of the first of these programs that can be run, or undefined. */
export function findProgram(names, path = process.env.PATH ?? '') {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const name of names) {
    for (const dir of path.split(delimiter)) {
      for (const suffix of suffixes) {
        const file = join(dir, name + suffix);
        if (dir !== '' && isExecutable(file)) return file;
      }
    }
  }
  return undefined;
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where Chromium is, or undefined. */
export const findChromium = () =>
  process.env.BANYAN_CHROMIUM ?? findProgram(CHROMIUM_NAMES) ?? CHROMIUM_PLACES.find(isExecutable);

/** What the tests need; `env` is how a suite learns that it must skip, or where its program is. */
const NEEDS = [
  {
    name: 'redis-server',
    what: 'the tests of the Redis store',
    skip: 'BANYAN_SKIP_REDIS',
    packages: ['redis-server'],
    brew: 'redis',
    find: () => ({ BANYAN_REDIS_SERVER: process.env.BANYAN_REDIS_SERVER ?? findProgram(['redis-server']) }),
  },
  {
    name: 'chromium',
    what: 'the tests of the page in a real browser',
    skip: 'BANYAN_SKIP_CHROMIUM',
    packages: ['chromium', 'fonts-noto-cjk'],
    brew: '--cask chromium',
    find: () => ({ BANYAN_CHROMIUM: findChromium() }),
  },
  {
    name: 'aria2c',
    what: 'the test that a real aria2 downloads by our Metalink',
    skip: 'BANYAN_SKIP_ARIA2',
    packages: ['aria2'],
    brew: 'aria2',
    find: () => ({ BANYAN_ARIA2: process.env.BANYAN_ARIA2 ?? findProgram(['aria2c']) }),
  },
  {
    name: 'promtool',
    what: 'the tests of metrics and alert rules by Prometheus itself',
    skip: 'BANYAN_SKIP_PROMTOOL',
    packages: ['prometheus'],
    brew: 'prometheus',
    find: () => ({ BANYAN_PROMTOOL: process.env.BANYAN_PROMTOOL ?? findProgram(['promtool']) }),
  },
  {
    name: 'nginx',
    what: 'the test that a real nginx serves auth and list by our configuration',
    skip: 'BANYAN_SKIP_NGINX',
    packages: ['nginx-light'],
    brew: 'nginx',
    find: () => ({ BANYAN_NGINX: process.env.BANYAN_NGINX ?? findProgram(['nginx'], WITH_SBIN) }),
  },
  {
    name: 'systemd-analyze',
    what: 'what systemd itself says of our units (they are checked without it too)',
    skip: 'BANYAN_SKIP_SYSTEMD_ANALYZE',
    packages: ['systemd'],
    // There is none beyond Linux: nothing that could be demanded is missing.
    isOptional: process.platform !== 'linux',
    brew: 'nothing: systemd is Linux’s',
    find: () => ({
      BANYAN_SYSTEMD_ANALYZE: process.env.BANYAN_SYSTEMD_ANALYZE ?? findProgram(['systemd-analyze']),
    }),
  },
];

/**
 * Finds the programs that the tests run for real; installs missing ones with apt where we may (root on Debian),
 * saying so. What is still missing is skipped aloud, or refused when no skip is tolerated.
 *
 * @param {{ noSkips: boolean }} options
 * @returns {Promise<Record<string, string>>} variables for the tests: `BANYAN_REDIS_SERVER`,
 *   `BANYAN_CHROMIUM`, `BANYAN_ARIA2`, `BANYAN_PROMTOOL`, `BANYAN_NGINX`, `BANYAN_SYSTEMD_ANALYZE` (paths), or
 *   `BANYAN_SKIP_…=1` for what is missing
 */
export async function ensurePrograms({ noSkips }) {
  const missing = NEEDS.filter((need) => !located(need));
  const packages = missing.flatMap((need) => need.packages);
  if (process.platform === 'linux' && !missing.some((need) => need.name === 'chromium') && !hasCjkFont()) {
    packages.push('fonts-noto-cjk');
  }
  if (packages.length > 0 && mayUseApt()) await installWithApt(packages);

  const env = {};
  for (const need of NEEDS) {
    const place = located(need);
    if (place) {
      Object.assign(env, need.find());
      continue;
    }
    const advice = `To run them: ${installCommand(need)}`;
    if (noSkips && need.isOptional !== true) {
      throw new PlainError(`${need.name} is missing, and ${need.what} may not be skipped here.\n${advice}`);
    }
    say(`\n!! SKIPPED: ${need.what}, because ${need.name} is not installed.\n!! ${advice}\n`);
    env[need.skip] = '1';
  }
  return env;
}

function located(need) {
  const [place] = Object.values(need.find());
  return place !== undefined && place !== '';
}

function hasCjkFont() {
  return existsSync(CJK_FONTS) && readdirSync(CJK_FONTS).some((name) => name.startsWith('NotoSansCJK'));
}

function mayUseApt() {
  return (
    process.getuid?.() === 0 && existsSync('/etc/debian_version') && findProgram(['apt-get']) !== undefined
  );
}

function installCommand(need) {
  if (process.platform === 'darwin') return `brew install ${need.brew}`;
  if (process.platform === 'linux' && findProgram(['apt-get'])) {
    return `sudo apt-get install ${need.packages.join(' ')}`;
  }
  return `install ${need.name} with your system’s packages, so that it is on the PATH`;
}

async function installWithApt(packages) {
  say(`Installing ${packages.join(', ')} with apt, because the tests run the real programs …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const isOurs = !existsSync(POLICY);
  if (isOurs) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await runApt(packages, env);
  } finally {
    if (isOurs) rmSync(POLICY, { force: true });
  }
}

async function runApt(packages, env) {
  const steps = [
    ['update', '-qq', '-o', 'Acquire::Retries=3'],
    ['install', '-y', '-qq', '--no-install-recommends', '-o', 'Acquire::Retries=3', ...packages],
  ];
  for (const args of steps) {
    const { code, output } = await run('apt-get', args, { env, output: 'collect' });
    // A failed update may still leave lists that are good enough; the installation then decides.
    if (code !== 0 && args[0] === 'install') say(`apt could not install them:\n${output.trim()}`);
  }
}
