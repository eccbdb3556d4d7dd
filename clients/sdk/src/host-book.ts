/** All hosts of a network, kept up to date by what changes. */
import type { HostsResponse, HostView } from '@banyan/proto';

/** A list, by whichever client. */
interface HostSource {
  hostChanges(cursor: string, signal?: AbortSignal): Promise<HostsResponse>;
}

export interface HostBook {
  /**
   * Asks what changed since the last time.
   *
   * @returns all hosts by their device ids; the same list as before when nothing changed. Figures that move with every report (a
   *   load, a delay, an age) may be of before: `OperatorClient.host` has those of now
   * @throws what the call throws; then what was known stays known
   */
  refresh(list: HostSource, signal?: AbortSignal): Promise<readonly HostView[]>;
}

export function createHostBook(): HostBook {
  let known: ReadonlyMap<string, HostView> = new Map();
  let cursor = '';
  let hosts: readonly HostView[] = [];
  return {
    async refresh(list, signal) {
      const next = new Map(known);
      let [at, isChanged, more] = [cursor, false, true];
      while (more) {
        const page = await list.hostChanges(at, signal);
        if (page.whole === true) {
          next.clear();
          isChanged = true;
        }
        for (const deviceId of page.gone ?? []) if (next.delete(deviceId)) isChanged = true;
        for (const host of page.hosts) {
          next.set(host.deviceId, host);
          isChanged = true;
        }
        at = page.cursor ?? '';
        more = page.more === true;
      }
      cursor = at;
      if (!isChanged) return hosts;
      known = next;
      hosts = [...next.values()].sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1));
      return hosts;
    },
  };
}
