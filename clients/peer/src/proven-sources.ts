/** Who gave us what lately: the sources that a peer names to others who want the same content. */
import { contentKey, MAX_NAMED_SOURCES, type ContentId, type NamedSource } from '@banyan/proto';
import { isAddressFor, type Clock } from '@banyan/kit';

/** A source is named for so long after its last proved chunk: it has most likely not gone since. */
const FRESH_MS = 10 * 60_000;
/** Contents of which sources are remembered; that of which one was heard longest ago goes first. */
const MAX_CONTENTS = 1_000;
/** Sources of one content that are remembered: as many again as are named, since not every caller may have all. */
const MAX_PER_CONTENT = 2 * MAX_NAMED_SOURCES;

/** Who asks, as the connection shows it. */
export interface SwarmCaller {
  readonly deviceId: string;
  /** The address that it comes from. */
  readonly host: string;
}

/**
 * The sources whose chunks we proved ourselves. Nothing that was only heard is in it, neither of a supernode nor of a
 * source: so a false record goes no further than to those who were told it.
 */
export interface ProvenSources {
  /** A chunk of a content came from that device at that address and was proved. */
  note(content: ContentId, source: NamedSource): void;
  /** Those of the last minutes, newest first, at most {@link MAX_NAMED_SOURCES}: without the caller, and without addresses of a network in which it is not. */
  of(content: ContentId, caller: SwarmCaller): readonly NamedSource[];
}

/** Makes an empty memory. */
export function createProvenSources(clock: Pick<Clock, 'monotonic'>): ProvenSources {
  const contents = new Map<string, Map<string, NamedSource & { at: number }>>();
  return {
    note(content, { deviceId, host, port }) {
      const key = contentKey(content);
      const sources = contents.get(key) ?? new Map<string, NamedSource & { at: number }>();
      contents.delete(key);
      contents.set(key, sources);
      sources.delete(deviceId);
      sources.set(deviceId, { deviceId, host, port, at: clock.monotonic() });
      if (sources.size > MAX_PER_CONTENT) sources.delete(sources.keys().next().value!);
      if (contents.size > MAX_CONTENTS) contents.delete(contents.keys().next().value!);
    },
    of(content, caller) {
      const since = clock.monotonic() - FRESH_MS;
      return [...(contents.get(contentKey(content))?.values() ?? [])]
        .reverse()
        .filter(
          ({ deviceId, host, at }) =>
            at >= since && deviceId !== caller.deviceId && isAddressFor(host, caller.host),
        )
        .slice(0, MAX_NAMED_SOURCES)
        .map(({ deviceId, host, port }) => ({ deviceId, host, port }));
    },
  };
}
