// The layers of the house, as rules. Imports run one way:
//   proto ← core ← kit ← sdk ← { auth, supernode-list, supernode, peer, load, web } ← cli ← e2e
// Why there are layers: infra/adr/0001-layout-and-layers.md
const { builtinModules } = require('node:module');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const manifest = (dir) => JSON.parse(readFileSync(join(__dirname, dir, 'package.json'), 'utf8'));

// The order in which workspaces may import: each may use those of lower layers only.
const LAYERS = [
  ['proto'],
  ['services/core'],
  ['services/kit'],
  ['clients/sdk'],
  [
    'services/auth',
    'services/supernode-list',
    'services/supernode',
    'clients/peer',
    'clients/load',
    'clients/web',
  ],
  ['clients/cli'],
  ['infra/e2e'],
];
const layerOf = (dir) => LAYERS.findIndex((layer) => layer.includes(dir));

const workspaces = manifest('.').workspaces.map((dir) => {
  const { name, dependencies = {}, devDependencies = {}, exports = {} } = manifest(dir);
  return { dir, name, declared: { ...dependencies, ...devDependencies }, exports };
});
const dirs = workspaces.map(({ dir }) => dir);
const homeless = dirs.filter((dir) => layerOf(dir) < 0);
if (homeless.length > 0) throw new Error(`Give ${homeless.join(', ')} a layer in .dependency-cruiser.cjs.`);

const anyOf = (paths) => `(?:${paths.join('|')})`;
const escape = (text) => text.replaceAll(/[.\\/]/g, '\\$&');
// The source files that a workspace's `exports` open to others.
const doors = workspaces.flatMap(({ dir, exports }) =>
  Object.values(exports).map((target) => join(dir, target.source)),
);

const perWorkspace = workspaces.flatMap(({ dir, declared }) => {
  const lower = workspaces.filter((other) => layerOf(other.dir) < layerOf(dir)).map((other) => other.dir);
  const named = workspaces.filter(({ name }) => name in declared).map((other) => other.dir);
  return [
    {
      name: `layers-${dir.split('/').at(-1)}`,
      comment: `${dir} may import only: ${lower.join(', ') || 'no other workspace'}.`,
      severity: 'error',
      from: { path: `^${dir}/` },
      to: { path: `^${anyOf(dirs)}/`, pathNot: [dir, ...lower].map((other) => `^${other}/`) },
    },
    {
      name: `declared-workspaces-${dir.split('/').at(-1)}`,
      comment: `${dir} imports a workspace that its package.json does not name.`,
      severity: 'error',
      from: { path: `^${dir}/` },
      to: { path: `^${anyOf(dirs)}/`, pathNot: [dir, ...named].map((other) => `^${other}/`) },
    },
  ];
});

// What tests may use without each workspace naming it again.
const TEST_TOOLS = ['@jest/globals', 'fast-check', 'happy-dom', 'playwright-core', 'axe-core', 'yaml'];

module.exports = {
  forbidden: [
    ...perWorkspace,
    {
      name: 'no-cycles',
      comment: 'Modules that need each other are one module, or lack a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'one-door',
      comment: 'Another workspace is entered through what its package.json exports, never through its files.',
      severity: 'error',
      from: { path: `^(${anyOf(dirs)})/` },
      to: {
        path: `^${anyOf(dirs)}/`,
        pathNot: ['^$1/', ...doors.map((door) => `^${escape(door)}$`)],
      },
    },
    {
      name: 'one-door-scripts',
      comment: 'Scripts and benches enter a workspace through what its package.json exports.',
      severity: 'error',
      from: { path: '^(?:scripts|infra/bench)/' },
      to: { path: `^${anyOf(dirs)}/`, pathNot: doors.map((door) => `^${escape(door)}$`) },
    },
    {
      name: 'page-through-browser-door',
      comment:
        'The page talks to its own peer: it imports proto and the browser door of sdk, nothing else of ours.',
      severity: 'error',
      from: { path: '^clients/web/' },
      to: {
        path: `^${anyOf(dirs)}/`,
        pathNot: ['^clients/web/', '^proto/src/index\\.ts$', '^clients/sdk/src/browser\\.ts$'],
      },
    },
    {
      name: 'page-runs-in-browsers',
      comment: 'Nothing that the page reaches, however indirectly, may need Node.',
      severity: 'error',
      from: { path: '^clients/web/src/' },
      to: { reachable: true, path: [`^${anyOf(builtinModules.map(escape))}$`, '^services/'] },
    },
    {
      name: 'pure',
      comment: 'proto and core take no socket, clock or file: what they need is passed in.',
      severity: 'error',
      from: { path: '^(?:proto|services/core)/src/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-packages',
      comment: 'core thinks with proto alone; the tables of Chinese characters are data.',
      severity: 'error',
      from: { path: '^services/core/src/' },
      to: { path: 'node_modules/', pathNot: 'node_modules/opencc-js/' },
    },
    {
      name: 'main-is-the-end',
      comment: 'main.ts starts a process when it is loaded: it is run, never imported.',
      severity: 'error',
      from: {},
      to: { path: '/src/main\\.ts$', pathNot: '^services/kit/' },
    },
    {
      name: 'no-tests-in-sources',
      comment: 'What sources need belongs in sources.',
      severity: 'error',
      from: { pathNot: '/test/' },
      to: { path: '/test/' },
    },
    {
      name: 'no-built-code',
      comment: 'dist/ is made from sources; import those.',
      severity: 'error',
      from: { path: `^${anyOf(dirs)}/(?:src|test)/` },
      to: { path: '/dist/', pathNot: 'node_modules/' },
    },
    {
      name: 'resolvable',
      comment: 'This import leads nowhere.',
      severity: 'error',
      from: {},
      // The bin of the CLI is committed, what it loads is built.
      to: { couldNotResolve: true, pathNot: '/dist/' },
    },
    {
      name: 'declared',
      comment: 'The package is not named in the package.json of the workspace that imports it.',
      severity: 'error',
      from: { pathNot: '/test/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'declared-in-tests',
      comment: `Tests may use what their workspace names, and: ${TEST_TOOLS.join(', ')}.`,
      severity: 'error',
      from: { path: '/test/' },
      to: {
        dependencyTypes: ['npm-no-pkg', 'npm-unknown'],
        pathNot: `node_modules/${anyOf(TEST_TOOLS.map(escape))}/`,
      },
    },
    {
      name: 'no-dev-dependencies-at-run-time',
      comment: 'A source imports what package.json names under devDependencies.',
      severity: 'error',
      from: { path: `^${anyOf(dirs)}/src/` },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm'] },
    },
    {
      name: 'scripts-without-packages',
      comment:
        'Scripts run before anything is installed: plain Node, no dependency. Those that draw pictures run later.',
      severity: 'error',
      from: {
        path: '^scripts/',
        pathNot: ['^scripts/test/', '^scripts/bench/', '^scripts/(icons|pictures)\\.mjs$'],
      },
      to: { dependencyTypesNot: ['core', 'local'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', `^${anyOf(dirs)}/dist/`] },
    exclude: { path: ['^proto/gen/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.d.ts'],
    },
  },
};
