/**
 * What changed of all hosts since somebody looked last. Whoever shows them looks every second, at ten thousand of them: told is
 * what lists of hosts show, and a host that reports the same as before, but for the play of its figures, has not changed.
 *
 * ```
 *   look (at most twice a second) ─▶ print of each host ─▶ another than before: the next number ─▶ those after the cursor
 * ```
 *
 * Each replica counts for itself: with another one's cursor everything is told anew.
 */
import { randomBytes } from 'node:crypto';
import type { Clock, Timer } from '@banyan/kit';
import { withAllCriteria, type HostsResponse, type HostView } from '@banyan/proto';

export interface HostChanges {
  /**
   * Hosts that changed since an answer with that cursor, in the order of their changes.
   *
   * @param cursor - '' or an unknown one: everything is told, as `whole`
   * @param limit - hosts of one answer; `more` says that others follow
   */
  since(cursor: string, limit: number): Promise<HostsResponse>;
  /** Something was decided: the next answer has it. */
  decided(): void;
}

export interface HostChangesComponents {
  readonly clock: Pick<Clock, 'monotonic' | 'setTimeout'>;
  readonly hosts: () => Promise<readonly HostView[]>;
}

/** Whoever asks again within this is told of the same look: pages of one answer, and several consoles. */
const LOOK_MS = 500;
/** Behind a long look so many times its length is rest: those who watch ten thousand hosts must not hold up those who look for one. */
const REST = 4;
/** What hosts look like is forgotten when nobody asks for so long; their numbers stay. */
const KEPT_MS = 30_000;
/** Hosts that are gone are told of as long as no more than these have gone since; then everything is told. */
const MAX_GONE = 1_000;
/** A score moves with every report; by half a doubling it is another one. */
const SCORE_STEPS = 2;

interface Look {
  /** Monotonic ms until when it is told. */
  readonly until: number;
  readonly hosts: ReadonlyMap<string, HostView>;
}

export function createHostChanges({ clock, hosts }: HostChangesComponents): HostChanges {
  const replica = randomBytes(6).toString('hex');
  /** Device id → what was told of it, and the number of that change; the newest last. */
  const told = new Map<string, { readonly print: string; readonly n: number }>();
  let gone: { readonly deviceId: string; readonly n: number }[] = [];
  /** Of the last change; up to `forgotten` not all that are gone are known. */
  let n = 0;
  let forgotten = 0;
  let held: Look | undefined;
  let decisions = 0;
  let looking: Promise<void> | undefined;
  let timer: Timer | undefined;

  const look = async (): Promise<void> => {
    const [began, before] = [clock.monotonic(), decisions];
    const found = new Map((await hosts()).map((host) => [host.deviceId, host]));
    for (const [deviceId, host] of found) {
      const print = printOf(host);
      if (told.get(deviceId)?.print === print) continue;
      told.delete(deviceId);
      told.set(deviceId, { print, n: ++n });
    }
    for (const deviceId of told.keys()) {
      if (found.has(deviceId)) continue;
      told.delete(deviceId);
      gone.push({ deviceId, n: ++n });
    }
    forgotten = gone.at(-MAX_GONE - 1)?.n ?? forgotten;
    gone = gone.slice(-MAX_GONE);
    timer?.cancel();
    timer = clock.setTimeout(() => (held = undefined), KEPT_MS, { keepAlive: false });
    const ended = clock.monotonic();
    // What was decided meanwhile may not be in it.
    held =
      before === decisions
        ? { until: Math.max(began + LOOK_MS, ended + (ended - began) * REST), hosts: found }
        : undefined;
  };

  return {
    async since(cursor, limit) {
      let now = held;
      if (now !== undefined && clock.monotonic() >= now.until) now = held = undefined;
      while (now === undefined) {
        looking ??= look().finally(() => (looking = undefined));
        await looking;
        now = held;
      }
      const { hosts: found } = now;
      const [of, number = ''] = cursor.split('.');
      const isKnown = of === replica && /^\d{1,15}$/.test(number) && Number(number) >= forgotten;
      const from = isKnown ? Number(number) : 0;
      const after = [...told].filter(([, change]) => change.n > from);
      const page = after.slice(0, limit);
      const more = after.length > page.length;
      const to = more ? page.at(-1)![1].n : n;
      return {
        hosts: page.flatMap(([deviceId]) => found.get(deviceId) ?? []),
        gone: isKnown
          ? gone
              .filter((one) => one.n > from && one.n <= to && !told.has(one.deviceId))
              .map(({ deviceId }) => deviceId)
          : [],
        cursor: `${replica}.${to}`,
        ...{ whole: !isKnown, more },
      };
    },
    decided() {
      decisions += 1;
      held = undefined;
    },
  };
}

/** What lists, maps and figures of a network show of a host; all of its figures are asked for with the one host. */
function printOf(host: HostView): string {
  const { criteria } = withAllCriteria(host);
  const { reportedAt, score, moreCriteria: _, ...rest } = host;
  return JSON.stringify({
    ...rest,
    isReporting: reportedAt !== null,
    score: Math.round(score * SCORE_STEPS),
    criteria: criteria.filter(({ passed }) => !passed).map(({ name }) => name),
  });
}
