import { expect, test } from '@jest/globals';
import { compareRuns, isRunResults } from '../../src/results/diff.ts';
import { madeUpRun } from './runs.ts';

const worse = (before = madeUpRun(), after = madeUpRun({ seed: 2 })): string[] =>
  compareRuns(before, after)
    .figures.filter(({ change }) => change === 'worse')
    .map(({ name }) => name);

test('two runs of the same are the same, also after they were written and read', () => {
  expect(worse()).toEqual([]);
  const read = JSON.parse(JSON.stringify(madeUpRun())) as unknown;
  expect(isRunResults(read)).toBe(true);
  expect(isRunResults({ format: 'k6' })).toBe(false);
  expect(isRunResults(null)).toBe(false);
});

test('slower queries and more errors are named', () => {
  expect(worse(madeUpRun(), madeUpRun({ seed: 2, queryMs: 14, errors: 5 }))).toEqual([
    'query.p50 (ms)',
    'query.p90 (ms)',
    'query.p99 (ms)',
    'query.errors (%)',
  ]);
});

test('what makes runs hard to compare is said', () => {
  const other = madeUpRun({}, { verdict: 'no-result', machine: { ...madeUpRun().machine, cores: 64 } });
  const { caveats } = compareRuns(madeUpRun(), other);
  expect(caveats.join('\n')).toMatch(/differ in machine/);
  expect(caveats.join('\n')).toMatch(/second run is no result/);
});
