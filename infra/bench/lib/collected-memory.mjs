// Memory of a process behind a collection of its garbage: what it holds, not what it has not tidied up yet.
//
// In this process: `await collectedMemory()`. In another one that was started with `--import` of this file, with
// BANYAN_BENCH_MEMORY as the folder where it writes: `askMemory(folder, pid)`, which sends it SIGUSR2.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What one collection sets free may let the next one free more: finalizers of native memory run between them. */
const COLLECTIONS = 4;
const BETWEEN_MS = 50;
const ANSWER_MS = 60_000;
const POLL_MS = 20;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/**
 * @returns bytes: `resident` without the young generation, which V8 lets grow up to 48 MiB with the rate of allocations, however
 *   little is kept; `heapUsed` of JavaScript; `external`, buffers outside of its heap
 */
export async function collectedMemory() {
  for (let i = 0; i < COLLECTIONS; i += 1) {
    collect();
    await sleep(BETWEEN_MS);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
  return { resident: rss - young.physical_space_size, heapUsed, external };
}

const fileOf = (folder, pid) => join(folder, `${pid}.json`);

/** Process ids of those that answer {@link askMemory}, whether they still run or not. */
export async function askable(folder) {
  return (await readdir(folder)).flatMap((name) =>
    name.endsWith('.json') ? [Number.parseInt(name, 10)] : [],
  );
}

/** Has another process collect its garbage and say what it holds. @returns as {@link collectedMemory} */
export async function askMemory(folder, pid) {
  const read = () => JSON.parse(readFileSync(fileOf(folder, pid), 'utf8'));
  const { answers } = read();
  process.kill(pid, 'SIGUSR2');
  for (const until = performance.now() + ANSWER_MS; performance.now() < until; await sleep(POLL_MS)) {
    const said = read();
    if (said.answers > answers) return said.memory;
  }
  throw new Error(`Process ${pid} did not say what memory it holds.`);
}

const folder = process.env.BANYAN_BENCH_MEMORY;
if (folder !== undefined) {
  let answers = 0;
  const write = (memory) => {
    const file = fileOf(folder, process.pid);
    writeFileSync(`${file}.new`, JSON.stringify({ answers, memory }));
    renameSync(`${file}.new`, file);
  };
  write(null);
  process.on('SIGUSR2', () => {
    void collectedMemory().then((memory) => {
      answers += 1;
      write(memory);
    });
  });
}
