/** Keeps a supernode within what its owner gave: beyond it the whole thread stands still, so that nothing is read, thought or sent. */
import { createRest, type Rest } from '@banyan/core';
import type { Clock, Startable, Timer } from '@banyan/kit';

/** How often what was used is looked at. The smallest cap on the processor is a twentieth: longer, and work between two looks would exceed it. */
const LOOK_MS = 50;
/** What TLS, WebSocket, TCP and IP put around a message: 22, 14 and 52 bytes. */
const OVERHEAD_BYTES = 88;

/** What may be used; absent: as much as there is. */
export interface Caps {
  /** Processors, as 0.5. */
  readonly cpu?: number | undefined;
  /** Of the line, both directions together. */
  readonly bytesPerSecond?: number | undefined;
}

/** What {@link createCaps} needs. */
export interface CapsComponents {
  readonly clock: Clock;
  /** Milliseconds of processors that the process took so far; default: what the system counts. */
  readonly cpuMs?: () => number;
  /** Stands still; default: the thread sleeps. */
  readonly sleep?: (ms: number) => void;
}

export interface CapsPart extends Startable {
  readonly name: string;
  /** Counts a message of the line. */
  message(length: number): void;
  /** Rests since the start, ms. */
  readonly restedMs: number;
}

/** Makes the keeper of caps; it watches from `start` to `stop`. */
export function createCaps(components: CapsComponents, { cpu, bytesPerSecond }: Caps): CapsPart {
  const { clock, cpuMs = processMs, sleep = sleepHere } = components;
  let bytes = 0;
  let restedMs = 0;
  let timer: Timer | undefined;
  const laws: { readonly rest: Rest; readonly used: () => number }[] = [];

  function look(): void {
    const now = clock.monotonic();
    const ms = Math.max(...laws.map(({ rest, used }) => rest.due(now, used())));
    if (ms < 1) return;
    restedMs += ms;
    sleep(ms);
  }

  return {
    name: 'caps',
    message(length) {
      bytes += length + OVERHEAD_BYTES;
    },
    get restedMs() {
      return restedMs;
    },
    async start() {
      const now = clock.monotonic();
      if (cpu !== undefined) laws.push({ rest: createRest(cpu, now, cpuMs()), used: cpuMs });
      if (bytesPerSecond !== undefined)
        laws.push({ rest: createRest(bytesPerSecond / 1000, now, bytes), used: () => bytes });
      if (laws.length > 0) timer = clock.setInterval(look, LOOK_MS);
    },
    async stop() {
      timer?.cancel();
    },
  };
}

function processMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const bed = new Int32Array(new SharedArrayBuffer(4));

function sleepHere(ms: number): void {
  Atomics.wait(bed, 0, 0, ms);
}
