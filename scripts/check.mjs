// npm run check [-- step …]: everything that can be said about the code without running it. All steps run, even
// when one fails; the names, times and results come at the end. Steps may be chosen by name.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { main, PlainError, ROOT, runNode, say } from './lib/run.mjs';
import { totalsLine } from './lib/totals.mjs';
import { setup } from './setup.mjs';

const bin = (...path) => join(ROOT, 'node_modules', ...path);

// `after` names steps whose output a step reads. The rest run side by side, as many as there are processors.
const STEPS = [
  {
    name: 'types',
    why: 'sources and tests compile',
    args: [bin('typescript', 'bin', 'tsc'), '-b', 'tsconfig.json', 'tsconfig.test.json'],
  },
  {
    name: 'proto',
    why: 'proto/gen is what the schema gives',
    args: ['scripts/generate-proto.mjs', '--check'],
  },
  {
    name: 'lock',
    why: 'npm ci can install from package-lock.json anywhere',
    args: ['scripts/lockfile.mjs'],
  },
  {
    name: 'format',
    why: 'prettier',
    args: [bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.'],
  },
  {
    name: 'layers',
    why: 'imports keep to the layers',
    args: [
      bin('dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err',
      '{proto,services/*,clients/*,infra/*,infra}/{src,test,bin,bench}',
      'scripts',
    ],
  },
  {
    name: 'unused',
    why: 'no file, export or dependency without use',
    args: [bin('knip', 'bin', 'knip.js'), '--no-progress', '--no-config-hints'],
  },
  {
    name: 'page',
    why: 'page and console load no more script than they may',
    args: ['scripts/page-size.mjs'],
  },
  {
    name: 'lint',
    why: 'eslint, with types',
    args: [bin('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', '.'],
    after: ['types'],
  },
];

await main(async () => {
  const chosen = process.argv.slice(2);
  const unknown = chosen.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) {
    throw new PlainError(
      `There is no check named ${unknown.join(', ')}. There are: ${STEPS.map((step) => step.name).join(', ')}.`,
    );
  }
  await setup({ build: false });
  const steps = STEPS.filter((step) => chosen.length === 0 || chosen.includes(step.name));
  const results = await runSteps(steps, Math.max(1, Math.min(availableParallelism(), 4)));

  say('');
  for (const step of steps) {
    const { ok, seconds } = results.get(step.name);
    say(`  ${ok ? 'ok  ' : 'FAIL'}  ${step.name.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s  ${step.why}`);
  }
  const failed = [...results.values()].filter((result) => !result.ok).length;
  process.stdout.write(`\n${totalsLine({ passed: results.size - failed, failed })}\n`);
  return failed === 0 ? 0 : 1;
});

/** Runs the steps, at most `width` at a time, each after the ones it names. A step's output is printed whole. */
async function runSteps(steps, width) {
  const results = new Map();
  const waiting = [...steps];
  const running = new Map();
  while (waiting.length > 0 || running.size > 0) {
    const ready = waiting.findIndex((step) =>
      (step.after ?? []).every((name) => results.has(name) || !steps.some((other) => other.name === name)),
    );
    if (ready >= 0 && running.size < width) {
      const [step] = waiting.splice(ready, 1);
      running.set(
        step.name,
        runStep(step).then((result) => {
          running.delete(step.name);
          results.set(step.name, result);
        }),
      );
    } else await Promise.race(running.values());
  }
  return results;
}

async function runStep(step) {
  const begun = performance.now();
  const { code, output } = await runNode(step.args, { output: 'collect' });
  const seconds = (performance.now() - begun) / 1000;
  const ok = code === 0;
  say(`${ok ? 'ok  ' : 'FAIL'}  ${step.name} (${seconds.toFixed(1)} s)`);
  if (!ok || process.env.BANYAN_VERBOSE) say(output.trimEnd());
  return { ok, seconds };
}
