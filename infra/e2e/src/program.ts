/** One process of a network under test: it can be frozen, killed and started again with the same data. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild, type Child, type ReadyLine } from '@banyan/cli';
import { waitFor } from './wait-for.ts';

/** The clone. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** The `banyan` command of the clone. */
export const BIN = join(ROOT, 'node_modules', '.bin', 'banyan');

const MAINS = {
  auth: 'services/auth/dist/main.js',
  list: 'services/supernode-list/dist/main.js',
  supernode: 'services/supernode/dist/main.js',
  peer: 'clients/peer/dist/main.js',
} as const;
export type ProgramKind = keyof typeof MAINS;

export interface ProgramInit {
  readonly kind: ProgramKind;
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly logFile: string;
}

export interface Program {
  readonly name: string;
  readonly kind: ProgramKind;
  readonly pid: number;
  readonly running: boolean;
  /** What it said when it was ready. */
  readonly ready: ReadyLine;
  /** Like a machine whose power is cut: SIGKILL, and waits for the end. */
  kill(): Promise<void>;
  /** Sends a signal without waiting. */
  signal(name: NodeJS.Signals): void;
  /** Like a machine that hangs: its sockets stay open and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Asks it to stop in order. */
  stop(): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Starts it again with the same data, ports and flags, and these further flags of it and of Node. */
  start(more?: readonly string[], nodeArgs?: readonly string[]): Promise<void>;
  log(): Promise<string>;
  /** Highest resident memory so far, bytes (Linux). */
  peakRss(): Promise<number>;
}

export async function startProgram(init: ProgramInit): Promise<Program> {
  const launch = (more: readonly string[] = [], nodeArgs: readonly string[] = []): Promise<Child> =>
    startChild({
      nodeArgs,
      name: init.name,
      main: ROOT + MAINS[init.kind],
      args: [...init.args, ...more],
      env: { ...CLEAN_ENV, ...init.env },
      holdsSessions: init.kind === 'supernode',
      usesDisks: init.kind === 'peer',
      logFile: init.logFile,
      readyTimeoutMs: 30_000,
    });
  let running = true;
  let child: Child;
  const adopt = (fresh: Child): void => {
    child = fresh;
    running = true;
    void fresh.exited.then(() => {
      if (child === fresh) running = false;
    });
  };
  adopt(await launch());
  return {
    name: init.name,
    kind: init.kind,
    get pid() {
      return child.pid;
    },
    get running() {
      return running;
    },
    get ready() {
      return child.ready;
    },
    async kill() {
      child.kill('SIGKILL');
      await child.exited;
    },
    signal: (name) => child.kill(name),
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    async stop() {
      child.kill('SIGCONT');
      await child.stop();
      return child.exited;
    },
    async start(more, nodeArgs) {
      await waitFor(() => !running, { what: `${init.name} to have ended before it is started again` });
      adopt(await launch(more, nodeArgs));
    },
    log: () => readFile(init.logFile, 'utf8').catch(() => ''),
    async peakRss() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * 1024;
    },
  };
}

/** Flags for the test runner itself, and settings of the person who runs it, are none of the processes' business. */
export const CLEAN_ENV: Readonly<Record<string, string>> = {
  NODE_OPTIONS: '',
  NODE_ENV: 'production',
  BANYAN_INVITE: '',
};
