import type { Lanes } from './lanes.ts';

/** Lanes for one download: whatever is asked of a peer carries its trace, so that both sides' logs tell one story. */
export function tracedLanes(lanes: Lanes, traceparent: () => string): Lanes {
  return {
    ...lanes,
    request: (command, onEvent) =>
      lanes.request(
        command.type === 'chunks' || command.type === 'layer' || command.type === 'map'
          ? { ...command, traceparent: traceparent() }
          : command,
        onEvent,
      ),
  };
}
