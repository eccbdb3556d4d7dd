import { describe, expect, it } from '@jest/globals';
import { countTests, totalsLine } from '../lib/totals.mjs';

const report = {
  numPassedTests: 5,
  numFailedTests: 1,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
  numTotalTestSuites: 2,
};

describe('the totals', () => {
  it('name the skipped only when there are any', () => {
    expect(totalsLine(countTests(report))).toBe('5 passed, 1 failed');
    expect(totalsLine(countTests({ ...report, numPendingTests: 1, numTodoTests: 1 }))).toBe(
      '5 passed, 1 failed, 2 skipped',
    );
  });

  it('count a file that could not be loaded as a failure', () => {
    expect(countTests({ ...report, numRuntimeErrorTestSuites: 1 }).failed).toBe(2);
  });
});
