// npm test [-- patterns and options of jest]: sets up, then runs all tests, or those whose path matches a pattern.
//   npm test -- download-planner      only files with that in their path
//   npm test -- --unit                no real processes, no browser
//   npm test -- --no-skips            a missing program is an error (the rule when CI=true)
// The last line is `N passed, N failed`, with `, N skipped` when there were any.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main, PlainError, ROOT, runNode, say } from './lib/run.mjs';
import { ensurePrograms } from './lib/programs.mjs';
import { countTests, totalsLine } from './lib/totals.mjs';
import { setup } from './setup.mjs';

const JEST = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');

const E2E_WORKERS = 2;

const args = process.argv.slice(2);
const take = (flag) => args.includes(flag) && args.splice(args.indexOf(flag), 1).length > 0;
const noSkips = take('--no-skips') || isTrue(process.env.CI);
const unitOnly = take('--unit');
// With a name filter jest reports the tests it left out as skipped, which is then what was asked for.
const byName = args.some((arg) => /^(-t|--testNamePattern)/.test(arg));

await main(async () => {
  await setup();
  const programs = await ensurePrograms({ noSkips });
  const scratch = mkdtempSync(join(tmpdir(), 'banyan-test-'));
  try {
    const totals = { passed: 0, failed: 0, skipped: 0, files: 0 };
    // Real processes run after the rest, and two files at a time: they wait more than they compute, and more of them
    // would make each other's patience run out.
    const phases = [['--selectProjects', 'unit', 'page']];
    if (!unitOnly) phases.push(['--selectProjects', 'e2e', `--maxWorkers=${E2E_WORKERS}`, '--forceExit']);
    for (const [index, phase] of phases.entries()) {
      const counted = await runJest(phase, join(scratch, `${index}.json`), programs, scratch);
      for (const key of Object.keys(totals)) totals[key] += counted[key];
    }
    if (totals.files === 0) throw new PlainError(`No test file matches ${args.join(' ') || 'anything'}.`);
    if (byName) totals.skipped = 0;
    if (noSkips && totals.skipped > 0) say('\nSkipped tests are not tolerated here.');
    process.stdout.write(`\n${totalsLine(totals)}\n`);
    return totals.failed > 0 || (noSkips && totals.skipped > 0) ? 1 : 0;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});

// `dataDir`: a test that forgets to name its own must not find the data of the person who runs it.
async function runJest(phase, resultFile, programs, dataDir) {
  const { code } = await runNode(
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      JEST,
      ...phase,
      '--passWithNoTests',
      '--json',
      `--outputFile=${resultFile}`,
      ...args,
    ],
    { env: { ...process.env, ...programs, BANYAN_DATA_DIR: dataDir }, output: 'stderr' },
  );
  let report;
  try {
    report = JSON.parse(readFileSync(resultFile, 'utf8'));
  } catch {
    // Without a report jest itself fell over; its words are above.
    return { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0, files: code === 0 ? 0 : 1 };
  }
  const counted = countTests(report);
  // Jest also fails for reasons that are no test's, such as a handle that outlives its file.
  if (code !== 0 && counted.failed === 0) counted.failed = 1;
  return counted;
}

function isTrue(value) {
  return value !== undefined && value !== '' && value !== '0' && value.toLowerCase() !== 'false';
}
