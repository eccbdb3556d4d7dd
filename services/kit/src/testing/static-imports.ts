/** What a compiled module loads before its first line runs: start-up time and the memory of threads are made of it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const IMPORT = /^(?:import|export)\s[^;]*?from\s*["']([^"']+)["']|^import\s*["']([^"']+)["']/gm;
const ROOT = new URL('../../../../', import.meta.url);
const WORKSPACES: Readonly<Record<string, string>> = {
  '@banyan/proto': 'proto',
  '@banyan/core': 'services/core',
  '@banyan/kit': 'services/kit',
  '@banyan/sdk': 'clients/sdk',
  '@banyan/peer': 'clients/peer',
};

/**
 * The specifiers of all packages that a compiled module imports, directly or through modules of ours; what it loads later
 * (`import()`) does not count.
 *
 * @param module - file URL of a module below a `dist/`
 */
export function staticImports(module: URL): ReadonlySet<string> {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const walk = (url: URL): void => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    for (const [, from, bare] of readFileSync(fileURLToPath(url), 'utf8').matchAll(IMPORT)) {
      const specifier = (from ?? bare)!;
      if (specifier.startsWith('.')) {
        walk(new URL(specifier, url));
        continue;
      }
      packages.add(specifier);
      const door = doorOf(specifier);
      if (door !== undefined) walk(door);
    }
  };
  walk(module);
  return packages;
}

/** The compiled module behind a door of one of our workspaces. */
function doorOf(specifier: string): URL | undefined {
  const [scope, name, ...rest] = specifier.split('/');
  const folder = WORKSPACES[`${scope}/${name}`];
  if (folder === undefined) return undefined;
  const home = new URL(`${folder}/`, ROOT);
  const { exports } = JSON.parse(readFileSync(new URL('package.json', home), 'utf8')) as {
    readonly exports: Readonly<Record<string, { readonly default: string }>>;
  };
  return new URL(exports[['.', ...rest].join('/')]!.default, home);
}
