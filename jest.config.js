// Run through `npm test`, or directly:
//   node --experimental-vm-modules node_modules/jest/bin/jest.js proto --maxWorkers=1
// Tests run on the sources (export condition `source`), so no build is needed; only worker threads and the
// processes of infra/e2e come from dist/.

/** @param {'typescript' | 'tsx'} syntax */
const swc = (syntax) => [
  '@swc/jest',
  {
    jsc: {
      target: 'es2022',
      experimental: { keepImportAttributes: true },
      parser: { syntax: 'typescript', tsx: syntax === 'tsx' },
      transform: { react: { runtime: 'automatic' } },
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  },
];

const shared = {
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '^.+\\.ts$': swc('typescript'), '^.+\\.tsx$': swc('tsx') },
  modulePathIgnorePatterns: ['/dist/'],
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
};

export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/{proto,services/*,clients/*}/test/**/*.test.ts',
        '<rootDir>/scripts/test/**/*.test.mjs',
      ],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/clients/web/'],
      moduleFileExtensions: ['ts', 'tsx', 'mjs', 'js', 'cjs', 'json', 'node'],
    },
    {
      ...shared,
      displayName: 'page',
      testMatch: ['<rootDir>/clients/web/test/**/*.test.{ts,tsx}'],
      testEnvironment: '@happy-dom/jest-environment',
      testEnvironmentOptions: { customExportConditions: ['source', 'browser'] },
      // The page's modules import their style sheets; a bundler handles those, tests need none of them.
      moduleNameMapper: { '\\.(css|svg)$': '<rootDir>/scripts/lib/empty-module.mjs' },
      moduleFileExtensions: ['ts', 'tsx', 'mjs', 'js', 'cjs', 'json', 'node'],
    },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/infra/e2e/test/**/*.test.ts'],
    },
  ],
  coverageProvider: 'v8',
  maxWorkers: '100%',
  // A bound against hanging, generous for loaded machines: no test may be about how fast something is. What takes 5 s alone has been
  // seen to take 20 in a whole run.
  testTimeout: 60_000,
  // Module registries of the vm API are not freed between files: a worker that has grown is replaced.
  workerIdleMemoryLimit: '1GB',
};
