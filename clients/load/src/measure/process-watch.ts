/** CPU and memory of other processes, where the system tells (Linux). */
import { readFile } from 'node:fs/promises';

export interface ProcessFigures {
  /** Share of one core since the last look; null: unknown, or the process is gone. */
  readonly cpu: number | null;
  readonly rssBytes: number | null;
}

export interface ProcessWatch {
  look(): Promise<Record<string, ProcessFigures>>;
}

/** Ticks per second of /proc/…/stat, the same on all Linux systems (USER_HZ). */
const TICKS_PER_SECOND = 100;
/** Bytes of a page; of those systems that have larger ones Node runs on hardly any. */
const PAGE_BYTES = 4096;
/** Fields of /proc/…/stat behind the name in parentheses (proc(5)): utime, stime, rss. */
const UTIME = 11;
const STIME = 12;
const RSS = 21;

export function createProcessWatch(
  processes: readonly { readonly name: string; readonly pid: number }[],
): ProcessWatch {
  const before = new Map<number, { readonly ticks: number; readonly at: number }>();
  const one = async (pid: number): Promise<ProcessFigures> => {
    let fields: string[];
    try {
      const text = await readFile(`/proc/${pid}/stat`, 'utf8');
      // The name may hold anything but is the last thing in parentheses.
      fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    } catch {
      return { cpu: null, rssBytes: null };
    }
    const [ticks, at] = [Number(fields[UTIME]) + Number(fields[STIME]), performance.now()];
    const last = before.get(pid);
    before.set(pid, { ticks, at });
    const cpu =
      last === undefined
        ? null
        : (ticks - last.ticks) / TICKS_PER_SECOND / Math.max(0.001, (at - last.at) / 1000);
    return { cpu, rssBytes: Number(fields[RSS]) * PAGE_BYTES };
  };
  return {
    look: async () =>
      Object.fromEntries(
        await Promise.all(processes.map(async ({ name, pid }) => [name, await one(pid)] as const)),
      ),
  };
}
