import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Globals of Node that plain scripts may use; typed files need no list, the compiler knows. */
const nodeGlobals = Object.fromEntries(
  [
    'AbortController',
    'AbortSignal',
    'Blob',
    'Buffer',
    'URL',
    'URLSearchParams',
    'TextDecoder',
    'TextEncoder',
    'clearInterval',
    'clearTimeout',
    'console',
    'crypto',
    'fetch',
    'performance',
    'process',
    'queueMicrotask',
    'setImmediate',
    'setInterval',
    'setTimeout',
    'structuredClone',
  ].map((name) => [name, 'readonly']),
);

const TYPED = ['**/*.ts', '**/*.tsx'];
// Configuration of a tool: it belongs to no TypeScript project.
const LOOSE = ['**/vite.config.ts', '**/vite.console.config.ts'];

export default defineConfig(
  {
    ignores: ['**/dist/', '**/node_modules/', '**/coverage/', 'proto/gen/', '.banyan/'],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-constant-condition': ['error', { checkLoops: false }],
      'no-control-regex': 'off', // hostile names are cleaned with exactly such expressions
      'no-template-curly-in-string': 'error',
      'no-unreachable-loop': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'no-var': 'error',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: { globals: nodeGlobals },
  },
  {
    // Parts of it run in the page that it measures.
    files: ['infra/bench/page.mjs', 'infra/bench/lib/{frames,interactions}.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'MutationObserver',
          'PerformanceObserver',
          'addEventListener',
          'document',
          'innerHeight',
          'location',
          'requestAnimationFrame',
          'scrollBy',
          'scrollTo',
          'scrollY',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { __dirname: 'readonly', module: 'readonly', require: 'readonly' },
    },
  },
  {
    files: TYPED,
    ignores: LOOSE,
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // The rules this project is linted for: a promise nobody waits for is its commonest bug.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'all', ignoreRestSiblings: true },
      ],

      // Numbers in messages are the rule here; objects and undefined are still refused.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // An interface's async method may have nothing to wait for in one of its versions.
      '@typescript-eslint/require-await': 'off',
      // With noUncheckedIndexedAccess the bound of a loop proves what the compiler cannot see.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Bytes of strangers are typed by hope: checks that "cannot" be needed are the point.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/prefer-nullish-coalescing': [
        'error',
        { ignorePrimitives: { string: true, boolean: true } },
      ],
      '@typescript-eslint/prefer-promise-reject-errors': [
        'error',
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
      '@typescript-eslint/only-throw-error': [
        'error',
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/dot-notation': 'off',
      // Factories return closures: their methods have no `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      // Node types what a server hands out by its base class; the cast to what it is says so.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // Spreading a text gives its code points, and that is what it is spread for.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // Ambient const enums of dependencies cannot be read under isolatedModules: their numbers are written out.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
    },
  },
  {
    files: LOOSE,
    languageOptions: { parser: tseslint.parser, globals: nodeGlobals },
  },
  {
    // Nothing in the pure layers may ask the world for the time, luck or a console.
    files: ['proto/src/**/*.ts', 'services/core/src/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...[
          'console',
          'process',
          'setTimeout',
          'setInterval',
          'setImmediate',
          'fetch',
          'Buffer',
          'performance',
        ].map((name) => ({ name, message: 'proto and core are pure: pass it in.' })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Pass randomness in, so that a seed repeats a run.' },
        { object: 'Date', property: 'now', message: 'Pass the time in.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Pass the time in.' },
      ],
    },
  },
  {
    files: ['clients/*/src/**/*.ts', 'services/*/src/**/*.ts'],
    ignores: ['services/core/src/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.name='mkdir'] Property[key.name='recursive']",
          message: 'It never ends in some places (/proc): use makeFolder of the kit.',
        },
      ],
    },
  },
  {
    files: ['clients/web/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
  },
  {
    files: ['**/test/**/*.{ts,tsx}'],
    rules: {
      // Tests feed wrong shapes on purpose and read loosely typed answers.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
    },
  },
  {
    files: ['scripts/test/**/*.mjs'],
    rules: { 'no-template-curly-in-string': 'off' },
  },
);
