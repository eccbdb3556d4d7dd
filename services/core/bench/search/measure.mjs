// Clocks and the arithmetic of figures.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Lets the event loop run, so that the bench can be stopped. */
export async function turn(signal) {
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
}

/** The value below which a share of the values lies. Sorts in place. */
export function quantile(values, share) {
  values.sort((a, b) => a - b);
  return values[Math.min(values.length - 1, Math.floor(share * values.length))];
}

export function median(values) {
  return quantile([...values], 0.5);
}

/** Microseconds of CPU; of this thread alone where Node can tell (23.9 and later), else of the process. */
const cpuUsage = process.threadCpuUsage ?? process.cpuUsage;

/**
 * Measures calls one by one and keeps the longest, in milliseconds of CPU.
 *
 * The smaller of wall time and CPU time is taken: wall time counts what other processes take from us, CPU time of the
 * process what its other threads do meanwhile (compiler, garbage collector). Neither is less than the call's own. Garbage
 * collection within the call counts.
 */
export function createStopwatch() {
  const longest = { ms: 0, call: '' };
  return {
    longest,
    /** Milliseconds of wall time in all calls. */
    total: 0,
    run(call, work) {
      const cpu = cpuUsage();
      const began = performance.now();
      const result = work();
      const wall = performance.now() - began;
      const { user, system } = cpuUsage();
      this.total += wall;
      const ms = Math.min(wall, (user + system - cpu.user - cpu.system) / 1000);
      if (ms > longest.ms) Object.assign(longest, { ms, call });
      return result;
    },
  };
}

let collect;

/** Bytes that the process holds after garbage collection: the heap, and buffers outside of it. */
export function heldBytes() {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc');
  }
  // The first lets finalizers of buffers run.
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
