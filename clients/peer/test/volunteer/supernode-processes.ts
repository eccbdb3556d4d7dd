/** What became of the supernodes that a peer started, by the log that they share. */

/** Whether a process of this number runs. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export interface Supernodes {
  /** Process of the last one. */
  readonly pid: number;
  /** Error codes of those before, in order; `none` of one that said nothing when it ended. */
  readonly ended: readonly string[];
}

/** Log of levels as pino writes it, a line of JSON each. */
const FATAL = 60;

export function supernodesOf(log: string): Supernodes {
  const codes = new Map<number, string>();
  for (const line of log.split('\n').filter((one) => one.startsWith('{'))) {
    const { pid, level, err } = JSON.parse(line) as { pid: number; level: number; err?: { code: string } };
    if (!codes.has(pid) || level === FATAL) codes.set(pid, level === FATAL ? (err?.code ?? '') : 'none');
  }
  return { pid: [...codes.keys()].at(-1) ?? 0, ended: [...codes.values()].slice(0, -1) };
}
