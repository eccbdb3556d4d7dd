// The line in which tests and checks end: `N passed, N failed`, and `, N skipped` when there are any.

/**
 * Counts jest's report. A file that could not even be loaded holds no test that failed: it counts as one failure.
 *
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   numRuntimeErrorTestSuites: number, numTotalTestSuites: number }} report of `jest --json`
 */
export function countTests(report) {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
    files: report.numTotalTestSuites,
  };
}

/** @param {{ passed: number, failed: number, skipped?: number }} totals */
export function totalsLine({ passed, failed, skipped = 0 }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
