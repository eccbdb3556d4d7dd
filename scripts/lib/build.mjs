// Builds all workspaces when, and only when, something they are made of changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PlainError, ROOT, runNode, say } from './run.mjs';

const TSC = join('node_modules', 'typescript', 'bin', 'tsc');
const VITE = join('node_modules', 'vite', 'bin', 'vite.js');
const WEB = join('clients', 'web');
/** The operator console is a page of its own, with a configuration and an output of its own. */
const CONSOLE_CONFIG = 'vite.console.config.ts';
const CONSOLE_OUTPUT = join(WEB, 'dist', 'console', 'index.html');
// What the page is bundled from: its own sources, those of the two workspaces it imports, and the dependencies.
const PAGE_OF = [WEB, 'proto', join('clients', 'sdk'), 'package-lock.json'];

/** The folders of all workspaces, as the root package.json lists them. */
export function workspaces(root = ROOT) {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).workspaces;
}

/**
 * A digest of names, sizes and modification times: cheap (no file is read), and different after an edit, an
 * addition, a deletion or a checkout.
 *
 * @param {string[]} paths files or folders below root; missing ones count as such
 */
export function fingerprint(paths, root = ROOT) {
  const hash = createHash('sha256');
  const visit = (path) => {
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    if (stat?.isDirectory()) {
      for (const name of readdirSync(join(root, path)).sort()) {
        if (name !== 'dist' && name !== 'node_modules' && name !== 'test') visit(join(path, name));
      }
    } else hash.update(`${path}\0${stat?.size ?? 'none'}\0${stat?.mtimeMs ?? ''}\n`);
  };
  for (const path of paths) visit(path);
  return hash.digest('hex');
}

/**
 * Builds what is out of date: the compiler over all workspaces (incremental), then the page.
 *
 * @param {{ root?: string, force?: boolean }} [options] force: ask the compiler even when nothing changed
 * @returns {Promise<boolean>} whether anything was built
 * @throws PlainError when a build fails; the compiler's own words were printed
 */
export async function ensureBuilt({ root = ROOT, force = false } = {}) {
  const dirs = workspaces(root);
  const page = existsSync(join(root, WEB, 'vite.config.ts')) || existsSync(join(root, WEB, 'vite.config.js'));
  const hasConsole = existsSync(join(root, WEB, CONSOLE_CONFIG));
  const stampPath = join(root, 'node_modules', '.banyan', 'built.json');
  const stamp = readStamp(stampPath);

  const code = fingerprint([...dirs, 'tsconfig.json', 'tsconfig.base.json', 'package-lock.json'], root);
  const complete = dirs.every((dir) => existsSync(join(root, dir, 'dist', '.tsbuildinfo')));
  const staleCode = force || !complete || stamp.code !== code;

  const pageSources = fingerprint(PAGE_OF, root);
  const stalePage =
    page &&
    (stamp.page !== pageSources ||
      stamp.pageOutput === undefined ||
      !existsSync(join(root, stamp.pageOutput)) ||
      (hasConsole && !existsSync(join(root, CONSOLE_OUTPUT))));

  if (staleCode) {
    say(complete ? 'Building what changed …' : 'Building (the first time takes some seconds) …');
    const { code: exit } = await runNode([TSC, '-b', 'tsconfig.json'], { cwd: root, output: 'stderr' });
    if (exit !== 0) throw new PlainError('The build failed: the compiler’s messages are above.');
  }
  if (stalePage) {
    say('Building the page …');
    for (const config of hasConsole ? [[], ['--config', CONSOLE_CONFIG]] : [[]]) {
      const args = [join(root, VITE), 'build', '--logLevel', 'warn', ...config];
      const { code: exit, output } = await runNode(args, { cwd: join(root, WEB), output: 'collect' });
      if (exit !== 0) throw new PlainError(`The page could not be built:\n\n${output.trim()}`);
      if (output.trim() !== '') say(output.trimEnd());
    }
  }
  if (staleCode || stalePage) {
    mkdirSync(dirname(stampPath), { recursive: true });
    const pageOutput = page ? findPage(root) : undefined;
    writeFileSync(stampPath, JSON.stringify({ code, page: pageSources, pageOutput }));
  }
  return staleCode || stalePage;
}

/** Where the page's index.html came out, below root. */
function findPage(root) {
  const dist = join(WEB, 'dist');
  const candidates = [dist, ...folders(join(root, dist)).map((name) => join(dist, name))];
  return candidates.map((dir) => join(dir, 'index.html')).find((file) => existsSync(join(root, file)));
}

function folders(path) {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

function readStamp(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}
