/** Who else has to do with a content: the sources that a peer names to others who want it. */
import { contentKey, MAX_NAMED_SOURCES, type ContentId, type NamedSource } from '@banyan/proto';
import { isAddressFor, type Clock } from '@banyan/kit';

/** Somebody is named for so long after what was last seen of them: they have most likely not gone since. */
const FRESH_MS = 10 * 60_000;
/** Contents of which somebody is remembered; that of which nothing was seen for longest goes first. */
const MAX_CONTENTS = 1_000;
/** Devices of one content that are remembered, of either kind: as many again as are named, since not everybody is told all. */
const MAX_PER_CONTENT = 2 * MAX_NAMED_SOURCES;

/** Who asks, as the connection shows it. */
export interface SwarmCaller {
  readonly deviceId: string;
  /** The address that it comes from. */
  readonly host: string;
}

/**
 * Those of whom we know at first hand. Nothing that was only heard is in it, neither of a supernode nor of a source: a false
 * record goes no further than to those who were told it.
 */
export interface SwarmMemory {
  /** A chunk of a content came from that device at that address and was proved. */
  gave(content: ContentId, source: NamedSource): void;
  /** That device fetches a content from us, and says at which port of the address that it comes from it serves what it has. */
  fetches(content: ContentId, source: NamedSource): void;
  /**
   * Those of the last minutes, first who gave, then who fetch, newest first, at most {@link MAX_NAMED_SOURCES}: without the
   * caller, and without addresses of a network in which the caller is not.
   */
  of(content: ContentId, caller: SwarmCaller): readonly NamedSource[];
}

type Seen = NamedSource & { readonly at: number };
interface Swarm {
  readonly gave: Map<string, Seen>;
  readonly fetches: Map<string, Seen>;
}

/** Makes an empty memory. */
export function createSwarmMemory(clock: Pick<Clock, 'monotonic'>): SwarmMemory {
  const contents = new Map<string, Swarm>();

  const note = (content: ContentId, kind: keyof Swarm, { deviceId, host, port }: NamedSource): void => {
    const key = contentKey(content);
    const swarm: Swarm = contents.get(key) ?? { gave: new Map(), fetches: new Map() };
    // Both maps are in order of what was seen last.
    contents.delete(key);
    contents.set(key, swarm);
    if (contents.size > MAX_CONTENTS) contents.delete(contents.keys().next().value!);
    const seen = swarm[kind];
    seen.delete(deviceId);
    seen.set(deviceId, { deviceId, host, port, at: clock.monotonic() });
    const [oldest] = seen.keys();
    if (seen.size > MAX_PER_CONTENT && oldest !== undefined) seen.delete(oldest);
  };

  return {
    gave: (content, source) => note(content, 'gave', source),
    fetches: (content, source) => note(content, 'fetches', source),
    of(content, caller) {
      const swarm = contents.get(contentKey(content));
      if (swarm === undefined) return [];
      const since = clock.monotonic() - FRESH_MS;
      const others = [...swarm.fetches.values()].filter(({ deviceId }) => !swarm.gave.has(deviceId));
      return [...[...swarm.gave.values()].reverse(), ...others.reverse()]
        .filter(
          ({ deviceId, host, at }) =>
            at >= since && deviceId !== caller.deviceId && isAddressFor(host, caller.host),
        )
        .slice(0, MAX_NAMED_SOURCES)
        .map(({ deviceId, host, port }) => ({ deviceId, host, port }));
    },
  };
}
