// What all benches share: where they are, and how their figures are told to people and machines.
import { existsSync, readdirSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { basename, join } from 'node:path';
import { workspaces } from './build.mjs';
import { ROOT, run } from './run.mjs';

/**
 * All benches by name: `bench/NAME.mjs` beside the code of a workspace, or in infra/ for whole networks.
 *
 * @returns {Map<string, string>} name to file, in the order of names
 */
export function findBenches(root = ROOT) {
  const files = ['infra', ...workspaces(root)]
    .map((dir) => join(root, dir, 'bench'))
    .filter((dir) => existsSync(dir))
    .flatMap((dir) => readdirSync(dir).map((name) => join(dir, name)))
    .filter((file) => file.endsWith('.mjs'));
  const named = files.map((file) => [basename(file, '.mjs'), file]);
  named.sort(([a], [b]) => (a < b ? -1 : 1));
  const benches = new Map(named);
  if (benches.size < named.length) throw new Error('Two benches have the same name.');
  return benches;
}

/**
 * One figure as a bench gives it, completed for the report: `ratio` (value ÷ peer_value), and `pass` where there is
 * a target. A target applies to the ratio when the bench measured a peer, else to the value.
 *
 * @param {{ name: string, value: number, unit: string, peer?: string, peer_value?: number, target?: number,
 *   bound?: 'at most' | 'at least' }} figure bound: which side of the target is good (default `at most`)
 */
export function complete({ name, value, unit, peer, peer_value: peerValue, target, bound = 'at most' }) {
  const result = { name, value: round(value), unit };
  let judged = value;
  if (peerValue !== undefined) {
    judged = value / peerValue;
    Object.assign(result, { peer, peer_value: round(peerValue), ratio: round(judged) });
  }
  if (target !== undefined) {
    Object.assign(result, { target, pass: bound === 'at least' ? judged >= target : judged <= target });
  }
  return result;
}

/** Four significant digits, or whole numbers: no figure of a bench is more exact. */
function round(number) {
  return Math.abs(number) >= 1000 ? Math.round(number) : Number(number.toPrecision(4));
}

/** The figures as a table for people. */
export function table(results) {
  const rows = results.map((result) => [
    result.name,
    `${result.value} ${result.unit}`,
    result.peer === undefined ? '' : `${result.peer_value} ${result.unit} (${result.peer})`,
    result.ratio === undefined ? '' : String(result.ratio),
    result.target === undefined ? '' : `${result.target} ${result.pass ? 'met' : 'MISSED'}`,
  ]);
  const all = [['figure', 'value', 'beside', 'ratio', 'target'], ...rows];
  const used = all[0].map((_, column) => rows.some((row) => row[column] !== ''));
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .filter((_, column) => used[column])
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The commit that was measured, with `-dirty` when the tree differs from it; `unknown` outside of git. */
export async function gitCommit() {
  try {
    const { code, output } = await run(
      'git',
      ['describe', '--always', '--dirty', '--abbrev=12', '--exclude=*'],
      {
        output: 'collect',
      },
    );
    return code === 0 ? output.trim() : 'unknown';
  } catch {
    return 'unknown';
  }
}

/** What the figures were measured on. */
export function machine() {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${release()}`,
    node: process.versions.node,
  };
}
