// npm run bench -- NAME [--quick] [options of the bench]: measures, prints a table for people and, as its last
// line, one JSON object for machines. Without a name: the list of benches. How to write one: CONTRIBUTING.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { complete, findBenches, gitCommit, machine, table } from './lib/bench.mjs';
import { findProgram } from './lib/programs.mjs';
import { main, PlainError, say } from './lib/run.mjs';
import { setup } from './setup.mjs';

await main(async () => {
  const [name, ...rest] = process.argv.slice(2);
  const benches = findBenches();
  if (name === undefined || name === '--help' || name === '-h') {
    await setup();
    process.stdout.write('npm run bench -- NAME [--quick] [options]\n\n');
    for (const [bench, file] of benches) {
      const { summary } = await import(pathToFileURL(file).href);
      process.stdout.write(`  ${bench.padEnd(18)} ${summary}\n`);
    }
    return 0;
  }
  const file = benches.get(name);
  if (file === undefined) {
    throw new PlainError(
      `There is no bench named ${name}. There are: ${[...benches.keys()].join(', ') || 'none yet'}.`,
    );
  }
  await setup();
  const bench = await import(pathToFileURL(file).href);
  const options = readOptions(rest, bench.options ?? {});

  const scratch = mkdtempSync(join(tmpdir(), `banyan-bench-${name}-`));
  const stop = new AbortController();
  const onSignal = () => stop.abort(new PlainError('The bench was stopped.'));
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    const measured = await bench.run({
      options,
      quick: options.quick === true,
      scratch,
      signal: stop.signal,
      findProgram: (program) => findProgram([program]),
      say,
    });
    const results = measured.map(complete);
    const report = { bench: name, commit: await gitCommit(), machine: machine(), results };
    process.stdout.write(`\n${table(results)}\n\n${JSON.stringify(report)}\n`);
    return 0;
  } finally {
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
    rmSync(scratch, { recursive: true, force: true });
  }
});

function readOptions(args, own) {
  try {
    return parseArgs({ args, options: { quick: { type: 'boolean' }, ...own } }).values;
  } catch (error) {
    throw new PlainError(
      `${error.message}\nOptions: ${['quick', ...Object.keys(own)].map((o) => `--${o}`).join(' ')}`,
    );
  }
}
